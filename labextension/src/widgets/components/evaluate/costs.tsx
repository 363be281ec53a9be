import { useState } from "preact/hooks";

import { t } from "../../messages.ts";
import type { EvaluationView } from "../../types.gen.ts";
import { Code, modelCode } from "./code.tsx";
import { parsed } from "./slider.tsx";

type Priced = EvaluationView["priced"];

/** What each error between classes costs; what that means stands in the confusion's findings. */
export function Costs({
  found: { model, priced, n_classes },
  costs: asked,
  onPrice,
}: {
  found: EvaluationView;
  /** Those that were taken before. */
  costs: number[] | undefined;
  onPrice: (costs: number[]) => void;
}) {
  const size = priced.length;
  const [texts, setTexts] = useState<string[]>(() =>
    Array.from({ length: size * size }, (_, i) => String(asked?.[i] ?? 1)),
  );
  const costs = texts.map((text, i) => (i % (size + 1) === 0 ? 0 : parsed(text)));
  const whole = costs.every((cost) => cost !== null) ? (costs as number[]) : null;
  const take = (): void => {
    if (whole) onPrice(whole);
  };
  return (
    <fieldset class="ja-costs">
      <legend>{t("ui-slider-costs")}</legend>
      <div class="ja-scroll" role="region" aria-label={t("ui-slider-costs")} tabIndex={0}>
        <table class="ja-matrix">
          <thead>
            <tr>
              <td />
              {priced.map(({ code, label }) => (
                <th key={code} scope="col">
                  {t("ui-slider-said", { label })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {priced.map(({ code, label }, row) => (
              <tr key={code}>
                <th scope="row">{t("ui-slider-true", { label })}</th>
                {priced.map(({ code, label: said }, column) => {
                  const place = row * size + column;
                  return (
                    <td key={code} class="ja-num">
                      {row === column ? (
                        "0"
                      ) : (
                        <input
                          type="text"
                          inputMode="decimal"
                          value={texts[place]}
                          aria-label={t("ui-costs-cell", { label, said })}
                          aria-invalid={costs[place] === null}
                          onInput={({ currentTarget: { value } }) =>
                            setTexts((now) => now.map((text, i) => (i === place ? value : text)))
                          }
                          onChange={take}
                          onKeyDown={(event) => {
                            event.stopPropagation();
                            if (event.key === "Enter") take();
                          }}
                        />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {n_classes > size && <p class="ja-quiet">{t("ui-costs-rest", { n: n_classes - size })}</p>}
      {whole ? (
        <Code>{costsCode(model, priced, whole, n_classes)}</Code>
      ) : (
        <p>{t("ui-slider-wrong-cost")}</p>
      )}
    </fieldset>
  );
}

/** Python that decides by these costs: all of them, or those that differ from 1. */
export function costsCode(model: string, priced: Priced, costs: number[], n: number): string {
  const size = priced.length;
  const call = (text: string): string => `${modelCode(model)}.decide(costs=${text})`;
  if (n === size) {
    const rows = priced.map((_, row) => `[${costs.slice(row * size, (row + 1) * size).join(", ")}]`);
    return call(`[${rows.join(", ")}]`);
  }
  const set = costs.flatMap((cost, i) =>
    cost === 1 || i % (size + 1) === 0
      ? []
      : [`costs[${priced[Math.floor(i / size)]!.code}, ${priced[i % size]!.code}] = ${cost}`],
  );
  return ["import numpy as np", `costs = 1 - np.eye(${n})`, ...set, call("costs")].join("\n");
}
