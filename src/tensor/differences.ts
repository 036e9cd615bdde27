import { type Amount, type Pair, amounts, sizingOf } from "./measures";
import { type Octaves, OctaveCounter } from "./octaves";
import { Ranking, type Ranked } from "./ranking";

/** What is known of one side: its finite extremes (null where there are none), and how much of it is not finite. */
export interface SideFacts {
  readonly min: number | null;
  readonly max: number | null;
  readonly nan: number;
  readonly inf: number;
}

/** How far apart the sides are in one measure. */
export interface AmountFacts {
  /** The largest finite one; 0 where there is none. */
  readonly max: number;
  /** Its position in C order; −1 where nothing differs. */
  readonly at: number;
  readonly octaves: Octaves;
  readonly worst: Worst;
}

/** The largest ones first, with what stands on either side. */
export interface Worst extends Ranked {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

/** Two tensors of one shape, element by element. Means are over the elements that are finite on both sides. */
export interface Differences extends Readonly<Record<Amount, AmountFacts>> {
  /** Elements that were looked at. */
  readonly looked: number;
  /** The same on both sides: also two NaN. */
  readonly equal: number;
  /** They differ, and at least one is not finite. */
  readonly odd: number;
  /** They differ, and the right one is 0: there is no relative difference. These are left out of its maximum and ranking. */
  readonly zeroRight: number;
  readonly meanAbsolute: number | null;
  /** Of left − right, with its sign. */
  readonly meanDifference: number | null;
  readonly rms: number | null;
  /** Σ l·r / √(Σ l² · Σ r²); null where a side is all zeros, or too large for a double. */
  readonly cosine: number | null;
  readonly left: SideFacts;
  readonly right: SideFacts;
}

/** How many of the largest differences are kept. */
const WORST = 100;

/** Looks at a pair, a stretch at a time, in any order. */
export class DifferenceCounter {
  readonly #sides = [new SideCounter(), new SideCounter()] as const;
  readonly #pair: Pair;
  readonly #amounts;
  #looked = 0;
  #equal = 0;
  #odd = 0;
  #zeroRight = 0;
  #finite = 0;
  #sum = 0;
  #size = 0;
  #squares = 0;
  #dot = 0;
  #leftSquares = 0;
  #rightSquares = 0;

  constructor(pair: Pair) {
    this.#pair = pair;
    this.#amounts = amounts.map((amount) => ({
      amount,
      size: sizingOf(amount, pair.left.dtype, pair.right.dtype),
      octaves: new OctaveCounter(),
      ranking: new Ranking(WORST),
      max: 0,
      at: -1,
    }));
  }

  /** What `Pair.read` has read from `from` on. */
  add(from: number, left: Float64Array, right: Float64Array, differences: Float64Array): void {
    this.#looked += left.length;
    this.#sides[0].add(left);
    this.#sides[1].add(right);
    for (let i = 0; i < left.length; i++) {
      const [l, r, difference] = [left[i], right[i], differences[i]];
      if (difference - difference === 0 && l - l === 0) {
        this.#finite++;
        this.#sum += difference;
        this.#size += Math.abs(difference);
        this.#squares += difference * difference;
        this.#dot += l * r;
        this.#leftSquares += l * l;
        this.#rightSquares += r * r;
      }
      if (difference === 0) this.#equal++;
      else this.#differ(from + i, l, r, difference);
    }
  }

  #differ(offset: number, left: number, right: number, difference: number): void {
    if (difference - difference !== 0) this.#odd++;
    else if (right === 0) this.#zeroRight++;
    for (const each of this.#amounts) {
      const size = each.size(difference, left, right);
      const finite = size - size === 0;
      each.octaves.add(size);
      if (finite && size > each.max) [each.max, each.at] = [size, offset];
      // What has no relative difference would stand before everything that has one.
      if (finite || difference - difference !== 0) each.ranking.offer(finite ? size : Infinity, offset);
    }
  }

  get facts(): Differences {
    const mean = (sum: number) => (this.#finite > 0 && Number.isFinite(sum) ? sum / this.#finite : null);
    const squares = mean(this.#squares);
    const lengths = Math.sqrt(this.#leftSquares) * Math.sqrt(this.#rightSquares);
    const cosine = this.#dot / lengths;
    const facts = this.#amounts.map(({ amount, max, at, octaves, ranking }) => [
      amount,
      { max, at, octaves: octaves.octaves(this.#equal), worst: this.#valued(ranking.ranked) },
    ]);
    return {
      looked: this.#looked,
      equal: this.#equal,
      odd: this.#odd,
      zeroRight: this.#zeroRight,
      meanAbsolute: mean(this.#size),
      meanDifference: mean(this.#sum),
      rms: squares === null ? null : Math.sqrt(squares),
      cosine: lengths > 0 && Number.isFinite(cosine) ? cosine : null,
      left: this.#sides[0].facts,
      right: this.#sides[1].facts,
      ...(Object.fromEntries(facts) as Record<Amount, AmountFacts>), // one for each amount, by its name
    };
  }

  #valued(ranked: Ranked): Worst {
    const { left, right } = this.#pair;
    return {
      ...ranked,
      left: ranked.offsets.map((at) => left.at(at)),
      right: ranked.offsets.map((at) => right.at(at)),
    };
  }
}

class SideCounter {
  #min = Infinity;
  #max = -Infinity;
  #nan = 0;
  #inf = 0;

  add(values: Float64Array): void {
    let [min, max] = [this.#min, this.#max];
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value - value !== 0) {
        if (value !== value) this.#nan++;
        else this.#inf++;
        continue;
      }
      if (value < min) min = value;
      if (value > max) max = value;
    }
    [this.#min, this.#max] = [min, max];
  }

  get facts(): SideFacts {
    const none = this.#min > this.#max;
    return { min: none ? null : this.#min, max: none ? null : this.#max, nan: this.#nan, inf: this.#inf };
  }
}
