import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import leaderboard from "../entries/leaderboard.tsx";
import recording from "../testdata/run.json";
import type { RunView } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

const MARKUP = "<img src=x onerror=alert(1)>";
const run = recording.last as unknown as RunView;
const going: RunView = { ...run, status: "running", stage: "training", message: "Training.", reason: "" };
const open: (() => void)[] = [];

const family = (name: string, more: object = {}) => ({
  family: name,
  label: name === "xgboost" ? MARKUP : name,
  done: 3,
  failed: 0,
  pruned: 0,
  running: 0,
  wish: "",
  ...more,
});
const line = (key: string, more: object = {}) => ({
  key,
  family: "lightgbm",
  n_fits: 5,
  loss: "log_loss",
  rounds: [1, 20, 100],
  losses: [0.69, 0.4, 0.45],
  best: 20,
  ...more,
});
const NEWS = {
  seq: 9,
  families: [
    family("dummy", { done: 1 }),
    family("lightgbm", { failed: 1, pruned: 2, running: 1 }),
    family("xgboost", { wish: "dropped" }),
    family("linear"),
  ],
  trials: [7],
  lines: [line("7.1"), line("7.2", { rounds: [1, 5], losses: [0.7, 0.6], best: 5 })],
};

async function show(shown: RunView = going, answers: Record<string, unknown> = {}, view: object = {}) {
  const state = { n: 1, at: 1, channel: "c", run: shown };
  const model = new FakeModel(state);
  model.set("view", view);
  model.answer = ({ kind }) =>
    kind in answers ? answers[kind] : kind === "hello" ? { n: 1, at: 1, same: true } : undefined;
  const el = document.createElement("div");
  document.body.append(el);
  const close = leaderboard.render({ model, el });
  open.push(close);
  await settle();
  const button = (text: string) =>
    [...el.querySelectorAll("button")].find(
      (one) => one.textContent === text || one.getAttribute("aria-label") === text,
    )!;
  const change = async (delta: object) => {
    const n = (model.state?.n ?? 1) + deltas++;
    model.deliver({ kind: "delta", body: { n, run: delta } });
    await settle();
  };
  let deltas = 1;
  return { model, el, button, change, close };
}

const refusal = (model: FakeModel, message: string) => {
  const { id } = model.sent.at(-1)!;
  const error = { code: "run", message, hint: "", context: {} };
  model.deliver({ id, ok: false, error });
  return settle();
};

afterEach(() => {
  for (const close of open.splice(0)) close();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the orders", () => {
  it("are sent once as they are pressed, with what they need", async () => {
    const { model, button } = await show();
    for (const [text, kind, body] of [
      ["Pause", "pause", {}],
      ["+1 min", "extend", { seconds: 60 }],
      ["+5 min", "extend", { seconds: 300 }],
    ] as const) {
      const before = model.sent.length;
      button(text).click();
      await settle();
      expect(model.sent.slice(before).map((one) => [one.kind, one.body])).toEqual([[kind, body]]);
      model.deliver({ id: model.sent.at(-1)!.id, ok: true, body: {} });
      await settle();
      expect(button(text).disabled).toBe(false);
    }
  });

  it("offer to go on while it is paused", async () => {
    const { model, button } = await show({ ...going, status: "paused" });
    expect(button("Pause")).toBeUndefined();
    button("Go on").click();
    expect(model.kinds().at(-1)).toBe("resume");
  });

  it("that do not apply say why", async () => {
    const { button, change } = await show();
    await change({ g: "finishing" });
    expect(button("Pause").disabled).toBe(true);
    expect(button("Pause").title).toContain("being explained");
    expect(button("+1 min").disabled).toBe(false);
    await change({ m: "Stopping and keeping the best." });
    expect(button("+1 min").title).toContain("about to end");
    expect(button("Stop and keep the best").disabled).toBe(true);
    expect(button("Cancel").disabled).toBe(false);
  });

  it("are not there for a run that is over, and dead without a kernel", async () => {
    const over = await show(run);
    expect(over.el.querySelector(".ja-controls")).toBeNull();
    const silent = new FakeModel({ n: 1, at: 1, run: going });
    const el = document.createElement("div");
    document.body.append(el);
    open.push(leaderboard.render({ model: silent, el }));
    await settle();
    const buttons = [...el.querySelectorAll<HTMLButtonElement>(".ja-controls button")];
    expect(buttons.length).toBeGreaterThan(3);
    expect(buttons.every((one) => one.disabled && one.title === "No kernel answers.")).toBe(true);
  });

  it("that are refused say so as text", async () => {
    const { el, model, button } = await show();
    button("+1 min").click();
    await refusal(model, `No ${MARKUP}`);
    expect(el.querySelector(".ja-problem")!.textContent).toContain(MARKUP);
    expect(el.querySelector("img")).toBeNull();
    expect(button("+1 min").disabled).toBe(false);
  });

  it("for more time are not waited for when the answer is lost", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { button } = await (async () => {
      const shown = show();
      await vi.advanceTimersByTimeAsync(10);
      return shown;
    })();
    button("+1 min").click();
    await vi.advanceTimersByTimeAsync(10);
    expect(button("+1 min").disabled).toBe(true);
    await vi.advanceTimersByTimeAsync(9000);
    expect(button("+1 min").disabled).toBe(false);
  });
});

describe("the families", () => {
  const words = (el: Element) =>
    [...el.querySelectorAll(".ja-families li .ja-quiet")].map((one) => one.textContent);

  it("say what came of their trials, names as text", async () => {
    const { el } = await show(going, { monitor: NEWS });
    expect(words(el)).toEqual([
      "1 done",
      "3 done, 1 failed, 2 given up early, 1 under way",
      "3 done, dropped",
      "3 done",
    ]);
    expect(el.textContent).toContain(MARKUP);
    expect(el.querySelector("img")).toBeNull();
  });

  it("are dropped, boosted and restored by name", async () => {
    const { model, button } = await show(going, { monitor: NEWS });
    for (const [name, kind, of] of [
      ["Boost lightgbm", "boost", "lightgbm"],
      ["Drop lightgbm", "drop", "lightgbm"],
      [`Treat ${MARKUP} like the others again`, "restore", "xgboost"],
    ] as const) {
      button(name).click();
      expect(model.sent.at(-1)).toMatchObject({ kind, body: { family: of } });
    }
    expect(button("Drop dummy")).toBeUndefined();
    expect(button(`Drop ${MARKUP}`)).toBeUndefined();
  });

  it("keep the last one, and say why", async () => {
    const alone = { ...NEWS, families: NEWS.families.slice(0, 3) };
    const { button } = await show(going, { monitor: alone });
    expect(button("Drop lightgbm").disabled).toBe(true);
    expect(button("Drop lightgbm").title).toContain("last family");
    expect(button("Boost lightgbm").disabled).toBe(false);
  });

  it("stay on the page when it is over, without orders", async () => {
    const { el } = await show(run, { monitor: { ...NEWS, trials: [], lines: [] } });
    expect(words(el)).toHaveLength(4);
    expect(el.querySelector(".ja-families button")).toBeNull();
    expect(el.querySelector<HTMLDetailsElement>(".ja-families")!.closest("details")!.open).toBe(false);
  });
});

describe("the fits under way", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  });

  it("are drawn a line each, said in words, and in a table", async () => {
    const { el } = await show(going, { monitor: NEWS });
    const fit = el.querySelector(".ja-fit")!;
    expect(fit.querySelector("figcaption")!.textContent).toBe("lightgbm, trial 7: fit 2 of 5");
    expect(fit.querySelectorAll("polyline")).toHaveLength(2);
    const points = fit.querySelector("polyline")!.getAttribute("points")!;
    expect(points).not.toMatch(/NaN|Infinity/);
    const said = fit.querySelector("svg")!.getAttribute("aria-label")!;
    expect(said).toBe("log_loss on held-out rows over 100 rounds in 2 fits, at best 0.400");
    const cells = [...fit.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(cells).toEqual(["1200.400100", "250.6005"]);
  });

  it("are asked for each second, and only what went on since", async () => {
    const { model, el } = await show(going, { monitor: NEWS });
    expect(model.kinds().filter((kind) => kind === "monitor")).toHaveLength(1);
    model.answer = ({ kind }) =>
      kind === "monitor"
        ? { seq: 12, families: [family("linear", { done: 4 })], trials: [7], lines: [] }
        : undefined;
    vi.advanceTimersByTime(1000);
    await settle();
    expect(model.sent.at(-1)).toMatchObject({
      kind: "monitor",
      body: { seq: 9, have: { "7.1": 100, "7.2": 5 } },
    });
    expect(el.querySelectorAll(".ja-families li")).toHaveLength(4);
    expect(el.querySelector(".ja-families")!.textContent).toContain("4 done");
    expect(el.querySelectorAll(".ja-fit polyline")).toHaveLength(2);
  });

  it("keep their place until another comes, so that nothing jumps", async () => {
    const { model, el } = await show(going, { monitor: NEWS });
    const next = async (news: object) => {
      model.answer = ({ kind }) =>
        kind === "monitor" ? { seq: 12, families: [], ...news } : undefined;
      vi.advanceTimersByTime(1000);
      await settle();
      return [...el.querySelectorAll(".ja-fit figcaption")].map((one) => one.textContent);
    };
    expect(await next({ trials: [], lines: [] })).toEqual([
      "lightgbm, trial 7 is over: fit 2 of 5",
    ]);
    expect(await next({ trials: [8], lines: [line("8.1")] })).toEqual([
      "lightgbm, trial 8: fit 1 of 5",
    ]);
    expect(await next({ trials: [8, 9], lines: [line("9.1")] })).toHaveLength(2);
  });

  it("of one look, and all alike, are drawn too", async () => {
    const lines = [line("7.1", { rounds: [1], losses: [0.5], best: 1 })];
    const { el } = await show(going, { monitor: { ...NEWS, lines } });
    const fit = el.querySelector(".ja-fit")!;
    expect(fit.innerHTML).not.toMatch(/NaN|Infinity/);
    expect(fit.querySelectorAll("circle")).toHaveLength(1);
  });

  it("are not asked for where the kernel does not know of them, or the run is over", async () => {
    const { model } = await show(going);
    const first = model.sent.find(({ kind }) => kind === "monitor")!;
    const error = { code: "argument", message: "Unknown.", hint: "", context: {} };
    model.deliver({ id: first.id, ok: false, error });
    await settle();
    vi.advanceTimersByTime(9000);
    await settle();
    expect(model.kinds().filter((kind) => kind === "monitor")).toHaveLength(1);
    const over = await show(run, { monitor: NEWS });
    vi.advanceTimersByTime(9000);
    await settle();
    expect(over.model.kinds().filter((kind) => kind === "monitor")).toHaveLength(1);
    expect(over.el.querySelector(".ja-fit")).toBeNull();
  });
});

describe("the meters", () => {
  const names = (el: Element) => [...el.querySelectorAll(".ja-meters dt")].map((one) => one.textContent);

  it("show a GPU where there is one, and what is known of it", async () => {
    const none = await show({ ...going, resources: [50, 100, 1000] });
    expect(names(none.el)).toEqual(["CPU", "memory"]);
    const known = await show({ ...going, resources: [50, 100, 1000, 0, 1024, 2048] });
    expect(names(known.el)).toEqual(["CPU", "memory", "GPU", "GPU memory"]);
    expect(known.el.querySelector(".ja-meters")!.textContent).toContain("1.0 GiB of 2.0 GiB");
    const part = await show({ ...going, resources: [50, 100, 1000, null, 1024, 2048] });
    expect(names(part.el)).toEqual(["CPU", "memory", "GPU memory"]);
  });
});

describe("the log", () => {
  const log: RunView["log"] = [
    [1, "info", "Started."],
    [2, "warning", `Look at ${MARKUP}.`],
    [3, "error", "It broke."],
    [4, "good", "Done well."],
  ];
  const logged: RunView = { ...going, log, log_start: 100 };
  const texts = (el: Element) =>
    [...el.querySelectorAll(".ja-log li > span")].map((one) => one.textContent!.replace(/^[!✕✓i]/, ""));
  const choose = async (el: Element, value: string) => {
    const select = el.querySelector<HTMLSelectElement>(".ja-log-tools select")!;
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
  };

  it("is filtered by level and text, which the view remembers", async () => {
    const { el, model } = await show(logged);
    expect(texts(el)).toHaveLength(4);
    await choose(el, "warning");
    expect(texts(el)).toEqual(["It broke.", `Look at ${MARKUP}.`]);
    expect(el.querySelector(".ja-log-tools")!.textContent).toContain("2 of 4 lines");
    await choose(el, "error");
    expect(texts(el)).toEqual(["It broke."]);
    await choose(el, "info");
    const input = el.querySelector<HTMLInputElement>(".ja-log-tools input")!;
    input.value = "WELL";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    expect(texts(el)).toEqual(["Done well."]);
    await expect.poll(() => model.saved.at(-1)?.view).toMatchObject({ log: { search: "WELL" } });
    expect(el.querySelector("img")).toBeNull();
    const again = await show(logged, {}, { log: { level: "error" } });
    expect(texts(again.el)).toEqual(["It broke."]);
  });

  it("shows older lines when they are asked for, and keeps them when new ones come", async () => {
    const older: RunView["log"] = Array.from({ length: 100 }, (_, at) => [0, "info", `Line ${at}.`]);
    const { el, model, button, change } = await show(logged, { log: { start: 0, lines: older } });
    button("Show older lines (100 before)").click();
    expect(model.sent.at(-1)).toMatchObject({ kind: "log", body: { before: 100 } });
    await settle();
    expect(texts(el)).toHaveLength(104);
    expect(texts(el).at(-1)).toBe("Line 0.");
    expect(button("Show older lines (100 before)")).toBeUndefined();
    await change({ l: [104, [[9, "info", "News."]]] });
    expect(texts(el)).toHaveLength(105);
    expect(texts(el)[0]).toBe("News.");
  });

  it("speaks of important lines only", async () => {
    const { el, change } = await show({ ...logged, log: log.slice(0, 1) });
    const spoken = () => [...el.querySelectorAll("[aria-live=polite]")].at(-1)!.textContent;
    expect(spoken()).toBe("");
    vi.useFakeTimers();
    const both = change({ l: [101, [log[1], [3, "info", "Nothing."]]] });
    await vi.advanceTimersByTimeAsync(6000);
    await both;
    expect(spoken()).toBe(`Look at ${MARKUP}.`);
  });
});

describe("whoever asks to be told", () => {
  const made: { title: string; body: string }[] = [];
  let permission = "default";
  let asked = 0;
  class Fake {
    static get permission() {
      return permission;
    }
    static async requestPermission() {
      asked += 1;
      permission = "granted";
      return permission;
    }
    constructor(title: string, { body }: { body: string }) {
      made.push({ title, body });
    }
  }
  const END = { s: "finished", y: "Time is up.", g: "ended" };

  beforeEach(() => {
    made.length = asked = 0;
    permission = "default";
    document.title = "notebook";
    vi.stubGlobal("Notification", Fake);
  });

  it("is told once, by a notification that was allowed at the press", async () => {
    const { el, button, change } = await show({ ...going, name: MARKUP });
    expect(asked).toBe(0);
    button("Tell me when it is done").click();
    await settle();
    expect(asked).toBe(1);
    await change(END);
    expect(made).toHaveLength(1);
    expect(made[0]!.title).toContain(MARKUP);
    expect(made[0]!.body).toContain("Time is up.");
    expect(el.querySelector(".ja-done")!.textContent).toContain(MARKUP);
    await change({ m: "An explanation came." });
    expect(made).toHaveLength(1);
    button("Close").click();
    await settle();
    expect(el.querySelector(".ja-done")).toBeNull();
    expect(document.title).toBe("notebook");
  });

  it("is told by the title of the tab where there are no notifications", async () => {
    vi.stubGlobal("Notification", undefined);
    const { el, button, change } = await show();
    button("Tell me when it is done").click();
    await settle();
    await change(END);
    expect(document.title).toBe("✓ notebook");
    expect(el.querySelector(".ja-done")).not.toBeNull();
    document.dispatchEvent(new Event("visibilitychange"));
    expect(document.title).toBe("notebook");
  });

  it("and takes it back, or never asked, is told nothing", async () => {
    const taken = await show();
    for (let press = 0; press < 2; press += 1) {
      [...taken.el.querySelectorAll("button")].find((one) => /Tell me/.test(one.textContent!))!.click();
      await settle();
    }
    await taken.change(END);
    const never = await show();
    await never.change(END);
    expect(made).toEqual([]);
    expect(document.querySelector(".ja-done")).toBeNull();
    expect(document.title).toBe("notebook");
  });

  it("is not told of a run that was over before the page was there", async () => {
    permission = "granted";
    await show(run, {}, { log: { tell: "done" } });
    expect(made).toEqual([]);
    const { change } = await show(going, {}, { log: { tell: "done" } });
    await change(END);
    expect(made).toHaveLength(1);
  });
});

describe("the learning curve of a trial", () => {
  it("is drawn in its details, and not written among the facts", async () => {
    const detail = {
      row: "trial:5",
      number: 5,
      model: "LightGBM",
      family: "lightgbm",
      end: "done",
      score: 0.86,
      score_std: null,
      folds: [],
      fit_seconds: 1,
      predict_us: 1,
      memory_mib: 1,
      params: [],
      info: [
        ["best_iteration", "9"],
        ["curve", "{'loss': …}"],
      ],
      reason: "",
      message: "",
      traceback: "",
      members: [],
      versus: null,
    };
    const curve = { loss: "1 - roc_auc", lines: [[[1, 9], [0.5, 0.25], 9]] };
    const details = { etag: "", value: { rows: [detail] }, arrays: [] };
    const state = { n: 1, at: 1, channel: "c", run };
    const model = new FakeModel(state);
    model.set("view", { board: { open: "trial:5" } });
    model.answer = ({ kind, body }) =>
      kind === "hello"
        ? { n: 1, at: 1, same: true }
        : kind === "curve"
          ? curve
          : body.view === "trials.details"
            ? details
            : undefined;
    const el = document.createElement("div");
    document.body.append(el);
    open.push(leaderboard.render({ model, el }));
    await settle();
    await expect.poll(() => el.querySelector(".ja-detail .ja-curves")).not.toBeNull();
    expect(model.sent.find(({ kind }) => kind === "curve")!.body).toEqual({ number: 5 });
    const said = el.querySelector(".ja-detail .ja-curves")!.getAttribute("aria-label");
    expect(said).toBe("1 - roc_auc on held-out rows over 9 rounds, at best 0.250");
    expect(el.querySelector(".ja-detail")!.textContent).not.toContain("{'loss'");
    expect(el.querySelector(".ja-detail")!.textContent).toContain("best_iteration");
  });
});
