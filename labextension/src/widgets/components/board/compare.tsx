import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { DetailsView, DetailView, RunView } from "../../types.gen.ts";
import { formatBytes, formatMicroseconds, formatScore, formatSeconds, formatSpread } from "../../words.ts";
import { Button, Loading, Problem } from "../basics.tsx";
import { familyColor } from "../colors.ts";

interface CompareProps {
  link: Link;
  run: RunView;
  ids: string[];
  onClose: () => void;
}

interface Line {
  title: string;
  cells: string[];
  /** Place of the best cell, where one is better than all others. */
  best: number;
}

/** Two to five rows side by side: scores, what they cost, and where their settings differ. */
export function Compare({ link, run, ids, onClose }: CompareProps) {
  const seen = useView<DetailsView>(link, "trials.details", { rows: ids }, { version: run.n_done });
  const rows = seen.answer?.value.rows ?? [];
  const title = t("ui-compare-title", { n: ids.length });
  return (
    <section
      class="ja-detail"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header class="ja-detail-head">
        <h3>{title}</h3>
        <Button onClick={onClose}>{t("ui-board-close")}</Button>
      </header>
      {seen.error && <Problem error={seen.error} />}
      {!seen.error && !seen.answer && <Loading>{t("ui-board-loading")}</Loading>}
      {rows.length > 0 && <Table rows={rows} run={run} />}
    </section>
  );
}

function Table({ rows, run }: { rows: DetailView[]; run: RunView }) {
  const settings = differing(rows);
  return (
    <>
      <div class="ja-scroll" tabIndex={0} role="region" aria-label={t("ui-board-label")}>
        <table class="ja-compare">
          <thead>
            <tr>
              <td />
              {rows.map((row) => (
                <th key={row.row} scope="col">
                  <span
                    class="ja-swatch"
                    style={{ background: familyColor(row.family) }}
                    aria-hidden="true"
                  />
                  <bdi>{row.model}</bdi>
                  {row.number !== null && <span class="ja-note">{row.number}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines(rows, run).map((line) => (
              <Cells key={line.title} line={line} />
            ))}
            {settings.length > 0 && (
              <tr>
                <th scope="colgroup" colSpan={rows.length + 1} class="ja-quiet">
                  {t("ui-compare-settings")}
                </th>
              </tr>
            )}
            {settings.map((line) => (
              <Cells key={`setting ${line.title}`} line={line} mono />
            ))}
          </tbody>
        </table>
      </div>
      {rows.some((row) => row.versus?.low != null) && (
        <p class="ja-quiet">{t("ui-compare-note")}</p>
      )}
    </>
  );
}

function Cells({ line, mono = false }: { line: Line; mono?: boolean }) {
  return (
    <tr class={mono ? "ja-mono" : ""}>
      <th scope="row">
        <bdi>{line.title}</bdi>
      </th>
      {line.cells.map((cell, index) => (
        <td key={index} class={mono ? "" : "ja-num"}>
          {index === line.best && <span class="ja-best-word">{t("ui-compare-best")} </span>}
          <bdi>{cell}</bdi>
        </td>
      ))}
    </tr>
  );
}

function lines(rows: DetailView[], run: RunView): Line[] {
  const greater = run.plan?.greater_is_better ?? true;
  const line = (
    title: string,
    value: (row: DetailView) => number | null,
    text: (row: DetailView) => string,
    larger = false,
  ): Line => ({ title, cells: rows.map(text), best: bestOf(rows.map(value), larger) });
  const made = [
    line(run.plan?.metric ?? "", (row) => row.score, (row) => formatScore(row.score), greater),
    line(t("ui-board-col-std"), () => null, (row) => formatSpread(row.score_std, row.score)),
    line(t("ui-compare-behind"), () => null, behind),
    line(t("ui-detail-fit"), (row) => row.fit_seconds, (row) => formatSeconds(row.fit_seconds)),
    line(
      t("ui-detail-predict"),
      (row) => row.predict_us,
      (row) => formatMicroseconds(row.predict_us),
    ),
    line(
      t("ui-detail-memory"),
      (row) => row.memory_mib,
      (row) => (row.memory_mib === null ? "–" : formatBytes(row.memory_mib * 1024 * 1024)),
    ),
  ];
  return made.filter(({ cells }) => cells.some((cell) => cell !== "–"));
}

function behind(row: DetailView): string {
  const versus = row.versus;
  if (!versus) return "–";
  const text = formatScore(versus.difference);
  if (versus.low === null || versus.high === null) return text;
  const interval = t("ui-compare-interval", {
    low: formatScore(versus.low),
    high: formatScore(versus.high),
  });
  return `${text} (${interval})`;
}

/** The one best place; none where two are as good, or only one has a value. */
function bestOf(values: (number | null)[], larger: boolean): number {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return -1;
  const best = larger ? Math.max(...known) : Math.min(...known);
  return known.filter((value) => value === best).length === 1 ? values.indexOf(best) : -1;
}

function differing(rows: DetailView[]): Line[] {
  const tables = rows.map((row) => new Map(row.params));
  const names = [...new Set(rows.flatMap((row) => row.params.map(([name]) => name)))].sort();
  return names
    .map((title) => ({ title, cells: tables.map((table) => table.get(title) ?? "–"), best: -1 }))
    .filter(({ title, cells }) => title !== "random_state" && new Set(cells).size > 1);
}
