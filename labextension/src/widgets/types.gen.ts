// Made by scripts/generate_types.py from the Python values; do not edit.

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

export type CommandTaken = {
  command: "stop" | "cancel" | "pause" | "resume" | "extend";
  argument: number | null;
  type: "command_taken";
};

export type Constraint = {
  kind: "interpretable" | "max_features" | "max_ms_per_row";
  value: unknown;
};

export type DataView = {
  status: "empty" | "loading" | "ready" | "failed";
  source: string;
  table: TableView | null;
  error: ErrorView | null;
  samples: SampleView[];
  frames: FrameView[];
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

export type Event = {
  run_id: string;
  seq: number;
  at: number;
  body: RunCreated | QueueMoved | RunnerStarted | StageChanged | NoticeRaised | PlanMade | TrialStarted | FoldFinished | TrialFinished | TrialFailed | EnsembleUpdated | ResourcesSampled | CommandTaken | ExplanationReady | RunEnded;
};

export type ExplainRequest = {
  model: string | null;
};

export type ExplainView = {
  status: "empty" | "loading" | "ready" | "failed";
  model: string;
  explanation: ExplanationView | null;
  error: ErrorView | null;
};

export type ExplanationReady = {
  model: string;
  path: string;
  importance: [string, number][];
  method: string;
  n_rows: number;
  type: "explanation_ready";
};

export type ExplanationView = {
  model: string;
  method: string;
  n_rows: number;
  unit: string;
  speaks_of: string;
  insights: string[];
  importance: ImportanceView[];
  swarm: SwarmView[];
};

export type FeaturesView = {
  status: "empty" | "loading" | "ready" | "failed";
  model: string;
  sentences: string[];
  error: ErrorView | null;
};

export type FoldFinished = {
  number: number;
  fold: number;
  n_folds: number;
  score: number | null;
  type: "fold_finished";
};

export type FrameView = {
  name: string;
  kind: string;
  n_rows: number;
  n_columns: number;
};

export type GpuUse = {
  device: "cpu" | "cuda" | "opencl";
  least_rows: number;
};

export type ImportanceView = {
  feature: string;
  mean: number;
  low: number;
  high: number;
};

export type MetricView = {
  name: string;
  label: string;
  explanation: string;
  tasks: string[];
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
};

export type ResourcesSampled = {
  elapsed_seconds: number;
  cpu_percent: number;
  memory_bytes: number;
  memory_total_bytes: number;
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
  c?: [number, number, number];
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
  resources: [number, number, number] | null;
};

export type RunnerStarted = {
  pid: number;
  n_workers: number;
  warm: boolean;
  waited_seconds: number;
  type: "runner_started";
};

export type SampleView = {
  name: string;
  description: string;
  prompt: string;
};

export type StageChanged = {
  stage: "starting" | "profiling" | "training" | "finishing" | "ended";
  message: string;
  type: "stage_changed";
};

export type SwarmView = {
  feature: string;
  points: ([number, number | null])[];
};

export type TableView = {
  name: string;
  source: string;
  n_rows: number;
  n_columns: number;
  columns: ColumnView[];
  rows: ((string | null)[])[];
  findings: NoticeView[];
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

export type UploadChunk = {
  upload: string;
  index: number;
  crc: number;
};

export type UploadFinish = {
  upload: string;
  crc: number;
};

export type UploadRef = {
  upload: string;
};

export type UploadStart = {
  name: string;
  size: number;
};

export type UploadView = {
  status: "empty" | "receiving" | "done" | "failed";
  upload: string;
  name: string;
  size: number;
  received_bytes: number;
  chunk_bytes: number;
  window: number;
  max_bytes: number;
  path: string;
  error: ErrorView | null;
};

export type WidgetState = {
  n?: number;
  at?: number;
  data?: DataView;
  reading?: ReadingView;
  run?: RunView | null;
  explain?: ExplainView;
  features?: FeaturesView;
  upload?: UploadView;
};
