import { useState } from "preact/hooks";

import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import { PictureView } from "../../picture/picture.tsx";
import type { EvaluationView, Picture, RunView } from "../../types.gen.ts";
import { useViewState } from "../../viewstate.ts";
import { formatScore, hasEnded } from "../../words.ts";
import { Button, Loading, Problem } from "../basics.tsx";
import { Slider } from "./slider.tsx";

/** Pictures by the question that they answer, in reading order. */
const QUESTIONS: [string, string[]][] = [
  ["right", ["confusion", "precision_recall", "roc", "gain", "lift"]],
  ["close", ["predicted_vs_actual", "residuals"]],
  ["trust", ["calibration", "score_histogram"]],
  ["sure", ["interval_coverage", "interval_width"]],
  ["fails", ["error_by_segment", "learning_curve"]],
  ["fair", []],
];
/** Pictures that are about one class of several. */
const OF_A_CLASS = new Set([
  "precision_recall",
  "roc",
  "gain",
  "lift",
  "calibration",
  "score_histogram",
]);

interface PanelProps {
  link: Link;
  run: RunView;
  /** The model to judge; empty is the best. */
  model: string;
}

/** How good a model is: one question at a time, each with its pictures. */
export function EvaluationPanel({ link, run, model }: PanelProps) {
  const [stored, set] = useViewState(link, "evaluate");
  const view = stored ?? {};
  const ended = hasEnded(run);
  const score = (model ? run.rows.find((row) => row.model === model) : run.rows[0])?.score ?? 0;
  // While models train they need the processor: then it is judged once, when somebody asks.
  const [asked, setAsked] = useState<number | null>(null);
  const version = ended ? score : (asked ?? 0);
  const wanted = ended || asked !== null;
  const seen = useView<EvaluationView>(link, "evaluate.overview", wanted ? { model } : null, {
    version,
  });
  const found = seen.answer?.value;
  const head = <h3 class="ja-heading">{t("ui-evaluate-title")}</h3>;
  if (!wanted) {
    return (
      <section class="ja-evaluate">
        {head}
        <p class="ja-next">
          <Button disabled={link.life !== "live"} onClick={() => setAsked(score)}>
            {t("ui-evaluate-now")}
          </Button>{" "}
          <span class="ja-quiet">{t("ui-evaluate-competes")}</span>
        </p>
      </section>
    );
  }
  if (!found) {
    return (
      <section class="ja-evaluate">
        {head}
        {seen.error ? (
          <>
            <Problem error={seen.error} />
            <Button onClick={seen.again}>{t("ui-ask-again")}</Button>
          </>
        ) : (
          <Loading>{t("ui-evaluate-loading", { model: model || run.rows[0]?.model || "" })}</Loading>
        )}
      </section>
    );
  }
  const questions = questionsOf(found);
  const chosen = view.picture ?? "";
  const question = questions.includes(chosen) ? chosen : (questions[0] ?? "");
  const several = found.labels.length > 2;
  const label = several && found.labels.includes(view.label ?? "") ? view.label! : "";
  const pictures = (QUESTIONS.find(([key]) => key === question)?.[1] ?? []).filter((name) =>
    found.pictures.includes(name),
  );
  return (
    <section class="ja-evaluate">
      {head}
      {found.findings.map((finding, index) => (
        <p key={index}>{finding}</p>
      ))}
      <Scores view={found} />
      <div class="ja-questions" role="group" aria-label={t("ui-evaluate-questions")}>
        {questions.map((key) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === question}
            onClick={() => set({ ...view, picture: key })}
          >
            {t(`ui-evaluate-q-${key}`)}
          </button>
        ))}
      </div>
      {several && pictures.some((name) => OF_A_CLASS.has(name)) && (
        <Choice
          name={t("ui-evaluate-class")}
          value={label || found.labels.at(-1)!}
          options={found.labels}
          onChoose={(next) => set({ ...view, label: next })}
        />
      )}
      {question === "fair" ? (
        <Fairness link={link} view={found} model={model} version={version} />
      ) : (
        <>
          {pictures.length === 0 && <p class="ja-quiet">{t("ui-evaluate-none")}</p>}
          {question === "right" && found.labels.length === 2 && (
            <Slider link={link} model={model} version={version} />
          )}
          <div class="ja-charts">
            {pictures.map((name) => (
              <Drawn
                key={name}
                link={link}
                args={{ name, model, ...(label && OF_A_CLASS.has(name) ? { label } : {}) }}
                version={version}
              />
            ))}
          </div>
        </>
      )}
    </section>
  );
}

function questionsOf(found: EvaluationView): string[] {
  return QUESTIONS.filter(
    ([key, names]) =>
      key === "fair" ? found.columns.length > 0 : names.some((name) => found.pictures.includes(name)),
  ).map(([key]) => key);
}

interface DrawnProps {
  link: Link;
  args: { name: string; model: string; label?: string; by?: string };
  version: number;
}

/** One picture as it is asked for. */
function Drawn({ link, args, version }: DrawnProps) {
  const slot = `evaluate ${args.name}`;
  const seen = useView<Picture>(link, "evaluate.picture", args, { slot, version });
  if (seen.answer) {
    return <PictureView picture={seen.answer.value} />;
  }
  if (seen.error) {
    return (
      <figure>
        <Problem error={seen.error} />
        <Button onClick={seen.again}>{t("ui-ask-again")}</Button>
      </figure>
    );
  }
  return <Loading>{t("ui-evaluate-title")}</Loading>;
}

function Fairness({
  link,
  view,
  model,
  version,
}: {
  link: Link;
  view: EvaluationView;
  model: string;
  version: number;
}) {
  const [stored, set] = useViewState(link, "evaluate");
  const by = view.columns.includes(stored?.by ?? "") ? stored!.by! : "";
  return (
    <>
      <p class="ja-quiet">{t("ui-evaluate-by-hint")}</p>
      <Choice
        name={t("ui-evaluate-by")}
        value={by}
        options={view.columns}
        none={t("ui-evaluate-by-none")}
        onChoose={(next) => set({ ...(stored ?? {}), by: next })}
      />
      {by && <Drawn link={link} args={{ name: "fairness", model, by }} version={version} />}
    </>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  options: string[];
  none?: string;
  onChoose: (value: string) => void;
}

function Choice({ name, value, options, none, onChoose }: ChoiceProps) {
  return (
    <label class="ja-field">
      <span class="ja-field-name">{name}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

function Scores({ view }: { view: EvaluationView }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      class="ja-fold"
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{t("ui-evaluate-scores")}</summary>
      <div class="ja-scroll" tabIndex={0} role="region" aria-label={t("ui-evaluate-scores")}>
        <table class="ja-scores">
          <thead>
            <tr>
              <th scope="col">{t("ui-evaluate-score")}</th>
              <th scope="col" class="ja-num">
                {t("ui-evaluate-value")}
              </th>
              <th scope="col" class="ja-num">
                {t("ui-evaluate-interval")}
              </th>
            </tr>
          </thead>
          <tbody>
            {view.scores.map((score) => (
              <tr key={score.metric}>
                <th scope="row">{score.label}</th>
                <td class="ja-num">{formatScore(score.value)}</td>
                <td class={score.low === null ? "ja-quiet" : "ja-num"}>
                  {score.low === null || score.high === null
                    ? score.reason || "–"
                    : t("ui-evaluate-between", {
                        low: formatScore(score.low),
                        high: formatScore(score.high),
                      })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
