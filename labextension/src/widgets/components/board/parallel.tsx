import { useEffect, useRef, useState } from "preact/hooks";

import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { ParallelView } from "../../types.gen.ts";
import { formatScore } from "../../words.ts";
import { familyColor } from "../colors.ts";

const HEIGHT = 180;
const TOP = 22;
const BOTTOM = 18;
const AXIS_PX = 110;
const N_STRONG = 5;

interface ParallelProps {
  link: Link;
  family: string;
  model: string;
  version: number;
}

/** The settings of all trials of a family as lines through one axis a setting. */
export function Parallel({ link, family, model, version }: ParallelProps) {
  const [open, setOpen] = useState(false);
  const seen = useView<ParallelView>(
    link,
    "trials.parallel",
    open ? { family } : null,
    { version },
  );
  const answer = seen.answer;
  const places = answer?.arrays.place;
  const scores = answer?.arrays.score;
  return (
    <details class="ja-fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("ui-detail-search", { model })}</summary>
      {answer && places && scores && (
        <>
          {answer.value.axes.length > 1 ? (
            <Lines
              view={answer.value}
              places={places as Float32Array}
              scores={scores as Float32Array}
              color={familyColor(family)}
            />
          ) : (
            <p class="ja-quiet">{t("ui-detail-search-few")}</p>
          )}
          {answer.value.same.length > 0 && (
            <p class="ja-quiet ja-wrap">
              {t("ui-detail-search-same", {
                list: answer.value.same.map(([name, value]) => `${name} ${value}`).join(", "),
              })}
            </p>
          )}
        </>
      )}
    </details>
  );
}

interface LinesProps {
  view: ParallelView;
  places: Float32Array;
  scores: Float32Array;
  color: string;
}

function Lines({ view, places, scores, color }: LinesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const n = scores.length;
  const width = Math.max(2, view.axes.length) * AXIS_PX;
  const x = (axis: number): number => AXIS_PX / 2 + axis * AXIS_PX;
  const y = (place: number): number => TOP + (1 - place) * (HEIGHT - TOP - BOTTOM);
  useEffect(() => {
    const context = canvas.current?.getContext?.("2d");
    if (!context) return;
    const scale = window.devicePixelRatio || 1;
    canvas.current!.width = width * scale;
    canvas.current!.height = HEIGHT * scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, HEIGHT);
    context.lineWidth = 1;
    context.strokeStyle = color;
    // The best last, so that they lie on top.
    for (let trial = n - 1; trial >= N_STRONG; trial -= 1) {
      context.globalAlpha = 0.08 + 0.4 * (1 - trial / n) ** 2;
      stroke(context, path(places, trial, view.axes.length, x, y));
    }
  }, [view, places, scores, color, width]);
  const best = Array.from({ length: Math.min(N_STRONG, n) }, (_, trial) => trial).reverse();
  const drawn = n === view.n_trials ? "all" : "some";
  return (
    <>
      <p class="ja-quiet">
        {t("ui-detail-search-note", { shown: drawn, drawn: n, n: view.n_trials })}
      </p>
      <div class="ja-scroll" tabIndex={0} role="region" aria-label={t("ui-detail-params")}>
        <div class="ja-parallel" style={{ width: `${width}px`, height: `${HEIGHT}px` }}>
          <canvas ref={canvas} aria-hidden="true" style={{ width: `${width}px`, height: `${HEIGHT}px` }} />
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={t("ui-board-spark", {
              n: view.n_trials,
              first: formatScore(scores[n - 1]),
              last: formatScore(scores[0]),
            })}
          >
            {view.axes.map((axis, index) => (
              <g key={axis.name}>
                <line x1={x(index)} x2={x(index)} y1={TOP} y2={HEIGHT - BOTTOM} class="ja-zero" />
                <text x={x(index)} y={12} text-anchor="middle">
                  {cut(axis.name, 16)}
                  <title>{axis.name}</title>
                </text>
                {axis.ticks.map(([place, text]) => (
                  <text
                    key={text}
                    x={x(index) + 4}
                    y={y(place) + (place === 0 ? 12 : place === 1 ? -2 : 4)}
                    class="ja-axis"
                  >
                    {cut(text, 12)}
                    <title>{text}</title>
                  </text>
                ))}
              </g>
            ))}
            {best.map((trial) => (
              <path
                key={trial}
                d={svgPath(path(places, trial, view.axes.length, x, y))}
                fill="none"
                stroke={color}
                stroke-width={trial === 0 ? 2.5 : 1.5}
              />
            ))}
          </svg>
        </div>
      </div>
    </>
  );
}

type Points = ([number, number] | null)[];

/** Where a trial crosses the axes; null where it does not have the setting. */
function path(
  places: Float32Array,
  trial: number,
  n: number,
  x: (axis: number) => number,
  y: (place: number) => number,
): Points {
  return Array.from({ length: n }, (_, axis) => {
    const place = places[trial * n + axis]!;
    return Number.isFinite(place) ? [x(axis), y(place)] : null;
  });
}

function stroke(context: CanvasRenderingContext2D, points: Points): void {
  context.beginPath();
  let drawing = false;
  for (const point of points) {
    if (point && drawing) context.lineTo(...point);
    else if (point) context.moveTo(...point);
    drawing = point !== null;
  }
  context.stroke();
}

function svgPath(points: Points): string {
  let drawing = false;
  return points
    .map((point) => {
      const step = point ? `${drawing ? "L" : "M"}${point[0]} ${point[1].toFixed(1)}` : "";
      drawing = point !== null;
      return step;
    })
    .join("");
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
