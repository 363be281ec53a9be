import { t } from "../../messages.ts";
import type { Pick } from "../../picture/picture.tsx";
import { numberText } from "../../picture/scale.ts";
import type { Picture } from "../../types.gen.ts";

/** The worst rows as a table; a row's number opens its explanation. */
export function Errors({ picture, onPick }: { picture: Picture; onPick: (pick: Pick) => void }) {
  const { title, findings, marks, table, note } = picture;
  const rows = marks.flatMap((mark) => (mark.type === "dots" && mark.rows) || []);
  const kind = (cell: unknown) => (typeof cell === "number" ? "ja-num" : undefined);
  return (
    <figure class="ja-picture" aria-label={title}>
      <h3 class="ja-heading">{title}</h3>
      {findings.map((finding, key) => (
        <p key={key}>{finding}</p>
      ))}
      {rows.length > 0 && (
        <>
          <p class="ja-quiet">{t("ui-evaluate-errors-hint")}</p>
          <div class="ja-scroll" role="region" aria-label={title} tabIndex={0}>
            <table class="ja-plain">
              <thead>
                <tr>
                  {table.columns.map((column, i) => (
                    <th key={i} scope="col" class={kind(table.rows[0]?.[i])}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row, place) => (
                  <tr key={row}>
                    <th scope="row">
                      <button
                        type="button"
                        class="ja-link"
                        onClick={() => onPick({ kind: "row", row })}
                      >
                        {t("ui-picture-row", { row: String(row) })}
                      </button>
                    </th>
                    {table.rows[place]?.slice(1).map((cell, i) => (
                      <td key={i} class={kind(cell)}>
                        <bdi>{typeof cell === "string" ? cell : numberText(cell)}</bdi>
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {note && <p class="ja-note">{note}</p>}
    </figure>
  );
}
