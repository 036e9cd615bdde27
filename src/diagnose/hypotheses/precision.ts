import { type FieldMap, mapped } from "../field";
import type { Model } from "../model";
import type { Circumstances, Fix, Hypothesis } from "./hypothesis";
import { type HalfType, rounded } from "../grid";

/** Types that are coarser than the layer's own. */
const types: readonly HalfType[] = ["float16", "bfloat16"];

/** What computes in the layer's own type, in place of what computes in another one. */
function castFix({ dtype, base }: Circumstances, from: string): Fix {
  const names = base.b === null ? "x, W" : "x, W, b";
  const line = (cast: string) => `${names} = (${cast} for a in (${names}))  # in place of what makes them ${from}`;
  return {
    pytorch: line(dtype === "float32" ? "a.float()" : "a.double()"),
    tensorflow: line(`tf.cast(a, tf.${dtype})`),
    numpy: line(`a.astype(np.${dtype})`),
  };
}

/** What may be coarser than the layer. */
export function precisionHypotheses(circumstances: Circumstances): Hypothesis[] {
  const halves = types.flatMap((type) => halved(type, castFix(circumstances, type)));
  return [...halves, { ...single, fix: castFix(circumstances, "float32") }];
}

function halved(type: HalfType, fix: Fix): Hypothesis[] {
  const change: FieldMap = mapped((value) => rounded(type, value));
  const coarse = (model: Model): Model => ({
    ...model,
    x: change(model.x),
    W: change(model.W),
    b: model.b && change(model.b),
    dout: model.dout && change(model.dout),
  });
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
}

/** Of a layer in float64, wherever it happened: the bound is that of sums in float32. */
const single: Omit<Hypothesis, "fix"> = {
  id: "computed-in-float32",
  name: "rounding only: float32 on the way (inputs, weights, constants or sums), where this layer is in float64",
  family: "precision",
  change: (model) => ({ ...model, coarse: "float32" }),
};
