/** [h, w]: the order of every pair in the program. */
export type Pair = readonly [number, number];
/** [[top, bottom], [left, right]]. */
export type Sides = readonly [Pair, Pair];
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";
/** n | [h, w] | [[top, bottom], [left, right]] | a rule. "same" is TensorFlow's and ONNX SAME_UPPER's; see geometry.ts. */
export type Padding = number | Pair | Sides | "valid" | "same" | "same-lower";

/** The settings of a layer under PyTorch's names. Everything that is not in the tensors. */
export interface ConvSpec {
  readonly stride: number | Pair;
  readonly padding: Padding;
  readonly paddingMode: PaddingMode;
  readonly dilation: number | Pair;
  readonly groups: number;
}

export const paddingModes = ["zeros", "reflect", "replicate", "circular"] as const satisfies readonly PaddingMode[];

export const defaultSpec: ConvSpec = { stride: 1, padding: 0, paddingMode: "zeros", dilation: 1, groups: 1 };
