import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Judging } from "../../../src/compare/judging";
import { DifferenceCounter } from "../../../src/tensor/differences";
import { type Dtype, dtypes } from "../../../src/tensor/dtype";
import { Pair, sizingOf } from "../../../src/tensor/measures";
import { OctaveCounter } from "../../../src/tensor/octaves";
import { Ranking } from "../../../src/tensor/ranking";
import { held } from "../../../src/tensor/readable";
import { tensor } from "../../../src/tensor/tensor";

type Text = number | string;

interface Case {
  readonly name: string;
  readonly dtypes: readonly [Dtype, Dtype];
  readonly left: readonly Text[];
  readonly right: readonly Text[];
  readonly rtol: number;
  readonly atol: number;
  readonly failing: number;
  readonly first: number;
  readonly equal: number;
  readonly odd: number;
  readonly zeroRight: number;
  readonly maxAbsolute: number;
  readonly maxRelative: number;
  readonly meanAbsolute: number;
  readonly meanDifference: number;
  readonly rms: number;
  readonly cosine: number;
  readonly worst: readonly number[];
  readonly octaves: Readonly<Record<string, number>>;
  readonly ulps: readonly string[];
}

const file = join(__dirname, "../../fixtures/differences/differences.json");
const cases = JSON.parse(readFileSync(file, "utf8")) as Case[]; // as make.py wrote it

const special: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, "-inf": -Infinity };

function side(dtype: Dtype, texts: readonly Text[]) {
  const data = new dtypes[dtype].array(texts.length);
  texts.forEach((text, i) => {
    data[i] = data instanceof BigInt64Array ? BigInt(text) : (special[text] ?? Number(text));
  });
  return held(tensor(dtype, [texts.length], data));
}

/** Everything of a pair, in stretches of an odd length. */
function look({ dtypes, left, right, rtol, atol }: Case) {
  const pair = new Pair(side(dtypes[0], left), side(dtypes[1], right));
  const [counter, judging] = [new DifferenceCounter(pair), new Judging({ rtol, atol })];
  for (let from = 0; from < left.length; from += 7) {
    const [a, b, difference] = [0, 0, 0].map(() => new Float64Array(Math.min(7, left.length - from)));
    pair.read(from, a, b, difference);
    counter.add(from, a, b, difference);
    judging.add(from, a, b, difference);
  }
  return { pair, facts: counter.facts, judgement: judging.judgement };
}

function near(actual: number | null, expected: number, what: string): void {
  const close = actual !== null && Math.abs(actual - expected) <= 1e-12 * Math.abs(expected) + 1e-300;
  assert.ok(close, `${what}: ${actual}, not ${expected}`);
}

describe("the differences of two tensors, against NumPy", () => {
  for (const each of cases)
    describe(each.name, () => {
      const { pair, facts, judgement } = look(each);

      it("counts what is beyond the tolerance as numpy.isclose does", () => {
        assert.equal(judgement.failing, each.failing);
        assert.equal(judgement.first, each.first);
        assert.equal(judgement.looked, each.left.length);
      });

      it("counts, averages and finds the largest", () => {
        const { looked, equal, odd, zeroRight } = facts;
        const { left, equal: same, odd: strange, zeroRight: none } = each;
        assert.deepEqual(
          { looked, equal, odd, zeroRight },
          { looked: left.length, equal: same, odd: strange, zeroRight: none },
        );
        assert.equal(facts.absolute.max, each.maxAbsolute);
        near(facts.relative.max, each.maxRelative, "max relative");
        near(facts.meanAbsolute, each.meanAbsolute, "mean absolute");
        near(facts.meanDifference, each.meanDifference, "mean difference");
        near(facts.rms, each.rms, "rms");
        near(facts.cosine, each.cosine, "cosine");
      });

      it("ranks the worst, the first of equal ones first", () => {
        assert.deepEqual([...facts.absolute.worst.offsets.subarray(0, 20)], each.worst);
        const { at, max, worst } = facts.absolute;
        assert.equal(Math.abs(pair.differenceAt(at)), max);
        assert.deepEqual(
          [...worst.left],
          [...worst.offsets].map((offset) => pair.left.at(offset)),
        );
      });

      it("counts sizes by powers of two", () => {
        const { first, bins } = facts.absolute.octaves;
        const counts = [...bins].flatMap((count, i) => (count === 0 ? [] : [[String(first + i), count]]));
        // All below the smallest normal double are counted together.
        const expected = Object.entries(each.octaves).map(([e, count]) => [String(Math.max(Number(e), -1023)), count]);
        assert.deepEqual(new Map(counts as [string, number][]), new Map(expected as [string, number][]));
      });

      it("measures in units in the last place", () => {
        const ulp = pair.measured("ulp");
        each.ulps.forEach((expected, i) => {
          const difference = pair.differenceAt(i);
          if (difference - difference !== 0) return;
          const found = ulp.at(i);
          // Across 0 a distance between doubles may be beyond 2⁵³.
          near(found, Number(expected), `${each.left[i]} and ${each.right[i]}`);
        });
      });
    });

  it("says what has no size in each measure", () => {
    const size = sizingOf("relative", "float32", "float32");
    assert.equal(size(0, 0, 0), 0);
    assert.equal(size(1, 1, 0), Infinity);
    assert.equal(size(-3, 1, 4), 0.75);
    assert.ok(Number.isNaN(size(NaN, NaN, 4)));
    assert.equal(sizingOf("ulp", "float32", "float32")(Infinity, Infinity, 1), Infinity);
    assert.equal(sizingOf("ulp", "int32", "uint8")(-3, 1, 4), 3);
  });
});

describe("a ranking", () => {
  it("keeps the same as sorting all of them", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (sizes, most) => {
        const ranking = new Ranking(most);
        sizes.forEach((size, offset) => ranking.offer(size, offset));
        const sorted = sizes.map((size, offset) => ({ size, offset }));
        sorted.sort((a, b) => b.size - a.size || a.offset - b.offset);
        const { offsets } = ranking.ranked;
        assert.deepEqual(
          [...offsets],
          sorted.slice(0, most).map(({ offset }) => offset),
        );
      }),
    );
  });
});

describe("octaves", () => {
  it("hold powers of two in the bin that they begin", () => {
    const counter = new OctaveCounter();
    for (const size of [1, 1.999, 2, 0.5, NaN, Infinity]) counter.add(size);
    const { first, bins, zeros, odd } = counter.octaves(9);
    assert.deepEqual([first, [...bins], zeros, odd], [-1, [1, 2, 1], 9, 2]);
  });
});
