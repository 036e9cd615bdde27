import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { findLiterals, searchLiterals } from "../../../src/literals/finder";
import { syntaxOf } from "../../../src/literals/syntax";
import type { Literal } from "../../../src/literals/literal";

const root = join(__dirname, "../../..");
const corpus = join(root, "test/fixtures/literals");

type Found = Pick<Literal, "shape" | "values">;

interface Snippet {
  readonly name: string;
  readonly code: string;
  readonly expected: readonly Found[];
}

const languages = ["python", "javascript", "typescript", "c", "cpp", "rust", "julia", "matlab"];

/** Of numbers that JSON does not have: "nan", "inf", "-Infinity". */
function numberOf(value: number | string): number {
  return typeof value === "number" ? value : Number(value.replace("inf", "Infinity"));
}

/** What the languages themselves made of the snippets, see make.mjs. */
const evaluated = JSON.parse(readFileSync(join(corpus, "evaluated.json"), "utf8")) as Readonly<
  Record<string, { shape: number[]; values: (number | string)[] }[][]>
>;

/** "3×3: 1 0 -1 …", for each array one, worked out by hand. */
function written(heading: string): Found[] {
  const parts = heading.split("=>").slice(1);
  return parts
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [shape, values] = part.split(":");
      return { shape: shape.trim().split("×").map(Number), values: values.trim().split(" ").map(Number) };
    });
}

function snippetsOf(language: string): Snippet[] {
  const parts = readFileSync(join(corpus, `${language}.txt`), "utf8")
    .split(/^--- /m)
    .slice(1);
  return parts.map((part, i) => {
    const end = part.indexOf("\n");
    const heading = part.slice(0, end);
    const expected =
      language in evaluated
        ? evaluated[language][i].map(({ shape, values }) => ({ shape, values: values.map(numberOf) }))
        : written(heading);
    return { name: heading.split("=>")[0].trim(), code: part.slice(end + 1), expected };
  });
}

function found(text: string, language: string): Found[] {
  return findLiterals(text, syntaxOf(language)!).map(({ shape, values }) => ({ shape, values }));
}

const languageOf: Readonly<Record<string, string | undefined>> = {
  ts: "typescript",
  mts: "typescript",
  mjs: "javascript",
  cjs: "javascript",
  py: "python",
};

/** Every file of the repository in a language that is looked through, samples and what is installed or built left out. */
function* sources(): Generator<{ path: string; text: string; language: string }> {
  const folders = ["src", "webview", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  for (const name of [...readdirSync(root), ...folders]) {
    const language = languageOf[name.split(".").at(-1) ?? ""];
    if (language === undefined || name.includes("node_modules")) continue;
    yield { path: name.replaceAll("\\", "/"), text: readFileSync(join(root, name), "utf8"), language };
  }
}

/** Whether TypeScript's own parser sees an array there, of nothing but arrays and signed numbers, of this shape. */
function isArrayOfNumbers(text: string, path: string, { start, end, shape }: Literal): boolean {
  const shapeOf = (node: ts.Node): number[] | null => {
    if (ts.isPrefixUnaryExpression(node)) return shapeOf(node.operand);
    if (ts.isNumericLiteral(node) || ["NaN", "Infinity"].includes(node.getText())) return [];
    if (ts.isBinaryExpression(node)) return shapeOf(node.left);
    if (!ts.isArrayLiteralExpression(node) || node.elements.length === 0) return null;
    const [first, ...rest] = node.elements.map(shapeOf);
    return rest.every((other) => String(other) === String(first)) && first !== null
      ? [node.elements.length, ...first]
      : null;
  };
  const find = (node: ts.Node): boolean =>
    (node.getStart() === start && node.getEnd() === end && String(shapeOf(node)) === String(shape)) ||
    (node.pos <= start && node.end >= end && (ts.forEachChild(node, find) ?? false));
  return find(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
}

describe("literals in source files", () => {
  let count = 0;
  for (const language of languages)
    for (const { name, code, expected } of snippetsOf(language)) {
      count++;
      it(`${language}: ${name}`, () => assert.deepEqual(found(code, language), expected));
    }

  it("are looked for in a hundred snippets", () => assert.equal(count, 100));

  it("are found all the same when the snippets stand in one file", () => {
    for (const language of languages) {
      const snippets = snippetsOf(language);
      const whole = snippets.map(({ code }) => code).join("\n");
      assert.deepEqual(
        found(whole, language),
        snippets.flatMap(({ expected }) => expected),
        language,
      );
    }
  });

  it("are in this repository's TypeScript and JavaScript what TypeScript takes for arrays of numbers, and no other", () => {
    let files = 0;
    for (const { path, text, language } of sources()) {
      if (language === "python") continue;
      files++;
      const wrong = findLiterals(text, syntaxOf(language)!).filter((literal) => !isArrayOfNumbers(text, path, literal));
      assert.deepEqual(wrong, [], path);
    }
    assert.ok(files > 500, `${files}`);
  });

  it("are in its Python nothing but numbers, commas and brackets", () => {
    let files = 0;
    for (const { path, text, language } of sources()) {
      if (language !== "python") continue;
      files++;
      for (const { start, end, shape } of findLiterals(text, syntaxOf(language)!)) {
        const written = text.slice(start, end);
        assert.match(written, /^[\d\s.,e+\-*/()[\]]*$/, path);
        assert.equal(
          written.match(/[\d.]+(?:e[+-]?\d+)?/g)?.length,
          shape.reduce((product, axis) => product * axis, 1),
          path,
        );
      }
    }
    assert.ok(files > 20, `${files}`);
  });

  it("are in the extension's own code two tables, the passes of interlaced PNG and the palette", () => {
    const here: Record<string, number> = {};
    for (const { path, text, language } of sources()) {
      if (path.startsWith("test/")) continue; // filters of tests are filters
      const count = findLiterals(text, syntaxOf(language)!).length;
      if (count > 0) here[basename(path)] = count;
    }
    assert.deepEqual(here, { "palette.ts": 4, "png.ts": 1 });
  });

  for (const [name, piece, expected] of [
    ["one table", "[1,2,3],\n", 0],
    ["filters", "k = [[1,2],[3,4]]\n", 1000],
    ["ragged arrays in one call", "f([[1,2],[3]]),", 0],
    ["open brackets", "[", 0],
    ["open braces and numbers", "{1,", 0],
    ["quotes", "'", 0],
    ["quotes that are escaped", '"\\', 0],
    ["comments that are not closed", "/* ", 0],
    ["slashes", "/[", 0],
    ["templates", "`${", 0],
    ["names", "a=b,c.d ", 0],
  ] as const)
    it(`come to an end in a long file of ${name}`, () => {
      const text = piece.repeat(Math.floor(1_000_000 / piece.length));
      assert.equal(findLiterals(text, syntaxOf("javascript")!, 1000).length, expected);
    });

  it("are found at the end of ten million characters", () => {
    const text = `${"x = f(a, b)  # [[1, 2], [3, 4]]\n".repeat(300_000)}k = [[1, 2], [3, 4]]\n`;
    assert.equal(findLiterals(text, syntaxOf("python")!).length, 1);
  });

  it("let others have a turn while they are looked for", () => {
    let turns = 0;
    for (const literal of searchLiterals("a + b\n".repeat(10_000), syntaxOf("python")!)) if (literal === null) turns++;
    assert.ok(turns >= 25, `${turns}`);
  });

  it("are where the text says", () => {
    const text = "a = 'é𝄞'\nk = np.array([[1, 2],\n [3, 4]]) / 4\n";
    const [{ start, end }] = findLiterals(text, syntaxOf("python")!);
    assert.equal(text.slice(start, end), "[[1, 2],\n [3, 4]]");
  });
});
