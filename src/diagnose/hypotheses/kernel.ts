import { type Shape4, flipped, misread, misreadBack, reordered, transposed } from "../field";
import { type Fix, type Hypothesis, type Order, sameFix, startChanged, weightChanged } from "./hypothesis";
import { relaid } from "./relaid";

const backwards: Order = (f, count) => count - 1 - f;

const flips: readonly (readonly [string, string, readonly number[], Fix])[] = [
  [
    "kernel-flipped",
    "the kernel flipped on both axes (true convolution instead of cross-correlation)",
    [2, 3],
    { pytorch: "W = W.flip(2, 3)", tensorflow: "W = tf.reverse(W, [0, 1])", numpy: "W = W[:, :, ::-1, ::-1]" },
  ],
  [
    "kernel-flipped-vertically",
    "the kernel flipped top to bottom",
    [2],
    { pytorch: "W = W.flip(2)", tensorflow: "W = tf.reverse(W, [0])", numpy: "W = W[:, :, ::-1, :]" },
  ],
  [
    "kernel-flipped-horizontally",
    "the kernel flipped left to right",
    [3],
    { pytorch: "W = W.flip(3)", tensorflow: "W = tf.reverse(W, [1])", numpy: "W = W[:, :, :, ::-1]" },
  ],
];

/** The axes of the numbers, their order out of OIHW, and what else reading them in either direction comes to. */
const layouts: readonly (readonly [string, Shape4, string, string])[] = [
  ["HWIO", [2, 3, 1, 0], "", ""],
  ["HWOI", [2, 3, 0, 1], "", ""],
  [
    "OHWI",
    [0, 2, 3, 1],
    ", or the columns of col in the order (ky, kx, c) against W's (c, ky, kx)",
    ", or W's columns in the order (ky, kx, c) against those of col (c, ky, kx)",
  ],
  ["IOHW", [1, 0, 2, 3], "", ""],
  ["IHWO", [1, 2, 3, 0], ", or dW as (taps, F) reshaped without being transposed", ""],
];

/** What may be different about W. */
export const kernelHypotheses: readonly Hypothesis[] = [
  ...flips.map(([id, name, axes, fix]) => ({
    id,
    name,
    family: "flip",
    fix,
    change: weightChanged(flipped(...axes), flipped(...axes)),
  })),
  {
    id: "kernel-transposed",
    name: "height and width of the kernel exchanged",
    family: "kernel-transposed",
    fix: {
      pytorch: "W = W.transpose(2, 3)",
      tensorflow: "W = tf.transpose(W, [1, 0, 2, 3])",
      numpy: "W = W.transpose(0, 1, 3, 2)",
    },
    change: weightChanged(transposed([0, 1, 3, 2]), transposed([0, 1, 3, 2])),
  },
  {
    id: "kernel-read-OIWH",
    name: "the kernel's rows read as its columns (reshaped where it should have been transposed)",
    family: "weight-layout",
    fix: relaid("W", "OIWH", "readAs"),
    change: weightChanged(misreadBack([0, 1, 3, 2]), misread([0, 1, 3, 2])),
  },
  ...layouts.flatMap(([letters, order, readAs, read]): Hypothesis[] => {
    return [
      {
        id: `weight-read-as-${letters}`,
        name: `the weight's OIHW numbers read as ${letters} (reshaped where it should have been transposed)${readAs}`,
        family: "weight-layout",
        fix: relaid("W", letters, "readAs"),
        change: weightChanged(misreadBack(order), misread(order)),
      },
      {
        id: `weight-${letters}-read-as-OIHW`,
        name: `the weight's ${letters} numbers read as OIHW (reshaped where it should have been transposed)${read}`,
        family: "weight-layout",
        fix: relaid("W", letters, "storedAs"),
        change: weightChanged(misread(order), misreadBack(order)),
      },
    ];
  }),
  {
    id: "filters-and-channels-exchanged",
    name: "filters and input channels of the weight exchanged (IOHW, as transposed convolutions have it)",
    family: "weight-layout",
    fix: {
      pytorch: "W = W.transpose(0, 1)",
      tensorflow: "W = tf.transpose(W, [0, 1, 3, 2])",
      numpy: "W = W.transpose(1, 0, 2, 3)",
    },
    change: weightChanged(transposed([1, 0, 2, 3]), transposed([1, 0, 2, 3])),
  },
  {
    id: "filters-reversed-bias-kept",
    name: "the filters of W in reverse order, but not the bias",
    family: "filters",
    fix: { ...sameFix("W = W[::-1]", "W = tf.reverse(W, [3])"), pytorch: "W = W.flip(0)" },
    change: weightChanged(flipped(0), flipped(0)),
  },
  {
    id: "filters-rolled",
    name: "the filters moved on by one (counted from 1 where they are counted from 0)",
    family: "filters",
    fix: {
      pytorch: "out = out.roll(1, 1)",
      tensorflow: "out = tf.roll(out, 1, 3)",
      numpy: "out = np.roll(out, 1, 1)",
    },
    change: filtersMoved(
      (f, count) => (f + 1) % count,
      (f, count) => (f + count - 1) % count,
    ),
  },
  {
    id: "filters-reversed",
    name: "the filters in reverse order",
    family: "filters",
    fix: { ...sameFix("out = out[:, ::-1]", "out = out[..., ::-1]"), pytorch: "out = out.flip(1)" },
    change: filtersMoved(backwards, backwards),
  },
];

/** Out has its filters in another order, and so has what the gradients start from. `back` undoes the order. */
export function filtersMoved(order: Order, back: Order): Hypothesis["change"] {
  return (model) => ({
    ...model,
    start: startChanged(model, reordered(1, back)),
    finish: { ...model.finish, out: [...model.finish.out, reordered(1, order)] },
  });
}

/** The axes' order that undoes another. */
export function inverse(order: Shape4): number[] {
  return [0, 1, 2, 3].map((axis) => order.indexOf(axis));
}
