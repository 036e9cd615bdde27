import { type FieldMap, mapped } from "../field";
import type { Model } from "../model";
import { type Hypothesis, sameFix } from "./hypothesis";
import { type HalfType, rounded } from "../grid";

/** Types that are coarser than the layer's own. */
const types: readonly HalfType[] = ["float16", "bfloat16"];

export const precisionHypotheses: readonly Hypothesis[] = types.flatMap((type): Hypothesis[] => {
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
      change: (model) => ({ ...coarse(model), half: type }),
    },
    { id: `inputs-in-${type}`, name: `inputs rounded to ${type}`, family: "precision", fix, change: coarse },
  ];
});
