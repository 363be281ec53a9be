import { useLayoutEffect, useRef } from "preact/hooks";

import type { RowView, RunView } from "../types.gen.ts";
import {
  formatMicroseconds,
  formatScore,
  formatSeconds,
  formatSpread,
  hasEnded,
} from "../words.ts";
import { familyColor } from "./colors.ts";

const MOVE_MS = 150;

/** One row a model; a row moves once, when it has earned another place. */
export function LeaderboardTable({ run }: { run: RunView }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useMoves(body, run.rows);
  const metric = run.plan?.metric ?? "score";
  const top = Math.max(0, ...run.rows.map((row) => row.score ?? 0));
  const better = (run.plan?.greater_is_better ?? true) ? "larger is better" : "smaller is better";
  return (
    <div class="ja-scroll" tabIndex={0} role="region" aria-label="Leaderboard">
      <table class="ja-board">
        <caption class="ja-sr">
          Models, best first, by {metric} ({better})
        </caption>
        <thead>
          <tr>
            <th scope="col" class="ja-num">
              <abbr title="rank">#</abbr>
            </th>
            <th scope="col">model</th>
            <th scope="col" class="ja-score-head" title={`${metric}: ${better}`}>
              {metric}
            </th>
            <th scope="col" class="ja-num" title="Standard deviation over the folds">
              <abbr title="standard deviation over the folds">±</abbr>
            </th>
            <th scope="col" class="ja-num ja-wide" title="Seconds to fit all folds">
              fit
            </th>
            <th scope="col" class="ja-num ja-wide" title="Time to predict one row">
              predict
            </th>
            <th scope="col" class="ja-num ja-wide" title="Settings tried">
              trials
            </th>
            <th scope="col" class="ja-wide">
              <span class="ja-sr">scores of the trials</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {run.rows.map((row, index) => (
            <Row key={row.family} row={row} rank={index + 1} top={top} ended={hasEnded(run)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: RowView;
  rank: number;
  top: number;
  ended: boolean;
}

function Row({ row, rank, top, ended }: RowProps) {
  const scored = row.score !== null;
  const running = row.state === "running" && !ended;
  const note = running || row.state === "failed" ? row.note : "";
  return (
    <tr data-family={row.family} class={`ja-row ja-row-${row.state}`}>
      <td class="ja-num ja-rank">{scored ? rank : <RowSign state={row.state} />}</td>
      <th scope="row" class="ja-model">
        <span class="ja-swatch" style={{ background: familyColor(row.family) }} aria-hidden="true" />
        <span class="ja-model-name">{row.model}</span>
        {note && scored && <span class="ja-note">{note}</span>}
        {row.family === "ensemble" && row.note && <span class="ja-note">{row.note}</span>}
      </th>
      {scored ? (
        <>
          <td class="ja-score">
            <span class="ja-score-number">{formatScore(row.score)}</span>
            <Bar share={top > 0 ? (row.score ?? 0) / top : 0} family={row.family} />
          </td>
          <td class="ja-num ja-quiet">{formatSpread(row.score_std, row.score)}</td>
          <td class="ja-num ja-wide">{formatSeconds(row.fit_seconds)}</td>
          <td class="ja-num ja-wide">{formatMicroseconds(row.predict_us)}</td>
          <td class="ja-num ja-wide">{row.family === "ensemble" ? "–" : row.n_trials}</td>
          <td class="ja-wide">
            <Spark scores={row.history} family={row.family} />
          </td>
        </>
      ) : (
        <td colSpan={6} class="ja-quiet">
          {row.state === "failed" ? `no score: ${row.note || "no reason was given"}` : row.note}
        </td>
      )}
    </tr>
  );
}

function RowSign({ state }: { state: RowView["state"] }) {
  return state === "failed" ? (
    <span class="ja-failed" role="img" aria-label="no score">
      ✕
    </span>
  ) : (
    <span class="ja-pulse" role="img" aria-label="running" />
  );
}

function Bar({ share, family }: { share: number; family: string }) {
  const width = `${(100 * Math.max(0, Math.min(1, share))).toFixed(1)}%`;
  return (
    <span class="ja-bar" aria-hidden="true">
      <span style={{ width, background: familyColor(family) }} />
    </span>
  );
}

function Spark({ scores, family }: { scores: number[]; family: string }) {
  if (scores.length < 2) return null;
  const width = 64;
  const height = 16;
  const low = Math.min(...scores);
  const span = Math.max(...scores) - low || 1;
  const points = scores
    .slice(-32)
    .map((score, index, shown) => {
      const x = 1 + (index * (width - 2)) / (shown.length - 1);
      return `${x.toFixed(1)},${(height - 2 - ((score - low) / span) * (height - 4)).toFixed(1)}`;
    })
    .join(" ");
  const said = `${scores.length} trials, from ${formatScore(scores[0])} to ${formatScore(scores[scores.length - 1])}`;
  return (
    <svg class="ja-spark" width={width} height={height} role="img" aria-label={said}>
      <polyline points={points} fill="none" stroke={familyColor(family)} stroke-width="1.5" />
    </svg>
  );
}

/** Slides rows from where they were to where they are, unless motion is not wanted. */
function useMoves(body: { current: HTMLTableSectionElement | null }, rows: RowView[]): void {
  const places = useRef(new Map<string, number>());
  const order = rows.map((row) => row.family).join("\n");
  useLayoutEffect(() => {
    const before = places.current;
    const after = new Map<string, number>();
    const still = window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
    for (const row of body.current?.rows ?? []) {
      const family = row.dataset.family ?? "";
      after.set(family, row.offsetTop);
      const moved = (before.get(family) ?? row.offsetTop) - row.offsetTop;
      if (moved !== 0 && !still && typeof row.animate === "function") {
        row.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], {
          duration: MOVE_MS,
          easing: "ease-out",
        });
      }
    }
    places.current = after;
  }, [order, body]);
}
