import { forwardFlow } from "../conv/flow";
import { outShape } from "../conv/geometry";
import { pathText } from "../formats/literal";
import { shapeText } from "../tensor/tensor";
import type { CheckedLayer } from "./layerShapes";
import { settingLines } from "./settingHover";

/** A few words after a place of the text that are not in it, and why they are so. */
export interface LayerHint {
  readonly offset: number;
  readonly text: string;
  readonly why: readonly string[];
}

/** The output's shape at the layer's beginning, the shapes of its files, and what "same" padding comes to. None where it is not valid. */
export function hintsOf({ parsed, geometry, axes }: CheckedLayer): LayerHint[] {
  const whole = parsed?.at([]);
  if (parsed === null || geometry === null || whole === undefined) return [];
  const { value } = parsed;
  const after = (key: string, text: string): LayerHint[] => {
    const range = parsed.at([key]);
    const why = settingLines(key, { value, geometry, axes });
    return range === undefined ? [] : [{ offset: range.offset + range.length, text, why }];
  };
  const out = forwardFlow(geometry).at(-1);
  const sources = (["input", "weight", "bias"] as const).flatMap((key) => {
    const [source, taken] = [value[key], axes.get(key)];
    if (source === undefined || source === null || taken === undefined || Array.isArray(source)) return [];
    // The shape of random numbers is there to be read already, unless it is taken in another way.
    const isWritten =
      typeof source === "object" && "random" in source && pathText(taken.shape) === pathText(taken.from);
    return isWritten ? [] : after(key, shapeText(taken.shape));
  });
  const { y, x } = geometry;
  const rule = value.padding === "same" || value.padding === "same-lower";
  return [
    { offset: whole.offset + 1, text: `out ${shapeText(outShape(geometry))}`, why: out?.why ?? [] },
    ...sources,
    ...(rule ? after("padding", `[[${y.begin}, ${y.end}], [${x.begin}, ${x.end}]]`) : []),
  ];
}
