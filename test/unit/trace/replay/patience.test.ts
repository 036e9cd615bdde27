import assert from "node:assert/strict";
import { geometryOf } from "../../../../src/conv/geometry";
import { defaultSpec } from "../../../../src/conv/spec";
import { reasonsOf } from "../../../../src/trace/moment/contributions";
import { nansOf } from "../../../../src/trace/search/flags";
import { magnitudesOf } from "../../../../src/trace/search/magnitudes";
import { Patience } from "../../../../src/trace/replay/patience";
import { Trace } from "../../../../src/trace/moment/trace";
import { longRun } from "../longRun";

const run = longRun(geometryOf([2, 2, 200, 210], [2, 2, 1, 1], null, defaultSpec));
const { rows } = run.geometry;

/** dW[1, 0, 0, 0] from the numbers themselves, as conv/run.ts says: products and the sums after each of them. */
function summed(): { products: number[]; sums: number[] } {
  const { x, dout } = run.tensors;
  const plane = rows / 2;
  const { fround } = Math;
  const products: number[] = [];
  const sums: number[] = [];
  let [total, running] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const [n, place] = [Math.floor(row / plane), row % plane];
    if (row % run.arithmetic.block === 0) [total, running] = [sums[row - 1] ?? 0, 0];
    products.push(fround(x.data[n * 2 * plane + place] * dout.data[(n * 2 + 1) * plane + place]));
    running = fround(running + products[row]);
    sums.push(row < run.arithmetic.block ? running : fround(total + running));
  }
  return { products, sums };
}

describe("a long sum", () => {
  const { products, sums } = summed();

  it("is replayed a few products at a time, and comes to the same", () => {
    const { start } = new Trace(run).steps.spans.dW;
    for (const asked of [[rows - 2], [127, 70_000, 40_000, rows - 2]]) {
      const trace = new Trace(run);
      let rests = 0;
      for (const k of asked) {
        const work = () => trace.patience.attempt(20_000, () => trace.at(start + 2 * rows + k));
        let done = work();
        for (; done === null; done = work()) rests++;
        assert.equal(done.value.partialSum, sums[k]);
      }
      assert.ok(rests > 2, `${rests} rests`);
    }
  });

  it("says what stands out in it, a few products at a time", async () => {
    const trace = new Trace(run);
    let rests = 0;
    const work = () => trace.patience.attempt(20_000, () => reasonsOf(trace, "dW", [1, 0, 0, 0], 3));
    let found = work();
    for (; found === null; found = work()) rests++;
    assert.ok(rests > 3);
    const order = products.map((_, k) => k).sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]) || a - b);
    assert.deepEqual(
      found.value.largest.map(({ k }) => k),
      order.slice(0, 3),
    );
    assert.deepEqual(
      found.value.largest.map(({ sum }) => sum),
      order.slice(0, 3).map((k) => sums[k]),
    );
    const again = await trace.patience.inTurns(
      () => Promise.resolve(true),
      () => reasonsOf(trace, "dW", [1, 0, 0, 0], 3),
    );
    assert.deepEqual(again, found.value);
  });

  it("says the sums after more of its terms than can be replayed in one go", () => {
    const trace = new Trace(run);
    const most = 200;
    const order = products.map((_, k) => k).sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]) || a - b);
    let found = null;
    for (let attempt = 0; found === null && attempt < 2 * most; attempt++)
      found = trace.patience.attempt(20_000, () => reasonsOf(trace, "dW", [1, 0, 0, 0], most));
    assert.deepEqual(
      found?.value.largest.map(({ k, sum }) => [k, sum]),
      order.slice(0, most).map((k) => [k, sums[k]]),
    );
  });
});

describe("what is known of all elements", () => {
  /** How often `work` is begun until it is done, with so much patience each time, and what it comes to. */
  function attempts<T>(trace: Trace, products: number, work: () => T): { readonly count: number; readonly value: T } {
    for (let count = 1; ; count++) {
      const done = trace.patience.attempt(products, work);
      if (done !== null) return { count, value: done.value };
    }
  }

  it("is found out a few elements at a time: the largest of a tensor", () => {
    const trace = new Trace(run);
    const { data } = run.tensors.x;
    const { count, value } = attempts(trace, 20_000, () => magnitudesOf(trace).of(data));
    let largest = 0;
    for (const each of data) largest = Math.max(largest, Math.abs(each));
    assert.equal(value.largest, largest);
    assert.equal(value.special, false);
    assert.ok(count > 5, `${count} attempts`);
    assert.equal(attempts(trace, 0, () => magnitudesOf(trace).of(data)).count, 1);
  });

  it("is found out a few elements at a time: the lines and planes with NaN", () => {
    const x = run.tensors.x.data.slice();
    x[2 * 200 * 210 + 210 * 199] = NaN;
    const { tensors } = run;
    const trace = new Trace({ ...run, tensors: { ...tensors, x: { ...tensors.x, data: x } } });
    const image = (n: number) => attempts(trace, 45_000, () => nansOf(trace).onLine("x", n, 199));
    const [first, second] = [image(0), image(1)];
    assert.deepEqual([first.value, second.value], [false, true]);
    assert.ok(first.count > 1, `${first.count} attempts`);
    assert.equal(image(1).count, 1);
    const planes = attempts(trace, 45_000, () => [0, 1, 2, 3].map((plane) => nansOf(trace).inPlane("x", plane)));
    assert.deepEqual(planes.value, [false, false, true, false]);
    assert.ok(planes.count > 1, `${planes.count} attempts`);
  });
});

describe("Patience", () => {
  it("ends with the attempt, and is that of the inner one within it", () => {
    const patience = new Patience();
    assert.deepEqual(
      patience.attempt(10, () => patience.spend(10)),
      { value: undefined },
    );
    assert.equal(
      patience.attempt(10, () => patience.spend(11)),
      null,
    );
    const inner = () => patience.attempt(1000, () => patience.spend(1000));
    assert.notEqual(patience.attempt(10, inner)?.value, null);
    patience.spend(1e9);
    assert.throws(
      () =>
        patience.attempt(10, () => {
          throw new TypeError("another fault");
        }),
      /another fault/,
    );
  });

  it("answers at once what is short; what is long later, unless nobody wants it any more", async () => {
    const patience = new Patience();
    assert.equal(
      patience.soon(
        () => 7,
        () => true,
      ),
      7,
    );
    const slow = () => {
      let left = 3;
      return () => {
        if (left-- > 0) patience.spend(Infinity);
        return 8;
      };
    };
    const later = patience.soon(slow(), () => true);
    assert.ok(later instanceof Promise);
    assert.equal(await later, 8);
    assert.equal(await patience.soon(slow(), () => false), null);
  });
});
