import { useEffect, useReducer, useRef } from "preact/hooks";

import type { Link } from "../link.ts";
import type { RunView } from "../types.gen.ts";
import { hasEnded, isInLine } from "../words.ts";

/** Seconds of the budget in use, going on between messages and never going back. */
export function useElapsed(link: Link, run: RunView): number {
  const [, tick] = useReducer((n: number) => n + 1, 0);
  const shown = useRef({ id: run.id, seconds: 0 });
  const stands = hasEnded(run) || run.status === "paused" || isInLine(run);
  const ticking = !stands && link.life !== "gone";
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => tick(undefined as never), 500);
    return () => clearInterval(timer);
  }, [ticking]);
  const since = ticking ? (performance.now() - link.heardAt) / 1000 : 0;
  const now = hasEnded(run) ? run.elapsed_seconds : run.elapsed_seconds + Math.min(since, 30);
  if (shown.current.id !== run.id || hasEnded(run)) shown.current = { id: run.id, seconds: now };
  shown.current.seconds = Math.max(shown.current.seconds, now);
  return shown.current.seconds;
}
