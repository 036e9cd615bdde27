import assert from "node:assert/strict";
import { ConvError } from "../../../src/base/errors";
import { explain } from "../../../src/diagnose/explain";
import { Engine } from "../../../src/engine/engine";
import { type FailingCase, shrink } from "../../../src/export/shrink";
import { Planted } from "../diagnose/planted";
import { assets, buildIfStale } from "../engine/assets";

/** Layer, cause and result of bugs planted by PyTorch and NumPy; and how many numbers of x are needed at most to show it. */
const bugs = [
  ["plain", "kernel-flipped", "out", 27],
  ["plain", "channels-reversed", "out", 27],
  ["plain", "filters-reversed", "out", 27],
  ["plain", "padding-one-late", "out", 147],
  ["plain", "padding-mode-replicate", "out", 27],
  ["plain", "bias-missing", "out", 27],
  ["plain", "relu", "out", 27],
  ["wide", "padding-sides-swapped", "out", 60],
  ["strided", "padding-same", "out", 100],
  ["grouped", "group-channels-reversed", "out", 40],
  ["mirrored", "input-times-255", "out", 27],
  ["plain", "dW-batch-mean", "dW", 98],
  ["plain", "db-batch-mean", "db", 98],
  ["plain", "col2im-assign-windows", "dx", 9],
] as const;

describe("shrinking a layer that differs", () => {
  const table = new Planted("causes");
  let engine: Engine;
  before(function () {
    this.timeout(600_000);
    buildIfStale();
    engine = new Engine({ assets, threads: 1 });
  });
  after(() => engine.dispose());

  function shrunk(layer: string, causes: string, given: string): Promise<FailingCase> {
    const one = table.find(layer, causes, given);
    return shrink({ name: layer, ...table.inputs(one), expected: table.given(one) }, (inputs) => engine.run(inputs));
  }

  for (const [layer, cause, given, most] of bugs)
    it(`keeps the cause: ${layer}, ${cause}`, async () => {
      const found = await shrunk(layer, cause, given);
      const { result, inputs, expected, causes } = found;
      assert.equal(result, given);
      assert.ok(inputs.x.data.length <= most, `x ${inputs.x.shape.join("×")}`);
      const known = causes.map((list) => list.map(({ id }) => id).join());
      assert.ok(known.includes(cause), known.join(" | "));
      // It differs, and whoever sees nothing but the part comes to the same cause.
      const run = await engine.run(inputs);
      const { symptoms, explanations, tied } = await explain(run, { [result]: expected }, (again) => engine.run(again));
      assert.equal(symptoms[0].verdict, "differs");
      const ids = explanations.slice(0, tied).map((one) => one.causes.map(({ id }) => id).join());
      assert.ok(ids.length > 0 && ids.every((id) => known.includes(id)), ids.join(" | "));
    });

  it("shows the worst element alone where no cause is known", async () => {
    const { causes, expected, worst, inputs } = await shrunk("wide", "", "out");
    assert.deepEqual([causes, expected.shape, worst.index], [[], [1, 1, 1, 1], [0, 0, 0, 0]]);
    assert.equal(inputs.x.data.length <= 12, true);
  });

  it("leaves whole what shows only in the whole", async () => {
    const { inputs } = await shrunk("square", "out-reshaped-from-HWNF", "out");
    assert.deepEqual(inputs.x.shape, [4, 3, 6, 6]);
  });

  it("says so where nothing differs, or nothing can be compared", async () => {
    const one = table.find("plain", "kernel-flipped", "out");
    const inputs = table.inputs(one);
    const compute = (again: Parameters<Engine["run"]>[0]) => engine.run(again);
    const { out } = (await engine.run(inputs)).tensors;
    const refused = async (expected: Parameters<typeof shrink>[0]["expected"], says: RegExp) =>
      assert.rejects(
        shrink({ name: "plain", ...inputs, expected }, compute),
        (error) => error instanceof ConvError && error.code === "bad-usage" && says.test(error.message),
      );
    await refused({}, /nothing to compare with/);
    await refused({ out }, /no failing case: out differs by rounding at most/);
    await refused({ out: inputs.x }, /out is of another size than expected.*conv explain/);
  });

  it("can be called off", async () => {
    const one = table.find("plain", "kernel-flipped", "out");
    const suspect = { name: "plain", ...table.inputs(one), expected: table.given(one) };
    const cancel = new AbortController();
    const compute = (inputs: Parameters<Engine["run"]>[0]) => {
      cancel.abort();
      return engine.run(inputs);
    };
    await assert.rejects(
      shrink(suspect, compute, { signal: cancel.signal }),
      (error) => error instanceof ConvError && error.code === "cancelled",
    );
  });
});
