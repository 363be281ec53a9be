// What errors cost: typed cell by cell, kept in the view, where a notebook's cell can read and set it.

import { useState } from "preact/hooks";

import type { Link } from "../../link.ts";
import type { EvaluateState } from "../../types.gen.ts";
import { type PartialView, useViewState } from "../../viewstate.ts";

type Costs = EvaluateState["costs"];

/** The view's costs of errors between these of `n` classes; undefined where it has none. */
export function costsOf(view: PartialView["evaluate"], codes: number[], n: number): Costs | undefined {
  const { costs = [], priced = [] } = view ?? {};
  const all = priced.length === 0 && codes.length === n;
  const same = all || (priced.length === codes.length && priced.every((code, i) => code === codes[i]));
  return same && costs.length > 0 && costs.length === codes.length ? costs : undefined;
}

/** The texts of the fields, row by row, and the costs that they say; null where one says none. */
export function useCosts(link: Link, codes: number[], n: number) {
  const [view, set] = useViewState(link, "evaluate");
  const kept = costsOf(view, codes, n);
  const over = JSON.stringify(kept);
  const [typed, setTyped] = useState<{ texts: string[][]; over: string | undefined } | null>(null);
  // What is typed stands until the view says something else.
  const stands = typed && (typed.over === over || JSON.stringify(read(typed.texts)) === over);
  const texts = stands
    ? typed.texts
    : codes.map((_, row) => codes.map((_, column) => String(kept?.[row]?.[column] ?? 1)));
  const costs = read(texts);
  const whole = costs.every((line) => line.every((cost) => cost !== null)) ? (costs as Costs) : null;
  return {
    texts,
    costs,
    whole,
    type: (row: number, column: number, text: string): void => {
      const next = texts.map((line) => [...line]);
      next[row]![column] = text;
      setTyped({ texts: next, over });
    },
    take: (): void => {
      if (whole) set({ ...view, costs: whole, priced: codes.length === n ? [] : codes });
    },
  };
}

const read = (texts: string[][]): (number | null)[][] =>
  texts.map((line, row) => line.map((text, column) => (row === column ? 0 : parsed(text))));

/** What a cost field holds; null where it is no number above 0. */
export function parsed(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return text.trim() !== "" && Number.isFinite(value) && value > 0 ? value : null;
}
