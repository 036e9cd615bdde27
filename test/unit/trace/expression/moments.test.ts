import assert from "node:assert/strict";
import fc from "fast-check";
import { ChangingMoments, type Moment, Moments } from "../../../../src/trace/expression/moments";

const moment = fc.constantFrom<Moment>("sum", "mean", "std");
/** Elements of which some are not there. */
const elements = fc.array(fc.option(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { nil: null }), {
  minLength: 1,
  maxLength: 700,
  size: "max",
});

function taken(how: Moment, values: readonly (number | null)[]): number | null {
  const moments = new Moments(how);
  for (const [place, value] of values.entries()) if (value !== null) moments.add(value, place);
  return values.every((value) => value === null) ? null : moments.result();
}

/** In whole numbers, so that nothing is lost: of 2⁻⁴⁰. */
function exactly(how: Moment, values: readonly number[]): number {
  const [scale, whole] = [2 ** 40, values.map((value) => BigInt(Math.round(value * 2 ** 40)))];
  const count = BigInt(values.length);
  const sum = whole.reduce((total, value) => total + value, 0n);
  if (how === "sum") return Number(sum) / scale;
  if (how === "mean") return Number(sum) / scale / values.length;
  const squares = whole.reduce((total, value) => total + (value * count - sum) ** 2n, 0n);
  return Math.sqrt(Number(squares) / Number(count ** 3n)) / scale;
}

describe("moments", () => {
  it("are right to a few roundings", () =>
    fc.assert(
      fc.property(moment, elements, (how, values) => {
        const there = values.flatMap((value) => (value === null ? [] : [Math.round(value * 2 ** 20) / 2 ** 20]));
        fc.pre(there.length > 0);
        const size = how === "sum" ? there.reduce((sum, value) => sum + Math.abs(value), 0) : 1e3;
        const error = Math.abs(taken(how, there)! - exactly(how, there)); // there are some
        assert.ok(error <= 64 * 2 ** -53 * size, `${how} is off by ${error}`);
      }),
    ));

  it("have the same bits of numbers that lie side by side, that come one by one, and that change", () =>
    fc.assert(
      fc.property(
        moment,
        elements,
        fc.array(fc.array(fc.tuple(fc.nat(), fc.option(fc.double(), { nil: null })), { maxLength: 100, size: "max" }), {
          maxLength: 4,
        }),
        fc.option(fc.double(), { nil: null }),
        (how, values, changes, before) => {
          const now = [...values];
          const changing = new ChangingMoments(how, values.length, before);
          for (const [place, value] of values.entries()) changing.put(place, value);
          assert.ok(Object.is(changing.result(), taken(how, now)));
          for (const some of [...changes, [[3, 1] as const]]) {
            for (const [any, value] of some) {
              const place = any % values.length;
              now[place] = value;
              changing.put(place, value);
            }
            assert.ok(Object.is(changing.result(), taken(how, now)));
          }
          const all = now.map((value) => value ?? 1);
          const moments = new Moments(how);
          moments.addAll(Float64Array.from(all));
          assert.ok(Object.is(moments.result(), taken(how, all)));
        },
      ),
    ));
});
