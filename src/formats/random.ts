import { ConvError } from "../base/errors";
import { checkedCount } from "./shape";
import { type Tensor, tensor } from "../tensor/tensor";

export interface RandomSpec {
  readonly random: readonly number[];
  readonly seed?: number;
  readonly dist?: "normal" | "uniform" | "integers";
  readonly low?: number;
  readonly high?: number;
}

/** 1 GiB of float64. */
const MOST_ELEMENTS = 2 ** 27;

/**
 * Random numbers, the same on every machine: those of numpy.random.RandomState(seed), that is the Mersenne Twister
 * MT19937 and upon it
 *   normal    .standard_normal(shape): Marsaglia's polar method (within one unit in the last place: see `logarithm`)
 *   uniform   .uniform(low, high, shape), by default in [0, 1)
 *   integers  .randint(low, high, shape), by default −8 … 7; `high` is not among them
 */
export function randomTensor(spec: RandomSpec): Tensor {
  const { random: shape, seed = 0, dist = "normal" } = spec;
  const count = checkedCount(shape, (axis) => ({ path: `random[${axis}]` }));
  if (count > MOST_ELEMENTS)
    throw new ConvError({
      code: "too-large",
      what: "the random tensor is too large",
      expected: `at most ${MOST_ELEMENTS} elements`,
      found: String(count),
    });
  const data = new Float64Array(count);
  const next = samplers[dist](new MersenneTwister(seed), spec);
  for (let i = 0; i < count; i++) data[i] = next();
  return tensor("float64", shape, data);
}

const samplers = {
  normal: (twister) => polarNormal(twister),
  uniform: (twister, { low = 0, high = 1 }) => {
    if (!(low <= high && Number.isFinite(high - low)))
      throw new ConvError({
        code: "bad-value",
        what: "there are no such numbers",
        expected: "low <= high, and a finite distance",
        found: `low ${low}, high ${high}`,
      });
    return () => low + (high - low) * twister.unit();
  },
  integers: (twister, { low = -8, high = 8 }) => {
    const most = high - low - 1;
    if (!(Number.isSafeInteger(low) && Number.isSafeInteger(high) && most >= 0 && most < 2 ** 32 - 1))
      throw new ConvError({
        code: "bad-value",
        what: "there are no such integers",
        expected: "whole numbers low < high, at most 2^32 - 1 apart",
        found: `low ${low}, high ${high}`,
      });
    if (most === 0) return () => low;
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    return () => {
      for (;;) {
        const value = (twister.word() & mask) >>> 0;
        if (value <= most) return low + value;
      }
    };
  },
} satisfies Record<NonNullable<RandomSpec["dist"]>, (twister: MersenneTwister, spec: RandomSpec) => () => number>;

/** Two normals from each point of the unit disc; the second of the pair is given first, as NumPy's legacy generator does. */
function polarNormal(twister: MersenneTwister): () => number {
  let kept: number | null = null;
  return () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    for (;;) {
      const a = 2 * twister.unit() - 1;
      const b = 2 * twister.unit() - 1;
      const square = a * a + b * b;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * logarithm(square)) / square);
      kept = factor * a;
      return factor * b;
    }
  };
}

/**
 * ln of a number in (0, 1), by operations that IEEE 754 fixes to the last bit, which it does not do for Math.log:
 * value = m·2^e with m in [√½, √2), s = (m − 1)/(m + 1), ln m = 2·(s + s³/3 + s⁵/5 + …), |s| < 0.172.
 */
function logarithm(value: number): number {
  let exponent = 0;
  let m = value;
  for (; m < Math.SQRT1_2; m *= 2) exponent--;
  const s = (m - 1) / (m + 1);
  let series = 0;
  for (let power = 23; power >= 3; power -= 2) series = (series + 1 / power) * s * s;
  return 2 * s * (1 + series) + exponent * Math.LN2;
}

/** MT19937 of Matsumoto and Nishimura (1998), seeded by Knuth's rule, as init_genrand does. */
class MersenneTwister {
  readonly #state = new Uint32Array(624);
  #at = 624;

  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < 624; i++) {
      const before = this.#state[i - 1];
      this.#state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
  }

  /** The next 32 bits, as a signed integer. */
  word(): number {
    if (this.#at === 624) this.#refill();
    let word = this.#state[this.#at++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return word ^ (word >>> 18);
  }

  /** In [0, 1), with 53 bits. */
  unit(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < 624; i++) {
      const both = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7fffffff);
      state[i] = state[(i + 397) % 624] ^ (both >>> 1) ^ (both & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
