// Rows of the leaderboard, of models or of trials, in one shape; sorting and filtering of them.

import type { PartialView } from "../../viewstate.ts";
import type { Trial } from "../../trials.ts";
import { t } from "../../messages.ts";
import type { RowView, RunView } from "../../types.gen.ts";
import { formatBytes, formatMicroseconds, formatScore, formatSeconds, formatSpread } from "../../words.ts";

export interface BoardRow {
  /** What the view and the kernel call it: `family:lightgbm`, `trial:12`. */
  id: string;
  family: string;
  name: string;
  rank: number | null;
  number: number | null;
  score: number | null;
  std: number | null;
  fit: number | null;
  predict: number | null;
  memory: number | null;
  trials: number | null;
  end: string;
  running: boolean;
  note: string;
  history: number[];
}

export interface Column {
  key: string;
  title: string;
  hint: string;
  numeric: boolean;
  /** Whether a small number is the better one, so that the first press of its head puts it first. */
  smallFirst?: boolean;
  value: (row: BoardRow) => number | string | null;
  text: (row: BoardRow) => string;
}

export function modelRows(run: RunView): BoardRow[] {
  return run.rows.map((row, index) => modelRow(row, index, run));
}

function modelRow(row: RowView, index: number, run: RunView): BoardRow {
  const over = ["finished", "stopped", "cancelled", "failed", "interrupted"].includes(run.status);
  return {
    id: `family:${row.family}`,
    family: row.family,
    name: row.model,
    rank: row.score === null ? null : index + 1,
    number: null,
    score: row.score,
    std: row.score_std,
    fit: row.fit_seconds,
    predict: row.predict_us,
    memory: null,
    trials: row.family === "ensemble" ? null : row.n_trials,
    end: row.state,
    running: row.state === "running" && !over,
    note: row.note,
    history: row.history,
  };
}

export function trialRows(trials: Trial[], greaterIsBetter: boolean): BoardRow[] {
  const sign = greaterIsBetter ? -1 : 1;
  const rows = trials.map((trial): BoardRow => ({
    id: `trial:${trial.number}`,
    family: trial.family,
    name: trial.label,
    rank: null,
    number: trial.number,
    score: trial.score,
    std: trial.std,
    fit: trial.fit,
    predict: trial.predict,
    memory: trial.memory,
    trials: null,
    end: trial.end,
    running: false,
    note: "",
    history: [],
  }));
  rows.sort((a, b) => {
    if (a.score === null || b.score === null) {
      if (a.score !== b.score) return a.score === null ? 1 : -1;
    } else if (a.score !== b.score) return sign * (a.score - b.score);
    return a.number! - b.number!;
  });
  rows.forEach((row, index) => {
    if (row.score !== null) row.rank = index + 1;
  });
  return rows;
}

export function columnsOf(mode: "models" | "trials", run: RunView): Column[] {
  const metric = run.plan?.metric ?? t("ui-board-col-score-name");
  const greater = run.plan?.greater_is_better ?? true;
  const better = greater ? "larger" : "smaller";
  const column = (
    key: string,
    value: Column["value"],
    text: Column["text"],
    rest: Partial<Column> = {},
  ): Column => ({
    key,
    title: t(`ui-board-col-${key}`),
    hint: t(`ui-board-col-${key}-hint`),
    numeric: true,
    value,
    text,
    ...rest,
  });
  const score: Column = {
    key: "score",
    title: metric,
    hint: t("ui-board-col-score-hint", { metric, better }),
    numeric: true,
    smallFirst: !greater,
    value: (row) => row.score,
    text: (row) => formatScore(row.score),
  };
  const small = { smallFirst: true };
  const shared = [
    score,
    column("std", (row) => row.std, (row) => formatSpread(row.std, row.score), small),
    column("fit", (row) => row.fit, (row) => formatSeconds(row.fit), small),
    column("predict", (row) => row.predict, (row) => formatMicroseconds(row.predict), small),
  ];
  if (mode === "models") {
    return [
      ...shared,
      column("trials", (row) => row.trials, (row) => (row.trials === null ? "–" : `${row.trials}`)),
      column("history", (row) => row.history.at(-1) ?? null, () => "", { numeric: false }),
    ];
  }
  return [
    column("number", (row) => row.number, (row) => `${row.number}`, small),
    ...shared,
    column(
      "memory",
      (row) => row.memory,
      (row) => (row.memory === null ? "–" : formatBytes(row.memory * 1024 * 1024)),
      small,
    ),
    column("end", (row) => row.end, (row) => t(`ui-board-end-${row.end}`), { numeric: false }),
  ];
}

/** The column and the direction of `"-score"`. */
export function sortOf(sort: string | undefined): { key: string; down: boolean } {
  return sort?.startsWith("-")
    ? { key: sort.slice(1), down: true }
    : { key: sort ?? "", down: false };
}

/** What the next press of a column's head asks for: best first, turned round, as ranked. */
export function nextSort(column: Column, sort: string | undefined): string[] {
  const { key, down } = sortOf(sort);
  const first = column.smallFirst || !column.numeric ? column.key : `-${column.key}`;
  if (key !== column.key) return [first];
  const turned = first.startsWith("-") ? column.key : `-${column.key}`;
  return (down ? `-${key}` : key) === first ? [turned] : [];
}

/** Sorted by one column, rows of equal values as they were; what has no value comes last. */
export function sorted(rows: BoardRow[], columns: Column[], sort: string | undefined): BoardRow[] {
  const { key, down } = sortOf(sort);
  const column = columns.find((one) => one.key === key);
  if (!column) return rows;
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return x === y ? 0 : sign * (x < y ? -1 : 1);
  });
}

/** The rows that the search and the chosen families leave. */
export function filtered(rows: BoardRow[], view: PartialView["board"]): BoardRow[] {
  const search = (view?.search ?? "").trim().toLowerCase();
  const families = view?.families ?? [];
  return rows.filter((row) => {
    if (families.length > 0 && !families.includes(row.family)) return false;
    const words = `${row.name} ${row.family} ${row.number ?? ""} ${row.note}`;
    return words.toLowerCase().includes(search);
  });
}
