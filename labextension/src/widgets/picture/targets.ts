// What can be pointed at or stepped through, and what it says.

import { isolate, t } from "../messages.ts";
import type { Picture } from "../types.gen.ts";
import type { Frame } from "./layout.ts";
import { clean, short, shown } from "./room.ts";
import { at, numberText, type Scale, valueText } from "./scale.ts";

export type Pick =
  | { kind: "row"; row: number }
  | { kind: "name"; name: string; index: number }
  | { kind: "x"; x: number };

/** A place by its middle, what it says, and what picking it means. */
export interface Target {
  x: number;
  y: number;
  width: number;
  height: number;
  say: () => string;
  pick: Pick | null;
}

export interface Targets {
  list: Target[];
  /** Which way the nearest one is looked for. */
  by: "x" | "y" | "xy";
  /** How many of the list the up and down keys move. */
  columns: number;
}

export function targetsOf(picture: Picture, frame: Frame): Targets {
  const { marks, picks } = picture;
  const cells = marks.find((mark) => mark.type === "cells");
  if (cells) {
    return { list: ofCells(), by: "xy", columns: cells.shade[0]?.length || 1 };
  }
  const dots = marks.some((mark) => mark.type === "dots");
  if (picks === "row" || (dots && !picks)) return { list: ofDots(), by: "xy", columns: 1 };
  const side = picture.y.kind === "names" ? "y" : "x";
  if (picture[side].kind === "names" && picks !== "x") {
    return { list: ofNames(side), by: side, columns: 1 };
  }
  return { list: ofPlaces(), by: "x", columns: 1 };

  function nameAt(axis: "x" | "y", index: number): string {
    const name = picture[axis].names[index];
    return name === undefined ? numberText(index) : isolate(short(shown(name)));
  }

  function said(axis: "x" | "y", value: number | null): string {
    if (value !== null && picture[axis].kind === "names") return nameAt(axis, Math.round(value));
    const label = short(clean(picture[axis].label));
    return `${label && `${isolate(label)} `}${valueText(picture[axis], value)}`;
  }

  function ofCells(): Target[] {
    const [width, height] = [Math.abs(step(frame.x)), Math.abs(step(frame.y))];
    return cells!.text.flatMap((texts, row) =>
      texts.map((text, column) => ({
        ...{ x: at(frame.x, column)!, y: at(frame.y, row)!, width, height },
        say: () => `${nameAt("y", row)}, ${nameAt("x", column)}: ${isolate(short(text))}`,
        pick: picks === "name" ? nameOf("y", row) : null,
      })),
    );
  }

  function nameOf(axis: "x" | "y", index: number): Pick {
    return { kind: "name", name: picture[axis].names[index] ?? "", index };
  }

  function ofDots(): Target[] {
    const list = marks.flatMap((mark) =>
      mark.type !== "dots"
        ? []
        : mark.x.flatMap((value, i): Target[] => {
            const [x, y] = [at(frame.x, value), at(frame.y, mark.y[i])];
            if (x === null || y === null) return [];
            const row = mark.rows?.[i];
            const say = () =>
              [
                ...(mark.name ? [isolate(short(mark.name))] : []),
                ...[said("y", mark.y[i] ?? null), said("x", value)],
                ...(row === undefined ? [] : [t("ui-picture-row", { row: String(row) })]),
              ].join(", ");
            const pick: Pick | null = picks && row !== undefined ? { kind: "row", row } : null;
            return [{ x, y, width: 14, height: 14, say, pick }];
          }),
    );
    // As read: name by name where there are names, else from left to right.
    const line = ({ y }: Target) =>
      picture.y.kind === "names"
        ? Math.round((y - frame.y.start) / step(frame.y) + frame.y.low)
        : 0;
    return list.sort((a, b) => line(a) - line(b) || a.x - b.x || a.y - b.y);
  }

  function step({ start, end, high, low }: Scale): number {
    return (end - start) / (high - low);
  }

  function ofNames(axis: "x" | "y"): Target[] {
    const { left, right, top, bottom } = frame;
    const size = Math.abs(step(frame[axis]));
    return picture[axis].names.map((_, index) => {
      const place = at(frame[axis], index)!;
      return {
        ...(axis === "y"
          ? { x: frame.width / 2, y: place, width: frame.width, height: size }
          : { x: place, y: (top + bottom) / 2, width: Math.min(size, right - left), height: bottom - top }),
        say: () => [nameAt(axis, index), ...valuesAt(index, axis)].join(": "),
        pick: picks === "name" ? nameOf(axis, index) : null,
      };
    });
  }

  /** What marks have at a place of one axis, in words. */
  function valuesAt(place: number, along: "x" | "y"): string[] {
    const against = along === "x" ? "y" : "x";
    const found = marks.flatMap((mark) => {
      if (mark.type !== "bars" && mark.type !== "line") return [];
      if (mark.type === "bars" ? mark.along !== along : along !== "x") return [];
      const i = (mark.type === "bars" ? mark.at : mark.x).indexOf(place);
      const value = (mark.type === "bars" ? mark.value : mark.y)[i];
      if (value == null) return [];
      const base = mark.type === "bars" ? (mark.base?.[i] ?? 0) : 0;
      const text = valueText(picture[against], value - base);
      const [low, high] = [mark.low?.[i] ?? null, mark.high?.[i] ?? null];
      const interval =
        low === null || high === null
          ? ""
          : ` (${valueText(picture[against], low)} – ${valueText(picture[against], high)})`;
      const name = short(clean(mark.name));
      return [`${name && `${isolate(name)} `}${base && value > base ? "+" : ""}${text}${interval}`];
    });
    return found.length ? [found.join("; ")] : [];
  }

  function ofPlaces(): Target[] {
    const places = new Set<number>();
    for (const mark of marks) {
      if (mark.type === "line") mark.x.forEach((x, i) => x !== null && mark.y[i] !== null && places.add(x));
      else if (mark.type === "bars" && mark.along === "x") mark.at.forEach((x) => x !== null && places.add(x));
    }
    const { top, bottom } = frame;
    return [...places]
      .sort((a, b) => a - b)
      .flatMap((value): Target[] => {
        const x = at(frame.x, value);
        if (x === null) return [];
        const say = () => [said("x", value), ...valuesAt(value, "x")].join(": ");
        const pick: Pick | null = picks === "x" ? { kind: "x", x: value } : null;
        return [{ x, y: (top + bottom) / 2, width: 14, height: bottom - top, say, pick }];
      });
  }
}

/** The target nearest to a pixel, -1 where none is near. */
export function nearest({ list, by }: Targets, x: number, y: number): number {
  let best = -1;
  let least = Infinity;
  list.forEach((target, i) => {
    const aside = Math.max(0, Math.abs(x - target.x) - target.width / 2);
    const above = Math.max(0, Math.abs(y - target.y) - target.height / 2);
    // Those that hold the pixel are told apart by their middles.
    const middle = Math.hypot(x - target.x, y - target.y) / 1e4;
    const far = by === "x" ? aside : by === "y" ? above : Math.hypot(aside, above);
    if (far + middle < least && (by !== "xy" || far < 24)) [best, least] = [i, far + middle];
  });
  return best;
}
