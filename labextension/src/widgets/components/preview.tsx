import type { ColumnView, TableView } from "../types.gen.ts";
import { formatShare, plural } from "../words.ts";

const KINDS: Record<string, string> = {
  numeric: "number",
  boolean: "yes / no",
  categorical: "category",
  datetime: "date",
  text: "text",
  id: "id",
  constant: "constant",
};
const MOST_COLUMNS = 60;

/** The first rows as they are, with what is known of each column above them. */
export function Preview({ table }: { table: TableView }) {
  const columns = table.columns.slice(0, MOST_COLUMNS);
  return (
    <div class="ja-scroll ja-preview" tabIndex={0} role="region" aria-label="First rows">
      <table>
        <caption class="ja-sr">
          First {plural(table.rows.length, "row")} of {table.name}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.name} column={column} rows={table.n_rows} />
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {columns.map((column, place) => (
                <Cell key={column.name} column={column} value={row[place] ?? null} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.columns.length > MOST_COLUMNS && (
        <p class="ja-quiet">
          {plural(table.columns.length - MOST_COLUMNS, "more column")} not shown here.
        </p>
      )}
    </div>
  );
}

function Head({ column, rows }: { column: ColumnView; rows: number }) {
  const missing = formatShare(column.n_missing, rows);
  const set_aside = column.kind === "id" || column.kind === "constant";
  return (
    <th scope="col" class={column.kind === "numeric" ? "ja-num" : ""}>
      <span class="ja-column-name" title={column.name}>
        {column.name}
      </span>
      <span
        class={`ja-kind ${set_aside ? "ja-kind-aside" : ""}`}
        title={column.reason || `stored as ${column.dtype}`}
      >
        {KINDS[column.kind] ?? column.kind}
        {column.kind === "categorical" && ` · ${column.n_unique}`}
        {set_aside && " · set aside"}
      </span>
      <span class="ja-missing">{missing ? `${missing} missing` : "\u00a0"}</span>
    </th>
  );
}

function Cell({ column, value }: { column: ColumnView; value: string | null }) {
  if (value === null) {
    return (
      <td class="ja-null">
        <span title="missing">–</span>
      </td>
    );
  }
  return <td class={column.kind === "numeric" ? "ja-num" : ""}>{value}</td>;
}
