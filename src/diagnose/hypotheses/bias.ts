import { type Field, type Shape4, flipped, mapped, transposed } from "../field";
import type { Model } from "../model";
import { type Circumstances, type Fix, type Hypothesis, resultChanged } from "./hypothesis";

const added = made("and b nowhere else", "once, in place of what adds b", "once, in place of what adds b");

/** What may be different about b. */
export function biasHypotheses({ geometry: g }: Circumstances): Hypothesis[] {
  const [kernel, channels] = [g.y.kernel * g.x.kernel, g.groupChannels];
  return [
    times("bias-missing", "no bias", 0),
    times("bias-twice", "the bias added twice", 2),
    times("bias-subtracted", "the bias subtracted", -1),
    times("bias-each-channel", `the bias added for each input channel (${channels} times)`, channels),
    times("bias-each-tap", `the bias added for each tap of the kernel (${kernel} times)`, kernel),
    times("bias-each-product", `the bias added for each product (${kernel * channels} times)`, kernel * channels),
    {
      ...placed("bias-reversed", "the bias in reverse order", (b) => flipped(1)(b), resultChanged("db", flipped(1))),
      fix: { pytorch: "b = b.flip(0)", tensorflow: "b = tf.reverse(b, [0])", numpy: "b = b[::-1]" },
    },
    placed(
      "bias-along-width",
      "the bias added per pixel, along the width instead of the filters",
      (b, [, , , width]) =>
        width !== b.shape[1] ? null : { shape: [1, 1, 1, width], at: (_n, _f, _oy, ox) => b.at(0, ox, 0, 0) },
      summedAlong([0, 3, 2, 1]),
    ),
    placed(
      "bias-along-height",
      "the bias added per pixel, along the height instead of the filters",
      (b, [, , height]) =>
        height !== b.shape[1] ? null : { shape: [1, 1, height, 1], at: (_n, _f, oy) => b.at(0, oy, 0, 0) },
      summedAlong([0, 2, 1, 3]),
    ),
    placed(
      "bias-along-batch",
      "the bias added along the batch instead of the filters",
      (b, [batch]) => (batch !== b.shape[1] ? null : { shape: [batch, 1, 1, 1], at: (n) => b.at(0, n, 0, 0) }),
      summedAlong([1, 0, 2, 3]),
    ),
    placed(
      "bias-first-only",
      "the first filter's bias added to all",
      (b) => ({ ...b, at: () => b.at(0, 0, 0, 0) }),
      resultChanged("db", (db) => ({ ...db, at: (_n, f) => (f === 0 ? totalOf(db) : 0) })),
    ),
    placed(
      "bias-summed",
      "the sum of all biases added to each filter",
      (b) => ({ ...b, at: () => totalOf(b) }),
      resultChanged("db", (db) => ({ ...db, at: () => totalOf(db) })),
    ),
  ];

  function placed(
    id: string,
    name: string,
    change: (b: Field, out: Field["shape"]) => Field | null,
    gradient: Hypothesis["change"],
  ): Hypothesis {
    return {
      id,
      name,
      family: "bias",
      fix: added,
      change: (model) => {
        const b = model.b && change(model.b, [g.batch, g.filters, g.y.out, g.x.out]);
        return b && { ...(gradient(model) ?? model), b };
      },
    };
  }
}

/** Lines that make out of x, W and b, with a remark each for PyTorch, TensorFlow and NumPy. */
export function made(...[pytorch, tensorflow, numpy]: readonly [string, string, string]): Fix {
  return {
    pytorch: `out = F.conv2d(x, W, b, stride, padding, dilation, groups)  # ${pytorch}`,
    tensorflow: `out = tf.nn.bias_add(out, b)  # ${tensorflow}`,
    numpy: `out = out + b.reshape(1, -1, 1, 1)  # ${numpy}`,
  };
}

/** db is the sum over the other axes of dout, whose sizes are alike. */
function summedAlong(axes: Shape4): Hypothesis["change"] {
  return (model) => ({ ...model, start: { ...model.start, db: [...model.start.db, transposed(axes)] } });
}

function totalOf({ shape: [, count], at }: Field): number {
  let total = 0;
  for (let f = 0; f < count; f++) total += at(0, f, 0, 0);
  return total;
}

/** b was a multiple, and so was its gradient. */
function times(id: string, name: string, factor: number): Hypothesis {
  const db = resultChanged("db", (field, kind) =>
    mapped((value) => (kind === "value" ? factor : Math.abs(factor)) * value)(field),
  );
  const change = (model: Model): Model | null => {
    const { b } = model;
    if (b === null || factor === 1) return null;
    return { ...(db(model) ?? model), b: mapped((value) => factor * value)(b) };
  };
  return { id, name, family: "bias", fix: added, change };
}
