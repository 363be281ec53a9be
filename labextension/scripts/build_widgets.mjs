// Builds one self-contained ES module a widget into the Python package, and one module of what
// pages ask for later.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "..", "src", "widgets");
const target = join(here, "..", "..", "jupyter_automl", "widgets", "static");

// anywidget sends a bundle whole for every widget, so its size is part of the product: KB
// minified, and KB of that in gzip. `late` is sent once a page, when it is first needed.
const LIMITS = {
  leaderboard: [66, 24],
  prompt: [40, 16],
  profile: [40, 16],
  upload: [50, 20],
  shap: [40, 16],
  whatif: [40, 16],
  app: [110, 40],
  late: [120, 42],
};

const COMMON = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
  define: { BUILD: JSON.stringify(buildName()) },
};

/** Names this state of the sources: parts of different builds do not fit together. */
function buildName() {
  const hash = createHash("sha256");
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes("tests"))
    .sort();
  for (const path of files) hash.update(relative(source, path)).update(readFileSync(path));
  return hash.digest("hex").slice(0, 12);
}

/** What `late` takes from the page, by the names in shared.ts. */
const shared = [...readFileSync(join(source, "shared.ts"), "utf8").matchAll(/^ {2}"?([\w./-]+)"?[:,]/gm)].map(
  ([, name]) => name,
);
const leaveOut = {
  name: "shared",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path, importer }) => {
      const name = path.startsWith(".") ? relative(source, resolve(dirname(importer), path)) : path;
      return shared.includes(name) ? { path: name, external: true } : null;
    });
  },
};

const table = join(source, "messages.gen.ts");
const messages = new Map(
  [...readFileSync(table, "utf8").matchAll(/^ {2}"([^"]+)": (.*),$/gm)].map(([, key, value]) => [key, value]),
);
const everUsed = new Set();

/** The keys of messages that sources name; a name with a hole in it stands for all that fit. */
function keysIn(inputs) {
  const used = new Set();
  for (const input of inputs) {
    if (input.includes("node_modules") || input.endsWith(".gen.ts")) continue;
    const text = readFileSync(input, "utf8");
    for (const [, key] of text.matchAll(/["'](ui-[a-z0-9-]+)["']/g)) {
      if (!messages.has(key)) throw new Error(`${input}: there is no message ${key}.`);
      used.add(key);
    }
    for (const [, name] of text.matchAll(/`(ui-[^`]*)`/g)) {
      const pattern = new RegExp(`^${name.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, ".+")}$`);
      for (const key of messages.keys()) if (pattern.test(key)) used.add(key);
    }
  }
  for (const key of used) everUsed.add(key);
  return used;
}

/** A plugin that gives a bundle only the messages that it uses. */
function only(keys) {
  const lines = [...keys].sort().map((key) => `${JSON.stringify(key)}: ${messages.get(key)},`);
  return {
    name: "messages",
    setup({ onLoad }) {
      onLoad({ filter: /messages\.gen\.ts$/ }, () => ({
        contents: `export const ENGLISH = {${lines.join("\n")}};`,
        loader: "ts",
      }));
    },
  };
}

async function bundle(name) {
  const late = name === "late";
  const options = {
    ...COMMON,
    entryPoints: [join(source, "entries", `${name}.tsx`)],
    write: false,
    ...(late && { format: "cjs", platform: "neutral" }),
  };
  const plugins = late ? [leaveOut] : [];
  const first = await build({ ...options, plugins, metafile: true });
  const inputs = Object.keys(first.metafile.inputs).map((path) => resolve(path));
  const keys = keysIn(inputs);
  const last = await build({ ...options, plugins: [...plugins, only(keys)] });
  const text = last.outputFiles[0].text;
  if (!late) return text;
  const { BUILD } = COMMON.define;
  return `// build ${JSON.parse(BUILD)}\nexport default (require, module) => {${text}};\n`;
}

mkdirSync(target, { recursive: true });
await build({
  ...COMMON,
  entryPoints: [{ in: join(source, "style", "widgets.css"), out: "widgets" }],
  outdir: target,
});

let failed = false;
for (const [name, limits] of Object.entries(LIMITS)) {
  const code = await bundle(name);
  writeFileSync(join(target, `${name}.js`), code);
  const sizes = [Buffer.byteLength(code) / 1024, gzipSync(code, { level: 9 }).length / 1024];
  const over = sizes.some((size, index) => size > limits[index]);
  const said = sizes.map((size, index) => `${size.toFixed(1)} of ${limits[index]} KB`);
  console.log(`${name}.js ${said[0]}, in gzip ${said[1]}${over ? ": over the limit" : ""}`);
  failed ||= over;
}
const idle = [...messages.keys()].filter((key) => !everUsed.has(key));
if (idle.length > 0) {
  console.log(`Messages that nothing says: ${idle.join(", ")}`);
  failed = true;
}
process.exit(failed ? 1 : 0);
