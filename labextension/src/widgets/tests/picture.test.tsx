import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { frameOf } from "../picture/layout.ts";
import { type Pick, PictureView } from "../picture/picture.tsx";
import { clean } from "../picture/room.ts";
import { numberText, ticks } from "../picture/scale.ts";
import { look } from "../picture/tones.ts";
import recorded from "../testdata/pictures.json";
import type { Picture } from "../types.gen.ts";
import { settle } from "./fakes.ts";

interface Case {
  picture: Picture;
  words: [string, number, number][] | null;
  narrow: [string, number, number][] | null;
}
const CASES = recorded as unknown as Record<string, Case>;
const pictureOf = (name: string): Picture => CASES[name]!.picture;
const MARKUP = "<img src=x onerror=alert(1)>";

let root: HTMLElement;
let width = 520;

beforeEach(() => {
  root = document.createElement("section");
  document.body.append(root);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockImplementation(() => width);
});

afterEach(() => {
  render(null, root);
  root.remove();
  vi.restoreAllMocks();
  width = 520;
});

async function show(name: string, props: Partial<Parameters<typeof PictureView>[0]> = {}) {
  render(<PictureView picture={pictureOf(name)} {...props} />, root);
  await settle();
  const targets = () => [...root.querySelectorAll<HTMLElement>("[data-place]")];
  const key = async (pressed: string, more: KeyboardEventInit = {}) => {
    const init = { key: pressed, bubbles: true, cancelable: true, ...more };
    document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", init));
    await settle();
  };
  const said = () => document.activeElement!.getAttribute("aria-label") ?? "";
  const tip = () => root.querySelector(".ja-pic-tip")?.textContent;
  return { targets, key, said, tip };
}

/** The absolute places of a path. */
function places(d: string): [number, number][] {
  let [x, y] = [0, 0];
  const found: [number, number][] = [];
  for (const [, letter, rest] of d.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const values = (rest!.match(/-?[\d.]+/g) ?? []).map(Number);
    if (letter === "M" || letter === "L") [x, y] = [values[0]!, values[1]!];
    else if (letter === "H") [x] = [values[0]!];
    else if (letter === "V") [y] = [values[0]!];
    else continue;
    found.push([x, y]);
  }
  return found;
}

describe.each(Object.keys(CASES))("the picture: %s", (name) => {
  it.each([200, 280, 520, 1200])("is drawn inside of its frame at %i pixels", async (wide) => {
    width = wide;
    await show(name, { onPick: () => undefined });
    expect(root.querySelector("img, script")).toBeNull();
    for (const element of root.querySelectorAll("*")) {
      for (const { name: attribute, value } of element.attributes) {
        expect(attribute.startsWith("on"), attribute).toBe(false);
        if (!attribute.startsWith("aria-")) {
          expect(value, `${element.tagName} ${attribute}`).not.toMatch(/NaN|Infinity|undefined|null/);
        }
      }
    }
    const svg = root.querySelector("svg");
    if (!svg) return expect(root.textContent).toContain("There is nothing to draw.");
    const [, , across, down] = svg.getAttribute("viewBox")!.split(" ").map(Number);
    expect(across).toBe(wide);
    for (const path of svg.querySelectorAll("path")) {
      for (const [x, y] of places(path.getAttribute("d")!)) {
        expect(x).toBeGreaterThanOrEqual(-0.5);
        expect(x).toBeLessThanOrEqual(across! + 0.5);
        expect(y).toBeGreaterThanOrEqual(-0.5);
        expect(y).toBeLessThanOrEqual(down! + 0.5);
      }
    }
  });

  it("says what it shows, and has one tab stop in its plot", async () => {
    const picture = pictureOf(name);
    const { targets } = await show(name);
    expect(root.querySelector("h3")!.textContent).toBe(picture.title);
    const svg = root.querySelector("svg");
    if (!svg) return;
    expect(svg.getAttribute("role")).toBe("img");
    expect(svg.getAttribute("aria-label")!.startsWith(picture.title)).toBe(true);
    const stops = targets().filter((target) => target.tabIndex === 0);
    expect(stops.length).toBe(targets().length > 0 ? 1 : 0);
    for (const target of targets()) {
      expect(target.getAttribute("aria-label")).not.toMatch(/NaN|Infinity|undefined|null/);
    }
  });

  it.each([
    [640, "words"],
    [380, "narrow"],
  ] as const)("writes at %i pixels what the drawing in Python does, at the same places", (wide, which) => {
    const { picture, [which]: words } = CASES[name]!;
    if (!words) return;
    const found = frameOf(picture, wide)
      .words.map(({ text, x, y }): [string, number, number] => [text, x, y])
      .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1] || a[2] - b[2]));
    expect(found.map(([text]) => text)).toEqual(words.map(([text]) => text));
    found.forEach(([text, x, y], i) => {
      expect(Math.abs(x - words[i]![1]), `x of ${text}`).toBeLessThan(0.2);
      expect(Math.abs(y - words[i]![2]), `y of ${text}`).toBeLessThan(0.2);
    });
  });
});

describe("keys", () => {
  it("step through names, pick one, and leave", async () => {
    const picked: Pick[] = [];
    const outside = vi.fn();
    document.body.addEventListener("keydown", outside);
    const { targets, key, said, tip } = await show("importance", {
      onPick: (pick) => picked.push(pick),
    });
    expect(root.querySelector("[role=listbox]")).not.toBeNull();
    expect(tip()).toBeUndefined();
    targets()[0]!.focus();
    await settle();
    expect(said()).toBe("feature 0: 0.400 (0.320 – 0.480)");
    expect(tip()).toBe(said());
    await key("ArrowDown");
    expect(document.activeElement).toBe(targets()[1]);
    expect(targets().map((target) => target.tabIndex)).toEqual([-1, 0, -1, -1, -1, -1, -1, -1]);
    await key("End");
    expect(said()).toContain("feature 7");
    await key("ArrowDown");
    expect(said()).toContain("feature 7");
    await key("Home");
    await key("Enter");
    await key(" ");
    const pick = { kind: "name", name: "feature 0", index: 0 };
    expect(picked).toEqual([pick, pick]);
    expect(outside).not.toHaveBeenCalled();
    await key("ArrowDown", { ctrlKey: true });
    expect(outside).toHaveBeenCalledTimes(1);
    await key("Escape");
    expect(root.contains(document.activeElement)).toBe(false);
    expect(tip()).toBeUndefined();
    document.body.removeEventListener("keydown", outside);
  });

  it("move in two directions through cells", async () => {
    const picked: Pick[] = [];
    const { targets, key, said } = await show("confusion", { onPick: (pick) => picked.push(pick) });
    targets()[0]!.focus();
    await settle();
    expect(said()).toBe("no, no: 120");
    await key("ArrowDown");
    expect(said()).toBe("yes, no: 9");
    await key("ArrowRight");
    expect(said()).toBe("yes, yes: 80");
    await key("ArrowDown");
    await key("ArrowDown");
    expect(said()).toBe("maybe, yes: 0");
    await key("Enter");
    expect(picked).toEqual([{ kind: "name", name: "maybe", index: 2 }]);
  });

  it("reach every dot although many are one element", async () => {
    const picked: Pick[] = [];
    const { targets, key, said } = await show("swarm", { onPick: (pick) => picked.push(pick) });
    expect(root.querySelectorAll("svg .ja-pic-dots").length).toBeLessThanOrEqual(10);
    expect(targets().length).toBeLessThanOrEqual(3);
    targets()[0]!.focus();
    await settle();
    expect(said()).toMatch(/^feature 0, effect .*, row \d+$/);
    await key("End");
    expect(said()).toContain("feature 7");
    expect((document.activeElement as HTMLElement).dataset.place).toBe("499");
    expect(document.activeElement!.getAttribute("aria-posinset")).toBe("500");
    await key("PageUp");
    await key("Enter");
    const row = Number(/row (\d+)$/.exec(said())![1]);
    expect(picked).toEqual([{ kind: "row", row }]);
  });

  it("read values also where there is nothing to pick", async () => {
    const { targets, key, said } = await show("over time");
    expect(root.querySelector("[role=listbox]")).toBeNull();
    targets()[0]!.focus();
    await settle();
    await key("End");
    expect(said()).toBe("time 2023-11-14 22:21:20: best 0.900 (0.800 – 1)");
    await key("Enter");
  });
});

describe("the pointer", () => {
  const at = (kind: string, x: number, y: number) =>
    root
      .querySelector(".ja-pic-area")!
      .dispatchEvent(new MouseEvent(kind, { clientX: x, clientY: y, bubbles: true }));

  it("picks the nearest dot, and none far away", async () => {
    const picked: Pick[] = [];
    await show("residuals", { onPick: (pick) => picked.push(pick) });
    const frame = frameOf(pictureOf("residuals"), 520);
    at("click", frame.left, frame.bottom + 100);
    expect(picked).toEqual([]);
    const target = root.querySelector<HTMLElement>("[data-place='0']")!;
    at("click", parseFloat(target.style.left) + 7, parseFloat(target.style.top) + 7);
    expect(picked).toHaveLength(1);
    expect(picked[0]).toMatchObject({ kind: "row" });
    expect(target.getAttribute("aria-label")).toContain(`row ${(picked[0] as { row: number }).row}`);
  });

  it("picks any place of a curve, and shows what it points at", async () => {
    const picked: Pick[] = [];
    const { tip } = await show("roc", { onPick: (pick) => picked.push(pick) });
    const { left, right, top } = frameOf(pictureOf("roc"), 520);
    at("click", left + (right - left) / 4, top + 30);
    await settle();
    const [pick] = picked as [{ kind: "x"; x: number }];
    expect(pick.kind).toBe("x");
    expect(pick.x).toBeCloseTo(0.25, 2);
    expect(tip()).toContain("false positive rate 25 %: LightGBM 50 %");
    at("pointerleave", 0, 0);
    await settle();
    expect(tip()).toBeUndefined();
  });

  it("is not needed: a click of a screen reader picks too", async () => {
    const picked: Pick[] = [];
    const { targets } = await show("importance", { onPick: (pick) => picked.push(pick) });
    targets()[3]!.click();
    expect(picked).toEqual([{ kind: "name", name: "feature 3", index: 3 }]);
  });
});

describe("what is around", () => {
  it("is the table behind, with what is left out", async () => {
    await show("importance");
    const details = root.querySelector("details")!;
    expect(details.open).toBe(false);
    expect(details.querySelector("summary")!.textContent).toBe("The numbers behind");
    expect(details.querySelectorAll("tbody tr").length).toBe(8);
    expect(details.querySelector("tbody tr")!.textContent).toBe("feature 00.400");
    expect(details.textContent).toContain("12 more rows are left out.");
  });

  it("keeps names as text", async () => {
    await show("hostile bars");
    expect(root.querySelector("tbody bdi")!.textContent).toBe(MARKUP);
    expect(root.querySelector("svg")!.textContent).toContain("(no name)");
    const long = pictureOf("hostile bars").findings.find((text) => text.length > 9999)!;
    expect([...root.querySelectorAll("p")].some((line) => line.textContent === long)).toBe(true);
    const said = [...root.querySelectorAll("[data-place]")].map(
      (target) => target.getAttribute("aria-label")!,
    );
    expect(said.some((words) => words.startsWith("x".repeat(119)))).toBe(true);
    expect(Math.max(...said.map((words) => words.length))).toBeLessThan(300);
  });

  it("says how much is computed", async () => {
    await show("importance", { busy: 0.25 });
    expect(root.querySelector("progress")!.value).toBe(0.25);
    expect(root.querySelector("figure")!.getAttribute("aria-busy")).toBe("true");
    await show("importance", { busy: 1 });
    expect(root.querySelector("progress")).toBeNull();
    expect(root.querySelector("figure")!.getAttribute("aria-busy")).toBe("false");
  });

  it("marks what is chosen", async () => {
    const onPick = (): void => undefined;
    await show("importance", { onPick, selected: { kind: "name", name: "feature 2", index: 2 } });
    const chosen = [...root.querySelectorAll("[aria-selected=true]")];
    expect(chosen.map((target) => (target as HTMLElement).dataset.place)).toEqual(["2"]);
    await show("swarm", { onPick, selected: { kind: "row", row: 321 } });
    expect(root.querySelector("[aria-selected=true]")!.getAttribute("aria-label")).toContain("row 321");
    await show("roc", { onPick, selected: { kind: "x", x: 0.3 } });
    expect(root.querySelector(".ja-pic-line")).not.toBeNull();
  });

  it("has ids of its own in each widget of a page", async () => {
    await show("histogram");
    const other = document.createElement("section");
    document.body.append(other);
    render(<PictureView picture={pictureOf("histogram")} />, other);
    await settle();
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(ids.length).toBeGreaterThan(2);
    expect(new Set(ids).size).toBe(ids.length);
    const used = [...root.querySelectorAll("[fill^=url]")].map((path) => path.getAttribute("fill")!);
    expect(used.length).toBeGreaterThan(0);
    for (const fill of used) expect(ids).toContain(/#(.*)\)/.exec(fill)![1]);
    render(null, other);
    other.remove();
  });
});

describe("numbers", () => {
  const axis = pictureOf("roc").y;

  it.each([
    [0, false, "0"],
    [null, false, "–"],
    [7043, false, "7,043"],
    [0.91234, false, "0.912"],
    [0.84212, true, "84.2 %"],
    [0.07, true, "7 %"],
    [1e300, false, "1e300"],
    [-2.5e-7, false, "-2.50e-07"],
  ])("%d is written as %s", (value, percent, text) => {
    expect(numberText(value, percent)).toBe(text);
  });

  it("have few different ticks wherever they lie", () => {
    for (let power = -300; power <= 300; power += 7) {
      for (const [low, high] of [
        [-(10 ** power), 10 ** power],
        [0, 3.7 * 10 ** power],
        [10 ** power, 1.001 * 10 ** power],
      ]) {
        const found = ticks({ ...axis, percent: false }, low!, high!, 5).map(({ text }) => text);
        expect(found.length).toBeGreaterThan(1);
        expect(found.length).toBeLessThan(10);
        expect(new Set(found).size).toBe(found.length);
      }
    }
  });
});

describe("tones", () => {
  it("differ without colour, and any text is one", () => {
    const styles = [0, 1, 2, 3].map((k) => look(`class:${k}`).style);
    expect(new Set(styles).size).toBe(4);
    for (const tone of ["", "class:", "class:-1", "__proto__", "constructor", MARKUP, "family:"]) {
      expect(look(tone).color).toMatch(/^(#[0-9a-f]{6}|var\(--ja-\w+\))$/);
    }
  });

  it("blanks are no name", () => expect(clean(" \t\n ")).toBe(""));
});
