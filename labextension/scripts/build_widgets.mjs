// Builds one self-contained ES module a widget into the Python package.
import { build } from "esbuild";
import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "src", "widgets");
const target = join(here, "..", "..", "jupyter_automl", "widgets", "static");

// anywidget sends a bundle whole for every widget, so its size is part of the product.
const LIMITS = { leaderboard: 60, prompt: 60, upload: 60, shap: 60, app: 150 };

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
for (const [name, limit] of Object.entries(LIMITS)) {
  const kilobytes = statSync(join(target, `${name}.js`)).size / 1024;
  const verdict = kilobytes <= limit ? "ok" : `over the limit of ${limit} KB`;
  console.log(`${name}.js ${kilobytes.toFixed(1)} KB ${verdict}`);
  failed ||= kilobytes > limit;
}
process.exit(failed ? 1 : 0);
