import { useEffect, useState } from "preact/hooks";

import { type Link, RequestError } from "../../link.ts";
import { t } from "../../messages.ts";
import type { BatchFileView, BatchPreview, BatchSave, ErrorView } from "../../types.gen.ts";
import { queueOf } from "../../uploader.ts";
import { formatBytes, formatSeconds } from "../../words.ts";
import { Button, Mark, Problem, Spoken } from "../basics.tsx";
import { UploadBox } from "../upload_box.tsx";
import { save } from "./save.ts";

/** Bring files, take them back with predictions. */
export function BatchPanel({ link }: { link: Link }) {
  const batch = link.state.batch;
  if (!batch) return null;
  const { files, upload, max_bytes } = batch;
  const line = lineOf(link);
  const queue = queueOf(line);
  // A file that is here is listed below, and not as an upload.
  const here = new Set(files.map((file) => file.upload));
  queue.items = queue.items.filter((item) => !here.has(item.upload));
  const view = { ...upload, files: upload.files.filter((file) => !here.has(file.upload)) };
  return (
    <section class="ja-batch" aria-label={t("ui-batch-title")}>
      <p class="ja-sentence">{t("ui-batch-title")}</p>
      <p class="ja-quiet">{t("ui-batch-words")}</p>
      <UploadBox link={line} view={view} />
      {files.length > 0 && (
        <ul class="ja-batch-files" aria-label={t("ui-batch-list")}>
          {files.map((file) => (
            <One key={file.upload} link={link} file={file} most={max_bytes} />
          ))}
        </ul>
      )}
    </section>
  );
}

const lines = new WeakMap<Link, Link>();

/** The same line, for uploads that are no table to learn from. */
function lineOf(link: Link): Link {
  let line = lines.get(link);
  if (!line) {
    line = Object.create(link, {
      request: {
        value: (kind: string, body: object, buffers?: ArrayBuffer[]) =>
          link.request(`batch_${kind}`, body, buffers),
      },
      state: { get: () => ({ upload: link.state.batch?.upload }) },
    }) as Link;
    lines.set(link, line);
  }
  return line;
}

function One({ link, file, most }: { link: Link; file: BatchFileView; most: number }) {
  const { upload, name, status, place, n_done, n_rows } = file;
  const dead = link.life === "gone";
  const act = (kind: string) => () =>
    void link.request(`batch_${kind}`, { upload }).catch(() => undefined);
  const going = status === "waiting" || status === "working";
  const done = status === "done";
  const button = (kind: string, key: string) => (
    <Button disabled={dead} aria-label={`${t(key)}: ${name}`} onClick={act(kind)}>
      {t(key)}
    </Button>
  );
  return (
    <li>
      <div class="ja-upload">
        {done && <Mark level="good" />}
        <bdi class="ja-ellipsis ja-upload-name" title={name}>
          {name}
        </bdi>
        {status === "working" && (
          <progress max={n_rows || 1} value={n_rows ? n_done : undefined} aria-label={name} />
        )}
        {status !== "failed" && <span class="ja-upload-words">{wordsOf(file)}</span>}
        {status === "working" && n_rows > 0 && (
          <Spoken text={t("ui-batch-spoken", { name, done: n_done, rows: n_rows })} everyMs={10_000} />
        )}
        {status === "waiting" && place > 0 && (
          <Spoken text={t("ui-batch-queued-spoken", { name, place })} everyMs={10_000} />
        )}
        <span class="ja-batch-acts">
          {going ? button("cancel", "ui-batch-cancel") : button("remove", "ui-batch-remove")}
          {!going && button("start", "ui-batch-again")}
        </span>
      </div>
      {file.error && <Problem error={file.error} />}
      {done && <Done key={file.seconds} link={link} file={file} most={most} dead={dead} />}
    </li>
  );
}

function wordsOf({ status, model, place, n_done, n_rows, seconds }: BatchFileView): string {
  if (status === "done") {
    return t("ui-batch-done", { rows: n_rows, model, time: formatSeconds(seconds) });
  }
  if (status === "waiting" && place) return t("ui-batch-queued", { place });
  if (status !== "working") return t(`ui-batch-${status}`);
  return n_rows
    ? t("ui-batch-working", { done: n_done, rows: n_rows })
    : t("ui-batch-reading");
}

interface DoneProps {
  link: Link;
  file: BatchFileView;
  most: number;
  dead: boolean;
}

/** What of it cannot be predicted, its first rows, and how to save it. */
function Done({ link, file, most, dead }: DoneProps) {
  const { upload, n_failed, problems } = file;
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);
  const take = async (format: BatchSave["format"]): Promise<void> => {
    setBusy(true);
    setError(null);
    say(t("ui-batch-preparing"));
    try {
      const { name, size, path } = await save(link, { upload, format }, most, (share) =>
        say(t("ui-batch-saving", { percent: Math.floor(100 * share) })),
      );
      const key = size <= most ? "saved" : path ? "too-large" : "too-large-visitor";
      const sizes = { size: formatBytes(size), most: formatBytes(most) };
      say(t(`ui-batch-${key}`, { name, path, ...sizes }));
    } catch (problem) {
      say("");
      setError(
        problem instanceof RequestError
          ? problem.view
          : { code: "batch", message: (problem as Error).message, hint: "", context: {} },
      );
    }
    setBusy(false);
  };
  return (
    <>
      {n_failed > 0 && <p>{t("ui-batch-failed", { rows: n_failed })}</p>}
      {problems.length > 0 && (
        <ul class="ja-quiet">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <div class="ja-controls">
        {(["csv", "parquet"] as const).map((format) => (
          <Button
            key={format}
            look={format === "csv" ? "main" : "plain"}
            disabled={busy || dead}
            onClick={() => void take(format)}
          >
            {t(`ui-batch-save-${format}`)}
          </Button>
        ))}
        <span class="ja-quiet ja-batch-said" role="status">
          {said}
        </span>
      </div>
      {error && <Problem error={error} />}
      <First link={link} file={file} />
    </>
  );
}

function First({ link, file: { upload, name } }: { link: Link; file: BatchFileView }) {
  const [first, show] = useState<BatchPreview | null>(null);
  useEffect(() => {
    let mounted = true;
    link.request<BatchPreview>("batch_preview", { upload }).then(
      (view) => mounted && show(view),
      () => undefined,
    );
    return () => {
      mounted = false;
    };
  }, [link, upload]);
  if (!first) return null;
  const { columns, rows, n_added, n_columns } = first;
  return (
    <>
      <div
        class="ja-scroll ja-preview"
        tabIndex={0}
        role="region"
        aria-label={t("ui-batch-first", { name })}
      >
        <table>
          <thead>
            <tr>
              {columns.map((column, place) => (
                <th key={column} scope="col">
                  <bdi class="ja-column-name" title={column}>
                    {column}
                  </bdi>
                  {place < n_added && <span class="ja-kind">{t("ui-batch-added")}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, place) => (
                  <td key={place} class={place < n_added ? "ja-batch-added" : ""}>
                    {cell ?? "–"}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {n_columns > columns.length && (
        <p class="ja-quiet">
          {t("ui-batch-columns", { shown: columns.length, all: n_columns })}
        </p>
      )}
    </>
  );
}
