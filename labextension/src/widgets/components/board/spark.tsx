import { t } from "../../messages.ts";
import { formatScore } from "../../words.ts";
import { familyColor } from "../colors.ts";

const WIDTH = 64;
const HEIGHT = 16;
const MOST = 32;

/** The latest scores of a family's trials as a small line. */
export function Spark({ scores, family }: { scores: number[]; family: string }) {
  if (scores.length < 2) return null;
  const shown = scores.slice(-MOST);
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low || 1;
  const points = shown
    .map((score, index) => {
      const x = 1 + (index * (WIDTH - 2)) / (shown.length - 1);
      return `${x.toFixed(1)},${(HEIGHT - 2 - ((score - low) / span) * (HEIGHT - 4)).toFixed(1)}`;
    })
    .join(" ");
  const said = t("ui-board-spark", {
    n: scores.length,
    first: formatScore(scores[0]),
    last: formatScore(scores.at(-1)),
  });
  return (
    <svg class="ja-spark" width={WIDTH} height={HEIGHT} role="img" aria-label={said}>
      <polyline points={points} fill="none" stroke={familyColor(family)} stroke-width="1.5" />
    </svg>
  );
}
