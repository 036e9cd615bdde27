import type { z } from "zod";
import { ConvError, type FaultCode } from "../base/errors";
import { clipped } from "../base/text";
import { intermediates, resultNames } from "../conv/passes";
import { type Fix, replacement } from "./fix";
import { LayerText, type TextRange } from "./layerText";
import { type JsonPath, LiteralError, literalTensor, pathText } from "./literal";
import { type Override, applyOverride, overrideOf } from "./overrides";
import { type LayerFile, layerSchema } from "./schema";
import { closest } from "./suggest";

/** A problem of a layer file and the stretch of text to underline. */
export interface LayerProblem {
  readonly error: ConvError;
  readonly range: TextRange;
  /** What would put it right; the likeliest first. */
  readonly fixes?: readonly Fix[];
}

export interface ParsedLayer {
  readonly value: LayerFile;
  /** Where the value at a path stands in the text, or its key; undefined for what is not there or was overridden. */
  at(path: JsonPath, part?: "value" | "key"): TextRange | undefined;
}

/** Everything that is wrong with a layer file as a text, in its order. Whether its tensors can be read is not asked. */
export function layerProblems(text: string, file: string): LayerProblem[] {
  return problemsOf(new LayerText(text), file, []).problems;
}

/**
 * Reads a layer file (JSON with comments and trailing commas). `overrides` are put in before it is checked.
 * Throws the first problem: `bad-syntax`, `bad-key`, `bad-layer` or `bad-value`, with line and column.
 */
export function parseLayerFile(text: string, file: string, overrides: readonly Override[] = []): ParsedLayer {
  const layer = new LayerText(text);
  const { value, problems } = problemsOf(layer, file, overrides);
  if (problems.length > 0 || value === undefined)
    throw problems.at(0)?.error ?? new ConvError({ code: "bad-layer", what: "the layer file is empty", file });
  return {
    value,
    at: (path, part) => (overrideOf(overrides, path) === undefined ? layer.at(path, part) : undefined),
  };
}

/** More than this is no offer but a list. */
const MOST_INSTEAD = 4;

function problemsOf(layer: LayerText, file: string, overrides: readonly Override[]) {
  const problems: LayerProblem[] = layer.problems.map(({ code, what, range, expected, remedy }) => ({
    error: new ConvError({ code, what, file, at: { line: range.line, column: range.column }, expected, remedy }),
    range,
  }));
  // A text that is no JSON would only lead to errors that follow from this one.
  if (layer.problems.some(({ code }) => code === "bad-syntax")) return { problems };
  let raw = layer.value;
  for (const override of overrides) raw = applyOverride(raw, override);
  const result = layerSchema.safeParse(raw, { reportInput: true });
  const found = result.success
    ? literalFindings(result.data)
    : withoutFollowing(result.error.issues.flatMap((issue) => findingsOf(issue, raw)));
  for (const { code, path, part, what, expected, found: value, remedy, instead = [] } of found) {
    const range = layer.near(path, part);
    const set = overrideOf(overrides, path);
    const text = path.length > 0 ? pathText(path) : undefined;
    const at =
      set === undefined ? { line: range.line, column: range.column, path: text } : { path: `--set ${set.text}` };
    const fixes = instead.map((content) => replacement(range, JSON.stringify(content)));
    problems.push({ range, fixes, error: new ConvError({ code, what, file, at, expected, found: value, remedy }) });
  }
  problems.sort((a, b) => a.range.offset - b.range.offset);
  return { problems, value: result.success ? result.data : undefined };
}

interface Finding {
  readonly code: FaultCode;
  readonly path: JsonPath;
  readonly part?: "key" | "value";
  readonly what: string;
  readonly expected?: string;
  readonly found?: string;
  readonly remedy?: string;
  /** What could stand there. */
  readonly instead?: readonly unknown[];
  /** The setting that is missing, or that was probably meant. */
  readonly missing?: string;
  readonly meant?: string;
}

/** A key that is missing because it is misspelt is one problem, not two. */
function withoutFollowing(findings: readonly Finding[]): Finding[] {
  const meant = findings.map((finding) => finding.meant).filter((name) => name !== undefined);
  return findings.filter(({ missing }) => missing === undefined || !meant.includes(missing));
}

function findingsOf(issue: z.core.$ZodIssue, raw: unknown): Finding[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, path));
  const value = valueAt(raw, path);
  if (path.length === 0) return [{ code: "bad-layer", path, what: "a layer file is one object", expected: "{…}" }];
  const name = String(path[path.length - 1]);
  if (value === undefined)
    return [
      { code: "bad-layer", path, what: `"${pathText(path)}" is missing`, expected: expectation(issue), missing: name },
    ];
  if (issue.code === "invalid_union" && isObject(value)) {
    // The form whose keys the object has is the one that was meant.
    const branch = issue.errors.find((issues) => issues.every((inner) => isMeant(inner, value)));
    if (branch !== undefined)
      return branch.flatMap((inner) => findingsOf({ ...inner, path: [...issue.path, ...inner.path] }, raw));
  }
  const text = JSON.stringify(value);
  const found = clipped(text);
  const values = wordsOf(issue);
  const meant = closest(text.slice(1, -1), values);
  const remedy = meant === undefined ? undefined : `Did you mean "${meant}"`;
  return [
    {
      code: "bad-layer",
      path,
      what: `"${pathText(path)}" cannot be this`,
      expected: expectation(issue),
      found,
      remedy,
      instead: meant === undefined ? values.slice(0, MOST_INSTEAD) : [meant],
    },
  ];
}

/** What a text could have been. */
function wordsOf(issue: z.core.$ZodIssue): string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return issue.code === "invalid_union" ? issue.errors.flat().flatMap(wordsOf) : [];
}

function isMeant(issue: z.core.$ZodIssue, value: object): boolean {
  return issue.code !== "unrecognized_keys" && issue.path.length > 0 && valueAt(value, issue.path) !== undefined;
}

/** The keys that an object may have, from the schema itself. */
const keysAt: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(layerSchema.shape),
  layout: ["input", "weight", "output"],
  expected: [...resultNames, ...intermediates],
};
const sourceKeys = ["random", "seed", "dist", "low", "high", "image", "channels", "scale"];

function unknownKey(key: string, path: JsonPath): Finding {
  const names = keysAt[pathText(path)] ?? sourceKeys;
  const meant = closest(key, names);
  return {
    code: "bad-key",
    path: [...path, key],
    part: "key",
    what: `there is no setting "${clipped(key)}"`,
    expected: `one of ${names.filter((name) => name !== "$schema").join(", ")}`,
    remedy: meant === undefined ? undefined : `Did you mean "${meant}"`,
    instead: meant === undefined ? [] : [meant],
    meant,
  };
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small") {
    if (issue.origin === "string") return "a name";
    return issue.origin === "array" ? `${issue.minimum} elements` : `a number of at least ${issue.minimum}`;
  }
  if (issue.code === "too_big" && issue.maximum === Number.MAX_SAFE_INTEGER) return "a whole number below 2^53";
  if (issue.code === "too_big")
    return issue.origin === "array" ? `${issue.maximum} elements` : `at most ${issue.maximum}`;
  if (issue.code === "invalid_value") {
    const values = issue.values.map((value) => JSON.stringify(value));
    return values.length <= 8 ? `one of ${values.join(", ")}` : `an order of these letters: ${values[0]}`;
  }
  if (issue.code === "invalid_type") return typeWords[issue.expected] ?? issue.expected;
  return issue.message.replace(/^expected /, "");
}

const typeWords: Readonly<Record<string, string | undefined>> = {
  int: "a whole number",
  number: "a number",
  string: "a text in double quotes",
  array: "an array",
  tuple: "an array",
  object: "an object {…}",
};

/** Nested arrays are checked by the one who makes tensors of them. */
function literalFindings(value: LayerFile): Finding[] {
  const sources: [JsonPath, unknown][] = [
    [["input"], value.input],
    [["weight"], value.weight],
    [["bias"], value.bias],
    [["dout"], value.dout],
    ...Object.entries(value.expected ?? {}).map(([key, source]): [JsonPath, unknown] => [["expected", key], source]),
  ];
  return sources.flatMap(([path, source]) => {
    if (!Array.isArray(source)) return [];
    try {
      literalTensor(source, path);
      return [];
    } catch (error) {
      if (!(error instanceof LiteralError)) throw error;
      const { what, expected, found } = error.fault;
      return [{ code: "bad-value", path: error.path, what, expected, found }];
    }
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const part of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[part]; // an object with this very key, as just seen
  }
  return found;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
