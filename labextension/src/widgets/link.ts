// One page's line to the kernel: requests with replies, numbered changes, signs of life.

import { applyDelta } from "./apply.ts";
import { setWords, t } from "./messages.ts";
import { kernelOf, type WidgetModel } from "./model.ts";
import type { AnswerBody, Delta, ErrorView, Same, WidgetState } from "./types.gen.ts";

export type Life = "connecting" | "live" | "busy" | "gone";

export class RequestError extends Error {
  readonly view: ErrorView;
  constructor(view: ErrorView) {
    super([view.message, view.hint].filter(Boolean).join(" "));
    this.view = view;
  }
}

/** Binary parts of a message, as the host hands them over. */
export type Buffers = readonly (DataView | ArrayBuffer)[];

export interface Reply<T> {
  body: T;
  buffers: Buffers;
}

interface Waiting {
  resolve: (reply: Reply<unknown>) => void;
  reject: (error: RequestError) => void;
  /** Takes what comes of the answer before it is whole. */
  onPart?: (body: unknown, buffers: Buffers) => void;
  /** Sends it again; only of what may be asked twice. */
  again?: () => void;
  sentAt: number;
}

interface Incoming {
  id?: string;
  ok?: boolean;
  kind?: string;
  body?: unknown;
  error?: ErrorView;
}

const PROBE_MS = 4000;
const SNAPSHOT_MS = 5000;
const AGAIN_MS = 3000;
/** A first question can get lost while the page connects; nobody else would ask again. */
const GONE_MS = 10_000;

let pages = 0;

export class Link {
  state: WidgetState;
  /** Names this page among those of one widget. */
  readonly page = `${Date.now().toString(36)}.${(pages += 1)}`;
  life: Life = "connecting";
  /** `performance.now()` of the last news of the run, for clocks that go on between. */
  heardAt = performance.now();

  readonly model: WidgetModel;
  private readonly prefix = `${this.page}.`;
  private readonly waiting = new Map<string, Waiting>();
  private readonly listeners = new Set<() => void>();
  private readonly lasts: (() => void)[] = [];
  private readonly watcher: ReturnType<typeof setInterval>;
  private count = 0;
  private resyncing: number | null = null;
  private probing = false;
  private probedAt = 0;
  private savedAt = 0;

  constructor(model: WidgetModel) {
    this.model = model;
    this.state = (model.get("state") as WidgetState | null) ?? {};
    setWords(this.state.words);
    model.on("msg:custom", this.onMessage);
    model.on("comm_live_update", this.probe);
    kernelOf(model)?.statusChanged?.connect(this.onKernelStatus);
    this.watcher = setInterval(this.watch, 1000);
    this.probe();
  }

  /** Call `last` when the page goes. */
  onClose(last: () => void): void {
    this.lasts.push(last);
  }

  close(): void {
    for (const last of this.lasts.splice(0)) last();
    clearInterval(this.watcher);
    this.model.off("msg:custom", this.onMessage);
    this.model.off("comm_live_update", this.probe);
    kernelOf(this.model)?.statusChanged?.disconnect(this.onKernelStatus);
    this.listeners.clear();
    this.waiting.clear();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Ask the kernel; rejects with its error. */
  request<T = unknown>(kind: string, body: object = {}, buffers?: ArrayBuffer[]): Promise<T> {
    return this.post<T>(kind, body, { buffers }).reply.then((reply) => reply.body);
  }

  /** Ask something whose answer may come in parts and with buffers; `id` is the message's. */
  open<T = unknown>(
    kind: string,
    body: object,
    onPart?: (body: unknown, buffers: Buffers) => void,
  ): { id: string; reply: Promise<Reply<T>> } {
    return this.post<T>(kind, body, { onPart });
  }

  /**
   * Nobody wants the answer to the question `id` any more: its promise is rejected at once, with
   * the code `superseded`, and the kernel is told. What still comes of it is ignored.
   */
  giveUp(id: string): void {
    if (!this.waiting.has(id)) return;
    this.refuse(id, { code: "superseded", message: "", hint: "", context: {} });
    // Nothing waits for a reply to this, so that none can be missed.
    const own = this.nextId();
    this.send(own, { id: own, kind: "ask_cancel", body: { ask: id } });
  }

  private nextId(): string {
    this.count += 1;
    return this.prefix + this.count;
  }

  private post<T>(
    kind: string,
    body: object,
    {
      buffers,
      onPart,
    }: { buffers?: ArrayBuffer[] | undefined; onPart?: Waiting["onPart"] | undefined } = {},
  ): { id: string; reply: Promise<Reply<T>> } {
    const id = this.nextId();
    const reply = new Promise<Reply<T>>((resolve, reject) => {
      this.waiting.set(id, {
        resolve: resolve as (reply: Reply<unknown>) => void,
        reject,
        ...(onPart ? { onPart } : {}),
        sentAt: performance.now(),
      });
    });
    this.send(id, { id, kind, body }, buffers);
    return { id, reply };
  }

  /**
   * The same for what may be asked twice, such as to stop: sent again until it is answered,
   * because what a page says while it still connects can be lost. A kernel that is at it already
   * does not begin anew.
   */
  insist<T = unknown>(kind: string, body: object = {}): Promise<T> {
    const reply = this.request<T>(kind, body);
    const id = this.prefix + this.count;
    const waiting = this.waiting.get(id);
    if (waiting) waiting.again = () => this.send(id, { id, kind, body });
    return reply;
  }

  private send(id: string, message: object, buffers?: ArrayBuffer[]): void {
    try {
      this.model.send(message, undefined, buffers);
    } catch {
      this.refuse(id, noKernel());
      this.setLife("gone");
    }
  }

  /** Find out whether somebody answers; the answer carries the whole state. */
  readonly probe = (): void => {
    if (this.probing) return;
    this.probing = true;
    this.probedAt = performance.now();
    const known = this.known;
    const { id, reply } = this.open<WidgetState | Same>("hello", known);
    const timer = setTimeout(() => {
      this.probing = false;
      // A late answer is as good as one to the next question; nobody waits for this one.
      this.waiting.delete(id);
      this.setLife(kernelOf(this.model)?.status === "busy" ? "busy" : "gone");
    }, PROBE_MS);
    reply.then(
      ({ body }) => {
        clearTimeout(timer);
        this.probing = false;
        if ("same" in body) this.stillTrue(body);
        else this.take(body);
      },
      () => {
        clearTimeout(timer);
        this.probing = false;
      },
    );
  };

  /** What the page has: the number of the last change, and whose. */
  private get known(): { n?: number; channel?: string } {
    const { n, channel } = this.state;
    return n !== undefined && channel !== undefined ? { n, channel } : {};
  }

  private readonly onMessage = (message: Incoming, buffers: Buffers = []): void => {
    this.setLife("live");
    if (message.kind === "delta") {
      this.onDelta(message.body as Delta);
      return;
    }
    if (message.kind === "part") {
      const body = message.body as AnswerBody;
      this.waiting.get(body.ask ?? "")?.onPart?.(body, buffers);
      return;
    }
    const waiting = message.id === undefined ? undefined : this.waiting.get(message.id);
    if (!waiting || message.id === undefined) return;
    this.waiting.delete(message.id);
    if (message.ok) waiting.resolve({ body: message.body, buffers });
    else waiting.reject(new RequestError(message.error ?? noKernel()));
  };

  private onDelta(delta: Delta): void {
    const known = this.state.n ?? 0;
    const number = delta.n ?? 0;
    if (number <= known) return;
    if (number > known + 1) {
      this.resync();
      return;
    }
    this.state = { ...applyDelta(this.state, delta), at: Date.now() / 1000 };
    if (delta.run || delta.set?.run) this.heardAt = performance.now();
    this.changed();
  }

  private resync(): void {
    // An answer can be lost like the change before it: after a while it is asked again.
    const now = performance.now();
    if (this.resyncing !== null && now - this.resyncing < AGAIN_MS) return;
    this.resyncing = now;
    this.request<WidgetState>("resync").then(
      (state) => {
        this.resyncing = null;
        this.take(state);
      },
      () => {
        this.resyncing = null;
      },
    );
  }

  private take(state: WidgetState): void {
    // A slow answer may be older than the changes that overtook it.
    const older = state.channel !== undefined && state.channel === this.state.channel;
    if (older && (state.n ?? 0) < (this.state.n ?? 0)) return;
    this.state = state;
    setWords(state.words);
    this.heardAt = performance.now();
    this.changed();
  }

  private stillTrue({ n, at }: Same): void {
    if (n !== this.state.n) return;
    this.state = { ...this.state, at };
    this.heardAt = performance.now();
    this.changed();
  }

  private changed(): void {
    const now = performance.now();
    if (now - this.savedAt > SNAPSHOT_MS) {
      // Lets a saved notebook show the latest state; never sent to the kernel.
      this.savedAt = now;
      this.model.set("state", this.state);
    }
    for (const listener of this.listeners) listener();
  }

  private readonly watch = (): void => {
    const run = this.state.run;
    const expected = run && (run.status === "running" || run.status === "queued");
    const silent = performance.now() - this.heardAt > 5000;
    const due = this.life === "gone" && performance.now() - this.probedAt > GONE_MS;
    if ((expected && silent) || this.life === "busy" || due) this.probe();
    if (this.resyncing !== null && performance.now() - this.resyncing > AGAIN_MS) this.resync();
    for (const waiting of [...this.waiting.values()]) {
      if (!waiting.again || performance.now() - waiting.sentAt < AGAIN_MS) continue;
      waiting.sentAt = performance.now();
      waiting.again();
    }
  };

  private readonly onKernelStatus = (): void => {
    const status = kernelOf(this.model)?.status ?? "";
    if (["dead", "restarting", "autorestarting", "terminating"].includes(status)) {
      this.setLife("gone");
      for (const id of [...this.waiting.keys()]) this.refuse(id, noKernel());
    }
  };

  private refuse(id: string, error: ErrorView): void {
    this.waiting.get(id)?.reject(new RequestError(error));
    this.waiting.delete(id);
  }

  private setLife(life: Life): void {
    if (life === this.life) return;
    this.life = life;
    for (const listener of this.listeners) listener();
  }
}

export function noKernel(): ErrorView {
  return { code: "no_kernel", message: t("ui-no-kernel"), hint: t("ui-no-kernel-hint"), context: {} };
}
