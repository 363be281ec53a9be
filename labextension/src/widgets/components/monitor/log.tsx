import { useRef, useState } from "preact/hooks";

import { type Link, RequestError } from "../../link.ts";
import { t } from "../../messages.ts";
import type { ErrorView, LogArgs, LogView, RunView } from "../../types.gen.ts";
import { useViewState } from "../../viewstate.ts";
import { formatClock } from "../../words.ts";
import { Button, Mark, Problem, Spoken } from "../basics.tsx";

type LogLine = LogView["lines"][number];

interface Lines {
  run: string;
  start: number;
  lines: LogLine[];
  /** Whether somebody has asked for older ones: then none is let go of. */
  all: boolean;
}

const LEVELS = ["info", "warning", "error"] as const;
const SHOWN: Record<(typeof LEVELS)[number], readonly string[]> = {
  info: ["info", "good", "warning", "error"],
  warning: ["warning", "error"],
  error: ["error"],
};

/** What happened, newest first, by level and text; older lines when they are asked for. */
export function Log({ link, run }: { link: Link; run: RunView }) {
  const [view, setView] = useViewState(link, "log");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);
  const held = useRef<Lines>({ run: "", start: 0, lines: [], all: false });
  held.current = joined(held.current, run);
  const { start, lines } = held.current;
  if (lines.length === 0) return null;
  const level = view?.level ?? "info";
  const search = (view?.search ?? "").toLowerCase();
  const fits = ([, of, text]: LogLine): boolean =>
    SHOWN[level].includes(of) && text.toLowerCase().includes(search);
  const shown = lines.map((line, at) => [start + at, line] as const).filter(([, line]) => fits(line));
  const important = [...run.log].reverse().find(([, of]) => of !== "info")?.[2] ?? "";
  const older = (): void => {
    setBusy(true);
    setError(null);
    link
      .request<LogView>("log", { before: start } satisfies LogArgs)
      .then(
        (found) => {
          const now = held.current;
          if (now.run !== run.id || found.start + found.lines.length !== now.start) return;
          held.current = { ...now, start: found.start, lines: [...found.lines, ...now.lines], all: true };
        },
        (problem: unknown) => problem instanceof RequestError && setError(problem.view),
      )
      .finally(() => setBusy(false));
  };
  return (
    <>
      <details class="ja-fold">
        <summary>{t("ui-monitor-log", { n: run.log_start + run.log.length })}</summary>
        <div class="ja-log-tools">
          <select
            aria-label={t("ui-monitor-log-level")}
            value={level}
            onChange={(event) =>
              setView({ ...view, level: event.currentTarget.value as (typeof LEVELS)[number] })
            }
          >
            {LEVELS.map((key) => (
              <option key={key} value={key}>
                {t(`ui-monitor-log-${key}`)}
              </option>
            ))}
          </select>
          <input
            type="text"
            value={view?.search ?? ""}
            placeholder={t("ui-monitor-log-search")}
            aria-label={t("ui-monitor-log-search")}
            onInput={(event) => setView({ ...view, search: event.currentTarget.value })}
            onKeyDown={(event) => event.stopPropagation()}
          />
          {shown.length < lines.length && (
            <span class="ja-quiet">
              {t("ui-monitor-log-shown", { n: shown.length, all: lines.length })}
            </span>
          )}
        </div>
        <ol class="ja-log" reversed tabIndex={0} aria-label={t("ui-monitor-log-label")}>
          {shown.reverse().map(([at, [seconds, of, text]]) => (
            <li key={at} class={`ja-log-${of}`}>
              <time>{formatClock(seconds)}</time>
              <span>
                {of !== "info" && <Mark level={of} />}
                {text}
              </span>
            </li>
          ))}
        </ol>
        {error && <Problem error={error} />}
        {start > 0 && (
          <Button
            onClick={older}
            disabled={busy || link.life !== "live"}
            title={link.life === "live" ? "" : t("ui-monitor-why-gone")}
          >
            {t("ui-monitor-log-older", { n: start })}
          </Button>
        )}
      </details>
      <Spoken text={important} />
    </>
  );
}

/** The lines that are held, and those that came since. */
function joined(held: Lines, run: RunView): Lines {
  const end = held.start + held.lines.length;
  if (held.run !== run.id || !held.all || run.log_start > end) {
    return { run: run.id, start: run.log_start, lines: run.log, all: false };
  }
  const fresh = run.log.slice(Math.max(0, end - run.log_start));
  return fresh.length > 0 ? { ...held, lines: [...held.lines, ...fresh] } : held;
}
