import { useEffect, useRef, useState } from "preact/hooks";

import type { ExplanationView, ImportanceView } from "../types.gen.ts";
import { formatScore, plural } from "../words.ts";
import { valueColor } from "./colors.ts";

const ROW = 26;
const RIGHT = 64;
const WIDTH = 520;

/** Bars with intervals, then one dot a row and feature; a table behind both. */
export function ShapView({ view }: { view: ExplanationView }) {
  return (
    <div class="ja-shap">
      {view.insights.map((sentence, index) => (
        <p key={index} class={index === 0 ? "ja-sentence" : ""}>
          {sentence}
        </p>
      ))}
      <div class="ja-charts">
        <Importance view={view} />
        <Swarm view={view} />
      </div>
      <ImportanceTable view={view} />
    </div>
  );
}

/** The width a chart is drawn at, so that its words keep their size on a narrow page. */
function useWidth() {
  const ref = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(WIDTH);
  useEffect(() => {
    const figure = ref.current;
    if (!figure || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(([entry]) => {
      const now = Math.round(entry?.contentRect.width ?? 0);
      if (now > 0) setWidth(Math.max(240, now));
    });
    observer.observe(figure);
    return () => observer.disconnect();
  }, []);
  return { ref, width, name: Math.min(150, Math.round(width * 0.32)) };
}

function Importance({ view }: { view: ExplanationView }) {
  const { ref, width, name } = useWidth();
  const rows = view.importance.slice(0, 10);
  const most = Math.max(...rows.map((row) => row.high), 1e-12);
  const x = (value: number) => name + (Math.max(0, value) / most) * (width - name - RIGHT);
  const height = rows.length * ROW + 6;
  return (
    <figure ref={ref}>
      <figcaption>
        How much each column moves the prediction{" "}
        <span class="ja-quiet">
          (mean |SHAP|{view.unit && `, ${view.unit}`}, with 95 % interval)
        </span>
      </figcaption>
      <svg
        class="ja-chart"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={importanceWords(rows)}
      >
        <line x1={name} x2={name} y1={0} y2={height} class="ja-zero" />
        {rows.map((row, index) => {
          const middle = index * ROW + ROW / 2 + 3;
          return (
            <g key={row.feature}>
              <text x={name - 8} y={middle + 4} text-anchor="end">
                {shorten(row.feature, name)}
                <title>{row.feature}</title>
              </text>
              <rect
                x={name}
                y={middle - 7}
                width={Math.max(1, x(row.mean) - name)}
                height={14}
                class="ja-bar-fill"
              />
              <path
                class="ja-whisker"
                d={`M${x(row.low)} ${middle}H${x(row.high)}M${x(row.low)} ${middle - 4}v8M${x(row.high)} ${middle - 4}v8`}
              />
              <text x={x(row.high) + 8} y={middle + 4} class="ja-value">
                {formatScore(row.mean)}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

function Swarm({ view }: { view: ExplanationView }) {
  const { ref, width, name } = useWidth();
  const features = view.swarm;
  const all = features.flatMap((feature) => feature.points.map(([value]) => value));
  if (all.length === 0) return null;
  const low = Math.min(0, ...all);
  const high = Math.max(0, ...all);
  const span = high - low || 1;
  const x = (value: number) => name + 8 + ((value - low) / span) * (width - name - 24);
  const height = features.length * ROW + 22;
  return (
    <figure ref={ref}>
      <figcaption>
        Where each row is moved{view.speaks_of && `, for ${view.speaks_of}`}{" "}
        <span class="ja-quiet">
          (a dot is a row; <span style={{ color: valueColor(0) }}>●</span> low value,{" "}
          <span style={{ color: valueColor(1) }}>●</span> high value,{" "}
          <span style={{ color: valueColor(null) }}>●</span> no order)
        </span>
      </figcaption>
      <svg
        class="ja-chart"
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label="SHAP values of single rows by column; the table below has the means."
      >
        <line x1={x(0)} x2={x(0)} y1={0} y2={height - 18} class="ja-zero" />
        {features.map((feature, index) => {
          const middle = index * ROW + ROW / 2 + 3;
          return (
            <g key={feature.feature}>
              <text x={name - 8} y={middle + 4} text-anchor="end">
                {shorten(feature.feature, name)}
                <title>{feature.feature}</title>
              </text>
              {spread(feature.points.map(([value]) => x(value))).map((offset, place) => (
                <circle
                  key={place}
                  cx={x(feature.points[place]![0]).toFixed(1)}
                  cy={(middle + offset).toFixed(1)}
                  r={2}
                  fill={valueColor(feature.points[place]![1])}
                  fill-opacity={0.75}
                />
              ))}
            </g>
          );
        })}
        <text x={x(0) - 6} y={height - 4} text-anchor="end" class="ja-axis">
          ← lower
        </text>
        <text x={x(0) + 6} y={height - 4} class="ja-axis">
          higher →
        </text>
      </svg>
    </figure>
  );
}

/** Vertical offsets that keep dots at nearly the same place apart. */
function spread(places: number[]): number[] {
  const taken = new Map<number, number>();
  return places.map((place) => {
    const bin = Math.round(place / 3);
    const count = taken.get(bin) ?? 0;
    taken.set(bin, count + 1);
    const step = Math.ceil(count / 2) * (count % 2 ? 2.2 : -2.2);
    return Math.max(-ROW / 2 + 2, Math.min(ROW / 2 - 2, step));
  });
}

function ImportanceTable({ view }: { view: ExplanationView }) {
  return (
    <details class="ja-fold">
      <summary>As a table ({plural(view.importance.length, "column")})</summary>
      <table class="ja-plain">
        <thead>
          <tr>
            <th scope="col">column</th>
            <th scope="col" class="ja-num">
              mean |SHAP|
            </th>
            <th scope="col" class="ja-num">
              95 % from
            </th>
            <th scope="col" class="ja-num">
              to
            </th>
          </tr>
        </thead>
        <tbody>
          {view.importance.map((row) => (
            <tr key={row.feature}>
              <th scope="row">{row.feature}</th>
              <td class="ja-num">{formatScore(row.mean)}</td>
              <td class="ja-num">{formatScore(row.low)}</td>
              <td class="ja-num">{formatScore(row.high)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="ja-quiet">
        SHAP values of {plural(view.n_rows, "row")}, method: {view.method}.
      </p>
    </details>
  );
}

function importanceWords(rows: ImportanceView[]): string {
  const parts = rows.slice(0, 5).map((row) => `${row.feature} ${formatScore(row.mean)}`);
  return `Most important columns: ${parts.join(", ")}.`;
}

function shorten(text: string, pixels: number): string {
  const most = Math.floor(pixels / 7);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
