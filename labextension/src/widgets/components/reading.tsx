import { useEffect, useId, useRef, useState } from "preact/hooks";

import { type Link, RequestError } from "../link.ts";
import { t } from "../messages.ts";
import type { ErrorView, Question, ReadingView, TaskSpec } from "../types.gen.ts";
import { formatDuration } from "../words.ts";
import { Button, Problem } from "./basics.tsx";

type Edits = Record<string, unknown>;

const DEBOUNCE_MS = 250;
const BUDGETS = [15, 30, 60, 120, 300, 600, 1800, 3600];
const TASKS = ["binary", "multiclass", "regression"] as const;
const VALIDATIONS = ["cv", "holdout", "time", "group"] as const;

interface Props {
  link: Link;
  reading: ReadingView;
  /** Label of the button that starts, or null where nothing can be started. */
  start: string | null;
  onStart?: () => void;
  locked?: string;
}

/** The prompt and its reading as fields; a field that was set by hand wins over the text. */
export function Reading({ link, reading, start, onStart, locked = "" }: Props) {
  const [text, setText] = useState(reading.prompt);
  const [edits, setEdits] = useState<Edits>(reading.edits);
  const [error, setError] = useState<ErrorView | null>(null);
  const [starting, setStarting] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const typing = useRef(false);
  const hintId = useId();

  // Another page, or another table, changed the text: follow, but never under the fingers.
  useEffect(() => {
    if (!typing.current) setText(reading.prompt);
  }, [reading.prompt]);
  useEffect(() => setEdits(reading.edits), [JSON.stringify(reading.edits)]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const read = (prompt: string, fields: Edits): void => {
    clearTimeout(timer.current);
    typing.current = false;
    setError(null);
    link.request("read", { prompt, edits: fields }).catch((problem: unknown) => {
      if (problem instanceof RequestError) setError(problem.view);
    });
  };
  const onType = (prompt: string): void => {
    setText(prompt);
    typing.current = true;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => read(prompt, edits), DEBOUNCE_MS);
  };
  const edit = (field: string, value: unknown): void => {
    const fields = { ...edits, [field]: value };
    setEdits(fields);
    read(text, fields);
  };
  const clear = (): void => {
    setEdits({});
    read(text, {});
  };
  const train = (): void => {
    if (!start || locked || starting) return;
    clearTimeout(timer.current);
    typing.current = false;
    setStarting(true);
    setError(null);
    link
      .request("train", { prompt: text, edits })
      .then(() => onStart?.())
      .catch((problem: unknown) => {
        if (problem instanceof RequestError) setError(problem.view);
      })
      .finally(() => setStarting(false));
  };
  const dead = link.life === "gone";
  const task = reading.task;
  const problem = error ?? reading.error;
  const ready = task !== null && Boolean(task.target) && !reading.error;
  return (
    <div class="ja-reading">
      <div class="ja-prompt-line">
        <input
          class="ja-prompt"
          type="text"
          value={text}
          disabled={dead}
          spellcheck={false}
          placeholder={t("ui-reading-example")}
          aria-label={t("ui-reading-label")}
          aria-describedby={hintId}
          onInput={(event) => onType(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            event.stopPropagation();
            if (event.ctrlKey || event.metaKey) train();
            else read(text, edits);
          }}
        />
        {start && (
          <Button
            look="main"
            onClick={train}
            disabled={dead || Boolean(locked) || starting || !ready}
            title={locked || t(ready ? "ui-reading-start-key" : "ui-reading-target-first")}
          >
            {starting ? t("ui-reading-starting") : start}
          </Button>
        )}
      </div>
      <span class="ja-sr" id={hintId}>
        {t("ui-reading-keys", { starts: start ? "yes" : "no" })}
      </span>
      {reading.columns.length > 0 && (
        <Fields reading={reading} task={task} edits={edits} edit={edit} disabled={dead} />
      )}
      {Object.keys(edits).length > 0 && (
        <p class="ja-quiet ja-edited">
          {t("ui-reading-edited")}{" "}
          <button type="button" class="ja-link" onClick={clear} disabled={dead}>
            {t("ui-reading-text-alone")}
          </button>
        </p>
      )}
      {(task?.questions ?? []).map((question) => (
        <Ask key={question.field + question.text} question={question} edit={edit} dead={dead} />
      ))}
      {problem && <Problem error={problem} />}
    </div>
  );
}

interface FieldsProps {
  reading: ReadingView;
  task: TaskSpec | null;
  edits: Edits;
  edit: (field: string, value: unknown) => void;
  disabled: boolean;
}

function Fields({ reading, task, edits, edit, disabled }: FieldsProps) {
  const target = task?.target ?? (edits.target as string | undefined) ?? "";
  const kind = task?.task ?? (edits.task as string | undefined) ?? "";
  const metric = task?.metric ?? "";
  const exclude = task?.exclude ?? [];
  const budget = task?.budget_seconds ?? 300;
  const why = (field: string): string => task?.reasons[field] ?? "";
  const metrics = reading.metrics.filter((m) => !kind || m.tasks.includes(kind));
  const budgets = [...new Set([...BUDGETS, budget])].sort((a, b) => a - b);
  const validation = task?.validation ?? "";
  return (
    <div class="ja-fields">
      <Field label={t("ui-reading-target")} set={"target" in edits} why={why("target")}>
        <select
          value={target}
          disabled={disabled}
          aria-label={t("ui-reading-target")}
          onChange={(event) => edit("target", event.currentTarget.value)}
        >
          {!target && <option value="">{t("ui-reading-target-none")}</option>}
          {reading.columns.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t("ui-reading-task")} set={"task" in edits} why={why("task")}>
        <select
          value={kind}
          disabled={disabled}
          aria-label={t("ui-reading-task")}
          onChange={(event) => edit("task", event.currentTarget.value || null)}
        >
          {!kind && <option value="">{t("ui-reading-task-none")}</option>}
          {TASKS.map((name) => (
            <option key={name} value={name}>
              {t(`ui-reading-task-${name}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t("ui-reading-metric")} set={"metric" in edits} why={why("metric")}>
        <select
          value={metric}
          disabled={disabled}
          aria-label={t("ui-reading-metric")}
          title={reading.metrics.find((m) => m.name === metric)?.explanation}
          onChange={(event) => edit("metric", event.currentTarget.value || null)}
        >
          {!metric && <option value="">{t("ui-reading-metric-none")}</option>}
          {metrics.map((m) => (
            <option key={m.name} value={m.name} title={m.explanation}>
              {m.name}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t("ui-reading-validation")} set={"validation" in edits} why={why("validation")}>
        <select
          value={validation}
          disabled={disabled}
          aria-label={t("ui-reading-validation")}
          onChange={(event) => edit("validation", event.currentTarget.value || null)}
        >
          {!validation && <option value="">{t("ui-reading-validation-none")}</option>}
          {VALIDATIONS.filter((name) => available(name, task)).map((name) => (
            <option key={name} value={name}>
              {t(`ui-reading-validation-${name}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t("ui-reading-budget")} set={"budget" in edits} why={why("budget_seconds")}>
        <select
          value={String(budget)}
          disabled={disabled}
          aria-label={t("ui-reading-budget")}
          onChange={(event) => edit("budget", Number(event.currentTarget.value))}
        >
          {budgets.map((seconds) => (
            <option key={seconds} value={String(seconds)}>
              {budgetWords(seconds)}
            </option>
          ))}
        </select>
      </Field>
      <Ignored
        columns={reading.columns}
        exclude={exclude}
        target={target}
        disabled={disabled}
        edit={edit}
      />
    </div>
  );
}

function available(validation: string, task: TaskSpec | null): boolean {
  if (validation === "time") return Boolean(task?.time);
  if (validation === "group") return Boolean(task?.group);
  return true;
}

function budgetWords(seconds: number): string {
  if (seconds >= 60 && seconds % 60 === 0) {
    return seconds % 3600 === 0
      ? t("ui-reading-hours", { n: seconds / 3600 })
      : t("ui-reading-minutes", { n: seconds / 60 });
  }
  return formatDuration(seconds);
}

interface FieldProps {
  label: string;
  set: boolean;
  why: string;
  children: preact.ComponentChildren;
}

function Field({ label, set, why, children }: FieldProps) {
  return (
    <label class={`ja-field ${set ? "ja-field-set" : ""}`} title={set ? t("ui-reading-by-hand") : why}>
      <span class="ja-field-name">{label}</span>
      {children}
    </label>
  );
}

interface IgnoredProps {
  columns: string[];
  exclude: string[];
  target: string;
  disabled: boolean;
  edit: (field: string, value: unknown) => void;
}

function Ignored({ columns, exclude, target, disabled, edit }: IgnoredProps) {
  const others = columns.filter((name) => !exclude.includes(name) && name !== target);
  return (
    <div class="ja-field ja-ignored" role="group" aria-label={t("ui-reading-ignored")}>
      <span class="ja-field-name">{t("ui-reading-ignoring")}</span>
      {exclude.map((name) => (
        <button
          key={name}
          type="button"
          class="ja-chip"
          disabled={disabled}
          title={t("ui-reading-ignore-undo", { name })}
          aria-label={t("ui-reading-ignore-stop", { name })}
          onClick={() =>
            edit(
              "exclude",
              exclude.filter((other) => other !== name),
            )
          }
        >
          {name} <span aria-hidden="true">✕</span>
        </button>
      ))}
      <select
        class="ja-add"
        value=""
        disabled={disabled}
        aria-label={t("ui-reading-ignore-other")}
        onChange={(event) => {
          const name = event.currentTarget.value;
          event.currentTarget.value = "";
          if (name) edit("exclude", [...exclude, name]);
        }}
      >
        <option value="">
          {t(exclude.length > 0 ? "ui-reading-ignore-more" : "ui-reading-ignore-none")}
        </option>
        {others.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface AskProps {
  question: Question;
  edit: (field: string, value: unknown) => void;
  dead: boolean;
}

function Ask({ question, edit, dead }: AskProps) {
  const field = question.field === "budget_seconds" ? "budget" : question.field;
  return (
    <div class="ja-question" role="group" aria-label={question.text}>
      <span>{question.text}</span>
      {(question.answers ?? []).map((answer, index) => (
        <Button key={index} disabled={dead} onClick={() => edit(field, answer)}>
          {String(answer)}
        </Button>
      ))}
    </div>
  );
}
