import { lazy } from "../../late.tsx";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { RunView } from "../../types.gen.ts";
import { Notices } from "../basics.tsx";
import { Log } from "./log.tsx";

const Live = lazy((late) => late.Live);

/** What stands below the leaderboard of a run: its fits, families, notices, decisions and log. */
export function Monitor({ link, run }: { link: Link; run: RunView }) {
  return (
    <>
      {link.life !== "gone" && <Live link={link} run={run} />}
      <RunNotices run={run} />
      <Decisions run={run} />
      <Log link={link} run={run} />
    </>
  );
}

function RunNotices({ run }: { run: RunView }) {
  if (run.notices.length === 0) return null;
  const warnings = run.notices.filter((notice) => notice.level === "warning").length;
  return (
    <details class="ja-fold" open={warnings > 0 && run.notices.length <= 3}>
      <summary>{t("ui-run-notices", { n: run.notices.length })}</summary>
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
        {t("ui-run-decided", {
          task: run.plan.task,
          target: run.plan.target,
          n: run.plan.n_features,
        })}
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
