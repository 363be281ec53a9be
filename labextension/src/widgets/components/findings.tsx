import { useState } from "preact/hooks";

import { useView } from "../ask.ts";
import { type Link, RequestError } from "../link.ts";
import { t } from "../messages.ts";
import type {
  ActView,
  ErrorView,
  FindingView,
  ReadingView,
  SuspectsView,
  TableView,
} from "../types.gen.ts";
import { canUndo, editsWith, isDone, isPossible } from "./acts.ts";
import { Button, Loading, Mark, Problem } from "./basics.tsx";

const SHOWN = 5;

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
      <List link={link} reading={reading} findings={table.findings.slice(0, SHOWN)} />
      {table.findings.length > SHOWN && (
        <details class="ja-fold">
          <summary>{t("ui-data-more", { n: table.findings.length - SHOWN })}</summary>
          <List link={link} reading={reading} findings={table.findings.slice(SHOWN)} />
        </details>
      )}
      {args && seen.state === "loading" && link.life !== "gone" && (
        <Loading>{t("ui-data-suspects-looking", { target })}</Loading>
      )}
      {seen.error && <Problem error={seen.error} />}
      {suspects.length > 0 && (
        <>
          <p class="ja-label">{t("ui-data-suspects", { target })}</p>
          <List link={link} reading={reading} findings={suspects} />
        </>
      )}
    </>
  );
}

interface ListProps {
  link: Link;
  reading: ReadingView | undefined;
  findings: FindingView[];
}

function List({ link, reading, findings }: ListProps) {
  const [error, setError] = useState<ErrorView | null>(null);
  if (findings.length === 0) return null;
  const ask = (kind: string, body: object): void => {
    setError(null);
    link.request(kind, body).catch((problem: unknown) => {
      if (problem instanceof RequestError) setError(problem.view);
    });
  };
  return (
    <>
      <ul class="ja-notices">
        {findings.map(({ message, level, acts }, index) => {
          const possible = reading ? acts.filter((act) => isPossible(act, reading)) : [];
          const done = possible.filter((act) => isDone(act, reading!));
          return (
            <li key={index}>
              <Mark level={level} />
              <span class="ja-notice-text">
                {message}
                {done.map((act) => (
                  <span key={act.field} class="ja-quiet">
                    {" "}
                    {t(`ui-data-done-${act.field}`, { name: act.value })}
                  </span>
                ))}
              </span>
              {possible.map((act) => (
                <ActButton key={act.field} act={act} link={link} reading={reading!} ask={ask} />
              ))}
            </li>
          );
        })}
      </ul>
      {error && <Problem error={error} />}
    </>
  );
}

interface ActButtonProps {
  act: ActView;
  link: Link;
  reading: ReadingView;
  ask: (kind: string, body: object) => void;
}

function ActButton({ act, link, reading, ask }: ActButtonProps) {
  const done = isDone(act, reading);
  if (done && !canUndo(act, reading)) return null;
  const onClick = (): void => {
    if (act.field === "repeats") ask("open_without_repeats", {});
    else ask("read", { prompt: reading.prompt, edits: editsWith(act, !done, reading) });
  };
  return (
    <Button disabled={link.life !== "live"} onClick={onClick}>
      {done ? t(`ui-data-undo-${act.field}`) : t(`ui-data-act-${act.field}`, { name: act.value })}
    </Button>
  );
}
