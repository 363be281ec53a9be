import { useEffect } from "preact/hooks";

import { Button, Empty, Problem } from "../components/basics.tsx";
import { familyColor } from "../components/colors.ts";
import { EvaluationPanel } from "../components/evaluate/panel.tsx";
import { ExplainPanel, useStrongest } from "../components/explain/panel.tsx";
import type { Link } from "../link.ts";
import { t } from "../messages.ts";
import type { RowView, RunView } from "../types.gen.ts";
import {
  formatMicroseconds,
  formatScore,
  formatSeconds,
  formatSpread,
  hasEnded,
} from "../words.ts";

/** How good the best model is, how the others compare, what matters. */
export function ResultsScreen({ link, onTrain }: { link: Link; onTrain: () => void }) {
  const run = link.state.run;
  const rows = (run?.rows ?? []).filter((row) => row.score !== null);
  const best = rows[0];
  if (!run || !best) {
    return (
      <Empty title={t(run && !hasEnded(run) ? "ui-results-first" : "ui-results-none")}>
        <Button onClick={onTrain}>{t(run ? "ui-results-watch" : "ui-results-train")}</Button>
      </Empty>
    );
  }
  return <Results link={link} run={run} rows={rows} best={best} />;
}

interface ResultsProps {
  link: Link;
  run: RunView;
  rows: RowView[];
  best: RowView;
}

function Results({ link, run, rows, best }: ResultsProps) {
  const strongest = useStrongest(link, run, best.model);
  return (
    <div class="ja-results">
      <p class="ja-sentence">{resultSentence(run, best, strongest)}</p>
      <p class="ja-quiet">{judged(run)}</p>
      <Facts best={best} run={run} />
      <Comparison rows={rows} run={run} />
      <EvaluationPanel link={link} run={run} model="" />
      <ExplainPanel link={link} run={run} />
      <BuiltPanel link={link} run={run} best={best} />
    </div>
  );
}

function resultSentence(run: RunView, best: RowView, strongest: string): string {
  const spread =
    best.score_std === null ? "" : ` ± ${formatSpread(best.score_std, best.score).replace(/^\./, "0.")}`;
  return t("ui-results-sentence", {
    model: best.model,
    target: run.plan?.target ?? t("ui-results-target"),
    metric: metricOf(run),
    score: `${formatScore(best.score)}${spread}`,
    matters: strongest ? "yes" : "no",
    strongest,
  });
}

function metricOf(run: RunView): string {
  return run.plan?.metric ?? t("ui-results-score");
}

function judged(run: RunView): string {
  const plan = run.plan;
  if (!plan) return "";
  const how = t("ui-results-judged", { folds: plan.n_folds > 1 ? plan.n_folds : 0 });
  const tried = hasEnded(run) ? "ui-results-tried" : "ui-results-tried-so-far";
  return `${how} ${t(tried, { n: run.n_done })}`;
}

function Facts({ best, run }: { best: RowView; run: RunView }) {
  const baseline = run.rows.find((row) => row.family === "dummy");
  const facts: [string, string][] = [
    [metricOf(run), formatScore(best.score)],
    [
      t("ui-results-spread"),
      best.score_std === null ? "–" : `± ${formatSpread(best.score_std, best.score)}`,
    ],
    [t("ui-results-fit"), formatSeconds(best.fit_seconds)],
    [t("ui-results-predict"), formatMicroseconds(best.predict_us)],
  ];
  if (baseline && baseline.family !== best.family) {
    facts.splice(1, 0, [t("ui-results-guessing"), formatScore(baseline.score)]);
  }
  return (
    <dl class="ja-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Comparison({ rows, run }: { rows: RowView[]; run: RunView }) {
  const most = Math.max(...rows.map((row) => (row.score ?? 0) + (row.score_std ?? 0)), 1e-12);
  const share = (value: number) => `${(100 * Math.max(0, Math.min(1, value / most))).toFixed(2)}%`;
  const better = run.plan && !run.plan.greater_is_better ? "smaller" : "larger";
  return (
    <>
      <h3 class="ja-heading">{t("ui-results-compared")}</h3>
      <div class="ja-scroll" tabIndex={0} role="region" aria-label={t("ui-results-compared")}>
        <table class="ja-board ja-comparison">
          <thead>
            <tr>
              <th scope="col">{t("ui-board-col-model")}</th>
              <th scope="col" class="ja-num">
                {metricOf(run)}
              </th>
              <th scope="col" class="ja-num">
                ±
              </th>
              <th scope="col" class="ja-comparison-bar">
                <span class="ja-quiet">{t("ui-results-bar", { better })}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.family}>
                <th scope="row" class="ja-model">
                  <span
                    class="ja-swatch"
                    style={{ background: familyColor(row.family) }}
                    aria-hidden="true"
                  />
                  <span class="ja-model-name">{row.model}</span>
                </th>
                <td class="ja-num">{formatScore(row.score)}</td>
                <td class="ja-num ja-quiet">{formatSpread(row.score_std, row.score)}</td>
                <td class="ja-comparison-bar">
                  <span class="ja-bar" aria-hidden="true">
                    <span
                      style={{
                        width: share(row.score ?? 0),
                        background: familyColor(row.family),
                      }}
                    />
                    {row.score_std !== null && (
                      <i
                        class="ja-bar-spread"
                        style={{
                          left: share((row.score ?? 0) - row.score_std),
                          width: share(2 * row.score_std),
                        }}
                      />
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What was made of the columns for the best model, in sentences. */
function BuiltPanel({ link, run, best }: { link: Link; run: RunView; best: RowView }) {
  const view = link.state.features;
  const live = link.life === "live";
  useEffect(() => {
    // The section shows the error that the reply would repeat.
    if (live) link.request("features", { model: best.model }).catch(() => undefined);
  }, [live, run.id, best.model, best.score]);
  if (!view || view.status === "empty") return null;
  const none = view.status === "ready" && view.sentences.length === 0;
  return (
    <details class="ja-fold ja-built">
      <summary>{t("ui-results-built", { none: none ? "yes" : "no" })}</summary>
      {view.error && <Problem error={view.error} />}
      {none && <p>{t("ui-results-built-none", { model: view.model })}</p>}
      {view.sentences.length > 0 && (
        <>
          <ul>
            {view.sentences.map((sentence, index) => (
              <li key={index}>{sentence}</li>
            ))}
          </ul>
          <p class="ja-quiet">{t("ui-results-built-note", { model: view.model })}</p>
        </>
      )}
    </details>
  );
}
