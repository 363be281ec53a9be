import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { BatchPanel } from "../components/batch/panel.tsx";
import { Link } from "../link.ts";
import { useLink } from "../mount.tsx";
import type { BatchFileView, BatchView } from "../types.gen.ts";
import { FakeModel, settle } from "./fakes.ts";

const MARKUP = "<img src=x onerror=alert(1)>.csv";

const file = (more: Partial<BatchFileView> = {}): BatchFileView => ({
  upload: "u1",
  name: MARKUP,
  status: "done",
  model: "LightGBM",
  place: 0,
  n_done: 3,
  n_rows: 3,
  n_failed: 0,
  seconds: 1.25,
  problems: [],
  error: null,
  ...more,
});

const batch = (files: BatchFileView[], max_bytes = 1000): BatchView => ({
  upload: {
    files: files.map(({ upload, name }) => ({
      upload,
      name,
      size: 10,
      received_bytes: 10,
      status: "done",
      path: "",
      message: "",
      hint: "",
    })),
    chunk_bytes: 4,
    window: 2,
    max_bytes: 100,
    sealed: false,
    paths: false,
  },
  files,
  max_bytes,
});

let model: FakeModel;
let link: Link;
let el: HTMLElement;
let size = 7;
const content = new TextEncoder().encode("a,b\n1,2");
const saved: { name: string; blob: Blob }[] = [];

function Shown() {
  useLink(link);
  return <BatchPanel link={link} />;
}

function show(view: BatchView): Promise<void> {
  model = new FakeModel({ n: 1, at: 1, channel: "c", batch: view });
  const send = model.send.bind(model);
  model.answer = ({ kind }) => {
    if (kind === "hello") return { n: 1, at: 1, same: true };
    if (kind === "batch_save") return { name: "new-predicted.csv", size, path: "" };
    if (kind === "batch_preview") {
      return { columns: ["y_predicted", MARKUP], rows: [["yes", null]], n_added: 1, n_columns: 40 };
    }
    if (kind === "batch_upload_start") return { upload: "u9", missing: [[0, 1]] };
    if (/^batch_(upload|start|cancel|remove)/.test(kind)) return {};
    return undefined;
  };
  model.send = (message, callbacks, buffers) => {
    send(message, callbacks, buffers);
    const { id, kind, body } = message as { id: string; kind: string; body: { offset: number } };
    if (kind !== "batch_read") return;
    // A buffer may be a view into a larger one.
    const part = new DataView(content.buffer, body.offset, Math.min(3, 7 - body.offset));
    queueMicrotask(() => model.deliver({ id, ok: true, body: { offset: body.offset } }, [part]));
  };
  link = new Link(model);
  el = document.createElement("div");
  document.body.append(el);
  render(<Shown />, el);
  return settle();
}

beforeEach(() => {
  size = 7;
  saved.length = 0;
  const blobs = new Map<string, Blob>();
  vi.stubGlobal("URL", {
    createObjectURL: (blob: Blob) => {
      blobs.set(`blob:${blobs.size}`, blob);
      return `blob:${blobs.size - 1}`;
    },
    revokeObjectURL: () => undefined,
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    saved.push({ name: this.download, blob: blobs.get(this.href)! });
  });
});

afterEach(() => {
  render(null, el);
  link.close();
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const button = (text: RegExp) =>
  [...el.querySelectorAll("button")].find((one) => text.test(one.textContent!))!;
const change = (files: BatchFileView[]): Promise<void> => {
  const n = (link.state.n ?? 0) + 1;
  model.deliver({ kind: "delta", body: { n, set: { batch: batch(files) } } });
  return settle();
};

describe("a file of rows to predict", () => {
  it("is sent under names of its own, not as a table to learn from", async () => {
    await show(batch([]));
    const input = el.querySelector<HTMLInputElement>("input[type=file]")!;
    const chosen = new File(["12345678"], "new.csv");
    Object.defineProperty(input, "files", { value: [chosen] });
    input.dispatchEvent(new Event("change", { bubbles: true }));
    await expect.poll(() => model.kinds()).toContain("batch_upload_finish");
    expect(model.kinds().filter((kind) => kind.startsWith("upload_"))).toEqual([]);
    expect(el.querySelectorAll(".ja-uploads li").length).toBe(1);
    await change([file({ upload: "u9", status: "waiting" })]);
    expect(el.querySelector(".ja-uploads")).toBeNull();
    expect(el.querySelectorAll(".ja-batch-files > li").length).toBe(1);
    expect(el.textContent).toContain("waits for its turn");
  });

  it("shows how far it is and can be given up", async () => {
    await show(batch([file({ status: "working", n_done: 0, n_rows: 0 })]));
    expect(el.querySelector("progress")!.hasAttribute("value")).toBe(false);
    await change([file({ status: "working", n_done: 20_000, n_rows: 50_000 })]);
    expect(el.querySelector("progress")!.value).toBe(20_000);
    expect(el.textContent).toContain("20,000 of 50,000 rows");
    button(/Give up/).click();
    await settle();
    expect(model.sent.at(-1)).toMatchObject({ kind: "batch_cancel", body: { upload: "u1" } });
  });

  it("says its place in line while others are predicted, and can be given up", async () => {
    await show(batch([file({ status: "waiting", place: 3 })]));
    const words = () => el.querySelector(".ja-upload-words")!.textContent;
    expect(words()).toBe("waits for its turn: number 3 in line");
    expect(el.querySelector("[aria-live]")!.textContent).toContain("number 3 in line");
    await change([file({ status: "waiting", place: 1 })]);
    expect(words()).toBe("waits for its turn: next in line");
    button(/Give up/).click();
    await settle();
    expect(model.sent.at(-1)).toMatchObject({ kind: "batch_cancel", body: { upload: "u1" } });
    await change([file({ status: "cancelled" })]);
    expect(words()).toBe("was given up");
    expect(el.textContent).not.toContain("in line");
  });

  it("shows its first rows as text, what was added first", async () => {
    await show(batch([file({ n_failed: 2, problems: ["Rows 1 to 2: no number."] })]));
    await settle();
    expect(el.textContent).toContain("3 rows, predicted by LightGBM");
    expect(el.textContent).toContain("2 rows could not be read");
    expect(el.textContent).toContain("Rows 1 to 2: no number.");
    const heads = [...el.querySelectorAll("th")].map((head) => head.textContent);
    expect(heads).toEqual(["y_predictedadded", MARKUP]);
    expect(el.textContent).toContain("2 of 40 columns");
    expect(el.querySelector("img")).toBeNull();
  });

  it("is saved whole, slice by slice", async () => {
    await show(batch([file()]));
    button(/Save as CSV/).click();
    await expect.poll(() => saved.length).toBe(1);
    expect(saved[0]!.name).toBe("new-predicted.csv");
    expect(await saved[0]!.blob.text()).toBe("a,b\n1,2");
    const asked = model.sent.filter(({ kind }) => kind === "batch_read");
    expect(asked.map(({ body }) => body.offset)).toEqual([0, 3, 6]);
    expect(asked[0]!.body).toMatchObject({ upload: "u1", format: "csv" });
    await settle();
    expect(el.textContent).toContain("among your downloads");
  });

  it("stays on the server where it is too large", async () => {
    size = 2000;
    await show(batch([file()]));
    button(/Save as Parquet/).click();
    await settle();
    expect(model.kinds()).not.toContain("batch_read");
    expect(saved).toEqual([]);
    expect(el.textContent).toContain("more than a page should save");
  });

  it("says what is wrong with it, and can be predicted again or removed", async () => {
    const error = { code: "prediction", message: `No ${MARKUP}.`, hint: "Add it.", context: {} };
    await show(batch([file({ status: "failed", error })]));
    expect(el.querySelector("[role=alert]")!.textContent).toContain(`No ${MARKUP}. Add it.`);
    button(/Predict again/).click();
    button(/Remove/).click();
    await settle();
    expect(model.kinds().slice(-2)).toEqual(["batch_start", "batch_remove"]);
  });

  it("is not offered where the kernel does not know it", async () => {
    await show(batch([]));
    model.deliver({ kind: "delta", body: { n: 2, set: { batch: undefined } } });
    await settle();
    expect(el.querySelector(".ja-batch")).toBeNull();
  });
});
