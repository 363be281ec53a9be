import type { ComponentChildren } from "preact";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";

import { type Link, RequestError } from "../link.ts";
import { t } from "../messages.ts";
import type { ErrorView, UploadFileView, UploadView } from "../types.gen.ts";
import { folderError, type Item, queueOf, type UploadQueue } from "../uploader.ts";
import { formatBytes, formatDuration } from "../words.ts";
import { Button, Mark, Problem, Spoken } from "./basics.tsx";

/** Files to choose or to drop, and how far each of them is. */
export function UploadBox({ link, view }: { link: Link; view: UploadView }) {
  const queue = queueOf(link);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => queue.subscribe(() => redraw(undefined as never)), [queue]);

  const dead = link.life === "gone";
  const own = new Set(queue.items.map((item) => item.upload));
  // A snapshot of an older version has no list.
  const others = (view.files ?? []).filter(
    ({ upload }) => !own.has(upload) && !queue.forgotten.has(upload),
  );
  return (
    <div
      class={`ja-drop ${over ? "ja-drop-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        if (!dead) takeDropped(queue, event.dataTransfer);
      }}
    >
      <input
        ref={input}
        type="file"
        multiple
        class="ja-sr"
        tabIndex={-1}
        aria-label={t("ui-upload-files")}
        disabled={dead}
        onChange={({ currentTarget }) => {
          queue.add([...(currentTarget.files ?? [])]);
          // The same file can be chosen again, to go on with it.
          currentTarget.value = "";
        }}
      />
      <div class="ja-upload-choose">
        <Button disabled={dead} onClick={() => input.current?.click()}>
          {t("ui-upload-choose")}
        </Button>
        <span class="ja-quiet">
          {t("ui-upload-drop", { most: formatBytes(view.max_bytes) })}
          {view.sealed && ` ${t("ui-upload-sealed")}`}
        </span>
      </div>
      {view.paths && <PathLine link={link} />}
      {queue.items.length + others.length > 0 && (
        <ul class="ja-uploads" aria-label={t("ui-upload-list")}>
          {others.map((file) => (
            <Kept
              key={file.upload}
              file={file}
              dead={dead}
              onRemove={(upload) => queue.discard(upload)}
            />
          ))}
          {queue.items.map((item) => (
            <Sent key={item.id} item={item} onRemove={(id) => queue.remove(id)} />
          ))}
        </ul>
      )}
    </div>
  );
}

interface RowProps {
  name: string;
  /** Of a file that is under way: what of how much is there. */
  part?: { sent: number; size: number } | undefined;
  good?: boolean;
  error?: ErrorView | null;
  action: keyof typeof ACTIONS;
  disabled?: boolean;
  onRemove: () => void;
  children: ComponentChildren;
}

/** What a button says, and what of, for who does not see where it stands. */
const ACTIONS = {
  cancel: ["ui-upload-cancel", "ui-upload-cancel-of"],
  remove: ["ui-upload-remove", "ui-upload-remove-of"],
  discard: ["ui-upload-discard", "ui-upload-discard-of"],
} as const;

function Row({ name, part, good, error, action, disabled, onRemove, children }: RowProps) {
  const [does, doesOf] = ACTIONS[action];
  const shown = name.trim() || t("ui-upload-nameless");
  return (
    <li>
      <div class="ja-upload">
        {good && <Mark level="good" />}
        <bdi class="ja-ellipsis ja-upload-name" title={shown}>
          {shown}
        </bdi>
        {part && <progress max={part.size} value={part.sent} aria-label={shown} />}
        {!error && <span class="ja-upload-words">{children}</span>}
        <Button disabled={disabled} aria-label={t(doesOf, { name: shown })} onClick={onRemove}>
          {t(does)}
        </Button>
      </div>
      {error && <Problem error={error} />}
    </li>
  );
}

/** A file of this page. */
function Sent({ item, onRemove }: { item: Item; onRemove: UploadQueue["remove"] }) {
  const { phase, name } = item;
  const going = phase === "sending" || phase === "stalled";
  const percent = item.size > 0 ? Math.floor((100 * item.sent) / item.size) : 0;
  return (
    <Row
      name={name}
      part={going ? item : undefined}
      good={phase === "done"}
      error={item.error}
      action={going ? "cancel" : "remove"}
      onRemove={() => onRemove(item.id)}
    >
      {wordsOf(item)}
      {going && <Spoken text={t("ui-upload-spoken", { name, percent })} everyMs={10_000} />}
    </Row>
  );
}

function wordsOf({ phase, sent, size, left }: Item): string {
  const values = { sent: formatBytes(sent), size: formatBytes(size) };
  if (phase === "waiting") return t("ui-upload-waiting", values);
  if (phase === "stalled") return t("ui-upload-stalled", values);
  if (phase === "done") return t("ui-upload-done", values);
  if (left === null) return t("ui-upload-sending", values);
  return t("ui-upload-sending-left", { ...values, left: formatDuration(left) });
}

interface KeptProps {
  file: UploadFileView;
  dead: boolean;
  onRemove: UploadQueue["discard"];
}

/** A file that the kernel has, or a part of one, from another page or before this was loaded. */
function Kept({ file, dead, onRemove }: KeptProps) {
  const { status, message, hint } = file;
  const values = { sent: formatBytes(file.received_bytes), size: formatBytes(file.size) };
  const receiving = status === "receiving";
  return (
    <Row
      name={file.name}
      part={receiving ? { sent: file.received_bytes, size: file.size } : undefined}
      good={status === "done"}
      error={status === "failed" ? { code: "upload", message, hint, context: {} } : null}
      action={receiving ? "discard" : "remove"}
      disabled={dead}
      onRemove={() => onRemove(file.upload)}
    >
      {t(receiving ? "ui-upload-elsewhere" : "ui-upload-done", values)}
    </Row>
  );
}

/** A file that need not be sent, because it is on the server. */
function PathLine({ link }: { link: Link }) {
  const [path, setPath] = useState("");
  const [error, setError] = useState<ErrorView | null>(null);
  const [busy, setBusy] = useState(false);
  const disabled = busy || link.life === "gone";
  const take = async (text: string): Promise<void> => {
    if (disabled || !text.trim()) return;
    setBusy(true);
    setError(null);
    try {
      await link.request("upload_path", { path: text });
      setPath("");
    } catch (problem) {
      if (problem instanceof RequestError) setError(problem.view);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <div class="ja-path">
        <label>
          <span class="ja-label">{t("ui-upload-path")}</span>
          <input
            type="text"
            value={path}
            disabled={disabled}
            spellcheck={false}
            placeholder={t("ui-upload-path-example")}
            onInput={(event) => setPath(event.currentTarget.value)}
            onKeyDown={(event) => {
              // The host has shortcuts of its own.
              event.stopPropagation();
              if (event.key !== "Enter") return;
              event.preventDefault();
              void take(event.currentTarget.value);
            }}
          />
        </label>
        <Button disabled={disabled} onClick={() => void take(path)}>
          {t("ui-upload-path-take")}
        </Button>
      </div>
      {error && <Problem error={error} />}
    </>
  );
}

function takeDropped(queue: UploadQueue, dropped: DataTransfer | null): void {
  const files: File[] = [];
  const folders: string[] = [];
  for (const item of dropped?.items ?? []) {
    if (item.kind !== "file") continue;
    // A folder looks like a file that cannot be read.
    const entry = item.webkitGetAsEntry?.();
    const file = item.getAsFile();
    if (entry?.isDirectory) folders.push(entry.name);
    else if (file) files.push(file);
  }
  if (files.length > 0) queue.add(files);
  for (const name of folders) queue.refuse(name, folderError(name));
}
