import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { arraysOf, ask, type Seen, Superseded, useView } from "../ask.ts";
import { Link } from "../link.ts";
import { useLink } from "../mount.tsx";
import { FakeModel, settle } from "./fakes.ts";

let model: FakeModel;
let link: Link;

beforeEach(async () => {
  model = new FakeModel({ n: 1, at: 1, channel: "c" });
  model.answer = ({ kind }) => (kind === "hello" ? { n: 1, at: 1, same: true } : undefined);
  link = new Link(model);
  await settle();
});

afterEach(() => link.close());

const last = (kind: string) => model.sent.filter((message) => message.kind === kind).at(-1)!;
const reply = (body: unknown, buffers: unknown[] = [], id = last("ask").id) =>
  model.deliver({ id, ok: true, body }, buffers);

describe("a question to the kernel", () => {
  it("brings its value and its arrays, wherever their bytes lie", async () => {
    const asked = ask<{ n: number }>(link, "t.one", { n: 3 });
    expect(last("ask").body).toMatchObject({ view: "t.one", args: { n: 3 }, have: "" });
    const whole = new ArrayBuffer(13);
    new Float32Array(whole.slice(0, 12)).forEach(() => undefined);
    const view = new DataView(whole, 1, 12);
    [1.5, 2.5, -1].forEach((x, index) => view.setFloat32(4 * index, x, true));
    const arrays = [{ name: "x", dtype: "<f4", shape: [3] }];
    reply({ etag: "v1", value: { n: 3 }, arrays }, [view]);
    const answer = await asked;
    expect(answer.value).toEqual({ n: 3 });
    expect([...(answer.arrays.x as Float32Array)]).toEqual([1.5, 2.5, -1]);
  });

  it("says what it has, and takes that when it is still right", async () => {
    const first = ask(link, "t.tag", { a: 1 });
    reply({ etag: "v1", value: "kept", arrays: [] });
    await first;
    const second = ask(link, "t.tag", { a: 1 });
    expect(last("ask").body.have).toBe("v1");
    reply({ etag: "v1", same: true });
    expect((await second).value).toBe("kept");
    void ask(link, "t.tag", { a: 2 });
    expect(last("ask").body.have).toBe("");
  });

  it("hears of parts before the answer, and not of those of others", async () => {
    const parts: unknown[] = [];
    const asked = ask(link, "t.parts", {}, { onPart: (part) => parts.push([part.done, part.value]) });
    const id = last("ask").id;
    model.deliver({ kind: "part", body: { ask: id, done: 0.5, value: "half", arrays: [] } });
    model.deliver({ kind: "part", body: { ask: "other", done: 0.5, value: "no", arrays: [] } });
    reply({ value: "all", arrays: [] });
    expect((await asked).value).toBe("all");
    model.deliver({ kind: "part", body: { ask: id, done: 0.9, value: "late", arrays: [] } });
    expect(parts).toEqual([[0.5, "half"]]);
  });

  it("knows when a newer one took its place", async () => {
    const asked = ask(link, "t.slot", {}, { slot: "s" });
    const error = { code: "superseded", message: "", hint: "", context: {} };
    model.deliver({ id: last("ask").id, ok: false, error });
    await expect(asked).rejects.toBeInstanceOf(Superseded);
  });

  it("tells the kernel when nobody wants the answer", () => {
    const abort = new AbortController();
    ask(link, "t.abort", {}, { signal: abort.signal }).catch(() => undefined);
    const id = last("ask").id;
    abort.abort();
    expect(last("ask_cancel").body).toEqual({ ask: id });
  });

  it("leaves out arrays of kinds that it does not know", () => {
    const arrays = [{ name: "x", dtype: "<i8", shape: [1] }];
    expect(arraysOf({ arrays } as never, [new ArrayBuffer(8)])).toEqual({});
  });
});

describe("a screen over a question", () => {
  let root: HTMLElement;
  let seen: Seen<string>;

  function Screen({ args }: { args: object | null }) {
    useLink(link);
    seen = useView<string>(link, "t.screen", args);
    return <p>{seen.answer?.value ?? seen.state}</p>;
  }

  const show = async (args: object | null): Promise<void> => {
    render(<Screen args={args} />, root);
    await settle();
  };

  beforeEach(() => {
    root = document.createElement("div");
    document.body.append(root);
  });

  afterEach(() => {
    render(null, root);
    root.remove();
  });

  it("draws the parts, then the answer, and at once when it comes back", async () => {
    await show({ model: "a" });
    expect(root.textContent).toBe("loading");
    model.deliver({
      kind: "part",
      body: { ask: last("ask").id, done: 0.3, value: "rough", arrays: [] },
    });
    await settle();
    expect(root.textContent).toBe("rough");
    reply({ etag: "e", value: "fine", arrays: [] });
    await settle();
    expect(root.textContent).toBe("fine");
    await show({ model: "b" });
    expect(root.textContent).toBe("loading");
    reply({ etag: "f", value: "other", arrays: [] });
    await settle();
    render(<Screen args={{ model: "a" }} />, root);
    await settle();
    expect(root.textContent).toBe("fine");
  });

  it("asks nothing without arguments, and once for the same ones", async () => {
    await show(null);
    expect(model.kinds()).not.toContain("ask");
    await show({ model: "a" });
    await show({ model: "a" });
    expect(model.kinds().filter((kind) => kind === "ask")).toHaveLength(1);
  });

  it("shows an error and asks again when told to", async () => {
    await show({});
    const error = { code: "run", message: "There is no run.", hint: "Start one.", context: {} };
    model.deliver({ id: last("ask").id, ok: false, error });
    await settle();
    expect(seen.state).toBe("failed");
    expect(seen.error?.message).toBe("There is no run.");
    seen.again();
    await settle();
    expect(model.kinds().filter((kind) => kind === "ask")).toHaveLength(2);
    reply({ value: "now", arrays: [] });
    await settle();
    expect(root.textContent).toBe("now");
  });

  it("gives up what nobody looks at any more", async () => {
    await show({ model: "a" });
    const id = last("ask").id;
    render(null, root);
    await settle();
    expect(last("ask_cancel").body).toEqual({ ask: id });
  });
});
