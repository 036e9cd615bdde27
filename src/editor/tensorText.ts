import { findNodeAtOffset, getNodePath, parseTree } from "jsonc-parser";
import { statsOf } from "../tensor/stats";
import { type Tensor, elementCount, indexAt, shapeText } from "../tensor/tensor";
import { numberText } from "./shapes";

/** Rows and columns of a plane, and planes, that are written out. */
const MOST = { rows: 64, columns: 64, planes: 64 };

/** A tensor to be read: its shape, type and statistics, then its planes as NumPy would index them, in columns. */
export function tensorText(name: string, tensor: Tensor): string {
  const { shape, dtype, data } = tensor;
  const { min, max, mean, std, zeros, nan, inf } = statsOf(tensor);
  const facts = [
    `${name}: ${shapeText(shape)} ${dtype}, ${elementCount(shape)} elements`,
    `min ${numberText(min)}, max ${numberText(max)}, mean ${numberText(mean)} ± ${numberText(std)}, zeros ${zeros}, NaN ${nan}, Inf ${inf}`,
  ];
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const outer = shape.slice(0, -2);
  const planes = elementCount(outer);
  if (elementCount(shape) === 0) return [...facts, ""].join("\n");
  const shown = Array.from({ length: Math.min(planes, MOST.planes) }, (_, plane) => {
    const label = outer.length === 0 ? [] : [`[${indexAt(outer, plane).join(", ")}]`];
    const at = plane * height * width;
    return ["", ...label, ...planeLines((y, x) => data[at + y * width + x], height, width)];
  });
  const more = planes > MOST.planes ? ["", `… ${planes - MOST.planes} more planes`] : [];
  return [...facts, ...shown.flat(), ...more, ""].join("\n");
}

function planeLines(valueAt: (y: number, x: number) => number | bigint, height: number, width: number): string[] {
  const [rows, columns] = [Math.min(height, MOST.rows), Math.min(width, MOST.columns)];
  const cells = Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_, x) => numberText(valueAt(y, x))),
  );
  const widest = Math.max(...cells.flat().map((text) => text.length));
  const right = width > columns ? ` … ${width - columns} more` : "";
  const lines = cells.map((row) => row.map((text) => text.padStart(widest)).join("  ") + right);
  return height > rows ? [...lines, `… ${height - rows} more rows`] : lines;
}

/** The name of a file of tensors at a place of a layer file, and its stretch of the text; null elsewhere. */
export function fileNameAt(
  text: string,
  at: number,
): { readonly source: string; readonly offset: number; readonly length: number } | null {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const node = tree && findNodeAtOffset(tree, at);
  if (node?.type !== "string" || (node.parent?.type === "property" && node.parent.children?.[0] === node)) return null;
  const path = getNodePath(node).join(".");
  const source = String(node.value);
  const names = /^(input|weight|bias|dout|expected\.(out|dx|dW|db))(\.image)?$/.test(path);
  return names && !(path === "dout" && source === "ones") ? { source, offset: node.offset, length: node.length } : null;
}
