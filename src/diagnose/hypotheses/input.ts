import {
  type Field,
  type FieldMap,
  type Shape4,
  flipped,
  mapped,
  misread,
  misreadBack,
  reordered,
  transposed,
} from "../field";
import { type Circumstances, type Fix, type Hypothesis, inputChanged, sameFix } from "./hypothesis";
import { relaid } from "./relaid";

const layouts: readonly (readonly [string, Shape4])[] = [
  ["NHWC", [0, 2, 3, 1]],
  ["NWHC", [0, 3, 2, 1]],
  ["HWCN", [2, 3, 1, 0]],
  ["CHWN", [1, 2, 3, 0]],
];

/** What may be different about x. */
export function inputHypotheses({ geometry: g }: Circumstances): Hypothesis[] {
  return [...axes, ...layouts.flatMap(layoutHypotheses), ...channelOrders(g.channels), ...scales(g.channels)];
}

const axes: readonly Hypothesis[] = [
  {
    id: "input-transposed",
    name: "height and width of the input exchanged",
    family: "input-transposed",
    fix: {
      pytorch: "x = x.transpose(2, 3)",
      tensorflow: "x = tf.transpose(x, [0, 2, 1, 3])",
      numpy: "x = x.transpose(0, 1, 3, 2)",
    },
    change: inputChanged(transposed([0, 1, 3, 2]), transposed([0, 1, 3, 2])),
  },
  {
    id: "input-flipped-vertically",
    name: "the input upside down",
    family: "input-flipped",
    fix: { pytorch: "x = x.flip(2)", tensorflow: "x = tf.reverse(x, [1])", numpy: "x = x[:, :, ::-1]" },
    change: inputChanged(flipped(2), flipped(2)),
  },
  {
    id: "input-flipped-horizontally",
    name: "the input mirrored left to right",
    family: "input-flipped",
    fix: { pytorch: "x = x.flip(3)", tensorflow: "x = tf.reverse(x, [2])", numpy: "x = x[:, :, :, ::-1]" },
    change: inputChanged(flipped(3), flipped(3)),
  },
];

function layoutHypotheses([letters, order]: readonly [string, Shape4]): Hypothesis[] {
  return [
    {
      id: `input-read-as-${letters}`,
      name: `the input's NCHW numbers read as ${letters} (reshaped where it should have been transposed)`,
      family: "input-layout",
      fix: relaid("x", letters, "readAs"),
      change: inputChanged(misreadBack(order), misread(order)),
    },
    {
      id: `input-${letters}-read-as-NCHW`,
      name: `the input's ${letters} numbers read as NCHW (reshaped where it should have been transposed)`,
      family: "input-layout",
      fix: relaid("x", letters, "storedAs"),
      change: inputChanged(misread(order), misreadBack(order)),
    },
  ];
}

/** Reversed for any number of channels; of three, every order. */
function channelOrders(channels: number): Hypothesis[] {
  const reversed = Array.from({ length: channels }, (_, c) => channels - 1 - c);
  const others =
    channels === 3
      ? [
          [0, 2, 1],
          [1, 0, 2],
          [1, 2, 0],
          [2, 0, 1],
        ]
      : [];
  return [reversed, ...others].map((order, i) => ({
    id: i === 0 ? "channels-reversed" : `channels-${order.join("")}`,
    name:
      i === 0
        ? `the input channels in reverse order${channels === 3 ? " (RGB for BGR)" : ""}`
        : `the input channels in the order ${order.join(", ")}`,
    family: "channels",
    fix:
      i === 0
        ? { ...sameFix("x = x[:, ::-1]", "x = x[..., ::-1]"), pytorch: "x = x.flip(1)" }
        : channelFix(order.map((_, c) => order.indexOf(c))),
    change: inputChanged(
      reordered(1, (c) => order[c]),
      reordered(1, (c) => order.indexOf(c)),
    ),
  }));
}

function channelFix(order: readonly number[]): Fix {
  const list = `[${order.join(", ")}]`;
  return sameFix(`x = x[:, ${list}]`, `x = tf.gather(x, ${list}, axis=3)`);
}

/** The statistics of ImageNet, red, green, blue: what torchvision's transforms subtract and divide by. */
const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];

/** x was a·x + b, by channel. */
function scales(channels: number): Hypothesis[] {
  const uniform: readonly (readonly [string, string, number, number, string])[] = [
    ["input-divided-by-255", "the input divided by 255", 1 / 255, 0, "x = x * 255"],
    ["input-times-255", "the input not divided by 255", 255, 0, "x = x / 255"],
    ["input-divided-by-256", "the input divided by 256", 1 / 256, 0, "x = x * 256"],
    ["input-halves", "the input brought from 0 … 255 to −1 … 1 (x / 127.5 − 1)", 1 / 127.5, -1, "x = (x + 1) * 127.5"],
    ["input-centred", "the input brought from 0 … 1 to −1 … 1 (2x − 1)", 2, -1, "x = (x + 1) / 2"],
    ["input-uncentred", "the input brought from −1 … 1 to 0 … 1", 0.5, 0.5, "x = 2 * x - 1"],
    ["input-negated", "the input negated", -1, 0, "x = -x"],
  ];
  const hypotheses = uniform.map(([id, name, by, plus, line]) =>
    scaled(
      id,
      name,
      () => by,
      () => plus,
      sameFix(line),
    ),
  );
  if (channels !== 3) return hypotheses;
  const normal = `mean [${mean.join(", ")}], std [${std.join(", ")}]`;
  /** A line about x, with mean and std by channel. */
  const byChannel = (line: (mean: string, std: string) => string): Fix => {
    const [means, stds] = [`[${mean.join(", ")}]`, `[${std.join(", ")}]`];
    const [torch, numpy] = [
      (of: string) => `x.new_tensor(${of}).view(3, 1, 1)`,
      (of: string) => `np.reshape(${of}, (3, 1, 1))`,
    ];
    return {
      pytorch: line(torch(means), torch(stds)),
      tensorflow: line(means, stds),
      numpy: line(numpy(means), numpy(stds)),
    };
  };
  return [
    ...hypotheses,
    scaled(
      "input-normalised",
      `the input normalised (${normal})`,
      (c) => 1 / std[c],
      (c) => -mean[c] / std[c],
      byChannel((mean, std) => `x = x * ${std} + ${mean}`),
    ),
    scaled(
      "input-normalised-from-255",
      `the input divided by 255 and normalised (${normal})`,
      (c) => 1 / 255 / std[c],
      (c) => -mean[c] / std[c],
      byChannel((mean, std) => `x = (x * ${std} + ${mean}) * 255`),
    ),
    scaled(
      "input-not-normalised",
      `the input not normalised (${normal})`,
      (c) => std[c],
      (c) => mean[c],
      byChannel((mean, std) => `x = (x - ${mean}) / ${std}`),
    ),
  ];
}

function scaled(
  id: string,
  name: string,
  by: (c: number) => number,
  plus: (c: number) => number,
  fix: Fix,
): Hypothesis {
  const forward: FieldMap = mapped((value, _n, c) => by(c) * value + plus(c));
  // Also of magnitudes, whose sign is nobody's.
  const back = (field: Field, kind: "value" | "magnitude"): Field =>
    mapped((value, _n, c) => (kind === "value" ? by(c) : Math.abs(by(c))) * value)(field);
  const family = /normalised/.test(id) ? "normalisation" : "scale";
  return { id, name, family, fix, change: inputChanged(forward, back) };
}
