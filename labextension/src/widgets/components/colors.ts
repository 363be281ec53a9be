// Okabe and Ito's colours (2008): told apart with any kind of colour vision.

const FAMILIES: Record<string, string> = {
  lightgbm: "#009e73",
  xgboost: "#e69f00",
  catboost: "#d55e00",
  random_forest: "#0072b2",
  extra_trees: "#56b4e9",
  linear: "#cc79a7",
  knn: "#999933",
  mlp: "#882255",
  dummy: "#888888",
};

/** The same colour for the same family everywhere. */
export function familyColor(family: string): string {
  return FAMILIES[family] ?? "var(--ja-brand)";
}

/** From low (blue) to high (vermilion), readable on light and on dark. */
export function valueColor(share: number | null): string {
  if (share === null) return "#8c8c8c";
  const low = [0, 114, 178];
  const high = [213, 94, 0];
  const mix = low.map((from, i) => Math.round(from + (high[i]! - from) * share));
  return `rgb(${mix.join(",")})`;
}
