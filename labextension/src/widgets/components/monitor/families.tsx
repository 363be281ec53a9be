import { useState } from "preact/hooks";

import { type Link, RequestError } from "../../link.ts";
import { t } from "../../messages.ts";
import type { ErrorView, FamilyArgs, FamilyView, RunView } from "../../types.gen.ts";
import { hasEnded } from "../../words.ts";
import { Button, Problem } from "../basics.tsx";
import { familyColor } from "../colors.ts";
import type { useMonitor } from "./monitor.ts";

interface FamiliesProps {
  link: Link;
  run: RunView;
  known: ReturnType<typeof useMonitor>;
}

const BASELINE = "dummy";
const OUTCOMES = ["done", "failed", "pruned", "running"] as const;

/** What came of the trials of each family, and a person's say in which go on. */
export function Families({ link, run, known }: FamiliesProps) {
  const going = !hasEnded(run);
  const [open] = useState(going);
  const [error, setError] = useState<ErrorView | null>(null);
  const families = [...known.families.values()];
  if (families.length === 0) return null;
  const most = Math.max(1, ...families.map(trialsOf));
  const left = families.filter((one) => one.wish !== "dropped" && one.family !== BASELINE);
  const send = (kind: string, family: string): void => {
    setError(null);
    link.request(kind, { family } satisfies FamilyArgs).catch((problem: unknown) => {
      if (problem instanceof RequestError) setError(problem.view);
    });
  };
  return (
    <details class="ja-fold" open={open}>
      <summary>{t("ui-monitor-families", { n: families.length })}</summary>
      {error && <Problem error={error} />}
      <ul class="ja-families">
        {families.map((one) => (
          <li key={one.family}>
            <span class="ja-swatch" style={{ background: familyColor(one.family) }} aria-hidden="true" />
            <bdi>{one.label}</bdi>
            <span class="ja-tally" aria-hidden="true">
              {OUTCOMES.map((key) => (
                <span
                  key={key}
                  class={`ja-tally-${key}`}
                  style={{ width: `${(100 * one[key]) / most}%`, background: familyColor(one.family) }}
                />
              ))}
            </span>
            {going && one.family !== BASELINE && (
              <span class="ja-wishes">
                <Wishes one={one} alone={left.length < 2} live={link.life === "live"} send={send} />
              </span>
            )}
            <span class="ja-quiet">{words(one)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface WishesProps {
  one: FamilyView;
  alone: boolean;
  live: boolean;
  send: (kind: string, family: string) => void;
}

function Wishes({ one, alone, live, send }: WishesProps) {
  const kinds = one.wish === "dropped" ? ["restore"] : [one.wish ? "restore" : "boost", "drop"];
  return (
    <>
      {kinds.map((kind) => {
        const why = !live ? t("ui-monitor-why-gone") : kind === "drop" && alone ? t("ui-monitor-why-last") : "";
        return (
          <Button
            key={kind}
            disabled={why !== ""}
            title={why || t(`ui-monitor-do-${kind}-hint`)}
            aria-label={t(`ui-monitor-do-${kind}-name`, { name: one.label })}
            onClick={() => send(kind, one.family)}
          >
            {t(`ui-monitor-do-${kind}`)}
          </Button>
        );
      })}
    </>
  );
}

const trialsOf = (one: FamilyView): number => one.done + one.failed + one.pruned + one.running;

function words(one: FamilyView): string {
  const parts = OUTCOMES.filter((key) => one[key] > 0).map((key) =>
    t(`ui-monitor-n-${key}`, { n: one[key] }),
  );
  if (one.wish) parts.push(t(`ui-monitor-is-${one.wish}`));
  return parts.length > 0 ? parts.join(", ") : t("ui-monitor-none");
}
