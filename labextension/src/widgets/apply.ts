// Numbered changes applied to the state, without knowing of the page or the kernel.

import type { Delta, RowView, RunDelta, RunView, WidgetState } from "./types.gen.ts";

const LOG_LINES = 200;
const HISTORY_SCORES = 64;

/** The state after a delta; the caller has checked that none is missing. */
export function applyDelta(state: WidgetState, delta: Delta): WidgetState {
  const next: WidgetState = { ...state, ...delta.set, n: delta.n };
  if (delta.run && next.run) next.run = applyRun(next.run, delta.run);
  return next;
}

/** A run after a change; applying the same change twice changes nothing more. */
export function applyRun(run: RunView, d: RunDelta): RunView {
  const next: RunView = { ...run };
  if (d.t !== undefined) next.elapsed_seconds = d.t;
  if (d.s !== undefined) next.status = d.s;
  if (d.g !== undefined) next.stage = d.g;
  if (d.m !== undefined) next.message = d.m;
  if (d.y !== undefined) next.reason = d.y;
  if (d.e !== undefined) next.error = d.e;
  if (d.b !== undefined) next.budget_seconds = d.b;
  if (d.p !== undefined) next.plan = d.p;
  if (d.c !== undefined) next.resources = d.c;
  if (d.d !== undefined) [next.n_done, next.n_failed] = d.d;
  if (d.h !== undefined) next.best = [...run.best.slice(0, d.h[0]), ...d.h[1]];
  if (d.w !== undefined) next.notices = [...run.notices.slice(0, d.w[0]), ...d.w[1]];
  if (d.l !== undefined) {
    const lines = [...run.log.slice(0, Math.max(0, d.l[0] - run.log_start)), ...d.l[1]];
    next.log = lines.slice(-LOG_LINES);
    next.log_start = d.l[0] + d.l[1].length - next.log.length;
  }
  if (d.r !== undefined || d.x !== undefined || d.p !== undefined) {
    next.rows = sortRows(mergeRows(run.rows, d), next.plan?.greater_is_better ?? true);
  }
  return next;
}

function mergeRows(rows: RowView[], d: RunDelta): RowView[] {
  const byFamily = new Map(rows.map((row) => [row.family, row]));
  for (const family of d.x ?? []) byFamily.delete(family);
  for (const change of d.r ?? []) {
    const [family, model, score, score_std, fit_seconds, predict_us, n_trials, state, note] =
      change;
    const history = joined(byFamily.get(family), change[9], change[10]);
    byFamily.set(family, {
      family,
      model,
      score,
      score_std,
      fit_seconds,
      predict_us,
      n_trials,
      state,
      note,
      history,
    });
  }
  return [...byFamily.values()];
}

/** The latest scores of a row, after those from index `first` of all were sent. */
function joined(row: RowView | undefined, first: number, scores: number[]): number[] {
  const known = row?.history ?? [];
  const start = (row?.n_trials ?? 0) - known.length;
  return [...known.slice(0, Math.max(0, first - start)), ...scores].slice(-HISTORY_SCORES);
}

function sortRows(rows: RowView[], greaterIsBetter: boolean): RowView[] {
  const sign = greaterIsBetter ? 1 : -1;
  return [...rows].sort((a, b) => {
    if (a.score === null || b.score === null) {
      if (a.score !== b.score) return a.score === null ? 1 : -1;
    } else if (a.score !== b.score) {
      return sign * (b.score - a.score);
    }
    // As the kernel orders equals: the ensemble first, then by name.
    const blends = Number(b.family === "ensemble") - Number(a.family === "ensemble");
    return blends || (a.model < b.model ? -1 : a.model > b.model ? 1 : 0);
  });
}
