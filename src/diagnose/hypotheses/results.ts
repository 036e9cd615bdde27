import type { Geometry } from "../../conv/geometry";
import { type Field, type FieldMap, mapped, misread, misreadBack, transposed } from "../field";
import { type Finish, type Gradient, type Model, predictCells } from "../model";
import { touches } from "../search";
import { type Circumstances, type Fix, type Hypothesis, sameFix, startChanged } from "./hypothesis";
import { made } from "./bias";
import { layoutHypotheses } from "./layouts";
import { relaid } from "./relaid";

/** What may be different about out and the gradients, or about what they start from. */
export function resultHypotheses(circumstances: Circumstances): Hypothesis[] {
  const { geometry: g } = circumstances;
  return [relu(circumstances), ...layoutHypotheses, ...startLayouts(g), ...averages(g), ...oneImage(g), ...scatters];
}

/** The mask of the backward pass is that of the expected output, or of the layer's own as other causes have it. */
function relu({ base, out, expectedOut }: Circumstances): Hypothesis {
  const rectified: FieldMap = mapped((value) => Math.max(0, value));
  const maskedBy =
    (shown: Field): FieldMap =>
    ({ shape, at }) => ({
      shape,
      at: (n, f, oy, ox) => (shown.at(n, f, oy, ox) > 0 ? at(n, f, oy, ox) : 0),
    });
  const own = maskedBy(expectedOut ?? out);
  const masked = (model: Model) => {
    const made = expectedOut === null && touches(base, model, "out") ? predictCells(model, "out") : null;
    return made === null ? own : maskedBy(remembered(made.value));
  };
  return {
    id: "relu",
    name: "a ReLU after the layer",
    family: "relu",
    fix: base.b === null ? bare : made("without F.relu", "without tf.nn.relu", "without np.maximum(out, 0)"),
    change: (model) => ({
      ...model,
      start: startChanged(model, masked(model)),
      finish: { ...model.finish, out: [...model.finish.out, rectified] },
    }),
  };
}

/** Of a layer without a bias. */
const bare: Fix = {
  pytorch: "out = F.conv2d(x, W, None, stride, padding, dilation, groups)  # without F.relu",
  tensorflow: "out = out  # in place of tf.nn.relu(out)",
  numpy: "out = out  # in place of np.maximum(out, 0)",
};

/** Each of its cells is asked for many times. */
function remembered({ shape, at }: Field): Field {
  const known = new Map<number, number>();
  const [, B, C, D] = shape;
  return {
    shape,
    at: (a, b, c, d) => {
      const i = ((a * B + b) * C + c) * D + d;
      const value = known.get(i) ?? at(a, b, c, d);
      known.set(i, value);
      return value;
    },
  };
}

/** dout in another order than that of out; dout2d is the matrix that is multiplied. */
function startLayouts({ filters }: Geometry): Hypothesis[] {
  const rows = `dout.permute(0, 2, 3, 1).reshape(-1, ${filters})`;
  const columns = `dout.permute(1, 0, 2, 3).reshape(${filters}, -1)`;
  const matrix = (text: string, tensorflow: string): Fix => ({
    pytorch: `dout2d = ${text}`,
    tensorflow: `dout2d = ${tensorflow}`,
    numpy: `dout2d = ${text.replace("permute", "transpose")}`,
  });
  return [
    start(
      "dout-not-transposed",
      "dout (N, F, oH, oW) reshaped to (N·oH·oW, F) without being transposed",
      misreadBack([0, 2, 3, 1]),
      matrix(rows, `tf.reshape(dout, [-1, ${filters}])`),
    ),
    start(
      "dout-reshaped-to-NCHW",
      "dout (N, oH, oW, F) reshaped to (N, F, oH, oW) without being transposed",
      misread([0, 2, 3, 1]),
      relaid("dout", "NHWF", "storedAs"),
    ),
    start(
      "dout-reshaped-to-FN",
      "dout (N, F, oH, oW) reshaped to (F, N·oH·oW) without being transposed",
      misreadBack([1, 0, 2, 3]),
      matrix(columns, `tf.transpose(tf.reshape(dout, [-1, ${filters}]))`),
    ),
    start("dout-HW-transposed", "height and width of dout exchanged", transposed([0, 1, 3, 2]), {
      pytorch: "dout = dout.transpose(2, 3)",
      tensorflow: "dout = tf.transpose(dout, [0, 2, 1, 3])",
      numpy: "dout = dout.transpose(0, 1, 3, 2)",
    }),
    start(
      "dout-negated",
      "dout with the other sign (target − prediction)",
      mapped((value) => -value),
      sameFix("dout = -dout"),
    ),
  ];
}

function start(id: string, name: string, change: FieldMap, fix: Fix): Hypothesis {
  return {
    id,
    name,
    family: "dout-layout",
    fix,
    change: (model) =>
      model.dout === null && !id.endsWith("negated") ? null : { ...model, start: startChanged(model, change) },
  };
}

/** Sums that became means. */
function averages(g: Geometry): Hypothesis[] {
  const plane = g.y.out * g.x.out;
  const all: readonly Gradient[] = ["dx", "dW", "db"];
  const divided = (id: string, name: string, by: number, gradients: readonly Gradient[]): Hypothesis => ({
    id,
    name,
    family: id.replace(/-.*/, "") === "gradients" ? "mean" : `mean-${id.slice(0, 2)}`,
    fix: timesFix(gradients, by, id.endsWith("mean") ? "  # or a sum in place of the mean" : ""),
    change: (model) =>
      by === 1
        ? null
        : gradients.reduce((changed: Model, name) => ({ ...changed, finish: scaled(changed, name, 1 / by) }), model),
  });
  return [
    divided("dW-batch-mean", `dW averaged over the batch (divided by ${g.batch})`, g.batch, ["dW"]),
    divided("dW-mean", `dW averaged over batch and positions (divided by ${g.rows})`, g.rows, ["dW"]),
    divided("dW-plane-mean", `dW averaged over the positions (divided by ${plane})`, plane, ["dW"]),
    divided("db-batch-mean", `db averaged over the batch (divided by ${g.batch})`, g.batch, ["db"]),
    divided("db-mean", `db averaged over batch and positions (divided by ${g.rows})`, g.rows, ["db"]),
    divided("db-plane-mean", `db averaged over the positions (divided by ${plane})`, plane, ["db"]),
    divided("gradients-batch-mean", `all gradients averaged over the batch (divided by ${g.batch})`, g.batch, all),
    divided(
      "gradients-mean",
      `a loss averaged over all of out (gradients divided by ${g.rows * g.filters})`,
      g.rows * g.filters,
      all,
    ),
    divided(
      "gradients-halved",
      "gradients half as large (a loss of ½·Σ(out − target)² against Σ(out − target)²)",
      2,
      all,
    ),
    divided(
      "gradients-doubled",
      "gradients twice as large (a loss of Σ(out − target)² against ½·Σ(out − target)²)",
      0.5,
      all,
    ),
  ];
}

/** All gradients are as large as the loss from which they start. */
function timesFix([name, ...others]: readonly Gradient[], by: number, remark: string): Fix {
  const times = (of: string) => `${of} = ${of} ${by < 1 ? `/ ${1 / by}` : `* ${by}`}${remark}`;
  if (others.length > 0) return { pytorch: times("loss"), tensorflow: times("loss"), numpy: times("dout") };
  return name === "db"
    ? sameFix("db = dout.sum((0, 2, 3))", "db = tf.reduce_sum(dout, [0, 1, 2])")
    : sameFix(times(name));
}

function scaled(model: Model, name: Gradient, factor: number): Model["finish"] {
  const finish: Finish = mapped((value) => factor * value);
  return { ...model.finish, [name]: [...model.finish[name], finish] };
}

/** Accumulators that are assigned to in the loop over the batch, and keep one image's share. */
function oneImage({ batch }: Geometry): Hypothesis[] {
  if (batch < 2) return [];
  const only = (name: "dW" | "db", image: number): Hypothesis => {
    const which = image === 0 ? "first" : "last";
    const kept: FieldMap = mapped((value, n) => (n === image ? value : 0));
    const line = `${name} = ${name} + ${name}_n  # in the loop over the batch, where ${name}_n is image n's`;
    return {
      id: `${name}-${which}-image`,
      name: `${name} of the ${which} image only (assigned in the loop over the batch, not added)`,
      family: `mean-${name}`,
      fix: sameFix(line),
      change: (model) => ({ ...model, start: { ...model.start, [name]: [...model.start[name], kept] } }),
    };
  };
  return (["dW", "db"] as const).flatMap((name) => [only(name, batch - 1), only(name, 0)]);
}

const scatters: readonly Hypothesis[] = (
  [
    ["assign-windows", "window by window"],
    ["assign-taps", "tap by tap, or all at once with repeated indices"],
  ] as const
).map(([scatter, order]) => ({
  id: `col2im-${scatter}`,
  name: `col2im that assigns instead of adding (${order})`,
  family: "scatter",
  fix: {
    pytorch: "dx.index_put_((n, c, iy, ix), dcol, accumulate=True)  # in place of dx[n, c, iy, ix] = dcol",
    tensorflow: "dx = tf.tensor_scatter_nd_add(dx, indices, dcol)  # in place of tf.tensor_scatter_nd_update",
    numpy: "np.add.at(dx, (n, c, iy, ix), dcol)  # in place of dx[n, c, iy, ix] = dcol, or += dcol",
  },
  change: (model) => ({ ...model, scatter }),
}));
