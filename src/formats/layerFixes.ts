import { type Geometry, geometryOf, outShape } from "../conv/geometry";
import type { ConvSpec } from "../conv/spec";
import { shapeText } from "../tensor/tensor";
import { type Fix, settingFix } from "./fix";
import { layoutsThatFit } from "./geometryFault";
import { specOf } from "./layerAxes";
import type { LayerFile, TensorSource } from "./schema";

/**
 * What would make a layer valid whose shapes do not go together: other groups, padding, dilation, another layout, random
 * numbers or a bias of the right shape. Each was tried: none leads to another error. The likeliest first.
 */
export function geometryFixes(
  text: string,
  layer: LayerFile,
  x: readonly number[],
  W: readonly number[],
  b: readonly number[] | null,
): Fix[] {
  const spec = specOf(layer);
  const settings = [...groupings(x, W), ...paddings(x, W, spec)].flatMap((change) => {
    const [[key, value]] = Object.entries(change);
    const g = valid(x, W, b, { ...spec, ...change });
    return g === null ? [] : [settingFix(text, [key], value, titleOf(`"${key}": ${JSON.stringify(value)}`, g))];
  });
  const layouts = layoutsThatFit(x, W, spec, layer).map(({ layout, geometry }) =>
    settingFix(
      text,
      ["layout"],
      { ...layer.layout, ...layout },
      titleOf(`"layout": ${JSON.stringify(layout)}`, geometry),
    ),
  );
  return [...settings, ...layouts, ...weightFixes(text, layer, x, W, b, spec), ...biasFixes(text, layer, x, W, spec)];
}

function titleOf(what: string, g: Geometry): string {
  return `Set ${what.replace(/,/g, ", ").replace(/":(?! )/g, '": ')} (out ${shapeText(outShape(g))})`;
}

function valid(
  x: readonly number[],
  W: readonly number[],
  b: readonly number[] | null,
  spec: ConvSpec,
): Geometry | null {
  try {
    return geometryOf(x, W, b, spec);
  } catch {
    return null;
  }
}

function groupings(x: readonly number[], W: readonly number[]): Partial<ConvSpec>[] {
  const groups = W[1] > 0 && x[1] % W[1] === 0 ? x[1] / W[1] : 1;
  return [{ groups }, { groups: 1 }].filter((change, i) => i === 0 || change.groups !== groups);
}

/** The least padding on all sides with which the kernel fits, and what needs none. */
function paddings(x: readonly number[], W: readonly number[], { dilation, padding }: ConvSpec): Partial<ConvSpec>[] {
  const [down, across] = typeof dilation === "number" ? [dilation, dilation] : dilation;
  const least = (size: number, kernel: number, step: number) =>
    Math.max(0, Math.ceil((step * (kernel - 1) + 1 - size) / 2));
  const [h, w] = [least(x[2], W[2], down), least(x[3], W[3], across)];
  const plain: Partial<ConvSpec>[] = [{ padding: h === w ? h : [h, w] }, { padding: "same" }];
  // More padding than its mode can show is another matter than too little.
  const modes: Partial<ConvSpec>[] = [{ paddingMode: "replicate" }, { paddingMode: "zeros" }];
  return [...plain, { dilation: 1 }, ...modes].filter((change) => change.padding !== padding);
}

/** Where numbers are random, others of another shape are as good. */
function randomOf(source: TensorSource | null | undefined): readonly number[] | null {
  return typeof source === "object" && source !== null && "random" in source ? source.random : null;
}

function weightFixes(
  text: string,
  layer: LayerFile,
  x: readonly number[],
  W: readonly number[],
  b: readonly number[] | null,
  spec: ConvSpec,
): Fix[] {
  const random = randomOf(layer.weight);
  const order = layer.layout?.weight ?? "OIHW";
  if (random?.length !== 4 || x[1] % spec.groups !== 0) return [];
  const channels = x[1] / spec.groups;
  const shape = random.map((size, axis) => (order[axis] === "I" ? channels : size));
  const g = valid(x, [W[0], channels, W[2], W[3]], b, spec);
  return g === null || channels === W[1]
    ? []
    : [settingFix(text, ["weight", "random"], shape, titleOf(`"weight": ${JSON.stringify({ random: shape })}`, g))];
}

function biasFixes(text: string, layer: LayerFile, x: readonly number[], W: readonly number[], spec: ConvSpec): Fix[] {
  const g = valid(x, W, [W[0]], spec);
  if (g === null || layer.bias === undefined || layer.bias === null) return [];
  if (randomOf(layer.bias) !== null)
    return [settingFix(text, ["bias", "random"], [W[0]], titleOf(`"bias": {"random":[${W[0]}]}`, g))];
  if (!Array.isArray(layer.bias) || Array.isArray(layer.bias[0])) return [];
  const { bias } = layer;
  const values = Array.from({ length: W[0] }, (_, f) => (f < bias.length ? bias[f] : 0));
  const title = bias.length < W[0] ? `Add zeros to the bias: ${W[0]} values` : `Cut the bias to ${W[0]} values`;
  return [settingFix(text, ["bias"], values, title)];
}
