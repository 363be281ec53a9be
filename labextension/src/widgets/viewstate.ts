// What a person looks at, kept in the widget's `view`: a cell can read it and set it.

import { useEffect, useReducer } from "preact/hooks";

import type { Link } from "./link.ts";
import type { ViewState } from "./types.gen.ts";

/** As it is on the wire: what stands at its default is left out. */
export type PartialView = {
  [K in keyof ViewState]?: ViewState[K] extends string ? ViewState[K] : Partial<ViewState[K]>;
};

const SAVE_MS = 300;

/** One page's view: its own from the start on, and a cell's whenever a cell sets it. */
class ViewKeeper {
  value: PartialView;
  private readonly link: Link;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(link: Link) {
    this.link = link;
    this.value = this.stored();
    link.model.on("change:view", this.onChange);
    link.onClose(() => this.close());
  }

  set<K extends keyof ViewState>(part: K, value: PartialView[K]): void {
    this.value = { ...this.value, [part]: value };
    // Into the model at once, to the kernel later: a host may draw the widget anew in between.
    this.put();
    this.changed();
    clearTimeout(this.timer);
    this.timer = setTimeout(this.save, SAVE_MS);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private stored(): PartialView {
    return (this.link.model.get("view") as PartialView | null) ?? {};
  }

  private readonly onChange = (): void => {
    const stored = this.stored();
    // Another page's view is its own affair.
    if (stored.by) return;
    clearTimeout(this.timer);
    this.value = stored;
    this.changed();
  };

  private readonly save = (): void => {
    this.timer = undefined;
    this.put();
    try {
      this.link.model.save_changes();
    } catch {
      // Without a kernel the page goes on with what it has.
    }
  };

  private put(): void {
    this.link.model.set("view", { ...this.value, by: this.link.page });
  }

  private close(): void {
    if (this.timer !== undefined) {
      clearTimeout(this.timer);
      this.save();
    }
    this.link.model.off("change:view", this.onChange);
    this.listeners.clear();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

const keepers = new WeakMap<Link, ViewKeeper>();

function keeperOf(link: Link): ViewKeeper {
  let keeper = keepers.get(link);
  if (!keeper) keepers.set(link, (keeper = new ViewKeeper(link)));
  return keeper;
}

/** One part of the view and how to set it; setting shows it here and keeps it in the widget. */
export function useViewState<K extends keyof ViewState>(
  link: Link,
  part: K,
): [PartialView[K] | undefined, (value: PartialView[K]) => void] {
  const keeper = keeperOf(link);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => keeper.subscribe(() => redraw(undefined as never)), [keeper]);
  return [keeper.value[part], (value) => keeper.set(part, value)];
}
