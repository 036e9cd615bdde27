import type { Geometry } from "../../conv/geometry";
import { type Field, type FieldMap, mapped, misread, misreadBack, transposed } from "../field";
import { type Finish, type Gradient, type Model, predictCells } from "../model";
import { touches } from "../search";
import { type Circumstances, type Fix, type Hypothesis, sameFix, startChanged } from "./hypothesis";
import { layoutHypotheses } from "./layouts";

/** What may be different about out and the gradients, or about what they start from. */
export function resultHypotheses(circumstances: Circumstances): Hypothesis[] {
  const { geometry: g } = circumstances;
  return [relu(circumstances), ...layoutHypotheses, ...startLayouts, ...averages(g), ...oneImage(g), ...scatters];
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
    fix: {
      pytorch: "out = F.conv2d(x, W, b)  # without F.relu",
      tensorflow: "activation=None",
      numpy: "out = col @ W.reshape(F, -1).T + b  # without np.maximum(out, 0)",
    },
    change: (model) => ({
      ...model,
      start: startChanged(model, masked(model)),
      finish: { ...model.finish, out: [...model.finish.out, rectified] },
    }),
  };
}

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

/** dout of [N, F, oH, oW] taken as rows of filters without being transposed. */
const startLayouts: readonly Hypothesis[] = [
  start(
    "dout-not-transposed",
    "dout (N, F, oH, oW) reshaped to (N·oH·oW, F) without being transposed",
    misreadBack([0, 2, 3, 1]),
  ),
  start(
    "dout-reshaped-to-NCHW",
    "dout (N, oH, oW, F) reshaped to (N, F, oH, oW) without being transposed",
    misread([0, 2, 3, 1]),
  ),
  start(
    "dout-reshaped-to-FN",
    "dout (N, F, oH, oW) reshaped to (F, N·oH·oW) without being transposed",
    misreadBack([1, 0, 2, 3]),
  ),
  start("dout-HW-transposed", "height and width of dout exchanged", transposed([0, 1, 3, 2])),
  start(
    "dout-negated",
    "dout with the other sign (target − prediction)",
    mapped((value) => -value),
    sameFix("dout = -dout"),
  ),
];

function start(id: string, name: string, change: FieldMap, fix?: Fix): Hypothesis {
  return {
    id,
    name,
    family: "dout-layout",
    fix: fix ?? {
      pytorch: "dout2d = dout.permute(0, 2, 3, 1).reshape(-1, F)",
      tensorflow: "dout2d = tf.reshape(tf.transpose(dout, [0, 2, 3, 1]), [-1, F])",
      numpy: "dout2d = dout.transpose(0, 2, 3, 1).reshape(-1, F)",
    },
    change: (model) =>
      model.dout === null && !id.endsWith("negated") ? null : { ...model, start: startChanged(model, change) },
  };
}

/** Sums that became means. */
function averages(g: Geometry): Hypothesis[] {
  const plane = g.y.out * g.x.out;
  const all: readonly Gradient[] = ["dx", "dW", "db"];
  const loss: Fix = {
    pytorch: 'loss = F.mse_loss(out, target, reduction="sum")  # or out.sum(), not .mean()',
    tensorflow: "loss = tf.reduce_sum(...)  # not tf.reduce_mean",
    numpy: "dout = dout * count  # sums, not means",
  };
  const sum = (name: Gradient): Fix => {
    const line = name === "db" ? "db = dout.sum((0, 2, 3))" : `${name} = ${name} * count`;
    return { pytorch: line, tensorflow: name === "db" ? "db = tf.reduce_sum(dout, [0, 1, 2])" : line, numpy: line };
  };
  const divided = (id: string, name: string, by: number, gradients: readonly Gradient[], fix: Fix): Hypothesis => ({
    id,
    name,
    family: id.replace(/-.*/, "") === "gradients" ? "mean" : `mean-${id.slice(0, 2)}`,
    fix,
    change: (model) =>
      by === 1
        ? null
        : gradients.reduce((changed: Model, name) => ({ ...changed, finish: scaled(changed, name, 1 / by) }), model),
  });
  return [
    divided("dW-batch-mean", `dW averaged over the batch (divided by ${g.batch})`, g.batch, ["dW"], sum("dW")),
    divided("dW-mean", `dW averaged over batch and positions (divided by ${g.rows})`, g.rows, ["dW"], sum("dW")),
    divided("dW-plane-mean", `dW averaged over the positions (divided by ${plane})`, plane, ["dW"], sum("dW")),
    divided("db-batch-mean", `db averaged over the batch (divided by ${g.batch})`, g.batch, ["db"], sum("db")),
    divided("db-mean", `db averaged over batch and positions (divided by ${g.rows})`, g.rows, ["db"], sum("db")),
    divided("db-plane-mean", `db averaged over the positions (divided by ${plane})`, plane, ["db"], sum("db")),
    divided(
      "gradients-batch-mean",
      `all gradients averaged over the batch (divided by ${g.batch})`,
      g.batch,
      all,
      loss,
    ),
    divided(
      "gradients-mean",
      `a loss averaged over all of out (gradients divided by ${g.rows * g.filters})`,
      g.rows * g.filters,
      all,
      loss,
    ),
    divided(
      "gradients-halved",
      "gradients half as large (a loss of ½·Σ(out − target)² against Σ(out − target)²)",
      2,
      all,
      loss,
    ),
    divided(
      "gradients-doubled",
      "gradients twice as large (a loss of Σ(out − target)² against ½·Σ(out − target)²)",
      0.5,
      all,
      loss,
    ),
  ];
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
    const line = `${name} += …  # in the loop over the batch, not ${name} = …`;
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
    pytorch: "dx = F.fold(dcol, (H, W), (kH, kW), dilation, padding, stride)",
    tensorflow: "dx = tf.tensor_scatter_nd_add(dx, indices, dcol)",
    numpy:
      "np.add.at(dx, (slice(None), c, iy, ix), dcol)  # adds where indices repeat; dx[...] = and dx[...] += do not",
  },
  change: (model) => ({ ...model, scatter }),
}));
