// Every text of the page, by key: English here, other languages from the kernel.

import { formatNumber } from "./locale.ts";
import { ENGLISH } from "./messages.gen.ts";
import type { WordsView } from "./types.gen.ts";

/** A message that was read already, as `jupyter_automl.core.patterns` says. */
export type Pattern = string | Part[];
export type Part = string | [string] | [string, Record<string, Pattern>, string];
type Values = Record<string, string | number>;

const english = new Map<string, Pattern>(Object.entries(ENGLISH));
let other: WordsView | null = null;

/** Know further English messages: those of a part of the page that came later. */
export function addWords(messages: Record<string, Pattern>): void {
  for (const [key, pattern] of Object.entries(messages)) english.set(key, pattern);
}

/** Use another language; what it lacks stays English. Null goes back to English. */
export function setWords(words: WordsView | null | undefined): void {
  other = words ?? null;
}

/** The message `key`; a value that comes from data is a plain value, never a message. */
export function t(key: string, values: Values = {}): string {
  if (other && Object.hasOwn(other.messages, key)) {
    return put(other.messages[key] as Pattern, values, other.language);
  }
  const pattern = english.get(key);
  return pattern === undefined ? key : put(pattern, values, "en");
}

function put(pattern: Pattern, values: Values, language: string): string {
  if (typeof pattern === "string") return pattern;
  return pattern
    .map((part) => {
      if (typeof part === "string") return part;
      const [name, variants, usual] = part;
      const value = values[name];
      if (!variants) return shown(name, value);
      const key = variant(variants, value, language);
      return put(variants[Object.hasOwn(variants, key) ? key : usual!]!, values, language);
    })
    .join("");
}

// A value that is missing is left as {$name}; that is better than no page.
function shown(name: string, value: string | number | undefined): string {
  if (value === undefined) return `{$${name}}`;
  return typeof value === "string" ? isolate(value) : formatNumber(value);
}

function variant(variants: object, value: string | number | undefined, language: string): string {
  const exact = String(value);
  if (typeof value !== "number" || Object.hasOwn(variants, exact)) return exact;
  return new Intl.PluralRules(language).select(value);
}

const MARKS = /[\u202a-\u202e\u2066-\u2069]/g;
const TURNS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u202a-\u202e\u2066-\u2069\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** `text` so that its direction of writing stays its own (Unicode TR 9). */
export function isolate(text: string): string {
  return TURNS.test(text) ? `\u2068${text.replace(MARKS, "")}\u2069` : text;
}
