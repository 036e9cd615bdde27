import type { ConvSpec } from "../../../src/conv/spec";
import { canonical, fixture, specOf } from "./goldens";
import type { Values } from "./npz";

/**
 * An entry of public.json: numbers that others have published. Tensors count 1, 2, 3, … in the given layout unless their
 * elements are given; `xFrom` starts x elsewhere.
 */
interface PublicPin {
  readonly name: string;
  /** [layout of x, out and their gradients, layout of W and dW]. */
  readonly layout?: readonly [string, string];
  readonly xShape: number[];
  readonly x?: number[];
  readonly xFrom?: number;
  readonly wShape: number[];
  readonly W?: number[];
  readonly outShape: number[];
  readonly layer: Partial<ConvSpec>;
  readonly out?: number[];
  readonly dx?: number[];
  readonly dW?: number[];
}

export interface Pin {
  readonly name: string;
  readonly spec: ConvSpec;
  readonly layer: Partial<ConvSpec>;
  readonly layout: { readonly input: string; readonly weight: string };
  /** As published. */
  readonly stored: { readonly x: Values; readonly W: Values };
  /** NCHW and OIHW. */
  readonly x: Values;
  readonly W: Values;
  readonly dout: Values;
  readonly expected: { readonly out?: Values; readonly dx?: Values; readonly dW?: Values };
}

// Written by hand, in just this form.
export const pins = (fixture("public.json") as PublicPin[]).map(pinOf);

function pinOf(pin: PublicPin): Pin {
  const [input, weight] = pin.layout ?? ["NCHW", "OIHW"];
  const x = values(pin.xShape, pin.x ?? counting(pin.xShape, pin.xFrom ?? 1));
  const W = values(pin.wShape, pin.W ?? counting(pin.wShape, 1));
  const given = (shape: number[], data: number[] | undefined, layout: string, wanted: string) =>
    data && canonical(values(shape, data), layout, wanted);
  return {
    name: pin.name,
    layer: pin.layer,
    spec: specOf(pin.layer),
    layout: { input, weight },
    stored: { x, W },
    x: canonical(x, input, "NCHW"),
    W: canonical(W, weight, "OIHW"),
    dout: canonical(values(pin.outShape, counting(pin.outShape, 1)), input, "NCHW"),
    expected: {
      out: given(pin.outShape, pin.out, input, "NCHW"),
      dx: given(pin.xShape, pin.dx, input, "NCHW"),
      dW: given(pin.wShape, pin.dW, weight, "OIHW"),
    },
  };
}

function values(shape: readonly number[], data: readonly number[]): Values {
  return { dtype: "<f8", shape, data: Float64Array.from(data) };
}

function counting(shape: readonly number[], from: number): number[] {
  return Array.from({ length: shape.reduce((product, axis) => product * axis, 1) }, (_, i) => from + i);
}
