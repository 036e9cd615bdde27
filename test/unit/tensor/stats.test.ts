import assert from "node:assert/strict";
import { type Dtype, type TensorData, dtypes } from "../../../src/tensor/dtype";
import { type Stats, joinStats, statsOf } from "../../../src/tensor/stats";
import { type Tensor, tensor } from "../../../src/tensor/tensor";
import { fixture } from "../golden/goldens";

/** NumPy's numbers over the finite elements; non-finite data stands as text. */
interface Case extends Stats {
  readonly dtype: Dtype;
  readonly data: readonly (number | string)[];
}
const cases = fixture("stats.json") as Case[]; // made by make.py in this form

function tensorOf({ dtype, data }: Case): Tensor {
  const numbers = data.map((value) => (value === "inf" ? Infinity : value === "-inf" ? -Infinity : Number(value)));
  const array: TensorData = new dtypes[dtype].array(numbers.length);
  numbers.forEach(
    (value, i) =>
      (array[i] = array instanceof BigInt64Array || array instanceof BigUint64Array ? BigInt(value) : value),
  );
  return tensor(dtype, [numbers.length], array);
}

describe("statsOf against NumPy", () => {
  it("covers every type", () => {
    assert.deepEqual(new Set(cases.map(({ dtype }) => dtype)), new Set(Object.keys(dtypes)));
  });

  cases.forEach((wanted, at) =>
    it(`${wanted.dtype}, case ${at}`, () => {
      const found = statsOf(tensorOf(wanted));
      for (const key of ["min", "max", "zeros", "nan", "inf", "firstZero", "firstNan", "firstInf"] as const)
        assert.ok(found[key] === wanted[key], `${key} ${found[key]}, expected ${wanted[key]}`); // −0 equals 0 here
      for (const key of ["mean", "std"] as const) {
        const [a, e] = [found[key], wanted[key]];
        if (a === null || e === null) assert.equal(a, e, key);
        else assert.ok(Math.abs(a - e) <= tolerance(wanted, key), `${key} ${a}, expected ${e}`);
      }
    }),
  );

  it("is blind to order and copies", () => {
    const data = Float64Array.of(3, -1, 0, 8);
    const twice = Float64Array.of(0, 8, 3, -1, 8, -1, 0, 3);
    const [one, two] = [statsOf(tensor("float64", [4], data)), statsOf(tensor("float64", [2, 4], twice))];
    assert.deepEqual([one.mean, one.std, one.min, one.max], [two.mean, two.std, two.min, two.max]);
    assert.equal(two.zeros, 2);
  });
});

/** A plain sum of n terms is off by at most n·u·Σ|term|; the deviation is relative to itself. */
function tolerance({ max, min, data, std }: Case, key: "mean" | "std"): number {
  const top = Math.max(Math.abs(max ?? 0), Math.abs(min ?? 0));
  const ofMean = data.length * 2 ** -53 * top;
  return key === "mean" ? ofMean : ofMean + 1e-12 * (std ?? 0);
}

describe("joinStats", () => {
  /** Of −0 and 0, which are equal, NumPy takes now this and now that one. */
  const plain = (value: number | null) => (value === null ? null : value + 0);
  const near = (a: number | null, b: number | null, scale: number) => {
    if (a === null || b === null) assert.equal(a, b);
    else assert.ok(Math.abs(a - b) <= 1e-12 * scale, `${a} and ${b}`);
  };
  cases.forEach((wanted, at) =>
    it(`knows of two parts what NumPy knows of the whole: ${wanted.dtype}, case ${at}`, () => {
      const { data, dtype } = tensorOf(wanted);
      for (let cut = 0; cut <= data.length; cut++) {
        const parts = [data.slice(0, cut), data.slice(cut)] as const;
        const [a, b] = parts.map((part) => ({
          length: part.length,
          stats: statsOf(tensor(dtype, [part.length], part)),
        }));
        const { length, stats } = joinStats(a, b);
        assert.equal(length, data.length);
        for (const name of ["min", "max", "zeros", "nan", "inf", "firstZero", "firstNan", "firstInf"] as const)
          assert.equal(plain(stats[name]), plain(wanted[name]), name);
        const scale = Math.max(Math.abs(wanted.min ?? 0), Math.abs(wanted.max ?? 0));
        near(stats.mean, wanted.mean, scale);
        near(stats.std, wanted.std, scale);
      }
    }),
  );
});
