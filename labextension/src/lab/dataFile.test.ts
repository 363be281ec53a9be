import { expect, test } from "vitest";

import { isDataFile } from "./dataFile.ts";

test.each([
  "a.csv",
  "A.CSV",
  "a.csv.gz",
  "a.tsv",
  "a.parquet",
  "a.feather",
  "a.arrow",
  "a.xlsx",
  "a.xls",
  "a.json",
  "a.jsonl",
])("%s holds a table", (name) => expect(isDataFile(name)).toBe(true));

test.each(["a.ipynb", "a.py", "csv", "a.csv.txt", "a.parquet.gz", "a.gz"])("%s does not", (name) =>
  expect(isDataFile(name)).toBe(false),
);
