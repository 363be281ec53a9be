import { useState } from "preact/hooks";

import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import { PictureView } from "../../picture/picture.tsx";
import type {
  Change,
  FlipView,
  FormView,
  NearestView,
  OutlookView,
  Picture,
} from "../../types.gen.ts";
import { formatScore } from "../../words.ts";
import { Button, Loading, Problem, Spoken } from "../basics.tsx";
import type { Changes } from "./state.ts";

export interface Question {
  model: string;
  start: number;
  changes: Changes;
  label: string;
}

/** What is predicted, its probabilities or its interval, and what makes it up. */
export function Outlook({ outlook, target, waiting }: { outlook: OutlookView | null; target: string; waiting: boolean }) {
  if (!outlook) return <Loading>{t("ui-outlook-waiting")}</Loading>;
  const sentence =
    outlook.value === null
      ? t("ui-outlook-class", { target, label: outlook.label })
      : t("ui-outlook-value", { target, value: formatScore(outlook.value) });
  const { low, high } = outlook;
  return (
    <div class={`ja-outlook ${waiting ? "ja-outlook-old" : ""}`} aria-busy={waiting}>
      <p class="ja-sentence">{sentence}</p>
      <Spoken text={sentence} everyMs={1500} />
      {low !== null && high !== null && (
        <p>{t("ui-outlook-between", { low: formatScore(low), high: formatScore(high) })}</p>
      )}
      {outlook.by_class.length > 0 && <Classes outlook={outlook} />}
      <PictureView picture={outlook.waterfall} />
      {outlook.approximate && !outlook.waterfall.note.includes(outlook.approximate) && (
        <p class="ja-quiet">{outlook.approximate}</p>
      )}
    </div>
  );
}

function Classes({ outlook }: { outlook: OutlookView }) {
  return (
    <>
      <dl class="ja-classes">
        {outlook.by_class.map(([label, share]) => (
          <div key={label} class={label === outlook.label ? "ja-class-chosen" : ""}>
            <dt>
              <bdi>{label}</bdi>
            </dt>
            <dd>
              <span class="ja-bar" aria-hidden="true">
                <span style={{ width: `${(100 * share).toFixed(1)}%`, background: "var(--ja-brand)" }} />
              </span>
              <span class="ja-num">{(100 * share).toFixed(share < 0.1 ? 1 : 0)} %</span>
            </dd>
          </div>
        ))}
      </dl>
      {outlook.n_classes > outlook.by_class.length && (
        <p class="ja-quiet">
          {t("ui-outlook-more", { n: outlook.by_class.length, all: outlook.n_classes })}
        </p>
      )}
    </>
  );
}

interface DependenceProps {
  link: Link;
  question: Question;
  field: string;
  onPick: (value: number) => void;
}

/** What the field at hand does; a click on a place takes its value. */
export function Dependence({ link, question, field, onPick }: DependenceProps) {
  const { model, start, changes, label } = question;
  const args = field ? { column: field, model, start, changes, label } : null;
  const seen = useView<Picture>(link, "whatif.dependence", args);
  if (!field) return <p class="ja-quiet">{t("ui-dependence-pick")}</p>;
  if (seen.error) return <Problem error={seen.error} />;
  if (!seen.answer) return <Loading>{t("ui-outlook-waiting")}</Loading>;
  return (
    <PictureView
      picture={seen.answer.value}
      onPick={(pick) => {
        if (pick.kind === "x") onPick(pick.x);
      }}
    />
  );
}

interface NearestProps {
  link: Link;
  question: Question;
  onTake: (row: number) => void;
}

export function Nearest({ link, question, onTake }: NearestProps) {
  const { model, start, changes } = question;
  const seen = useView<NearestView>(link, "whatif.nearest", { model, start, changes });
  if (seen.error) return <Problem error={seen.error} />;
  if (!seen.answer) return <Loading>{t("ui-outlook-waiting")}</Loading>;
  return (
    <div class="ja-scroll" tabIndex={0} role="region" aria-label={t("ui-nearest-title")}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="ja-num">
              {t("ui-nearest-row")}
            </th>
            <th scope="col" class="ja-num">
              {t("ui-nearest-distance")}
            </th>
            <th scope="col">{t("ui-nearest-target")}</th>
            <th scope="col">{t("ui-nearest-differs")}</th>
          </tr>
        </thead>
        <tbody>
          {seen.answer.value.rows.map((row) => (
            <tr key={row.row}>
              <td class="ja-num">
                <button
                  type="button"
                  class="ja-link"
                  aria-label={t("ui-nearest-take", { row: String(row.row) })}
                  onClick={() => onTake(row.row)}
                >
                  {row.row}
                </button>
              </td>
              <td class="ja-num">{row.distance.toFixed(3)}</td>
              <td>
                <bdi>{row.target}</bdi>
              </td>
              <td class="ja-nearest-differs">
                {row.differences.length === 0
                  ? t("ui-nearest-same")
                  : row.differences
                      .slice(0, 4)
                      .map(({ field, there }) => t("ui-nearest-difference", { field, there }))
                      .join(", ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface FlipProps {
  link: Link;
  question: Question;
  form: FormView;
  onApply: (changes: Changes) => void;
}

/** The smallest change that leads to another prediction. */
export function WouldChange({ link, question, form, onApply }: FlipProps) {
  const { model, start, changes } = question;
  const [to, setTo] = useState("");
  const [asked, setAsked] = useState<object | null>(null);
  const args = { model, start, changes, to, fixed: [] };
  const current = asked !== null && JSON.stringify(asked) === JSON.stringify(args);
  const seen = useView<FlipView>(link, "whatif.flip", current ? asked : null);
  const numeric = form.classes.length === 0;
  const flip = current ? seen.answer?.value.flip : undefined;
  const wrong = numeric && to.trim() !== "" && !Number.isFinite(Number(to.replace(",", ".")));
  return (
    <div class="ja-flip">
      <p class="ja-controls">
        <Button
          disabled={link.life !== "live" || (numeric && (to.trim() === "" || wrong))}
          onClick={() => setAsked(args)}
        >
          {t("ui-flip-ask")}
        </Button>
        <label class="ja-field">
          <span class="ja-field-name">{t("ui-flip-to")}</span>
          {numeric ? (
            <input
              type="text"
              inputMode="decimal"
              value={to}
              placeholder={t("ui-flip-value")}
              aria-invalid={wrong}
              onInput={(event) => setTo(event.currentTarget.value)}
              onKeyDown={(event) => event.stopPropagation()}
            />
          ) : (
            <select value={to} onChange={(event) => setTo(event.currentTarget.value)}>
              <option value="">{t("ui-flip-any")}</option>
              {form.classes.map((label) => (
                <option key={label} value={label}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </label>
        {wrong && <span class="ja-quiet">{t("ui-flip-wrong")}</span>}
      </p>
      {current && seen.error && <Problem error={seen.error} />}
      {current && !flip && !seen.error && <Loading>{t("ui-flip-working")}</Loading>}
      {flip && (
        <>
          <p>{flip.sentence}</p>
          {flip.changes.length > 0 && <Steps changes={flip.changes} onApply={onApply} />}
          {flip.others.length > 0 && (
            <>
              <p class="ja-label">{t("ui-flip-others")}</p>
              {flip.others.map((other, index) => (
                <Steps key={index} changes={other} onApply={onApply} />
              ))}
            </>
          )}
        </>
      )}
    </div>
  );
}

function Steps({ changes, onApply }: { changes: Change[]; onApply: (changes: Changes) => void }) {
  const cells = Object.fromEntries(changes.map(({ field, cell }) => [field, cell]));
  return (
    <div class="ja-steps">
      <ul>
        {changes.map(({ field, before, after }) => (
          <li key={field}>{t("ui-flip-change", { field, before, after })}</li>
        ))}
      </ul>
      <Button onClick={() => onApply(cells)}>{t("ui-flip-apply")}</Button>
    </div>
  );
}
