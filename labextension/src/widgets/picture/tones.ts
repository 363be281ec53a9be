// What a tone looks like: the same as `jupyter_automl/api/pictures/tones.py`, in the page's colours.

import { familyColor, valueColor } from "../components/colors.ts";

const BLUE = "#0072b2";
const VERMILION = "#d55e00";
const SERIES = [
  ...[BLUE, VERMILION, "#009e73", "#e69f00"],
  ...["#56b4e9", "#cc79a7", "#7b61d1", "#999933"],
];
/** Of lines, by `style`. */
export const DASHES = [undefined, "7 3", "2 3", "9 3 2 3"];

/** A colour, and a style (0 to 3) of dashes, hatches and dots that says the same without it. */
export interface Look {
  color: string;
  style: number;
  quiet?: boolean;
}

const KNOWN: Record<string, Look> = {
  quiet: { color: "var(--ja-quiet)", style: 0, quiet: true },
  good: { color: "#009e73", style: 0 },
  bad: { color: VERMILION, style: 1 },
  up: { color: VERMILION, style: 0 },
  down: { color: BLUE, style: 1 },
};

export function look(tone: string): Look {
  const [, group, which] = /^(class|series|family):(.*)$/s.exec(tone) ?? [];
  if (group === "family") {
    // Two families of one picture rarely have names of one length; their names stand beside.
    return { color: familyColor(which!), style: which!.length % 4 };
  }
  const number = Number(which);
  if (group && number >= 0) return { color: SERIES[number % 8] ?? BLUE, style: number % 4 || 0 };
  return (Object.hasOwn(KNOWN, tone) && KNOWN[tone]) || { color: "var(--ja-brand)", style: 0 };
}

/** The colour of a shade in few steps, so that dots of one colour are drawn together. */
export function shadeColor(shade: number | null): string {
  return valueColor(shade === null ? null : Math.round(Math.min(1, Math.max(0, shade)) * 8) / 8);
}
