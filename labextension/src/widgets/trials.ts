// All trials of a run, fetched when somebody looks at them and then only what is new.

import { useEffect, useReducer, useRef } from "preact/hooks";

import { ask, type Numbers, Superseded } from "./ask.ts";
import { type Link, RequestError } from "./link.ts";
import type { ErrorView, RunView, TrialsView } from "./types.gen.ts";

export interface Trial {
  number: number;
  family: string;
  label: string;
  end: TrialsView["ends"][number];
  score: number | null;
  std: number | null;
  fit: number | null;
  predict: number | null;
  memory: number | null;
}

const EVERY_MS = 1000;

interface Known {
  run: string;
  seq: number;
  trials: Map<number, Trial>;
}

const memory = new WeakMap<Link, Known>();

export interface TrialsSeen {
  trials: Trial[];
  ready: boolean;
  error: ErrorView | null;
}

/** The trials of the run, while `wanted`; what a page has seen it does not fetch again. */
export function useTrials(link: Link, run: RunView, wanted: boolean): TrialsSeen {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const busy = useRef(false);
  const last = useRef(0);
  const error = useRef<ErrorView | null>(null);
  let known = memory.get(link);
  if (known?.run !== run.id) {
    known = { run: run.id, seq: 0, trials: new Map() };
    memory.set(link, known);
  }
  const mine = known;
  const ended = run.n_done + run.n_failed;
  const live = link.life === "live";
  useEffect(() => {
    if (!wanted || !live) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let closed = false;
    const fetch = (): void => {
      const wait = last.current + EVERY_MS - performance.now();
      if (busy.current || wait > 0) {
        timer = setTimeout(fetch, Math.max(wait, 50));
        return;
      }
      busy.current = true;
      ask<TrialsView>(link, "trials.table", { since: mine.seq }, { slot: "trials", keep: false })
        .then(
          ({ value, arrays }) => {
            error.current = null;
            for (const trial of trialsOf(value, arrays)) mine.trials.set(trial.number, trial);
            mine.seq = value.seq;
          },
          (problem: unknown) => {
            if (problem instanceof RequestError) error.current = problem.view;
            else if (!(problem instanceof Superseded)) throw problem;
          },
        )
        .finally(() => {
          busy.current = false;
          last.current = performance.now();
          if (!closed) redraw(undefined as never);
        });
    };
    fetch();
    return () => {
      closed = true;
      clearTimeout(timer);
    };
  }, [link, mine, wanted, live, ended, run.status]);
  return { trials: [...mine.trials.values()], ready: mine.seq > 0, error: error.current };
}

/** The arrays of an answer as one object a trial. */
export function trialsOf(view: TrialsView, arrays: Record<string, Numbers>): Trial[] {
  const column = (name: string): Numbers => arrays[name] ?? new Float32Array(0);
  const [number, family, end] = [column("number"), column("family"), column("end")];
  const real = ["score", "std", "fit_seconds", "predict_us", "memory_mib"].map(column);
  return Array.from({ length: number.length }, (_, i) => {
    const [score, std, fit, predict, held] = real.map((values) => finite(values[i]));
    return {
      number: number[i]!,
      family: view.families[family[i]!] ?? "",
      label: view.labels[family[i]!] ?? "",
      end: view.ends[end[i]!] ?? "failed",
      score: score ?? null,
      std: std ?? null,
      fit: fit ?? null,
      predict: predict ?? null,
      memory: held ?? null,
    };
  });
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
