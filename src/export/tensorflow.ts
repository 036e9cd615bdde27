import { numpyModes } from "./numpy";
import { headerText, isPadded, settingsOf, tuple } from "./python";
import type { Reproduced } from "./reproduced";
import { type Dialect, type Store, preamble } from "./store";

const tensorflowDialect: Dialect = {
  literal: (dtype) => ["tf.constant(", `, dtype=tf.${dtype})`],
  fromNumpy: (array) => `tf.constant(${array})`,
};

/** tf.nn.conv2d and GradientTape. It ends with out, dx, dW and db as variables, in the order NCHW and OIHW. */
export function tensorflowCode(layer: Reproduced, store: Store): string {
  const { geometry: g, x, W, b, dout } = layer;
  const define = (name: "x" | "W" | "b" | "dout", tensor: Reproduced["b"]) =>
    tensor === null ? "" : store.define(name, tensor, tensorflowDialect);
  const leaves = b === null ? "x, W" : "x, W, b";
  const gradients =
    b === null
      ? `dx, dW = tape.gradient(out, [x, W], output_gradients=dout)\ndb = tf.reduce_sum(dout, axis=(0, 2, 3))\n`
      : `dx, dW, db = tape.gradient(out, [x, W, b], output_gradients=dout)\n`;
  const body = [
    define("x", x) + define("W", W) + define("b", b),
    convLines(layer),
    `with tf.GradientTape() as tape:\n    tape.watch([${leaves}])\n    out = conv(${leaves})\n`,
    `${dout === null ? "dout = tf.ones_like(out)\n" : define("dout", dout)}${gradients}`,
  ].join("\n");
  const notes = isDilated(g) ? [writtenOut] : [];
  return headerText(layer, notes) + preamble(body, ["import tensorflow as tf"]) + body;
}

const writtenOut =
  "The dilated kernel is written out with zeros between its taps: on a CPU TensorFlow has no gradient of a dilated convolution.";

function isDilated({ y, x }: Reproduced["geometry"]): boolean {
  return (y.dilation > 1 && y.kernel > 1) || (x.dilation > 1 && x.kernel > 1);
}

function convLines({ geometry: g, b }: Reproduced): string {
  const call = (x: string, W: string) =>
    `tf.nn.conv2d(${x}, ${W}, strides=${tuple(settingsOf(g).stride)}, padding="VALID")`;
  const lines = [
    "x = tf.transpose(x, (0, 2, 3, 1))  # NHWC",
    "W = tf.transpose(W, (2, 3, 1, 0))  # HWIO",
    ...padLines(g),
    ...(isDilated(g) ? dilateLines(g) : []),
    ...(g.groups === 1
      ? [`out = ${call("x", "W")}`]
      : [
          `groups = zip(tf.split(x, ${g.groups}, axis=3), tf.split(W, ${g.groups}, axis=3))`,
          `out = tf.concat([${call("xg", "Wg")} for xg, Wg in groups], axis=3)`,
        ]),
    `return tf.transpose(out${b === null ? "" : " + b"}, (0, 3, 1, 2))`,
  ];
  return `\ndef conv(${b === null ? "x, W" : "x, W, b"}):\n${lines.map((line) => `    ${line}\n`).join("")}\n`;
}

/** Zeros by tf.pad; other paddings show cells of x, and so does an index. */
function padLines(g: Reproduced["geometry"]): string[] {
  if (!isPadded(g)) return [];
  const { padding } = settingsOf(g);
  if (g.paddingMode === "zeros") return [`x = tf.pad(x, ${tuple([[0, 0], ...padding, [0, 0]])})`];
  const index = (size: number, sides: readonly number[]) =>
    `np.pad(np.arange(${size}), ${tuple(sides)}, mode="${numpyModes[g.paddingMode]}")`;
  return [
    `x = tf.gather(x, ${index(g.y.size, padding[0])}, axis=1)`,
    `x = tf.gather(x, ${index(g.x.size, padding[1])}, axis=2)`,
  ];
}

function dilateLines({ y, x, groupChannels, filters }: Reproduced["geometry"]): string[] {
  const between = tuple([
    [0, 0],
    [0, y.dilation - 1],
    [0, 0],
    [0, x.dilation - 1],
    [0, 0],
    [0, 0],
  ]);
  const apart = tuple([y.kernel, 1, x.kernel, 1, groupChannels, filters]);
  const together = tuple([y.kernel * y.dilation, x.kernel * x.dilation, groupChannels, filters]);
  return [
    `W = tf.pad(tf.reshape(W, ${apart}), ${between})`,
    `W = tf.reshape(W, ${together})[:${y.extent}, :${x.extent}]`,
  ];
}
