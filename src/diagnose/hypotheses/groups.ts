import { reordered } from "../field";
import { type Circumstances, type Fix, type Hypothesis, type Order, inputChanged } from "./hypothesis";
import { filtersMoved } from "./kernel";

/** Orders of channels and filters among the groups. */
export function groupHypotheses({ geometry: { groups, channels, filters } }: Circumstances): Hypothesis[] {
  if (groups === 1) return [];
  const reversed: Order = (i, size) => {
    const each = size / groups;
    return (groups - 1 - Math.floor(i / each)) * each + (i % each);
  };
  /** Group after group, each takes every so manyth. */
  const dealt: Order = (i, size) => (i % (size / groups)) * groups + Math.floor(i / (size / groups));
  /** One of each group in turn: the inverse. */
  const gathered: Order = (i, size) => (i % groups) * (size / groups) + Math.floor(i / groups);
  const orders: readonly (readonly [string, string, Order, Order, Undoing])[] = [
    ["reversed", "with the groups in reverse order", reversed, reversed, "reversed"],
    ["dealt", "dealt out to the groups in turn (c % groups)", dealt, gathered, "gathered"],
    ["gathered", "taken from each group in turn (a channel shuffle)", gathered, dealt, "dealt"],
  ];
  return orders.flatMap(([id, name, order, back, undoing]) => [
    {
      id: `group-channels-${id}`,
      name: `the input channels ${name}`,
      family: "group-channels",
      fix: ordered("x", channels, groups, undoing),
      change: inputChanged(reordered(1, order), reordered(1, back)),
    },
    {
      id: `group-filters-${id}`,
      name: `the filters ${name}`,
      family: "filters",
      fix: ordered("out", filters, groups, undoing),
      change: filtersMoved(order, back),
    },
  ]);
}

type Undoing = "reversed" | "dealt" | "gathered";

/** Positions as a matrix, turned over or transposed, and read row by row. */
function ordered(name: string, size: number, groups: number, undoing: Undoing): Fix {
  const rows = undoing === "dealt" ? size / groups : groups;
  const sizes = `${rows}, ${size / rows}`;
  const matrix = `tf.reshape(tf.range(${size}), [${sizes}])`;
  const [torch, numpy, turned] =
    undoing === "reversed"
      ? [".flip(0)", "[::-1]", `tf.reverse(${matrix}, [0])`]
      : [".T", ".T", `tf.transpose(${matrix})`];
  return {
    pytorch: `${name} = ${name}[:, torch.arange(${size}).view(${sizes})${torch}.flatten()]`,
    tensorflow: `${name} = tf.gather(${name}, tf.reshape(${turned}, [-1]), axis=3)`,
    numpy: `${name} = ${name}[:, np.arange(${size}).reshape(${sizes})${numpy}.flatten()]`,
  };
}
