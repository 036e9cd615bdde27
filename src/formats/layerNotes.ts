import type { JsonPath } from "./literal";

/** What was assumed, dropped or rounded about a layer, in one sentence; and what its file could say for it to be otherwise. */
export interface LayerNote {
  readonly text: string;
  readonly instead: readonly Setting[];
}

/** A setting of a layer file: `["layout", "input"]`, `"NHWC"`. */
export interface Setting {
  readonly path: JsonPath;
  readonly value: string;
}

/** Tells of a note. */
export type Tell = (text: string, instead?: readonly Setting[]) => void;

export const inFloat64: Setting = { path: ["dtype"], value: "float64" };

export function inputLaidOut(value: string): Setting {
  return { path: ["layout", "input"], value };
}
