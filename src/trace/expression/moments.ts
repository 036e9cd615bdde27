import type { ComputeData } from "../../tensor/dtype";

/**
 * Sums, means and deviations, rounded in one order whatever way the elements come in: as a tree over their places in C order. A leaf is
 * `LEAF` places, added one after the other; two neighbours make a node of the next level. So one element that changes changes a leaf and
 * the nodes above it, and the result has the same bits as if all were taken again. What is not there is left out.
 */
const LEAF = 32;

/** A node: how many elements, their sum, and the squares of their deviations from their mean, if those are wanted. */
const NODE = 3;

/** The elements of a leaf. */
function leaf(values: ComputeData, from: number, count: number, squares: boolean, nodes: Float64Array, to: number) {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i];
  nodes[to] = count;
  nodes[to + 1] = sum;
  if (!squares) return;
  const mean = sum / count;
  let deviations = 0;
  for (let i = from; i < from + count; i++) deviations += (values[i] - mean) * (values[i] - mean);
  nodes[to + 2] = count === 0 ? 0 : deviations;
}

/** Two neighbours, by Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979). */
function join(
  a: Float64Array,
  left: number,
  b: Float64Array,
  right: number,
  squares: boolean,
  into: Float64Array,
  to: number,
) {
  const [n, m] = [a[left], b[right]];
  if (n === 0 || m === 0) {
    const [from, at] = n === 0 ? [b, right] : [a, left];
    for (let i = 0; i < NODE; i++) into[to + i] = from[at + i];
    return;
  }
  const [sum, other] = [a[left + 1], b[right + 1]];
  const apart = other / m - sum / n;
  into[to + 2] = squares ? a[left + 2] + b[right + 2] + apart * apart * ((n * m) / (n + m)) : 0;
  into[to] = n + m;
  into[to + 1] = sum + other;
}

/** What is made of a node that holds elements. */
export const momentOf = {
  sum: (nodes: Float64Array, at: number) => nodes[at + 1],
  mean: (nodes: Float64Array, at: number) => nodes[at + 1] / nodes[at],
  std: (nodes: Float64Array, at: number) => Math.sqrt(nodes[at + 2] / nodes[at]),
} as const;
export type Moment = keyof typeof momentOf;

/** Levels of nodes that wait for their neighbour; above them the node that goes up. */
const LEVELS = 48;
const RISING = LEVELS * NODE;

/** Takes elements in C order. */
export class Moments {
  readonly #how: Moment;
  readonly #values = new Float64Array(LEAF);
  /** Of the present leaf. */
  #count = 0;
  #leaf = 0;
  readonly #nodes = new Float64Array(RISING + NODE);

  constructor(how: Moment) {
    this.#how = how;
  }

  /** `at`: its place. */
  add(value: number, at: number): void {
    while (at >= (this.#leaf + 1) * LEAF) this.#take(this.#values, 0, this.#count);
    this.#values[this.#count++] = value;
  }

  /** All elements of `data`, where none was taken before. */
  addAll(data: ComputeData): void {
    for (let at = 0; at < data.length; at += LEAF) this.#take(data, at, Math.min(LEAF, data.length - at));
  }

  /** Of at least one element. */
  result(): number {
    this.#take(this.#values, 0, this.#count);
    this.#nodes.fill(0, RISING);
    for (let level = 0, rest = this.#leaf; rest > 0; level++, rest = Math.floor(rest / 2))
      if (rest % 2 === 1) this.#join(level);
    return momentOf[this.#how](this.#nodes, RISING);
  }

  #take(values: ComputeData, from: number, count: number): void {
    leaf(values, from, count, this.#squares, this.#nodes, RISING);
    let level = 0;
    for (let rest = this.#leaf; rest % 2 === 1; rest = (rest - 1) / 2) this.#join(level++);
    for (let i = 0; i < NODE; i++) this.#nodes[level * NODE + i] = this.#nodes[RISING + i];
    this.#leaf++;
    this.#count = 0;
  }

  #join(level: number): void {
    join(this.#nodes, level * NODE, this.#nodes, RISING, this.#squares, this.#nodes, RISING);
  }

  get #squares(): boolean {
    return this.#how === "std";
  }
}

/** Elements any of which may change. */
export class ChangingMoments {
  readonly #how: Moment;
  readonly #values: Float64Array;
  readonly #isThere: Uint8Array;
  readonly #levels: Float64Array[] = [];
  readonly #leafValues = new Float64Array(LEAF);
  /** Leaves that have changed since the nodes were worked out. */
  readonly #changed: number[] = [];

  /** `count` places, which hold `value` all of them; null: nothing is there. */
  constructor(how: Moment, count: number, value: number | null) {
    this.#how = how;
    this.#values = new Float64Array(count).fill(value ?? 0);
    this.#isThere = new Uint8Array(count).fill(value === null ? 0 : 1);
    for (let nodes = Math.ceil(count / LEAF); ; nodes = Math.ceil(nodes / 2)) {
      this.#levels.push(new Float64Array(nodes * NODE));
      if (nodes <= 1) break;
    }
    for (let at = 0; at < count; at += LEAF) this.#changed.push(at / LEAF);
  }

  put(place: number, value: number | null): void {
    this.#values[place] = value ?? 0;
    this.#isThere[place] = value === null ? 0 : 1;
    const at = Math.floor(place / LEAF);
    if (this.#changed.at(-1) !== at) this.#changed.push(at);
  }

  /** null of no elements. */
  result(): number | null {
    this.#settle();
    const top = this.#levels[this.#levels.length - 1];
    return top[0] === 0 ? null : momentOf[this.#how](top, 0);
  }

  #settle(): void {
    const leaves = this.#levels[0].length / NODE;
    // Of many that have changed, most of the nodes above are the same ones.
    if (this.#changed.length * this.#levels.length > 2 * leaves) {
      for (let at = 0; at < leaves; at++) this.#workLeaf(at);
      for (let level = 1; level < this.#levels.length; level++)
        for (let at = 0; at * NODE < this.#levels[level].length; at++) this.#workNode(level, at);
    } else
      for (const at of this.#changed) {
        this.#workLeaf(at);
        for (let level = 1, node = at >> 1; level < this.#levels.length; level++, node >>= 1)
          this.#workNode(level, node);
      }
    this.#changed.length = 0;
  }

  #workLeaf(at: number): void {
    const end = Math.min(this.#values.length, (at + 1) * LEAF);
    let count = 0;
    for (let i = at * LEAF; i < end; i++) if (this.#isThere[i] === 1) this.#leafValues[count++] = this.#values[i];
    leaf(this.#leafValues, 0, count, this.#how === "std", this.#levels[0], at * NODE);
  }

  #workNode(level: number, at: number): void {
    const [below, nodes] = [this.#levels[level - 1], this.#levels[level]];
    const [left, right] = [2 * at * NODE, (2 * at + 1) * NODE];
    if (right < below.length) join(below, left, below, right, this.#how === "std", nodes, at * NODE);
    else for (let i = 0; i < NODE; i++) nodes[at * NODE + i] = below[left + i];
  }
}
