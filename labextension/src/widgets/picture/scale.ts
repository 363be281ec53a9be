// Places on the axes: the same rules as `jupyter_automl/api/pictures/scale.py`.

import type { Axis, Picture } from "../types.gen.ts";
import { formatNumber, formatScore } from "../words.ts";

export type Mark = Picture["marks"][number];
type Value = number | null;

export interface Tick {
  value: number;
  text: string;
}

/** Pixels of numbers; `low` and `high` are powers of ten on a logarithmic axis. */
export interface Scale {
  axis: Axis;
  low: number;
  high: number;
  start: number;
  end: number;
}

// Beyond it the difference of two numbers may overflow.
const FAR = 1e305;
const FAR_POWER = 305;
const TINY = 1e-290;
const SAME = 1e-12;
const DAY = 86_400;
const MONTH = 2_629_746;
const SECONDS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[3600, 7200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 7 * DAY],
];
const MONTHS = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000, 24_000, 60_000];
// The first and the last second that a calendar of four-digit years has.
const FIRST = -62_135_596_800;
const LAST = 253_402_300_799;

const { abs, ceil, floor, log10, max, min } = Math;
const within = (value: number, low: number, high: number): number => min(high, max(low, value));

/** The pixel of a value with one decimal, never beyond the ends; null if it has no place. */
export function at(scale: Scale, value: Value | undefined): number | null {
  const place = exact(scale, value);
  return place === null ? null : Math.round(10 * place) / 10;
}

/** The pixel of a value, not rounded. */
export function exact(scale: Scale, value: Value | undefined): number | null {
  if (value == null) return null;
  if (scale.axis.kind === "log") {
    if (value <= 0) return null;
    value = log10(value);
  }
  const share = within((value - scale.low) / (scale.high - scale.low), 0, 1);
  return scale.start + share * (scale.end - scale.start);
}

/** The value at a pixel. */
export function valueAt(scale: Scale, pixel: number): number {
  const share = within((pixel - scale.start) / (scale.end - scale.start), 0, 1);
  const value = scale.low + share * (scale.high - scale.low);
  return scale.axis.kind === "log" ? 10 ** value : value;
}

/** Every number that marks put on one axis. */
export function reach(marks: Mark[], along: "x" | "y"): number[] {
  const upright = along === "x";
  const found = marks.flatMap((mark): Value[] => {
    switch (mark.type) {
      case "line":
        return upright ? mark.x : [...mark.y, ...(mark.low ?? []), ...(mark.high ?? [])];
      case "dots":
        return mark[along];
      case "bars":
        return mark.along === along
          ? mark.at.flatMap((place) =>
              place === null ? [] : [place - mark.width / 2, place + mark.width / 2],
            )
          : [
              ...mark.value,
              ...(mark.low ?? []),
              ...(mark.high ?? []),
              ...(mark.base ?? (mark.value.length ? [0] : [])),
            ];
      case "cells": {
        const count = upright ? max(0, ...mark.shade.map((row) => row.length)) : mark.shade.length;
        return [-0.5, count - 0.5];
      }
      case "label":
        return [mark[along]];
      default:
        return mark.axis === along ? [mark.at] : [];
    }
  });
  return found.filter((value) => value !== null);
}

/** From where to where an axis goes, the second above the first. */
export function extent(axis: Axis, values: number[], pad: boolean): [number, number] {
  const log = axis.kind === "log";
  const number = axis.kind === "number";
  let pinned = [axis.low, axis.high].filter((value) => value !== null);
  let seen = [...values, ...pinned];
  if (axis.kind === "names") {
    return [
      max(-FAR, min(-0.5, ...seen)),
      min(FAR, max(max(axis.names.length, 1) - 0.5, ...seen)),
    ];
  }
  if (log) {
    const powers = (all: number[]) =>
      all.filter((value) => value > 0).map((value) => within(log10(value), -FAR_POWER, FAR_POWER));
    seen = powers(seen);
    pinned = powers(pinned);
  } else if (number) {
    pinned.push(0);
  }
  const first = seen.length ? within(min(...seen), -FAR, FAR) : 0;
  const last = seen.length ? within(max(...seen), -FAR, FAR) : 1;
  let [low, high] = [first, last];
  const size = max(abs(low), abs(high));
  if (log && high - low <= SAME * max(size, 1)) return [low - 0.5, high + 0.5];
  if (size < TINY && !log) return [0, 1];
  if (high - low <= SAME * size) {
    const margin = axis.kind === "time" ? max(DAY / 2, 1e-6 * size) : 0.1 * size;
    [low, high] = [low - margin, high + margin];
  } else if (pad) {
    const gap = 0.04 * (high - low);
    if (!pinned.includes(low)) low -= gap;
    if (!pinned.includes(high)) high += gap;
  }
  if (log) return [max(low, -FAR_POWER), min(high, FAR_POWER)];
  if (axis.percent && number) {
    if (first >= 0) low = max(low, 0);
    if (last <= 1) high = min(high, 1);
  }
  return [low, high];
}

/** About `most` round places of an axis; none of names. */
export function ticks(axis: Axis, low: number, high: number, most: number): Tick[] {
  const { kind, percent } = axis;
  if (kind === "names") return [];
  const dated = kind === "time" && low >= FIRST && high <= LAST;
  const make = dated ? timeTicks : kind === "log" ? logTicks : numberTicks;
  const found = make(low, high, most, percent ? 100 : 1);
  // One alone says no distance.
  if (found.length < 2 && most < 8) return ticks(axis, low, high, most + 1);
  return percent && !dated
    ? found.map(({ value, text }) => ({ value, text: `${text} %` }))
    : found;
}

/** A value with as many digits as it deserves. */
export function numberText(value: Value, percent = false): string {
  if (value === null) return "–";
  let unit = "";
  if (percent && abs(value) < FAR) {
    value *= 100;
    unit = " %";
  }
  if (value === 0) return `0${unit}`;
  if (abs(value) >= 1e9) return exponent(value, 2) + unit;
  if (abs(value - Math.round(value)) < 1e-9 * abs(value)) return formatNumber(value, 0) + unit;
  if (percent && abs(value) >= 0.1) return formatNumber(value, 1) + unit;
  return formatScore(value) + unit;
}

/** A value of an axis in words; dates stand as they do in tables of data (ISO 8601). */
export function valueText(axis: Axis, value: Value): string {
  if (value !== null && axis.kind === "time" && value >= FIRST && value <= LAST) {
    return iso(value).slice(0, 19).replace("T", " ");
  }
  return numberText(value, axis.percent);
}

/** The texts are of values times `by`. */
function numberTicks(low: number, high: number, most: number, by: number): Tick[] {
  const raw = (high - low) / most;
  const power = 10 ** floor(log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => raw <= s * (1 + 1e-9))!;
  const size = max(abs(low), abs(high));
  return whole(low / step - 1e-9, high / step + 1e-9).map((k) => ({
    value: k * step,
    text: k === 0 ? "0" : plain(k * step * by, step * by, size * by),
  }));
}

/** The whole numbers from `low` to `high`. */
function whole(low: number, high: number, step = 1): number[] {
  const first = ceil(low);
  const count = max(0, floor((floor(high) - first) / step) + 1);
  return Array.from({ length: count }, (_, k) => first + k * step);
}

/** A number with the digits that tell steps apart. */
function plain(value: number, step: number, size: number): string {
  const power = floor(log10(step) + 1e-9);
  return size >= 1e7 || power < -5
    ? exponent(value, within(floor(log10(size) + 1e-9) - power, 0, 15))
    : formatNumber(value, max(0, -power));
}

function exponent(value: number, digits: number): string {
  const [mantissa, power] = value.toExponential(digits).split("e");
  return `${formatNumber(Number(mantissa), 0, digits)}e${Number(power)}`;
}

function logTicks(low: number, high: number, most: number, by: number): Tick[] {
  const first = ceil(low - 1e-9);
  const last = floor(high + 1e-9);
  const values =
    last > first
      ? whole(first, last, ceil((last - first + 1) / most)).map((k) => 10 ** k)
      : whole(floor(low), ceil(high))
          .flatMap((k) => [1, 2, 5].map((m) => m * 10 ** k))
          .filter((value) => low - 1e-9 <= log10(value) && log10(value) <= high + 1e-9);
  if (values.length < 2) return numberTicks(10 ** low, 10 ** high, most, by);
  return values.map((value) => ({ value, text: plain(value * by, value * by, value * by) }));
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

function timeTicks(low: number, high: number, most: number): Tick[] {
  const raw = (high - low) / most;
  const step = SECONDS.find((seconds) => seconds >= raw);
  if (!step) return monthTicks(low, high, raw / MONTH);
  return whole(low / step, high / step).map((k, place) => {
    const value = k * step;
    const clock = iso(value).slice(11, step < 60 ? 19 : 16);
    const day = iso(value).slice(0, 10);
    if (step >= DAY || value % DAY === 0) return { value, text: day };
    // The first says which day it is.
    return { value, text: place === 0 ? `${day} ${clock}` : clock };
  });
}

function monthTicks(low: number, high: number, raw: number): Tick[] {
  const step = MONTHS.find((months) => months >= raw) ?? 60_000;
  const start = new Date(low * 1000);
  const found: Tick[] = [];
  let month = ceil((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step;
  for (; month < 120_000; month += step) {
    const day = new Date(0);
    day.setUTCFullYear(floor(month / 12), month % 12, 1);
    const value = day.getTime() / 1000;
    if (value > high) break;
    if (value >= low) found.push({ value, text: iso(value).slice(0, step >= 12 ? 4 : 7) });
  }
  return found;
}
