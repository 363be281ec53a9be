// One page's line to the kernel: requests with replies, numbered changes, signs of life.

import { applyDelta } from "./apply.ts";
import { kernelOf, type WidgetModel } from "./model.ts";
import type { Delta, ErrorView, WidgetState } from "./types.gen.ts";

export type Life = "connecting" | "live" | "busy" | "gone";

export class RequestError extends Error {
  readonly view: ErrorView;
  constructor(view: ErrorView) {
    super([view.message, view.hint].filter(Boolean).join(" "));
    this.view = view;
  }
}

interface Waiting {
  resolve: (body: unknown) => void;
  reject: (error: RequestError) => void;
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

let pages = 0;

export class Link {
  state: WidgetState;
  life: Life = "connecting";
  /** `performance.now()` of the last news of the run, for clocks that go on between. */
  heardAt = performance.now();

  private readonly model: WidgetModel;
  private readonly prefix = `${Date.now().toString(36)}.${(pages += 1)}.`;
  private readonly waiting = new Map<string, Waiting>();
  private readonly listeners = new Set<() => void>();
  private readonly watcher: ReturnType<typeof setInterval>;
  private count = 0;
  private resyncing = false;
  private probing = false;
  private savedAt = 0;

  constructor(model: WidgetModel) {
    this.model = model;
    this.state = (model.get("state") as WidgetState | null) ?? {};
    model.on("msg:custom", this.onMessage);
    model.on("comm_live_update", this.probe);
    kernelOf(model)?.statusChanged?.connect(this.onKernelStatus);
    this.watcher = setInterval(this.watch, 1000);
    this.probe();
  }

  close(): void {
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
    this.count += 1;
    const id = this.prefix + this.count;
    const reply = new Promise<T>((resolve, reject) => {
      this.waiting.set(id, {
        resolve: resolve as (body: unknown) => void,
        reject,
        sentAt: performance.now(),
      });
    });
    this.send(id, { id, kind, body }, buffers);
    return reply;
  }

  /**
   * The same for what may be asked twice, such as to stop: sent again until it is answered,
   * because what a page says while it still connects can be lost.
   */
  insist<T = unknown>(kind: string): Promise<T> {
    const reply = this.request<T>(kind);
    const id = this.prefix + this.count;
    const waiting = this.waiting.get(id);
    if (waiting) waiting.again = () => this.send(id, { id, kind, body: {} });
    return reply;
  }

  private send(id: string, message: object, buffers?: ArrayBuffer[]): void {
    try {
      this.model.send(message, undefined, buffers);
    } catch {
      this.refuse(id, NO_KERNEL);
      this.setLife("gone");
    }
  }

  /** Find out whether somebody answers; the answer carries the whole state. */
  readonly probe = (): void => {
    if (this.probing) return;
    this.probing = true;
    const timer = setTimeout(() => {
      this.probing = false;
      this.setLife(kernelOf(this.model)?.status === "busy" ? "busy" : "gone");
    }, PROBE_MS);
    this.request<WidgetState>("hello").then(
      (state) => {
        clearTimeout(timer);
        this.probing = false;
        this.take(state);
      },
      () => clearTimeout(timer),
    );
  };

  private readonly onMessage = (message: Incoming): void => {
    this.setLife("live");
    if (message.kind === "delta") {
      this.onDelta(message.body as Delta);
      return;
    }
    const waiting = message.id === undefined ? undefined : this.waiting.get(message.id);
    if (!waiting || message.id === undefined) return;
    this.waiting.delete(message.id);
    if (message.ok) waiting.resolve(message.body);
    else waiting.reject(new RequestError(message.error ?? NO_KERNEL));
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
    if (this.resyncing) return;
    this.resyncing = true;
    this.request<WidgetState>("resync").then(
      (state) => {
        this.resyncing = false;
        this.take(state);
      },
      () => {
        this.resyncing = false;
      },
    );
  }

  private take(state: WidgetState): void {
    this.state = state;
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
    if ((expected && silent) || this.life === "busy") this.probe();
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
      for (const id of [...this.waiting.keys()]) this.refuse(id, NO_KERNEL);
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

export const NO_KERNEL: ErrorView = {
  code: "no_kernel",
  message: "No kernel answers.",
  hint: "Run the cell again to continue; the run itself is kept.",
  context: {},
};
