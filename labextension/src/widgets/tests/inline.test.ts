// @vitest-environment node
// Every text of the page is a message: what stands in the sources in English is found here.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";
import { parseAst } from "vitest/node";

const SOURCES = fileURLToPath(new URL("..", import.meta.url));

/** Files that still hold English, and why. One that no longer does has to leave the list. */
const STILL: Record<string, string> = {};

/** Attributes that people see or hear, of elements and of our own components. */
const SAID = new Set([
  "alt",
  "aria-description",
  "aria-label",
  "aria-roledescription",
  "aria-valuetext",
  "label",
  "locked",
  "placeholder",
  "start",
  "text",
  "title",
]);
/** Attributes of which words are names, never texts. */
const NAMES = new Set(["class", "key", "style"]);
/** Elements that hold Python, which is the same in every language; and Python elsewhere. */
const CODE = new Set(["Code", "code", "pre"]);
const PYTHON = new Set(["import numpy as np"]);
const WORD = /\p{L}{2,}/u;
const SENTENCE = /\p{L}{2,} +\p{L}{2,}/u;

interface Tree {
  type: string;
  [field: string]: unknown;
}

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && typeof (value as Tree).type === "string";

function children(tree: Tree): Tree[] {
  return Object.values(tree).flat().filter(isTree);
}

/** The strings that stand in the very place of `tree`, if it is a literal. */
function literals(tree: Tree): string[] {
  if (tree.type === "JSXText") return [tree.value as string];
  if (tree.type === "Literal" && typeof tree.value === "string") return [tree.value];
  if (tree.type !== "TemplateLiteral") return [];
  return (tree.quasis as { value: { raw: string } }[]).map(({ value }) => value.raw);
}

/** The strings that an expression can come to; what a call makes of its arguments is its own. */
function outcomes(tree: Tree): string[] {
  switch (tree.type) {
    case "ConditionalExpression":
      return [tree.consequent, tree.alternate].filter(isTree).flatMap(outcomes);
    case "LogicalExpression":
      return [tree.left, tree.right].filter(isTree).flatMap(outcomes);
    case "BinaryExpression":
      return tree.operator === "+" ? children(tree).flatMap(outcomes) : [];
    case "TemplateLiteral":
      return [...literals(tree), ...(tree.expressions as Tree[]).flatMap(outcomes)];
    case "JSXExpressionContainer":
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSNonNullExpression":
      return outcomes(tree.expression as Tree);
    default:
      return literals(tree);
  }
}

function attributeName({ name }: Tree): string {
  const { namespace, name: own } = name as { namespace?: Tree; name: string | Tree };
  const text = (part: string | Tree): string =>
    typeof part === "string" ? part : (part.name as string);
  return namespace ? `${text(namespace)}:${text(own)}` : text(own);
}

function tagName({ name }: Tree): string {
  return isTree(name) && typeof name.name === "string" ? name.name : "";
}

/** Texts of a source that are no messages. */
function inline(tree: Tree): string[] {
  if (tree.type.startsWith("TS") && tree.type.endsWith("Type")) return [];
  if (/^(Import|Export(All|Named))Declaration$/.test(tree.type) && tree.source) return [];
  const here: string[] = [];
  if (tree.type === "JSXAttribute") {
    const name = attributeName(tree);
    if (NAMES.has(name)) return [];
    if (SAID.has(name) && isTree(tree.value)) here.push(...outcomes(tree.value));
  } else if (tree.type === "JSXElement" || tree.type === "JSXFragment") {
    if (isTree(tree.openingElement) && CODE.has(tagName(tree.openingElement))) return [];
    here.push(...(tree.children as Tree[]).flatMap(outcomes));
  }
  const words = here.filter((text) => WORD.test(text));
  const sentences = literals(tree).filter((text) => SENTENCE.test(text));
  return [...words, ...sentences, ...children(tree).flatMap(inline)];
}

function found(source: string, lang: "ts" | "tsx" = "tsx"): string[] {
  const tree = parseAst(source, { lang }) as unknown as Tree;
  const texts = inline(tree).map((text) => text.trim().replace(/\s+/g, " "));
  return [...new Set(texts)].filter((text) => !PYTHON.has(text));
}

const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => /\.tsx?$/.test(name) && !/^tests\/|\.gen\.ts$/.test(name))
  .sort();

describe("texts that stand in the sources", () => {
  it("are found wherever people would read them", () => {
    const source = `
      const LATER = "Not said here but there.";
      const a = <p title="Two words" class="one two">Some text {done ? "is done" : t("ui-x")}</p>;
      const b = <Empty label={\`All \${n} of it\`} onClick={() => tell("It went wrong.")} />;
      const c = <>{n > 0 && "rows"} {n === "many" && <b>{n}</b>} {f("name")} % x</>;
      const d = <input placeholder={busy ? "wait" : ""} type="text" aria-label={"what"} />;
    `;
    expect(found(source).sort()).toEqual(
      [
        "All",
        "It went wrong.",
        "Not said here but there.",
        "Some text",
        "Two words",
        "is done",
        "of it",
        "rows",
        "wait",
        "what",
      ].sort(),
    );
  });

  it("are not taken for the names of things", () => {
    const source = `
      import { x } from "./some where.ts";
      type Kind = "one two" | "three";
      const a = <p class={\`ja-x \${y} ja-z\`} style={{ width: "1px" }}>{t("ui-x", { n })} ± 3 %</p>;
      const c = <Code>{\`model.decide(costs=\${n}) and more\`}</Code>;
      const b = root.querySelector("button, input") ?? ask("view.name", { kind: "word" });
    `;
    expect(found(source)).toEqual([]);
  });

  it.each(files)("are not in %s", (name) => {
    const source = readFileSync(`${SOURCES}/${name}`, "utf8");
    const texts = found(source, name.endsWith("x") ? "tsx" : "ts");
    if (name in STILL) expect(texts, "it can leave the list").not.toEqual([]);
    else expect(texts).toEqual([]);
  });

  it("are in no list of files that are gone", () => {
    expect(Object.keys(STILL).filter((name) => !files.includes(name))).toEqual([]);
    expect(files).toContain("entries/app.tsx");
  });
});
