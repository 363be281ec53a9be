// A run that was really trained, told to the page message by message as the kernel told it.

import { afterEach, describe, expect, it } from "vitest";

import { applyRun } from "../apply.ts";
import app from "../entries/app.tsx";
import leaderboard from "../entries/leaderboard.tsx";
import recording from "../testdata/real_run.json";
import type { RunDelta, RunView } from "../types.gen.ts";
import { formatScore, headline } from "../words.ts";
import { FakeModel, settle } from "./fakes.ts";

const first = recording.first as unknown as RunView;
const last = recording.last as unknown as RunView;
const steps = recording.steps as unknown as { delta: RunDelta; headline: string }[];
const open: (() => void)[] = [];

const read = { prompt: "", edits: {}, task: null, columns: [], metrics: [], error: null };
const reading = { ...read, editable: [], code: "" };

async function show(widget: typeof app, run: RunView) {
  const model = new FakeModel({ n: 1, at: 1, channel: "c", run, reading });
  model.answer = ({ kind }) => (kind === "hello" ? { n: 1, at: 1, same: true } : undefined);
  const el = document.createElement("div");
  document.body.append(el);
  open.push(widget.render({ model, el }));
  await settle();
  return { model, el };
}

const sentence = (el: Element) => el.querySelector(".ja-run .ja-sentence")?.textContent ?? "";
const names = (el: Element) =>
  [...el.querySelectorAll("tbody .ja-model-name")].map((name) => name.textContent);

afterEach(() => {
  for (const close of open.splice(0)) close();
  document.body.replaceChildren();
});

describe("a real run", () => {
  it("leads to the state that the kernel had, also when messages come twice", () => {
    const once = steps.reduce((run, { delta }) => applyRun(run, delta), first);
    const twice = steps.reduce((run, { delta }) => applyRun(applyRun(run, delta), delta), first);
    expect(once).toEqual(last);
    expect(twice).toEqual(last);
  });

  it("has the headline of every other surface at every message", () => {
    let run = first;
    for (const step of steps) {
      run = applyRun(run, step.delta);
      expect(headline(run, run.elapsed_seconds)).toBe(step.headline);
    }
  });

  it("is drawn at every message, in the order of the ranks, with a bar that never goes back", async () => {
    const { el, model } = await show(leaderboard, first);
    let run = first;
    let before = 0;
    for (const [index, step] of steps.entries()) {
      run = applyRun(run, step.delta);
      model.deliver({ kind: "delta", body: { n: index + 2, run: step.delta } });
      // A page that is slow draws several messages at once.
      if (index % 3 !== 0 && index < steps.length - 1) continue;
      await settle();
      expect(names(el)).toEqual(run.rows.map((row) => row.model));
      const now = el.querySelector("progress")?.value ?? 0;
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
    expect(sentence(el)).toContain(steps.at(-1)!.headline);
    const scores = [...el.querySelectorAll(".ja-score-number")].map((cell) => cell.textContent);
    expect(scores).toEqual(
      last.rows.filter((row) => row.score !== null).map((row) => formatScore(row.score)),
    );
    expect(el.querySelector(".ja-pulse")).toBeNull();
  }, 30_000);

  it("asks for the whole state when a message was lost, and goes on from there", async () => {
    const { el, model } = await show(leaderboard, first);
    const half = Math.floor(steps.length / 2);
    const state = steps.slice(0, half).reduce((run, { delta }) => applyRun(run, delta), first);
    model.answer = ({ kind }) =>
      kind === "resync" ? { n: half + 1, at: 1, channel: "c", run: state } : undefined;
    // Every message but the last of the first half is lost.
    model.deliver({ kind: "delta", body: { n: half + 1, run: steps[half - 1]!.delta } });
    await settle();
    await settle();
    expect(names(el)).toEqual(state.rows.map((row) => row.model));
    for (const [index, step] of steps.slice(half).entries()) {
      model.deliver({ kind: "delta", body: { n: half + 2 + index, run: step.delta } });
    }
    await settle();
    expect(sentence(el)).toContain(steps.at(-1)!.headline);
  });

  it("opens the app where the run is", async () => {
    const { el } = await show(app, last);
    const current = el.querySelector("[role=tab][aria-selected=true]")!;
    expect(current.textContent).toContain("Train");
    await expect.poll(() => names(el)).toEqual(last.rows.map((row) => row.model));
  });
});
