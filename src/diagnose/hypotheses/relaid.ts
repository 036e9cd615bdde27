import type { Fix } from "./hypothesis";

/** Axes of each tensor, as PyTorch and NumPy have them and as TensorFlow has them. */
const axes = {
  x: ["nchw", "nhwc"],
  W: ["oihw", "hwio"],
  out: ["nfhw", "nhwf"],
  dout: ["nfhw", "nhwf"],
} as const;

/**
 * Undoes a reshape where there should have been a transpose. "readAs": numbers in the tensor's own order were given the sizes of `letters`;
 * "storedAs": numbers in the order of `letters` were given the tensor's own sizes.
 */
export function relaid(name: keyof typeof axes, letters: string, mistake: "readAs" | "storedAs"): Fix {
  const [own, tensorflow] = axes[name];
  const other = letters.toLowerCase();
  const listed = (of: string) => of.split("").join(", ");
  const order = (from: string, to: string) => listed(to.replace(/./g, (axis) => String(from.indexOf(axis))));
  const transposed = (text: string, from: string, to: string) =>
    from === to ? text : `tf.transpose(${text}, [${order(from, to)}])`;
  const [from, to] = mistake === "readAs" ? [other, own] : [own, other];
  const flat = `tf.reshape(${transposed(name, tensorflow, from)}, [${listed(to)}])`;
  const line = (transpose: "permute" | "transpose") =>
    mistake === "readAs"
      ? `${name} = ${name}.${transpose}(${order(own, other)}).reshape(${name}.shape)  # or ${transpose} so instead of that reshape`
      : `${listed(own)} = ${name}.shape; ${name} = ${name}.reshape(${listed(other)}).${transpose}(${order(other, own)})`;
  return {
    pytorch: line("permute"),
    tensorflow: `${listed(tensorflow)} = ${name}.shape; ${name} = ${transposed(flat, to, tensorflow)}`,
    numpy: line("transpose"),
  };
}
