import assert from "node:assert/strict";
import fc from "fast-check";
import type { ResultName } from "../../../src/conv/passes";
import { geometryOf } from "../../../src/conv/geometry";
import type { RunInputs } from "../../../src/conv/run";
import { defaultSpec } from "../../../src/conv/spec";
import { compareResults } from "../../../src/diagnose/rounding";
import { Session } from "../../../src/session/session";
import { type ComputeTensor, indexAt, tensor } from "../../../src/tensor/tensor";
import { anyWalk } from "../trace/anyRun";
import { Interpreter } from "../trace/interpreter";
import { longRun } from "../trace/longRun";

const exactly = { rtol: 0, atol: 0 };

/** One element that is wrong by `share` of what rounding explains, as that was measured on a walk over absolute values. */
const anyCase = fc.record({
  walk: anyWalk,
  name: fc.constantFrom<ResultName>("out", "dx", "dW", "db"),
  at: fc.nat(),
  share: fc.oneof(fc.double({ min: 0.5, max: 1.5, noNaN: true }), fc.constantFrom(0, 0.01, 1, 100)),
});

describe("the mismatch filter", () => {
  it("stops exactly where a comparison of the results says more than rounding only", async () => {
    let [stops, passes] = [0, 0];
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ walk, name, at, share }) => {
        const { run } = walk;
        const actual = run.tensors[name];
        const { geometry, tensors } = run;
        const again = ({ x, W, b, dout }: RunInputs) =>
          Promise.resolve(
            new Interpreter({ geometry, x: x.data, W: W.data, b: b?.data ?? null, dout: dout!.data }, run.arithmetic)
              .run,
          );
        const magnitude = (await again(absolute({ ...tensors, geometry }))).tensors[name].data;
        const i = at % actual.data.length;
        const data = Float64Array.from(actual.data);
        data[i] += share * 16 * magnitude[i] * (actual.dtype === "float32" ? 2 ** -24 : 2 ** -53);
        const wanted = tensor("float64", actual.shape, data);
        const [{ comparison, roundingOnly }] = await compareResults(run, { [name]: wanted }, again, exactly);

        const session = new Session(run);
        session.breakpoints.expected = { tensors: { [name]: wanted }, tolerance: exactly };
        session.breakpoints.setFilters("one", ["mismatch"]);
        const stop = await session.resume("forward", { from: -1 });
        const { last } = session.trace.writtenAt(name, indexAt(actual.shape, i))!; // results are not given
        const isWrong = !comparison.equal && !roundingOnly && last >= 0;
        assert.deepEqual([stop.reason, stop.step], isWrong ? ["exception", last] : ["end", session.trace.total - 1]);
        if (isWrong) stops++;
        else if (roundingOnly) passes++;
      }),
      { numRuns: 250, seed: 20261123 },
    );
    assert.ok(stops > 20 && passes > 20, `${stops} stops, ${passes} differences that are rounding`);
  });
});

describe("the mismatch filter over long sums", () => {
  const run = longRun(geometryOf([1, 16, 300, 300], [16, 16, 1, 1], null, defaultSpec));
  /** All of dW differs by less than rounding explains: to know that takes 256 sums of 90 000 terms. */
  const session = () => {
    const made = new Session(run);
    const wanted = tensor("float64", run.tensors.dW.shape, new Float64Array(256).fill(1e-6));
    made.breakpoints.expected = { tensors: { dW: wanted }, tolerance: exactly };
    made.breakpoints.setFilters("one", ["mismatch"]);
    return made;
  };

  it("is paused while it replays them", async () => {
    const stop = new AbortController();
    const from = session().trace.steps.spans.dW.start;
    const { reason, step } = await session().resume("forward", {
      from,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    assert.deepEqual([reason, step], ["paused", from]);
  });

  it("goes on to the end when it is not", async () => {
    const made = session();
    const { reason } = await made.resume("forward", { from: made.trace.steps.spans.dW.start });
    assert.equal(reason, "end");
  });
});

function absolute({ geometry, x, W, b, dout }: RunInputs): RunInputs {
  const positive = <T extends ComputeTensor | null>(source: T) =>
    source === null ? source : { ...source, data: source.data.map(Math.abs) };
  return { geometry, x: positive(x), W: positive(W), b: positive(b), dout: positive(dout) };
}
