import type { Link } from "../link.ts";
import { t } from "../messages.ts";
import type { RunView } from "../types.gen.ts";
import {
  formatBytes,
  formatClock,
  formatDuration,
  hasEnded,
  headline,
  isInLine,
  waitingFor,
} from "../words.ts";
import { Loading, Mark, Problem, Spoken } from "./basics.tsx";
import { BestChart } from "./best_chart.tsx";
import { Board } from "./board/board.tsx";
import { useElapsed } from "./clock.ts";
import { Bell } from "./monitor/bell.tsx";
import { Controls } from "./monitor/controls.tsx";
import { Monitor } from "./monitor/panel.tsx";

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
          <Spoken text={headline(run, null)} />
        </div>
        <BudgetBar run={run} elapsed={elapsed} />
        {!hasEnded(run) && <Controls key={run.id} link={link} run={run} />}
        <Bell link={link} run={run} />
      </div>
      {run.error && <Problem error={run.error} />}
      {run.rows.length > 0 ? (
        <Board link={link} run={run} />
      ) : (
        !hasEnded(run) &&
        !isInLine(run) && <Loading>{run.message || t("ui-run-waiting")}</Loading>
      )}
      {run.rows.length > 0 && (
        <div class="ja-under">
          <BestChart run={run} elapsed={elapsed} />
          <Meters run={run} />
        </div>
      )}
      <Monitor link={link} run={run} />
    </div>
  );
}

const LEVELS: Partial<Record<RunView["status"], "good" | "warning" | "error">> = {
  finished: "good",
  stopped: "good",
  cancelled: "warning",
  failed: "error",
  interrupted: "error",
};

function StatusMark({ run }: { run: RunView }) {
  const word = t(`ui-run-is-${run.status}`);
  const level = LEVELS[run.status];
  if (!level) return <span class="ja-pulse" role="img" aria-label={word} />;
  return (
    <span title={word}>
      <Mark level={level} />
      <span class="ja-sr">{word}: </span>
    </span>
  );
}

function BudgetBar({ run, elapsed }: { run: RunView; elapsed: number }) {
  const budget = run.budget_seconds || 1;
  const used = Math.min(elapsed, hasEnded(run) ? elapsed : budget);
  const words = hasEnded(run)
    ? t("ui-run-took", { used: formatDuration(elapsed), budget: formatDuration(budget) })
    : t("ui-run-of", { used: formatClock(used), all: formatClock(budget) });
  return (
    <div class="ja-budget">
      <progress max={budget} value={Math.min(used, budget)} aria-label={t("ui-run-budget")} />
      <span class="ja-budget-words">{words}</span>
    </div>
  );
}

function Meters({ run }: { run: RunView }) {
  if (!run.resources || hasEnded(run)) return null;
  const [cpu, used, total, gpu, gpuUsed, gpuTotal] = run.resources;
  return (
    <dl class="ja-meters">
      <dt>{t("ui-run-cpu")}</dt>
      <dd>
        <meter min={0} max={100} value={cpu} aria-label={t("ui-run-cpu-label")} />
        {cpu.toFixed(0)} %
      </dd>
      <dt>{t("ui-run-memory")}</dt>
      <dd>
        <meter min={0} max={total} value={used} aria-label={t("ui-run-memory-label")} />
        {ofAll(used, total)}
      </dd>
      {gpu != null && (
        <>
          <dt>{t("ui-monitor-gpu")}</dt>
          <dd>
            <meter min={0} max={100} value={gpu} aria-label={t("ui-monitor-gpu-label")} />
            {gpu.toFixed(0)} %
          </dd>
        </>
      )}
      {gpuUsed !== undefined && gpuTotal !== undefined && (
        <>
          <dt>{t("ui-monitor-gpu-memory")}</dt>
          <dd>
            <meter min={0} max={gpuTotal} value={gpuUsed} aria-label={t("ui-monitor-gpu-memory-label")} />
            {ofAll(gpuUsed, gpuTotal)}
          </dd>
        </>
      )}
    </dl>
  );
}

function ofAll(used: number, all: number): string {
  const [one, other] = [used, all].map((mib) => formatBytes(mib * 1024 * 1024));
  return t("ui-run-of", { used: one!, all: other! });
}
