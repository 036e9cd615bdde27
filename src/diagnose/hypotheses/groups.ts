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
  const orders: readonly (readonly [string, string, Order, Order])[] = [
    ["reversed", "with the groups in reverse order", reversed, reversed],
    ["dealt", "dealt out to the groups in turn (c % groups)", dealt, gathered],
    ["gathered", "taken from each group in turn (a channel shuffle)", gathered, dealt],
  ];
  return orders.flatMap(([id, name, order, back]) => [
    {
      id: `group-channels-${id}`,
      name: `the input channels ${name}`,
      family: "group-channels",
      fix: ordered("x", channels, back),
      change: inputChanged(reordered(1, order), reordered(1, back)),
    },
    {
      id: `group-filters-${id}`,
      name: `the filters ${name}`,
      family: "filters",
      fix: ordered("out", filters, back),
      change: filtersMoved(order, back),
    },
  ]);
}

/** The order written out where it is short. */
function ordered(name: string, size: number, back: Order): Fix {
  const order = Array.from({ length: size }, (_, i) => back(i, size));
  const list = `[${order.slice(0, 16).join(", ")}${size > 16 ? ", …" : ""}]`;
  return {
    pytorch: `${name} = ${name}[:, ${list}]`,
    tensorflow: `${name} = tf.gather(${name}, ${list}, axis=3)`,
    numpy: `${name} = ${name}[:, ${list}]`,
  };
}
