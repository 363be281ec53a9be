import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { combined, crc32 } from "../crc.ts";
import upload from "../entries/upload.tsx";
import { Link, RequestError } from "../link.ts";
import { t } from "../messages.ts";
import type { UploadView, WidgetState } from "../types.gen.ts";
import { Cancelled, type Line, queueOf, type Source, Uploader } from "../uploader.ts";
import { FakeModel, settle } from "./fakes.ts";

const SLICE = 4;
const WINDOW = 2;
const LIMITS = { chunk_bytes: SLICE, window: WINDOW };
const TEXT = "0123456789abcdefghijklmnopqrstuvwxyz_";
const COUNT = Math.ceil(TEXT.length / SLICE);

/** A file; `fails` says of which reads the browser refuses. */
function fileOf(
  text = TEXT,
  name = "data.csv",
  read: (start: number, bytes: Uint8Array) => Uint8Array | Error = (_, bytes) => bytes,
): Source {
  const bytes = new TextEncoder().encode(text);
  return {
    name,
    size: bytes.length,
    lastModified: 7,
    slice: (start, end) => ({
      arrayBuffer: () => {
        const part = read(start, bytes.slice(start, end));
        if (part instanceof Error) return Promise.reject(part);
        return Promise.resolve(part.buffer as ArrayBuffer);
      },
    }),
  };
}

function refusal(code: string): RequestError {
  return new RequestError({ code, message: `refused: ${code}`, hint: "", context: {} });
}

interface Body {
  upload: string;
  index: number;
  crc: number;
  size: number;
}

interface Kept {
  print: string;
  slices: Map<number, Uint8Array>;
  size: number;
  whole: boolean;
}

type Fate = "lost" | "unanswered" | "fine" | RequestError;

/** A kernel that takes slices; `fate` says what becomes of a message. */
class Kernel implements Line {
  readonly uploads = new Map<string, Kept>();
  readonly log: { kind: string; index?: number }[] = [];
  most = 0;
  private open = 0;
  private made = 0;
  fate: (kind: string, index: number | undefined, time: number) => Fate;

  constructor(fate: Kernel["fate"] = () => "fine") {
    this.fate = fate;
  }

  request<T>(kind: string, given: object = {}, buffers?: ArrayBuffer[]): Promise<T> {
    const body = given as Body;
    const index = kind === "upload_chunk" ? body.index : undefined;
    this.log.push({ kind, ...(index === undefined ? {} : { index }) });
    const same = this.log.filter((one) => one.kind === kind && one.index === index);
    const fate = this.fate(kind, index, same.length);
    if (fate === "lost") return new Promise(() => undefined);
    if (fate instanceof RequestError) return Promise.reject(fate);
    this.open += index === undefined ? 0 : 1;
    this.most = Math.max(this.most, this.open);
    return Promise.resolve().then(() => {
      this.open -= index === undefined ? 0 : 1;
      const answer = this.answer(kind, body, buffers);
      return fate === "fine" ? (answer as T) : new Promise<T>(() => undefined);
    });
  }

  private answer(kind: string, body: Body, buffers?: ArrayBuffer[]): unknown {
    if (kind === "upload_start") {
      const print = JSON.stringify(body);
      for (const [upload, kept] of this.uploads) {
        if (kept.print === print && !kept.whole) return { upload, missing: missing(kept) };
      }
      this.made += 1;
      const kept: Kept = { print, slices: new Map(), size: body.size, whole: false };
      this.uploads.set(`u${this.made}`, kept);
      return { upload: `u${this.made}`, missing: missing(kept) };
    }
    if (kind === "upload_cancel") {
      this.uploads.delete(body.upload);
      return {};
    }
    const kept = this.uploads.get(body.upload);
    if (!kept) throw refusal("upload_unknown");
    if (kind === "upload_status") return { missing: missing(kept) };
    if (kind === "upload_finish") {
      if (missing(kept).length > 0) throw refusal("upload");
      if (crc32(contentOf(kept)) !== body.crc) throw refusal("upload_broken");
      kept.whole = true;
      return {};
    }
    // As over a wire: what the page does to its own bytes later must not matter.
    const data = new Uint8Array(buffers![0]!).slice();
    if (crc32(data) !== body.crc) throw refusal("upload_damaged");
    kept.slices.set(body.index, data);
    return { index: body.index };
  }

  count(kind: string, index?: number): number {
    return this.log.filter((one) => one.kind === kind && (index ?? one.index) === one.index).length;
  }

  get content(): string[] {
    const whole = [...this.uploads.values()].filter((kept) => kept.whole);
    return whole.map((kept) => new TextDecoder().decode(contentOf(kept)));
  }
}

function missing(kept: Kept): [number, number][] {
  const all = Array.from({ length: Math.ceil(kept.size / SLICE) }, (_, index) => index);
  return all.filter((index) => !kept.slices.has(index)).map((index) => [index, index]);
}

function contentOf(kept: Kept): Uint8Array {
  const parts = [...kept.slices.entries()].sort(([a], [b]) => a - b);
  return Uint8Array.from(parts.flatMap(([, data]) => [...data]));
}

/** Let time pass until a promise is settled; what it gave, or why it failed. */
async function over<T>(promise: Promise<T>, mostMs = 600_000): Promise<T | unknown> {
  let outcome: { value: unknown } | null = null;
  promise.then(
    (value) => (outcome = { value }),
    (problem) => (outcome = { value: problem }),
  );
  for (let waited = 0; outcome === null; waited += 100) {
    if (waited > mostMs) throw new Error("it never came to an end");
    await vi.advanceTimersByTimeAsync(100);
  }
  return (outcome as { value: unknown }).value;
}

describe("a checksum", () => {
  /** One bit at a time, as it is defined. */
  const slow = (bytes: Uint8Array): number => {
    let crc = ~0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    }
    return ~crc >>> 0;
  };
  const bytes = Uint8Array.from({ length: 200 }, (_, at) => (at * 151 + 89) % 256);

  it("is zlib's", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    for (let end = 0; end < 40; end += 1) {
      expect(crc32(bytes.subarray(3, end + 3))).toBe(slow(bytes.subarray(3, end + 3)));
    }
  });

  it("can go on", () => {
    for (let cut = 0; cut <= bytes.length; cut += 7) {
      const half = crc32(bytes.subarray(0, cut));
      expect(crc32(bytes.subarray(cut), half)).toBe(slow(bytes));
    }
  });

  it("of a whole follows from those of its slices", () => {
    for (const size of [1, 3, 8, 64, 199, 200, 500]) {
      const parts: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
      const crcs = parts.map((part) => crc32(part));
      expect(combined(crcs, size, parts.at(-1)!.length)).toBe(slow(bytes));
    }
    expect(combined([], 8, 8)).toBe(0);
  });

  it("of more than 4 GiB follows as well", () => {
    const zeros = (wanted: number): number => {
      let crc = crc32(new Uint8Array(1));
      for (let size = 1; size < wanted; size *= 2) crc = combined([crc, crc], size, size);
      return crc;
    };
    const a = crc32(new TextEncoder().encode("a"));
    const half = zeros(2 ** 32);
    const front = combined([a, half], 1, 2 ** 32);
    const back = combined([a, zeros(2 ** 33)], 1, 2 ** 33);
    expect(combined([front, half], 2 ** 32 + 1, 2 ** 32)).toBe(back);
  });
});

describe("an upload", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("arrives whole, a few slices at a time, with progress", async () => {
    const kernel = new Kernel();
    const progress: number[] = [];
    const uploader: Uploader = new Uploader(kernel, fileOf(), LIMITS, () =>
      progress.push(uploader.sent),
    );
    expect(await over(uploader.send())).toBeUndefined();
    expect(kernel.content).toEqual([TEXT]);
    expect(kernel.most).toBe(WINDOW);
    expect(kernel.count("upload_chunk")).toBe(COUNT);
    expect(kernel.count("upload_status")).toBe(0);
    expect(progress.at(-1)).toBe(TEXT.length);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it("gives the memory of a slice back once its own message is answered", async () => {
    const sizes = new Map<ArrayBuffer, number>();
    const transfer = vi.fn(function (this: ArrayBuffer, size: number) {
      sizes.set(this, size);
    });
    const file = fileOf();
    const slice = file.slice.bind(file);
    file.slice = (start, end) => ({
      arrayBuffer: async () => Object.assign(await slice(start, end).arrayBuffer(), { transfer }),
    });
    const kernel = new Kernel((_, index) => (index === 2 ? "unanswered" : "fine"));
    await over(new Uploader(kernel, file, LIMITS).send());
    expect(kernel.content).toEqual([TEXT]);
    // Nobody knows whether the one without an answer has left the page.
    expect(transfer).toHaveBeenCalledTimes(COUNT - 1);
    expect(new Set(sizes.values())).toEqual(new Set([0]));
  });

  it("sends again what was lost, and only that", async () => {
    const kernel = new Kernel((_, index, time) => (index === 2 && time === 1 ? "lost" : "fine"));
    await over(new Uploader(kernel, fileOf(), LIMITS).send());
    expect(kernel.content).toEqual([TEXT]);
    expect(kernel.count("upload_chunk", 2)).toBe(2);
    expect(kernel.count("upload_chunk")).toBe(COUNT + 1);
    expect(kernel.count("upload_status")).toBe(1);
  });

  it("does not send again what arrived when only the answer was lost", async () => {
    const kernel = new Kernel((_, index) => (index === 2 || index === 5 ? "unanswered" : "fine"));
    await over(new Uploader(kernel, fileOf(), LIMITS).send());
    expect(kernel.content).toEqual([TEXT]);
    expect(kernel.count("upload_chunk")).toBe(COUNT);
  });

  it("goes on after a connection that was cut for minutes, and sends nothing into it", async () => {
    const until = Date.now() + 180_000;
    let cut = false;
    const kernel = new Kernel((_, index) => {
      if (index === 4) cut = true;
      return cut && Date.now() < until ? "lost" : "fine";
    });
    const uploader = new Uploader(kernel, fileOf(), LIMITS);
    const sending = uploader.send();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(uploader.stalled).toBe(true);
    expect(await over(sending)).toBeUndefined();
    expect(kernel.content).toEqual([TEXT]);
    // At most the window was lost, and the questions got rare: 1, 2, 4, 8, then 15 s.
    expect(kernel.count("upload_chunk")).toBeLessThanOrEqual(COUNT + WINDOW);
    expect(kernel.count("upload_status")).toBeGreaterThan(8);
    expect(kernel.count("upload_status")).toBeLessThan(20);
    expect(uploader.stalled).toBe(false);
  });

  it("goes on at once when it is told that the connection is back", async () => {
    let cut = true;
    const kernel = new Kernel((kind) => (cut && kind !== "upload_start" ? "lost" : "fine"));
    const uploader = new Uploader(kernel, fileOf(), LIMITS);
    const sending = uploader.send();
    await vi.advanceTimersByTimeAsync(60_000);
    cut = false;
    uploader.nudge();
    await vi.advanceTimersByTimeAsync(100);
    await sending;
    expect(kernel.content).toEqual([TEXT]);
  });

  it("waits where no kernel answers, and starts over with the next one", async () => {
    let alive = true;
    const kernel = new Kernel((_, index) => {
      if (index === 3) alive = false;
      return alive ? "fine" : refusal("no_kernel");
    });
    const sending = new Uploader(kernel, fileOf(), LIMITS).send();
    await vi.advanceTimersByTimeAsync(40_000);
    kernel.uploads.clear();
    kernel.fate = () => "fine";
    expect(await over(sending)).toBeUndefined();
    expect(kernel.content).toEqual([TEXT]);
    expect(kernel.count("upload_start")).toBe(2);
  });

  it("gives up when the kernel forgets it again and again", async () => {
    const kernel = new Kernel((_, index) => (index === 3 ? refusal("upload_unknown") : "fine"));
    const problem = await over(new Uploader(kernel, fileOf(), LIMITS).send());
    expect(problem).toMatchObject({ view: { code: "upload_unknown" } });
    expect(kernel.count("upload_start")).toBe(3);
  });

  it("takes an answer to its announcement however late it is", async () => {
    const kernel = new Kernel();
    const answers: (() => void)[] = [];
    const slow: Line = {
      request: <T>(kind: string, body?: object, buffers?: ArrayBuffer[]): Promise<T> => {
        if (kind !== "upload_start") return kernel.request<T>(kind, body, buffers);
        return new Promise<T>((resolve) =>
          answers.push(() => resolve(kernel.request<T>(kind, body))),
        );
      },
    };
    const sending = new Uploader(slow, fileOf(), LIMITS).send();
    await vi.advanceTimersByTimeAsync(50_000);
    expect(answers.length).toBeGreaterThan(3);
    answers[0]!();
    expect(await over(sending)).toBeUndefined();
    expect(kernel.content).toEqual([TEXT]);
  });

  it("goes on after the page was loaded again, with the same file only", async () => {
    const kernel = new Kernel();
    const first: Uploader = new Uploader(kernel, fileOf(), LIMITS, () => {
      if (first.sent >= 3 * SLICE) first.stop();
    });
    expect(await over(first.send())).toBeInstanceOf(Cancelled);
    expect(kernel.count("upload_cancel")).toBe(0);
    const before = kernel.count("upload_chunk");
    expect(before).toBeLessThan(COUNT);
    const other = fileOf(TEXT.replace("0", "X"));
    expect(await over(new Uploader(kernel, other, LIMITS).send())).toBeUndefined();
    const between = kernel.count("upload_chunk");
    expect(between - before).toBe(COUNT);
    expect(await over(new Uploader(kernel, fileOf(), LIMITS).send())).toBeUndefined();
    expect(kernel.count("upload_chunk") - between).toBe(COUNT - before);
    expect(kernel.content).toEqual([TEXT, TEXT.replace("0", "X")]);
  });

  it("sends a damaged slice again, but not for ever", async () => {
    const some = new Kernel((_, index, time) =>
      index === 1 && time < 4 ? refusal("upload_damaged") : "fine",
    );
    expect(await over(new Uploader(some, fileOf(), LIMITS).send())).toBeUndefined();
    const all = new Kernel((_, index) => (index === 1 ? refusal("upload_damaged") : "fine"));
    const problem = await over(new Uploader(all, fileOf(), LIMITS).send());
    expect(problem).toMatchObject({ view: { code: "upload_damaged" } });
    expect(all.count("upload_chunk", 1)).toBe(5);
  });

  it("says that a file changed while it was being sent, and has it forgotten", async () => {
    const gone = new DOMException("could not be read", "NotReadableError");
    const ways: [string, Source][] = [
      ["upload_changed", fileOf(TEXT, "a", (start, bytes) => (start === 12 ? gone : bytes))],
      ["upload_changed", fileOf(TEXT, "a", (at, bytes) => (at === 12 ? bytes.slice(1) : bytes))],
      ["upload_unreadable", fileOf(TEXT, "a", (at, b) => (at === 12 ? new Error("moved") : b))],
    ];
    for (const [code, file] of ways) {
      const kernel = new Kernel();
      const problem = await over(new Uploader(kernel, file, LIMITS).send());
      expect(problem).toMatchObject({ view: { code } });
      expect(kernel.count("upload_cancel")).toBe(1);
      expect(kernel.uploads.size).toBe(0);
    }
  });

  it("notices a slice that is another one when it is read again", async () => {
    let reads = 0;
    const file = fileOf(TEXT, "a", (start, bytes) => {
      if (start !== 8) return bytes;
      reads += 1;
      return reads === 1 ? bytes : bytes.map((byte) => byte + 1);
    });
    const kernel = new Kernel((_, index, time) => (index === 2 && time === 1 ? "lost" : "fine"));
    const problem = await over(new Uploader(kernel, file, LIMITS).send());
    expect(problem).toMatchObject({ view: { code: "upload_changed" } });
  });

  it("can be cancelled in the middle", async () => {
    const kernel = new Kernel();
    const uploader: Uploader = new Uploader(kernel, fileOf(), LIMITS, () => {
      if (uploader.sent >= 2 * SLICE) uploader.cancel();
    });
    expect(await over(uploader.send())).toBeInstanceOf(Cancelled);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kernel.uploads.size).toBe(0);
    expect(kernel.count("upload_finish")).toBe(0);
    const { length } = kernel.log;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kernel.log.length).toBe(length);
  });

  it("can be cancelled before the kernel has named it", async () => {
    const kernel = new Kernel();
    const uploader = new Uploader(kernel, fileOf(), LIMITS);
    const sending = uploader.send();
    while (kernel.count("upload_start") === 0) await Promise.resolve();
    uploader.cancel();
    expect(await over(sending)).toBeInstanceOf(Cancelled);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kernel.uploads.size).toBe(0);
    expect(kernel.count("upload_chunk")).toBe(0);
  });

  it("stops at an error that sending again does not help", async () => {
    const kernel = new Kernel((_, index) => (index === 3 ? refusal("upload_broken") : "fine"));
    const problem = await over(new Uploader(kernel, fileOf(), LIMITS).send());
    expect(problem).toMatchObject({ view: { code: "upload_broken" } });
    expect(kernel.count("upload_chunk", 3)).toBe(1);
  });
});

const VIEW: UploadView = {
  files: [],
  chunk_bytes: SLICE,
  window: WINDOW,
  max_bytes: 1000,
  sealed: false,
  paths: true,
};
const MARKUP = "<img src=x onerror=alert(1)>.csv";

/** A model whose kernel takes uploads. */
function modelOf(kernel: Kernel, view: UploadView = VIEW): FakeModel {
  const state: WidgetState = { n: 1, at: 1_000_000, channel: "c", upload: view };
  const model = new FakeModel(state);
  model.answer = ({ id, kind, body, buffers }) => {
    if (kind === "hello") return state;
    if (!kind.startsWith("upload_") || kind === "upload_path") return undefined;
    kernel.request(kind, body, buffers).then(
      (answer) => model.deliver({ id, ok: true, body: answer }),
      (problem) => model.deliver({ id, ok: false, error: (problem as RequestError).view }),
    );
    return undefined;
  };
  return model;
}

describe("the queue of a page", () => {
  const links: Link[] = [];
  const open = (kernel: Kernel, view?: UploadView) => {
    const link = new Link(modelOf(kernel, view));
    links.push(link);
    return { link, queue: queueOf(link) };
  };
  afterEach(() => {
    for (const link of links.splice(0)) link.close();
  });
  const phases = (queue: { items: readonly { phase: string }[] }) =>
    queue.items.map((item) => item.phase);

  it("is one a page, and sends one file after another", async () => {
    const kernel = new Kernel();
    const { link, queue } = open(kernel);
    expect(queueOf(link)).toBe(queue);
    queue.add([fileOf("first file"), fileOf("second file", "b.csv")]);
    expect(phases(queue)).toEqual(["sending", "waiting"]);
    await expect.poll(() => phases(queue)).toEqual(["done", "done"]);
    expect(kernel.content).toEqual(["first file", "second file"]);
    const order = kernel.log.map(({ kind }) => kind).filter((kind) => kind !== "upload_chunk");
    const one = ["upload_start", "upload_finish"];
    expect(order).toEqual([...one, ...one]);
  });

  it("says of each file why it is not sent, before anything is", async () => {
    const kernel = new Kernel();
    const { queue } = open(kernel);
    queue.add([fileOf("x".repeat(1001), "big.csv"), fileOf("", "none.csv"), fileOf("fine")]);
    await expect.poll(() => phases(queue)).toEqual(["failed", "failed", "done"]);
    expect(queue.items.map((item) => item.error?.message ?? "")).toEqual([
      t("ui-upload-too-large", { name: "big.csv", size: "1001 B", most: "1000 B" }),
      t("ui-upload-empty", { name: "none.csv" }),
      "",
    ]);
    expect(kernel.content).toEqual(["fine"]);
    queue.add([fileOf("x".repeat(1000), "exact.csv")]);
    await expect.poll(() => phases(queue)).toEqual(["done"]);
  });

  it("lets waiting files be removed and the active one be cancelled", async () => {
    const kernel = new Kernel((_, index) => (index === 1 ? "lost" : "fine"));
    const { queue } = open(kernel);
    queue.add([fileOf(), fileOf("second", "b.csv"), fileOf("abc", "c.csv")]);
    await expect.poll(() => kernel.count("upload_chunk")).toBeGreaterThan(1);
    const [active, waiting] = queue.items;
    queue.remove(waiting!.id);
    queue.remove(active!.id);
    queue.remove(12345);
    await expect.poll(() => phases(queue)).toEqual(["done"]);
    expect(kernel.content).toEqual(["abc"]);
    expect(kernel.uploads.size).toBe(1);
    queue.remove(queue.items[0]!.id);
    await expect.poll(() => kernel.uploads.size).toBe(0);
  });

  it("goes on with the next file after one that failed", async () => {
    const kernel = new Kernel();
    const { queue } = open(kernel);
    const bad = fileOf(TEXT, "bad.csv", () => new DOMException("x", "NotReadableError"));
    queue.add([bad, fileOf("good", "b.csv")]);
    await expect.poll(() => phases(queue)).toEqual(["failed", "done"]);
    expect(queue.items[0]!.error!.message).toBe(t("ui-upload-changed", { name: "bad.csv" }));
  });

  it("stops with the page and leaves to the kernel what arrived", async () => {
    const kernel = new Kernel((_, index) => (index === 3 ? "lost" : "fine"));
    const { link, queue } = open(kernel);
    queue.add([fileOf(), fileOf("second", "b.csv")]);
    await expect.poll(() => kernel.count("upload_chunk", 3)).toBe(1);
    link.close();
    await settle();
    expect(kernel.count("upload_cancel")).toBe(0);
    expect(kernel.count("upload_start")).toBe(1);
    expect(kernel.uploads.size).toBe(1);
  });

  it("cuts names that nobody could read", async () => {
    const { queue } = open(new Kernel());
    queue.add([fileOf("", "x".repeat(10_000))]);
    expect(queue.items[0]!.name.length).toBe(120);
    expect(queue.items[0]!.error!.message.length).toBeLessThan(200);
  });
});

describe("the upload widget", () => {
  const closes: (() => void)[] = [];
  afterEach(() => {
    for (const close of closes.splice(0)) close();
    document.body.replaceChildren();
  });

  async function show(kernel: Kernel, view: UploadView = VIEW) {
    const model = modelOf(kernel, view);
    const el = document.createElement("div");
    document.body.append(el);
    closes.push(upload.render({ model, el }));
    await settle();
    const choose = async (...files: Source[]): Promise<void> => {
      const input = el.querySelector<HTMLInputElement>("input[type=file]")!;
      Object.defineProperty(input, "files", { value: files, configurable: true });
      input.dispatchEvent(new Event("change", { bubbles: true }));
      await settle();
    };
    const button = (label: string) =>
      [...el.querySelectorAll("button")].find((b) => b.textContent!.trim() === label);
    return { el, model, choose, button };
  }

  it("tells the limit before anything is chosen, and takes several files", async () => {
    const { el } = await show(new Kernel(), { ...VIEW, max_bytes: 2 ** 31, sealed: true });
    expect(el.textContent).toContain(t("ui-upload-drop", { most: "2.0 GiB" }));
    expect(el.textContent).toContain(t("ui-upload-sealed"));
    expect(el.querySelector<HTMLInputElement>("input[type=file]")!.multiple).toBe(true);
    expect(t("ui-upload-choose")).toBe("Upload files");
  });

  it("shows each file with its progress and in words, names as text", async () => {
    const kernel = new Kernel((_, index = 0) => (index >= 2 ? "lost" : "fine"));
    const { el, choose } = await show(kernel);
    await choose(fileOf(TEXT, MARKUP), fileOf("later", "\u202egnp.csv"));
    await expect.poll(() => el.querySelector("progress")?.value).toBe(2 * SLICE);
    const items = [...el.querySelectorAll("li")];
    expect(items).toHaveLength(2);
    expect(items[0]!.textContent).toContain(MARKUP);
    expect(items[0]!.textContent).toContain(t("ui-upload-sending", { sent: "8 B", size: "37 B" }));
    expect(items[1]!.textContent).toContain(t("ui-upload-waiting", { sent: "0 B", size: "5 B" }));
    expect(items[1]!.querySelector("bdi")!.textContent).toBe("\u202egnp.csv");
    expect(el.querySelector("progress")!.getAttribute("aria-label")).toBe(MARKUP);
    expect(el.querySelector("img")).toBeNull();
  });

  it("says that a file is all there, and removes it on request", async () => {
    const kernel = new Kernel();
    const { el, choose, button } = await show(kernel);
    await choose(fileOf("abc", "c.csv"));
    await expect.poll(() => el.textContent).toContain(t("ui-upload-done", { size: "3 B" }));
    button(t("ui-upload-remove"))!.click();
    await expect.poll(() => kernel.uploads.size).toBe(0);
    expect(el.querySelector("li")).toBeNull();
  });

  it("offers to go on with what arrived earlier, and to discard it", async () => {
    const part = { upload: "u9", name: MARKUP, size: 40, received_bytes: 12, path: "" };
    const file = { ...part, status: "receiving" as const, message: "", hint: "" };
    const failed = { ...file, upload: "u8", status: "failed" as const, message: "It changed." };
    const { el, model, button } = await show(new Kernel(), { ...VIEW, files: [file, failed] });
    expect(el.textContent).toContain(t("ui-upload-elsewhere", { sent: "12 B", size: "40 B" }));
    expect(el.querySelector("[role=alert]")!.textContent).toContain("It changed.");
    button(t("ui-upload-discard"))!.click();
    expect(model.sent.at(-1)).toMatchObject({ kind: "upload_cancel", body: { upload: "u9" } });
    await settle();
    expect(el.textContent).not.toContain(t("ui-upload-elsewhere", { sent: "12 B", size: "40 B" }));
    expect(el.querySelector("img")).toBeNull();
  });

  it("sends a path of the server and shows what is wrong with it", async () => {
    const { el, model, button } = await show(new Kernel());
    const input = el.querySelector<HTMLInputElement>("input[type=text]")!;
    input.value = "data/x.csv";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    button(t("ui-upload-path-take"))!.click();
    const sent = model.sent.at(-1)!;
    expect(sent).toMatchObject({ kind: "upload_path", body: { path: "data/x.csv" } });
    const error = { code: "data_not_found", message: "Nowhere.", hint: "Look.", context: {} };
    model.deliver({ id: sent.id, ok: false, error });
    await settle();
    expect(el.querySelector("[role=alert]")!.textContent).toContain("Nowhere. Look.");
  });

  it("has no field for paths where they are not taken", async () => {
    const { el } = await show(new Kernel(), { ...VIEW, paths: false });
    expect(el.querySelector("input[type=text]")).toBeNull();
  });

  it("says that a folder cannot be sent", async () => {
    const { el } = await show(new Kernel());
    const item = {
      kind: "file",
      webkitGetAsEntry: () => ({ isDirectory: true, name: MARKUP }),
      getAsFile: () => null,
    };
    const drop = new Event("drop", { bubbles: true, cancelable: true });
    Object.defineProperty(drop, "dataTransfer", { value: { items: [item] } });
    el.querySelector(".ja-drop")!.dispatchEvent(drop);
    await settle();
    expect(drop.defaultPrevented).toBe(true);
    expect(el.querySelector("[role=alert]")!.textContent).toContain(
      t("ui-upload-folder", { name: MARKUP }),
    );
  });

  it("draws a snapshot that an older version wrote", async () => {
    const old = { status: "empty", max_bytes: 1000 } as unknown as UploadView;
    const { el } = await show(new Kernel(), old);
    expect(el.querySelector("input[type=file]")).not.toBeNull();
  });
});
