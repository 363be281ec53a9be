// Builds one self-contained ES module a widget into the Python package.
import { build } from "esbuild";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "src", "widgets");
const target = join(here, "..", "..", "jupyter_automl", "widgets", "static");

// anywidget sends a bundle whole for every widget, so its size is part of the product: KB
// minified, and KB of that in gzip.
const LIMITS = {
  leaderboard: [84, 32],
  prompt: [60, 20],
  upload: [60, 22],
  shap: [84, 32],
  whatif: [84, 32],
  app: [158, 56],
};

mkdirSync(target, { recursive: true });
await build({
  entryPoints: [
    ...Object.keys(LIMITS).map((name) => join(source, "entries", `${name}.tsx`)),
    { in: join(source, "style", "widgets.css"), out: "widgets" },
  ].map((entry) =>
    typeof entry === "string"
      ? { in: entry, out: entry.slice(entry.lastIndexOf("/") + 1, entry.lastIndexOf(".")) }
      : entry,
  ),
  outdir: target,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});

let failed = false;
for (const [name, limits] of Object.entries(LIMITS)) {
  const code = readFileSync(join(target, `${name}.js`));
  const sizes = [code.length / 1024, gzipSync(code, { level: 9 }).length / 1024];
  const over = sizes.some((size, index) => size > limits[index]);
  const said = sizes.map((size, index) => `${size.toFixed(1)} of ${limits[index]} KB`);
  console.log(`${name}.js ${said[0]}, in gzip ${said[1]}${over ? ": over the limit" : ""}`);
  failed ||= over;
}
process.exit(failed ? 1 : 0);
