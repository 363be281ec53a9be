import { type ComponentType, render } from "preact";
import { useEffect, useReducer } from "preact/hooks";

import { Link } from "./link.ts";
import { t } from "./messages.ts";
import type { WidgetModel } from "./model.ts";

export interface ScreenProps {
  link: Link;
}

/** An anywidget module that draws `Screen` in every view; `label` is the key of its name. */
export function widget(Screen: ComponentType<ScreenProps>, label: string) {
  return {
    render({ model, el }: { model: WidgetModel; el: HTMLElement }): () => void {
      const link = new Link(model);
      const root = document.createElement("section");
      root.className = "ja";
      // The language of the page may come later, with the kernel's first answer.
      const say = (): void => root.setAttribute("aria-label", t(label));
      say();
      link.subscribe(say);
      root.addEventListener("keydown", keepToItself);
      el.append(root);
      const unwatch = watchTheme(root);
      render(<Screen link={link} />, root);
      return () => {
        render(null, root);
        unwatch();
        link.close();
        root.remove();
      };
    },
  };
}

/** In a notebook's command mode plain keys are commands, such as to add or to delete a cell. */
function keepToItself(event: KeyboardEvent): void {
  const { ctrlKey, metaKey, altKey, shiftKey, key } = event;
  const runsCell = shiftKey && key === "Enter";
  if (!ctrlKey && !metaKey && !altKey && !runsCell) event.stopPropagation();
}

/** Draw again whenever the link has news. */
export function useLink(link: Link): void {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const unsubscribe = link.subscribe(() => redraw(undefined as never));
    // Effects run after the first paint; a quick kernel has answered by then.
    redraw(undefined as never);
    return unsubscribe;
  }, [link]);
}

/** Hosts without `--jp-*` variables (some Voila pages) get our own colours. */
function watchTheme(root: HTMLElement): () => void {
  const adopt = (): void => {
    const host = getComputedStyle(document.body).getPropertyValue("--jp-layout-color1").trim();
    root.classList.toggle("ja-own-colors", host === "");
  };
  adopt();
  const observer = new MutationObserver(adopt);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"],
  });
  return () => observer.disconnect();
}
