import { useState } from "preact/hooks";

import type { Link } from "../link.ts";
import { RequestError } from "../link.ts";
import type { ErrorView, RunView } from "../types.gen.ts";
import {
  formatBytes,
  formatClock,
  formatDuration,
  hasEnded,
  headline,
  isInLine,
  plural,
  waitingFor,
} from "../words.ts";
import { Button, Loading, Mark, Notices, Problem, Spoken } from "./basics.tsx";
import { BestChart } from "./best_chart.tsx";
import { Board } from "./board/board.tsx";
import { useElapsed } from "./clock.ts";

/** A run from its headline down to its log. */
export function RunPanel({ link, run }: { link: Link; run: RunView }) {
  const elapsed = useElapsed(link, run);
  const sentence = headline(run, elapsed);
  return (
    <div class="ja-run">
      <div class="ja-top">
        <div class="ja-top-words">
          <p class="ja-sentence">
            <StatusMark run={run} />
            {sentence}
          </p>
          {!hasEnded(run) && <p class="ja-waiting">{waitingFor(run)}</p>}
          <Spoken text={spokenHeadline(run, sentence)} />
        </div>
        <BudgetBar run={run} elapsed={elapsed} />
        {!hasEnded(run) && <Controls link={link} run={run} />}
      </div>
      {run.error && <Problem error={run.error} />}
      {run.rows.length > 0 ? (
        <Board link={link} run={run} />
      ) : (
        !hasEnded(run) &&
        !isInLine(run) && <Loading>{run.message || "Waiting for the first model."}</Loading>
      )}
      {run.rows.length > 0 && (
        <div class="ja-under">
          <BestChart run={run} elapsed={elapsed} />
          <Meters run={run} />
        </div>
      )}
      <RunNotices run={run} />
      <Decisions run={run} />
      <Log run={run} />
    </div>
  );
}

/** Without the seconds, which would make a screen reader speak without end. */
function spokenHeadline(run: RunView, sentence: string): string {
  return hasEnded(run) ? sentence : sentence.replace(/; [^;]* left\.$/, ".");
}

const STATUS: Record<string, { level: "good" | "warning" | "error"; word: string }> = {
  finished: { level: "good", word: "finished" },
  stopped: { level: "good", word: "stopped, the best is kept" },
  cancelled: { level: "warning", word: "cancelled" },
  failed: { level: "error", word: "failed" },
  interrupted: { level: "error", word: "interrupted" },
};

function StatusMark({ run }: { run: RunView }) {
  const status = STATUS[run.status];
  if (!status) return <span class="ja-pulse" role="img" aria-label={run.status} />;
  return (
    <span title={status.word}>
      <Mark level={status.level} />
      <span class="ja-sr">{status.word}: </span>
    </span>
  );
}

function BudgetBar({ run, elapsed }: { run: RunView; elapsed: number }) {
  const budget = run.budget_seconds || 1;
  const used = Math.min(elapsed, hasEnded(run) ? elapsed : budget);
  const words = hasEnded(run)
    ? `took ${formatDuration(elapsed)} of ${formatDuration(budget)}`
    : `${formatClock(used)} of ${formatClock(budget)}`;
  return (
    <div class="ja-budget">
      <progress max={budget} value={Math.min(used, budget)} aria-label="Budget in use" />
      <span class="ja-budget-words">{words}</span>
    </div>
  );
}

function Controls({ link, run }: { link: Link; run: RunView }) {
  const [asked, setAsked] = useState<"stop" | "cancel" | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  const ask = (kind: "stop" | "cancel"): void => {
    setAsked(kind);
    setError(null);
    link.insist(kind).catch((problem: unknown) => {
      setAsked(null);
      if (problem instanceof RequestError) setError(problem.view);
    });
  };
  // What is shown at first may be a saved snapshot, with nobody there yet who could stop.
  const dead = link.life === "gone" || link.life === "connecting" || asked !== null;
  const none = run.best.length === 0;
  return (
    <div class="ja-controls">
      <Button onClick={() => ask("stop")} disabled={dead}>
        {asked === "stop" ? "Stopping …" : none ? "Stop" : "Stop and keep the best"}
      </Button>
      <Button onClick={() => ask("cancel")} disabled={dead} title="End now, without an ensemble">
        {asked === "cancel" ? "Cancelling …" : "Cancel"}
      </Button>
      {error && <Problem error={error} />}
    </div>
  );
}

function Meters({ run }: { run: RunView }) {
  if (!run.resources || hasEnded(run)) return null;
  const [cpu, used, total] = run.resources;
  return (
    <dl class="ja-meters">
      <dt>CPU</dt>
      <dd>
        <meter min={0} max={100} value={cpu} aria-label="CPU in use by the run" />
        {cpu.toFixed(0)} %
      </dd>
      <dt>memory</dt>
      <dd>
        <meter min={0} max={total} value={used} aria-label="Memory in use by the run" />
        {formatBytes(used * 1024 * 1024)} of {formatBytes(total * 1024 * 1024)}
      </dd>
    </dl>
  );
}

function RunNotices({ run }: { run: RunView }) {
  if (run.notices.length === 0) return null;
  const warnings = run.notices.filter((notice) => notice.level === "warning").length;
  const title = `${plural(run.notices.length, "thing")} to know`;
  return (
    <details class="ja-fold" open={warnings > 0 && run.notices.length <= 3}>
      <summary>{title}</summary>
      <Notices notices={run.notices} />
    </details>
  );
}

function Decisions({ run }: { run: RunView }) {
  const reasons = Object.entries(run.plan?.reasons ?? {});
  if (!run.plan || reasons.length === 0) return null;
  return (
    <details class="ja-fold">
      <summary>
        What was decided: {run.plan.task}, target {run.plan.target},{" "}
        {plural(run.plan.n_features, "column")}
      </summary>
      <dl class="ja-reasons">
        {reasons.map(([key, reason]) => (
          <div key={key}>
            <dt>{key.replace(/_/g, " ")}</dt>
            <dd>{reason}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Log({ run }: { run: RunView }) {
  if (run.log.length === 0) return null;
  const lines = [...run.log].reverse();
  return (
    <details class="ja-fold">
      <summary>Log ({plural(run.log_start + run.log.length, "entry", "entries")})</summary>
      <ol class="ja-log" reversed tabIndex={0} aria-label="Log, newest first">
        {lines.map(([at, level, text], index) => (
          <li key={run.log_start + run.log.length - index} class={`ja-log-${level}`}>
            <time>{formatClock(at)}</time>
            <span>
              {level !== "info" && <Mark level={level} />}
              {text}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
