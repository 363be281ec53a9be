import { afterEach, beforeEach, describe, expect, it } from "vitest";

import whatif from "../entries/whatif.tsx";
import recording from "../testdata/run.json";
import type { Field, FormView, OutlookView, Picture, RunView } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

const MARKUP = "<img src=x onerror=alert(1)>";
const run = recording.last as unknown as RunView;

const field = (name: string, more: Partial<Field> = {}): Field => ({
  name,
  kind: "number",
  low: 0,
  high: 100,
  step: 1,
  levels: [],
  more_levels: 0,
  typical: 40,
  changeable: true,
  missing_allowed: true,
  whole: true,
  histogram: [1, 2, 3],
  ...more,
});

const form: FormView = {
  fields: [
    field("age"),
    field(MARKUP, { kind: "category", low: null, high: null, levels: ["red", MARKUP], histogram: [] }),
  ],
  n_fields: 3,
  n_rows: 500,
  cells: { age: 40, [MARKUP]: "red" },
  target: "churn",
  classes: ["no", "yes"],
};

const picture: Picture = {
  name: "waterfall",
  title: "What makes it up",
  findings: [],
  x: { label: "", kind: "number", low: 0, high: 1, names: [], percent: false },
  y: { label: "", kind: "number", low: 0, high: 1, names: [], percent: false },
  marks: [],
  table: { columns: [], rows: [], more: 0 },
  note: "",
  picks: "",
  square: false,
};

const outlook = (share: number): OutlookView => ({
  label: share > 0.5 ? "yes" : "no",
  value: null,
  about: "yes",
  probability: share,
  by_class: [
    ["no", 1 - share],
    ["yes", share],
  ],
  n_classes: 2,
  low: null,
  high: null,
  waterfall: picture,
  approximate: "",
});

let model: FakeModel;
let el: HTMLElement;
let close: () => void;
let hold = false;
let held: (() => void)[] = [];

interface Asked {
  view: string;
  args: { changes?: Record<string, unknown>; quick?: boolean; start?: number };
}

function answerTo({ view, args }: Asked): unknown {
  const age = Number(args.changes?.age ?? 40);
  if (view === "whatif.form") return { ...form, cells: { ...form.cells, age: args.start! < 0 ? 40 : 7 } };
  if (view === "whatif.at") return outlook(age / 100);
  if (view === "whatif.dependence") return { ...picture, title: "The dependence" };
  if (view === "whatif.nearest") {
    const differences = [{ field: "age", here: "40", there: "41" }];
    return { rows: [{ row: 12, distance: 0.1, differences, target: "yes" }] };
  }
  const change = { field: "age", before: "40", after: "60", cell: 60, distance: 0.2 };
  return {
    flip: {
      changes: [change],
      label: "yes",
      probability: 0.6,
      value: null,
      distance: 0.2,
      others: [],
      sentence: "With age 60 it is yes.",
      n_predictions: 20,
    },
  };
}

beforeEach(async () => {
  hold = false;
  held = [];
  model = new FakeModel({ n: 1, at: 1, channel: "c", run });
  model.answer = ({ kind }) => (kind === "hello" ? { n: 1, at: 1, same: true } : undefined);
  const send = model.send.bind(model);
  model.send = (content, callbacks, buffers) => {
    send(content, callbacks, buffers);
    const { id, kind, body } = content as { id: string; kind: string; body: Asked };
    if (kind !== "ask") return;
    const value = answerTo(body);
    const reply = () => model.deliver({ id, ok: true, body: { etag: "", value, arrays: [] } });
    if (hold && body.view === "whatif.at") held.push(reply);
    else queueMicrotask(reply);
  };
  el = document.createElement("div");
  document.body.append(el);
  close = whatif.render({ model, el });
  await settle();
  await settle();
});

afterEach(() => {
  close();
  document.body.replaceChildren();
});

const asked = (view: string) =>
  model.sent
    .filter(({ kind, body }) => kind === "ask" && body.view === view)
    .map(({ body }) => body.args as Asked["args"]);
const slider = () => el.querySelector<HTMLInputElement>("input[type=range]")!;
const slide = (value: number): void => {
  slider().value = String(value);
  slider().dispatchEvent(new Event("input", { bubbles: true }));
};
const button = (text: RegExp) =>
  [...el.querySelectorAll("button")].find((one) => text.test(one.textContent!))!;

describe("what if", () => {
  it("begins with a typical row and its prediction, and shows names as text", () => {
    expect(el.textContent).toContain("churn is predicted to be no.");
    expect(el.textContent).toContain("1 further fields keep");
    expect(el.querySelector("img")).toBeNull();
    expect(asked("whatif.form")[0]).toMatchObject({ start: -1 });
  });

  it("predicts again when a value changes, and marks what was changed", async () => {
    slide(80);
    await settle();
    expect(el.textContent).toContain("churn is predicted to be yes.");
    expect(asked("whatif.at").at(-1)).toMatchObject({ changes: { age: 80 } });
    expect(el.querySelector(".ja-form-changed")!.textContent).toContain("age");
    button(/^Undo$/).click();
    await settle();
    expect(el.querySelector(".ja-form-changed")).toBeNull();
    expect(el.textContent).toContain("churn is predicted to be no.");
  });

  it("asks one question at a time while a slider is dragged, and the last one in the end", async () => {
    hold = true;
    const before = asked("whatif.at").length;
    for (let value = 41; value <= 90; value += 1) slide(value);
    await settle();
    expect(asked("whatif.at").length - before).toBeLessThanOrEqual(2);
    while (held.length > 0) {
      for (const reply of held.splice(0)) reply();
      await settle();
    }
    expect(asked("whatif.at").at(-1)).toMatchObject({ changes: { age: 90 } });
    expect(el.textContent).toContain("90 %");
    expect(asked("whatif.at").length - before).toBeLessThanOrEqual(4);
  });

  it("asks for a finer answer when the hand rests", async () => {
    slide(70);
    await expect.poll(() => asked("whatif.at").at(-1)!.quick).toBe(false);
  });

  it("says which field is wrong and keeps the last prediction", async () => {
    const original = model.send;
    model.send = (content, callbacks, buffers) => {
      const { id, body } = content as { id: string; body?: Asked };
      if (body?.view === "whatif.at") {
        const error = { code: "prediction", message: "age is no number.", hint: "", context: { column: "age" } };
        queueMicrotask(() => model.deliver({ id, ok: false, error }));
        return;
      }
      original(content, callbacks, buffers);
    };
    const box = el.querySelector<HTMLInputElement>(".ja-form-input input[type=text]")!;
    box.value = "old";
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    expect(el.textContent).toContain("age is no number.");
    expect(el.querySelector(".ja-form-input input[type=text]")!.getAttribute("aria-invalid")).toBe("true");
    expect(el.textContent).toContain("churn is predicted to be no.");
  });

  it("takes a real row, and one that is like it", async () => {
    button(/Rows most like/).click();
    await settle();
    await settle();
    expect(el.textContent).toContain("age 41");
    [...el.querySelectorAll("button")].find((one) => one.textContent === "12")!.click();
    await settle();
    await settle();
    expect(asked("whatif.form").at(-1)).toMatchObject({ start: 12 });
    expect(slider().value).toBe("7");
  });

  it("finds what would change it, and makes the change", async () => {
    button(/What would change/).click();
    await settle();
    button(/Find the smallest/).click();
    await settle();
    await settle();
    expect(el.textContent).toContain("With age 60 it is yes.");
    button(/Make this change/).click();
    await settle();
    expect(slider().value).toBe("60");
    expect(el.textContent).toContain("churn is predicted to be yes.");
  });
});
