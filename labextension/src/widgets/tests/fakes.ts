// A model as anywidget gives it, and a kernel behind it that tests steer.

import type { WidgetModel } from "../model.ts";
import type { WidgetState } from "../types.gen.ts";

interface Sent {
  id: string;
  kind: string;
  body: Record<string, unknown>;
  buffers: ArrayBuffer[];
}

export class FakeModel implements WidgetModel {
  readonly sent: Sent[] = [];
  answer: (message: Sent) => unknown = () => undefined;
  state: WidgetState | null;
  private readonly listeners = new Map<string, Set<(...args: never[]) => void>>();

  constructor(state: WidgetState | null) {
    this.state = state;
  }

  readonly saved: Record<string, unknown>[] = [];
  private readonly traits: Record<string, unknown> = {};

  get(name: string): unknown {
    return name === "state" ? this.state : this.traits[name];
  }

  set(name: string, value: unknown): void {
    if (name === "state") this.state = value as WidgetState;
    else this.traits[name] = value;
    for (const listener of this.listeners.get(`change:${name}`) ?? []) listener();
  }

  save_changes(): void {
    this.saved.push({ ...this.traits });
  }

  send(content: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    const message = { ...(content as Omit<Sent, "buffers">), buffers };
    this.sent.push(message);
    const body = this.answer(message);
    if (body !== undefined) queueMicrotask(() => this.deliver({ id: message.id, ok: true, body }));
  }

  deliver(message: unknown, buffers: unknown[] = []): void {
    for (const listener of this.listeners.get("msg:custom") ?? []) {
      listener(message as never, buffers as never);
    }
  }

  on(name: string, callback: (...args: never[]) => void): void {
    if (!this.listeners.has(name)) this.listeners.set(name, new Set());
    this.listeners.get(name)!.add(callback);
  }

  off(name: string, callback: (...args: never[]) => void): void {
    this.listeners.get(name)?.delete(callback);
  }

  get nListeners(): number {
    return [...this.listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  kinds(): string[] {
    return this.sent.map((message) => message.kind);
  }
}

/** Let promises and Preact's queue run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}
