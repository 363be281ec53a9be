// The row a person makes up: where it begins, what was changed, and the questions about it.

import { useEffect, useReducer, useRef, useState } from "preact/hooks";

import { ask, Superseded } from "../../ask.ts";
import { type Link, RequestError } from "../../link.ts";
import type { ErrorView, OutlookArgs, OutlookView } from "../../types.gen.ts";

/** A value of a form: numbers as they were typed, null where it is missing. */
export type FormCell = OutlookArgs["changes"][string];

export type Changes = Record<string, FormCell>;

const REST_MS = 250;

export interface OutlookSeen {
  outlook: OutlookView | null;
  error: ErrorView | null;
  /** Whether what is shown is older than what is asked. */
  waiting: boolean;
}

/**
 * The prediction for the row, again after each change: one question at a time, the latest next,
 * and a finer answer when nothing has changed for a moment.
 */
export function useOutlook(
  link: Link,
  question: { model: string; start: number; changes: Changes; label: string } | null,
): OutlookSeen {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const held = useRef<{ outlook: OutlookView | null; error: ErrorView | null }>({
    outlook: null,
    error: null,
  });
  const busy = useRef(false);
  const wanted = useRef("");
  const answered = useRef("");
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  const alive = useRef(true);
  const name = question ? JSON.stringify(question) : "";
  const live = link.life === "live";

  const put = async (text: string, quick: boolean): Promise<void> => {
    busy.current = true;
    try {
      const args = { ...(JSON.parse(text) as object), quick };
      const { value } = await ask<OutlookView>(link, "whatif.at", args, { keep: false });
      held.current = { outlook: value, error: null };
    } catch (problem) {
      if (problem instanceof Superseded) return;
      if (!(problem instanceof RequestError)) throw problem;
      held.current = { ...held.current, error: problem.view };
    } finally {
      busy.current = false;
      answered.current = text;
    }
    if (!alive.current) return;
    redraw(undefined as never);
    if (wanted.current !== text) void put(wanted.current, true);
    else if (quick && !held.current.error) {
      clearTimeout(rest.current);
      rest.current = setTimeout(() => {
        if (wanted.current === text && !busy.current && alive.current) void put(text, false);
      }, REST_MS);
    }
  };

  useEffect(() => {
    if (!name || !live) return;
    wanted.current = name;
    clearTimeout(rest.current);
    if (!busy.current) void put(name, true);
  }, [link, name, live]);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
      clearTimeout(rest.current);
    };
  }, []);
  return { ...held.current, waiting: name !== "" && answered.current !== name };
}

/** The value as it was when it last stood still for a moment. */
export function useRested<T>(value: T, ms = REST_MS): T {
  const [rested, setRested] = useState(value);
  const name = JSON.stringify(value);
  useEffect(() => {
    if (name === JSON.stringify(rested)) return undefined;
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [name]);
  return rested;
}

/** What was changed of a row, and how to change it. */
export function useChanges(
  start: number,
): [Changes, (name: string, cell: FormCell) => void, (changes: Changes) => void] {
  const [changes, setChanges] = useState<Changes>({});
  const seen = useRef(start);
  useEffect(() => {
    if (seen.current === start) return;
    seen.current = start;
    setChanges({});
  }, [start]);
  const change = (name: string, cell: FormCell): void => {
    setChanges((now) => ({ ...now, [name]: cell }));
  };
  return [changes, change, setChanges];
}

/** A cell as text; missing ones have none. */
export function textOf(cell: FormCell | undefined): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "boolean") return cell ? "true" : "false";
  return String(cell);
}
