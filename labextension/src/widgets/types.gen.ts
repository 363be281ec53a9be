// Made by scripts/generate_types.py from the Python values; do not edit.

export type ActView = {
  field: "exclude" | "group" | "time" | "metric" | "repeats";
  value: string;
};

export type AnswerBody = {
  ask?: string;
  done?: number;
  etag?: string;
  same?: boolean;
  value?: unknown;
  arrays?: ArrayView[];
};

export type ArrayView = {
  name: string;
  dtype: string;
  shape: number[];
};

export type AskCancel = {
  ask: string;
};

export type AskRequest = {
  view: string;
  slot: string;
  args: Record<string, unknown>;
  have: string;
};

export type Axis = {
  label: string;
  kind: "number" | "log" | "time" | "names";
  low: number | null;
  high: number | null;
  names: string[];
  percent: boolean;
};

export type Bars = {
  type: "bars";
  at: (number | null)[];
  value: (number | null)[];
  along: "x" | "y";
  base: (number | null)[] | null;
  low: (number | null)[] | null;
  high: (number | null)[] | null;
  tone: string;
  tones: string[] | null;
  name: string;
  width: number;
};

export type BatchFileView = {
  upload: string;
  name: string;
  status: "waiting" | "working" | "done" | "failed" | "cancelled";
  model: string;
  place: number;
  n_done: number;
  n_rows: number;
  n_failed: number;
  seconds: number;
  problems: string[];
  error: ErrorView | null;
};

export type BatchPreview = {
  columns: string[];
  rows: ((string | null)[])[];
  n_added: number;
  n_columns: number;
};

export type BatchRead = {
  upload: string;
  format: "csv" | "parquet";
  offset: number;
};

export type BatchReady = {
  name: string;
  size: number;
  path: string;
};

export type BatchRef = {
  upload: string;
};

export type BatchSave = {
  upload: string;
  format: "csv" | "parquet";
};

export type BatchView = {
  upload: UploadView;
  files: BatchFileView[];
  max_bytes: number;
};

export type BoardState = {
  rows: "models" | "trials";
  sort: string[];
  families: string[];
  search: string;
  columns: string[];
  selected: string[];
  open: string;
};

export type Cells = {
  type: "cells";
  shade: ((number | null)[])[];
  text: string[][];
  tone: string;
};

export type Change = {
  field: string;
  before: string;
  after: string;
  cell: string | number | number | boolean | null;
  distance: number;
};

export type CodeView = {
  build: string;
  code: string;
};

export type ColumnSchema = {
  name: string;
  kind: "numeric" | "boolean" | "categorical" | "datetime" | "text" | "id" | "constant";
  dtype: string;
  n_missing: number;
  n_unique: number;
  examples: string[];
  reason: string;
  written: string;
};

export type ColumnView = {
  name: string;
  kind: string;
  dtype: string;
  n_missing: number;
  n_unique: number;
  examples: string[];
  reason: string;
};

export type ColumnsArgs = {
  table: string;
  start: number;
};

export type ColumnsView = {
  start: number;
  columns: ColumnView[];
  rows: ((string | null)[])[];
  spreads: SpreadView[];
};

export type CommandTaken = {
  command: "stop" | "cancel" | "pause" | "resume" | "extend" | "drop" | "boost" | "restore";
  argument: number | null;
  family: string;
  type: "command_taken";
};

export type Constraint = {
  kind: "interpretable" | "max_features" | "max_ms_per_row";
  value: unknown;
};

export type CurveArgs = {
  number: number;
};

export type CurveView = {
  loss: string;
  lines: [number[], number[], number][];
};

export type DataView = {
  status: "empty" | "loading" | "ready" | "failed";
  source: string;
  table: TableView | null;
  error: ErrorView | null;
  samples: SampleView[];
  frames: FrameView[];
  paths: boolean;
};

export type Dataset = {
  name: string;
  fingerprint: string;
  path: string;
  n_rows: number;
  columns: ColumnSchema[];
  source: string;
  n_bytes: number;
};

export type Delta = {
  n?: number;
  set?: WidgetState;
  run?: RunDelta;
};

export type DependenceArgs = {
  column: string;
  model: string;
  start: number;
  changes: Record<string, string | number | number | boolean | null>;
  label: string;
};

export type DetailView = {
  row: string;
  number: number | null;
  model: string;
  family: string;
  end: "done" | "failed" | "pruned" | "stopped";
  score: number | null;
  score_std: number | null;
  folds: number[];
  fit_seconds: number | null;
  predict_us: number | null;
  memory_mib: number | null;
  params: [string, string][];
  info: [string, string][];
  reason: string;
  message: string;
  traceback: string;
  members: MemberView[];
  versus: VersusView | null;
};

export type DetailsArgs = {
  rows: string[];
};

export type DetailsView = {
  rows: DetailView[];
};

export type Difference = {
  field: string;
  here: string;
  there: string;
};

export type Dots = {
  type: "dots";
  x: (number | null)[];
  y: (number | null)[];
  tone: string;
  name: string;
  shade: (number | null)[] | null;
  rows: number[] | null;
};

export type EnsembleUpdated = {
  score: number;
  score_std: number | null;
  members: [number, number][];
  fit_seconds: number;
  predict_ms_per_row: number;
  type: "ensemble_updated";
};

export type ErrorView = {
  code: string;
  message: string;
  hint: string;
  context: Record<string, unknown>;
};

export type EvaluatePictureArgs = {
  name: string;
  model: string;
  threshold: number | null;
  costs: number[] | null;
  models: string[];
  label: string;
  by: string;
};

export type EvaluateState = {
  models: string[];
  picture: string;
  threshold: number;
  label: string;
  by: string;
  costs: number[][];
  priced: number[];
};

export type EvaluationView = {
  model: string;
  n_rows: number;
  threshold: number | null;
  scores: ScoreView[];
  findings: string[];
  pictures: string[];
  columns: string[];
  labels: string[];
  n_classes: number;
  priced: PricedView[];
  compared: string[];
};

export type Event = {
  run_id: string;
  seq: number;
  at: number;
  body: RunCreated | QueueMoved | RunnerStarted | StageChanged | NoticeRaised | PlanMade | TrialStarted | FoldFinished | TrialFinished | TrialFailed | EnsembleUpdated | ResourcesSampled | CommandTaken | ExplanationReady | RunEnded;
};

export type ExplainFacts = {
  model: string;
  method: string;
  n_rows: number;
  labels: string[];
  features: string[];
  strongest: string;
  first_row: number;
  insights: string[];
  lime: string;
};

export type ExplainPictureArgs = {
  name: "importance" | "swarm" | "dependence" | "waterfall" | "pairs" | "permutation" | "lime";
  feature: string;
  row: number;
  label: string;
  model: string;
};

export type ExplainState = {
  model: string;
  label: string;
  feature: string;
  row: number;
};

export type ExplanationReady = {
  model: string;
  path: string;
  importance: [string, number][];
  method: string;
  n_rows: number;
  type: "explanation_ready";
};

export type ExtendArgs = {
  seconds: number;
};

export type FamilyArgs = {
  family: string;
};

export type FamilyView = {
  family: string;
  label: string;
  done: number;
  failed: number;
  pruned: number;
  running: number;
  wish: string;
};

export type FeaturesView = {
  status: "empty" | "loading" | "ready" | "failed";
  model: string;
  sentences: string[];
  error: ErrorView | null;
};

export type Field = {
  name: string;
  kind: "number" | "boolean" | "category" | "date" | "text";
  low: number | null;
  high: number | null;
  step: number | null;
  levels: string[];
  more_levels: number;
  typical: string | number | number | boolean | null;
  changeable: boolean;
  missing_allowed: boolean;
  whole: boolean;
  histogram: number[];
};

export type FindingView = {
  code: string;
  message: string;
  level: "info" | "warning";
  column: string | null;
  acts: ActView[];
};

export type Flip = {
  changes: Change[];
  label: string;
  probability: number | null;
  value: number | null;
  distance: number;
  others: Change[][];
  sentence: string;
  n_predictions: number;
};

export type FlipArgs = {
  model: string;
  start: number;
  changes: Record<string, string | number | number | boolean | null>;
  to: string;
  fixed: string[];
};

export type FlipView = {
  flip: Flip;
};

export type FoldFinished = {
  number: number;
  fold: number;
  n_folds: number;
  score: number | null;
  type: "fold_finished";
};

export type FormArgs = {
  model: string;
  start: number;
};

export type FormView = {
  fields: Field[];
  n_fields: number;
  n_rows: number;
  cells: Record<string, string | number | number | boolean | null>;
  target: string;
  classes: string[];
};

export type FrameView = {
  name: string;
  kind: string;
  n_rows: number;
  n_columns: number;
};

export type GpuSample = {
  percent: number | null;
  memory_bytes: number;
  memory_total_bytes: number;
};

export type GpuUse = {
  device: "cpu" | "cuda" | "opencl";
  least_rows: number;
};

export type Label = {
  type: "label";
  x: number;
  y: number;
  text: string;
};

export type Line = {
  type: "line";
  x: (number | null)[];
  y: (number | null)[];
  tone: string;
  name: string;
  steps: boolean;
  low: (number | null)[] | null;
  high: (number | null)[] | null;
};

export type LineView = {
  key: string;
  family: string;
  n_fits: number;
  loss: string;
  rounds: number[];
  losses: number[];
  best: number;
};

export type LogArgs = {
  before: number;
};

export type LogState = {
  level: "info" | "warning" | "error";
  search: string;
  tell: "" | "done";
};

export type LogView = {
  start: number;
  lines: ([number, "info" | "good" | "warning" | "error", string])[];
};

export type MemberView = {
  row: string;
  model: string;
  family: string;
  weight: number;
  score: number | null;
};

export type MetricView = {
  name: string;
  label: string;
  explanation: string;
  tasks: string[];
};

export type ModelArgs = {
  model: string;
};

export type MonitorArgs = {
  seq: number;
  have: Record<string, number>;
};

export type MonitorView = {
  seq: number;
  families: FamilyView[];
  trials: number[];
  lines: LineView[];
};

export type NearestView = {
  rows: Neighbour[];
};

export type Neighbour = {
  row: number;
  distance: number;
  differences: Difference[];
  target: string;
};

export type NoticeRaised = {
  code: string;
  message: string;
  level: "info" | "warning";
  column: string | null;
  type: "notice_raised";
};

export type NoticeView = {
  code: string;
  message: string;
  level: "info" | "warning";
  column: string | null;
};

export type OpenRequest = {
  source: string;
  kind: "path" | "sample" | "frame";
};

export type OutlookArgs = {
  model: string;
  start: number;
  changes: Record<string, string | number | number | boolean | null>;
  quick: boolean;
  label: string;
};

export type OutlookView = {
  label: string;
  value: number | null;
  about: string;
  probability: number | null;
  by_class: [string, number][];
  n_classes: number;
  low: number | null;
  high: number | null;
  waterfall: Picture;
  approximate: string;
};

export type ParallelArgs = {
  family: string;
};

export type ParallelAxis = {
  name: string;
  kind: "number" | "log" | "names";
  ticks: [number, string][];
};

export type ParallelView = {
  axes: ParallelAxis[];
  same: [string, string][];
  n_trials: number;
};

export type Picture = {
  name: string;
  title: string;
  findings: string[];
  x: Axis;
  y: Axis;
  marks: (Line | Bars | Dots | Cells | Rule | Label)[];
  table: Table;
  note: string;
  picks: "" | "row" | "name" | "x";
  square: boolean;
};

export type PlaceView = {
  host: "notebook" | "voila" | "other";
  run: string;
  lost: string;
};

export type Plan = {
  task: "binary" | "multiclass" | "regression" | "forecast";
  target: string;
  metric: string;
  greater_is_better: boolean;
  classes: string[];
  features: string[];
  validation: string;
  n_folds: number;
  n_repeats: number;
  budget_seconds: number;
  reserve_seconds: number;
  n_workers: number;
  random_state: number;
  families: string[];
  steps: PlanStep[];
  starts_share: number;
  stacks: PlanStep[];
  reasons: Record<string, string>;
  fitted_once: string[];
  gpu: Record<string, GpuUse>;
};

export type PlanMade = {
  plan: Plan;
  type: "plan_made";
};

export type PlanStep = {
  family: string;
  params: Record<string, unknown>;
  source: "baseline" | "warm_start" | "search" | "stack";
  label: string;
};

export type PlanView = {
  task: string;
  target: string;
  metric: string;
  greater_is_better: boolean;
  validation: string;
  n_folds: number;
  n_features: number;
  reasons: Record<string, string>;
};

export type PricedView = {
  code: number;
  label: string;
};

export type Question = {
  field: string;
  text: string;
  answers: unknown[];
};

export type QueueMoved = {
  place: number;
  behind: string[];
  short_of_memory: boolean;
  type: "queue_moved";
};

export type ReadRequest = {
  prompt: string;
  edits: Record<string, unknown>;
};

export type ReadingView = {
  prompt: string;
  edits: Record<string, unknown>;
  task: TaskSpec | null;
  columns: string[];
  metrics: MetricView[];
  error: ErrorView | null;
  editable: string[];
  code: string;
};

export type ResourcesSampled = {
  elapsed_seconds: number;
  cpu_percent: number;
  memory_bytes: number;
  memory_total_bytes: number;
  gpu: GpuSample | null;
  type: "resources_sampled";
};

export type RowFilter = {
  column: string;
  op: "==" | "!=" | "<" | "<=" | ">" | ">=" | "in";
  value: unknown;
};

export type RowView = {
  family: string;
  model: string;
  score: number | null;
  score_std: number | null;
  fit_seconds: number | null;
  predict_us: number | null;
  n_trials: number;
  state: "running" | "done" | "failed";
  note: string;
  history: number[];
};

export type Rule = {
  type: "rule";
  axis: "x" | "y";
  at: number;
  label: string;
  tone: string;
};

export type RunCreated = {
  name: string;
  dataset: Dataset;
  task: TaskSpec;
  prompt: string;
  n_workers: number | null;
  random_state: number;
  max_trials: number | null;
  use_all_time: boolean;
  explain: boolean;
  max_memory_bytes: number | null;
  memory_bytes: number | null;
  max_runs: number | null;
  device: "auto" | "cpu" | "gpu";
  type: "run_created";
};

export type RunDelta = {
  t?: number;
  s?: "queued" | "running" | "paused" | "finished" | "stopped" | "cancelled" | "failed" | "interrupted";
  g?: "starting" | "profiling" | "training" | "finishing" | "ended";
  m?: string;
  y?: string;
  e?: ErrorView | null;
  b?: number;
  d?: [number, number];
  p?: PlanView;
  r?: ([string, string, number | null, number | null, number | null, number | null, number, "running" | "done" | "failed", string, number, number[]])[];
  x?: string[];
  h?: [number, [number, number][]];
  l?: [number, ([number, "info" | "good" | "warning" | "error", string])[]];
  w?: [number, NoticeView[]];
  c?: [number, number, number] | [number, number, number, number | null, number, number];
};

export type RunEnded = {
  status: "queued" | "running" | "paused" | "finished" | "stopped" | "cancelled" | "failed" | "interrupted";
  reason: string;
  elapsed_seconds: number;
  error: Record<string, unknown> | null;
  type: "run_ended";
};

export type RunView = {
  id: string;
  name: string;
  status: "queued" | "running" | "paused" | "finished" | "stopped" | "cancelled" | "failed" | "interrupted";
  stage: "starting" | "profiling" | "training" | "finishing" | "ended";
  message: string;
  reason: string;
  error: ErrorView | null;
  dataset: string;
  n_rows: number;
  prompt: string;
  created_at: number;
  budget_seconds: number;
  elapsed_seconds: number;
  n_done: number;
  n_failed: number;
  plan: PlanView | null;
  rows: RowView[];
  best: [number, number][];
  log_start: number;
  log: ([number, "info" | "good" | "warning" | "error", string])[];
  notices: NoticeView[];
  resources: [number, number, number] | [number, number, number, number | null, number, number] | null;
};

export type RunnerStarted = {
  pid: number;
  n_workers: number;
  warm: boolean;
  waited_seconds: number;
  type: "runner_started";
};

export type Same = {
  n: number;
  at: number;
  same: boolean;
};

export type SampleView = {
  name: string;
  description: string;
  prompt: string;
};

export type ScoreView = {
  metric: string;
  label: string;
  value: number | null;
  low: number | null;
  high: number | null;
  reason: string;
};

export type SpreadView = {
  kind: "numbers" | "dates" | "levels" | "none";
  counts: number[];
  low: string;
  high: string;
  levels: string[];
  n_other: number;
  sampled: boolean;
};

export type StageChanged = {
  stage: "starting" | "profiling" | "training" | "finishing" | "ended";
  message: string;
  type: "stage_changed";
};

export type SuspectsArgs = {
  table: string;
  target: string;
  task: string;
  exclude: string[];
};

export type SuspectsView = {
  findings: FindingView[];
};

export type Table = {
  columns: string[];
  rows: ((string | number | number | null)[])[];
  more: number;
};

export type TableView = {
  name: string;
  source: string;
  fingerprint: string;
  n_rows: number;
  n_columns: number;
  columns: ColumnView[];
  rows: ((string | null)[])[];
  findings: FindingView[];
};

export type TaskSpec = {
  task: "binary" | "multiclass" | "regression" | "forecast" | null;
  target: string | null;
  metric: string | null;
  exclude: string[];
  positive: unknown;
  filters: RowFilter[];
  time: string | null;
  group: string | null;
  weight: string | null;
  horizon: number | null;
  validation: string | null;
  budget_seconds: number | null;
  families_only: string[];
  families_avoid: string[];
  constraints: Constraint[];
  questions: Question[];
  origin: Record<string, string>;
  confidence: Record<string, number>;
  reasons: Record<string, string>;
};

export type ThresholdsArgs = {
  model: string;
  by: string;
};

export type ThresholdsView = {
  labels: [string, string];
  current: number | null;
  n_rows: number;
};

export type TrialFailed = {
  number: number;
  family: string;
  reason: "error" | "lost" | "memory" | "time" | "stopped" | "pruned";
  error: Record<string, unknown>;
  seconds: number;
  type: "trial_failed";
};

export type TrialFinished = {
  result: TrialResult;
  type: "trial_finished";
};

export type TrialResult = {
  number: number;
  family: string;
  score: number;
  score_std: number | null;
  fold_scores: number[];
  fit_seconds: number;
  predict_ms_per_row: number;
  predictions: string;
  model: string;
  memory_bytes: number;
  info: Record<string, unknown>;
};

export type TrialSpec = {
  number: number;
  family: string;
  params: Record<string, unknown>;
  source: "baseline" | "warm_start" | "search" | "stack";
  label: string;
  random_state: number;
  n_jobs: number;
  time_limit_seconds: number | null;
  least_scores: number[];
  device: "cpu" | "cuda" | "opencl";
};

export type TrialStarted = {
  trial: TrialSpec;
  family_label: string;
  n_folds: number;
  type: "trial_started";
};

export type TrialsArgs = {
  since: number;
};

export type TrialsView = {
  seq: number;
  families: string[];
  labels: string[];
  ends: ("done" | "failed" | "pruned" | "stopped")[];
};

export type UploadChunk = {
  upload: string;
  index: number;
  crc: number;
};

export type UploadFileView = {
  upload: string;
  name: string;
  size: number;
  received_bytes: number;
  status: "receiving" | "done" | "failed";
  path: string;
  message: string;
  hint: string;
};

export type UploadFinish = {
  upload: string;
  crc: number;
};

export type UploadPath = {
  path: string;
};

export type UploadRef = {
  upload: string;
};

export type UploadStart = {
  name: string;
  size: number;
  modified: number;
  first_crc: number | null;
};

export type UploadView = {
  files: UploadFileView[];
  chunk_bytes: number;
  window: number;
  max_bytes: number;
  sealed: boolean;
  paths: boolean;
};

export type VersusView = {
  difference: number;
  low: number | null;
  high: number | null;
};

export type ViewState = {
  tab: "" | "data" | "train" | "results" | "predict" | "deploy";
  board: BoardState;
  explain: ExplainState;
  evaluate: EvaluateState;
  whatif: WhatIfState;
  log: LogState;
  by: string;
};

export type WhatIfState = {
  model: string;
  row: number;
};

export type WidgetState = {
  n?: number;
  at?: number;
  channel?: string;
  data?: DataView;
  reading?: ReadingView;
  run?: RunView | null;
  features?: FeaturesView;
  upload?: UploadView;
  batch?: BatchView;
  words?: WordsView;
  place?: PlaceView;
};

export type WordsView = {
  language: string;
  messages: Record<string, unknown>;
};
