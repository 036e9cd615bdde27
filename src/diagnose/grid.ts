import { f16round } from "@petamoriken/float16";
import type { ComputeTensor } from "../tensor/tensor";
import type { Pace } from "./pace";

export type HalfType = "float16" | "bfloat16";

/** Types that are coarser than a layer's own may be. */
export type CoarseType = HalfType | "float32";

/** Unit roundoff, and half of the smallest number: what a value may lose at least. */
export const half: Readonly<Record<HalfType, { unit: number; least: number }>> = {
  float16: { unit: 2 ** -11, least: 2 ** -25 },
  bfloat16: { unit: 2 ** -8, least: 2 ** -134 },
};

const bits = new DataView(new ArrayBuffer(4));

/** The nearest number of the type, ties to even. */
export function rounded(type: HalfType, value: number): number {
  if (type === "float16") return f16round(value);
  if (!Number.isFinite(value)) return value;
  bits.setFloat32(0, value);
  const word = bits.getUint32(0);
  bits.setUint32(0, ((word + 0x7fff + ((word >>> 16) & 1)) & 0xffff0000) >>> 0);
  return bits.getFloat32(0);
}

/** Whether every value is one that the type has, as those of a result computed in it are. */
export async function isOfType(
  type: HalfType | "float32",
  { dtype, data }: ComputeTensor,
  pace: Pace,
): Promise<boolean> {
  if (type === dtype) return true;
  const nearest = type === "float32" ? Math.fround : (value: number) => rounded(type, value);
  return pace.every(data, (value) => Object.is(nearest(value), value) || value !== value);
}
