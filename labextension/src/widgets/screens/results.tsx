import { useEffect } from "preact/hooks";

import { Button, Empty, Problem } from "../components/basics.tsx";
import { familyColor } from "../components/colors.ts";
import { EvaluationPanel } from "../components/evaluate/panel.tsx";
import { ExplainPanel, useStrongest } from "../components/explain/panel.tsx";
import type { Link } from "../link.ts";
import type { RowView, RunView } from "../types.gen.ts";
import {
  formatMicroseconds,
  formatScore,
  formatSeconds,
  formatSpread,
  hasEnded,
  plural,
} from "../words.ts";

/** How good the best model is, how the others compare, what matters. */
export function ResultsScreen({ link, onTrain }: { link: Link; onTrain: () => void }) {
  const run = link.state.run;
  const rows = (run?.rows ?? []).filter((row) => row.score !== null);
  const best = rows[0];
  if (!run || !best) {
    return (
      <Empty
        title={
          run && !hasEnded(run)
            ? "No model has finished yet. The first results come with the first model."
            : "There are no results yet."
        }
      >
        <Button onClick={onTrain}>{run ? "Watch the run" : "Train a model"}</Button>
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
  const metric = run.plan?.metric ?? "score";
  const spread =
    best.score_std === null ? "" : ` ± ${formatSpread(best.score_std, best.score).replace(/^\./, "0.")}`;
  const matters = strongest ? `; ${strongest} matters most` : "";
  return `${best.model} predicts ${run.plan?.target ?? "the target"} with ${metric} ${formatScore(best.score)}${spread}${matters}.`;
}

function judged(run: RunView): string {
  const plan = run.plan;
  if (!plan) return "";
  const how = plan.n_folds > 1 ? `on ${plan.n_folds} folds` : "on a hold-out part";
  return `Judged ${how} of rows that the model did not see while it learned. ${plural(run.n_done, "model")} tried${hasEnded(run) ? "" : " so far"}.`;
}

function Facts({ best, run }: { best: RowView; run: RunView }) {
  const baseline = run.rows.find((row) => row.family === "dummy");
  const facts: [string, string][] = [
    [run.plan?.metric ?? "score", formatScore(best.score)],
    ["over the folds", best.score_std === null ? "–" : `± ${formatSpread(best.score_std, best.score)}`],
    ["time to fit", formatSeconds(best.fit_seconds)],
    ["time to predict a row", formatMicroseconds(best.predict_us)],
  ];
  if (baseline && baseline.family !== best.family) {
    facts.splice(1, 0, ["guessing scores", formatScore(baseline.score)]);
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
  const metric = run.plan?.metric ?? "score";
  const most = Math.max(...rows.map((row) => (row.score ?? 0) + (row.score_std ?? 0)), 1e-12);
  const share = (value: number) => `${(100 * Math.max(0, Math.min(1, value / most))).toFixed(2)}%`;
  const smaller = run.plan && !run.plan.greater_is_better ? ", smaller is better" : "";
  return (
    <>
      <h3 class="ja-heading">Models compared</h3>
      <div class="ja-scroll" tabIndex={0} role="region" aria-label="Models compared">
        <table class="ja-board ja-comparison">
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col" class="ja-num">
                {metric}
              </th>
              <th scope="col" class="ja-num">
                ±
              </th>
              <th scope="col" class="ja-comparison-bar">
                <span class="ja-quiet">from zero, ± one standard deviation{smaller}</span>
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
      <summary>Features that were built{none && " (none)"}</summary>
      {view.error && <Problem error={view.error} />}
      {none && <p>{view.model} uses the columns as they are.</p>}
      {view.sentences.length > 0 && (
        <>
          <ul>
            {view.sentences.map((sentence, index) => (
              <li key={index}>{sentence}</li>
            ))}
          </ul>
          <p class="ja-quiet">
            For {view.model}; what is learned from the rows may differ a little between the folds.
          </p>
        </>
      )}
    </details>
  );
}
