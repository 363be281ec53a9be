import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { EvaluationView } from "../../types.gen.ts";
import { Code, modelCode } from "./code.tsx";
import { CostField } from "./cost_field.tsx";
import { useCosts } from "./prices.ts";

type Priced = EvaluationView["priced"];

/** What each error between classes costs; what that means stands in the confusion's findings. */
export function Costs({ link, found }: { link: Link; found: EvaluationView }) {
  const { model, priced, n_classes } = found;
  const codes = priced.map(({ code }) => code);
  const prices = useCosts(link, codes, n_classes);
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
                {priced.map(({ code, label: said }, column) => (
                  <td key={code} class="ja-num">
                    {row === column ? (
                      "0"
                    ) : (
                      <CostField
                        prices={prices}
                        row={row}
                        column={column}
                        name={t("ui-costs-cell", { label, said })}
                      />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {n_classes > priced.length && (
        <p class="ja-quiet">{t("ui-costs-rest", { n: n_classes - priced.length })}</p>
      )}
      {prices.whole ? (
        <Code>{costsCode(model, priced, prices.whole, n_classes)}</Code>
      ) : (
        <p>{t("ui-slider-wrong-cost")}</p>
      )}
    </fieldset>
  );
}

/** Python that decides by these costs: all of them, or those that differ from 1. */
export function costsCode(model: string, priced: Priced, costs: number[][], n: number): string {
  const call = (text: string): string => `${modelCode(model)}.decide(costs=${text})`;
  if (n === priced.length) return call(`[${costs.map((row) => `[${row.join(", ")}]`).join(", ")}]`);
  const set = costs.flatMap((row, i) =>
    row.flatMap((cost, j) =>
      cost === 1 || i === j ? [] : [`costs[${priced[i]!.code}, ${priced[j]!.code}] = ${cost}`],
    ),
  );
  return ["import numpy as np", `costs = 1 - np.eye(${n})`, ...set, call("costs")].join("\n");
}
