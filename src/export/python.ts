import type { Geometry } from "../conv/geometry";
import type { ComputeDtype } from "../tensor/dtype";
import { numberText } from "../tensor/numbers";
import { type ComputeTensor, shapeText } from "../tensor/tensor";
import type { Reproduced } from "./reproduced";

/** Columns of a line of numbers. */
const WIDTH = 100;

/** A number in the fewest digits from which Python reads the same number of the type. nan and inf are names of its module `math`. */
export function pythonNumber(value: number, dtype: ComputeDtype): string {
  if (value !== value) return "nan";
  if (Math.abs(value) === Infinity) return value > 0 ? "inf" : "-inf";
  const text = numberText(value, dtype);
  // -0 is no float, and PyTorch takes whole numbers of 64 bits only.
  const isWhole = /^-?\d+$/.test(text);
  return isWhole && (text === "-0" || !Number.isSafeInteger(value)) ? `${text}.0` : text;
}

/** Nested lists as NumPy prints them: a row on a line, its numbers in columns. `indent`: where the first bracket stands. */
export function nestedList({ dtype, shape, data }: ComputeTensor, indent: number): string {
  const texts = Array.from(data, (value) => pythonNumber(value, dtype));
  const width = texts.reduce((most, text) => Math.max(most, text.length), 0);
  const columns = texts.map((text) => text.padStart(width));
  const list = (axis: number, first: number, count: number, column: number): string => {
    if (axis === shape.length - 1) return `[${wrapped(columns.slice(first, first + count), column + 1)}]`;
    const each = count / shape[axis];
    const parts = Array.from({ length: shape[axis] }, (_, i) => list(axis + 1, first + i * each, each, column + 1));
    return `[${parts.join(`,\n${" ".repeat(column + 1)}`)}]`;
  };
  return list(0, 0, data.length, indent);
}

function wrapped(texts: readonly string[], column: number): string {
  const most = Math.max(1, Math.floor((WIDTH - column) / ((texts.at(0)?.length ?? 0) + 2)));
  const lines: string[] = [];
  for (let i = 0; i < texts.length; i += most) lines.push(texts.slice(i, i + most).join(", "));
  return lines.join(`,\n${" ".repeat(column)}`);
}

/** `(1, 2)`, nested as it is. */
export function tuple(values: readonly (number | readonly number[])[]): string {
  return `(${values.map((value) => (typeof value === "number" ? String(value) : tuple(value))).join(", ")})`;
}

/** The settings that every framework's code is made of. */
export function settingsOf({ y, x }: Geometry) {
  return {
    stride: [y.stride, x.stride],
    dilation: [y.dilation, x.dilation],
    padding: [
      [y.begin, y.end],
      [x.begin, x.end],
    ],
  } as const;
}

export function isPadded({ y, x }: Geometry): boolean {
  return y.begin + y.end + x.begin + x.end > 0;
}

/** Which layer it is, in comment lines; and what of it is done otherwise, or cannot be done. */
export function headerText({ name, geometry: g, x, W, b }: Reproduced, notes: readonly string[] = []): string {
  const { stride, dilation, padding } = settingsOf(g);
  const parts = [
    `x ${shapeText(x.shape)}`,
    `W ${shapeText(W.shape)}`,
    ...(b === null ? [] : ["bias"]),
    `stride ${tuple(stride)}`,
    `padding ${tuple(padding)}${isPadded(g) && g.paddingMode !== "zeros" ? ` ${g.paddingMode}` : ""}`,
    ...(Math.max(...dilation) > 1 ? [`dilation ${tuple(dilation)}`] : []),
    ...(g.groups > 1 ? [`groups ${g.groups}`] : []),
  ];
  const title = `${name.replace(/\s+/g, " ")}: ${parts.join(", ")}, ${x.dtype}`;
  return [title, ...notes].map((line) => `# ${line}\n`).join("");
}
