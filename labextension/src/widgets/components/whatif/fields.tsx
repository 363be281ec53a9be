import { useId, useState } from "preact/hooks";

import { t } from "../../messages.ts";
import type { Field } from "../../types.gen.ts";
import { Button } from "../basics.tsx";
import { type Changes, type FormCell, textOf } from "./state.ts";

const SHOWN = 20;

interface FormProps {
  fields: Field[];
  cells: Record<string, FormCell>;
  nFields: number;
  changes: Changes;
  onChange: (name: string, cell: FormCell) => void;
  onUndo: (name: string) => void;
  onFocus: (name: string) => void;
  focused: string;
  /** The field that the last question says is wrong. */
  wrong: string;
}

/** The form: the fields that matter most first; a changed one is marked and can be undone. */
export function Form(props: FormProps) {
  const { fields, changes } = props;
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  const words = search.trim().toLowerCase();
  const found = fields.filter((field) => field.name.toLowerCase().includes(words));
  const shown = all || words ? found : found.filter(({ name }, i) => i < SHOWN || name in changes);
  const hidden = found.length - shown.length;
  return (
    <div class="ja-form">
      {fields.length > SHOWN && (
        <input
          type="text"
          value={search}
          placeholder={t("ui-whatif-search")}
          aria-label={t("ui-whatif-search")}
          onInput={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => event.stopPropagation()}
        />
      )}
      {shown.map((field) => (
        <FieldRow key={field.name} field={field} {...props} />
      ))}
      {(hidden > 0 || (all && found.length > SHOWN && !words)) && (
        <button type="button" class="ja-link" onClick={() => setAll(!all)}>
          {all ? t("ui-whatif-fewer") : t("ui-whatif-more", { n: hidden })}
        </button>
      )}
      {props.nFields > fields.length && (
        <p class="ja-quiet">{t("ui-whatif-hidden", { n: props.nFields - fields.length })}</p>
      )}
    </div>
  );
}

function FieldRow({
  field,
  cells,
  changes,
  onChange,
  onUndo,
  onFocus,
  focused,
  wrong,
}: FormProps & { field: Field }) {
  const id = useId();
  const { name } = field;
  const changed = name in changes;
  const cell = changed ? changes[name]! : (cells[name] ?? null);
  const before = textOf(cells[name]);
  const set = (value: FormCell): void => onChange(name, value);
  return (
    <div
      class={`ja-form-field ${changed ? "ja-form-changed" : ""} ${focused === name ? "ja-form-focused" : ""}`}
      onFocusCapture={() => onFocus(name)}
    >
      <label class="ja-form-name" for={id} title={name}>
        <bdi>{name}</bdi>
      </label>
      <Input id={id} field={field} cell={cell} set={set} wrong={wrong === name} />
      <span class="ja-form-acts">
        {field.missing_allowed && cell !== null && (
          <button
            type="button"
            class="ja-link"
            title={t("ui-whatif-set-missing")}
            aria-label={`${t("ui-whatif-set-missing")}: ${name}`}
            onClick={() => set(null)}
          >
            {t("ui-whatif-missing")}
          </button>
        )}
        {changed && (
          <Button
            aria-label={`${t("ui-whatif-undo")}: ${name}`}
            title={t("ui-whatif-was", { value: before || t("ui-whatif-missing") })}
            onClick={() => onUndo(name)}
          >
            {t("ui-whatif-undo")}
          </Button>
        )}
      </span>
    </div>
  );
}

interface InputProps {
  id: string;
  field: Field;
  cell: FormCell;
  set: (value: FormCell) => void;
  wrong: boolean;
}

function Input({ id, field, cell, set, wrong }: InputProps) {
  const keep = (event: KeyboardEvent): void => event.stopPropagation();
  const text = textOf(cell);
  const missing = cell === null ? t("ui-whatif-missing") : undefined;
  if (field.levels.length > 0 && field.more_levels === 0) {
    const known = field.levels.includes(text);
    return (
      <select
        id={id}
        value={cell === null ? "" : text}
        aria-invalid={wrong}
        onChange={(event) => set(event.currentTarget.value || null)}
        onKeyDown={keep}
      >
        {(cell === null || field.missing_allowed) && (
          <option value="">{t("ui-whatif-missing")}</option>
        )}
        {!known && cell !== null && <option value={text}>{text}</option>}
        {field.levels.map((level) => (
          <option key={level} value={level}>
            {level}
          </option>
        ))}
      </select>
    );
  }
  const list = `${id}-list`;
  const slider = field.kind === "number" && field.low !== null && field.high !== null;
  return (
    <span class="ja-form-input">
      {slider && <Slide field={field} cell={cell} set={set} />}
      <input
        id={id}
        type="text"
        inputMode={field.kind === "number" ? "decimal" : "text"}
        class={slider ? "ja-form-number" : ""}
        value={text}
        placeholder={missing}
        aria-invalid={wrong}
        list={field.levels.length > 0 ? list : undefined}
        onInput={(event) => set(event.currentTarget.value === "" ? null : event.currentTarget.value)}
        onKeyDown={keep}
      />
      {field.levels.length > 0 && (
        <datalist id={list}>
          {field.levels.map((level) => (
            <option key={level} value={level} />
          ))}
        </datalist>
      )}
    </span>
  );
}

/** A slider over the range that is sensible, with the column's own values behind it. */
function Slide({ field, cell, set }: { field: Field; cell: FormCell; set: (v: FormCell) => void }) {
  const low = field.low!;
  const high = field.high!;
  const typed = Number(String(cell ?? "").replace(",", "."));
  const value = cell === null || !Number.isFinite(typed) ? (low + high) / 2 : typed;
  const most = Math.max(...field.histogram, 1);
  const width = 100 / Math.max(1, field.histogram.length);
  return (
    <span class="ja-slide">
      <svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
        {field.histogram.map((count, index) => (
          <rect
            key={index}
            x={index * width}
            width={width * 0.9}
            y={20 - (20 * count) / most}
            height={(20 * count) / most}
          />
        ))}
      </svg>
      <input
        type="range"
        min={low}
        max={high}
        step={field.step ?? "any"}
        value={Math.min(high, Math.max(low, value))}
        aria-label={field.name}
        onInput={(event) => {
          const next = Number(event.currentTarget.value);
          set(field.whole ? Math.round(next) : Number(next.toPrecision(6)));
        }}
        onKeyDown={(event) => event.stopPropagation()}
      />
    </span>
  );
}
