import { useState } from "preact/hooks";

import { useView } from "../ask.ts";
import type { Link } from "../link.ts";
import { t } from "../messages.ts";
import type { ColumnsView, ColumnView, SpreadView, TableView } from "../types.gen.ts";
import { formatShare } from "../words.ts";
import { Button } from "./basics.tsx";
import { Histogram } from "./histogram.tsx";

const KINDS = ["numeric", "boolean", "categorical", "datetime", "text", "id", "constant"] as const;
const PAGE = 60;

/** The first rows as they are, with what is known of each column above them. */
export function Preview({ link, table }: { link: Link; table: TableView }) {
  const [start, setStart] = useState(0);
  const args = { table: table.fingerprint, start };
  const seen = useView<ColumnsView>(link, "data.columns", args);
  const page = seen.answer?.value;
  // The first columns are there before anything is asked.
  const columns = page?.columns ?? (start === 0 ? table.columns : []);
  const rows = page?.rows ?? (start === 0 ? table.rows : []);
  const last = Math.min(table.n_columns, start + PAGE);
  return (
    <>
      <div
        class="ja-scroll ja-preview"
        tabIndex={0}
        role="region"
        aria-label={t("ui-data-first-rows")}
      >
        <table>
          <caption class="ja-sr">
            {t("ui-data-caption", { n: rows.length, name: table.name })}
          </caption>
          <thead>
            <tr>
              {columns.map((column, place) => (
                <Head
                  key={column.name}
                  column={column}
                  rows={table.n_rows}
                  spread={page?.spreads[place]}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {columns.map((column, place) => (
                  <Cell key={column.name} column={column} value={row[place] ?? null} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.n_columns > PAGE && (
        <div class="ja-controls ja-next">
          <Button disabled={start === 0} onClick={() => setStart(Math.max(0, start - PAGE))}>
            {t("ui-data-columns-before")}
          </Button>
          <span class="ja-quiet" role="status">
            {t("ui-data-columns-shown", { first: start + 1, last, all: table.n_columns })}
          </span>
          <Button disabled={last >= table.n_columns} onClick={() => setStart(start + PAGE)}>
            {t("ui-data-columns-next")}
          </Button>
        </div>
      )}
    </>
  );
}

interface HeadProps {
  column: ColumnView;
  rows: number;
  spread: SpreadView | undefined;
}

function Head({ column, rows, spread }: HeadProps) {
  const missing = formatShare(column.n_missing, rows);
  const set_aside = column.kind === "id" || column.kind === "constant";
  return (
    <th scope="col" class={column.kind === "numeric" ? "ja-num" : ""}>
      <bdi class="ja-column-name" title={column.name}>
        {column.name}
      </bdi>
      <Histogram spread={spread} />
      <span
        class={`ja-kind ${set_aside ? "ja-kind-aside" : ""}`}
        title={column.reason || t("ui-data-stored", { dtype: column.dtype })}
      >
        {kindOf(column.kind)}
        {column.kind === "categorical" && ` · ${column.n_unique}`}
        {set_aside && ` · ${t("ui-data-aside")}`}
      </span>
      <span class="ja-missing">
        {missing ? t("ui-data-missing-share", { share: missing }) : "\u00a0"}
      </span>
    </th>
  );
}

function kindOf(kind: string): string {
  const known = KINDS.find((one) => one === kind);
  return known ? t(`ui-data-kind-${known}`) : kind;
}

function Cell({ column, value }: { column: ColumnView; value: string | null }) {
  if (value === null) {
    return (
      <td class="ja-null">
        <span title={t("ui-data-missing")}>–</span>
      </td>
    );
  }
  return <td class={column.kind === "numeric" ? "ja-num" : ""}>{value}</td>;
}
