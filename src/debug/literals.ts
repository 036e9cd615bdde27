import { visit } from "jsonc-parser";
import { parseLayerFile } from "../formats/layerFile";
import { weightAxes } from "../formats/axes";
import type { Layer } from "../formats/loadLayer";
import { parseOverride } from "../formats/overrides";
import { indexAt, offsetOf, tensor } from "../tensor/tensor";

/** A number of W or b that stands in the layer file. Line and columns from 1; `endColumn` is behind it. */
export interface WrittenNumber {
  readonly tensor: "W" | "b";
  readonly index: readonly number[];
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** The numbers of W and b in a layer file that was loaded, in its order; none of what `set` replaced. */
export function writtenNumbers(text: string, { file, sources, W }: Layer, set: readonly string[]): WrittenNumber[] {
  const parsed = parseLayerFile(text, file, set.map(parseOverride));
  const inText = (key: "weight" | "bias", name: "W" | "b") =>
    sources[name]?.kind === "literal" && parsed.at([key]) !== undefined;
  const shapes = {
    weight: inText("weight", "W") ? sources.W!.shape : null, // it is a literal, as just seen
    bias: inText("bias", "b") ? sources.b!.shape : null,
  };
  const order = shapes.weight === null ? [] : placesInW(shapes.weight, parsed.value.layout?.weight ?? "OIHW");
  const found: WrittenNumber[] = [];
  visit(
    text,
    {
      onLiteralValue: (_value, _offset, length, line, character, pathOf) => {
        const [key, ...index] = pathOf();
        if (key !== "weight" && key !== "bias") return;
        const shape = shapes[key];
        if (shape === null || index.length !== shape.length) return;
        const offset = offsetOf(shape, index.map(Number));
        const place = { line: line + 1, column: character + 1, endColumn: character + length + 1 };
        if (key === "weight") found.push({ tensor: "W", index: indexAt(W.shape, order[offset]), ...place });
        else found.push({ tensor: "b", index: [offset], ...place });
      },
    },
    { allowTrailingComma: true, disallowComments: false },
  );
  return found;
}

/** For each number of the text in its order, where it is in W: the axes are brought into order as on loading. */
function placesInW(shape: readonly number[], layout: string): number[] {
  const count = shape.reduce((product, size) => product * size, 1);
  const numbered = tensor(
    "float64",
    shape,
    Float64Array.from({ length: count }, (_, i) => i),
  );
  const order: number[] = [];
  weightAxes(numbered, layout).tensor.data.forEach((from: number | bigint, to: number) => (order[Number(from)] = to));
  return order;
}

/** The least slice that holds all of these numbers, if it holds no others: "[0, 0, 1, 0:3]"; null otherwise. */
export function regionOf(numbers: readonly WrittenNumber[]): string | null {
  const [first] = numbers;
  if (numbers.some(({ tensor }) => tensor !== first.tensor)) return null;
  const ranges = first.index.map((_, axis) => {
    const at = numbers.map(({ index }) => index[axis]);
    return [at.reduce((a, b) => Math.min(a, b)), at.reduce((a, b) => Math.max(a, b)) + 1] as const;
  });
  if (ranges.reduce((product, [from, to]) => product * (to - from), 1) !== numbers.length) return null;
  return `[${ranges.map(([from, to]) => (to - from === 1 ? String(from) : `${from}:${to}`)).join(", ")}]`;
}
