import type { Bars, Cells, Dots, Line, Picture } from "../types.gen.ts";
import type { Frame, Written } from "./layout.ts";
import { clean, cut } from "./room.ts";
import { at, type Scale } from "./scale.ts";
import { DASHES, look, type Look, shadeColor } from "./tones.ts";

type Point = [number, number];
type Values = (number | null)[];
type Paint = Record<string, string | number | undefined>;

const { abs, max, min } = Math;

/** Everything inside of the `<svg>`; `id` begins the ids of hatches. */
export function Marks({ picture, frame, id }: { picture: Picture; frame: Frame; id: string }) {
  const { paths, words, hatches } = drawing(picture, frame, id);
  return (
    <>
      <defs>
        {[...hatches].map(([name, { color, style }]) => (
          <pattern
            key={name}
            id={name}
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform={`rotate(${style === 1 ? 45 : -45})`}
          >
            <path d="M0 0h6v6h-6z" fill={color} fill-opacity="0.25" />
            <path d={style === 3 ? "M2 2h3v3h-3z" : "M0 0h2.5v6h-2.5z"} fill={color} />
          </pattern>
        ))}
      </defs>
      {paths.map((path, key) => (
        <path key={key} {...path} />
      ))}
      {words.map(({ x, y, text, anchor, turned, quiet }, key) => (
        <text
          key={key}
          x={x}
          y={y}
          text-anchor={anchor}
          transform={turned ? `rotate(-90 ${x} ${y})` : undefined}
          class={quiet ? "ja-axis" : undefined}
        >
          {text}
        </text>
      ))}
    </>
  );
}

/** The picture as paths and words. Dots of one color are one path, however many there are. */
function drawing({ marks }: Picture, frame: Frame, id: string) {
  const { x, y, left, right, top, bottom, xTicks, yTicks, swatches } = frame;
  const down = y.axis.kind === "names";
  const paths: (Paint & { d: string })[] = [];
  const words: Written[] = [...frame.words];
  const hatches = new Map<string, Look>();
  const add = (d: string, paint: Paint): void => {
    if (d) paths.push({ d, ...paint });
  };
  const across = (scale: Scale, value: number): string => {
    const place = at(scale, value);
    if (place === null) return "";
    return scale === x ? `M${place} ${top}V${bottom}` : `M${left} ${place}H${right}`;
  };
  const fill = (seen: Look): Paint => {
    const { color, style } = seen;
    if (seen.quiet) return { fill: color, "fill-opacity": 0.4 };
    if (!style) return { fill: color };
    const name = `${id}-${style}${color.replace(/\W/g, "")}`;
    hatches.set(name, seen);
    return { fill: `url(#${name})`, stroke: color };
  };

  const lines = [
    ...yTicks.map(({ value }) => across(y, value)),
    ...(down ? xTicks.map(({ value }) => across(x, value)) : []),
  ];
  add(lines.join(""), { class: "ja-pic-grid" });
  const zero = (scale: Scale): string =>
    scale.axis.kind === "number" && scale.low < 0 && scale.high > 0 ? across(scale, 0) : "";
  const ground = down ? "" : `M${left} ${bottom}H${right}`;
  add(ground + zero(x) + zero(y), { class: "ja-zero" });

  for (const mark of marks) {
    if (mark.type === "line") line(mark);
    else if (mark.type === "bars") bars(mark);
    else if (mark.type === "dots") dots(mark);
    else if (mark.type === "cells") cells(mark);
    else if (mark.type === "rule") {
      add(across(mark.axis === "x" ? x : y, mark.at), stroke(look(mark.tone)));
    } else {
      add(shapes(runs([mark.x], [mark.y]).flat(), 0, 2.5), { class: "ja-pic-point" });
    }
  }
  for (const { x: middle, y: level, tone, kind, shade } of swatches) {
    const seen = look(tone);
    if (kind === "bars") add(box(middle - 5, level - 5, 10, 10), fill(seen));
    else if (kind === "line") add(`M${middle - 6} ${level}h12`, stroke(seen));
    else if (shade === undefined) add(shapes([[middle, level]], seen.style, 3.5), { fill: seen.color });
    else add(shapes([[middle, level]], 0, 3.5), { fill: shadeColor(shade) });
  }
  return { paths, words, hatches };

  /** The stretches of points that have a place; so must `other` at the same x. */
  function runs(across: Values, up: Values, other = up): Point[][] {
    const found: Point[][] = [[]];
    across.forEach((value, i) => {
      const [a, b] = [at(x, value), at(y, up[i])];
      if (a !== null && b !== null && at(y, other[i]) !== null) found.at(-1)!.push([a, b]);
      else found.push([]);
    });
    return found.filter((run) => run.length);
  }

  function line({ x, y, low, high, steps, tone }: Line): void {
    const seen = look(tone);
    const joined = (points: Point[]): string => `M${points.map(String).join("L")}`;
    const trail = (points: Point[]): Point[] =>
      steps ? points.flatMap((point, i): Point[] => [[point[0], points[max(0, i - 1)]![1]], point]) : points;
    if (low && high) {
      const below = runs(x, low, high);
      const band = runs(x, high, low).map(
        (run, i) => `${joined([...trail(run), ...trail(below[i]!).reverse()])}z`,
      );
      add(band.join(""), { fill: seen.color, stroke: seen.color, class: "ja-pic-band" });
    }
    const found = runs(x, y);
    add(
      found.filter((run) => run.length > 1).map((run) => joined(trail(run))).join(""),
      stroke(seen),
    );
    add(shapes(found.filter((run) => run.length < 2).flat(), 0, 2.5), { fill: seen.color });
  }

  function bars(mark: Bars): void {
    const upright = mark.along === "x";
    const [along, against] = upright ? [x, y] : [y, x];
    const boxes: Record<string, string> = {};
    let whiskers = "";
    mark.at.forEach((place, i) => {
      const middle = at(along, place);
      const to = at(against, mark.value[i]);
      if (place === null || middle === null || to === null) return;
      const base = at(against, mark.base?.[i] ?? 0) ?? against.start;
      const sides = [-1, 1].map((side) => at(along, place + (side * mark.width) / 2) ?? middle);
      const [near, size] = atLeast(sides, along);
      const [start, length] = atLeast([base, to], against);
      const tone = ` ${mark.tones?.[i] ?? mark.tone}`;
      boxes[tone] ??= "";
      boxes[tone] += upright ? box(near, start, size, length) : box(start, near, length, size);
      const [low, high] = [at(against, mark.low?.[i]), at(against, mark.high?.[i])];
      if (low === null || high === null) return;
      const cap = min(4, size / 2);
      for (const end of [low, high]) {
        whiskers += upright
          ? `M${middle - cap} ${end}h${2 * cap}m${-cap} 0V${to}`
          : `M${end} ${middle - cap}v${2 * cap}m0 ${-cap}H${to}`;
      }
    });
    for (const tone in boxes) add(boxes[tone]!, fill(look(tone.slice(1))));
    add(whiskers, { class: "ja-whisker" });
  }

  function dots(mark: Dots): void {
    const { color, style } = look(mark.tone);
    const groups: Record<string, Point[]> = {};
    mark.x.forEach((value, i) => {
      const shade = mark.shade ? shadeColor(mark.shade[i] ?? null) : color;
      (groups[shade] ??= []).push(...runs([value], [mark.y[i]!]).flat());
    });
    for (const shade in groups) {
      const d = shapes(groups[shade]!, mark.shade ? 0 : style, mark.x.length > 300 ? 2 : 3);
      add(d, { fill: shade, class: "ja-pic-dots" });
    }
  }

  function cells({ shade, text, tone }: Cells): void {
    const width = abs(x.end - x.start) / (x.high - x.low);
    const height = abs(y.end - y.start) / (y.high - y.low);
    const gap = min(width, height) > 6 ? 1 : 0;
    shade.forEach((shades, row) =>
      shades.forEach((share, column) => {
        const [middle, level] = [at(x, column)!, at(y, row)!];
        const d = box(middle - (width - gap) / 2, level - (height - gap) / 2, width - gap, height - gap);
        const diverging = tone === "low-high";
        if (share !== null) {
          add(d, {
            class: "ja-pic-cell",
            fill: diverging ? shadeColor(share) : look(tone).color,
            "fill-opacity": diverging ? 0.64 : 0.04 + 0.6 * min(1, max(0, share)),
          });
        }
        if (width < 22 || height < 12) return;
        const said = cut(clean(text[row]![column]!), width - 4);
        if (said !== "…") words.push({ x: middle, y: level + 4, text: said, anchor: "middle" });
      }),
    );
  }
}

/** Circles, squares, triangles or diamonds of about the same weight. */
function shapes(points: Point[], style: number, r: number): string {
  const shape = [
    `m${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
    `m${-r} ${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
    `m0 ${-1.4 * r}l${1.2 * r} ${2 * r}h${-2.4 * r}z`,
    `m0 ${-1.4 * r}l${1.4 * r} ${1.4 * r}l${-1.4 * r} ${1.4 * r}l${-1.4 * r} ${-1.4 * r}z`,
  ][style];
  return points.map((point) => `M${point}${shape}`).join("");
}

function stroke({ color, style, quiet }: Look): Paint {
  return {
    fill: "none",
    stroke: color,
    "stroke-width": quiet ? 1 : 2,
    "stroke-dasharray": quiet ? "4 3" : DASHES[style],
  };
}

const box = (x: number, y: number, width: number, height: number): string =>
  `M${x} ${y}h${width}v${height}h${-width}z`;

/** Start and length of a stretch, one pixel at least and inside of the plot. */
function atLeast(sides: number[], { start, end }: Scale): Point {
  const low = min(...sides);
  const length = max(...sides) - low;
  return length < 1 ? [max(min(low, max(start, end) - 1), min(start, end)), 1] : [low, length];
}
