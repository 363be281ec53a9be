// Numbers and states in words, with as many digits as `jupyter_automl.core` gives them, written as
// the language of the page does. What goes into code never comes from here.

import { formatNumber, locale } from "./locale.ts";
import { t } from "./messages.ts";
import type { RunView } from "./types.gen.ts";

export { formatNumber } from "./locale.ts";

const ENDED = new Set(["finished", "stopped", "cancelled", "failed", "interrupted"]);

export function hasEnded(run: RunView): boolean {
  return ENDED.has(run.status);
}

export function formatScore(score: number | null | undefined): string {
  if (score === null || score === undefined) return "–";
  const size = Math.abs(score);
  if (size >= 1000) return formatNumber(Math.round(score), 0);
  if (size >= 100) return formatNumber(score, 1);
  if (size >= 10) return formatNumber(score, 2);
  if (size >= 0.001 || size === 0) return formatNumber(score, 3);
  const [mantissa, power] = score.toExponential(2).replace(/e([+-])(\d)$/, "e$10$2").split("e");
  return `${formatNumber(Number(mantissa), 2)}e${power}`;
}

/** The spread with as many decimals as the score has; `.012` where a decimal point is written. */
export function formatSpread(std: number | null, score: number | null): string {
  if (std === null) return "–";
  const size = Math.abs(score ?? 0);
  const decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  return formatNumber(std, decimals).replace(/^0\./, ".");
}

export function formatDuration(seconds: number): string {
  const whole = Math.max(0, roundHalfEven(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** As Python rounds, so that every surface says the same second. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** `m:ss` also below a minute, so that a counting clock keeps its width. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return whole < 60 ? `0:${String(whole).padStart(2, "0")}` : formatDuration(whole);
}

export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds >= 600) return `${formatDuration(seconds)}`;
  if (seconds >= 100) return `${Math.round(seconds)} s`;
  return `${formatNumber(seconds, seconds < 0.1 ? 2 : 1)} s`;
}

export function formatMicroseconds(us: number | null): string {
  if (us === null) return "–";
  if (us >= 1e6) return `${formatNumber(us / 1e6, 1)} s`;
  if (us >= 10_000) return `${formatNumber(us / 1000, 0)} ms`;
  if (us >= 1000) return `${formatNumber(us / 1000, 1)} ms`;
  return `${formatNumber(us, us >= 10 ? 0 : 1)} µs`;
}

export function formatCount(count: number): string {
  return formatNumber(count);
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? size.toFixed(0) : formatNumber(size, 1)} ${units[unit]}`;
}

export function formatShare(part: number, whole: number): string {
  if (part === 0 || whole === 0) return "";
  const percent = (100 * part) / whole;
  if (percent < 1) return "< 1 %";
  return `${percent > 99 && percent < 100 ? "> 99" : percent.toFixed(0)} %`;
}

export function formatDate(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toLocaleString(locale(), {
    numberingSystem: "latn",
    dateStyle: "medium",
    timeStyle: "short",
  });
}

/** The one sentence that says how the run stands; `elapsed` null leaves out what changes each second. */
export function headline(run: RunView, elapsed: number | null): string {
  const best = run.rows[0] && run.rows[0].score !== null ? run.rows[0] : null;
  const ended = hasEnded(run);
  const lead = best
    ? t(ended ? "ui-run-won" : "ui-run-leads", {
        model: best.model,
        metric: run.plan?.metric ?? "",
        score: formatScore(best.score),
        n: run.n_done,
      })
    : "";
  if (ended) {
    if (run.status === "failed") return run.reason;
    return (best ? `${lead}. ${run.reason}` : `${run.reason} ${t("ui-run-no-model")}`).trim();
  }
  if (!lead) return run.message || t("ui-run-waiting");
  if (run.status === "paused") return t("ui-run-paused", { lead });
  if (run.status === "queued" || run.stage === "finishing" || isEnding(run)) {
    return `${lead}. ${run.message}`;
  }
  if (elapsed === null) return `${lead}.`;
  const left = formatDuration(Math.max(0, run.budget_seconds - elapsed));
  return t("ui-run-left", { lead, left });
}

/** Whether it waits for its turn; its message then says at which place. */
export function isInLine(run: RunView): boolean {
  return run.status === "queued" && run.message.startsWith("Queued");
}

/** Whether a person has ended it; its message says so. */
export function isEnding(run: RunView): boolean {
  return /^(Stopping|Cancelling)/.test(run.message);
}

/** What is being waited for, while nothing else changes. */
export function waitingFor(run: RunView): string {
  if (hasEnded(run)) return "";
  if (isInLine(run)) return t(run.best.length > 0 ? "ui-run-line-again" : "ui-run-line");
  const busy = run.rows.filter((row) => row.state === "running");
  if (busy.length === 0) return run.message;
  const parts = busy.map((row) => (row.note ? `${row.model} (${row.note})` : row.model));
  return t("ui-run-fitting", { models: parts.reduce((a, b) => t("ui-run-and", { a, b })) });
}
