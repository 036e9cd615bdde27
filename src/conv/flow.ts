import {
  type Axis,
  type Geometry,
  biasShape,
  extentFormula,
  outShape,
  sizeFormula,
  weightShape,
  xShape,
} from "./geometry";
import type { TensorName } from "./run";

/** One chip of the shape flow: what exists at this point, how large it is, and why. */
export interface FlowStep {
  /** As on screen: "x", "pad", "col", "· Wᵀ", "+ b", "out". */
  readonly label: string;
  readonly shape: readonly number[];
  /** The tensor that it shows; pad and the operators show none of their own. */
  readonly tensor: TensorName | null;
  /** The derivation in this layer's own numbers, one line each. */
  readonly why: readonly string[];
}

/** x → pad → col → · Wᵀ → + b → out. Wᵀ is of one group: groupTaps × filters of all groups side by side. */
export function forwardFlow(g: Geometry): FlowStep[] {
  return [
    { label: "x", shape: xShape(g), tensor: "x", why: ["batch × channels × height × width"] },
    { label: "pad", shape: [g.y.padded, g.x.padded], tensor: null, why: paddingLines(g) },
    { label: "col", shape: [g.rows, g.taps], tensor: "col", why: colLines(g) },
    { label: "· Wᵀ", shape: [g.groupTaps, g.filters], tensor: "W", why: weightLines(g) },
    ...(g.hasBias
      ? [{ label: "+ b", shape: biasShape(g), tensor: "b" as const, why: ["one value for each filter"] }]
      : []),
    { label: "out", shape: outShape(g), tensor: "out", why: outLines(g) },
  ];
}

/** dout → db → dW → dcol → dx. */
export function backwardFlow(g: Geometry): FlowStep[] {
  return [
    { label: "dout", shape: outShape(g), tensor: "dout", why: ["the shape of out; what backward starts from"] },
    { label: "db", shape: biasShape(g), tensor: "db", why: ["db = the sum of dout over n, oy, ox"] },
    {
      label: "dW",
      shape: weightShape(g),
      tensor: "dW",
      why: [`dW = colᵀ · dout: ${g.groupTaps} taps × ${g.filters} filters`],
    },
    { label: "dcol", shape: [g.rows, g.taps], tensor: "dcol", why: ["dcol = dout · W: the shape of col"] },
    { label: "dx", shape: xShape(g), tensor: "dx", why: ["dx = col2im(dcol): overlapping windows add up"] },
  ];
}

function paddingLines(g: Geometry): string[] {
  const line = (name: string, axis: Axis) => `${name} ${axis.size} + ${axis.begin} + ${axis.end} = ${axis.padded}`;
  return [line("height", g.y), line("width", g.x), `padding mode ${g.paddingMode}`];
}

function colLines(g: Geometry): string[] {
  return [
    `rows = batch · oH · oW = ${g.batch} · ${g.y.out} · ${g.x.out} = ${g.rows}`,
    `taps = channels · kH · kW = ${g.channels} · ${g.y.kernel} · ${g.x.kernel} = ${g.taps}`,
  ];
}

function weightLines(g: Geometry): string[] {
  const lines = [`channels/groups · kH · kW = ${g.groupChannels} · ${g.y.kernel} · ${g.x.kernel} = ${g.groupTaps}`];
  return g.groups === 1
    ? lines
    : [...lines, `groups ${g.groups}: each meets ${g.groupFilters} of ${g.filters} filters`];
}

function outLines(g: Geometry): string[] {
  const span = (name: string, axis: Axis) =>
    axis.dilation > 1 ? [`the kernel spans ${name} ${extentFormula(axis)}`] : [];
  return [`oH = ${sizeFormula(g.y)}`, ...span("height", g.y), `oW = ${sizeFormula(g.x)}`, ...span("width", g.x)];
}
