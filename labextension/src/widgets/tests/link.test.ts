import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ask, Superseded } from "../ask.ts";
import { Link, RequestError } from "../link.ts";
import { FakeModel } from "./fakes.ts";

let link: Link;
let model: FakeModel;

beforeEach(() => {
  vi.useFakeTimers();
  model = new FakeModel({ n: 4, at: 1 });
});

afterEach(() => {
  link.close();
  vi.useRealTimers();
});

const flush = () => vi.advanceTimersByTimeAsync(0);

describe("a page's line to the kernel", () => {
  it("says hello and is live once it is answered", async () => {
    model.answer = ({ kind }) => (kind === "hello" ? { n: 7, at: 2 } : undefined);
    link = new Link(model);
    expect(link.life).toBe("connecting");
    await flush();
    expect(link.life).toBe("live");
    expect(link.state.n).toBe(7);
  });

  it("is gone when nobody answers, and keeps the snapshot", async () => {
    link = new Link(model);
    await vi.advanceTimersByTimeAsync(4100);
    expect(link.life).toBe("gone");
    expect(link.state).toEqual({ n: 4, at: 1 });
  });

  it("applies the next change and ignores an old one", async () => {
    link = new Link(model);
    model.deliver({ kind: "delta", body: { n: 5, set: { run: null } } });
    model.deliver({ kind: "delta", body: { n: 3, set: { run: "old" } } });
    expect(link.state.n).toBe(5);
    expect(link.state.run).toBeNull();
  });

  it("asks once for everything when a number is missing", async () => {
    model.answer = ({ kind }) => (kind === "resync" ? { n: 9, at: 3 } : undefined);
    link = new Link(model);
    model.deliver({ kind: "delta", body: { n: 8 } });
    model.deliver({ kind: "delta", body: { n: 9 } });
    expect(model.kinds().filter((kind) => kind === "resync")).toHaveLength(1);
    await flush();
    expect(link.state.n).toBe(9);
  });

  it("asks again for everything when the answer was lost too", async () => {
    link = new Link(model);
    model.deliver({ kind: "delta", body: { n: 8 } });
    const resyncs = () => model.kinds().filter((kind) => kind === "resync").length;
    expect(resyncs()).toBe(1);
    await vi.advanceTimersByTimeAsync(4500);
    expect(resyncs()).toBe(2);
  });

  it("says what it knows, and keeps it when that is all there is", async () => {
    model = new FakeModel({ n: 4, at: 1, channel: "k" });
    model.answer = ({ kind }) => (kind === "hello" ? { n: 4, at: 9, same: true } : undefined);
    link = new Link(model);
    expect(model.sent[0]!.body).toEqual({ n: 4, channel: "k" });
    await flush();
    expect(link.life).toBe("live");
    expect(link.state).toEqual({ n: 4, at: 9, channel: "k" });
  });

  it("does not go back to an answer that later changes overtook", async () => {
    model = new FakeModel({ n: 4, at: 1, channel: "k" });
    link = new Link(model);
    model.deliver({ kind: "delta", body: { n: 5, set: { run: null } } });
    model.deliver({ id: model.sent[0]!.id, ok: true, body: { n: 4, at: 1, channel: "k" } });
    await flush();
    expect(link.state.n).toBe(5);
  });

  it("gives the kernel's error to whoever asked", async () => {
    link = new Link(model);
    const asked = link.request("open", { source: "x" });
    const error = { code: "data_not_found", message: "There is no 'x'.", hint: "", context: {} };
    model.deliver({ id: model.sent.at(-1)!.id, ok: false, error });
    await expect(asked).rejects.toBeInstanceOf(RequestError);
  });

  it("insists until it is answered, and not after", async () => {
    link = new Link(model);
    const asked = link.insist("stop", { why: "enough" });
    const stops = () => model.sent.filter((message) => message.kind === "stop");
    await vi.advanceTimersByTimeAsync(7500);
    expect(stops().length).toBeGreaterThan(1);
    expect(new Set(stops().map((message) => JSON.stringify(message))).size).toBe(1);
    model.deliver({ id: stops()[0]!.id, ok: true, body: {} });
    await expect(asked).resolves.toEqual({});
    const n = stops().length;
    await vi.advanceTimersByTimeAsync(7500);
    expect(stops()).toHaveLength(n);
  });

  it("forgets a question that nobody wants the answer to any more", async () => {
    link = new Link(model);
    const parts: unknown[] = [];
    const { id, reply } = link.open("ask", { view: "t.one" }, (body) => parts.push(body));
    const refused = expect(reply).rejects.toMatchObject({ view: { code: "superseded" } });
    link.giveUp(id);
    await refused;
    expect(model.sent.at(-1)).toMatchObject({ kind: "ask_cancel", body: { ask: id } });
    model.deliver({ kind: "part", body: { ask: id, done: 0.5 } });
    model.deliver({ id, ok: true, body: {} });
    expect(parts).toEqual([]);
    const n = model.sent.length;
    link.giveUp(id);
    expect(model.sent).toHaveLength(n);
  });

  it("is done with a question that is aborted although no answer ever comes", async () => {
    link = new Link(model);
    const abort = new AbortController();
    const asked = expect(ask(link, "t.one", {}, { signal: abort.signal })).rejects;
    abort.abort();
    await asked.toBeInstanceOf(Superseded);
  });

  it("ignores replies to another page", () => {
    link = new Link(model);
    model.deliver({ id: "somebody-else.1", ok: true, body: {} });
    expect(link.state.n).toBe(4);
  });

  it("leaves nothing behind when it is closed", () => {
    link = new Link(model);
    link.close();
    expect(model.nListeners).toBe(0);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  });
});
