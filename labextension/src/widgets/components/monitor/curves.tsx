import { t } from "../../messages.ts";
import type { CurveView } from "../../types.gen.ts";
import { formatCount, formatScore } from "../../words.ts";

const WIDTH = 240;
const HEIGHT = 76;
const BOTTOM = 60;
const TOP = 14;

interface CurvesProps {
  loss: string;
  /** Rounds, losses, and the round with the smallest. */
  lines: CurveView["lines"];
  color: string;
  /** Fits that the lines are of; they count from 1. */
  fits?: number[];
}

/** The loss over the rounds, a line a fit: the last one stands out, dots are the best rounds. */
export function Curves({ loss, lines, color, fits = lines.map((_, i) => i + 1) }: CurvesProps) {
  const points = lines.flatMap(([rounds, losses]) => rounds.map((at, i) => [at, losses[i]!] as const));
  if (points.length === 0) return null;
  const end = Math.max(...points.map(([at]) => at), 2);
  const low = Math.min(...points.map(([, value]) => value));
  const high = Math.max(...points.map(([, value]) => value));
  const x = (at: number): number => 3 + ((at - 1) / (end - 1)) * (WIDTH - 6);
  const y = (value: number): number =>
    high > low ? TOP + ((high - value) / (high - low)) * (BOTTOM - TOP) : (TOP + BOTTOM) / 2;
  const bests = lines.map(([rounds, losses, best]) => losses[Math.max(0, rounds.indexOf(best))]!);
  const said = t("ui-monitor-curve-said", {
    loss,
    n: lines.length,
    best: formatScore(Math.min(...bests)),
    rounds: formatCount(end),
  });
  return (
    <>
      <svg class="ja-curves" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said}>
        <line x1={3} x2={WIDTH - 3} y1={BOTTOM + 2} y2={BOTTOM + 2} class="ja-zero" />
        {lines.map(([rounds, losses, best], i) => (
          <g key={fits[i]} opacity={i === lines.length - 1 ? 1 : 0.4} stroke={color} fill={color}>
            <polyline
              points={rounds.map((at, k) => `${x(at).toFixed(1)},${y(losses[k]!).toFixed(1)}`).join(" ")}
              fill="none"
            />
            <circle cx={x(best)} cy={y(bests[i]!)} r={2.5} />
          </g>
        ))}
        <text x={WIDTH - 3} y={10} text-anchor="end" class="ja-axis">
          {`${formatScore(high)} → ${formatScore(low)}`}
        </text>
        <text x={3} y={HEIGHT - 3} class="ja-axis">
          {loss}
        </text>
        <text x={WIDTH - 3} y={HEIGHT - 3} text-anchor="end" class="ja-axis">
          {t("ui-monitor-rounds", { n: end })}
        </text>
      </svg>
      <details class="ja-fold">
        <summary>{t("ui-monitor-curve-table")}</summary>
        <table class="ja-small">
          <thead>
            <tr>
              {["fit", "best", "at-best", "last"].map((key) => (
                <th key={key} scope="col" class="ja-num">
                  {t(`ui-monitor-curve-${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(([rounds, , best], i) => (
              <tr key={fits[i]}>
                <th scope="row" class="ja-num">{fits[i]}</th>
                <td class="ja-num">{formatCount(best)}</td>
                <td class="ja-num">{formatScore(bests[i])}</td>
                <td class="ja-num">{formatCount(rounds[rounds.length - 1]!)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
