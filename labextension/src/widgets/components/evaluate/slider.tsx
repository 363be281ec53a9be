import { useMemo } from "preact/hooks";

import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { ThresholdsView } from "../../types.gen.ts";
import { useViewState } from "../../viewstate.ts";
import { formatCount, formatScore } from "../../words.ts";
import { Button, Spoken } from "../basics.tsx";
import { Code, modelCode } from "./code.tsx";
import { CostField } from "./cost_field.tsx";
import { useCosts } from "./prices.ts";

const STEPS = 100;
/** The negative class and the positive one. */
const BOTH = [0, 1];
/** Where the cost of a false positive stands, and that of a false negative. */
const ERRORS = [
  [0, 1],
  [1, 0],
] as const;

export interface Counts {
  tp: number;
  fp: number;
  fn: number;
  tn: number;
}

interface SliderProps {
  link: Link;
  model: string;
  /** What the model is called, for code. */
  name: string;
  version: string;
}

/** Moves through the thresholds without asking the kernel: it has the counts of all of them. */
export function Slider({ link, model, name, version }: SliderProps) {
  const [stored, set] = useViewState(link, "evaluate");
  const view = stored ?? {};
  const seen = useView<ThresholdsView>(link, "evaluate.thresholds", { model }, { version });
  const prices = useCosts(link, BOTH, BOTH.length);
  const [fp = null, fn = null] = ERRORS.map(([row, column]) => prices.costs[row]![column]);
  const arrays = seen.answer?.arrays;
  const best = useMemo(
    () => (arrays && fp !== null && fn !== null ? cheapest(arrays as never, fp, fn) : null),
    [arrays, fp, fn],
  );
  if (!seen.answer || !arrays) return null;
  const { labels, current } = seen.answer.value;
  const [negative, positive] = labels;
  const own = Math.round((current ?? 0.5) * STEPS);
  const chosen = view.threshold ?? -1;
  const place = chosen >= 0 ? Math.round(chosen * STEPS) : own;
  const at = (place / STEPS).toFixed(2);
  const counts = countsAt(arrays as never, place);
  const rates = ratesOf(counts);
  const move = (next: number): void => set({ ...view, threshold: next / STEPS });
  const total = counts.tp + counts.fp + counts.fn + counts.tn;
  const cost = fp === null || fn === null ? null : (counts.fp * fp + counts.fn * fn) / total;
  const said = t("ui-slider-said-now", {
    at,
    found: formatCount(Math.round(counts.tp)),
    positive: formatCount(Math.round(counts.tp + counts.fn)),
    false: formatCount(Math.round(counts.fp)),
  });
  return (
    <div class="ja-slider">
      <h4>{t("ui-slider-title")}</h4>
      <label class="ja-slider-line">
        <span>{t("ui-slider-threshold", { label: positive })}</span>
        <input
          type="range"
          min={0}
          max={STEPS}
          value={place}
          aria-valuetext={said}
          onInput={(event) => move(Number(event.currentTarget.value))}
          onKeyDown={(event) => event.stopPropagation()}
        />
        <output>{at}</output>
      </label>
      <Spoken text={said} everyMs={1500} />
      <div class="ja-slider-parts">
        <div class="ja-scroll" tabIndex={0} role="region" aria-label={t("ui-slider-title")}>
          <table class="ja-matrix">
            <thead>
              <tr>
                <td />
                <th scope="col">{t("ui-slider-said", { label: negative })}</th>
                <th scope="col">{t("ui-slider-said", { label: positive })}</th>
              </tr>
            </thead>
            <tbody>
              {(
                [
                  [negative, counts.tn, counts.fp],
                  [positive, counts.fn, counts.tp],
                ] as const
              ).map(([label, left, right], row) => (
                <tr key={row}>
                  <th scope="row">{t("ui-slider-true", { label })}</th>
                  <Cell value={left} of={left + right} right={row === 0} />
                  <Cell value={right} of={left + right} right={row === 1} />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <dl class="ja-pairs">
          {(["precision", "recall", "f1", "accuracy"] as const).map((name) => (
            <div key={name}>
              <dt>{t(`ui-slider-${name}`)}</dt>
              <dd>{formatScore(rates[name])}</dd>
            </div>
          ))}
        </dl>
        <fieldset class="ja-costs">
          <legend>{t("ui-slider-costs")}</legend>
          {ERRORS.map(([row, column]) => (
            <label key={row}>
              <span>{t(row === 0 ? "ui-slider-cost-fp" : "ui-slider-cost-fn", { label: positive })}</span>
              <CostField prices={prices} row={row} column={column} />
            </label>
          ))}
          <p>
            {cost === null
              ? t("ui-slider-wrong-cost")
              : `${t("ui-slider-cost")}: ${formatScore(cost)}`}
          </p>
          {cost !== null && fp !== fn && (
            <Code>{`${modelCode(name)}.decide(costs={"false_positive": ${fp}, "false_negative": ${fn}})`}</Code>
          )}
        </fieldset>
      </div>
      <p class="ja-controls">
        {best !== null && (
          <Button disabled={best === place} onClick={() => move(best)}>
            {t("ui-slider-best", { at: (best / STEPS).toFixed(2) })}
          </Button>
        )}
        <Button disabled={place === own} onClick={() => set({ ...view, threshold: -1 })}>
          {t("ui-slider-own-go")}
        </Button>
        {place !== own && (
          <span>
            {t("ui-slider-code")} <code class="ja-mono">predict(X, threshold={at})</code>
          </span>
        )}
      </p>
    </div>
  );
}

function Cell({ value, of, right }: { value: number; of: number; right: boolean }) {
  const share = of > 0 ? value / of : 0;
  return (
    <td class={`ja-num ${right ? "ja-cell-right" : "ja-cell-wrong"}`}>
      {formatCount(Math.round(value))} <span class="ja-quiet">{(100 * share).toFixed(0)} %</span>
    </td>
  );
}

export function countsAt(arrays: Record<keyof Counts, Float64Array>, place: number): Counts {
  const of = (name: keyof Counts): number => arrays[name]?.[place] ?? 0;
  return { tp: of("tp"), fp: of("fp"), fn: of("fn"), tn: of("tn") };
}

/** Shares by their usual names; null where there is nothing to divide by. */
export function ratesOf({ tp, fp, fn, tn }: Counts) {
  const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  return {
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    f1: share(2 * tp, 2 * tp + fp + fn),
    accuracy: share(tp + tn, tp + fp + fn + tn),
  };
}

/** The place of least cost; of equals the one in the middle. */
export function cheapest(
  arrays: Record<keyof Counts, Float64Array>,
  falsePositive: number,
  falseNegative: number,
): number {
  let least = Infinity;
  let places: number[] = [];
  for (let place = 0; place <= STEPS; place += 1) {
    const { fp, fn } = countsAt(arrays, place);
    const cost = fp * falsePositive + fn * falseNegative;
    if (cost < least - 1e-12) {
      least = cost;
      places = [place];
    } else if (cost <= least + 1e-12) places.push(place);
  }
  return places[Math.floor(places.length / 2)] ?? 0;
}
