import { afterEach, describe, expect, it } from "vitest";

import { isolate, setWords, t } from "../messages.ts";

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
    setWords({ language: "de", messages: "ui-app-steps = Schritte" });
    expect(t("ui-app-steps")).toBe("Schritte");
    expect(t("ui-app-title")).toBe("AutoML");
    setWords(null);
    expect(t("ui-app-steps")).toBe("Steps");
  });

  it("is its key where there is no text: a page never breaks over a word", () => {
    expect(t("ui-no-such-text")).toBe("ui-no-such-text");
  });
});
