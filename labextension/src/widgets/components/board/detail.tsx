import { useEffect, useRef, useState } from "preact/hooks";

import { useView } from "../../ask.ts";
import type { Link } from "../../link.ts";
import { t } from "../../messages.ts";
import type { CurveArgs, CurveView, DetailsView, DetailView, MemberView, RunView } from "../../types.gen.ts";
import { formatBytes, formatMicroseconds, formatScore, formatSeconds, formatSpread } from "../../words.ts";
import { Button, Loading, Problem } from "../basics.tsx";
import { familyColor } from "../colors.ts";
import { Curves } from "../monitor/curves.tsx";
import { Parallel } from "./parallel.tsx";

interface DetailProps {
  link: Link;
  run: RunView;
  id: string;
  /** Changes when the row stands for another trial. */
  version: number;
  onOpen: (id: string) => void;
}

/** Everything about one row; Escape closes it. */
export function Detail({ link, run, id, version, onOpen }: DetailProps) {
  const seen = useView<DetailsView>(link, "trials.details", { rows: [id] }, { version });
  const box = useRef<HTMLElement>(null);
  const detail = seen.answer?.value.rows[0];
  useEffect(() => {
    box.current?.scrollIntoView?.({ block: "nearest" });
  }, [detail !== undefined]);
  const title = detail ? titleOf(detail, id) : id;
  return (
    <section
      class="ja-detail"
      ref={box}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onOpen("");
      }}
    >
      <header class="ja-detail-head">
        <h3>
          {detail && (
            <span
              class="ja-swatch"
              style={{ background: familyColor(detail.family) }}
              aria-hidden="true"
            />
          )}
          {title}
        </h3>
        <Button onClick={() => onOpen("")}>{t("ui-board-close")}</Button>
      </header>
      {seen.error && <Problem error={seen.error} />}
      {seen.error && <Button onClick={seen.again}>{t("ui-ask-again")}</Button>}
      {!seen.error && !seen.answer && <Loading>{t("ui-board-loading")}</Loading>}
      {seen.answer && !detail && <p class="ja-quiet">{t("ui-detail-gone")}</p>}
      {detail && <Facts detail={detail} run={run} onOpen={onOpen} />}
      {detail?.info.some(isCurve) && <LearningCurve link={link} detail={detail} />}
      {detail && detail.number !== null && (
        <Parallel link={link} family={detail.family} model={detail.model} version={version} />
      )}
    </section>
  );
}

function titleOf(detail: DetailView, id: string): string {
  const { model, number } = detail;
  if (number === null) return t("ui-detail-title", { model });
  const key = id.startsWith("family:") ? "ui-detail-title-best" : "ui-detail-title-trial";
  return t(key, { model, number: String(number) });
}

/** The curve is drawn, not written. */
const isCurve = ([name]: [string, string]): boolean => name === "curve";

/** How the loss went along the fits of a trial, where they have told of it. */
function LearningCurve({ link, detail }: { link: Link; detail: DetailView }) {
  const { number, family } = detail;
  const [found, setFound] = useState<(CurveArgs & CurveView) | null>(null);
  useEffect(() => {
    if (number === null) return undefined;
    let closed = false;
    link.request<CurveView>("curve", { number } satisfies CurveArgs).then(
      (curve) => !closed && setFound({ number, ...curve }),
      // The rest of the row stands without it.
      () => undefined,
    );
    return () => {
      closed = true;
    };
  }, [link, number]);
  if (found?.number !== number || !found?.lines?.length) return null;
  return (
    <div class="ja-detail-wide">
      <h4>{t("ui-monitor-curve")}</h4>
      <Curves loss={found.loss} lines={found.lines} color={familyColor(family)} />
    </div>
  );
}

interface FactsProps {
  detail: DetailView;
  run: RunView;
  onOpen: (id: string) => void;
}

function Facts({ detail, run, onOpen }: FactsProps) {
  const info = detail.info.filter((pair) => !isCurve(pair));
  const costs: [string, string][] = [];
  if (detail.fit_seconds !== null) costs.push(["fit", formatSeconds(detail.fit_seconds)]);
  if (detail.predict_us !== null) costs.push(["predict", formatMicroseconds(detail.predict_us)]);
  if (detail.memory_mib !== null) {
    costs.push(["memory", formatBytes(detail.memory_mib * 1024 * 1024)]);
  }
  return (
    <div class="ja-detail-parts">
      {(detail.message || detail.reason) && (
        <div class="ja-detail-wide">
          <h4>{t("ui-detail-error")}</h4>
          <p>
            {t(`ui-board-end-${detail.end}`)}. {detail.message}
          </p>
          {detail.traceback && (
            <details class="ja-fold">
              <summary>{t("ui-detail-traceback")}</summary>
              <pre class="ja-pre" tabIndex={0}>
                {detail.traceback}
              </pre>
            </details>
          )}
        </div>
      )}
      {detail.score !== null && (
        <div>
          <h4>{run.plan?.metric ?? ""}</h4>
          <p>
            {formatScore(detail.score)}
            {detail.score_std !== null && ` ± ${formatSpread(detail.score_std, detail.score)}`}
          </p>
          {detail.folds.length > 1 && <Folds folds={detail.folds} family={detail.family} />}
        </div>
      )}
      {costs.length > 0 && (
        <div>
          <h4>{t("ui-detail-costs")}</h4>
          <Pairs pairs={costs.map(([name, value]) => [t(`ui-detail-${name}`), value])} />
        </div>
      )}
      {detail.number !== null && (
        <div>
          <h4>{t("ui-detail-params")}</h4>
          {detail.params.length > 0 ? (
            <Pairs pairs={detail.params} mono />
          ) : (
            <p class="ja-quiet">{t("ui-detail-no-params")}</p>
          )}
        </div>
      )}
      {info.length > 0 && (
        <div>
          <h4>{t("ui-detail-info")}</h4>
          <Pairs pairs={info} mono />
        </div>
      )}
      {detail.members.length > 0 && (
        <div class="ja-detail-wide">
          <h4>{t("ui-detail-members")}</h4>
          <Members members={detail.members} onOpen={onOpen} />
        </div>
      )}
    </div>
  );
}

function Pairs({ pairs, mono = false }: { pairs: [string, string][]; mono?: boolean }) {
  return (
    <dl class={`ja-pairs ${mono ? "ja-mono" : ""}`}>
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>
            <bdi>{name}</bdi>
          </dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const STRIP = { width: 220, height: 34, edge: 8 };

/** A dot a fold over the range of all, the mean as a line. */
function Folds({ folds, family }: { folds: number[]; family: string }) {
  const low = Math.min(...folds);
  const high = Math.max(...folds);
  const mean = folds.reduce((sum, score) => sum + score, 0) / folds.length;
  const { width, height, edge } = STRIP;
  const x = (score: number): number =>
    high > low ? edge + ((score - low) / (high - low)) * (width - 2 * edge) : width / 2;
  const said = t("ui-detail-folds-said", {
    scores: folds.map(formatScore).join(", "),
    mean: formatScore(mean),
  });
  return (
    <figure class="ja-folds">
      <figcaption class="ja-label">{t("ui-detail-folds")}</figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={said}
      >
        <line x1={edge} x2={width - edge} y1={10} y2={10} class="ja-zero" />
        <line x1={x(mean)} x2={x(mean)} y1={3} y2={17} stroke="currentColor" />
        {folds.map((score, index) => (
          <circle
            key={index}
            cx={x(score)}
            cy={10}
            r={4}
            fill={familyColor(family)}
            fill-opacity={0.8}
          />
        ))}
        <text x={0} y={height - 4} class="ja-axis">
          {formatScore(low)}
        </text>
        {high > low && (
          <text x={width} y={height - 4} text-anchor="end" class="ja-axis">
            {formatScore(high)}
          </text>
        )}
      </svg>
    </figure>
  );
}

interface MembersProps {
  members: MemberView[];
  onOpen: (id: string) => void;
}

function Members({ members, onOpen }: MembersProps) {
  const most = Math.max(...members.map((member) => member.weight), 1e-9);
  return (
    <ul class="ja-members">
      {members.map((member) => (
        <li key={member.row}>
          <button type="button" class="ja-link" onClick={() => onOpen(member.row)}>
            {t("ui-detail-title-trial", {
              model: member.model,
              number: member.row.slice("trial:".length),
            })}
          </button>
          <span class="ja-bar" aria-hidden="true">
            <span
              style={{
                width: `${((100 * member.weight) / most).toFixed(1)}%`,
                background: familyColor(member.family),
              }}
            />
          </span>
          <span class="ja-num">
            <span class="ja-sr">{t("ui-detail-weight")} </span>
            {(100 * member.weight).toFixed(0)} %
          </span>
          <span class="ja-num ja-quiet">{formatScore(member.score)}</span>
        </li>
      ))}
    </ul>
  );
}
