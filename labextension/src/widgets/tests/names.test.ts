// Names of lines: whole, apart from each other, inside of the picture, and beside what they name.

import { describe, expect, it } from "vitest";

import { type Frame, frameOf, type Written } from "../picture/layout.ts";
import { textWidth } from "../picture/room.ts";
import type { Line, Picture, Rule } from "../types.gen.ts";

const MODELS = [
  "Ensemble (5)",
  "LightGBM",
  "Logistic regression, L2",
  "CatBoost, threshold 0.25",
  "漢字漢字",
  "نموذج",
];

type Box = [left: number, right: number, top: number, bottom: number];

const line = (x: number[], y: number[], more: Partial<Line> = {}): Line => ({
  ...{ type: "line", x, y, tone: "accent", name: "", steps: false, low: null, high: null },
  ...more,
});
const rule = (axis: "x" | "y", at: number, label: string): Rule => ({ type: "rule", axis, at, label, tone: "quiet" });

function pictureOf(marks: Picture["marks"], square = false): Picture {
  const axis = { label: "found", kind: "number", low: 0, high: 1, names: [], percent: true } as const;
  return {
    ...{ name: "curves", title: "Curves", findings: [], x: { ...axis, names: [] }, y: { ...axis, names: [] } },
    ...{ marks, table: { columns: [], rows: [], more: 0 }, note: "", picks: "", square },
  };
}

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One to three models that end anywhere, often in a corner, and what they are compared with. */
function curves(chance: () => number): Picture {
  const some = chance() < 0.5;
  const marks: Picture["marks"] = [];
  if (chance() < 0.7) marks.push(line([0, 1], [0, 1], { tone: "quiet", name: "By chance" }));
  if (chance() < 0.4) marks.push(line([0, 0.25, 1], [0, 1, 1], { tone: "quiet", name: "Perfect order" }));
  if (chance() < 0.4) marks.push(rule("y", chance(), "All rows: 25 %"));
  if (chance() < 0.3) marks.push(rule("x", chance(), "now"));
  const x = Array.from({ length: 21 }, (_, k) => k / 20);
  const corner = [0, 0.3, 1][Math.floor(3 * chance())]!;
  const first = Math.floor(MODELS.length * chance());
  const count = 1 + Math.floor(3 * chance());
  for (let k = 0; k < count; k += 1) {
    const bend = 0.05 + 4 * chance();
    const y = x.map((share) => share ** bend);
    y[20] = chance() < 0.5 ? corner : chance();
    const banded = some && {
      low: y.map((value) => Math.max(0, value - 0.05)),
      high: y.map((value) => Math.min(1, value + 0.05)),
    };
    const name = MODELS[(first + k) % MODELS.length]!;
    marks.push(line(x, y, { tone: `series:${k}`, name, steps: chance() < 0.3, ...banded }));
  }
  return pictureOf(marks, chance() < 0.5);
}

const named = (picture: Picture): string[] =>
  picture.marks.flatMap((mark) =>
    mark.type === "line" && mark.name ? [mark.name] : mark.type === "rule" && mark.axis === "y" ? [mark.label] : [],
  );

function boxOf({ text, x, y, anchor }: Written): Box {
  const wide = textWidth(text);
  const left = x - wide * (anchor === "end" ? 1 : anchor === "middle" ? 0.5 : 0);
  return [left, left + wide, y - 8, y + 2];
}

/** Whether two boxes share more than a border of half a pixel. */
function meet(a: Box, b: Box): boolean {
  const across = Math.min(a[1], b[1]) - Math.max(a[0], b[0]);
  const down = Math.min(a[3], b[3]) - Math.max(a[2], b[2]);
  return across > 0.5 && down > 0.5;
}

describe("names of lines that may end anywhere, from 380 to 1,600 pixels", () => {
  const chance = chances(7);
  const cases = Array.from({ length: 400 }, () => {
    const picture = curves(chance);
    const width = Math.round(380 + 1220 * chance());
    return { picture, width, frame: frameOf(picture, width) };
  });

  it("are whole, each once", () => {
    const wrong = cases.flatMap(({ picture, frame }) =>
      named(picture).filter((name) => frame.words.filter(({ text }) => text === name).length !== 1),
    );
    expect(wrong).toEqual([]);
  });

  it("never leave the picture and never overlap anything that is written", () => {
    const wrong = cases.flatMap(({ width, frame }) => {
      const words = frame.words.map((word): [string, Box] => [word.text, boxOf(word)]);
      return words.flatMap(([text, box], i) => [
        ...(box[0] < -1 || box[1] > width + 1 || box[2] < 0 || box[3] > frame.height ? [text] : []),
        ...words.slice(0, i).flatMap(([other, b]) => (meet(box, b) ? [`${text} and ${other}`] : [])),
      ]);
    });
    expect(wrong).toEqual([]);
  });

  it("have a sample of their line beside them, or stand along it", () => {
    for (const { picture, frame } of cases) {
      for (const mark of picture.marks) {
        if (mark.type !== "line" || !mark.name) continue;
        const word = frame.words.find(({ text }) => text === mark.name)!;
        const sampled = frame.swatches.some(
          ({ x, y, tone }) => tone === mark.tone && word.x - x > 0 && word.x - x < 20 && Math.abs(word.y - y) < 6,
        );
        expect(sampled || mark.tone === "quiet", mark.name).toBe(true);
        expect(sampled, mark.name).toBe(!isInside(word, frame));
      }
    }
  });
});

const isInside = ({ x, y }: Written, frame: Frame): boolean =>
  x > frame.left && x < frame.right && y > frame.top && y < frame.bottom;

describe("the place of a name", () => {
  const ends = (...values: number[]) =>
    pictureOf(values.map((end, k) => line([0, 1], [0.5, end], { tone: `series:${k}`, name: MODELS[k] })));

  it("is the end of its line where lines end apart", () => {
    const frame = frameOf(ends(0.2, 0.8), 640);
    const [low, high] = MODELS.slice(0, 2).map((name) => frame.words.find(({ text }) => text === name)!);
    expect(low!.x).toBeGreaterThan(frame.right);
    expect(high!.x).toBe(low!.x);
    expect(low!.y - high!.y).toBeCloseTo(0.6 * (frame.bottom - frame.top), 0);
  });

  it.each([380, 1600])("is the key where lines meet, and the plot has the room then, at %i", (width) => {
    const frame = frameOf(ends(1, 1, 1), width);
    const names = frame.words.filter(({ text }) => MODELS.includes(text));
    expect(names.map(({ text }) => text)).toEqual(MODELS.slice(0, 3));
    for (const { y } of names) expect(y).toBeLessThan(frame.top);
    expect(frame.swatches.map(({ tone, kind }) => `${tone} ${kind}`)).toEqual(
      [0, 1, 2].map((k) => `series:${k} line`),
    );
    expect(frame.right).toBeCloseTo(width - 14, 6);
  });

  it("is along a guide where there is room, and the key where there is none", () => {
    const guide = line([0, 1], [0, 1], { tone: "quiet", name: "By chance" });
    const free = frameOf(pictureOf([guide]), 380);
    expect(isInside(free.words.find(({ text }) => text === "By chance")!, free)).toBe(true);
    expect(free.swatches).toEqual([]);
    const crowd = Array.from({ length: 31 }, (_, k) => line([0, 1], [k / 30, k / 30]));
    const full = frameOf(pictureOf([...crowd, guide]), 380);
    expect(isInside(full.words.find(({ text }) => text === "By chance")!, full)).toBe(false);
    expect(full.swatches.map(({ tone }) => tone)).toEqual(["quiet"]);
  });
});
