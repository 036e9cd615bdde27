import type { Axis, Geometry } from "../../conv/geometry";
import { type PaddingMode, type Pair, type Sides, paddingModes } from "../../conv/spec";
import type { Model, Settings } from "../model";
import { type Circumstances, type Fix, type Hypothesis, sameFix } from "./hypothesis";

/** What may be different about stride, dilation, padding and its mode. Fixes say this layer's own numbers. */
export function settingHypotheses({ geometry: g }: Circumstances): Hypothesis[] {
  return [...paddings(g), ...modes(g), skipped(g), ...pairs("stride", g), ...pairs("dilation", g), exchanged(g)];
}

type Rule = (axis: Axis) => Pair;

/** "same" for any stride: PyTorch's total, and that of TensorFlow and ONNX; see conv/geometry.ts. */
const torchTotal = ({ extent }: Axis) => extent - 1;
const sameTotal = ({ size, stride, extent }: Axis) =>
  Math.max(extent - (size % stride === 0 ? stride : size % stride), 0);
const less = (total: number) => Math.floor(total / 2);

const rules: readonly (readonly [string, string, Rule])[] = [
  ["padding-missing", "no padding", () => [0, 0]],
  [
    "padding-same",
    'TensorFlow\'s "same" padding (ONNX SAME_UPPER: the odd cell at the end)',
    (axis) => ends(sameTotal(axis)),
  ],
  ["padding-same-lower", "ONNX SAME_LOWER padding (the odd cell at the beginning)", (axis) => begins(sameTotal(axis))],
  ["padding-pytorch-same", 'PyTorch\'s padding="same", whatever the stride', (axis) => ends(torchTotal(axis))],
  ["padding-half", "padding of half the kernel on every side (k // 2)", ({ extent }) => [less(extent), less(extent)]],
  ["padding-full", "full padding (the kernel's size less one on every side)", ({ extent }) => [extent - 1, extent - 1]],
  ["padding-sides-swapped", "the padding's sides swapped", ({ begin, end }) => [end, begin]],
  ["padding-at-the-end", "all padding at the end (bottom and right)", ({ begin, end }) => [0, begin + end]],
  ["padding-at-the-beginning", "all padding at the beginning (top and left)", ({ begin, end }) => [begin + end, 0]],
  ["padding-twice", "the padding added twice", ({ begin, end }) => [2 * begin, 2 * end]],
  ["padding-halved", "half of the padding", ({ begin, end }) => [less(begin), less(end)]],
  ["padding-larger", "padding larger by one on every side", ({ begin, end }) => [begin + 1, end + 1]],
  ["padding-smaller", "padding smaller by one on every side", ({ begin, end }) => [begin - 1, end - 1]],
  ["padding-begin-larger", "padding larger by one at the beginning", ({ begin, end }) => [begin + 1, end]],
  ["padding-end-larger", "padding larger by one at the end", ({ begin, end }) => [begin, end + 1]],
  ["padding-begin-smaller", "padding smaller by one at the beginning", ({ begin, end }) => [begin - 1, end]],
  ["padding-end-smaller", "padding smaller by one at the end", ({ begin, end }) => [begin, end - 1]],
  [
    "padding-one-late",
    "a cell of padding at the end that belongs at the beginning",
    ({ begin, end }) => [begin - 1, end + 1],
  ],
  [
    "padding-one-early",
    "a cell of padding at the beginning that belongs at the end",
    ({ begin, end }) => [begin + 1, end - 1],
  ],
  [
    "output-rounded-up",
    "the output size rounded up (ceil_mode)",
    ({ begin, end, padded, extent, stride }) => [begin, end + ((stride - ((padded - extent) % stride)) % stride)],
  ],
];

function ends(total: number): Pair {
  return [less(total), total - less(total)];
}
function begins(total: number): Pair {
  return [total - less(total), less(total)];
}

function paddings(g: Geometry): Hypothesis[] {
  const fix = paddingFix(g);
  const hypothesis = (id: string, name: string, padding: (model: Model, y: Axis, x: Axis) => Sides): Hypothesis => ({
    id,
    name,
    family: "padding",
    fix,
    change: (model) => changed(model, { padding: padding(model, axisIn(model, 0, g), axisIn(model, 1, g)) }),
  });
  return [
    ...rules.map(([id, name, rule]) => hypothesis(id, name, (_, y, x) => [rule(y), rule(x)])),
    ...rules
      .filter(([id]) => /larger|smaller|one-/.test(id))
      .flatMap(([id, name, rule]) => [
        hypothesis(`${id}-vertically`, `${name}, vertically`, (_, y, x) => [rule(y), [x.begin, x.end]]),
        hypothesis(`${id}-horizontally`, `${name}, horizontally`, (_, y, x) => [[y.begin, y.end], rule(x)]),
      ]),
    hypothesis("padding-axes-swapped", "padding of height and width swapped", (_, y, x) => [
      [x.begin, x.end],
      [y.begin, y.end],
    ]),
  ];
}

/** The axis as another hypothesis may have changed it already. */
function axisIn({ x, W, settings }: Model, at: 0 | 1, g: Geometry): Axis {
  const [size, kernel, stride, dilation] = [
    x.shape[2 + at],
    W.shape[2 + at],
    settings.stride[at],
    settings.dilation[at],
  ];
  const [begin, end] = settings.padding[at];
  const extent = dilation * (kernel - 1) + 1;
  return { ...(at === 0 ? g.y : g.x), size, kernel, stride, dilation, begin, end, extent, padded: size + begin + end };
}

/** The convolution's own padding where that can be said, else a step of its own. */
export function paddingFix(g: Geometry): Fix {
  const even = g.y.begin === g.y.end && g.x.begin === g.x.end;
  const own = even && g.paddingMode === "zeros";
  return { ...modeFix(g), ...(own ? { pytorch: `padding=(${g.y.begin}, ${g.x.begin})` } : {}) };
}

const torchModes: Record<PaddingMode, string> = {
  zeros: "constant",
  reflect: "reflect",
  replicate: "replicate",
  circular: "circular",
};
const numpyModes: Record<PaddingMode, string> = {
  zeros: "constant",
  reflect: "reflect",
  replicate: "edge",
  circular: "wrap",
};

/** TensorFlow has two of the modes; an index does for the others. */
function tensorflowPadded({ y, x, paddingMode: mode }: Geometry): string {
  if (mode === "zeros" || mode === "reflect") {
    const named = mode === "zeros" ? "" : ', "REFLECT"';
    return `tf.pad(x, [[0, 0], [${y.begin}, ${y.end}], [${x.begin}, ${x.end}], [0, 0]]${named})`;
  }
  const cells = ({ begin, end, size }: Axis) => {
    const all = `tf.range(${-begin}, ${size + end})`;
    return mode === "circular" ? `${all} % ${size}` : `tf.clip_by_value(${all}, 0, ${size - 1})`;
  };
  return `tf.gather(tf.gather(x, ${cells(y)}, axis=1), ${cells(x)}, axis=2)`;
}

function modeFix(g: Geometry): Fix {
  const { y, x, paddingMode: mode } = g;
  return {
    pytorch: `x, padding = F.pad(x, (${x.begin}, ${x.end}, ${y.begin}, ${y.end}), "${torchModes[mode]}"), 0`,
    tensorflow: `x, padding = ${tensorflowPadded(g)}, "VALID"`,
    numpy: `x = np.pad(x, ((0, 0), (0, 0), (${y.begin}, ${y.end}), (${x.begin}, ${x.end})), "${numpyModes[mode]}")`,
  };
}

function modes(g: Geometry): Hypothesis[] {
  const now = g.paddingMode;
  const fix = modeFix(g);
  return paddingModes
    .filter((mode) => mode !== now)
    .map((mode) => ({
      id: `padding-mode-${mode}`,
      name: `padding mode ${mode} instead of ${now}`,
      family: "padding-mode",
      fix,
      change: (model) => changed(model, { mode }),
    }));
}

/** Only an infinite or undefined weight can tell. */
const skipped = (g: Geometry): Hypothesis => ({
  id: "padding-skipped",
  name: "padded cells skipped, where an infinite weight times a zero of padding makes NaN",
  family: "padding-mode",
  fix: modeFix(g),
  change: (model) => ({ ...model, skipsPadding: true }),
});

/** Stride or dilation: swapped between the axes, left out, off by one. */
function pairs(key: "stride" | "dilation", g: Geometry): Hypothesis[] {
  const fix = pairFix(key, [g.y[key], g.x[key]]);
  const hypothesis = (id: string, name: string, value: (pair: Pair) => Pair): Hypothesis => ({
    id: `${key}-${id}`,
    name,
    family: key,
    fix,
    change: (model) => changed(model, { [key]: value(model.settings[key]) }),
  });
  return [
    hypothesis("swapped", `${key} of height and width swapped`, ([h, w]) => [w, h]),
    hypothesis("missing", `no ${key} (1)`, () => [1, 1]),
    hypothesis("larger", `${key} larger by one`, ([h, w]) => [h + 1, w + 1]),
    hypothesis("smaller", `${key} smaller by one`, ([h, w]) => [h - 1, w - 1]),
    hypothesis("larger-vertically", `${key} larger by one, vertically`, ([h, w]) => [h + 1, w]),
    hypothesis("smaller-vertically", `${key} smaller by one, vertically`, ([h, w]) => [h - 1, w]),
    hypothesis("larger-horizontally", `${key} larger by one, horizontally`, ([h, w]) => [h, w + 1]),
    hypothesis("smaller-horizontally", `${key} smaller by one, horizontally`, ([h, w]) => [h, w - 1]),
    hypothesis("of-height", `the ${key} of the height on both axes`, ([h]) => [h, h]),
    hypothesis("of-width", `the ${key} of the width on both axes`, ([, w]) => [w, w]),
  ];
}

export function pairFix(key: "stride" | "dilation", now: Pair): Fix {
  return {
    pytorch: `${key}=(${now.join(", ")})`,
    tensorflow: `${key}s=(${now.join(", ")})`,
    numpy: `${key} = (${now.join(", ")})`,
  };
}

function exchanged(g: Geometry): Hypothesis {
  const now = `(${g.y.stride}, ${g.x.stride}), (${g.y.dilation}, ${g.x.dilation})`;
  return {
    id: "stride-and-dilation-exchanged",
    name: "stride and dilation exchanged",
    family: "stride",
    fix: sameFix(`stride, dilation = ${now}`, `strides, dilations = ${now}`),
    change: (model) => changed(model, { stride: model.settings.dilation, dilation: model.settings.stride }),
  };
}

/** null where nothing changes, or a side would be negative. */
export function changed(model: Model, change: Partial<Settings>): Model | null {
  const settings = { ...model.settings, ...change };
  if (JSON.stringify(settings) === JSON.stringify(model.settings)) return null;
  if (settings.padding.flat().some((cells) => cells < 0)) return null;
  return { ...model, settings };
}
