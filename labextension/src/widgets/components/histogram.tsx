import { t } from "../messages.ts";
import type { SpreadView } from "../types.gen.ts";
import { formatShare } from "../words.ts";

const WIDTH = 84;
const HEIGHT = 22;

/** How a column's values are spread, small enough for its head. */
export function Histogram({ spread }: { spread: SpreadView | undefined }) {
  if (!spread || spread.kind === "none" || spread.counts.length === 0) {
    return <span class="ja-spread" />;
  }
  const said = describe(spread);
  const bars = spread.n_other > 0 ? [...spread.counts, spread.n_other] : spread.counts;
  const most = Math.max(...bars, 1);
  const width = Math.min(WIDTH / bars.length, 16);
  return (
    <span class="ja-spread" title={said}>
      <svg width={WIDTH} height={HEIGHT} role="img" aria-label={said}>
        <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} class="ja-zero" />
        {bars.map((count, index) => {
          // A bin with anything in it is never invisible.
          const height = count === 0 ? 0 : Math.max(1.5, (count / most) * (HEIGHT - 2));
          const other = index >= spread.counts.length;
          return (
            <rect
              key={index}
              x={index * width}
              y={HEIGHT - 1 - height}
              width={Math.max(1, width - 1)}
              height={height}
              class={other ? "ja-spread-other" : "ja-spread-bar"}
            />
          );
        })}
      </svg>
    </span>
  );
}

/** The same in words. */
export function describe(spread: SpreadView): string {
  const total = spread.counts.reduce((sum, count) => sum + count, spread.n_other);
  const parts: string[] = [];
  if (spread.kind === "levels") {
    const list = spread.levels.map((name, index) =>
      t("ui-data-spread-level", { name, share: formatShare(spread.counts[index] ?? 0, total) }),
    );
    if (spread.n_other > 0) {
      list.push(t("ui-data-spread-other", { share: formatShare(spread.n_other, total) }));
    }
    parts.push(t("ui-data-spread-levels", { list: list.join(", ") }));
  } else if (spread.counts.length < 2) {
    parts.push(t("ui-data-spread-one", { low: spread.low }));
  } else {
    const fullest = spread.counts.indexOf(Math.max(...spread.counts));
    const third = Math.min(2, Math.floor((3 * fullest) / spread.counts.length));
    const place = t(`ui-data-place-${(["low", "middle", "high"] as const)[third]}`);
    parts.push(t("ui-data-spread-numbers", { low: spread.low, high: spread.high, place }));
  }
  if (spread.sampled) parts.push(t("ui-data-spread-sampled"));
  return parts.join(" ");
}
