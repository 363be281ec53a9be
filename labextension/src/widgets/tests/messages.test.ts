import { afterEach, describe, expect, it } from "vitest";

import { addWords, isolate, type Pattern, setWords, t } from "../messages.ts";

afterEach(() => setWords(null));

describe("a text by its key", () => {
  it("takes its values as they are", () => {
    expect(t("ui-app-run", { name: "churn" })).toBe("run “churn”");
    expect(t("ui-app-run", { name: "{ $x } <b>" })).toBe("run “{ $x } <b>”");
  });

  it("isolates a name in another direction of writing, and nothing else", () => {
    expect(t("ui-app-run", { name: "שם\u202etxt" })).toBe("run “\u2068שםtxt\u2069”");
    for (const name of ["", "plain", "été", "名前", "−3.5"]) expect(isolate(name)).toBe(name);
  });

  it("is in another language where there is one, and English where that lacks it", () => {
    setWords({ language: "de", messages: { "ui-app-steps": "Schritte" } });
    expect(t("ui-app-steps")).toBe("Schritte");
    expect(t("ui-app-title")).toBe("AutoML");
    setWords(null);
    expect(t("ui-app-steps")).toBe("Steps");
  });

  it("chooses by number, by word, and by neither what it does not know", () => {
    const words = (pattern: Pattern) =>
      setWords({ language: "en", messages: { "ui-some": pattern } });
    words([["n", { "0": "none", one: "one row", other: [["n"], " rows"] }, "other"]]);
    expect([0, 1, 2, 1500, "x"].map((n) => t("ui-some", { n }))).toEqual([
      "none",
      "one row",
      "2 rows",
      "1,500 rows",
      "x rows",
    ]);
    words([["better", { larger: "up", smaller: "down" }, "smaller"], "!"]);
    expect(["larger", "smaller", "constructor", ""].map((better) => t("ui-some", { better }))).toEqual(
      ["up!", "down!", "down!", "down!"],
    );
    expect(t("ui-some")).toBe("down!");
    words(["of ", ["name"]]);
    expect(t("ui-some")).toBe("of {$name}");
    expect(t("ui-some", { name: 0.12345 })).toBe("of 0.123");
  });

  it("may come later, with a part of the page", () => {
    addWords({ "ui-late": "later" });
    expect(t("ui-late")).toBe("later");
  });

  it("is its key where there is no text: a page never breaks over a word", () => {
    expect(t("ui-no-such-text")).toBe("ui-no-such-text");
  });
});
