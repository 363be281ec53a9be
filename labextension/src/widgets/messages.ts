// Every text of the page, by key: Fluent messages, English here, others from the kernel.

import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";

import { ENGLISH } from "./messages.gen.ts";
import type { WordsView } from "./types.gen.ts";

// Isolating marks around every number would end up in labels and in what is copied.
const OPTIONS = { useIsolating: false };
const english = bundle("en", ENGLISH);
let other: FluentBundle | null = null;
let known = "";

/** Use another language; what it lacks stays English. Null goes back to English. */
export function setWords(words: WordsView | null | undefined): void {
  const name = words ? `${words.language}\n${words.messages}` : "";
  if (name === known) return;
  known = name;
  other = words ? bundle(words.language, words.messages) : null;
}

/** The message `key`; a value that comes from data is a plain value, never a message. */
export function t(key: string, values?: Record<string, string | number>): string {
  const safe: Record<string, FluentVariable> = {};
  for (const [name, value] of Object.entries(values ?? {})) {
    safe[name] = typeof value === "string" ? isolate(value) : value;
  }
  for (const words of [other, english]) {
    const pattern = words?.getMessage(key)?.value;
    // A value that is missing is left as {$name}; that is better than no page.
    if (words && pattern) return words.formatPattern(pattern, safe, []);
  }
  return key;
}

const MARKS = /[\u202a-\u202e\u2066-\u2069]/g;
const TURNS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u202a-\u202e\u2066-\u2069\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** `text` so that its direction of writing stays its own (Unicode TR 9). */
export function isolate(text: string): string {
  return TURNS.test(text) ? `\u2068${text.replace(MARKS, "")}\u2069` : text;
}

function bundle(language: string, messages: string): FluentBundle {
  const made = new FluentBundle(language, OPTIONS);
  made.addResource(new FluentResource(messages));
  return made;
}
