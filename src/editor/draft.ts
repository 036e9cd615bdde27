import { ConvError } from "../base/errors";
import { type Geometry, geometryOf } from "../conv/geometry";
import type { ConvSpec, Padding, Pair } from "../conv/spec";
import { type NamedFilter, weightOfPlanes } from "./filters";
import type { Nested } from "../literals/literal";

/** x of a layer that is being put together. Shapes are as the file has them. */
export type InputChoice =
  | { readonly kind: "tensor"; readonly spec: string; readonly shape: readonly number[] }
  | { readonly kind: "image"; readonly path: string; readonly shape: readonly number[] }
  | { readonly kind: "values"; readonly name: string; readonly shape: readonly number[]; readonly values: Nested }
  | { readonly kind: "random"; readonly shape: readonly number[] };

export type FilterChoice =
  | { readonly kind: "planes"; readonly planes: NamedFilter["planes"] }
  | { readonly kind: "literal"; readonly values: Nested; readonly shape: readonly number[] }
  | { readonly kind: "tensor"; readonly spec: string; readonly shape: readonly number[] }
  | { readonly kind: "random"; readonly filters: number; readonly kernel: Pair };

/** A layer that is being put together, question by question. */
export interface Draft {
  input: InputChoice;
  filter: FilterChoice;
  stride: number | Pair;
  padding: Padding;
  dilation: number | Pair;
  /** null until somebody chose: then as `usualGroups` says. */
  groups: number | null;
}

export const newDraft: Draft = {
  input: { kind: "random", shape: [1, 3, 32, 32] },
  filter: { kind: "random", filters: 16, kernel: [3, 3] },
  stride: 1,
  padding: "same",
  dilation: 1,
  groups: null,
};

/** [N, C, H, W]. A single plane of filter looks at an image in grey. Throws `bad-shape` for anything but 2 to 4 axes. */
export function inputShape({ input, filter }: Pick<Draft, "input" | "filter">): readonly number[] {
  const { shape } = input;
  if (input.kind === "image" && isGray(filter)) return [1, 1, ...shape.slice(-2)];
  if (shape.length < 2 || shape.length > 4)
    throw new ConvError({ code: "bad-shape", what: `an input has 2 to 4 axes`, found: `shape ${shape.join("×")}` });
  return [...[1, 1].slice(shape.length - 2), ...shape];
}

function isGray(filter: FilterChoice): boolean {
  if (filter.kind === "planes") return true;
  return (
    filter.kind !== "random" && (filter.shape.length === 2 || (filter.shape.length === 4 && filter.shape[1] === 1))
  );
}

/** One filter plane for every channel on its own; filters of many channels see all of them at once. */
export function usualGroups(draft: Draft): number {
  const channels = inputShape(draft)[1];
  const { filter } = draft;
  if (filter.kind === "planes") return channels;
  if (filter.kind === "random") return 1;
  if (filter.shape.length === 2) return channels;
  // A weight of a file says it itself: [F, C/groups, kH, kW].
  return filter.shape.length === 4 && channels % filter.shape[1] === 0 ? channels / filter.shape[1] : 1;
}

export function groupsOf(draft: Draft): number {
  return draft.groups ?? usualGroups(draft);
}

/** What the layer file says of the weight, and its shape [F, C/groups, kH, kW]. */
export function weightOf(draft: Draft): { readonly source: unknown; readonly shape: readonly number[] } {
  const { filter } = draft;
  const channels = inputShape(draft)[1];
  const groups = groupsOf(draft);
  if (filter.kind === "random") {
    const shape = [filter.filters, channels / groups, ...filter.kernel];
    return { source: { random: shape, seed: 2 }, shape };
  }
  if (filter.kind === "tensor") return { source: filter.spec, shape: fourAxes(filter.shape) };
  const plane = filter.kind === "literal" && filter.shape.length === 2 ? filter.values : undefined;
  if (filter.kind === "literal" && plane === undefined) return { source: filter.values, shape: fourAxes(filter.shape) };
  if (channels % groups !== 0) return { source: [], shape: [groups, Math.ceil(channels / groups), 1, 1] }; // geometryOf says what is wrong with it
  const planes = filter.kind === "planes" ? filter.planes : [plane as NamedFilter["planes"][number]]; // two axes, as just seen
  const kernel = [planes[0].length, planes[0][0].length];
  const shape = [planes.length * groups, channels / groups, ...kernel];
  // One filter on one channel is written as it was: two axes.
  const short = planes.length === 1 && groups === 1 && channels === 1;
  return { source: short ? planes[0] : weightOfPlanes(planes, channels, groups), shape };
}

function fourAxes(shape: readonly number[]): readonly number[] {
  return shape.length === 2 ? [1, 1, ...shape] : shape;
}

export function specOf(draft: Draft): ConvSpec {
  const { stride, padding, dilation } = draft;
  return { stride, padding, dilation, paddingMode: "zeros", groups: groupsOf(draft) };
}

/** The layer's geometry as far as it is answered. Throws ConvError with the formula. */
export function draftGeometry(draft: Draft): Geometry {
  return geometryOf(inputShape(draft), weightOf(draft).shape, null, specOf(draft));
}

/** The text of its layer file. Paths as they are in the choices. */
export function draftText(draft: Draft): string {
  const { stride, padding, dilation } = draft;
  const groups = groupsOf(draft);
  return layerText({ input: inputSource(draft), weight: weightOf(draft).source, stride, padding, dilation, groups });
}

/** What the layer file says of the input. */
function inputSource(draft: Draft): unknown {
  const { input } = draft;
  switch (input.kind) {
    case "random":
      return { random: input.shape, seed: 1 };
    case "values":
      return input.values;
    case "tensor":
      return input.spec;
    case "image":
      return inputShape(draft)[1] === 1 && input.shape.at(-3) !== 1
        ? { image: input.path, channels: "gray" }
        : input.path;
  }
}

/** JSON as a person would write it: a key for each line, arrays kept together as far as a line holds them. */
export function layerText(layer: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(layer).map(([key, value]) => `  ${JSON.stringify(key)}: ${valueText(value, "  ")}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

const WIDTH = 100;

function valueText(value: unknown, indent: string): string {
  const whole = JSON.stringify(value, notFinite).replace(/,/g, ", ").replace(/":/g, '": ');
  if (!Array.isArray(value) || whole.length + indent.length <= WIDTH) return whole;
  const inner = `${indent}  `;
  const parts = value.map((part) => `${inner}${valueText(part, inner)}`);
  return `[\n${parts.join(",\n")}\n${indent}]`;
}

/** JSON has no NaN and no infinities; the layer file takes them as words. */
function notFinite(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
