// Questions that the kernel answers with a computed view, and the hook that draws the answer.

import { useEffect, useReducer, useRef } from "preact/hooks";

import { type Link, RequestError } from "./link.ts";
import { t } from "./messages.ts";
import type { AnswerBody, ErrorView } from "./types.gen.ts";

export type Numbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

export interface Answer<V> {
  value: V;
  arrays: Record<string, Numbers>;
  /** 0 to 1; below 1 it is a part of an answer that is being refined. */
  done: number;
  etag: string;
}

export interface AskOptions<V> {
  /** A newer question of the same slot makes this one void. */
  slot?: string;
  onPart?: (answer: Answer<V>) => void;
  signal?: AbortSignal;
  /** Whether the answer is worth keeping for the next time; it is, unless false. */
  keep?: boolean;
}

/** The kernel gave up on this question because a newer one came. */
export class Superseded extends Error {}

const SLOW_SECONDS = 30;
const KEPT = 32;

const KINDS: Record<string, new (buffer: ArrayBuffer) => Numbers> = {
  "<f4": Float32Array,
  "<f8": Float64Array,
  "|i1": Int8Array,
  "<i2": Int16Array,
  "<i4": Int32Array,
  "|u1": Uint8Array,
  "|b1": Uint8Array,
  "<u2": Uint16Array,
  "<u4": Uint32Array,
};

/** The buffers of a message as arrays; they may lie anywhere in a larger buffer. */
export function arraysOf(
  body: AnswerBody,
  buffers: readonly (DataView | ArrayBuffer)[],
): Record<string, Numbers> {
  const arrays: Record<string, Numbers> = {};
  (body.arrays ?? []).forEach((view, index) => {
    const buffer = buffers[index];
    const Kind = KINDS[view.dtype];
    if (!buffer || !Kind) return;
    // Copied: a view may begin where its numbers must not.
    const bytes =
      buffer instanceof ArrayBuffer
        ? buffer.slice(0)
        : (buffer.buffer.slice(
            buffer.byteOffset,
            buffer.byteOffset + buffer.byteLength,
          ) as ArrayBuffer);
    arrays[view.name] = new Kind(bytes);
  });
  return arrays;
}

const memories = new WeakMap<Link, Map<string, Answer<unknown>>>();

/** The last answers of a page's link, the newest last. */
function memoryOf(link: Link): Map<string, Answer<unknown>> {
  let memory = memories.get(link);
  if (!memory) memories.set(link, (memory = new Map()));
  return memory;
}

function remember(link: Link, name: string, answer: Answer<unknown>): void {
  const memory = memoryOf(link);
  memory.delete(name);
  memory.set(name, answer);
  while (memory.size > KEPT) memory.delete(memory.keys().next().value!);
}

/** Ask for `view`; rejects with a `RequestError`, or `Superseded` also when `signal` aborts. */
export async function ask<V>(
  link: Link,
  view: string,
  args: object = {},
  { slot = "", onPart, signal, keep = true }: AskOptions<V> = {},
): Promise<Answer<V>> {
  const name = nameOf(view, args);
  const known = memoryOf(link).get(name) as Answer<V> | undefined;
  const have = known && known.done === 1 ? known.etag : "";
  const handle = link.open("ask", { view, slot, args, have }, (body, buffers) => {
    const part = body as AnswerBody;
    onPart?.({
      value: part.value as V,
      arrays: arraysOf(part, buffers),
      done: part.done ?? 0,
      etag: "",
    });
  });
  const cancel = (): void => link.giveUp(handle.id);
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    const { body, buffers } = await handle.reply;
    const found = body as AnswerBody;
    const answer: Answer<V> =
      found.same && known
        ? known
        : {
            value: found.value as V,
            arrays: arraysOf(found, buffers),
            done: 1,
            etag: found.etag ?? "",
          };
    if (keep) remember(link, name, answer);
    return answer;
  } catch (error) {
    if (error instanceof RequestError && error.view.code === "superseded") throw new Superseded();
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
}

export interface Seen<V> {
  state: "loading" | "ready" | "failed";
  answer: Answer<V> | null;
  error: ErrorView | null;
  again: () => void;
}

/**
 * The answer to a question as it comes, to be drawn: at once where it is known, in parts where it
 * is refined, and the last one while nobody answers. `args` null asks nothing; another `version`
 * asks again.
 */
export function useView<V>(
  link: Link,
  view: string,
  args: object | null,
  { slot = view, version = "" }: { slot?: string; version?: string | number } = {},
): Seen<V> {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [attempt, retry] = useReducer((n: number) => n + 1, 0);
  const name = args === null ? "" : nameOf(view, args);
  const held = useRef<{ name: string; answer: Answer<V> | null; error: ErrorView | null }>({
    name: "",
    answer: null,
    error: null,
  });
  const asked = useRef(0);
  if (held.current.name !== name) {
    const known = memoryOf(link).get(name) as Answer<V> | undefined;
    held.current = { name, answer: known ?? null, error: null };
  }
  const gone = link.life === "gone";
  useEffect(() => {
    if (!name || gone) return undefined;
    const abort = new AbortController();
    const mine = (asked.current += 1);
    let over = false;
    const show = (answer: Answer<V> | null, error: ErrorView | null): void => {
      if (mine !== asked.current || held.current.name !== name) return;
      held.current = { name, answer: answer ?? held.current.answer, error };
      redraw(undefined as never);
    };
    const timer = setTimeout(() => {
      show(null, {
        code: "slow",
        message: t("ui-ask-slow", { seconds: SLOW_SECONDS }),
        hint: t("ui-ask-slow-hint"),
        context: {},
      });
    }, SLOW_SECONDS * 1000);
    const onPart = (answer: Answer<V>): void => {
      clearTimeout(timer);
      show(answer, null);
    };
    ask<V>(link, view, args!, { slot, onPart, signal: abort.signal }).then(
      (answer) => {
        over = true;
        clearTimeout(timer);
        show(answer, null);
      },
      (error: unknown) => {
        over = true;
        clearTimeout(timer);
        if (error instanceof Superseded) return;
        show(null, error instanceof RequestError ? error.view : unexpected(error));
      },
    );
    return () => {
      clearTimeout(timer);
      asked.current += 1;
      if (!over) abort.abort();
    };
    // The question is its name; a new object with the same content is the same question.
  }, [link, name, slot, gone, version, attempt]);
  const again = (): void => {
    held.current = { ...held.current, error: null };
    retry(undefined as never);
  };
  const { answer, error } = held.current;
  return { state: error ? "failed" : answer ? "ready" : "loading", answer, error, again };
}

function unexpected(error: unknown): ErrorView {
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, hint: "", context: {} };
}

function nameOf(view: string, args: object): string {
  return `${view} ${JSON.stringify(args)}`;
}
