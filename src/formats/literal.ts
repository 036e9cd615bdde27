import { ConvError } from "../base/errors";
import { clipped } from "../base/text";
import { type Tensor, tensor } from "../tensor/tensor";
import { checkedCount } from "./shape";

/** Where in a JSON value: keys and indices. */
export type JsonPath = readonly (string | number)[];

/** "weight[0][2]", "expected.out" */
export function pathText(path: JsonPath): string {
  return path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
}

/** A fault in a nested array, with its place in it: the caller knows where the array itself stands. */
export class LiteralError extends ConvError {
  constructor(
    readonly path: JsonPath,
    what: string,
    expected: string,
    found: string,
  ) {
    super({ code: "bad-value", what, at: { path: pathText(path) }, expected, found });
  }
}

const words: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };
const MOST_AXES = 32;

/**
 * Nested arrays of numbers, and of "NaN", "Infinity" and "-Infinity", which JSON has no numbers for, as a float64 tensor.
 * The first branch gives the shape; where another one differs, LiteralError.
 */
export function literalTensor(value: readonly unknown[], path: JsonPath): Tensor {
  const shape: number[] = [];
  for (let branch: unknown = value; Array.isArray(branch) && shape.length <= MOST_AXES; branch = branch[0])
    shape.push(branch.length);
  if (shape.length > MOST_AXES)
    throw new LiteralError(path, "the array is nested too deep", `at most ${MOST_AXES} levels`, "more");
  // Repeated rows could promise more elements than there are, so they are counted as they come.
  checkedCount(shape, { path: pathText(path) });
  const elements: number[] = [];
  collect(value, [...path], shape, 0, elements);
  return tensor("float64", shape, Float64Array.from(elements));
}

function collect(
  value: unknown,
  path: (string | number)[],
  shape: readonly number[],
  axis: number,
  into: number[],
): void {
  if (axis === shape.length) into.push(elementOf(value, path));
  else if (!Array.isArray(value))
    throw new LiteralError(path, "the array is ragged", `an array of ${shape[axis]}`, textOf(value));
  else if (value.length !== shape[axis])
    throw new LiteralError(path, "the array is ragged", `${shape[axis]} elements`, `${value.length}`);
  else
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      collect(value[i], path, shape, axis + 1, into);
      path.pop();
    }
}

function elementOf(value: unknown, path: readonly (string | number)[]): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "number")
    throw new LiteralError(
      [...path],
      "the number is beyond float64",
      'at most 1.8e308, or "Infinity" in double quotes',
      "a number that would become infinite",
    );
  if (typeof value === "string" && Object.hasOwn(words, value)) return words[value];
  const ragged = Array.isArray(value);
  throw new LiteralError(
    [...path],
    ragged ? "the array is ragged" : "this is not a number",
    'a number, "NaN", "Infinity" or "-Infinity"',
    textOf(value),
  );
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return clipped(JSON.stringify(value));
}
