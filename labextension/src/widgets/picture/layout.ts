// Where everything goes, in pixels: the same rules as `jupyter_automl/api/pictures/layout.py`.

import type { Picture } from "../types.gen.ts";
import { t } from "../messages.ts";
import { along, atEnds, type Box, type Named, namedOf } from "./names.ts";
import { clean, cut, shown, textWidth } from "./room.ts";
import { at, extent, numberText, reach, type Scale, type Tick, ticks } from "./scale.ts";

/** Words at a place. */
export interface Written {
  x: number;
  y: number;
  text: string;
  anchor?: "middle" | "end";
  turned?: boolean;
  quiet?: boolean;
}

/** A sample of a tone, by its middle. */
export interface Swatch {
  x: number;
  y: number;
  tone: string;
  kind: "bars" | "dots" | "line";
  shade?: number;
}

/** The places of a picture; `left` to `bottom` are the edges of the plot. */
export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Scale;
  y: Scale;
  xTicks: Tick[];
  yTicks: Tick[];
  words: Written[];
  swatches: Swatch[];
}

const LINE = 15;
const GAP = 6;
const SAMPLE = 16;
const { ceil, floor, max, min } = Math;

/** Whether there is no mark to draw. */
export function isEmpty(picture: Picture): boolean {
  const both = (a: (number | null)[], b: (number | null)[]) =>
    a.some((value, i) => value !== null && b[i] !== null);
  return !picture.marks.some((mark) => {
    if (mark.type === "cells") return mark.shade.some((row) => row.length > 0);
    if (mark.type === "bars") return both(mark.at, mark.value);
    return mark.type === "line" || mark.type === "dots" ? both(mark.x, mark.y) : true;
  });
}

export function frameOf(picture: Picture, width: number): Frame {
  const { marks, square } = picture;
  const dotted = marks.some((mark) => mark.type === "dots");
  const [xLow, xHigh] = extent(picture.x, reach(marks, "x"), dotted);
  const [yLow, yHigh] = extent(picture.y, reach(marks, "y"), true);
  const yTicks = ticks(picture.y, yLow, yHigh, 5);
  const down = picture.y.kind === "names";
  const names = down ? picture.y.names.map(shown) : [];

  const widest = max(0, ...[...names, ...yTicks.map((tick) => tick.text)].map(textWidth));
  let left = widest ? widest + 2 * GAP : 14;
  left = min(left, (names.length ? 0.36 : 0.6) * width);
  const barTexts = textsOfBars(picture);
  const named = namedOf(picture);
  const series = named.filter((one) => !one.guide);
  const { plotWidth, plotHeight, ends } = plotOf();
  const right = left + plotWidth;
  const x: Scale = { axis: picture.x, low: xLow, high: xHigh, start: left, end: right };

  const words: Written[] = [];
  const swatches: Swatch[] = [];
  const write = (
    text: string,
    room: number,
    x: number,
    y: number,
    quiet?: boolean,
    anchor?: Written["anchor"],
    turned?: boolean,
  ): void => {
    words.push({ text: cut(text, room), x, y, quiet, anchor, turned });
  };
  // As if the plot began at the top: what is above it is not known yet.
  const level = upright(0, plotHeight);
  placeLabels();
  const unplaced = placeGuides();
  const inside = words.splice(0);
  let top = 0;
  if (clean(picture.y.label)) {
    write(clean(picture.y.label), width - 4, 2, 11, true);
    top = LINE;
  }
  let across = 2;
  const entries = keyOf(picture, ends ? unplaced : [...unplaced, ...series]);
  for (const { text, ...sample } of entries) {
    const needed = SAMPLE + 14 + textWidth(cut(text, width - SAMPLE - 4));
    if (across > 2 && across + needed > width) {
      across = 2;
      top += LINE;
    }
    swatches.push({ x: across + 5, y: top + 7, ...sample });
    write(text, width - SAMPLE - 4, across + SAMPLE, top + 11);
    across += needed;
  }
  if (entries.length) top += LINE + 3;
  top += rules();
  top += GAP + 2;
  const bottom = top + plotHeight;
  const y = upright(top, bottom);
  for (const word of inside) words.push({ ...word, y: word.y + top });

  const most = floor(plotWidth / (picture.x.kind === "time" ? 110 : 80));
  const xTicks = ticks(picture.x, xLow, xHigh, min(8, max(2, most)));
  let height = bottom + below();
  const every = max(1, ceil((13 * (yHigh - yLow)) / plotHeight));
  const labels = down
    ? names.map((text, value) => ({ text, value })).filter((_, i) => i % every === 0)
    : yTicks;
  for (const { text, value } of labels) {
    const room = left - GAP - 2;
    // A number that is cut would be another number.
    if (down || textWidth(text) <= room) {
      write(text, room, left - GAP, at(y, value)! + 4, !down, "end");
    }
  }
  placeEnds();
  placeBarTexts();
  if (clean(picture.x.label)) {
    height += LINE;
    write(clean(picture.x.label), right - 2, right, height - 4, true, "end");
  }
  return { width, height, left, right, top, bottom, x, y, xTicks, yTicks, words, swatches };

  /** Width and height of the plot, and the heights of names where they stand beside it. */
  function plotOf() {
    const size = (beside: number) => {
      const room = width - left - max(14, beside && min(beside + 2 * GAP, 0.3 * width));
      const height = heightOf(picture, room, xHigh - xLow, yHigh - yLow);
      return { plotWidth: square ? height : room, plotHeight: height };
    };
    const texts = max(0, ...barTexts.map(({ text }) => textWidth(text)));
    const names = max(0, ...series.map(({ text }) => textWidth(text) + SAMPLE));
    if (names + 2 * GAP <= 0.3 * width) {
      const found = size(max(texts, names));
      const ends = atEnds(series, upright(0, found.plotHeight));
      if (ends) return { ...found, ends };
    }
    return { ...size(texts), ends: null };
  }

  /** The scale of y; names run from the top. */
  function upright(top: number, bottom: number): Scale {
    const [start, end] = down ? [top, bottom] : [bottom, top];
    return { axis: picture.y, low: yLow, high: yHigh, start, end };
  }

  /** Words at points. */
  function placeLabels(): void {
    for (const mark of marks) {
      if (mark.type !== "label" || !clean(mark.text)) continue;
      const place = at(x, mark.x);
      const middle = at(level, mark.y);
      if (place === null || middle === null) continue;
      const after = place <= (left + right) / 2 + 1;
      const base = max(10, middle - 5);
      if (after) write(clean(mark.text), width - place - 8, place + 6, base);
      else write(clean(mark.text), place - 8, place - 6, base, false, "end");
    }
  }

  /** Names of guides along them; returns those that there is no place for. */
  function placeGuides(): Named[] {
    const guides = named.filter((one) => one.guide);
    const taken = words.map(({ x, y, text, anchor }): Box => {
      const wide = textWidth(text);
      const from = anchor === "end" ? x - wide : x;
      return [from, from + wide, y - 9, y + 3];
    });
    const grid = yTicks.map(({ value }) => value);
    const spots = along(picture, x, level, guides, grid, taken);
    return guides.filter(({ text, tone }, i) => {
      const spot = spots[i];
      if (spot) write(text, Infinity, spot[0], spot[1], tone === "quiet");
      return !spot;
    });
  }

  /** The names of upright rules, above the plot, in as many rows as they need. */
  function rules(): number {
    const rows: number[] = [];
    const placed = marks
      .flatMap((mark) =>
        mark.type === "rule" && mark.axis === "x" && clean(mark.label)
          ? [{ text: clean(mark.label), place: at(x, mark.at) }]
          : [],
      )
      .filter((rule) => rule.place !== null)
      .sort((a, b) => a.place! - b.place!);
    for (const { text, place } of placed) {
      const half = textWidth(cut(text, width / 2)) / 2;
      const middle = clamp(place!, half);
      let row = rows.findIndex((free) => middle - half >= free);
      if (row < 0) row = rows.length;
      if (row === 3) continue;
      rows[row] = middle + half + 8;
      write(text, width / 2, middle, top + row * LINE + 11, true, "middle");
    }
    return rows.length * LINE;
  }

  function clamp(middle: number, half: number): number {
    return min(max(middle, half + 1), width - half - 1);
  }

  /** What stands under the plot; returns how high that is. */
  function below(): number {
    const named = picture.x.kind === "names" ? picture.x.names.map(shown) : [];
    const slot = plotWidth / (xHigh - xLow);
    const broadest = max(0, ...named.map(textWidth));
    if (named.length && broadest > slot - 4 && slot < 56) {
      const step = max(1, ceil(13 / slot));
      const room = min(90, broadest + 1);
      named.forEach((text, i) => {
        if (i % step) return;
        write(text, room, at(x, i)! + 4, bottom + GAP, false, "end", true);
      });
      return room + 2 * GAP;
    }
    const places = named.length ? named.map((text, value) => ({ text, value })) : xTicks;
    let free = 0;
    for (const { text, value } of places) {
      const room = named.length ? slot - 4 : Infinity;
      const half = textWidth(cut(text, room)) / 2;
      const middle = clamp(at(x, value) ?? 0, half);
      if (middle - half < free) continue;
      free = middle + half + 4;
      write(text, room, middle, bottom + 14, !named.length, "middle");
    }
    return places.length ? 18 : GAP;
  }

  /** Names beside the ends of lines, each behind a sample since it may have moved a little. */
  function placeEnds(): void {
    const start = right + GAP;
    series.forEach(({ text, tone }, i) => {
      if (!ends) return;
      const middle = top + ends[i]!;
      swatches.push({ x: start + 6, y: middle, tone, kind: "line" });
      write(text, width - start - SAMPLE - 2, start + SAMPLE, middle + 4);
    });
  }

  function placeBarTexts(): void {
    let free = -Infinity;
    for (const { text, value, clear } of barTexts.sort((a, b) => a.value - b.value)) {
      const middle = at(y, value)!;
      if (middle < free) continue;
      free = middle + 12;
      const start = max(left, ...clear.map((place) => at(x, place) ?? 0)) + 5;
      if (start + textWidth(text) <= width) {
        write(text, Infinity, start, middle + 4, true);
      }
    }
  }
}

function heightOf({ x, y, square, marks }: Picture, width: number, xSpan: number, ySpan: number) {
  const down = y.kind === "names";
  if (square) {
    const most = max(x.kind === "names" ? xSpan : 0, down ? ySpan : 0);
    return min(width, max(400, 20 * most));
  }
  if (!down) return min(300, max(150, 0.5 * width));
  const cells = marks.some((mark) => mark.type === "cells");
  const row = cells ? min(40, max(22, (0.6 * width) / max(1, xSpan))) : ySpan <= 12 ? 26 : 20;
  return min(1000, max(40, row * ySpan));
}

/** Values beside lying bars, and what on x they must clear. */
function textsOfBars(picture: Picture): { text: string; value: number; clear: (number | null)[] }[] {
  const bars = picture.marks.filter((mark) => mark.type === "bars");
  const [mark] = bars;
  if (bars.length !== 1 || mark!.along !== "y" || picture.y.kind !== "names") return [];
  if (mark!.at.length > 60) return [];
  return mark!.at.flatMap((value, i) => {
    const to = mark!.value[i] ?? null;
    if (value === null || to === null) return [];
    const base = mark!.base?.[i] ?? 0;
    const length = to - base;
    const text = numberText(Number.isFinite(length) ? length : to, picture.x.percent);
    const clear = [base, to, mark!.high?.[i] ?? null];
    return [{ text: base && to > base ? `+${text}` : text, value, clear }];
  });
}

type Entry = { text: string } & Omit<Swatch, "x" | "y">;

/** Samples and names of what cannot be named where it is: bars, dots, shades, some lines. */
function keyOf(picture: Picture, named: Named[]): Entry[] {
  const lines = new Map(named.map((one) => [one.mark, one]));
  const entries = picture.marks.flatMap((mark, place): Entry[] => {
    if ((mark.type === "bars" || mark.type === "dots") && clean(mark.name)) {
      return [{ text: clean(mark.name), tone: mark.tone, kind: mark.type }];
    }
    const line = lines.get(place);
    return line ? [{ text: line.text, tone: line.tone, kind: "line" }] : [];
  });
  if (picture.marks.some((mark) => mark.type === "dots" && mark.shade)) {
    entries.push(
      { text: t("ui-picture-low"), tone: "", kind: "dots", shade: 0 },
      { text: t("ui-picture-high"), tone: "", kind: "dots", shade: 1 },
    );
  }
  return entries;
}
