import { useState } from "preact/hooks";

import { type Link, RequestError } from "../link.ts";
import { t } from "../messages.ts";
import type { ActView, ErrorView, ReadingView } from "../types.gen.ts";
import { type Edits, editsWith, targetOf } from "./acts.ts";
import { Problem } from "./basics.tsx";

interface Props {
  link: Link;
  reading: ReadingView;
}

/** What was chosen of a table's findings, as fields to undo and as a line of Python. */
export function Choices({ link, reading }: Props) {
  const [error, setError] = useState<ErrorView | null>(null);
  const dead = link.life !== "live";
  const choose = (edits: Edits): void => {
    setError(null);
    link.request("read", { prompt: reading.prompt, edits }).catch((problem: unknown) => {
      if (problem instanceof RequestError) setError(problem.view);
    });
  };
  const target = targetOf(reading);
  const problem = error ?? reading.error;
  return (
    <div class="ja-choices">
      <div class="ja-fields">
        <label class={`ja-field ${target ? "ja-field-set" : ""}`}>
          <span class="ja-field-name">{t("ui-profile-target")}</span>
          <select
            value={target}
            disabled={dead}
            onChange={(event) =>
              choose({ ...reading.edits, target: event.currentTarget.value || null })
            }
          >
            <option value="">{t("ui-profile-target-none")}</option>
            {reading.columns.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {chosen(reading.edits).map((act) => {
          const said = t(`ui-profile-chose-${act.field}`, { name: act.value });
          return (
            <button
              key={`${act.field} ${act.value}`}
              type="button"
              class="ja-chip"
              disabled={dead}
              title={said}
              aria-label={t("ui-profile-undo", { said })}
              onClick={() => choose(editsWith(act, false, reading))}
            >
              {said} <span aria-hidden="true">✕</span>
            </button>
          );
        })}
      </div>
      {problem && <Problem error={problem} />}
      <div>
        <span class="ja-quiet">{t("ui-profile-code")}</span>
        <pre class="ja-pre" dir="ltr" tabIndex={0}>
          {reading.code}
        </pre>
      </div>
    </div>
  );
}

function chosen(edits: Edits): ActView[] {
  const excluded = ((edits.exclude as string[] | undefined) ?? []).map(
    (value): ActView => ({ field: "exclude", value }),
  );
  const single = (["group", "time", "metric"] as const).flatMap((field): ActView[] =>
    typeof edits[field] === "string" ? [{ field, value: edits[field] }] : [],
  );
  return [...excluded, ...single];
}
