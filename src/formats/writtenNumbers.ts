import { visit } from "jsonc-parser";
import { parseLayerFile } from "./layerFile";
import { arrangedIndex, weightAxes } from "./axes";
import type { Layer } from "./loadLayer";
import { parseOverride } from "./overrides";
import { offsetOf } from "../tensor/tensor";

/** A number of W or b that stands in the layer file. Line and columns from 1; `endColumn` is behind it. */
export interface WrittenNumber {
  readonly tensor: "W" | "b";
  readonly index: readonly number[];
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** The numbers of W and b in a layer file that was loaded, in its order; none of what `set` replaced. */
export function writtenNumbers(text: string, { file, sources }: Layer, set: readonly string[]): WrittenNumber[] {
  const parsed = parseLayerFile(text, file, set.map(parseOverride));
  const inText = (key: "weight" | "bias", name: "W" | "b") =>
    sources[name]?.kind === "literal" && parsed.at([key]) !== undefined;
  const shapes = {
    weight: inText("weight", "W") ? sources.W!.shape : null, // it is a literal, as just seen
    bias: inText("bias", "b") ? sources.b!.shape : null,
  };
  const axes = shapes.weight === null ? null : weightAxes(shapes.weight, parsed.value.layout?.weight ?? "OIHW");
  const found: WrittenNumber[] = [];
  visit(
    text,
    {
      onLiteralValue: (_value, _offset, length, line, character, pathOf) => {
        const [key, ...index] = pathOf();
        if (key !== "weight" && key !== "bias") return;
        const shape = shapes[key];
        if (shape === null || index.length !== shape.length) return;
        const at = index.map(Number);
        const place = { line: line + 1, column: character + 1, endColumn: character + length + 1 };
        if (key === "bias") found.push({ tensor: "b", index: [offsetOf(shape, at)], ...place });
        else if (axes !== null) found.push({ tensor: "W", index: arrangedIndex(axes, at), ...place });
      },
    },
    { allowTrailingComma: true, disallowComments: false },
  );
  return found;
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
