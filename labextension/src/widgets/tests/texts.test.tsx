// What the page says: all of it comes from the message table, whatever the language.

import { afterEach, describe, expect, it } from "vitest";

import app from "../entries/app.tsx";
import profile from "../entries/profile.tsx";
import prompt from "../entries/prompt.tsx";
import { ENGLISH } from "../messages.gen.ts";
import { type Pattern, setWords, t } from "../messages.ts";
import recording from "../testdata/run.json";
import type { ActView, FindingView, RunView, TaskSpec, WidgetState } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

/** English in brackets: what stands outside of them cannot be translated. */
const QPS = {
  language: "qps",
  messages: Object.fromEntries(
    Object.entries(ENGLISH).map(([key, pattern]): [string, Pattern] => [
      key,
      typeof pattern === "string" ? `⟦${pattern}⟧` : ["⟦", ...pattern, "⟧"],
    ]),
  ),
};
const KINDS = ["numeric", "boolean", "categorical", "datetime", "text", "id", "constant"];

// Names without letters: every letter that is seen is the page's own.
const column = (kind: string, place: number) => ({
  name: `§${place}`,
  kind,
  dtype: "§",
  n_missing: place,
  n_unique: 3,
  examples: [],
  reason: "",
});

const finding = (code: string, acts: ActView[]): FindingView => ({
  code,
  message: "§",
  level: "warning",
  column: null,
  acts,
});

const task: TaskSpec = {
  task: "binary",
  target: "§0",
  metric: "§",
  exclude: ["§1"],
  positive: null,
  filters: [],
  time: "§3",
  group: "§5",
  weight: null,
  horizon: null,
  validation: null,
  budget_seconds: 45,
  families_only: [],
  families_avoid: [],
  constraints: [],
  questions: [{ field: "positive", text: "§?", answers: ["1", "2"] }],
  origin: {},
  confidence: {},
  reasons: {},
};

const state: WidgetState = {
  n: 1,
  at: 1_000_000,
  run: null,
  words: QPS,
  data: {
    status: "ready",
    source: "§",
    error: null,
    samples: [{ name: "§", description: "§.", prompt: "" }],
    frames: [{ name: "§", kind: "§", n_rows: 3, n_columns: 2 }],
    paths: true,
    table: {
      name: "§",
      source: "/§",
      fingerprint: "1",
      n_rows: 70,
      n_columns: KINDS.length,
      columns: KINDS.map(column),
      rows: [KINDS.map((_, place) => (place === 0 ? null : "1"))],
      findings: [
        finding("copied_column", [{ field: "exclude", value: "§1" }]),
        finding("copied_column", [{ field: "exclude", value: "§2" }]),
        finding("rare_class", [{ field: "metric", value: "§9" }]),
        finding("repeated_entities", [{ field: "group", value: "§4" }]),
        finding("sorted_by_date", [{ field: "time", value: "§6" }]),
        finding("repeated_entities", [{ field: "group", value: "§5" }]),
        finding("repeated_rows", [{ field: "repeats", value: "" }]),
      ],
    },
  },
  reading: {
    prompt: "§",
    edits: { budget: 45 },
    task,
    columns: KINDS.map((_, place) => `§${place}`),
    metrics: [{ name: "§", label: "§", explanation: "§", tasks: ["binary"] }],
    error: null,
    editable: ["exclude", "group", "time", "metric", "repeats"],
    code: "§",
  },
  upload: {
    files: [
      {
        upload: "1",
        name: "§.1",
        size: 10,
        received_bytes: 10,
        status: "done",
        path: "/§",
        message: "",
        hint: "",
      },
      {
        upload: "2",
        name: "",
        size: 10,
        received_bytes: 5,
        status: "receiving",
        path: "",
        message: "",
        hint: "",
      },
    ],
    chunk_bytes: 2097152,
    window: 4,
    max_bytes: 2147483648,
    sealed: true,
    paths: true,
  },
};

const recorded = recording.last as unknown as RunView;
const run: RunView = {
  ...recorded,
  name: "§",
  reason: "§.",
  message: "§.",
  rows: recorded.rows.map((row, place) => ({ ...row, model: `§${place}`, note: "" })),
  plan: { ...recorded.plan!, metric: "§", target: "§", reasons: {} },
  notices: [],
  log: [],
};

const ATTRIBUTES = ["alt", "aria-label", "aria-valuetext", "placeholder", "title"];
const UNITS = /\d ?(?:s|ms|µs|min|h|B|[KMGT]iB)\b/g;

/** Words that a person sees or hears in `root` and that no message says. */
function unsaid(root: Element): string[] {
  const texts: string[] = [];
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const name of ATTRIBUTES) texts.push(element.getAttribute(name) ?? "");
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent ?? "");
    }
  }
  return texts.filter((text) => {
    let rest = text;
    // Messages stand in messages.
    while (/⟦[^⟦⟧]*⟧/.test(rest)) rest = rest.replace(/⟦[^⟦⟧]*⟧/g, "");
    return /\p{L}{2,}/u.test(rest.replace(UNITS, ""));
  });
}

const open: (() => void)[] = [];

async function show(widget: typeof app, initial: WidgetState) {
  const model = new FakeModel(initial);
  model.answer = ({ kind }) => (kind === "hello" ? initial : kind === "ask" ? undefined : {});
  const el = document.createElement("div");
  document.body.append(el);
  open.push(widget.render({ model, el }));
  await settle();
  return { model, el, root: el.querySelector("section.ja")! };
}

async function go(root: Element, place: number) {
  root.querySelectorAll<HTMLElement>("[role=tab]")[place]!.click();
  await settle();
}

afterEach(() => {
  for (const close of open.splice(0)) close();
  document.body.replaceChildren();
  setWords(null);
});

describe("another language", () => {
  it("reaches all of an opened table", async () => {
    const { root } = await show(app, state);
    await go(root, 0);
    expect(root.textContent).toContain("70 rows, 7 columns; 7 things to look at.");
    for (const kind of KINDS) expect(root.textContent).toContain(t(`ui-data-kind-${kind}`));
    expect(unsaid(root)).toEqual([]);
  });

  it("reaches a profile and what was chosen of it", async () => {
    const edits = { exclude: ["§1"], group: "§5", time: "§3", metric: "§9" };
    const { root } = await show(profile, { ...state, reading: { ...state.reading!, edits } });
    expect(root.querySelectorAll(".ja-chip")).toHaveLength(4);
    expect(unsaid(root)).toEqual([]);
  });

  it("reaches all ways to a table, and files that are sent", async () => {
    const data = { ...state.data!, status: "empty" as const, table: null };
    const { root } = await show(app, { ...state, data });
    expect(root.querySelectorAll(".ja-card")).toHaveLength(2);
    expect(root.querySelectorAll(".ja-uploads li")).toHaveLength(2);
    expect(unsaid(root)).toEqual([]);
  });

  it("reaches the prompt and its fields", async () => {
    const { root } = await show(prompt, state);
    expect(root.querySelectorAll(".ja-field")).toHaveLength(6);
    expect(root.querySelector(".ja-edited")).not.toBeNull();
    expect(unsaid(root)).toEqual([]);
  });

  it("reaches the results, also before there are any", async () => {
    const { root } = await show(app, { ...state, run });
    await go(root, 2);
    expect(root.querySelector(".ja-results")).not.toBeNull();
    expect(unsaid(root)).toEqual([]);
    const going = { ...run, status: "running" as const, rows: [], best: [] };
    for (const none of [null, going]) {
      const { root: empty } = await show(app, { ...state, run: none });
      await go(empty, 2);
      expect(empty.querySelector(".ja-empty")).not.toBeNull();
      expect(unsaid(empty)).toEqual([]);
    }
  });

  it("that comes with the kernel's answer reaches the name of the widget", async () => {
    const model = new FakeModel({ n: 1, at: 1 });
    model.answer = ({ kind }) => (kind === "hello" ? { ...state, n: 2 } : undefined);
    const el = document.createElement("div");
    open.push(app.render({ model, el }));
    const root = el.querySelector("section.ja")!;
    expect(root.getAttribute("aria-label")).toBe("AutoML");
    await settle();
    expect(root.getAttribute("aria-label")).toBe("⟦AutoML⟧");
  });
});

describe("sentences", () => {
  const { words: _, ...english } = state;

  it("count their things", () => {
    const said = (rows: number, columns: number, findings: number) =>
      t("ui-data-summary", { rows, columns, findings });
    expect(said(1, 1, 0)).toBe("1 row, 1 column; nothing stands out.");
    expect(said(7043, 21, 1)).toBe("7,043 rows, 21 columns; 1 thing to look at.");
    expect(said(0, 2, 12)).toBe("0 rows, 2 columns; 12 things to look at.");
    expect(t("ui-data-more", { n: 1 })).toBe("1 more thing to look at");
    expect(t("ui-data-caption", { n: 20, name: "§" })).toBe("First 20 rows of §");
  });

  it("say the result, with what matters where that is known", async () => {
    const { root } = await show(app, { ...english, run });
    await go(root, 2);
    expect(root.querySelector(".ja-results .ja-sentence")!.textContent).toMatch(
      /^§0 predicts § with § [\d.]+( ± [\d.]+)?\.$/,
    );
    expect(root.querySelector(".ja-results > .ja-quiet")!.textContent).toMatch(
      /^Judged on (\d+ folds|a hold-out part) of rows that the model did not see while it learned\. \d+ models? tried\.$/,
    );
    const values = { model: "A", target: "no", metric: "m", score: "1", strongest: "no" };
    expect(t("ui-results-sentence", { ...values, matters: "yes" })).toBe(
      "A predicts no with m 1; no matters most.",
    );
  });

  it("name what a button is of", async () => {
    const data = { ...state.data!, status: "empty" as const, table: null };
    const { root } = await show(app, { ...english, data });
    const names = [...root.querySelectorAll(".ja-uploads button")].map((button) =>
      button.getAttribute("aria-label"),
    );
    expect(names).toEqual(["Remove §.1", "Discard (no name)"]);
  });

  it("say how long a budget is", async () => {
    const { root } = await show(prompt, english);
    const budgets = [...root.querySelectorAll("select[aria-label=budget] option")];
    expect(budgets.map((option) => option.textContent)).toEqual(
      ["15 s", "30 s", "45 s", "1 min", "2 min", "5 min", "10 min", "30 min", "1 h"],
    );
  });
});
