import { useEffect, useRef, useState } from "preact/hooks";

import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { RunView } from "../../types.gen.ts";
import { useViewState } from "../../viewstate.ts";
import { hasEnded, headline } from "../../words.ts";
import { Button, Mark } from "../basics.tsx";

/** Tells whoever asked for it that the run is over: once, and never of one that was over before. */
export function Bell({ link, run }: { link: Link; run: RunView }) {
  const [view, setView] = useViewState(link, "log");
  const [told, setTold] = useState("");
  const ended = hasEnded(run);
  const followed = useRef(ended ? "" : run.id);
  const wanted = view?.tell === "done";
  useEffect(() => {
    if (!ended) {
      followed.current = run.id;
      setTold("");
      return undefined;
    }
    if (followed.current !== run.id) return undefined;
    followed.current = "";
    if (!wanted) return undefined;
    setTold(run.id);
    return announce(t("ui-monitor-done", { name: run.name }), headline(run, run.elapsed_seconds), run.id);
  }, [run.id, ended]);
  if (told === run.id) {
    return (
      <p class="ja-done" role="status">
        <Mark level="good" />
        {t("ui-monitor-done", { name: run.name })}
        <Button onClick={() => setTold("")}>{t("ui-monitor-done-close")}</Button>
      </p>
    );
  }
  if (ended) return null;
  const toggle = (): void => {
    setView({ ...view, tell: wanted ? "" : "done" });
    // A browser asks the person, and only because the person has pressed this.
    if (!wanted && able()?.permission === "default") {
      Promise.resolve(Notification.requestPermission()).catch(() => undefined);
    }
  };
  return (
    <Button aria-pressed={wanted} title={t("ui-monitor-tell-hint")} onClick={toggle}>
      {wanted && <Mark level="good" />}
      {t("ui-monitor-tell")}
    </Button>
  );
}

const able = (): typeof Notification | null =>
  typeof Notification === "undefined" ? null : Notification;

/** A notification where the person allows it; else the title of the tab says it until it is seen. */
function announce(title: string, body: string, tag: string): (() => void) | undefined {
  if (able()?.permission === "granted") {
    try {
      // Pages of the same run replace each other's.
      new Notification(title, { body, tag });
      return undefined;
    } catch {
      // Some browsers on phones have the permission, but only workers may use it.
    }
  }
  const before = document.title;
  const marked = `✓ ${before}`;
  document.title = marked;
  const seen = (): void => {
    if (document.hidden) return;
    document.removeEventListener("visibilitychange", seen);
    // Another part of the page may have set it meanwhile.
    if (document.title === marked) document.title = before;
  };
  document.addEventListener("visibilitychange", seen);
  return seen;
}
