// Where the names of lines stand: at their ends, along them, or in the key; the same rules as
// `jupyter_automl/api/pictures/names.py`.

import type { Bars, Line, Picture } from "../types.gen.ts";
import { clean, textWidth } from "./room.ts";
import { exact, type Mark, type Scale } from "./scale.ts";

/** A line or a rule across, with its name; others are compared with a guide. */
export interface Named {
  /** Its place among the marks. */
  mark: number;
  text: string;
  tone: string;
  /** Its last value of y. */
  value: number;
  guide: boolean;
}

/** Left, right, top and bottom. */
export type Box = [number, number, number, number];
type Value = number | null | undefined;
/** Where on x, and the lowest and the highest pixel there. */
type Reach = [number, number, number];

const NAME_STEP = 13;
/** Pixels that a name may stand above or below the end of its line. */
const FURTHEST = 8;
const COLUMN = 4;
const STEP = 8;
const HIGH = 12;
const ASCENT = 9;
/** Between a guide and its name. */
const GAP = 3;
/** At least, between a name and whatever is not its guide. */
const AIR = 8;
/** Further than this is no better. */
const FAR = 60;
/** Pixels of distance that a place without a grid line through it is worth. */
const ON_GRID = 20;
const WORDS = -1;
const { abs, floor, max, min } = Math;

/** The lines and the rules across that have a name, in the order of the marks. */
export function namedOf({ marks, y }: Picture): Named[] {
  return marks.flatMap((mark, place): Named[] => {
    let [name, value, guide]: [string, Value, boolean] = ["", null, true];
    if (mark.type === "line") {
      guide = mark.tone === "quiet";
      [name, value] = [mark.name, mark.y.filter((item) => item !== null).at(-1)];
    } else if (mark.type === "rule" && mark.axis === "y") {
      // Without a place there it is not drawn.
      [name, value] = [mark.label, y.kind === "log" && mark.at <= 0 ? null : mark.at];
    } else return [];
    const text = clean(name);
    return text && value != null ? [{ mark: place, text, tone: mark.tone, value, guide }] : [];
  });
}

/** The heights of names beside the ends of their lines; null where one would be far from its. */
export function atEnds(names: Named[], y: Scale): number[] | null {
  const wanted = pixels(y, names.map((name) => name.value));
  const places = apart(wanted, min(y.start, y.end), max(y.start, y.end), NAME_STEP);
  const near = places.every((place, i) => abs(place - wanted[i]!) <= FURTHEST);
  const ordered = [...places].sort((a, b) => a - b);
  const free = ordered.every((place, i) => !i || place - ordered[i - 1]! > NAME_STEP - 1e-6);
  return near && free && wanted.length === names.length
    ? places.map((place) => Math.round(10 * place) / 10)
    : null;
}

/** The places moved so that any two are `step` apart and all lie from `low` to `high`. */
export function apart(places: number[], low: number, high: number, step: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const moved = [...places];
  let floor = low;
  for (const i of order) {
    moved[i] = floor = max(moved[i]!, floor);
    floor += step;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    moved[i] = ceiling = min(moved[i]!, ceiling);
    ceiling -= step;
  }
  return moved.map((place) => max(low, place));
}

/**
 * Where names of guides begin, by their base lines; null where one has no place. `grid` are the
 * values of y with a grid line, `words` is what is written inside of the plot already.
 */
export function along(
  { marks }: Picture,
  x: Scale,
  y: Scale,
  guides: Named[],
  grid: number[],
  words: Box[],
): ([number, number] | null)[] {
  if (guides.length === 0) return [];
  const [left, right] = [x.start, x.end];
  const [top, bottom] = [min(y.start, y.end), max(y.start, y.end)];
  const struck = pixels(y, grid);
  // Stretches of height by columns, each with the mark it is of.
  const columns: [number, number, number][][] = Array.from(
    { length: floor((right - left) / COLUMN) + 1 },
    () => [],
  );
  marks.forEach(draw);
  words.forEach(take);
  return guides.map(spot);

  /** Nothing else may stand there. */
  function take([from, to, low, high]: Box): void {
    cover(WORDS, [from, low, high], [to, low, high]);
  }

  /** The place along a guide with the most air, from the right; it is taken then. */
  function spot({ text, mark }: Named): [number, number] | null {
    const wide = textWidth(text);
    let best = -Infinity;
    let found: [number, number] | null = null;
    for (let start = right - 2 - wide; start >= left + 2; start -= STEP) {
      const under = fromTo(start, start + wide);
      const around = fromTo(start - COLUMN, start + wide + COLUMN);
      const own = under.map((column) => column.filter((span) => span[2] === mark));
      if (!own.every((spans) => spans.length)) continue;
      const low = min(...own.flat().map((span) => span[0]));
      const high = max(...own.flat().map((span) => span[1]));
      for (const from of [low - GAP - HIGH, high + GAP]) {
        const value = worth(around, mark, from);
        if (value > best) {
          best = value;
          found = [start, from];
        }
      }
    }
    if (!found) return null;
    const [start, from] = [floor(found[0]), floor(found[1] + 0.5)];
    take([start, start + wide, from, from + HIGH]);
    return [start, from + ASCENT];
  }

  /** The pixels around a box, less where a grid line strikes it through. */
  function worth(around: typeof columns, mark: number, from: number): number {
    const to = from + HIGH;
    if (from < top || to > bottom) return -Infinity;
    let air = FAR;
    for (const column of around) {
      for (const [low, high, of] of column) if (of !== mark) air = min(air, max(low - to, from - high));
    }
    if (air < AIR) return -Infinity;
    return air - (struck.some((line) => from - 1 < line && line < to + 1) ? ON_GRID : 0);
  }

  function fromTo(start: number, end: number): typeof columns {
    return columns.slice(columnOf(start), columnOf(end) + 1);
  }

  function columnOf(place: number): number {
    return min(columns.length - 1, max(0, floor((place - left) / COLUMN)));
  }

  /** What lies between two places. */
  function cover(mark: number, a: Reach, b: Reach): void {
    if (b[0] < a[0]) [a, b] = [b, a];
    const [ax, aLow, aHigh] = a;
    const [bx, bLow, bHigh] = b;
    for (let k = columnOf(ax); k <= columnOf(bx); k += 1) {
      const start = max(ax, left + COLUMN * k);
      const end = min(bx, left + COLUMN * (k + 1));
      const shares = bx > ax ? [(start - ax) / (bx - ax), (end - ax) / (bx - ax)] : [0, 1];
      columns[k]!.push([
        min(...shares.map((share) => aLow + share * (bLow - aLow))),
        max(...shares.map((share) => aHigh + share * (bHigh - aHigh))),
        mark,
      ]);
    }
  }

  function draw(mark: Mark, place: number): void {
    if (mark.type === "line") line(mark, place);
    else if (mark.type === "dots") mark.x.forEach((value, i) => dot(place, value, mark.y[i]));
    else if (mark.type === "bars") bars(mark, place);
    else if (mark.type === "label") dot(place, mark.x, mark.y);
    else if (mark.type === "cells") across(place, top, bottom);
    else if (mark.axis === "y") {
      for (const level of pixels(y, [mark.at])) across(place, level, level);
    } else {
      for (const middle of pixels(x, [mark.at])) {
        cover(place, [middle - 2, top, bottom], [middle + 2, top, bottom]);
      }
    }
  }

  function across(place: number, low: number, high: number): void {
    cover(place, [left, low, high], [right, low, high]);
  }

  function line(mark: Line, place: number): void {
    let before: Reach | null = null;
    mark.x.forEach((value, i) => {
      const middle = exact(x, value);
      const level = exact(y, mark.y[i]);
      if (middle === null || level === null) {
        before = null;
        return;
      }
      const levels = [level, ...pixels(y, [mark.low?.[i], mark.high?.[i]])];
      const here: Reach = [middle, min(...levels), max(...levels)];
      if (mark.steps && before) {
        const [, low, high]: Reach = before;
        cover(place, before, [middle, low, high]);
        const edge: Reach = [middle, min(low, here[1]), max(high, here[2])];
        cover(place, edge, edge);
      } else cover(place, before ?? here, here);
      before = here;
    });
  }

  function dot(place: number, across: Value, up: Value): void {
    const [middle, level] = [exact(x, across), exact(y, up)];
    if (middle === null || level === null) return;
    cover(place, [middle - 4, level - 4, level + 4], [middle + 4, level - 4, level + 4]);
  }

  function bars(mark: Bars, place: number): void {
    const upright = mark.along === "x";
    const [lying, standing] = upright ? [x, y] : [y, x];
    mark.at.forEach((at, i) => {
      const value = mark.value[i] ?? null;
      if (at === null || value === null) return;
      const ends = pixels(standing, [value, mark.low?.[i], mark.high?.[i]]);
      ends.push(exact(standing, mark.base?.[i] ?? 0) ?? standing.start);
      const sides = pixels(lying, [at - mark.width / 2, at + mark.width / 2]);
      if (!sides.length) return;
      const [wide, high] = upright ? [sides, ends] : [ends, sides];
      cover(place, [min(...wide), min(...high), max(...high)], [max(...wide), min(...high), max(...high)]);
    });
  }
}

/** Of those that have a place. */
function pixels(scale: Scale, values: Value[]): number[] {
  return values.map((value) => exact(scale, value)).filter((place) => place !== null);
}
