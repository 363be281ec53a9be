import { t } from "../messages.ts";
import type { TableView } from "../types.gen.ts";

/** A table in one sentence, and where it came from. */
export function TableHead({ table }: { table: TableView }) {
  return (
    <div class="ja-top-words">
      <p class="ja-sentence">
        {t("ui-data-summary", {
          rows: table.n_rows,
          columns: table.n_columns,
          findings: table.findings.length,
        })}
      </p>
      <p class="ja-quiet ja-ellipsis">
        {table.name}
        {!/^(sample:.*)?$/.test(table.source) && ` · ${table.source}`}
      </p>
    </div>
  );
}
