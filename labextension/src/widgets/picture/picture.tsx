import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { t } from "../messages.ts";
import type { Picture, Table } from "../types.gen.ts";
import { type Frame, frameOf, isEmpty } from "./layout.ts";
import { Marks } from "./marks.tsx";
import { at, numberText, valueAt } from "./scale.ts";
import { nearest, type Pick, type Targets, targetsOf } from "./targets.ts";

export type { Pick } from "./targets.ts";

const WIDTH = 520;
const LEAST_WIDTH = 200;
/** Above it, only the targets beside the current one are elements. */
const MANY = 300;

interface PictureProps {
  picture: Picture;
  /** Of pictures that have picks: what a click or Enter chose. */
  onPick?: (pick: Pick) => void;
  /** What is chosen now. */
  selected?: Pick | null;
  /** Which share is computed, from 0 to 1, while that is not all. */
  busy?: number | null;
}

/** A chart with its findings above it and its numbers behind it. */
export function PictureView({ picture, onPick, selected, busy }: PictureProps) {
  const { ref, width } = useWidth();
  // `useId` counts in one widget only, and a page may hold several.
  const [id] = useState(() => `ja-pic-${Math.random().toString(36).slice(2)}`);
  const empty = isEmpty(picture);
  const frame = useMemo(() => (empty ? null : frameOf(picture, width)), [picture, width, empty]);
  const going = busy != null && busy < 1;
  return (
    <figure class="ja-picture" aria-labelledby={`${id}-t`} aria-busy={going}>
      <h3 class="ja-heading" id={`${id}-t`}>
        {picture.title}
      </h3>
      {picture.findings.map((finding, key) => (
        <p key={key}>{finding}</p>
      ))}
      {going && <progress max={1} value={busy} aria-label={t("ui-picture-busy")} />}
      <div class="ja-pic" ref={ref}>
        {frame ? (
          <div class="ja-pic-plot" style={{ width: `${frame.width}px`, height: `${frame.height}px` }}>
            <svg
              class="ja-chart"
              width={frame.width}
              height={frame.height}
              viewBox={`0 0 ${frame.width} ${frame.height}`}
              direction="ltr"
              role="img"
              aria-label={[picture.title, ...picture.findings.slice(0, 1)].join(". ")}
            >
              <Marks picture={picture} frame={frame} id={id} />
            </svg>
            <Pointing picture={picture} frame={frame} onPick={onPick} selected={selected} />
          </div>
        ) : (
          <p class="ja-quiet">{t("ui-picture-nothing")}</p>
        )}
      </div>
      <Behind table={picture.table} title={picture.title} />
      {picture.note && <p class="ja-note">{picture.note}</p>}
    </figure>
  );
}

/** The width there is, so that words keep their size on a narrow page. */
function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(WIDTH);
  useLayoutEffect(() => {
    const measure = (): void => {
      const now = Math.round(ref.current?.clientWidth ?? 0);
      // Nothing is measured while it stands in a hidden tab.
      if (now > 0) setWidth(Math.max(LEAST_WIDTH, now));
    };
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

interface PointingProps {
  picture: Picture;
  frame: Frame;
  onPick?: (pick: Pick) => void;
  selected?: Pick | null;
}

/** What the pointer and the keys reach: one tab stop, then the arrow keys. */
function Pointing({ picture, frame, onPick, selected }: PointingProps) {
  const targets = useMemo(() => targetsOf(picture, frame), [picture, frame]);
  const { list } = targets;
  const [current, setCurrent] = useState(0);
  const [shown, setShown] = useState(-1);
  const area = useRef<HTMLDivElement>(null);
  const going = useRef(false);
  const active = Math.min(current, list.length - 1);
  useLayoutEffect(() => {
    if (!going.current) return;
    going.current = false;
    area.current?.querySelector<HTMLElement>(`[data-place="${active}"]`)?.focus();
  }, [active]);
  if (list.length === 0) return null;

  const picks = picture.picks !== "" && onPick !== undefined;
  const pick = (place: number): void => {
    const chosen = list[place]?.pick;
    if (picks && chosen) onPick?.(chosen);
  };
  const under = (event: MouseEvent): [number, number] => {
    const { left, top } = area.current!.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const placeOf = (event: Event): number => {
    const place = (event.target as HTMLElement).dataset.place;
    return place === undefined ? -1 : Number(place);
  };
  const onClick = (event: MouseEvent): void => {
    // Screen readers click the element; the pointer goes through it to the area.
    const given = placeOf(event);
    if (given >= 0) return pick(given);
    const [x, y] = under(event);
    const place = nearest(targets, x, y);
    if (place < 0) return;
    setCurrent(place);
    setShown(place);
    if (picture.picks === "x") onPick?.({ kind: "x", x: valueAt(frame.x, x) });
    else pick(place);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { columns } = targets;
    const moves: Record<string, number> = {
      ArrowRight: active + 1,
      ArrowLeft: active - 1,
      ArrowDown: active + columns,
      ArrowUp: active - columns,
      PageDown: active + 10 * columns,
      PageUp: active - 10 * columns,
      Home: 0,
      End: list.length - 1,
    };
    const to = moves[event.key];
    if (to === undefined && !["Enter", " ", "Escape"].includes(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // Notebooks have shortcuts of single keys.
    event.stopPropagation();
    if (event.key === "Escape") {
      setShown(-1);
      (event.target as HTMLElement).blur();
    } else if (to === undefined) {
      pick(active);
    } else {
      // A step beyond a border of cells stays; a leap goes to the end.
      const step = event.key.startsWith("Arrow") && columns > 1;
      const bound = Math.max(0, Math.min(list.length - 1, to));
      if (bound === active || (step && bound !== to)) return;
      going.current = true;
      setCurrent(bound);
    }
  };
  const many = list.length > MANY;
  const role = picks ? "listbox" : "list";
  const chosen = selected && keyOf(selected);
  const line = selected?.kind === "x" ? at(frame.x, selected.x) : null;
  return (
    <div
      ref={area}
      class={`ja-pic-area${picks ? " ja-pic-picks" : ""}`}
      role={role}
      aria-label={t("ui-picture-values", { title: picture.title })}
      onPointerMove={(event) => setShown(nearest(targets, ...under(event)))}
      onPointerLeave={() => setShown(-1)}
      onFocusIn={(event) => {
        setCurrent(placeOf(event));
        setShown(placeOf(event));
      }}
      onFocusOut={() => setShown(-1)}
      onClick={onClick}
      onKeyDown={onKeyDown}
    >
      {list.map((target, place) => {
        const is = target.pick !== null && keyOf(target.pick) === chosen;
        if (many && !is && Math.abs(place - active) > 1) return null;
        const { x, y, width, height } = target;
        return (
          <div
            key={place}
            data-place={place}
            class={`ja-pic-target${is ? " ja-pic-chosen" : ""}`}
            role={picks ? "option" : "listitem"}
            aria-selected={picks ? is : undefined}
            aria-setsize={list.length}
            aria-posinset={place + 1}
            aria-label={target.say()}
            tabIndex={place === active ? 0 : -1}
            style={{
              left: `${x - width / 2}px`,
              top: `${y - height / 2}px`,
              width: `${width}px`,
              height: `${height}px`,
            }}
          />
        );
      })}
      {line !== null && <div class="ja-pic-line" aria-hidden="true" style={{ left: `${line}px` }} />}
      <Tip frame={frame} targets={targets} place={shown} />
    </div>
  );
}

const keyOf = (pick: Pick): string =>
  `${pick.kind} ${pick.kind === "row" ? pick.row : pick.kind === "x" ? pick.x : pick.name}`;

/** What the target under the pointer or the focus says. */
function Tip({ frame, targets, place }: { frame: Frame; targets: Targets; place: number }) {
  const target = targets.list[place];
  if (!target) return null;
  const { width, height } = frame;
  const { x, y } = target;
  // Upright bands reach over the whole plot; their words stand at its top.
  const above = Math.min(target.height, 28) / 2 + 6;
  const middle = targets.by === "x" ? frame.top + above : y;
  return (
    <div
      class="ja-pic-tip"
      aria-hidden="true"
      style={{
        ...(x < width / 2 ? { left: `${x}px` } : { right: `${width - x}px` }),
        ...(middle > height / 2
          ? { bottom: `${height - middle + above}px` }
          : { top: `${middle + above}px` }),
      }}
    >
      {target.say()}
    </div>
  );
}

function Behind({ table: { columns, rows, more }, title }: { table: Table; title: string }) {
  if (columns.length === 0) return null;
  const kind = (cell: unknown) => (typeof cell === "number" ? "ja-num" : undefined);
  return (
    <details class="ja-fold">
      <summary>{t("ui-picture-table")}</summary>
      <div class="ja-scroll" role="region" aria-label={title} tabIndex={0}>
        <table class="ja-plain">
          <thead>
            <tr>
              {columns.map((column, i) => (
                <th key={i} scope="col" class={kind(rows[0]?.[i])}>
                  <bdi>{column}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr key={place}>
                {row.map((cell, i) => (
                  <td key={i} class={kind(cell)}>
                    <bdi>{typeof cell === "string" ? cell : numberText(cell)}</bdi>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {more > 0 && <p class="ja-quiet">{t("ui-picture-more", { more })}</p>}
      </div>
    </details>
  );
}
