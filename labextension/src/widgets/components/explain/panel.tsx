import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import { type Pick, PictureView } from "../../picture/picture.tsx";
import type { ExplainFacts, ExplainPictureArgs, Picture, RunView } from "../../types.gen.ts";
import { useViewState } from "../../viewstate.ts";
import { hasEnded } from "../../words.ts";
import { Button, Loading, Problem } from "../basics.tsx";

type Name = ExplainPictureArgs["name"];

/** Which columns move the predictions, where to, with what, and for one row. */
export function ExplainPanel({ link, run }: { link: Link; run: RunView }) {
  const [stored, set] = useViewState(link, "explain");
  const view = stored ?? {};
  const scored = run.rows.filter((row) => row.score !== null);
  const names = scored.map((row) => row.model);
  const chosen = names.includes(view.model ?? "") ? view.model! : (names[0] ?? "");
  const ended = hasEnded(run);
  const score = scored.find((row) => row.model === chosen)?.score ?? 0;
  // While models train they need the processor: then it is explained once, when somebody asks.
  const [asked, setAsked] = useState<{ model: string; score: number } | null>(null);
  const wanted = chosen !== "" && (ended || asked !== null);
  const row = view.row ?? -1;
  const below = useRef<HTMLDivElement>(null);
  const before = useRef(row);
  useEffect(() => {
    // Somebody picked it, perhaps far above.
    if (row !== before.current) below.current?.scrollIntoView?.({ block: "nearest" });
    before.current = row;
  }, [row]);
  const model = ended ? chosen : (view.model ?? "") || (asked?.model ?? "");
  const version = ended ? score : (asked?.score ?? 0);
  const head = <h3 class="ja-heading">{t("ui-explain-title")}</h3>;
  const seen = useView<ExplainFacts>(
    link,
    "explain.overview",
    wanted ? { model } : null,
    { version },
  );
  const about = seen.answer?.value;
  if (!wanted) {
    return (
      <section class="ja-explain">
        {head}
        <p class="ja-next">
          <Button
            disabled={link.life !== "live" || names.length === 0}
            onClick={() => setAsked({ model: chosen, score })}
          >
            {t("ui-explain-now")}
          </Button>{" "}
          <span class="ja-quiet">{t("ui-explain-competes")}</span>
        </p>
      </section>
    );
  }
  const whole = (seen.answer?.done ?? 0) === 1;
  const several = (about?.labels.length ?? 0) > 2;
  const label = !several
    ? ""
    : about!.labels.includes(view.label ?? "")
      ? view.label!
      : about!.labels.at(-1)!;
  const feature = about?.features.includes(view.feature ?? "") ? view.feature! : "";
  const pick = (picked: Pick): void => {
    if (picked.kind === "row") set({ ...view, row: picked.row });
    const name = picked.kind === "name" ? about?.features[picked.index] : undefined;
    if (name !== undefined) set({ ...view, feature: name });
  };
  return (
    <section class="ja-explain">
      <div class="ja-explain-head">
        {head}
        <Choice
          name={t("ui-explain-model")}
          label={t("ui-explain-which")}
          value={model}
          options={names}
          onChoose={(next) => set({ ...view, model: next, feature: "", row: -1 })}
        />
        {about && several && (
          <Choice
            name={t("ui-explain-class")}
            label={t("ui-explain-class")}
            value={label}
            options={about.labels}
            onChoose={(next) => set({ ...view, label: next })}
          />
        )}
      </div>
      {seen.error && (
        <>
          <Problem error={seen.error} />
          <Button onClick={seen.again}>{t("ui-ask-again")}</Button>
        </>
      )}
      {!about && !seen.error && <Loading>{t("ui-explain-loading", { model })}</Loading>}
      {about && !whole && <Loading>{t("ui-explain-refining", { n: about.n_rows })}</Loading>}
      {!whole && about?.insights.map((insight, index) => (
        <p key={index} class={index === 0 ? "ja-sentence" : ""}>
          {insight}
        </p>
      ))}
      {about && whole && (
        <>
          <div class="ja-charts">
            <Drawn link={link} args={{ name: "importance", model }} version={version} onPick={pick} />
            <Drawn
              link={link}
              args={{ name: "swarm", model, label }}
              version={version}
              onPick={pick}
            />
            <div>
              <Choice
                name={t("ui-explain-feature")}
                label={t("ui-explain-feature")}
                value={feature || about.features[0]!}
                options={about.features}
                onChoose={(next) => set({ ...view, feature: next })}
              />
              <Drawn
                link={link}
                args={{ name: "dependence", model, label, feature }}
                version={version}
                onPick={pick}
              />
            </div>
            <div ref={below}>
              <RowChoice row={row >= 0 ? row : about.first_row} onChoose={(next) => set({ ...view, row: next })} />
              <Drawn link={link} args={{ name: "waterfall", model, label, row }} version={version} />
              <Folded title={t("ui-explain-lime")}>
                {() =>
                  about.lime ? (
                    <p>
                      {t("ui-explain-lime-install")} <code class="ja-mono">{about.lime}</code>
                    </p>
                  ) : (
                    <Drawn link={link} args={{ name: "lime", model, label, row }} version={version} />
                  )
                }
              </Folded>
            </div>
          </div>
          <Folded title={t("ui-explain-pairs")}>
            {() => <Drawn link={link} args={{ name: "pairs", model }} version={version} />}
          </Folded>
          <Folded title={t("ui-explain-permutation")}>
            {() => <Drawn link={link} args={{ name: "permutation", model }} version={version} />}
          </Folded>
        </>
      )}
    </section>
  );
}

/** The column that matters most, once it is known. */
export function useStrongest(link: Link, run: RunView, model: string): string {
  const seen = useView<ExplainFacts>(
    link,
    "explain.overview",
    hasEnded(run) && model ? { model } : null,
    { slot: "explain.strongest" },
  );
  return seen.answer?.value.strongest ?? "";
}

interface DrawnProps {
  link: Link;
  args: { name: Name; model: string; label?: string; feature?: string; row?: number };
  version: number;
  onPick?: (pick: Pick) => void;
}

function Drawn({ link, args, version, onPick }: DrawnProps) {
  const slot = `explain ${args.name}`;
  const seen = useView<Picture>(link, "explain.picture", args, { slot, version });
  if (seen.answer) {
    return (
      <PictureView
        picture={seen.answer.value}
        {...(onPick ? { onPick } : {})}
        busy={seen.answer.done}
      />
    );
  }
  if (seen.error) {
    return (
      <figure>
        <Problem error={seen.error} />
        <Button onClick={seen.again}>{t("ui-ask-again")}</Button>
      </figure>
    );
  }
  return <Loading>{t("ui-explain-loading", { model: args.model })}</Loading>;
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string;
  options: string[];
  onChoose: (value: string) => void;
}

function Choice({ name, label, value, options, onChoose }: ChoiceProps) {
  return (
    <label class="ja-field">
      <span class="ja-field-name">{name}</span>
      <select
        value={value}
        aria-label={label}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

function RowChoice({ row, onChoose }: { row: number; onChoose: (row: number) => void }) {
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? String(row);
  const known = /^\d{1,9}$/.test(shown.trim());
  const take = (): void => {
    if (!known) return;
    onChoose(Number(shown.trim()));
    setText(null);
  };
  return (
    <div class="ja-controls">
      <label class="ja-field">
        <span class="ja-field-name">{t("ui-explain-row")}</span>
        <input
          type="text"
          inputMode="numeric"
          class="ja-form-number"
          value={shown}
          aria-invalid={!known}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key === "Enter") take();
          }}
        />
      </label>
      <Button disabled={!known || text === null} onClick={take}>
        {t("ui-explain-row-go")}
      </Button>
      {!known && <span class="ja-quiet">{t("ui-explain-row-wrong")}</span>}
    </div>
  );
}

/** Computed when it is unfolded for the first time. */
function Folded({ title, children }: { title: string; children: () => ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="ja-fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && children()}
    </details>
  );
}
