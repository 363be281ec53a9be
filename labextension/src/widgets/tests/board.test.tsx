import { afterEach, describe, expect, it } from "vitest";

import leaderboard from "../entries/leaderboard.tsx";
import recording from "../testdata/run.json";
import type { DetailView, RunView } from "../types.gen.ts";
import type { PartialView } from "../viewstate.ts";
import { FakeModel, settle } from "./fakes.ts";

const MARKUP = "<img src=x onerror=alert(1)>";
const run = recording.last as unknown as RunView;
const ENDS = ["done", "failed", "pruned", "stopped"];
const open: (() => void)[] = [];

const detail = (row: string, more: Partial<DetailView> = {}): DetailView => ({
  row,
  number: 5,
  model: "LightGBM",
  family: "lightgbm",
  end: "done",
  score: 0.861,
  score_std: 0.012,
  folds: [0.85, 0.86, 0.87],
  fit_seconds: 1.9,
  predict_us: 8,
  memory_mib: 120,
  params: [
    ["learning_rate", "0.1"],
    ["name", MARKUP],
  ],
  info: [["best_iteration", "212"]],
  reason: "",
  message: "",
  traceback: "",
  members: [],
  versus: null,
  ...more,
});

/** Trials 1 to n; the k-th has score k / n, every tenth failed. */
function table(n: number) {
  const numbers = Uint32Array.from({ length: n }, (_, i) => i + 1);
  const failed = (i: number) => (i + 1) % 10 === 0;
  const real = (value: (i: number) => number) => Float32Array.from({ length: n }, (_, i) => value(i));
  const arrays: [string, string, ArrayBufferView][] = [
    ["number", "<u4", numbers],
    ["family", "<u2", Uint16Array.from({ length: n }, (_, i) => i % 2)],
    ["end", "|u1", Uint8Array.from({ length: n }, (_, i) => (failed(i) ? 1 : 0))],
    ["score", "<f4", real((i) => (failed(i) ? NaN : (i + 1) / n))],
    ["std", "<f4", real((i) => (failed(i) ? NaN : 0.01))],
    ["fit_seconds", "<f4", real((i) => n - i)],
    ["predict_us", "<f4", real(() => 5)],
    ["memory_mib", "<f4", real(() => 100)],
  ];
  return {
    body: {
      etag: "",
      value: {
        seq: 50,
        families: ["lightgbm", "xgboost"],
        labels: ["LightGBM", "XGBoost"],
        ends: ENDS,
      },
      arrays: arrays.map(([name, dtype]) => ({ name, dtype, shape: [n] })),
    },
    buffers: arrays.map(([, , values]) => new DataView(values.buffer)),
  };
}

async function show(view: PartialView = {}, answers: Record<string, unknown> = {}, n = 40) {
  const state = { n: 1, at: 1, channel: "c", run };
  const model = new FakeModel(state);
  model.set("view", view);
  model.answer = ({ kind }) => (kind === "hello" ? { n: 1, at: 1, same: true } : undefined);
  const send = model.send.bind(model);
  model.send = (content, callbacks, buffers) => {
    send(content, callbacks, buffers);
    const { id, kind, body } = content as { id: string; kind: string; body: { view?: string } };
    if (kind !== "ask") return;
    const answer = answers[body.view ?? ""];
    const reply = body.view === "trials.table" ? table(n) : { body: answer, buffers: [] };
    if (reply.body) {
      queueMicrotask(() => model.deliver({ id, ok: true, body: reply.body }, reply.buffers));
    }
  };
  const el = document.createElement("div");
  document.body.append(el);
  open.push(leaderboard.render({ model, el }));
  await settle();
  return { model, el };
}

const names = (el: Element) =>
  [...el.querySelectorAll("tbody .ja-model-name")].map((name) => name.textContent);
const button = (el: Element, text: RegExp) =>
  [...el.querySelectorAll("button")].find((one) => text.test(one.textContent!))!;
const press = async (el: Element, key: string) => {
  const row = el.querySelector<HTMLElement>("tr[tabindex='0']")!;
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  (el.contains(document.activeElement) ? document.activeElement! : row).dispatchEvent(event);
  await settle();
  return event;
};

afterEach(() => {
  for (const close of open.splice(0)) close();
  document.body.replaceChildren();
});

describe("the leaderboard", () => {
  it("sorts by a column, turns round, and goes back to the ranks", async () => {
    const { el } = await show();
    const ranked = run.rows.map((row) => row.model);
    expect(names(el)).toEqual(ranked);
    const fit = () => el.querySelector<HTMLElement>("th.ja-col-fit")!;
    fit().querySelector("button")!.click();
    await settle();
    expect(fit().getAttribute("aria-sort")).toBe("ascending");
    const times = new Map(run.rows.map((row) => [row.model, row.fit_seconds]));
    const known = names(el).map((name) => times.get(name!)).filter((time) => time != null);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    fit().querySelector("button")!.click();
    await settle();
    expect(fit().getAttribute("aria-sort")).toBe("descending");
    fit().querySelector("button")!.click();
    await settle();
    expect(fit().getAttribute("aria-sort")).toBe("none");
    expect(names(el)).toEqual(ranked);
  });

  it("says who leads when the filter hides the leader", async () => {
    const { el } = await show({ board: { search: "light" } });
    expect(names(el)).toEqual(["LightGBM"]);
    expect(el.textContent).toContain("Ensemble leads, and is hidden by the filter.");
  });

  it("filters by family and shows the columns that are chosen", async () => {
    const { el } = await show({ board: { families: ["xgboost"], columns: ["score"] } });
    expect(names(el)).toEqual(["XGBoost"]);
    expect(el.querySelector("th.ja-col-score")).not.toBeNull();
    expect(el.querySelector("th.ja-col-fit")).toBeNull();
    button(el, /Families/).click();
    await settle();
    expect(button(el, /Families/).textContent).toContain("(1 of");
    button(el, /Show all/).click();
    await settle();
    expect(names(el)).toHaveLength(run.rows.length);
  });

  it("keeps what is looked at in the widget's view", async () => {
    const { el, model } = await show();
    const search = el.querySelector<HTMLInputElement>(".ja-board-search")!;
    search.value = "boost";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    await expect.poll(() => (model.get("view") as PartialView).board?.search).toBe("boost");
  });

  it("moves with the arrow keys, picks with the space bar, opens with Enter", async () => {
    const { el } = await show({}, { "trials.details": { etag: "", arrays: [], value: { rows: [] } } });
    const outside: string[] = [];
    document.body.addEventListener("keydown", (event) => outside.push(event.key));
    expect((await press(el, "ArrowDown")).defaultPrevented).toBe(true);
    const current = el.querySelector("tr[tabindex='0']")!;
    expect(current.getAttribute("data-place")).toBe("1");
    await press(el, " ");
    expect(el.querySelector("tr[tabindex='0']")!.getAttribute("aria-selected")).toBe("true");
    await press(el, "Enter");
    expect(el.querySelector(".ja-detail")).not.toBeNull();
    await press(el, "Escape");
    expect(el.querySelector(".ja-detail")).toBeNull();
    await press(el, "End");
    expect(el.querySelector("tr[tabindex='0']")!.getAttribute("data-place")).toBe(
      String(run.rows.length - 1),
    );
    // A notebook's command mode hears none of it.
    expect(outside).toEqual([]);
  });
});

describe("the focus", () => {
  const none = { "trials.details": { etag: "", arrays: [], value: { rows: [] } } };
  const focused = () => document.activeElement?.getAttribute("data-id");

  it("goes back to the row when what was opened from it is closed", async () => {
    const { el } = await show({}, none);
    await press(el, "ArrowDown");
    await press(el, "Enter");
    const id = run.rows[1]!.family;
    const close = button(el.querySelector(".ja-detail")!, /Close/);
    close.focus();
    close.click();
    await settle();
    expect(focused()).toBe(`family:${id}`);
    await press(el, "ArrowDown");
    expect(focused()).toBe(`family:${run.rows[2]!.family}`);
  });

  it("goes back to the row from a member's details, which have no row", async () => {
    const member = { row: "trial:5", model: "A", family: "lightgbm", weight: 1, score: 0.8 };
    const rows = [detail("family:ensemble", { number: null, model: "E", members: [member] })];
    const { el } = await show({}, { "trials.details": { etag: "", arrays: [], value: { rows } } });
    await press(el, "Enter");
    button(el, /trial 5/).click();
    await settle();
    const box = el.querySelector<HTMLElement>(".ja-detail")!;
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await settle();
    expect(el.querySelector(".ja-detail")).toBeNull();
    expect(focused()).toBe("family:ensemble");
  });

  it("goes to a row among many that was out of sight", async () => {
    const { el } = await show({ board: { rows: "trials" } }, none, 1000);
    await settle();
    await press(el, "Enter");
    const scroller = el.querySelector<HTMLElement>(".ja-grid-scroll")!;
    const first = el.querySelector("tbody tr[data-id]")!.getAttribute("data-id");
    scroller.scrollTop = 500 * 28;
    scroller.dispatchEvent(new Event("scroll"));
    await settle();
    button(el.querySelector(".ja-detail")!, /Close/).click();
    await settle();
    expect(focused()).toBe(first);
  });

  it("goes back to the button when the comparison is closed, and moves for nobody else", async () => {
    const view = { board: { open: "compare", selected: ["family:lightgbm", "family:xgboost"] } };
    const { el, model } = await show(view, none);
    button(el.querySelector(".ja-compare, .ja-detail")!, /Close/).click();
    await settle();
    expect(document.activeElement!.textContent).toBe("Compare 2");
    (document.activeElement as HTMLElement).blur();
    model.set("view", { board: { open: "family:xgboost" } });
    await settle();
    model.set("view", { board: { open: "" } });
    await settle();
    expect(focused()).toBeFalsy();
  });
});

describe("a row's details", () => {
  it("tell settings, folds and costs, and everything as text", async () => {
    const rows = [detail("family:lightgbm")];
    const { el } = await show(
      { board: { open: "family:lightgbm" } },
      { "trials.details": { etag: "", arrays: [], value: { rows } } },
    );
    const box = el.querySelector(".ja-detail")!;
    expect(box.textContent).toContain("LightGBM, its best trial (5)");
    expect(box.textContent).toContain(MARKUP);
    expect(box.querySelector("img")).toBeNull();
    expect(box.querySelector("svg[role=img]")!.getAttribute("aria-label")).toContain("0.850");
    expect(box.textContent).toContain("120 MiB");
    button(box, /Close/).click();
    await settle();
    expect(el.querySelector(".ja-detail")).toBeNull();
  });

  it("tell why there is no model, with the traceback folded", async () => {
    const failed = detail("trial:6", {
      number: 6,
      end: "failed",
      score: null,
      score_std: null,
      folds: [],
      params: [],
      info: [],
      reason: "error",
      message: "It broke.",
      traceback: `File ${MARKUP}`,
    });
    const { el } = await show(
      { board: { open: "trial:6" } },
      { "trials.details": { etag: "", arrays: [], value: { rows: [failed] } } },
    );
    const box = el.querySelector(".ja-detail")!;
    expect(box.textContent).toContain("It broke.");
    expect(box.querySelector("details pre")!.textContent).toBe(`File ${MARKUP}`);
    expect(box.textContent).toContain("It has no settings.");
  });

  it("lead from the ensemble to its members", async () => {
    const members = [
      { row: "trial:5", model: "LightGBM", family: "lightgbm", weight: 0.6, score: 0.861 },
      { row: "trial:4", model: "XGBoost", family: "xgboost", weight: 0.4, score: 0.85 },
    ];
    const ensemble = detail("family:ensemble", {
      number: null,
      model: "Ensemble",
      family: "ensemble",
      folds: [],
      params: [],
      info: [],
      members,
    });
    const { el, model } = await show(
      { board: { open: "family:ensemble" } },
      { "trials.details": { etag: "", arrays: [], value: { rows: [ensemble] } } },
    );
    expect(el.querySelector(".ja-members")!.textContent).toContain("60 %");
    button(el, /XGBoost, trial 4/).click();
    await settle();
    expect(model.sent.at(-1)).toMatchObject({ kind: "ask", body: { args: { rows: ["trial:4"] } } });
  });
});

describe("rows side by side", () => {
  it("mark the best by a word and say the difference with its interval", async () => {
    const rows = [
      detail("family:lightgbm"),
      detail("family:xgboost", {
        number: 4,
        model: "XGBoost",
        family: "xgboost",
        score: 0.85,
        predict_us: 5,
        params: [["learning_rate", "0.3"]],
        versus: { difference: 0.011, low: -0.002, high: 0.024 },
      }),
    ];
    const view = {
      board: { open: "compare", selected: ["family:lightgbm", "family:xgboost"] },
    };
    const { el } = await show(view, { "trials.details": { etag: "", arrays: [], value: { rows } } });
    const cells = (title: string) =>
      [...el.querySelectorAll(".ja-compare tr")]
        .find((line) => line.querySelector("th")?.textContent === title)!
        .querySelectorAll("td");
    expect([...cells("roc_auc")].map((cell) => cell.textContent)).toEqual(["best 0.861", "0.850"]);
    expect(cells("to predict a row")[1]!.textContent).toContain("best");
    expect(cells("behind the best by")[1]!.textContent).toBe("0.011 (-0.002 to 0.024)");
    expect([...cells("learning_rate")].map((cell) => cell.textContent)).toEqual(["0.1", "0.3"]);
  });
});

describe("all trials of a run", () => {
  it("are fetched when they are looked at, best first, failures last", async () => {
    const { el, model } = await show();
    expect(model.kinds()).not.toContain("ask");
    button(el, /All trials/).click();
    await settle();
    await settle();
    const first = el.querySelector("tbody tr[data-id]")!;
    expect(first.getAttribute("data-id")).toBe("trial:39");
    expect(el.textContent).toContain("40 trials");
    const rows = [...el.querySelectorAll("tbody tr[data-id]")];
    expect(rows.at(-1)!.textContent).toContain("failed");
  });

  it("are drawn only where they can be seen, ten thousand of them", async () => {
    const { el } = await show({ board: { rows: "trials" } }, {}, 10_000);
    await settle();
    const drawn = el.querySelectorAll("tbody tr[data-id]").length;
    expect(drawn).toBeGreaterThan(10);
    expect(drawn).toBeLessThan(60);
    expect(el.querySelector("table")!.getAttribute("aria-rowcount")).toBe("10001");
    const scroller = el.querySelector<HTMLElement>(".ja-grid-scroll")!;
    scroller.scrollTop = 5000 * 28;
    scroller.dispatchEvent(new Event("scroll"));
    await settle();
    const places = [...el.querySelectorAll("tbody tr[data-id]")].map((row) =>
      Number(row.getAttribute("data-place")),
    );
    expect(Math.min(...places)).toBeLessThanOrEqual(5000);
    expect(Math.max(...places)).toBeGreaterThan(5010);
    expect(places.length).toBeLessThan(60);
  });
});
