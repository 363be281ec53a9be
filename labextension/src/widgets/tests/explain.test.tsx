import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ExplainPanel } from "../components/explain/panel.tsx";
import { Link } from "../link.ts";
import { useLink } from "../mount.tsx";
import recording from "../testdata/run.json";
import type { ExplainFacts, Picture, RunView } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

const run = recording.last as unknown as RunView;

const about: ExplainFacts = {
  model: "Ensemble",
  method: "tree",
  n_rows: 2,
  labels: ["no", "yes"],
  features: ["age", "plan"],
  strongest: "age",
  first_row: 3,
  insights: [],
  lime: "",
};

const picture = (name: string): Picture => ({
  name,
  title: `The ${name}`,
  findings: [],
  x: { label: "", kind: "number", low: -1, high: 1, names: [], percent: false },
  y: { label: "", kind: "names", low: null, high: null, names: ["age"], percent: false },
  marks:
    name === "swarm"
      ? [{ type: "dots", x: [0.5], y: [0], tone: "accent", name: "", shade: null, rows: [41] }]
      : [],
  table: { columns: [], rows: [], more: 0 },
  note: "",
  picks: name === "swarm" ? "row" : "",
  square: false,
});

let model: FakeModel;
let link: Link;
let root: HTMLElement;
let told = about;

function Screen() {
  useLink(link);
  return <ExplainPanel link={link} run={run} />;
}

async function open() {
  model = new FakeModel({ n: 1, at: 1, channel: "c", run });
  model.answer = ({ kind, body }) => {
    if (kind === "hello") return { n: 1, at: 1, same: true };
    if (kind !== "ask") return undefined;
    const { view, args } = body as { view: string; args: { name?: string } };
    return { etag: "", value: view === "explain.overview" ? told : picture(args.name!) };
  };
  link = new Link(model);
  root = document.createElement("div");
  document.body.append(root);
  render(<Screen />, root);
  await settle();
  await settle();
}

const lastOf = (name: string) =>
  model.sent.map(({ body }) => body.args as Record<string, unknown>).filter((args) => args?.name === name).at(-1);

const unfold = async (title: RegExp) => {
  const fold = [...root.querySelectorAll("details")].find((one) => title.test(one.textContent!))!;
  fold.open = true;
  fold.dispatchEvent(new Event("toggle"));
  await settle();
  await settle();
};

beforeEach(async () => {
  told = about;
  await open();
});

afterEach(() => {
  render(null, root);
  root.remove();
  link.close();
});

describe("the explanation of a row", () => {
  it("is that of a dot of the swarm that is clicked, and comes into sight", async () => {
    const scrolled = vi.fn();
    Element.prototype.scrollIntoView = scrolled;
    root.querySelector<HTMLElement>("[role=option]")!.click();
    await settle();
    await settle();
    expect(lastOf("waterfall")).toMatchObject({ row: 41 });
    expect(scrolled).toHaveBeenCalledTimes(1);
    expect(root.querySelector<HTMLInputElement>(".ja-form-number")!.value).toBe("41");
  });

  it("is compared with LIME when somebody unfolds that", async () => {
    expect(lastOf("lime")).toBeUndefined();
    await unfold(/LIME/);
    expect(lastOf("lime")).toEqual({ name: "lime", model: "Ensemble", label: "", row: -1 });
    expect(root.textContent).toContain("The lime");
  });

  it("says how to get LIME where it is missing", async () => {
    render(null, root);
    told = { ...about, lime: "pip install something" };
    link.close();
    await open();
    await unfold(/LIME/);
    expect(lastOf("lime")).toBeUndefined();
    expect(root.textContent).toContain("pip install something");
  });
});

describe("of several classes", () => {
  it("the class that is shown as chosen is the one that is asked for", async () => {
    render(null, root);
    told = { ...about, labels: ["a", "b", "c"] };
    link.close();
    await open();
    const shown = [...root.querySelectorAll("select")].map((one) => one.value);
    expect(shown).toContain("c");
    expect(lastOf("waterfall")).toMatchObject({ label: "c" });
    expect(lastOf("swarm")).toMatchObject({ label: "c" });
  });
});
