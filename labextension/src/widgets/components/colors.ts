// Okabe and Ito's colours (2008), told apart with any kind of colour vision, for the families that are
// nearly always there; some of Tol's (2021) for the others. So many are not all told apart by everybody:
// a name stands beside each.

const FAMILIES: Record<string, string> = {
  lightgbm: "#009e73",
  xgboost: "#e69f00",
  catboost: "#d55e00",
  random_forest: "#0072b2",
  extra_trees: "#56b4e9",
  linear: "#cc79a7",
  knn: "#999933",
  mlp: "#882255",
  hist_gradient_boosting: "#44aa99",
  adaboost: "#ddcc77",
  decision_tree: "#117733",
  svm: "#6699cc",
  naive_bayes: "#aa4499",
  ebm: "#88ccee",
  stacked_lightgbm: "#7b61d1",
  dummy: "#888888",
  ensemble: "var(--ja-brand)",
};

const OTHER = "#aaaaaa";

/** The same colour for the same family everywhere; grey for one that the package does not know. */
export function familyColor(family: string): string {
  return Object.hasOwn(FAMILIES, family) ? FAMILIES[family]! : OTHER;
}

/** From low (blue) to high (vermilion), readable on light and on dark. */
export function valueColor(share: number | null): string {
  if (share === null) return "#8c8c8c";
  const low = [0, 114, 178];
  const high = [213, 94, 0];
  const mix = low.map((from, i) => Math.round(from + (high[i]! - from) * share));
  return `rgb(${mix.join(",")})`;
}
