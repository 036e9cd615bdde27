import { findNodeAtOffset, getNodePath, parseTree } from "jsonc-parser";
import type { Tone } from "../colour/palette";
import { type Axes, arranged, arrangedIndex } from "../formats/axes";
import { type JsonPath, literalTensor, pathText } from "../formats/literal";
import { type Tensor, elementCount, shapeText, tensor } from "../tensor/tensor";
import { type LastRun, biasLines, inputLines, weightLines } from "./elementHover";
import { type Marked, filterPicture, pictureMarkdown } from "./filterPicture";
import type { CheckedLayer } from "./layerShapes";
import { type KnownLayer, settingLines } from "./settingHover";

export interface LayerHover {
  readonly markdown: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * What stands at a place of a layer file, in this layer's own numbers: a setting's formulas, an element's uses and gradient, a
 * filter's picture. Null where the layer is not valid, or there is nothing to say.
 */
export function hoverAt(checked: CheckedLayer, offset: number, tone: Tone, run: LastRun | null): LayerHover | null {
  const { parsed, geometry, axes, text } = checked;
  if (parsed === null || geometry === null) return null;
  const layer: KnownLayer = { value: parsed.value, geometry, axes };
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const node = tree && findNodeAtOffset(tree, offset);
  if (node === undefined || node.type === "property" || node === tree) return null;
  const path: JsonPath = getNodePath(node);
  const isKey = node.parent?.type === "property" && node.parent.children?.[0] === node;
  const key = path[0] === "expected" ? pathText(path.slice(0, 2)) : String(path[0]);
  const element =
    isKey || path.length === 1
      ? null
      : elementAt(layer, text.slice(node.offset, node.offset + node.length), path, tone, run);
  const lines = element ?? [...settingLines(key, layer), ...(key === "weight" ? filterLines(layer, tone) : [])];
  // Trailing spaces break the line.
  return lines.length === 0 ? null : { markdown: lines.join("  \n"), offset: node.offset, length: node.length };
}

/** Of a number or a bracket inside of a nested array. Null elsewhere, such as on the shape of random numbers. */
function elementAt(
  { value, geometry, axes }: KnownLayer,
  written: string,
  path: JsonPath,
  tone: Tone,
  run: LastRun | null,
): string[] | null {
  const [key, ...index] = path;
  if (key !== "input" && key !== "weight" && key !== "bias") return null;
  const [source, taken] = [value[key], axes.get(key)];
  if (!Array.isArray(source) || taken === undefined) return null;
  const at = index.map(Number);
  if (key === "weight") {
    const whole = at.length === taken.from.length;
    // A bracket stands for the filter that it is of; in HWIO it is of all.
    if (!whole && at.length > 0 && taken.from.length === 4 && taken.order[0] !== 0) return null;
    const first = arrangedIndex(taken, [...at, ...taken.from.slice(at.length).fill(0)]);
    const W = arranged(literalTensor(source, [key]), taken);
    const title = whole
      ? `**W[${first.join(", ")}]** = ${written}`
      : `**filter ${first[0]}** of W ${shapeText(W.shape)}`;
    const picture = planesOf(W, first[0], tone, whole ? first : undefined);
    return [title, ...(whole ? weightLines(geometry, first, run) : []), ...picture];
  }
  if (at.length !== taken.from.length) return null;
  const place = arrangedIndex(taken, at);
  return key === "bias"
    ? [`**b[${place.join(", ")}]** = ${written}`, ...biasLines(geometry, place, run)]
    : [`**x[${place.join(", ")}]** = ${written}`, ...inputLines(geometry, place, run)];
}

/** All planes of one filter, one cell of them outlined. */
function planesOf(W: Tensor, f: number, tone: Tone, marked?: readonly number[]): string[] {
  const [, channels, height, width] = W.shape;
  const size = channels * height * width;
  const planes = tensor(W.dtype, [channels, height, width], W.data.slice(f * size, (f + 1) * size));
  const cell: Marked | undefined = marked && { plane: marked[1], y: marked[2], x: marked[3] };
  return picture(filterPicture(planes, W, tone, cell), `filter ${f}`);
}

/** The first planes of all filters, where they stand in the file. */
function filterLines({ value, axes }: KnownLayer, tone: Tone): string[] {
  const taken: Axes | undefined = axes.get("weight");
  if (!Array.isArray(value.weight) || taken === undefined) return [];
  const W = arranged(literalTensor(value.weight, ["weight"]), taken);
  const [filters, channels, height, width] = W.shape;
  if (elementCount(W.shape) === 0) return [];
  const planes = tensor(W.dtype, [filters * channels, height, width], W.data);
  return picture(filterPicture(planes, W, tone), "filters");
}

function picture(svg: string | null, alt: string): string[] {
  return svg === null ? [] : ["", pictureMarkdown(svg, alt)];
}
