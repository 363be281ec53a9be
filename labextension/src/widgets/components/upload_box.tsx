import { useEffect, useRef, useState } from "preact/hooks";

import { type Link, RequestError } from "../link.ts";
import type { ErrorView, UploadView } from "../types.gen.ts";
import { Cancelled, Uploader } from "../uploader.ts";
import { formatBytes } from "../words.ts";
import { Button, Mark, Problem } from "./basics.tsx";

/** A file input and a place to drop a file, with progress and cancel. */
export function UploadBox({ link, view }: { link: Link; view: UploadView }) {
  const input = useRef<HTMLInputElement>(null);
  const active = useRef<Uploader | null>(null);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<{ name: string; size: number; sent: number } | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  useEffect(() => () => active.current?.cancel(), []);

  const send = async (file: File | undefined): Promise<void> => {
    if (!file || active.current) return;
    setError(null);
    if (file.size > view.max_bytes) {
      setError(tooLarge(file, view.max_bytes));
      return;
    }
    const { name, size } = file;
    setSending({ name, size, sent: 0 });
    const ask: Link["request"] = (kind, body, buffers) => link.request(kind, body, buffers);
    const uploader = new Uploader(ask, file, (sent) => setSending({ name, size, sent }));
    active.current = uploader;
    try {
      await uploader.send();
    } catch (problem) {
      if (!(problem instanceof Cancelled)) setError(describe(problem));
    } finally {
      active.current = null;
      setSending(null);
      if (input.current) input.current.value = "";
    }
  };
  const dead = link.life === "gone";
  const failure = error ?? view.error;
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
        if (!dead) void send(event.dataTransfer?.files[0]);
      }}
    >
      <input
        ref={input}
        type="file"
        class="ja-sr"
        tabIndex={-1}
        aria-label="File to upload"
        disabled={dead}
        onChange={(event) => void send(event.currentTarget.files?.[0])}
      />
      {sending ? (
        <div class="ja-sending" role="status">
          <span class="ja-ellipsis">{sending.name}</span>
          <progress max={sending.size} value={sending.sent} aria-label="Sent" />
          <span class="ja-num">
            {formatBytes(sending.sent)} of {formatBytes(sending.size)}
          </span>
          <Button onClick={() => active.current?.cancel()}>Cancel</Button>
        </div>
      ) : (
        <div class="ja-sending">
          <Button disabled={dead} onClick={() => input.current?.click()}>
            Upload a file
          </Button>
          <span class="ja-quiet">
            or drop it here; up to {formatBytes(view.max_bytes)}
          </span>
        </div>
      )}
      {view.status === "done" && !sending && (
        <p class="ja-done">
          <Mark level="good" />
          {view.name} is there, {formatBytes(view.size)}.
        </p>
      )}
      {failure && !sending && <Problem error={failure} />}
    </div>
  );
}

function tooLarge(file: File, most: number): ErrorView {
  return {
    code: "upload",
    message: `${file.name} has ${formatBytes(file.size)}; at most ${formatBytes(most)} can be uploaded.`,
    hint: "Put it on the server and open its path.",
    context: {},
  };
}

function describe(problem: unknown): ErrorView {
  if (problem instanceof RequestError) return problem.view;
  return {
    code: "upload",
    message: problem instanceof Error ? problem.message : String(problem),
    hint: "",
    context: {},
  };
}
