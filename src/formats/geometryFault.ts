import type { ConvError } from "../base/errors";
import { type Geometry, geometryOf } from "../conv/geometry";
import type { ConvSpec, Padding } from "../conv/spec";
import type { LayerFile } from "./schema";

/** The setting that a sentence of `geometryOf` is about: the first of the list that the layer file has. */
const subjects: readonly (readonly [RegExp, readonly (keyof LayerFile)[]])[] = [
  [/^stride/, ["stride"]],
  [/^dilation/, ["dilation"]],
  [/^padding/, ["padding", "paddingMode"]],
  [/^groups/, ["groups", "weight"]],
  [/^the bias/, ["bias"]],
  [/^x /, ["input"]],
  [/^the kernel is larger/, ["padding", "dilation", "weight"]],
  [/^col /, ["padding", "weight"]],
  [/^(W |the kernel)/, ["weight"]],
];

/** Which key of the layer file an error of its geometry leads to; and the layout that would make the shapes fit, as a question. */
export function geometryFault(
  error: ConvError,
  x: readonly number[],
  W: readonly number[],
  spec: ConvSpec,
  layer: LayerFile,
): { key: string; remedy?: string } {
  const subject = subjects.find(([subject]) => subject.test(error.fault.what))?.[1] ?? [];
  const narrow = /^col /.test(error.fault.what) && !isWide(spec.padding, Math.max(...x.slice(2)));
  const keys = subject.filter((name) => !(narrow && name === "padding"));
  const key = keys.find((name) => layer[name] !== undefined) ?? "weight";
  const guesses = layoutsThatFit(x, W, spec, layer);
  const channels = /input channels|does not divide/.test(error.fault.what);
  if (!channels || guesses.length === 0) return { key };
  const written = guesses.map(({ layout }) => `"layout": ${JSON.stringify(layout)}`);
  return { key, remedy: `If the axes stand in another order, say ${written.join(" or ")}` };
}

/** The layouts, of those that TensorFlow's files have, with which the layer would be valid. None that the layer file rules out. */
export function layoutsThatFit(
  x: readonly number[],
  W: readonly number[],
  spec: ConvSpec,
  layer: LayerFile,
): { readonly layout: Readonly<Partial<Record<"input" | "weight", string>>>; readonly geometry: Geometry }[] {
  return layouts(x, W).flatMap(({ layout, x, W }) => {
    if (Object.keys(layout).some((name) => layer.layout !== undefined && Object.hasOwn(layer.layout, name))) return [];
    try {
      return [{ layout, geometry: geometryOf(x, W, null, spec) }];
    } catch {
      return [];
    }
  });
}

/** More padding than image. */
function isWide(padding: Padding, size: number): boolean {
  return typeof padding !== "string" && [padding].flat(2).some((cells) => cells > size);
}

/** The shapes as they would be if the files followed TensorFlow's orders. Only for what the layer file does not say itself. */
function layouts(x: readonly number[], W: readonly number[]) {
  const [n, h, w, c] = x;
  const nchw = [n, c, h, w];
  const [kh, kw, i, o] = W;
  const oihw = [o, i, kh, kw];
  return [
    { layout: { input: "NHWC" }, x: nchw, W },
    { layout: { weight: "HWIO" }, x, W: oihw },
    { layout: { input: "NHWC", weight: "HWIO" }, x: nchw, W: oihw },
  ];
}
