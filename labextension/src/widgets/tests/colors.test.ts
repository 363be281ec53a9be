import { describe, expect, it } from "vitest";

import { familyColor } from "../components/colors.ts";

const FAMILIES = [
  ...["dummy", "linear", "lightgbm", "xgboost", "catboost", "random_forest", "extra_trees"],
  ...["decision_tree", "hist_gradient_boosting", "adaboost", "knn", "svm", "naive_bayes"],
  ...["mlp", "ebm", "stacked_lightgbm", "ensemble"],
];

describe("colours of families", () => {
  it("differ from one another and from that of a family nobody knows", () => {
    const colors = [...FAMILIES, "from a plugin"].map(familyColor);
    expect(new Set(colors).size).toBe(colors.length);
  });
});
