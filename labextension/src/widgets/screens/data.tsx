import { useEffect, useState } from "preact/hooks";

import { Button, Empty, Loading, Problem } from "../components/basics.tsx";
import { Findings } from "../components/findings.tsx";
import { Preview } from "../components/preview.tsx";
import { TableHead } from "../components/table_head.tsx";
import { UploadBox } from "../components/upload_box.tsx";
import type { Link } from "../link.ts";
import { t } from "../messages.ts";
import type { DataView, OpenRequest, TableView } from "../types.gen.ts";
import { formatCount } from "../words.ts";

interface Props {
  link: Link;
  onNext: () => void;
}

/** Choose a table, then see what is in it. */
export function DataScreen({ link, onNext }: Props) {
  const data = link.state.data;
  const [choosing, setChoosing] = useState(data?.status !== "ready");
  const live = link.life === "live";
  useEffect(() => {
    if (live) link.insist("sources").catch(() => undefined);
  }, [live, link]);
  useEffect(() => {
    if (data?.status === "ready") setChoosing(false);
  }, [data?.status, data?.source]);
  if (!data) return <Loading>{t("ui-life-waiting")}</Loading>;
  const open = (source: string, kind: NonNullable<OpenRequest["kind"]>): void => {
    // The section itself shows the error that the reply would repeat.
    link.insist("open", { source, kind }).catch(() => undefined);
  };
  const table = data.table;
  return (
    <div class="ja-data">
      {data.status === "loading" && (
        <Loading>{t("ui-data-opening", { source: data.source })}</Loading>
      )}
      {data.error && <Problem error={data.error} />}
      {table && !choosing && (
        <Opened
          link={link}
          table={table}
          dead={link.life === "gone"}
          onChange={() => setChoosing(true)}
          onNext={onNext}
        />
      )}
      {(choosing || !table) && (
        <Sources
          link={link}
          data={data}
          open={open}
          onBack={table ? () => setChoosing(false) : null}
        />
      )}
    </div>
  );
}

interface OpenedProps {
  link: Link;
  table: TableView;
  dead: boolean;
  onChange: () => void;
  onNext: () => void;
}

function Opened({ link, table, dead, onChange, onNext }: OpenedProps) {
  return (
    <>
      <div class="ja-top">
        <TableHead table={table} />
        <div class="ja-controls">
          <Button onClick={onChange} disabled={dead}>
            {t("ui-data-other")}
          </Button>
          <Button look="main" onClick={onNext}>
            {t("ui-data-next")}
          </Button>
        </div>
      </div>
      <Findings link={link} table={table} reading={link.state.reading} />
      <Preview key={table.fingerprint} link={link} table={table} />
    </>
  );
}

interface SourcesProps {
  link: Link;
  data: DataView;
  open: (source: string, kind: NonNullable<OpenRequest["kind"]>) => void;
  onBack: (() => void) | null;
}

function Sources({ link, data, open, onBack }: SourcesProps) {
  const [path, setPath] = useState("");
  const dead = link.life === "gone";
  const busy = dead || data.status === "loading";
  const openPath = (text: string): void => {
    if (text.trim() && !busy) open(text, "path");
  };
  return (
    <div class="ja-sources">
      {onBack ? (
        <div class="ja-back">
          <Button onClick={onBack}>{t("ui-data-back", { name: data.table?.name ?? "" })}</Button>
        </div>
      ) : (
        data.status === "empty" && <Empty title={t("ui-data-choose")} />
      )}
      {data.paths && (
        <div class="ja-path">
          <label>
            <span class="ja-label">{t("ui-upload-path")}</span>
            <input
              type="text"
              value={path}
              disabled={busy}
              spellcheck={false}
              placeholder={t("ui-upload-path-example")}
              onInput={(event) => setPath(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter") return;
                event.preventDefault();
                event.stopPropagation();
                openPath(event.currentTarget.value);
              }}
            />
          </label>
          <Button disabled={busy} onClick={() => openPath(path)}>
            {t("ui-data-open")}
          </Button>
        </div>
      )}
      {link.state.upload && <UploadBox link={link} view={link.state.upload} />}
      {data.frames.length > 0 && (
        <div role="group" aria-label={t("ui-data-frames")}>
          <p class="ja-label">{t("ui-data-frames-here")}</p>
          <div class="ja-cards">
            {data.frames.map((frame) => (
              <button
                key={frame.name}
                type="button"
                class="ja-card"
                disabled={busy}
                onClick={() => open(frame.name, "frame")}
              >
                <strong>{frame.name}</strong>
                <span>
                  {frame.kind}, {formatCount(frame.n_rows)} × {formatCount(frame.n_columns)}
                </span>
              </button>
            ))}
          </div>
        </div>
      )}
      {data.samples.length > 0 && (
        <div role="group" aria-label={t("ui-data-samples")}>
          <p class="ja-label">{t("ui-data-samples-try")}</p>
          <div class="ja-cards">
            {data.samples.map((sample) => (
              <button
                key={sample.name}
                type="button"
                class="ja-card"
                disabled={busy}
                onClick={() => open(sample.name, "sample")}
              >
                <strong>{sample.name}</strong>
                <span>{sample.description}</span>
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
