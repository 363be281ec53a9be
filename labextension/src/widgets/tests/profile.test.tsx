import { afterEach, describe, expect, it } from "vitest";

import app from "../entries/app.tsx";
import profile from "../entries/profile.tsx";
import type { ActView, FindingView, ReadingView, TaskSpec, WidgetState } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

const MARKUP = "<img src=x onerror=alert(1)>";
const NAMES = [MARKUP, "שם", "🎈", "x".repeat(10_000), "churn", "when"];

const task: TaskSpec = {
  task: "binary",
  target: "churn",
  metric: "roc_auc",
  exclude: [],
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
  questions: [],
  origin: {},
  confidence: {},
  reasons: {},
};

const finding = (message: string, ...acts: ActView[]): FindingView => ({
  code: "x",
  message,
  level: "warning",
  column: null,
  acts,
});

const reading: ReadingView = {
  prompt: "",
  edits: { target: "churn" },
  task,
  columns: NAMES,
  metrics: [],
  error: null,
  editable: ["target", "exclude", "group", "time", "metric"],
  code: "ja.fit(df, target='churn')",
};

const state: WidgetState = {
  n: 1,
  at: 1_000_000,
  data: {
    status: "ready",
    source: "DataFrame",
    error: null,
    samples: [],
    frames: [],
    paths: true,
    table: {
      name: MARKUP,
      source: "DataFrame",
      fingerprint: "f1",
      n_rows: 5000,
      n_columns: NAMES.length,
      columns: NAMES.map((name) => ({
        name,
        kind: "categorical",
        dtype: "string",
        n_missing: 10,
        n_unique: 2,
        examples: [],
        reason: "",
      })),
      rows: [NAMES.map(() => MARKUP)],
      findings: [
        finding("a leak", { field: "exclude", value: MARKUP }),
        finding("comes back", { field: "group", value: "שם" }),
        finding("sorted", { field: "time", value: "when" }),
        finding("rare", { field: "metric", value: "balanced_accuracy" }),
        finding("the target", { field: "exclude", value: "churn" }),
        finding("repeats", { field: "repeats", value: "" }),
      ],
    },
  },
  reading,
};

const open: (() => void)[] = [];

async function show(widget: typeof profile, initial: WidgetState) {
  const model = new FakeModel(initial);
  model.answer = ({ kind }) => (kind === "hello" ? initial : kind === "ask" ? undefined : {});
  const el = document.createElement("div");
  document.body.append(el);
  open.push(widget.render({ model, el }));
  await settle();
  const button = (text: string) =>
    [...el.querySelectorAll("button")].find((one) => one.textContent!.includes(text));
  const press = async (text: string) => {
    button(text)!.click();
    await settle();
    return model.sent.at(-1)!;
  };
  return { model, el, button, press };
}

afterEach(() => {
  for (const close of open.splice(0)) close();
  document.body.replaceChildren();
});

describe("a profile", () => {
  it("says the table in a sentence, with names as text", async () => {
    const { el } = await show(profile, state);
    expect(el.querySelector(".ja-sentence")!.textContent).toBe(
      "5,000 rows, 6 columns; 6 things to look at.",
    );
    expect([...el.querySelectorAll(".ja-column-name")].map((one) => one.textContent)).toEqual(NAMES);
    expect(el.querySelector("img")).toBeNull();
  });

  it("does about each finding what a click says", async () => {
    const { press, button } = await show(profile, state);
    const chosen: [string, object][] = [
      ["Leave it out", { exclude: [MARKUP] }],
      ["Keep its rows together", { group: "שם" }],
      ["Test on later rows", { time: "when" }],
      ["Judge by balanced_accuracy", { metric: "balanced_accuracy" }],
    ];
    for (const [text, edits] of chosen) {
      expect(await press(text)).toMatchObject({
        kind: "read",
        body: { prompt: "", edits: { target: "churn", ...edits } },
      });
    }
    expect(button("Open without the repeats")).toBeUndefined();
  });

  it("never offers to leave the target out", async () => {
    const only = { ...state.data!.table!, findings: state.data!.table!.findings.slice(4, 5) };
    const { button } = await show(profile, { ...state, data: { ...state.data!, table: only } });
    expect(button("Leave it out")).toBeUndefined();
  });

  it("takes back what was chosen, at the finding and beside the code", async () => {
    const edits = { target: "churn", exclude: [MARKUP], group: "שם", metric: "balanced_accuracy" };
    const chosen = { ...reading, edits, task: { ...task, exclude: [MARKUP], group: "שם" } };
    const { el, press } = await show(profile, { ...state, reading: chosen });
    expect(el.querySelectorAll(".ja-chip")).toHaveLength(3);
    expect(el.textContent).toContain("Left out.");
    expect((await press("Take it in again")).body.edits).toEqual({ ...edits, exclude: [] });
    expect((await press("Let them be split")).body.edits).toEqual({ ...edits, group: null });
    expect((await press("judged by")).body.edits).toEqual({ ...edits, metric: null });
    expect(el.querySelector("img")).toBeNull();
  });

  it("shows the line of Python, and sends another target", async () => {
    const { el, model } = await show(profile, state);
    expect(el.querySelector("pre")!.textContent).toBe(reading.code);
    const select = el.querySelector("select")!;
    expect(select.value).toBe("churn");
    select.value = "when";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    expect(model.sent.at(-1)).toMatchObject({ kind: "read", body: { edits: { target: "when" } } });
  });

  it("asks for what gives the target away, and for nothing without one", async () => {
    const asked = (model: FakeModel) => model.sent.map(({ body }) => body.view);
    expect(asked((await show(profile, state)).model)).toContain("data.suspects");
    const none = { ...reading, edits: {}, task: { ...task, target: null, task: null } };
    const without = asked((await show(profile, { ...state, reading: none })).model);
    expect(without).toContain("data.columns");
    expect(without).not.toContain("data.suspects");
  });

  it("keeps what was chosen in sight when fit would refuse it", async () => {
    const error = { code: "target", message: "It varies too much.", hint: "Another.", context: {} };
    const wrong = { ...reading, edits: { target: "when", exclude: [MARKUP] }, task: null, error };
    const { el } = await show(profile, { ...state, reading: wrong });
    expect(el.querySelector("[role=alert]")!.textContent).toContain("It varies too much.");
    expect(el.querySelector("select")!.value).toBe("when");
    expect(el.querySelectorAll(".ja-chip")).toHaveLength(1);
  });
});

describe("the findings of the App", () => {
  it("offer only what a run of it can be told", async () => {
    const editable = ["target", "exclude", "repeats"];
    const told = { ...reading, editable };
    const { button, press } = await show(app, { ...state, run: null, reading: told });
    await press("Data");
    expect(button("Leave it out")).toBeDefined();
    expect(button("Keep its rows together")).toBeUndefined();
    expect((await press("Open without the repeats")).kind).toBe("open_without_repeats");
  });

  it("leave to the prompt what the prompt says", async () => {
    const told = { ...reading, task: { ...task, group: "שם" } };
    const { el, button, press } = await show(app, { ...state, run: null, reading: told });
    await press("Data");
    expect(el.textContent).toContain("Its rows stay together.");
    expect(button("Let them be split")).toBeUndefined();
  });
});
