import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { costsCode } from "../components/evaluate/costs.tsx";
import { EvaluationPanel } from "../components/evaluate/panel.tsx";
import { parsed } from "../components/evaluate/prices.ts";
import { cheapest, countsAt, ratesOf } from "../components/evaluate/slider.tsx";
import { Link } from "../link.ts";
import { useLink } from "../mount.tsx";
import recording from "../testdata/run.json";
import type { EvaluationView, Picture, RunView } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

const MARKUP = "<img src=x onerror=alert(1)>";
const run = recording.last as unknown as RunView;

const usual: EvaluationView = {
  model: "Ensemble",
  n_rows: 200,
  threshold: 0.4,
  scores: [
    { metric: "roc_auc", label: "ROC AUC", value: 0.9, low: 0.85, high: 0.95, reason: "" },
    { metric: "f1", label: "F1", value: null, low: null, high: null, reason: "One class only." },
  ],
  findings: ["Right in 9 of 10 rows."],
  pictures: ["confusion", "roc", "calibration", "errors"],
  columns: ["age", MARKUP],
  labels: ["no", MARKUP],
  n_classes: 2,
  priced: [],
  compared: ["roc", "calibration"],
};
/** 200 classes, of which three are confused most. */
const many: EvaluationView = {
  ...usual,
  labels: ["no", MARKUP, "c", "d", "e"],
  n_classes: 200,
  priced: [
    { code: 1, label: MARKUP },
    { code: 2, label: "c" },
    { code: 4, label: "e" },
  ],
};
let overview = usual;

const errors: Partial<Picture> = {
  marks: [
    { type: "dots", x: [0.1, 0.2], y: [0, 1], tone: "bad", name: "", shade: null, rows: [41, 7] },
  ],
  table: {
    columns: ["Row", "Truth", "Predicted", "Probability"],
    rows: [
      ["41", MARKUP, "no", 0.1],
      ["7", "no", MARKUP, 0.2],
    ],
    more: 0,
  },
  picks: "row",
};

const picture = (name: string): Picture => ({
  name,
  title: `The ${name}`,
  findings: [],
  x: { label: "", kind: "number", low: 0, high: 1, names: [], percent: false },
  y: { label: "", kind: "number", low: 0, high: 1, names: [], percent: false },
  marks: [],
  table: { columns: [], rows: [], more: 0 },
  note: "",
  picks: "",
  square: false,
  ...(name === "errors" ? errors : {}),
});

/** 100 rows: at place k, k of the 60 negatives are right and k / 2 of the 40 positives missed. */
const arrays = {
  tp: Float64Array.from({ length: 101 }, (_, k) => 40 - 0.4 * k),
  fn: Float64Array.from({ length: 101 }, (_, k) => 0.4 * k),
  fp: Float64Array.from({ length: 101 }, (_, k) => 60 * (1 - k / 100) ** 2),
  tn: Float64Array.from({ length: 101 }, (_, k) => 60 - 60 * (1 - k / 100) ** 2),
};

let model: FakeModel;
let link: Link;
let root: HTMLElement;

function Screen() {
  useLink(link);
  return <EvaluationPanel link={link} run={run} model="" />;
}

beforeEach(async () => {
  overview = usual;
  await open();
});

async function open(view: object = {}) {
  model = new FakeModel({ n: 1, at: 1, channel: "c", run });
  model.set("view", view);
  model.answer = ({ kind }) => (kind === "hello" ? { n: 1, at: 1, same: true } : undefined);
  const send = model.send.bind(model);
  model.send = (content, callbacks, buffers) => {
    send(content, callbacks, buffers);
    const { id, kind, body } = content as {
      id: string;
      kind: string;
      body: { view: string; args: { name?: string } };
    };
    if (kind !== "ask") return;
    const names = Object.keys(arrays) as (keyof typeof arrays)[];
    const views = names.map((name) => ({ name, dtype: "<f8", shape: [101] }));
    const values: Record<string, unknown> = {
      "evaluate.overview": overview,
      "evaluate.picture": picture(body.args.name ?? ""),
      "evaluate.thresholds": { labels: ["no", MARKUP], current: 0.4, n_rows: 100 },
    };
    const thresholds = body.view === "evaluate.thresholds";
    const reply = { etag: "", value: values[body.view], arrays: thresholds ? views : [] };
    const parts = thresholds ? names.map((name) => new DataView(arrays[name].buffer)) : [];
    queueMicrotask(() => model.deliver({ id, ok: true, body: reply }, parts));
  };
  link = new Link(model);
  root = document.createElement("div");
  document.body.append(root);
  render(<Screen />, root);
  await settle();
  await settle();
}

function close() {
  render(null, root);
  root.remove();
  link.close();
}

afterEach(close);

const choose = async (name: RegExp, value: string) => {
  const label = [...root.querySelectorAll("label")].find((one) => name.test(one.textContent!))!;
  const select = label.querySelector("select")!;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
  await settle();
};
const lastOf = (name: string) =>
  model.sent.map(({ body }) => body.args as Record<string, unknown>).filter((args) => args?.name === name).at(-1)!;

const button = (text: RegExp) =>
  [...root.querySelectorAll("button")].find((one) => text.test(one.textContent!))!;

describe("the evaluation", () => {
  it("begins with what it found, and shows the pictures of one question", async () => {
    expect(root.textContent).toContain("Right in 9 of 10 rows.");
    expect(root.textContent).toContain("The confusion");
    expect(root.textContent).toContain("The roc");
    expect(root.textContent).not.toContain("The calibration");
    button(/trust/).click();
    await settle();
    await settle();
    expect(root.textContent).toContain("The calibration");
    expect(root.textContent).not.toContain("The roc");
  });

  it("offers only questions that there are pictures for", () => {
    const asked = [...root.querySelectorAll(".ja-questions button")].map((one) => one.textContent);
    expect(asked).toEqual([
      "How often is it right?",
      "Can I trust its probabilities?",
      "Where does it fail?",
      "Is it fair?",
    ]);
  });

  it("says why a score is missing", () => {
    expect(root.querySelector(".ja-scores")!.textContent).toContain("One class only.");
    expect(root.querySelector(".ja-scores")!.textContent).toContain("0.850 to 0.950");
  });

  it("compares the groups of a column that is chosen, whatever its name", async () => {
    button(/fair/).click();
    await settle();
    expect(model.sent.some(({ body }) => (body.args as { name?: string })?.name === "fairness")).toBe(
      false,
    );
    await choose(/groups/, MARKUP);
    expect(model.sent.at(-1)!.body.args).toEqual({ name: "fairness", model: "", by: MARKUP });
    expect(root.querySelector("img")).toBeNull();
  });
});

describe("the threshold's slider", () => {
  const slider = () => root.querySelector<HTMLInputElement>("input[type=range]")!;

  it("begins at the model's own and moves without the kernel", async () => {
    expect(slider().value).toBe("40");
    const asked = model.kinds().filter((kind) => kind === "ask").length;
    slider().value = "50";
    slider().dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    expect(root.querySelector("output")!.textContent).toBe("0.50");
    expect(slider().getAttribute("aria-valuetext")).toContain("At 0.50: 20 of 40 found, 15 called");
    expect(root.textContent).toContain("predict(X, threshold=0.50)");
    expect(model.kinds().filter((kind) => kind === "ask")).toHaveLength(asked);
    button(/own/).click();
    await settle();
    expect(slider().value).toBe("40");
  });

  it("finds the cheapest threshold for what errors cost", async () => {
    const [fp] = root.querySelectorAll<HTMLInputElement>(".ja-costs input");
    fp!.value = "10";
    fp!.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    const best = cheapest(arrays, 10, 1);
    expect(best).toBeGreaterThan(90);
    button(/Cheapest/).click();
    await settle();
    expect(slider().value).toBe(String(best));
    fp!.value = "free";
    fp!.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    expect(root.textContent).toContain("A cost is a number above 0.");
    expect(fp!.getAttribute("aria-invalid")).toBe("true");
  });

  it("keeps what errors cost in the view, as a table of both classes", async () => {
    const fields = () => [...root.querySelectorAll<HTMLInputElement>(".ja-costs input")];
    const [fp] = fields();
    fp!.value = "2,5";
    fp!.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    expect(model.get("view")).not.toHaveProperty("evaluate.costs");
    fp!.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    expect(model.get("view")).toMatchObject({ evaluate: { costs: [[0, 2.5], [1, 0]] } });
    expect(fp!.value).toBe("2,5");
    model.set("view", { evaluate: { costs: [[0, 3], [7, 0]] } });
    await settle();
    expect(fields().map((field) => field.value)).toEqual(["3", "7"]);
    expect(root.textContent).toContain('decide(costs={"false_positive": 3, "false_negative": 7})');
  });

  it("counts as anybody would", () => {
    const counts = countsAt(arrays, 50);
    expect(counts).toEqual({ tp: 20, fn: 20, fp: 15, tn: 45 });
    const rates = ratesOf(counts);
    expect(rates.precision).toBeCloseTo(20 / 35);
    expect(rates.recall).toBeCloseTo(0.5);
    expect(rates.f1).toBeCloseTo(40 / 75);
    expect(rates.accuracy).toBeCloseTo(0.65);
    expect(ratesOf({ tp: 0, fp: 0, fn: 0, tn: 5 }).precision).toBeNull();
    expect([parsed("2,5"), parsed(" 3 "), parsed("x"), parsed(""), parsed("0")]).toEqual([
      2.5,
      3,
      null,
      null,
      null,
    ]);
  });
});

describe("models side by side", () => {
  it("are asked for together, at most three, and can be taken out again", async () => {
    await choose(/compare with/, "Linear");
    expect(lastOf("roc")).toEqual({ name: "roc", model: "Ensemble", models: ["Linear"] });
    expect(lastOf("confusion")).toEqual({ name: "confusion", model: "Ensemble" });
    await choose(/compare with/, "XGBoost");
    expect(lastOf("roc").models).toEqual(["Linear", "XGBoost"]);
    expect(root.textContent).not.toContain("compare with");
    const [first] = root.querySelectorAll<HTMLElement>("[aria-label^='Compare no longer']");
    first!.click();
    await settle();
    await settle();
    expect(lastOf("roc").models).toEqual(["XGBoost"]);
    await choose(/model to judge/, "XGBoost");
    expect(model.sent.at(-1)!.body).toMatchObject({ args: { model: "XGBoost" } });
  });

  it("forget a model that the run has no longer", async () => {
    model.set("view", { evaluate: { models: ["Nobody", "Linear"] } });
    await settle();
    await settle();
    expect(lastOf("roc")).toEqual({ name: "roc", model: "Linear" });
  });
});

describe("the worst rows", () => {
  it("open their explanation by a click on their number", async () => {
    button(/fail/).click();
    await settle();
    await settle();
    expect(root.querySelector("img")).toBeNull();
    const rows = [...root.querySelectorAll<HTMLButtonElement>("tbody button")];
    expect(rows.map((row) => row.textContent)).toEqual(["row 41", "row 7"]);
    rows[1]!.click();
    await vi.waitFor(() =>
      expect(model.get("view")).toMatchObject({ explain: { model: "Ensemble", row: 7 } }),
    );
  });
});

describe("costs of many classes", () => {
  beforeEach(async () => {
    close();
    overview = many;
    await open();
  });

  it("are typed cell by cell and asked for when they are whole", async () => {
    let cells = [...root.querySelectorAll<HTMLInputElement>(".ja-costs input")];
    expect(cells).toHaveLength(6);
    expect(root.textContent).toContain("Errors with 197 other classes cost 1.");
    expect(cells[1]!.getAttribute("aria-label")).toBe(`cost of “${MARKUP}” called “e”`);
    const type = async (value: string) => {
      cells[1]!.value = value;
      cells[1]!.dispatchEvent(new Event("input", { bubbles: true }));
      await settle();
      cells[1]!.dispatchEvent(new Event("change", { bubbles: true }));
      await settle();
      await settle();
    };
    await type("2,5");
    const costs = [0, 1, 2.5, 1, 0, 1, 1, 1, 0];
    expect(lastOf("confusion")).toEqual({ name: "confusion", model: "", costs });
    expect(root.querySelector("pre")!.textContent).toContain("costs[1, 4] = 2.5\n");
    // Choosing a model to compare with asks for everything anew; what was typed stays.
    await choose(/compare with/, "Linear");
    const again = [...root.querySelectorAll<HTMLInputElement>(".ja-costs input")];
    expect(again.map((input) => input.value)).toEqual(["1", "2.5", "1", "1", "1", "1"]);
    const asked = model.sent.length;
    cells = again;
    await type("-");
    expect(model.sent).toHaveLength(asked);
    expect(root.textContent).toContain("A cost is a number above 0.");
    expect(cells[1]!.getAttribute("aria-invalid")).toBe("true");
  });

  const values = () =>
    [...root.querySelectorAll<HTMLInputElement>(".ja-costs input")].map((field) => field.value);
  const again = async (found: EvaluationView, evaluate: object) => {
    close();
    overview = found;
    await open({ evaluate });
  };
  const table = [
    [0, 1, 2],
    [3, 0, 4],
    [5, 6, 0],
  ];

  it("stand in the view by their classes, and begin there after a reload", async () => {
    const [first] = root.querySelectorAll<HTMLInputElement>(".ja-costs input");
    first!.value = "9";
    first!.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    first!.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    const kept = { costs: [[0, 9, 1], [1, 0, 1], [1, 1, 0]], priced: [1, 2, 4] };
    expect(model.get("view")).toMatchObject({ evaluate: kept });
    await again(many, kept);
    expect(values()).toEqual(["9", "1", "1", "1", "1", "1"]);
    expect(lastOf("confusion").costs).toEqual(kept.costs.flat());
  });

  it("need no classes beside them where all are priced", async () => {
    await again({ ...many, n_classes: 3, priced: many.priced.map((one, code) => ({ ...one, code })) }, {
      costs: table,
    });
    expect(values()).toEqual(["1", "2", "3", "4", "5", "6"]);
    expect(lastOf("confusion").costs).toEqual(table.flat());
  });

  it("of other classes are not taken for those of these", async () => {
    for (const evaluate of [{ costs: table }, { costs: table, priced: [1, 2, 3] }]) {
      await again(many, evaluate);
      expect(values()).toEqual(["1", "1", "1", "1", "1", "1"]);
      expect(lastOf("confusion")).not.toHaveProperty("costs");
    }
  });

  it("are written out in code where all classes are priced", () => {
    const { priced } = many;
    const costs = [
      [0, 1, 2],
      [1, 0, 1],
      [1, 3, 0],
    ];
    expect(costsCode('a"b', priced, costs, 3)).toBe(
      'run.model("a\\"b").decide(costs=[[0, 1, 2], [1, 0, 1], [1, 3, 0]])',
    );
  });
});
