import { ConvError, messageOf } from "../base/errors";
import { resultNames } from "../conv/passes";
import { type Geometry, geometryOf, outShape, weightShape, xShape } from "../conv/geometry";
import { type AxesOf, givenAxes, resultAxes, specOf } from "../formats/layerAxes";
import type { JsonPath } from "../formats/literal";
import type { LayerFile } from "../formats/schema";
import { shapeText } from "../tensor/tensor";

/** What a tensor can be in a layer that is there: where its file names it, and what would come of it. */
export interface Role {
  readonly path: JsonPath;
  readonly label: string;
  readonly fits: boolean;
  /** The shapes that it leads to, or why it does not fit. */
  readonly says: string;
}

/** Every role, those that fit first. `shape` is the tensor's own; it is read in the layer's layout as the layer would read it. */
export function rolesIn(file: LayerFile, g: Geometry, shape: readonly number[]): Role[] {
  const given = givenAxes(file);
  const results = resultAxes(file, g);
  const bias = file.bias === undefined ? null : [g.weightFilters];
  const spec = specOf(file);
  const flow = (next: Geometry) => `x ${shapeText(xShape(next))} → out ${shapeText(outShape(next))}`;
  const taken = (axesOf: AxesOf) => `as ${shapeText(axesOf(shape).shape)}`;
  const tried: [JsonPath, string, () => string][] = [
    [["input"], "Input x", () => flow(geometryOf(given.x(shape).shape, weightShape(g), bias, spec))],
    [["weight"], "Weight W", () => flow(geometryOf(xShape(g), given.W(shape).shape, bias, spec))],
    [["bias"], "Bias b", () => flow(geometryOf(xShape(g), weightShape(g), given.b(shape).shape, spec))],
    [["dout"], "Gradient dout", () => taken(results.dout("dout"))],
    ...resultNames.map((name): [JsonPath, string, () => string] => [
      ["expected", name],
      `Expected ${name}`,
      () => taken(results[name](name)),
    ]),
  ];
  const roles = tried.map(([path, label, says]): Role => {
    try {
      return { path, label, fits: true, says: says() };
    } catch (error) {
      return { path, label, fits: false, says: reason(error) };
    }
  });
  return [...roles.filter(({ fits }) => fits), ...roles.filter(({ fits }) => !fits)];
}

function reason(error: unknown): string {
  if (!(error instanceof ConvError)) return messageOf(error);
  const { what, expected } = error.fault;
  // Under a heading that says that it does not fit.
  if (expected === undefined) return what;
  return what.endsWith("does not fit this layer") ? `expected ${expected}` : `${what}: expected ${expected}`;
}
