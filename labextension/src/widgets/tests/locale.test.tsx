// Numbers and dates in the language of the page, and code in none.

import { render } from "preact";
import { afterEach, describe, expect, it, vi } from "vitest";

import { Slider } from "../components/evaluate/slider.tsx";
import { Link } from "../link.ts";
import { formatNumber, locale } from "../locale.ts";
import { t } from "../messages.ts";
import { frameOf } from "../picture/layout.ts";
import { PictureView } from "../picture/picture.tsx";
import { textWidth } from "../picture/room.ts";
import { numberText, ticks } from "../picture/scale.ts";
import recorded from "../testdata/pictures.json";
import type { Picture } from "../types.gen.ts";
import { formatBytes, formatCount, formatDate, formatMicroseconds, formatScore, formatSeconds, formatSpread } from "../words.ts";
import { FakeModel, settle } from "./fakes.ts";

const pictures = recorded as unknown as Record<string, { picture: Picture }>;
const say = (language: string) => document.documentElement.setAttribute("lang", language);
const browser = (...languages: string[]) => vi.spyOn(navigator, "languages", "get").mockReturnValue(languages);

afterEach(() => {
  document.documentElement.removeAttribute("lang");
  vi.restoreAllMocks();
});

describe("the language", () => {
  it.each([
    ["de", ["en-US", "en"], "de"],
    ["de_AT", [], "de-AT"],
    ["pt-BR", ["pt-PT"], "pt-BR"],
    ["en", ["de-DE", "en-GB", "en"], "en-GB"],
    ["", ["fr-CH", "en"], "fr-CH"],
    ["x'><b>", ["nl"], "nl"],
    ["zz", ["es"], "es"],
    ["", [], "en-US"],
  ])("of a page that says %j to a browser that says %j is %s", (page, languages, expected) => {
    say(page);
    browser(...languages);
    expect(locale()).toBe(expected);
  });

  it("may change while the page is open", () => {
    say("de");
    expect(formatCount(7043)).toBe("7.043");
    say("en");
    expect(formatCount(7043)).toBe("7,043");
  });
});

/** What is written of the same values, in the order of the functions. */
const written = () => [
  formatScore(0.9123847),
  formatScore(-12.345),
  formatScore(12345.6),
  formatScore(0.00012),
  formatSpread(0.0112, 0.9),
  formatCount(1234567),
  formatSeconds(1.94),
  formatMicroseconds(12.3e5),
  formatBytes(1536),
  numberText(0.84212, true),
  numberText(7043),
  numberText(2.5e12),
  t("ui-data-summary", { rows: 7043, columns: 21, findings: 0 }),
];

describe("numbers", () => {
  it("are as before in English", () => {
    say("en");
    expect(written()).toEqual([
      ...["0.912", "-12.35", "12,346", "1.20e-04", ".011", "1,234,567", "1.9 s", "1.2 s"],
      ...["1.5 KiB", "84.2 %", "7,043", "2.5e12", "7,043 rows, 21 columns; nothing stands out."],
    ]);
  });

  it("have a comma and points in German", () => {
    say("de");
    expect(written()).toEqual([
      ...["0,912", "-12,35", "12.346", "1,20e-04", "0,011", "1.234.567", "1,9 s", "1,2 s"],
      ...["1,5 KiB", "84,2 %", "7.043", "2,5e12", "7.043 rows, 21 columns; nothing stands out."],
    ]);
    const { y } = pictures["roc"]!.picture;
    const axis = { ...y, percent: false };
    expect(ticks(axis, 0, 1, 5).map(({ text }) => text)).toEqual(["0", "0,2", "0,4", "0,6", "0,8", "1,0"]);
    expect(ticks(axis, 0, 20_000, 5).map(({ text }) => text)).toContain("15.000");
  });

  it.each(["ar", "ar-EG", "fa", "hi", "my", "bn"])("have the digits 0 to 9 in %s too", (language) => {
    say("en");
    const english = written();
    say(language);
    expect(locale()).toBe(language);
    written().forEach((text, i) => {
      expect(text.match(/\p{Nd}/gu)!.join("")).toMatch(/^[0-9]+$/);
      const digits = (words: string) => words.replace(/[^0-9]/g, "");
      // English leaves the zero before a spread's point out.
      expect(digits(text).replace(/^0(?=011$)/, "")).toBe(digits(english[i]!));
    });
    expect(formatDate(1_700_000_000).match(/\p{Nd}/gu)!.join("")).toMatch(/^[0-9]+$/);
  });

  it("have no negative zero", () => expect(formatNumber(-0, 2)).toBe("0.00"));
});

it("a date is written as the page's language does", () => {
  const noon = 1_699_963_200;
  say("de");
  expect(formatDate(noon)).toContain("14.11.2023");
  say("en");
  browser("en-US");
  expect(formatDate(noon)).toContain("Nov 14, 2023");
});

describe("a picture", () => {
  it.each(["de", "de-CH", "fr", "sv", "ar-EG", "hi"])("is laid out in %s as in English", (language) => {
    for (const name of ["roc", "three models", "importance", "waterfall", "log", "histogram"]) {
      const { picture } = pictures[name]!;
      for (const width of [380, 1600]) {
        say("en");
        const english = frameOf(picture, width);
        say(language);
        const frame = frameOf(picture, width);
        expect(frame.height, name).toBeCloseTo(english.height, 0);
        expect(Math.abs(frame.left - english.left), name).toBeLessThan(8);
        expect(frame.words).toHaveLength(english.words.length);
        for (const { text, x, anchor } of frame.words) {
          const wide = textWidth(text);
          const left = x - wide * (anchor === "end" ? 1 : anchor === "middle" ? 0.5 : 0);
          expect(left, text).toBeGreaterThanOrEqual(-1);
          expect(left + wide, text).toBeLessThanOrEqual(width + 1);
        }
      }
    }
  });

  it("runs from left to right also on a page that does not", async () => {
    say("ar");
    document.documentElement.dir = "rtl";
    const root = document.createElement("div");
    document.body.append(root);
    render(<PictureView picture={pictures["roc"]!.picture} />, root);
    await settle();
    expect(root.querySelector("svg")!.getAttribute("direction")).toBe("ltr");
    render(null, root);
    root.remove();
    document.documentElement.removeAttribute("dir");
  });
});

it("code has a point whatever the language", async () => {
  say("de");
  const counts = (["tp", "fp", "fn", "tn"] as const).map((name) => ({
    name,
    values: Float64Array.from({ length: 101 }, () => 25),
  }));
  const model = new FakeModel({ n: 1, at: 1, channel: "c" });
  model.set("view", { evaluate: { threshold: 0.5, costs: [[0, 2.5], [1, 0]] } });
  model.answer = ({ kind }) => (kind === "hello" ? { n: 1, at: 1, same: true } : undefined);
  const send = model.send.bind(model);
  model.send = (content, callbacks, buffers) => {
    send(content, callbacks, buffers);
    const { id, kind } = content as { id: string; kind: string };
    if (kind !== "ask") return;
    const arrays = counts.map(({ name }) => ({ name, dtype: "<f8", shape: [101] }));
    const value = { labels: ["no", "yes"], current: 0.4, n_rows: 100 };
    const parts = counts.map(({ values }) => new DataView(values.buffer));
    queueMicrotask(() => model.deliver({ id, ok: true, body: { etag: "", value, arrays } }, parts));
  };
  const link = new Link(model);
  const root = document.createElement("div");
  document.body.append(root);
  render(<Slider link={link} model="" name="LightGBM" version="1" />, root);
  await settle();
  await settle();
  const code = [...root.querySelectorAll("code, pre")].map((element) => element.textContent);
  expect(code).toContain("predict(X, threshold=0.50)");
  expect(code).toContain('run.model("LightGBM").decide(costs={"false_positive": 2.5, "false_negative": 1})');
  expect(root.querySelector(".ja-pairs")!.textContent).toContain("0,500");
  render(null, root);
  root.remove();
  link.close();
});
