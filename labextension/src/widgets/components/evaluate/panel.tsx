import { useState } from "preact/hooks";

import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import { type Pick, PictureView } from "../../picture/picture.tsx";
import type { EvaluationView, Picture, RunView } from "../../types.gen.ts";
import { useViewState } from "../../viewstate.ts";
import { formatScore, hasEnded } from "../../words.ts";
import { Button, Loading, Problem } from "../basics.tsx";
import { Costs } from "./costs.tsx";
import { Errors } from "./errors.tsx";
import { costsOf } from "./prices.ts";
import { Slider } from "./slider.tsx";

/** Pictures by the question that they answer, in reading order. */
const QUESTIONS: [string, string[]][] = [
  ["right", ["confusion", "precision_recall", "roc", "gain", "lift"]],
  ["close", ["predicted_vs_actual", "residuals"]],
  ["trust", ["calibration", "score_histogram"]],
  ["sure", ["interval_coverage", "interval_width"]],
  ["fails", ["errors", "error_by_segment", "learning_curve"]],
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

const MOST_OTHERS = 2;

interface PanelProps {
  link: Link;
  run: RunView;
  /** The model to judge where none is chosen; empty is the best. */
  model: string;
}

/** How good a model is: one question at a time, each with its pictures. */
export function EvaluationPanel({ link, run, model: usual }: PanelProps) {
  const [stored, set] = useViewState(link, "evaluate");
  const [explained, explain] = useViewState(link, "explain");
  const view = stored ?? {};
  const ended = hasEnded(run);
  const scored = run.rows.filter((row) => row.score !== null);
  const names = scored.map((row) => row.model);
  const [model = usual, ...more] = (view.models ?? []).filter((name) => names.includes(name));
  const others = more.slice(0, MOST_OTHERS);
  const scores = [model, ...others].map(
    (name) => (scored.find((row) => row.model === name) ?? scored[0])?.score ?? 0,
  );
  // While models train they need the processor: then it is judged once, when somebody asks.
  const [asked, setAsked] = useState<string | null>(null);
  const version = ended ? scores.join() : (asked ?? "");
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
          <Button disabled={link.life !== "live"} onClick={() => setAsked(scores.join())}>
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
  const judged = found.model;
  const choose = (models: string[]): void => set({ ...view, models });
  const beside = pictures.some((name) => found.compared.includes(name));
  const free = names.filter((name) => name !== judged && !others.includes(name));
  const priced = found.priced.map(({ code }) => code);
  const prices = costsOf(view, priced, found.n_classes)?.flat();
  const open = (picked: Pick): void => {
    if (picked.kind === "row") explain({ ...(explained ?? {}), model: judged, row: picked.row });
  };
  return (
    <section class="ja-evaluate">
      {head}
      {names.length > 1 && (
        <Choice
          name={t("ui-evaluate-model")}
          value={judged}
          options={names}
          onChoose={(next) => choose([next, ...others.filter((name) => name !== next)])}
        />
      )}
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
          value={label}
          options={found.labels}
          none={t("ui-evaluate-class-none")}
          onChoose={(next) => set({ ...view, label: next })}
        />
      )}
      {beside && (
        <div class="ja-controls">
          {others.length < MOST_OTHERS && free.length > 0 && (
            <Choice
              key={others.length}
              name={t("ui-evaluate-compare")}
              value=""
              options={free}
              none={t("ui-evaluate-compare-none")}
              onChoose={(next) => choose([judged, ...others, next])}
            />
          )}
          {others.map((name) => (
            <button
              key={name}
              type="button"
              class="ja-chip"
              aria-label={t("ui-evaluate-compare-less", { model: name })}
              onClick={() => choose([judged, ...others.filter((other) => other !== name)])}
            >
              ✕ {name}
            </button>
          ))}
        </div>
      )}
      {question === "fair" ? (
        <Fairness link={link} view={found} model={model} version={version} />
      ) : (
        <>
          {pictures.length === 0 && <p class="ja-quiet">{t("ui-evaluate-none")}</p>}
          {question === "right" && found.labels.length === 2 && (
            <Slider link={link} model={model} name={judged} version={version} />
          )}
          <div class="ja-charts">
            {pictures.map((name) => (
              <Drawn
                key={name}
                link={link}
                args={{
                  ...{ name, model },
                  ...(label && OF_A_CLASS.has(name) ? { label } : {}),
                  ...(others.length && found.compared.includes(name) ? { models: others } : {}),
                  ...(prices && name === "confusion" ? { costs: prices } : {}),
                }}
                version={version}
                onPick={open}
              />
            ))}
          </div>
          {question === "right" && found.priced.length > 2 && (
            <Costs key={priced.join()} link={link} found={found} />
          )}
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
  args: {
    name: string;
    model: string;
    label?: string;
    by?: string;
    models?: string[];
    costs?: number[];
  };
  version: string;
  onPick?: (pick: Pick) => void;
}

/** One picture as it is asked for. */
function Drawn({ link, args, version, onPick }: DrawnProps) {
  const slot = `evaluate ${args.name}`;
  const seen = useView<Picture>(link, "evaluate.picture", args, { slot, version });
  const picture = seen.answer?.value;
  if (picture && args.name === "errors") return <Errors picture={picture} onPick={onPick!} />;
  if (picture) return <PictureView picture={picture} />;
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
  version: string;
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
