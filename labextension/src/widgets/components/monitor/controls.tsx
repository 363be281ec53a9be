import { useEffect, useRef, useState } from "preact/hooks";

import { type Link, RequestError } from "../../link.ts";
import { t } from "../../messages.ts";
import type { ErrorView, ExtendArgs, RunView } from "../../types.gen.ts";
import { isEnding } from "../../words.ts";
import { Button, Problem } from "../basics.tsx";

const MINUTES = [1, 5];
const LOST_MS = 8000;

/** Orders for a run that goes on. One that does not apply now is there, and says why. */
export function Controls({ link, run }: { link: Link; run: RunView }) {
  const [asked, setAsked] = useState("");
  const [error, setError] = useState<ErrorView | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const free = (): void => {
    clearTimeout(timer.current);
    setAsked("");
  };
  const ask = (kind: string, body?: object): void => {
    setAsked(kind);
    setError(null);
    const ends = kind === "stop" || kind === "cancel";
    // More time must not be sent twice: an answer that is lost is not waited for.
    if (!ends) timer.current = setTimeout(free, LOST_MS);
    (body ? link.request(kind, body) : link.insist(kind)).then(
      () => !ends && free(),
      (problem: unknown) => {
        free();
        if (problem instanceof RequestError) setError(problem.view);
      },
    );
  };
  // What is shown at first may be a saved snapshot, with nobody there yet who could obey.
  const gone = link.life === "gone" || link.life === "connecting";
  const why = (kind: string): string => {
    if (gone) return t("ui-monitor-why-gone");
    if (asked === "stop" || asked === "cancel" || isEnding(run)) return t("ui-monitor-why-ending");
    return kind === "pause" && run.stage === "finishing" ? t("ui-monitor-why-finishing") : "";
  };
  const paused = run.status === "paused";
  const button = (kind: string, text: string, hint: string, body?: object) => {
    // Whoever has stopped a run may still cancel it.
    const reason = kind === "cancel" && !gone && asked !== "cancel" ? "" : why(kind);
    return (
      <Button
        key={text}
        disabled={reason !== "" || asked === kind}
        title={reason || hint}
        onClick={() => ask(kind, body)}
      >
        {asked === kind && !body ? t(`ui-monitor-${kind}-asked`) : text}
      </Button>
    );
  };
  return (
    <div class="ja-controls">
      {button("stop", t(run.best.length === 0 ? "ui-monitor-stop-none" : "ui-monitor-stop"), t("ui-monitor-stop-hint"))}
      {paused
        ? button("resume", t("ui-monitor-resume"), t("ui-monitor-resume-hint"))
        : button("pause", t("ui-monitor-pause"), t("ui-monitor-pause-hint"))}
      {MINUTES.map((n) =>
        button("extend", t("ui-monitor-more", { n }), t("ui-monitor-more-hint", { n }), {
          seconds: 60 * n,
        } satisfies ExtendArgs),
      )}
      {button("cancel", t("ui-monitor-cancel"), t("ui-monitor-cancel-hint"))}
      {error && <Problem error={error} />}
    </div>
  );
}
