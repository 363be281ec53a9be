// Sends files in slices, a few at a time, and again what got lost.

import { combined, crc32 } from "./crc.ts";
import { type Link, noKernel, RequestError } from "./link.ts";
import { t } from "./messages.ts";
import type { ErrorView, UploadView } from "./types.gen.ts";
import { formatBytes } from "./words.ts";

/** How long nothing is heard before the kernel is asked what arrived, and how long at most. */
const FIRST_MS = 1000;
const MOST_MS = 15_000;
/** How often a file is begun again because the kernel has forgotten it. */
const MOST_STARTS = 3;
/** How often a slice is sent again because it was damaged. */
const MOST_DAMAGED = 5;
const REDRAW_MS = 250;
/** Of a name that is shown. */
const MOST_LETTERS = 120;

type Range = [first: number, last: number];

interface Started {
  upload: string;
  missing: Range[];
}

interface Flight {
  number: number;
  resolve: (arrived: boolean) => void;
  reject: (problem: unknown) => void;
}

export interface Source {
  name: string;
  size: number;
  lastModified?: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** The part of a link that an upload needs. */
export type Line = Pick<Link, "request">;

export class Cancelled extends Error {}

/** Sends one file. Use once. */
export class Uploader {
  /** The kernel's name of the upload, once it has one. */
  key = "";
  /** Bytes that are there, as far as the page knows. */
  sent = 0;
  /** Whether nothing was heard for a while; it goes on by itself. */
  stalled = false;

  private readonly line: Line;
  private readonly file: Source;
  private readonly limits: Pick<UploadView, "chunk_bytes" | "window">;
  private readonly onNews: () => void;
  private readonly crcs: number[] = [];
  private readonly flight = new Map<number, Flight>();
  private readonly stopped: Promise<never>;
  private halt: (problem: unknown) => void = () => undefined;
  private posted = 0;
  /** Which beginning this is; what still goes on of an earlier one must not touch it. */
  private era = 0;
  private asking = false;
  private over = false;
  private cancelled = false;
  private alarm: ReturnType<typeof setTimeout> | undefined;
  private askNow: () => void = () => undefined;

  constructor(
    line: Line,
    file: Source,
    limits: Pick<UploadView, "chunk_bytes" | "window">,
    onNews: () => void = () => undefined,
  ) {
    this.line = line;
    this.file = file;
    this.limits = limits;
    this.onNews = onNews;
    this.stopped = new Promise<never>((_, reject) => {
      this.halt = reject;
    });
    this.stopped.catch(() => undefined);
  }

  /** Send the whole file. Rejects with what went wrong, or `Cancelled`. */
  async send(): Promise<void> {
    try {
      await Promise.race([this.run(), this.stopped]);
    } catch (problem) {
      if (!(problem instanceof Cancelled)) this.forget();
      throw problem;
    } finally {
      this.over = true;
      clearTimeout(this.alarm);
      this.flight.clear();
    }
  }

  /** Stop, and have the kernel forget what it has. */
  cancel(): void {
    this.cancelled = true;
    this.forget();
    this.stop();
  }

  /** Stop; what arrived stays, so that the same file can go on later. */
  stop(): void {
    this.over = true;
    this.halt(new Cancelled());
  }

  /** The connection is back: do not wait for the next try. */
  nudge(): void {
    this.askNow();
  }

  private async run(): Promise<void> {
    for (let start = 1; ; start += 1) {
      try {
        await this.once();
        return;
      } catch (problem) {
        this.check(this.era);
        if (codeOf(problem) !== "upload_unknown" || start === MOST_STARTS) throw problem;
      }
    }
  }

  private async once(): Promise<void> {
    this.era += 1;
    const era = this.era;
    this.flight.clear();
    this.asking = false;
    await this.readCrc(0);
    this.check(era);
    const { name, size, lastModified = 0 } = this.file;
    const started = await this.insist<Started>("upload_start", {
      name,
      size,
      modified: lastModified,
      first_crc: this.crcs[0],
    });
    this.key = started.upload;
    if (this.cancelled) this.forget();
    this.check(era);
    const missing = new Set(numbersOf(started.missing));
    this.sent = size - [...missing].reduce((sum, index) => sum + this.bytesOf(index), 0);
    this.onNews();
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < this.count) {
        const index = next;
        next += 1;
        if (missing.has(index)) await this.deliver(index, era);
        else if (this.crcs[index] === undefined) await this.readCrc(index);
        this.check(era);
      }
    };
    await Promise.all(Array.from({ length: this.limits.window }, lane));
    const crc = combined(this.crcs, this.limits.chunk_bytes, this.bytesOf(this.count - 1));
    await this.insist("upload_finish", { upload: this.key, crc });
  }

  /** Send a slice until it is there. */
  private async deliver(index: number, era: number): Promise<void> {
    for (let damaged = 0; ; ) {
      const data = await this.readCrc(index);
      this.check(era);
      const body = { upload: this.key, index, crc: this.crcs[index] };
      // Nothing below may hold on to `data`: a reply that never comes would keep it.
      const ack = this.line.request("upload_chunk", body, [data]);
      giveBack(data, ack);
      try {
        if (await this.arrival(index, era, ack)) return;
      } catch (problem) {
        damaged += 1;
        if (codeOf(problem) !== "upload_damaged" || damaged === MOST_DAMAGED) throw problem;
      }
      this.check(era);
    }
  }

  /** Whether a slice arrived; false when it is known to be lost. */
  private arrival(index: number, era: number, ack: Promise<unknown>): Promise<boolean> {
    this.posted += 1;
    const number = this.posted;
    return new Promise<boolean>((resolve, reject) => {
      this.flight.set(index, { number, resolve, reject });
      ack.then(
        () => {
          if (era === this.era) this.settle(index, true);
        },
        (problem) => {
          // Without a kernel the slice is neither there nor lost: that is found out later.
          if (codeOf(problem) === "no_kernel" || this.flight.get(index)?.number !== number) return;
          this.flight.delete(index);
          reject(problem);
        },
      );
      this.watch();
    });
  }

  private settle(index: number, arrived: boolean): void {
    const flight = this.flight.get(index);
    if (!flight) return;
    this.flight.delete(index);
    if (arrived) {
      this.sent = Math.min(this.file.size, this.sent + this.bytesOf(index));
      this.stalled = false;
      this.onNews();
    }
    flight.resolve(arrived);
    this.watch();
  }

  /** Ask what arrived when nothing is heard for a while. */
  private watch(): void {
    clearTimeout(this.alarm);
    if (this.over || this.asking || this.flight.size === 0) return;
    this.alarm = setTimeout(() => void this.recover(), FIRST_MS);
  }

  private async recover(): Promise<void> {
    if (this.over) return;
    this.asking = true;
    const era = this.era;
    // Messages stay in order: of what was sent before the question, the answer knows all.
    const mark = this.posted;
    try {
      const status = await this.insist<Pick<Started, "missing">>("upload_status", {
        upload: this.key,
      });
      if (era !== this.era) return;
      const missing = new Set(numbersOf(status.missing));
      for (const [index, { number }] of [...this.flight]) {
        if (number <= mark) this.settle(index, !missing.has(index));
      }
    } catch (problem) {
      if (era !== this.era) return;
      for (const { reject } of this.flight.values()) reject(problem);
      this.flight.clear();
    } finally {
      if (era === this.era) {
        this.asking = false;
        this.watch();
      }
    }
  }

  /** Ask what may be asked twice until it is answered, less and less often. */
  private insist<T>(kind: string, body: object): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let patience = FIRST_MS;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = (): void => {
        clearTimeout(timer);
        if (this.askNow === askNow) this.askNow = () => undefined;
      };
      const ask = (): void => {
        this.line.request<T>(kind, body).then(
          (answer) => {
            end();
            this.hear(false);
            resolve(answer);
          },
          (problem) => {
            if (codeOf(problem) === "no_kernel") {
              this.hear(true);
              return;
            }
            end();
            reject(problem);
          },
        );
        timer = setTimeout(() => {
          if (this.over) return;
          this.hear(true);
          ask();
        }, patience);
        patience = Math.min(MOST_MS, 2 * patience);
      };
      const askNow = (): void => {
        clearTimeout(timer);
        patience = FIRST_MS;
        ask();
      };
      this.askNow = askNow;
      ask();
    });
  }

  private hear(stalled: boolean): void {
    if (this.over || this.stalled === stalled) return;
    this.stalled = stalled;
    this.onNews();
  }

  /** Read a slice and note its checksum. */
  private async readCrc(index: number): Promise<ArrayBuffer> {
    const start = index * this.limits.chunk_bytes;
    const size = this.bytesOf(index);
    let data: ArrayBuffer;
    try {
      data = await this.file.slice(start, start + size).arrayBuffer();
    } catch (problem) {
      // What browsers say of a file that was written to since it was chosen.
      const changed = problem instanceof Error && problem.name === "NotReadableError";
      throw changed ? changedError(this.file) : unreadable(this.file);
    }
    if (data.byteLength !== size) throw changedError(this.file);
    const crc = crc32(new Uint8Array(data));
    const before = this.crcs[index];
    if (before !== undefined && before !== crc) throw changedError(this.file);
    this.crcs[index] = crc;
    return data;
  }

  private get count(): number {
    return Math.ceil(this.file.size / this.limits.chunk_bytes);
  }

  private bytesOf(index: number): number {
    const { chunk_bytes } = this.limits;
    return Math.min(chunk_bytes, this.file.size - index * chunk_bytes);
  }

  private forget(): void {
    if (this.key) this.line.request("upload_cancel", { upload: this.key }).catch(() => undefined);
  }

  private check(era: number): void {
    if (this.over || era !== this.era) throw new Cancelled();
  }
}

export type Phase = "waiting" | "sending" | "stalled" | "done" | "failed";

/** One file of the queue; replaced, never changed. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  readonly phase: Phase;
  /** The kernel's name of it, once it has one. */
  readonly upload: string;
  /** Seconds left, once that can be told. */
  readonly left: number | null;
  readonly error: ErrorView | null;
}

/** The files that this page sends, one after another. */
export class UploadQueue {
  items: readonly Item[] = [];
  /** Uploads that the kernel was asked to forget; it may still speak of them for a moment. */
  readonly forgotten = new Set<string>();

  private readonly link: Link;
  private readonly files = new Map<number, Source>();
  private readonly listeners = new Set<() => void>();
  private active: { id: number; uploader: Uploader } | null = null;
  private working = false;
  private redraw: ReturnType<typeof setTimeout> | undefined;
  private count = 0;
  private closed = false;

  constructor(link: Link) {
    this.link = link;
    let life = link.life;
    link.subscribe(() => {
      if (link.life === "live" && life !== "live") this.active?.uploader.nudge();
      life = link.life;
    });
    link.onClose(() => this.close());
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Put files at the end; what cannot be sent says why. */
  add(files: Iterable<Source>): void {
    const most = this.link.state.upload?.max_bytes ?? Infinity;
    // What is over has been seen by now.
    this.items = this.items.filter((item) => item.phase !== "done" && item.phase !== "failed");
    for (const file of files) {
      const error =
        file.size > most ? tooLarge(file, most) : file.size === 0 ? emptyFile(file) : null;
      this.push(shown(file.name), file.size, error);
      if (!error) this.files.set(this.count, file);
    }
    this.changed();
    void this.work();
  }

  /** Say why something that was dropped is not sent. */
  refuse(name: string, error: ErrorView): void {
    this.push(shown(name), 0, error);
    this.changed();
  }

  /** Cancel or forget a file. */
  remove(id: number): void {
    const item = this.items.find((each) => each.id === id);
    if (!item) return;
    if (this.active?.id === id) this.active.uploader.cancel();
    else if (item.upload) this.discard(item.upload);
    this.forgotten.add(item.upload);
    this.files.delete(id);
    this.items = this.items.filter((each) => each.id !== id);
    this.changed();
  }

  /** Have the kernel forget an upload, whoever sent it. */
  discard(upload: string): void {
    this.forgotten.add(upload);
    this.link.request("upload_cancel", { upload }).catch(() => undefined);
    this.changed();
  }

  private close(): void {
    this.closed = true;
    this.active?.uploader.stop();
    this.files.clear();
    this.listeners.clear();
    clearTimeout(this.redraw);
  }

  private push(name: string, size: number, error: ErrorView | null): void {
    this.count += 1;
    const phase = error ? "failed" : "waiting";
    const fresh = { sent: 0, upload: "", left: null };
    this.items = [...this.items, { id: this.count, name, size, phase, error, ...fresh }];
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    for (let item = this.next(); item; item = this.next()) {
      await this.sendOne(item.id, this.files.get(item.id)!);
    }
    this.working = false;
  }

  private next(): Item | undefined {
    if (this.closed) return undefined;
    return this.items.find((item) => item.phase === "waiting");
  }

  private async sendOne(id: number, file: Source): Promise<void> {
    const limits = this.link.state.upload;
    if (!limits) {
      this.set(id, { phase: "failed", error: noKernel() });
      return;
    }
    let begun: { at: number; sent: number } | null = null;
    const uploader: Uploader = new Uploader(this.link, file, limits, () => {
      const { key: upload, sent } = uploader;
      if (upload) begun ??= { at: performance.now(), sent };
      const left = begun && secondsLeft(begun, sent, file.size);
      this.set(id, { phase: uploader.stalled ? "stalled" : "sending", upload, sent, left });
    });
    this.active = { id, uploader };
    this.set(id, { phase: "sending" });
    try {
      await uploader.send();
      this.set(id, { phase: "done", sent: file.size, upload: uploader.key, left: null });
    } catch (problem) {
      if (!(problem instanceof Cancelled)) {
        this.set(id, { phase: "failed", error: viewOf(problem), left: null });
      }
    } finally {
      this.active = null;
      this.files.delete(id);
    }
  }

  private set(id: number, change: Partial<Item>): void {
    this.items = this.items.map((item) => (item.id === id ? { ...item, ...change } : item));
    const quiet = change.phase === "sending" || change.phase === "stalled";
    if (quiet) this.redraw ??= setTimeout(() => this.changed(), REDRAW_MS);
    else this.changed();
  }

  private changed(): void {
    clearTimeout(this.redraw);
    this.redraw = undefined;
    for (const listener of this.listeners) listener();
  }
}

const queues = new WeakMap<Link, UploadQueue>();

/** The queue of a page; it lives as long as the page, whatever is shown of it. */
export function queueOf(link: Link): UploadQueue {
  let queue = queues.get(link);
  if (!queue) {
    queue = new UploadQueue(link);
    queues.set(link, queue);
  }
  return queue;
}

/** What is said of a folder that was dropped. */
export function folderError(name: string): ErrorView {
  const message = t("ui-upload-folder", { name: shown(name) });
  return errorView("upload_folder", message, t("ui-upload-folder-hint"));
}

function tooLarge({ name, size }: Source, most: number): ErrorView {
  const values = { name: shown(name), size: formatBytes(size), most: formatBytes(most) };
  return errorView("upload", t("ui-upload-too-large", values), t("ui-upload-too-large-hint"));
}

function emptyFile({ name }: Source): ErrorView {
  const message = t("ui-upload-empty", { name: shown(name) });
  return errorView("upload", message, t("ui-upload-empty-hint"));
}

function changedError({ name }: Source): RequestError {
  const message = t("ui-upload-changed", { name: shown(name) });
  return new RequestError(errorView("upload_changed", message, t("ui-upload-again")));
}

function unreadable({ name }: Source): RequestError {
  const message = t("ui-upload-unreadable", { name: shown(name) });
  return new RequestError(errorView("upload_unreadable", message, t("ui-upload-again")));
}

function shown(name: string): string {
  return name.length <= MOST_LETTERS ? name : `${name.slice(0, MOST_LETTERS - 1)}…`;
}

function errorView(code: string, message: string, hint: string): ErrorView {
  return { code, message, hint, context: {} };
}

function viewOf(cause: unknown): ErrorView {
  if (cause instanceof RequestError) return cause.view;
  return errorView("upload", cause instanceof Error ? cause.message : String(cause), "");
}

function codeOf(cause: unknown): string {
  return cause instanceof RequestError ? cause.view.code : "";
}

/** Free a slice as soon as this very message was answered, not when garbage is collected. */
function giveBack(data: ArrayBuffer, ack: Promise<unknown>): void {
  const held = new WeakRef<ArrayBuffer & { transfer?: (size: number) => unknown }>(data);
  ack.then(
    () => held.deref()?.transfer?.(0),
    () => undefined,
  );
}

function numbersOf(ranges: readonly Range[]): number[] {
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  );
}

/** Nothing is told of the first two seconds, in which a rate is a guess. */
function secondsLeft(
  begun: { at: number; sent: number },
  sent: number,
  size: number,
): number | null {
  const seconds = (performance.now() - begun.at) / 1000;
  const bytes = sent - begun.sent;
  return seconds < 2 || bytes <= 0 ? null : (seconds * (size - sent)) / bytes;
}
