import { type Field, type FieldMap, type Shape4, mapped, misread, misreadBack, transposed } from "../field";
import type { Finish } from "../model";
import { type Hypothesis, resultChanged, sameFix, startChanged } from "./hypothesis";
import { inverse } from "./kernel";
import { relaid } from "./relaid";

const outOrder: readonly (readonly [string, string, Shape4])[] = [
  ["NHWC", "(N, oH, oW, F), as rows of col times filters leave it,", [0, 2, 3, 1]],
  ["FNHW", "(F, N, oH, oW), as W times col leaves it,", [1, 0, 2, 3]],
  ["HWNF", "(oH, oW, N, F), as col with rows (oy, ox, n) leaves it,", [2, 3, 0, 1]],
  ["FHWN", "(F, oH, oW, N), as W times col with columns (oy, ox, n) leaves it,", [1, 2, 3, 0]],
];

const outLayouts: readonly Hypothesis[] = [
  ...outOrder.map(([letters, words, order]) => ({
    id: `out-reshaped-from-${letters}`,
    name: `out ${words} reshaped to NCHW instead of transposed`,
    family: "out-layout",
    // The channels of out are filters.
    fix: relaid("out", letters.replace("C", "F"), "storedAs"),
    change: outChanged(misread(order), misreadBack(order)),
  })),
  {
    id: "out-is-NHWC",
    name: "out in NHWC (the layer file says so with layout.output)",
    family: "out-layout",
    layout: { key: "layout.output", value: "NHWC" },
    fix: {
      pytorch: "out = out.permute(0, 3, 1, 2)",
      tensorflow: "out = tf.transpose(out, [0, 3, 1, 2])",
      numpy: "out = out.transpose(0, 3, 1, 2)",
    },
    change: resultChanged("out", transposed([0, 2, 3, 1])),
  },
  {
    id: "out-read-as-NHWC",
    name: "out's NCHW numbers read as NHWC (reshaped where it should have been transposed)",
    family: "out-layout",
    fix: relaid("out", "NHWF", "readAs"),
    change: outChanged(misreadBack([0, 2, 3, 1]), misread([0, 2, 3, 1])),
  },
  {
    id: "out-transposed",
    name: "height and width of out exchanged",
    family: "out-layout",
    fix: {
      pytorch: "out = out.transpose(2, 3)",
      tensorflow: "out = tf.transpose(out, [0, 2, 1, 3])",
      numpy: "out = out.transpose(0, 1, 3, 2)",
    },
    change: outChanged(transposed([0, 1, 3, 2]), transposed([0, 1, 3, 2])),
  },
  {
    id: "out-negated",
    name: "out negated",
    family: "out-sign",
    fix: sameFix("out = -out"),
    change: outChanged(signed, signed),
  },
];

/** Out is another tensor; what the gradients start from is brought back to the layer's own. */
function outChanged(change: Finish, back: FieldMap): Hypothesis["change"] {
  return (model) => ({
    ...model,
    start: startChanged(model, back),
    finish: { ...model.finish, out: [...model.finish.out, change] },
  });
}

/** Magnitudes have no sign. */
function signed(field: Field, kind: "value" | "magnitude" = "value"): Field {
  return kind === "value" ? mapped((value) => -value)(field) : field;
}

/** Gradients in the layout in which another framework keeps the tensor. */
const gradientLayouts: readonly Hypothesis[] = (
  [
    ["dx", "NHWC", "NCHW", [0, 2, 3, 1]],
    ["dW", "HWIO", "OIHW", [2, 3, 1, 0]],
    ["dW", "OHWI", "OIHW", [0, 2, 3, 1]],
  ] as const
).map(([name, letters, own, order]) => {
  const back = inverse(order).join(", ");
  return {
    id: `${name}-is-${letters}`,
    name: `${name} in ${letters}, where this layer has it in ${own}`,
    family: `${name}-layout`,
    fix: {
      pytorch: `${name} = ${name}.permute(${back})`,
      tensorflow: `${name} = tf.transpose(${name}, [${back}])`,
      numpy: `${name} = ${name}.transpose(${back})`,
    },
    change: resultChanged(name, transposed(order)),
  };
});

/** What may be different about the order of the results' axes. */
export const layoutHypotheses: readonly Hypothesis[] = [...outLayouts, ...gradientLayouts];
