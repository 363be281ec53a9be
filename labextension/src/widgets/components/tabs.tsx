import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

import { t } from "../messages.ts";

export interface Tab {
  key: string;
  title: string;
  state: "done" | "busy" | "possible" | "waiting";
  why: string;
}

const SIGNS = { done: "✓", busy: "●", possible: "", waiting: "" } as const;

interface TabsProps {
  tabs: Tab[];
  current: string;
  onSelect: (key: string) => void;
  children: ComponentChildren;
}

/** The steps; arrow keys move, and every step can be visited at any time. */
export function Tabs({ tabs, current, onSelect, children }: TabsProps) {
  // `useId` counts in one widget only, and a page may hold several.
  const [id] = useState(() => `ja-tabs-${Math.random().toString(36).slice(2)}`);
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const here = tabs.findIndex((tab) => tab.key === current);
    const moves: Record<string, number> = {
      ArrowRight: (here + 1) % tabs.length,
      ArrowLeft: (here + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onSelect(tabs[target]!.key);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[target]?.focus();
  };
  return (
    <>
      <div
        class="ja-tabs"
        role="tablist"
        aria-label={t("ui-app-steps")}
        ref={list}
        onKeyDown={onKeyDown}
      >
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab.key === current}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === current ? 0 : -1}
            class={`ja-tab ja-tab-${tab.state}`}
            title={tab.why}
            onClick={() => onSelect(tab.key)}
          >
            {tab.title}
            {SIGNS[tab.state] && (
              <span class="ja-tab-sign" aria-label={tab.why}>
                {SIGNS[tab.state]}
              </span>
            )}
          </button>
        ))}
      </div>
      <div class="ja-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current}`}>
        {children}
      </div>
    </>
  );
}
