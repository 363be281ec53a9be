import { t } from "../../messages.ts";
import type { LineView, RunView } from "../../types.gen.ts";
import { hasEnded } from "../../words.ts";
import { familyColor } from "../colors.ts";
import { Curves } from "./curves.tsx";
import { fitOf, trialOf, type useMonitor } from "./monitor.ts";

interface FitsProps {
  run: RunView;
  known: ReturnType<typeof useMonitor>;
}

/** The curves of the fits under way, a picture a trial; short fits tell nothing of themselves. */
export function Fits({ run, known }: FitsProps) {
  if (hasEnded(run) || known.lines.size === 0) return null;
  const trials = new Map<number, LineView[]>();
  for (const line of known.lines.values()) {
    const number = trialOf(line.key);
    trials.set(number, [...(trials.get(number) ?? []), line]);
  }
  return (
    <div class="ja-under">
      {[...trials].slice(0, known.places).map(([number, found]) => {
        const lines = found.sort((a, b) => fitOf(a.key) - fitOf(b.key));
        const last = lines[lines.length - 1]!;
        const model = known.families.get(last.family)?.label ?? last.family;
        return (
          <figure key={number} class={`ja-fit ${known.trials.includes(number) ? "" : "ja-quiet"}`}>
            <figcaption>
              {t(known.trials.includes(number) ? "ui-monitor-fit" : "ui-monitor-fit-over", {
                model,
                number,
                fit: fitOf(last.key),
                n: last.n_fits,
              })}
            </figcaption>
            <Curves
              loss={last.loss}
              lines={lines.map(({ rounds, losses, best }) => [rounds, losses, best])}
              fits={lines.map(({ key }) => fitOf(key))}
              color={familyColor(last.family)}
            />
          </figure>
        );
      })}
    </div>
  );
}
