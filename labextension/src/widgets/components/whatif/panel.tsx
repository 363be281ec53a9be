import { useState } from "preact/hooks";

import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { FormView, RunView } from "../../types.gen.ts";
import { useViewState } from "../../viewstate.ts";
import { Button, Empty, Loading, Problem } from "../basics.tsx";
import { BatchPanel } from "../batch/panel.tsx";
import { Dependence, Nearest, Outlook, type Question, WouldChange } from "./answers.tsx";
import { Form } from "./fields.tsx";
import { type Changes, useChanges, useOutlook, useRested } from "./state.ts";

type More = "dependence" | "nearest" | "flip";
const MORE: More[] = ["dependence", "nearest", "flip"];

/** Change a value, see the prediction change and why. */
export function WhatIfPanel({ link, run }: { link: Link; run: RunView }) {
  const [stored, set] = useViewState(link, "whatif");
  const names = run.rows.filter((row) => row.score !== null).map((row) => row.model);
  const model = names.includes(stored?.model ?? "") ? stored!.model! : "";
  const start = stored?.row ?? -1;
  // Another best model is another form; while models train, that waits until somebody looks again.
  const [first] = useState(names[0] ?? "");
  const asked = model || (run.status === "running" ? first : (names[0] ?? ""));
  const seen = useView<FormView>(
    link,
    "whatif.form",
    asked ? { model: asked, start } : null,
    { slot: "whatif.form" },
  );
  const form = seen.answer?.value;
  if (names.length === 0) return <Empty title={t("ui-whatif-none")} />;
  return (
    <div class="ja-whatif">
      <div class="ja-controls">
        <label class="ja-field">
          <span class="ja-field-name">{t("ui-whatif-model")}</span>
          <select
            value={asked}
            onChange={(event) => set({ ...stored, model: event.currentTarget.value })}
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <Start
          row={start}
          nRows={form?.n_rows ?? 0}
          onStart={(row) => set({ ...stored, row })}
        />
      </div>
      {seen.error && (
        <>
          <Problem error={seen.error} />
          <Button onClick={seen.again}>{t("ui-ask-again")}</Button>
        </>
      )}
      {!form && !seen.error && <Loading>{t("ui-whatif-loading", { model: asked })}</Loading>}
      {form && (
        <Asked
          key={asked}
          link={link}
          form={form}
          model={asked}
          start={start}
          onStart={(row) => set({ ...stored, row })}
        />
      )}
      <BatchPanel link={link} />
    </div>
  );
}

interface StartProps {
  row: number;
  nRows: number;
  onStart: (row: number) => void;
}

function Start({ row, nRows, onStart }: StartProps) {
  const [text, setText] = useState(row >= 0 ? String(row) : "");
  const number = Number(text.trim());
  const known = /^\d+$/.test(text.trim()) && (nRows === 0 || number < nRows);
  const take = (): void => {
    if (known) onStart(number);
  };
  return (
    <div class="ja-controls" role="group" aria-label={t("ui-whatif-start")}>
      <Button aria-pressed={row < 0} onClick={() => onStart(-1)}>
        {t("ui-whatif-start-typical")}
      </Button>
      <input
        type="text"
        inputMode="numeric"
        class="ja-form-number"
        value={text}
        aria-label={t("ui-whatif-row-number")}
        placeholder={t("ui-nearest-row")}
        aria-invalid={text.trim() !== "" && !known}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter") take();
        }}
      />
      <Button disabled={!known} onClick={take}>
        {t("ui-whatif-row-go")}
      </Button>
      {text.trim() !== "" && !known && nRows > 0 && (
        <span class="ja-quiet">{t("ui-whatif-row-wrong", { last: nRows - 1 })}</span>
      )}
    </div>
  );
}

interface AskedProps {
  link: Link;
  form: FormView;
  model: string;
  start: number;
  onStart: (row: number) => void;
}

function Asked({ link, form, model, start, onStart }: AskedProps) {
  const [changes, change, setChanges] = useChanges(start);
  const [focused, setFocused] = useState(form.fields[0]?.name ?? "");
  const [more, setMore] = useState<More>("dependence");
  const question: Question = { model, start, changes, label: "" };
  const { outlook, error, waiting } = useOutlook(link, question);
  // What is below changes when the hand rests: it would only be in the way before.
  const rested = useRested(question);
  const undo = (name: string): void => {
    const { [name]: _, ...rest } = changes;
    setChanges(rest);
  };
  const n = Object.keys(changes).length;
  const apply = (cells: Changes): void => setChanges({ ...changes, ...cells });
  const wrong = String(error?.context.column ?? "");
  const field = form.fields.find(({ name }) => name === focused);
  return (
    <div class="ja-whatif-sides">
      <section aria-label={t("ui-whatif-title")}>
        <Form
          fields={form.fields}
          cells={form.cells}
          nFields={form.n_fields}
          changes={changes}
          onChange={change}
          onUndo={undo}
          onFocus={setFocused}
          focused={focused}
          wrong={wrong}
        />
        {n > 0 && (
          <Button onClick={() => setChanges({})}>{t("ui-whatif-reset", { n })}</Button>
        )}
      </section>
      <section aria-label={t("ui-outlook-title")}>
        {error && <Problem error={error} />}
        <Outlook outlook={outlook} target={form.target} waiting={waiting} />
        <div class="ja-questions" role="group">
          {MORE.map((key) => (
            <button
              key={key}
              type="button"
              aria-pressed={more === key}
              onClick={() => setMore(key)}
            >
              {t(`ui-${key}-title`, { field: focused })}
            </button>
          ))}
        </div>
        {more === "dependence" && (
          <Dependence
            link={link}
            question={rested}
            field={focused}
            onPick={(value) => {
              if (field?.kind === "number") {
                change(focused, field.whole ? Math.round(value) : Number(value.toPrecision(6)));
              }
            }}
          />
        )}
        {more === "nearest" && <Nearest link={link} question={rested} onTake={onStart} />}
        {more === "flip" && (
          <WouldChange link={link} question={question} form={form} onApply={apply} />
        )}
      </section>
    </div>
  );
}
