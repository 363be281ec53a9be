import { Problem } from "../components/basics.tsx";
import { Choices } from "../components/choices.tsx";
import { Findings } from "../components/findings.tsx";
import { Preview } from "../components/preview.tsx";
import { TableHead } from "../components/table_head.tsx";
import type { Link } from "../link.ts";
import type { DataView, ReadingView } from "../types.gen.ts";

interface Props {
  link: Link;
  data: DataView;
  reading: ReadingView;
}

/** A table before training: what stands out, what to do about it, and its first rows. */
export function ProfileScreen({ link, data, reading }: Props) {
  const table = data.table;
  return (
    <div class="ja-data">
      {data.error && <Problem error={data.error} />}
      {table && (
        <>
          <div class="ja-top">
            <TableHead table={table} />
          </div>
          <Findings link={link} table={table} reading={reading} />
          <Choices link={link} reading={reading} />
          <Preview key={table.fingerprint} link={link} table={table} />
        </>
      )}
    </div>
  );
}
