import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { t } from "../../messages.ts";
import { formatScore } from "../../words.ts";
import { familyColor } from "../colors.ts";
import { type BoardRow, type Column, nextSort, sortOf } from "./rows.ts";
import { Spark } from "./spark.tsx";

export const ROW_PX = 28;
/** More rows than these are drawn only where they can be seen. */
const WINDOW_FROM = 60;
const OVERSCAN = 10;
const MOVE_MS = 150;

interface GridProps {
  rows: BoardRow[];
  columns: Column[];
  sort: string | undefined;
  onSort: (sort: string[]) => void;
  picked: string[];
  onPick: (id: string) => void;
  open: string;
  onOpen: (id: string) => void;
  /** The row that takes the focus back, where what was opened from it has just been closed. */
  back: string | null;
  caption: string;
  /** Whether rows slide to their new places: they do while the ranks decide. */
  slides: boolean;
}

/** The table: arrow keys move, Enter opens, the space bar picks for comparing. */
export function Grid(props: GridProps) {
  const { rows, columns, open, onOpen, picked, onPick, back } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const [focused, setFocused] = useState(0);
  const wanted = useRef(-1);
  const window_ = useWindow(scroller, rows.length);
  const current = Math.min(focused, Math.max(0, rows.length - 1));
  useSlides(body, rows, props.slides && !window_.on);
  useEffect(() => {
    if (wanted.current < 0) return;
    const row = body.current?.querySelector<HTMLElement>(`[data-place="${wanted.current}"]`);
    if (!row) return;
    wanted.current = -1;
    row.focus();
  });
  const go = (place: number): void => {
    const target = Math.max(0, Math.min(rows.length - 1, place));
    wanted.current = target;
    window_.reveal(target);
    setFocused(target);
  };
  useEffect(() => {
    if (back === null) return;
    const place = rows.findIndex((row) => row.id === back);
    go(place < 0 ? current : place);
  }, [back]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as HTMLElement).closest("button, input")) return;
    const row = rows[current];
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + 10,
      PageUp: current - 10,
      Home: 0,
      End: rows.length - 1,
    };
    const place = moves[event.key];
    if (place !== undefined) go(place);
    else if (event.key === "Enter" && row) onOpen(row.id);
    else if (event.key === " " && row) onPick(row.id);
    else if (event.key === "Escape" && open) onOpen("");
    else return;
    // Keys of a notebook's command mode must not be pressed as well.
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = rows.slice(window_.first, window_.last);
  const width = columns.length + 3;
  // Of all rows once, and not at every step of scrolling through ten thousand.
  const top = useMemo(() => rows.reduce((most, row) => Math.max(most, row.score ?? 0), 0), [rows]);
  return (
    <div
      class={`ja-scroll ja-grid-scroll ${window_.on ? "ja-grid-window" : ""}`}
      ref={scroller}
      onScroll={window_.onScroll}
      role="region"
      aria-label={t("ui-board-label")}
    >
      <table
        class="ja-board"
        role="grid"
        aria-rowcount={rows.length + 1}
        aria-multiselectable="true"
        onKeyDown={onKeyDown}
      >
        <caption class="ja-sr">{props.caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="ja-pick">
              <span class="ja-sr">{t("ui-board-compare-hint")}</span>
            </th>
            <th scope="col" class="ja-num">
              <abbr title={t("ui-board-col-rank-hint")}>{t("ui-board-col-rank")}</abbr>
            </th>
            <th scope="col">{t("ui-board-col-model")}</th>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap rows={window_.first} width={width} />
          {shown.map((row, index) => {
            const place = window_.first + index;
            return (
              <tr
                key={row.id}
                data-id={row.id}
                data-place={place}
                class={`ja-row ${open === row.id ? "ja-row-open" : ""}`}
                aria-rowindex={place + 2}
                aria-selected={picked.includes(row.id)}
                tabIndex={place === current ? 0 : -1}
                onFocus={() => setFocused(place)}
                onClick={() => onOpen(open === row.id ? "" : row.id)}
              >
                <Cells
                  row={row}
                  columns={columns}
                  top={top}
                  picked={picked.includes(row.id)}
                  onPick={onPick}
                />
              </tr>
            );
          })}
          <Gap rows={rows.length - window_.last} width={width} />
        </tbody>
      </table>
    </div>
  );
}

function Gap({ rows, width }: { rows: number; width: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="ja-gap" aria-hidden="true" style={{ height: `${rows * ROW_PX}px` }}>
      <td colSpan={width} />
    </tr>
  );
}

interface HeadProps {
  column: Column;
  sort: string | undefined;
  onSort: (sort: string[]) => void;
}

function Head({ column, sort, onSort }: HeadProps) {
  const { key, down } = sortOf(sort);
  const mine = key === column.key;
  const state = mine ? (down ? "descending" : "ascending") : "none";
  const says = mine
    ? t(nextSort(column, sort).length > 0 ? "ui-board-sort-first" : "ui-board-sort-last")
    : t("ui-board-sort-none");
  return (
    <th
      scope="col"
      aria-sort={state}
      class={`${column.numeric ? "ja-num" : ""} ja-col-${column.key}`}
    >
      <button
        type="button"
        class="ja-head-button"
        title={`${column.hint}; ${says}`}
        onClick={() => onSort(nextSort(column, sort))}
      >
        {column.title}
        <span class="ja-sort-sign" aria-hidden="true">
          {mine ? (down ? "▼" : "▲") : ""}
        </span>
      </button>
    </th>
  );
}

interface CellsProps {
  row: BoardRow;
  columns: Column[];
  top: number;
  picked: boolean;
  onPick: (id: string) => void;
}

function Cells({ row, columns, top, picked, onPick }: CellsProps) {
  const scored = row.score !== null;
  return (
    <>
      <td class="ja-pick">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={picked}
          disabled={!scored}
          aria-label={t("ui-board-pick", { name: row.name })}
          onClick={(event) => event.stopPropagation()}
          onChange={() => onPick(row.id)}
        />
      </td>
      <td class="ja-num ja-rank">{scored ? row.rank : <Sign running={row.running} />}</td>
      <th scope="row" class="ja-model">
        <span class="ja-swatch" style={{ background: familyColor(row.family) }} aria-hidden="true" />
        <bdi class="ja-model-name">{row.name}</bdi>
        {row.note && scored && (
          <span class="ja-note">{row.note}</span>
        )}
      </th>
      {scored || row.number !== null ? (
        columns.map((column) => (
          <td key={column.key} class={`${column.numeric ? "ja-num" : ""} ja-col-${column.key}`}>
            <Content row={row} column={column} top={top} />
          </td>
        ))
      ) : (
        <td colSpan={columns.length} class="ja-quiet">
          {row.end === "failed"
            ? t("ui-board-failed", { reason: row.note || t("ui-board-no-reason") })
            : row.note}
        </td>
      )}
    </>
  );
}

function Content({
  row,
  column,
  top,
}: {
  row: BoardRow;
  column: Column;
  top: number;
}): ComponentChildren {
  if (column.key === "history") return <Spark scores={row.history} family={row.family} />;
  if (column.key !== "score" || row.score === null) return column.text(row);
  const share = top > 0 ? Math.max(0, Math.min(1, row.score / top)) : 0;
  return (
    <>
      <span class="ja-score-number">{formatScore(row.score)}</span>
      <span class="ja-bar" aria-hidden="true">
        <span
          style={{ width: `${(100 * share).toFixed(1)}%`, background: familyColor(row.family) }}
        />
      </span>
    </>
  );
}

function Sign({ running }: { running: boolean }) {
  return running ? (
    <span class="ja-pulse" role="img" aria-label={t("ui-board-running")} />
  ) : (
    <span class="ja-failed" role="img" aria-label={t("ui-board-no-score")}>
      ✕
    </span>
  );
}

/** Which rows are drawn: all of a few, of many those in sight. */
function useWindow(scroller: { current: HTMLDivElement | null }, n: number) {
  const on = n > WINDOW_FROM;
  const [first, setFirst] = useState(0);
  const height = scroller.current?.clientHeight || 15 * ROW_PX;
  const seen = Math.ceil(height / ROW_PX) + 2 * OVERSCAN;
  const start = on ? Math.max(0, Math.min(first, n - seen)) : 0;
  return {
    on,
    first: start,
    last: on ? Math.min(n, start + seen) : n,
    onScroll: (event: Event): void => {
      if (!on) return;
      const top = (event.currentTarget as HTMLElement).scrollTop;
      const place = Math.max(0, Math.floor(top / ROW_PX) - OVERSCAN);
      // A few rows of scrolling are drawn already.
      if (Math.abs(place - start) >= OVERSCAN / 2 || place === 0) setFirst(place);
    },
    reveal: (place: number): void => {
      const box = scroller.current;
      if (!on || !box) return;
      const top = place * ROW_PX;
      const head = ROW_PX;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + 2 * ROW_PX + head > box.scrollTop + height) {
        box.scrollTop = top + 2 * ROW_PX + head - height;
      }
      setFirst(Math.max(0, Math.floor(box.scrollTop / ROW_PX) - OVERSCAN));
    },
  };
}

/** Slides rows from where they were to where they are, unless motion is not wanted. */
function useSlides(
  body: { current: HTMLTableSectionElement | null },
  rows: BoardRow[],
  on: boolean,
): void {
  const places = useRef(new Map<string, number>());
  const order = on ? rows.map((row) => row.id).join("\n") : "";
  useLayoutEffect(() => {
    const before = places.current;
    const after = new Map<string, number>();
    const still =
      !on || (window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false);
    for (const row of on ? (body.current?.rows ?? []) : []) {
      const id = row.dataset.id ?? "";
      after.set(id, row.offsetTop);
      const moved = (before.get(id) ?? row.offsetTop) - row.offsetTop;
      if (moved !== 0 && !still && typeof row.animate === "function") {
        row.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], {
          duration: MOVE_MS,
          easing: "ease-out",
        });
      }
    }
    places.current = after;
  }, [order, body, on]);
}
