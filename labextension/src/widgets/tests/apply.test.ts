import { describe, expect, it } from "vitest";

import { applyDelta, applyRun } from "../apply.ts";
import recording from "../testdata/run.json";
import type { RunDelta, RunView } from "../types.gen.ts";
import { formatScore, formatSpread, headline } from "../words.ts";

interface Recording {
  first: RunView;
  steps: { delta: RunDelta }[];
  last: RunView;
}

const first = recording.first as unknown as RunView;
const last = recording.last as unknown as RunView;
const steps = recording.steps as unknown as { delta: RunDelta; headline: string }[];

describe("changes as the kernel sends them", () => {
  it("lead to the state that the kernel has", () => {
    const run = steps.reduce((state, step) => applyRun(state, step.delta), first);
    expect(run).toEqual(last);
  });

  it("keep the latest scores of a row, in the order of its trials", () => {
    const { first, steps, last } = recording.many as unknown as Recording;
    let run = first;
    for (const { delta } of steps) {
      run = applyRun(applyRun(run, delta), delta);
    }
    expect(run).toEqual(last);
    expect(run.rows.map((row) => row.history.length)).toEqual([64, 64]);
    expect(run.rows.map((row) => row.n_trials)).toEqual([80, 80]);
  });

  it("do no harm when they come twice", () => {
    const run = steps.reduce(
      (state, step) => applyRun(applyRun(state, step.delta), step.delta),
      first,
    );
    expect(run).toEqual(last);
  });

  it("say the same headline as every other surface, at every step", () => {
    let run = first;
    for (const step of steps) {
      run = applyRun(run, step.delta);
      expect(headline(run, run.elapsed_seconds)).toBe(step.headline);
    }
  });

  it("replace a whole section and keep the others", () => {
    const state = { n: 1, run: first };
    const next = applyDelta(state, { n: 2, set: { run: null } });
    expect(next).toEqual({ n: 2, run: null });
    expect(state.run).toBe(first);
  });
});

describe("numbers", () => {
  it.each([
    [0.9123847, "0.912"],
    [12.345, "12.35"],
    [123.45, "123.5"],
    [1234.5, "1,235"],
    [0.00012, "1.20e-04"],
    [0, "0.000"],
    [-0.25, "-0.250"],
    [null, "–"],
  ])("%s is written %s", (score, text) => {
    expect(formatScore(score)).toBe(text);
  });

  it("gives a spread the decimals of its score", () => {
    expect(formatSpread(0.0112, 0.9)).toBe(".011");
    expect(formatSpread(3.21, 130)).toBe("3.2");
    expect(formatSpread(1860, 21525)).toBe("1,860");
  });
});
