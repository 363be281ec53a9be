// What one click can do about a finding, and how it changes what is set by hand.

import type { ActView, ReadingView } from "../types.gen.ts";

export type Edits = Record<string, unknown>;

/** Whether the act makes sense here: the target is not left out, nothing is chosen twice. */
export function isPossible(act: ActView, reading: ReadingView): boolean {
  if (!reading.editable.includes(act.field)) return false;
  if (act.field === "repeats") return true;
  if (act.field === "metric") return isDone(act, reading) || reading.task?.metric !== act.value;
  return reading.columns.includes(act.value) && targetOf(reading) !== act.value;
}

/** Whether it has been done, by hand or by the prompt. */
export function isDone(act: ActView, reading: ReadingView): boolean {
  if (act.field === "exclude") return excludedOf(reading).includes(act.value);
  if (act.field === "group" || act.field === "time") {
    return (reading.task?.[act.field] ?? reading.edits[act.field]) === act.value;
  }
  return act.field === "metric" && reading.edits.metric === act.value;
}

/** Whether a click takes it back: what the prompt says is taken back there. */
export function canUndo(act: ActView, reading: ReadingView): boolean {
  return act.field === "exclude" || reading.edits[act.field] === act.value;
}

/** What is set by hand once the act is done, or taken back. */
export function editsWith(act: ActView, on: boolean, reading: ReadingView): Edits {
  if (act.field !== "exclude") return { ...reading.edits, [act.field]: on ? act.value : null };
  const rest = excludedOf(reading).filter((name) => name !== act.value);
  return { ...reading.edits, exclude: on ? [...rest, act.value] : rest };
}

export function targetOf(reading: ReadingView): string {
  return reading.task?.target ?? (reading.edits.target as string | undefined) ?? "";
}

function excludedOf(reading: ReadingView): string[] {
  return reading.task?.exclude ?? (reading.edits.exclude as string[] | undefined) ?? [];
}
