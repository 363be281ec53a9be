import { t } from "../messages.ts";
import type { RunView } from "../types.gen.ts";
import { formatDuration, formatScore } from "../words.ts";

const WIDTH = 320;
const HEIGHT = 72;
const LEFT = 4;
const LEAST_RIGHT = 44;
const CHARACTER = 8;
const TOP = 10;
const BOTTOM = 16;

/** The best score over time, as steps; its last value is written at its end. */
export function BestChart({ run, elapsed }: { run: RunView; elapsed: number }) {
  const best = run.best;
  if (best.length === 0) return null;
  const metric = run.plan?.metric ?? "score";
  const end = Math.max(elapsed, best[best.length - 1]![0], 1);
  const scores = best.map(([, score]) => score);
  const low = Math.min(...scores);
  const high = Math.max(...scores);
  const last = best[best.length - 1]!;
  const written = formatScore(last[1]);
  // Large numbers are long: the line leaves them room.
  const right = WIDTH - Math.max(LEAST_RIGHT, CHARACTER * (written.length + 1));
  const x = (at: number) => LEFT + (at / end) * (right - LEFT);
  const y = (score: number) =>
    high === low
      ? TOP + (HEIGHT - TOP - BOTTOM) / 2
      : TOP + ((high - score) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  let path = `M${x(best[0]![0]).toFixed(1)} ${y(best[0]![1]).toFixed(1)}`;
  for (const [at, score] of best.slice(1)) path += `H${x(at).toFixed(1)}V${y(score).toFixed(1)}`;
  path += `H${x(end).toFixed(1)}`;
  const said = t("ui-run-best-said", { metric, best: written, first: formatScore(scores[0]) });
  return (
    <figure class="ja-best">
      <figcaption>
        {t("ui-run-best", { metric })}
        {best.length > 1 && (
          <span class="ja-quiet">
            {" "}
            {formatScore(scores[0])} → {written}
          </span>
        )}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said}>
        <line x1={LEFT} x2={right} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
        <path d={path} />
        <circle cx={x(end)} cy={y(last[1])} r="2.5" />
        <text x={right + 6} y={y(last[1]) + 4}>
          {written}
        </text>
        <text x={LEFT} y={HEIGHT - 3} class="ja-axis">
          {formatDuration(0)}
        </text>
        <text x={right} y={HEIGHT - 3} class="ja-axis" text-anchor="end">
          {formatDuration(end)}
        </text>
      </svg>
    </figure>
  );
}
