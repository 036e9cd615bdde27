import { type FieldMap, mapped } from "../field";
import type { Model } from "../model";
import { type Hypothesis, sameFix } from "./hypothesis";
import { type HalfType, rounded } from "../grid";

/** Types that are coarser than the layer's own. */
const types: readonly HalfType[] = ["float16", "bfloat16"];

const halves: readonly Hypothesis[] = types.flatMap((type): Hypothesis[] => {
  const change: FieldMap = mapped((value) => rounded(type, value));
  const coarse = (model: Model): Model => ({
    ...model,
    x: change(model.x),
    W: change(model.W),
    b: model.b && change(model.b),
    dout: model.dout && change(model.dout),
  });
  const fix = {
    ...sameFix("x, W, b = (a.astype(np.float32) for a in (x, W, b))", "x = tf.cast(x, tf.float32)  # W and b too"),
    pytorch: "x, W, b = x.float(), W.float(), b.float()",
  };
  return [
    {
      id: `computed-in-${type}`,
      name: `rounding only: computed in ${type}`,
      family: "precision",
      fix,
      change: (model) => ({ ...coarse(model), coarse: type }),
    },
    { id: `inputs-in-${type}`, name: `inputs rounded to ${type}`, family: "precision", fix, change: coarse },
  ];
});

/** Of a layer in float64, wherever it happened: the bound is that of sums in float32. */
const single: Hypothesis = {
  id: "computed-in-float32",
  name: "rounding only: float32 on the way (inputs, weights, constants or sums), where this layer is in float64",
  family: "precision",
  fix: {
    pytorch: "x, W, b = x.double(), W.double(), b.double()",
    tensorflow: "x = tf.cast(x, tf.float64)  # W and b too",
    numpy: "x, W, b = (a.astype(np.float64) for a in (x, W, b))",
  },
  change: (model) => ({ ...model, coarse: "float32" }),
};

export const precisionHypotheses: readonly Hypothesis[] = [...halves, single];
