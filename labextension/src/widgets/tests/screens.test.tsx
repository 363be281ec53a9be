import { afterEach, describe, expect, it } from "vitest";

import app from "../entries/app.tsx";
import leaderboard from "../entries/leaderboard.tsx";
import recording from "../testdata/run.json";
import type { RunView, TaskSpec, WidgetState } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

const MARKUP = "<img src=x onerror=alert(1)>";
const run = recording.last as unknown as RunView;
const going: RunView = { ...run, status: "running", stage: "training", reason: "" };

const task: TaskSpec = {
  task: "binary",
  target: "churn",
  metric: "recall",
  exclude: [MARKUP],
  positive: null,
  filters: [],
  time: null,
  group: null,
  weight: null,
  horizon: null,
  validation: null,
  budget_seconds: 60,
  families_only: [],
  families_avoid: [],
  constraints: [],
  questions: [{ field: "positive", text: "Which is positive?", answers: ["yes", "no"] }],
  origin: {},
  confidence: {},
  reasons: {},
};

const state: WidgetState = {
  n: 1,
  at: 1_000_000,
  run: null,
  data: {
    status: "ready",
    source: "customers.csv",
    error: null,
    samples: [{ name: "iris", description: "Flowers.", prompt: "" }],
    frames: [{ name: MARKUP, kind: "DataFrame", n_rows: 3, n_columns: 2 }],
    paths: true,
    table: {
      name: MARKUP,
      source: "customers.csv",
      fingerprint: "f1",
      n_rows: 7043,
      n_columns: 2,
      columns: [MARKUP, "churn"].map((name) => ({
        name,
        kind: "categorical",
        dtype: "string",
        n_missing: 10,
        n_unique: 2,
        examples: [],
        reason: MARKUP,
      })),
      rows: [[MARKUP, null]],
      findings: [{ code: "x", message: MARKUP, level: "warning", column: null, acts: [] }],
    },
  },
  reading: {
    prompt: `Ignore ${MARKUP}`,
    edits: {},
    task,
    columns: [MARKUP, "churn"],
    metrics: [
      { name: "recall", label: "Recall", explanation: "Found of all.", tasks: ["binary"] },
      { name: "rmse", label: "RMSE", explanation: "Error.", tasks: ["regression"] },
    ],
    error: null,
    editable: ["exclude", "metric", "repeats"],
    code: "",
  },
  upload: {
    files: [],
    chunk_bytes: 2097152,
    window: 4,
    max_bytes: 2147483648,
    sealed: false,
    paths: false,
  },
};

const open: (() => void)[] = [];

async function show(widget: typeof app, initial: WidgetState, answers = true) {
  const model = new FakeModel(initial);
  // What is computed when it is looked at is asked of no one here.
  const replies = (kind: string) => (kind === "ask" ? undefined : {});
  if (answers) model.answer = ({ kind }) => (kind === "hello" ? initial : replies(kind));
  const el = document.createElement("div");
  document.body.append(el);
  open.push(widget.render({ model, el }));
  await settle();
  const tab = async (name: string) => {
    const tabs = [...el.querySelectorAll<HTMLElement>("[role=tab]")];
    tabs.find((item) => item.textContent!.includes(name))!.click();
    await settle();
  };
  return { model, el, tab };
}

afterEach(() => {
  for (const close of open.splice(0)) close();
  document.body.replaceChildren();
});

describe("the Data screen", () => {
  it("answers in a sentence and shows markup as text", async () => {
    const { el, tab } = await show(app, state);
    await tab("Data");
    expect(el.textContent).toContain("7,043 rows, 2 columns; 1 thing to look at.");
    expect(el.querySelector("thead")!.textContent).toContain(MARKUP);
    expect(el.querySelector("img")).toBeNull();
  });

  it("asks for samples although the kernel answered before the first paint", async () => {
    const empty = { ...state, data: { ...state.data!, status: "empty" as const, table: null } };
    const { model } = await show(app, empty);
    await expect.poll(() => model.kinds()).toContain("sources");
  });

  it("offers a visitor no file of the server", async () => {
    const empty = { ...state.data!, status: "empty" as const, table: null };
    const { el } = await show(app, { ...state, data: empty });
    expect(el.querySelector(".ja-path")).not.toBeNull();
    const visited = await show(app, { ...state, data: { ...empty, paths: false, frames: [] } });
    expect(visited.el.querySelector(".ja-path")).toBeNull();
  });

  it("opens a sample in one click", async () => {
    const empty = { ...state, data: { ...state.data!, status: "empty" as const, table: null } };
    const { el, model } = await show(app, empty);
    const card = [...el.querySelectorAll("button")].find((b) => b.textContent!.includes("iris"))!;
    card.click();
    expect(model.sent.at(-1)).toMatchObject({
      kind: "open",
      body: { source: "iris", kind: "sample" },
    });
    expect(el.querySelector("img")).toBeNull();
  });
});

describe("the prompt", () => {
  it("sends what is set by hand along with the text", async () => {
    const { el, model, tab } = await show(app, state);
    await tab("Train");
    const budget = el.querySelector<HTMLSelectElement>("select[aria-label=budget]")!;
    budget.value = "120";
    budget.dispatchEvent(new Event("change", { bubbles: true }));
    expect(model.sent.at(-1)).toMatchObject({ kind: "read", body: { edits: { budget: 120 } } });
    const chip = el.querySelector<HTMLButtonElement>(".ja-chip")!;
    expect(chip.textContent).toContain(MARKUP);
    chip.click();
    expect(model.sent.at(-1)!.body.edits).toMatchObject({ exclude: [] });
  });

  it("offers only metrics of the task, and answers to a question", async () => {
    const { el, model, tab } = await show(app, state);
    await tab("Train");
    const metrics = [...el.querySelectorAll("select[aria-label=metric] option")];
    expect(metrics.map((option) => option.textContent)).toEqual(["recall"]);
    const yes = [...el.querySelectorAll<HTMLButtonElement>(".ja-question button")][0]!;
    yes.click();
    expect(model.sent.at(-1)!.body.edits).toEqual({ positive: "yes" });
  });

  it("reads on Enter and starts on Ctrl+Enter", async () => {
    const { el, model, tab } = await show(app, state);
    await tab("Train");
    const input = el.querySelector<HTMLInputElement>(".ja-prompt")!;
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    expect(model.kinds().at(-1)).toBe("read");
    input.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true }),
    );
    expect(model.kinds().at(-1)).toBe("train");
  });
});

describe("a run", () => {
  it("is a real table in order, with a headline", async () => {
    const { el } = await show(leaderboard, { n: 1, at: 1, run });
    const models = [...el.querySelectorAll("tbody .ja-model-name")].map((m) => m.textContent);
    expect(models).toEqual(run.rows.map((row) => row.model));
    expect(el.querySelector(".ja-sentence")!.textContent).toContain("Ensemble is best");
    expect(el.querySelector("img")).toBeNull();
  });

  it("can be stopped once, while it goes", async () => {
    const { el, model } = await show(leaderboard, { n: 1, at: 1, run: going });
    const stop = [...el.querySelectorAll("button")].find((b) => /keep the best/.test(b.textContent!))!;
    stop.click();
    await settle();
    expect(model.kinds().at(-1)).toBe("stop");
    expect(stop.disabled).toBe(true);
  });

  it("draws a change as soon as it comes, and its progress never goes back", async () => {
    const { el, model } = await show(leaderboard, { n: 1, at: 1, run: going });
    const progress = () => el.querySelector("progress")!.value;
    const before = progress();
    model.deliver({ kind: "delta", body: { n: 2, run: { t: before + 20, d: [9, 1] } } });
    await settle();
    expect(progress()).toBeGreaterThanOrEqual(before + 20);
    expect(el.textContent).toContain("after 9 models");
    model.deliver({ kind: "delta", body: { n: 3, run: { t: before } } });
    await settle();
    expect(progress()).toBeGreaterThanOrEqual(before + 20);
  });
});

describe("a run in the queue", () => {
  const line = "Queued: 1st in line, behind titanic-1121-0912-7f3a.";
  const queued: RunView = { ...run, status: "queued", stage: "starting", reason: "", message: line };
  const fresh: RunView = { ...queued, rows: [], best: [], plan: null, elapsed_seconds: 0 };

  it("says its place once, and that it starts by itself", async () => {
    const { el } = await show(leaderboard, { ...state, run: fresh });
    expect(el.querySelector(".ja-sentence")!.textContent).toContain(line);
    expect(el.querySelector(".ja-waiting")!.textContent).toContain("It starts by itself");
    expect(el.querySelector(".ja-loading")).toBeNull();
    expect(el.querySelector(".ja-budget-words")!.textContent).toMatch(/^0:00 of /);
  });

  it("keeps its lead while it waits to go on after a pause", async () => {
    const { el } = await show(leaderboard, { ...state, run: queued });
    const sentence = el.querySelector(".ja-sentence")!.textContent!;
    expect(sentence).toContain("leads with");
    expect(sentence.endsWith(line)).toBe(true);
    expect(el.querySelector(".ja-waiting")!.textContent).toContain("It goes on by itself");
  });
});

describe("the steps", () => {
  it("move with the arrow keys and say what is missing", async () => {
    const { el } = await show(app, { ...state, data: { ...state.data!, status: "empty", table: null } });
    const list = el.querySelector("[role=tablist]")!;
    const key = (name: string) =>
      list.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
    key("ArrowRight");
    await settle();
    expect(el.querySelector("[aria-selected=true]")!.textContent).toContain("Train");
    expect(el.textContent).toContain("There is nothing to learn from yet.");
    key("ArrowRight");
    await settle();
    expect(el.textContent).toContain("There are no results yet.");
    key("End");
    await settle();
    expect(el.querySelector("[aria-selected=true]")!.textContent).toContain("Predict");
    expect(el.textContent).toContain("There is no model to ask yet.");
  });

  it("ask for the explanation when the results of a finished run are looked at", async () => {
    const { model, tab } = await show(app, { ...state, run });
    const asked = () => model.sent.map(({ body }) => body.view);
    expect(asked()).not.toContain("explain.overview");
    await tab("Results");
    expect(asked()).toContain("explain.overview");
    expect(asked()).toContain("evaluate.overview");
  });

  it("list what was built, as text, and ask again when another model leads", async () => {
    const features = {
      status: "ready" as const,
      model: "Ensemble",
      sentences: [`'${MARKUP}' became its length and 4 topics.`, "Added 'a ÷ b'."],
      error: null,
    };
    const { el, model, tab } = await show(app, { ...state, run, features });
    expect(model.kinds()).not.toContain("features");
    await tab("Results");
    const asked = () => model.sent.filter(({ kind }) => kind === "features");
    expect(asked().map(({ body }) => body)).toEqual([{ model: run.rows[0]!.model }]);
    const built = el.querySelector<HTMLDetailsElement>(".ja-built")!;
    expect(built.open).toBe(false);
    expect(built.querySelector("summary")!.textContent).toBe("Features that were built");
    expect([...built.querySelectorAll("li")].map((item) => item.textContent)).toEqual(
      features.sentences,
    );
    expect(el.querySelector("img")).toBeNull();
    const lead = [...run.rows].find((row) => row.family === "linear")!;
    const { family, model: name, fit_seconds, predict_us, n_trials, history } = lead;
    const row = [family, name, 0.99, 0.01, fit_seconds, predict_us, n_trials, "done", "", 0, history];
    model.deliver({ kind: "delta", body: { n: 2, run: { r: [row] } } });
    await settle();
    expect(asked().at(-1)!.body).toEqual({ model: name });
  });

  it("say that the columns are used as they are where nothing was built", async () => {
    const features = { status: "ready" as const, model: "Linear", sentences: [], error: null };
    const { el, tab } = await show(app, { ...state, run, features });
    await tab("Results");
    const built = el.querySelector(".ja-built")!;
    expect(built.textContent).toContain("Features that were built (none)");
    expect(built.textContent).toContain("Linear uses the columns as they are.");
  });

  it("keep plain keys from the notebook around them, and leave it its commands", async () => {
    const { el } = await show(app, state);
    const heard: string[] = [];
    const hear = (event: KeyboardEvent) => heard.push(event.key);
    document.body.addEventListener("keydown", hear);
    const button = el.querySelector("button")!;
    const press = (key: string, more: KeyboardEventInit = {}) =>
      button.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
    for (const key of ["a", "d", "Enter", " ", "ArrowDown", "Escape"]) press(key);
    press("L", { shiftKey: true });
    expect(heard).toEqual([]);
    press("s", { ctrlKey: true });
    press("s", { metaKey: true });
    press("Enter", { shiftKey: true });
    expect(heard).toEqual(["s", "s", "Enter"]);
    document.body.removeEventListener("keydown", hear);
  });

  it("leave nothing behind", async () => {
    const { el, model } = await show(app, state);
    open.splice(0).forEach((close) => close());
    expect(el.childElementCount).toBe(0);
    expect(model.nListeners).toBe(0);
  });
});
