import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Link } from "../../link.ts";
import { lazy } from "../../late.tsx";
import { t } from "../../messages.ts";
import { useTrials } from "../../trials.ts";
import type { RunView } from "../../types.gen.ts";
import { type PartialView, useViewState } from "../../viewstate.ts";
import { Button, Loading, Problem } from "../basics.tsx";
import { familyColor } from "../colors.ts";
import { Grid } from "./grid.tsx";
import { columnsOf, filtered, modelRows, sorted, trialRows } from "./rows.ts";

const MOST_COMPARED = 5;
const HIDDEN_AT_FIRST: readonly string[] = [];

const Compare = lazy((late) => late.Compare);
const Detail = lazy((late) => late.Detail);

type BoardView = NonNullable<PartialView["board"]>;

/** The leaderboard: what is shown of it is the widget's `view`, which a cell can read and set. */
export function Board({ link, run }: { link: Link; run: RunView }) {
  const [stored, setStored] = useViewState(link, "board");
  const view: BoardView = stored ?? {};
  const set = (change: BoardView): void => setStored({ ...view, ...change });
  const mode = view.rows ?? "models";
  const { trials, ready, error } = useTrials(link, run, mode === "trials");
  const greater = run.plan?.greater_is_better ?? true;
  const all = mode === "models" ? modelRows(run) : trialRows(trials, greater);
  const columns = columnsOf(mode, run);
  const shownColumns = columns.filter(({ key }) => isShown(view, key));
  const rows = sorted(filtered(all, view), columns, view.sort?.[0]);
  const picked = (view.selected ?? []).filter((id) => all.some((row) => row.id === id));
  const open = view.open ?? "";
  const leader = all[0]?.score == null ? undefined : all[0];
  const metric = run.plan?.metric ?? "";
  const caption =
    mode === "models"
      ? t("ui-board-caption", { metric, better: greater ? "larger" : "smaller" })
      : t("ui-board-caption-trials", { metric });
  const box = useRef<HTMLDivElement>(null);
  // A detail can lead to others that have no row here: it closes to the row it came from.
  const origin = useRef("");
  const [back, setBack] = useState<string | null>(null);
  useEffect(() => {
    // The grid has heard of it.
    if (back !== null) setBack(null);
  }, [back]);
  const openFromDetail = (id: string): void => {
    if (!id) setBack(rows.some((row) => row.id === open) ? open : origin.current);
    set({ open: id });
  };
  const closeCompare = (): void => {
    box.current?.querySelector<HTMLElement>("[data-act=compare]")?.focus();
    set({ open: "" });
  };
  const pick = (id: string): void => {
    if (picked.includes(id)) set({ selected: picked.filter((other) => other !== id) });
    else set({ selected: [...picked, id].slice(-MOST_COMPARED) });
  };
  return (
    <div class="ja-leaderboard" ref={box}>
      <Toolbar
        view={view}
        set={set}
        mode={mode}
        families={familiesOf(run)}
        columns={columns.map(({ key, title, hint }) => ({ key, title, hint }))}
        hasTrials={run.n_done + run.n_failed > 0}
        picked={picked}
      />
      {leader && !rows.some((row) => row.id === leader.id) && rows.length > 0 && (
        <p class="ja-quiet">{t("ui-board-hidden", { name: leader.name })}</p>
      )}
      {open === "compare" && picked.length > 1 && (
        <Compare link={link} run={run} ids={picked} onClose={closeCompare} />
      )}
      {open && open !== "compare" && (
        <Detail
          key={open}
          link={link}
          run={run}
          id={open}
          version={all.find((row) => row.id === open)?.score ?? 0}
          onOpen={openFromDetail}
        />
      )}
      {error && mode === "trials" && <Problem error={error} />}
      {mode === "trials" && !ready && !error ? (
        <Loading>{t("ui-board-loading")}</Loading>
      ) : rows.length === 0 ? (
        <p class="ja-quiet ja-next">{t("ui-board-none")}</p>
      ) : (
        <Grid
          rows={rows}
          columns={shownColumns}
          sort={view.sort?.[0]}
          onSort={(sort) => set({ sort })}
          picked={picked}
          onPick={pick}
          open={open}
          onOpen={(id) => {
            origin.current = id;
            set({ open: id });
          }}
          back={back}
          caption={caption}
          slides={mode === "models" && !view.sort?.length}
        />
      )}
      {mode === "trials" && ready && (
        <p class="ja-quiet">{t("ui-board-count", { n: rows.length })}</p>
      )}
    </div>
  );
}

/** No choice shows every column. */
function isShown(view: BoardView, key: string): boolean {
  const chosen = view.columns ?? [];
  return chosen.length > 0 ? chosen.includes(key) : !HIDDEN_AT_FIRST.includes(key);
}

function familiesOf(run: RunView): { family: string; label: string }[] {
  return run.rows.map((row) => ({ family: row.family, label: row.model }));
}

interface ToolbarProps {
  view: BoardView;
  set: (change: BoardView) => void;
  mode: "models" | "trials";
  families: { family: string; label: string }[];
  columns: { key: string; title: string; hint: string }[];
  hasTrials: boolean;
  picked: string[];
}

function Toolbar({ view, set, mode, families, columns, hasTrials, picked }: ToolbarProps) {
  const chosen = view.families ?? [];
  const shown = view.columns?.length ? view.columns : columns.map(({ key }) => key);
  const n = families.filter(({ family }) => chosen.includes(family)).length;
  const toggleFamily = (family: string): void => {
    const all = families.map((one) => one.family);
    const now = chosen.length > 0 ? chosen : all;
    const next = now.includes(family) ? now.filter((one) => one !== family) : [...now, family];
    set({ families: next.length === 0 || all.every((one) => next.includes(one)) ? [] : next });
  };
  const toggleColumn = (key: string): void => {
    const next = shown.includes(key) ? shown.filter((one) => one !== key) : [...shown, key];
    const kept = columns.map((column) => column.key).filter((one) => next.includes(one));
    if (kept.length > 0) set({ columns: kept.length === columns.length ? [] : kept });
  };
  return (
    <div class="ja-board-tools" role="group" aria-label={t("ui-board-label")}>
      {hasTrials && (
        <div class="ja-switch" role="group" aria-label={t("ui-board-rows")}>
          {(["models", "trials"] as const).map((rows) => (
            <button
              key={rows}
              type="button"
              aria-pressed={mode === rows}
              onClick={() => set({ rows, sort: [], selected: [], open: "", columns: [] })}
            >
              {t(`ui-board-${rows}`)}
            </button>
          ))}
        </div>
      )}
      <input
        type="text"
        class="ja-board-search"
        value={view.search ?? ""}
        placeholder={t("ui-board-search")}
        aria-label={t("ui-board-search")}
        onInput={(event) => set({ search: event.currentTarget.value })}
        onKeyDown={(event) => event.stopPropagation()}
      />
      <Menu
        title={
          chosen.length > 0
            ? t("ui-board-families-some", { shown: n, all: families.length })
            : t("ui-board-families")
        }
        onAll={chosen.length > 0 ? () => set({ families: [] }) : null}
      >
        {families.map(({ family, label }) => (
          <label key={family}>
            <input
              type="checkbox"
              checked={chosen.length === 0 || chosen.includes(family)}
              onChange={() => toggleFamily(family)}
            />
            <span class="ja-swatch" style={{ background: familyColor(family) }} aria-hidden="true" />
            <bdi>{label}</bdi>
          </label>
        ))}
      </Menu>
      <Menu
        title={t("ui-board-columns")}
        onAll={view.columns?.length ? () => set({ columns: [] }) : null}
      >
        {columns.map(({ key, title, hint }) => (
          <label key={key} title={hint}>
            <input
              type="checkbox"
              checked={shown.includes(key)}
              onChange={() => toggleColumn(key)}
            />
            {title === "±" || title === "#" ? hint : title}
          </label>
        ))}
      </Menu>
      <Button
        disabled={picked.length < 2}
        title={t("ui-board-compare-hint")}
        data-act="compare"
        onClick={() => set({ open: "compare" })}
      >
        {t("ui-board-compare", { n: picked.length })}
      </Button>
      {picked.length > 0 && (
        <Button
          onClick={() => set({ selected: [], open: view.open === "compare" ? "" : view.open ?? "" })}
        >
          {t("ui-board-clear")}
        </Button>
      )}
    </div>
  );
}

interface MenuProps {
  title: string;
  onAll: (() => void) | null;
  children: ComponentChildren;
}

/** A button that unfolds a list of boxes; Escape folds it. */
function Menu({ title, onAll, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  return (
    <div
      class="ja-menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        setOpen(false);
        (event.currentTarget.firstElementChild as HTMLElement | null)?.focus();
      }}
    >
      <Button aria-expanded={open} onClick={() => setOpen(!open)}>
        {title} <span aria-hidden="true">{open ? "▴" : "▾"}</span>
      </Button>
      {open && (
        <div class="ja-menu-list" role="group" aria-label={title}>
          {children}
          {onAll && (
            <button type="button" class="ja-link" onClick={onAll}>
              {t("ui-board-all")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
