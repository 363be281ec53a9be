import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Link } from "../link.ts";
import { t } from "../messages.ts";
import type { ErrorView, NoticeView } from "../types.gen.ts";
import { formatDate } from "../words.ts";

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "type"> & { look?: "main" | "plain" };

export function Button({ look = "plain", ...rest }: ButtonProps) {
  return <button type="button" {...rest} class={`ja-button ja-button-${look}`} />;
}

const ICONS = { error: "✕", warning: "!", info: "i", good: "✓" } as const;

export function Mark({ level }: { level: keyof typeof ICONS }) {
  return (
    <span class={`ja-mark ja-mark-${level}`} aria-hidden="true">
      {ICONS[level]}
    </span>
  );
}

/** What went wrong and what to do. */
export function Problem({ error }: { error: ErrorView }) {
  return (
    <div class="ja-problem" role="alert">
      <Mark level="error" />
      <p>
        <strong class="ja-sr">{t("ui-error")} </strong>
        {error.message} {error.hint && <span class="ja-hint">{error.hint}</span>}
      </p>
    </div>
  );
}

export function Notices({ notices }: { notices: NoticeView[] }) {
  if (notices.length === 0) return null;
  return (
    <ul class="ja-notices">
      {notices.map((notice, index) => (
        <li key={index}>
          <Mark level={notice.level ?? "warning"} />
          <span>{notice.message}</span>
        </li>
      ))}
    </ul>
  );
}

/** Says when nobody answers, and since when what is shown is old. */
export function LifeLine({ link }: { link: Link }) {
  if (link.life === "live" || link.life === "connecting") return null;
  const since = link.state.at ? formatDate(link.state.at) : "never";
  return (
    <div class="ja-life" role="status">
      <Mark level="warning" />
      <p>{t(link.life === "busy" ? "ui-life-busy" : "ui-life-gone", { since })}</p>
      {link.life === "gone" && <Button onClick={link.probe}>{t("ui-life-again")}</Button>}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="ja-empty">
      <p class="ja-sentence">{title}</p>
      {children}
    </div>
  );
}

export function Loading({ children }: { children: ComponentChildren }) {
  return (
    <p class="ja-loading" role="status">
      <span class="ja-spinner" aria-hidden="true" />
      {children}
    </p>
  );
}

/** A polite line that screen readers hear at most every few seconds. */
export function Spoken({ text, everyMs = 5000 }: { text: string; everyMs?: number }) {
  const [spoken, speak] = useState(text);
  const latest = useRef(text);
  const last = useRef(0);
  latest.current = text;
  useEffect(() => {
    const wait = Math.max(0, last.current + everyMs - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      speak(latest.current);
    }, wait);
    return () => clearTimeout(timer);
  }, [text, everyMs]);
  return (
    <span class="ja-sr" aria-live="polite">
      {spoken}
    </span>
  );
}
