// What a page asks of a run under way while somebody looks: families, and fits that go on.

import { useEffect, useReducer } from "preact/hooks";

import type { Link } from "../../link.ts";
import type { FamilyView, LineView, MonitorArgs, MonitorView, RunView } from "../../types.gen.ts";
import { hasEnded } from "../../words.ts";

interface Known {
  run: string;
  seq: number;
  families: Map<string, FamilyView>;
  lines: Map<string, LineView>;
  /** Trials under way. */
  trials: number[];
  /** So many trials have a place for their lines: what is over leaves when another comes. */
  places: number;
}

const EVERY_MS = 1000;
const LOST_MS = 5000;
const MOST_PLACES = 4;

const memory = new WeakMap<Link, Known>();

/** What is known of the run, asked for again each second while it goes on and can be seen. */
export function useMonitor(link: Link, run: RunView): Known {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  let known = memory.get(link);
  if (known?.run !== run.id) {
    known = { run: run.id, seq: 0, families: new Map(), lines: new Map(), trials: [], places: 0 };
    memory.set(link, known);
  }
  const mine = known;
  const live = link.life === "live";
  const going = !hasEnded(run);
  useEffect(() => {
    if (!live) return undefined;
    let busyUntil = 0;
    let closed = false;
    const look = (): void => {
      const now = performance.now();
      if ((document.hidden && going) || now < busyUntil) return;
      busyUntil = now + LOST_MS;
      const have: MonitorArgs["have"] = {};
      for (const { key, rounds } of mine.lines.values()) have[key] = rounds[rounds.length - 1]!;
      link.request<MonitorView>("monitor", { seq: mine.seq, have } satisfies MonitorArgs).then(
        (news) => {
          busyUntil = 0;
          if (closed || !news.families) return;
          take(mine, news);
          redraw(undefined as never);
        },
        // A kernel with an older package does not know the question.
        () => clearInterval(timer),
      );
    };
    const timer = setInterval(look, EVERY_MS);
    look();
    if (!going) clearInterval(timer);
    return () => {
      closed = true;
      clearInterval(timer);
    };
  }, [link, mine, live, going]);
  return mine;
}

function take(known: Known, news: MonitorView): void {
  known.seq = news.seq;
  for (const family of news.families) known.families.set(family.family, family);
  for (const line of news.lines) known.lines.set(line.key, line);
  known.trials = news.trials;
  const drawn = [...new Set([...known.lines.keys()].map(trialOf))].sort((a, b) => a - b);
  const over = drawn.filter((number) => !news.trials.includes(number));
  known.places = Math.min(MOST_PLACES, Math.max(known.places, drawn.length - over.length));
  const gone = new Set(over.slice(0, Math.max(0, drawn.length - known.places)));
  for (const key of known.lines.keys()) if (gone.has(trialOf(key))) known.lines.delete(key);
}

export const trialOf = (key: string): number => Number(key.split(".")[0]);
export const fitOf = (key: string): number => Number(key.split(".")[1]);
