import { useState } from "preact/hooks";

import { useView } from "../ask.ts";
import { type Link, RequestError } from "../link.ts";
import { t } from "../messages.ts";
import type {
  ErrorView,
  NoticeView,
  ReadingView,
  SuspectsView,
  TableView,
} from "../types.gen.ts";
import { Button, Loading, Mark, Problem } from "./basics.tsx";

const SHOWN = 5;
/** Findings about a column that a person may want to leave out. */
const OF_A_COLUMN = new Set([
  "copied_column",
  "mostly_missing",
  "many_levels",
  "leak",
  "leak_or_easy",
  "far_ahead",
  "missing_leak",
  "target_copy",
]);

interface FindingsProps {
  link: Link;
  table: TableView;
  reading: ReadingView | undefined;
}

/** What stands out in a table, and what one can do about it in one click. */
export function Findings({ link, table, reading }: FindingsProps) {
  const task = reading?.task;
  const target = task?.target ?? "";
  const args =
    target && task?.task
      ? { table: table.fingerprint, target, task: task.task, exclude: task.exclude }
      : null;
  const seen = useView<SuspectsView>(link, "data.suspects", args);
  const suspects = seen.answer?.value.findings ?? [];
  return (
    <>
      <List link={link} reading={reading} notices={table.findings.slice(0, SHOWN)} />
      {table.findings.length > SHOWN && (
        <details class="ja-fold">
          <summary>{t("ui-data-more", { n: table.findings.length - SHOWN })}</summary>
          <List link={link} reading={reading} notices={table.findings.slice(SHOWN)} />
        </details>
      )}
      {args && seen.state === "loading" && link.life !== "gone" && (
        <Loading>{t("ui-data-suspects-looking", { target })}</Loading>
      )}
      {seen.error && <Problem error={seen.error} />}
      {suspects.length > 0 && (
        <>
          <p class="ja-label">{t("ui-data-suspects", { target })}</p>
          <List link={link} reading={reading} notices={suspects} />
        </>
      )}
    </>
  );
}

interface ListProps {
  link: Link;
  reading: ReadingView | undefined;
  notices: NoticeView[];
}

function List({ link, reading, notices }: ListProps) {
  const [error, setError] = useState<ErrorView | null>(null);
  if (notices.length === 0) return null;
  const ask = (kind: string, body: object): void => {
    setError(null);
    link.request(kind, body).catch((problem: unknown) => {
      if (problem instanceof RequestError) setError(problem.view);
    });
  };
  const columns = reading?.columns ?? [];
  const excluded = reading?.task?.exclude ?? [];
  const dead = link.life !== "live";
  const leaveOut = (column: string, out: boolean): void => {
    if (!reading) return;
    const rest = excluded.filter((name) => name !== column);
    const exclude = out ? [...rest, column] : rest;
    ask("read", { prompt: reading.prompt, edits: { ...reading.edits, exclude } });
  };
  return (
    <>
      <ul class="ja-notices">
        {notices.map((notice, index) => {
          const { column, code } = notice;
          const canLeave = column !== null && OF_A_COLUMN.has(code) && columns.includes(column);
          const out = canLeave && excluded.includes(column);
          return (
            <li key={index}>
              <Mark level={notice.level ?? "warning"} />
              <span class="ja-notice-text">
                {notice.message}
                {out && <span class="ja-quiet"> {t("ui-data-act-excluded")}</span>}
              </span>
              {canLeave && (
                <Button disabled={dead} onClick={() => leaveOut(column, !out)}>
                  {t(out ? "ui-data-act-include" : "ui-data-act-exclude")}
                </Button>
              )}
              {code === "repeated_rows" && (
                <Button disabled={dead} onClick={() => ask("open_without_repeats", {})}>
                  {t("ui-data-act-repeats")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {error && <Problem error={error} />}
    </>
  );
}
