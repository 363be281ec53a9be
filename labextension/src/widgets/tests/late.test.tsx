import { render } from "preact";
import { afterEach, describe, expect, it } from "vitest";

import * as whole from "../entries/late.tsx";
import { lazy, loadLate, setLate } from "../late.tsx";
import { Link } from "../link.ts";
import { SHARED } from "../shared.ts";
import type { WidgetState } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

const Late = lazy(() => () => <p>it is here</p>);

let root: HTMLElement;
let link: Link;

function draw(answer: FakeModel["answer"]): FakeModel {
  setLate(null);
  const model = new FakeModel({ seq: 0 } as WidgetState);
  model.answer = answer;
  link = new Link(model);
  root = document.createElement("div");
  document.body.append(root);
  render(<Late link={link} />, root);
  return model;
}

afterEach(() => {
  render(null, root);
  root.remove();
  link.close();
  setLate(whole);
});

const asksFor = (kind: string, body: Record<string, unknown>): boolean =>
  kind === "ask" && body.view === "page.late";

describe("the late part of a page", () => {
  it("is asked for once, whoever needs it, and says so meanwhile", async () => {
    const model = draw(() => undefined);
    await settle();
    loadLate(link).catch(() => undefined);
    expect(root.textContent).toBe("Opening.");
    expect(model.sent.filter(({ kind, body }) => asksFor(kind, body))).toHaveLength(1);
  });

  it("is not run where it is of another build, and can be asked for again", async () => {
    let build = "another";
    const model = draw(({ kind }) =>
      kind === "ask" ? { etag: "", arrays: [], value: { build, code: "throw 1" } } : undefined,
    );
    await settle();
    expect(root.querySelector("[role=alert]")!.textContent).toContain("another version");
    build = "yet another";
    root.querySelector("button")!.click();
    await settle();
    expect(model.sent.filter(({ kind, body }) => asksFor(kind, body))).toHaveLength(2);
    expect(root.querySelector("[role=alert]")).not.toBeNull();
  });

  it("is drawn as soon as it is there", async () => {
    draw(() => undefined);
    await settle();
    setLate(whole);
    render(<Late link={link} key="again" />, root);
    await settle();
    expect(root.textContent).toBe("it is here");
  });
});

describe("what the parts share", () => {
  it("is there by each name", () => {
    for (const [name, module] of Object.entries(SHARED)) {
      expect(Object.keys(module as object).length, name).toBeGreaterThan(0);
    }
  });
});
