import { counted } from "../base/text";
import { PADDING, sourceOf } from "../conv/columns";
import {
  type Axis,
  type Geometry,
  biasShape,
  extentFormula,
  outShape,
  sizeFormula,
  weightShape,
  xShape,
} from "../conv/geometry";
import { type Intermediate, intermediates } from "../conv/passes";
import type { Padding } from "../conv/spec";
import { stepShape, usualLayout } from "../diagnose/stages/arrangement";
import type { Axes } from "../formats/axes";
import type { LayerFile } from "../formats/schema";
import { elementCount, shapeText } from "../tensor/tensor";

/** A valid layer, as far as its text and the headers of its files tell. */
export interface KnownLayer {
  readonly value: LayerFile;
  readonly geometry: Geometry;
  /** How its tensors were taken, by their keys. */
  readonly axes: ReadonlyMap<string, Axes>;
}

/** What a setting comes to in this layer's own numbers, one line each. Empty where there is nothing to add to its description. */
export function settingLines(key: string, layer: KnownLayer): string[] {
  return Object.hasOwn(lines, key) ? lines[key](layer, key) : [];
}

const lines: Readonly<Record<string, (layer: KnownLayer, key: string) => string[]>> = {
  input: (layer, key) => [...takenAs(layer, key, "x", xShape(layer.geometry)), ...sizes(layer.geometry)],
  weight: (layer, key) => [...takenAs(layer, key, "W", weightShape(layer.geometry)), ...products(layer.geometry)],
  bias: (layer, key) => [
    ...takenAs(layer, key, "b", biasShape(layer.geometry)),
    "one value for each filter, added last to every cell of its plane of out",
  ],
  stride: ({ geometry: g }) => [
    `a window every ${counted(g.y.stride, "row")} and every ${counted(g.x.stride, "column")}`,
    ...sizes(g),
  ],
  padding: ({ geometry: g, value }) => [
    `top ${g.y.begin}, bottom ${g.y.end}, left ${g.x.begin}, right ${g.x.end}: x ${g.y.size}×${g.x.size} becomes ${g.y.padded}×${g.x.padded}`,
    ...sameLines("height", g.y, value.padding),
    ...sameLines("width", g.x, value.padding),
    ...sizes(g),
  ],
  paddingMode: ({ geometry: g }) => [shows("row", g.y, g), shows("column", g.x, g)],
  dilation: ({ geometry: g }) => [
    `the kernel spans kH' = ${extentFormula(g.y)} rows and kW' = ${extentFormula(g.x)} columns`,
    ...sizes(g),
  ],
  groups: ({ geometry: g }) => groupLines(g),
  layout: ({ geometry: g }) => [
    `x ${shapeText(xShape(g))}, W ${shapeText(weightShape(g))}, out ${shapeText(outShape(g))}`,
  ],
  dout: (layer, key) => takenAs(layer, key, "dout", outShape(layer.geometry)),
  "expected.out": (layer, key) => takenAs(layer, key, "out", outShape(layer.geometry)),
  "expected.dx": (layer, key) => takenAs(layer, key, "dx", xShape(layer.geometry)),
  "expected.dW": (layer, key) => takenAs(layer, key, "dW", weightShape(layer.geometry)),
  "expected.db": (layer, key) => takenAs(layer, key, "db", biasShape(layer.geometry)),
  ...Object.fromEntries(intermediates.map((name) => [`expected.${name}`, (layer) => stepLines(layer, name)])),
};

/** In any layout: its shape need not be this one. */
function stepLines({ geometry, axes }: KnownLayer, name: Intermediate): string[] {
  const usual = stepShape(geometry, name);
  const given = axes.get(`expected.${name}`)?.shape;
  const found = given === undefined || shapeText(given) === shapeText(usual) ? "" : `; given ${shapeText(given)}`;
  return [`${name} ${shapeText(usual)}, ${usualLayout(name)}, or any other layout${found}`];
}

function sizes(g: Geometry): string[] {
  const span = (name: string, axis: Axis) => (axis.dilation > 1 ? [`${name}' = ${extentFormula(axis)}`] : []);
  return [`oH = ${sizeFormula(g.y)}`, ...span("kH", g.y), `oW = ${sizeFormula(g.x)}`, ...span("kW", g.x)];
}

function takenAs({ axes }: KnownLayer, key: string, name: string, shape: readonly number[]): string[] {
  const found = axes.get(key);
  const moved = found !== undefined && shapeText(found.from) !== shapeText(shape);
  const from = moved ? `, from ${shapeText(found.from)}` : "";
  return [`${name} ${shapeText(shape)}${from}: ${counted(elementCount(shape), "number")}`];
}

function products(g: Geometry): string[] {
  const taps = `${g.groupChannels} · ${g.y.kernel} · ${g.x.kernel} = ${counted(g.groupTaps, "product")}`;
  const cells = g.rows * g.filters;
  return [
    `each cell of out is a sum of C/groups · kH · kW = ${taps}`,
    `N · oH · oW · F = ${g.batch} · ${g.y.out} · ${g.x.out} · ${g.filters} = ${counted(cells, "cell")}: ${counted(cells * g.groupTaps, "multiply-add")}`,
  ];
}

/** How a rule comes to its numbers; see `paddingOf` in conv/geometry.ts. */
function sameLines(name: string, axis: Axis, padding: Padding | undefined): string[] {
  if (padding !== "same" && padding !== "same-lower") return [];
  const rest = axis.size % axis.stride === 0 ? axis.stride : axis.size % axis.stride;
  const total = axis.begin + axis.end;
  const odd = total % 2 === 0 ? "" : `, the odd one at the ${padding === "same" ? "end" : "beginning"}`;
  return [`${name}: max(${axis.extent} − ${rest}, 0) = ${total} = ${axis.begin} + ${axis.end}${odd}`];
}

/** "before row 0: rows 2, 1; after row 31: rows 30, 29" */
function shows(name: "row" | "column", axis: Axis, { paddingMode }: Geometry): string {
  if (axis.begin + axis.end === 0) return `no ${name}s are added`;
  const cells = (from: number, count: number) => {
    const found = Array.from({ length: Math.min(count, 6) }, (_, i) => sourceOf(axis, paddingMode, from + i));
    const text = found.map((cell) => (cell === PADDING ? "0" : `${name} ${cell}`)).join(", ");
    return count > 6 ? `${text}, …` : text;
  };
  const before = axis.begin > 0 ? [`before ${name} 0 stand: ${cells(-axis.begin, axis.begin)}`] : [];
  const after = axis.end > 0 ? [`after ${name} ${axis.size - 1}: ${cells(axis.size, axis.end)}`] : [];
  return [...before, ...after].join("; ");
}

const MOST_GROUPS = 4;

function groupLines(g: Geometry): string[] {
  const range = (from: number, count: number) => (count === 1 ? String(from) : `${from} … ${from + count - 1}`);
  const one = (group: number) =>
    `group ${group}: filters ${range(group * g.groupFilters, g.groupFilters)} see channels ${range(group * g.groupChannels, g.groupChannels)}`;
  const all = Array.from({ length: Math.min(g.groups, MOST_GROUPS) }, (_, group) => one(group));
  return [
    `C / groups = ${g.channels} / ${g.groups} = ${g.groupChannels}, F / groups = ${g.filters} / ${g.groups} = ${g.groupFilters}`,
    ...(g.groups === 1 ? ["every filter sees every channel"] : all),
    ...(g.groups > MOST_GROUPS ? [`… ${g.groups - MOST_GROUPS} more`] : []),
  ];
}
