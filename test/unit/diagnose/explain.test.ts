import assert from "node:assert/strict";
import { ConvError } from "../../../src/base/errors";
import type { Compute } from "../../../src/diagnose/model";
import { geometryOf } from "../../../src/conv/geometry";
import { explain } from "../../../src/diagnose/explain";
import { Engine } from "../../../src/engine/engine";
import { tensor } from "../../../src/tensor/tensor";
import { assets, buildIfStale } from "../engine/assets";
import { Planted } from "./planted";

describe("explain", () => {
  const planted = new Planted("causes");
  let engine: Engine;
  before(() => {
    buildIfStale();
    engine = new Engine({ assets });
  });
  after(() => engine.dispose());
  const compute: Compute = (inputs, signal) => engine.run(inputs, { signal });

  it("brings evidence: before, after, where it is worst, and the tensor as the cause makes it", async () => {
    const one = planted.find("wide", "kernel-flipped", "dW");
    const run = await engine.run(planted.inputs(one));
    const given = planted.given(one);
    const { explanations } = await explain(run, given, compute);
    const [{ evidence, changes }] = explanations;
    assert.deepEqual(changes, []);
    assert.deepEqual(
      evidence.map(({ tensor: name }) => name),
      ["out", "dx", "dW"],
    );
    for (const { tensor: name, before: was, after: is, sides } of evidence) {
      const wanted = given[name]!;
      assert.ok(was.residual > 1 && is.residual <= 1, name);
      const errors = run.tensors[name].data.map((value, i) => Math.abs(value - wanted.data[i]));
      assert.ok(Math.abs(was.error - Math.max(...errors)) < 1e-4, name);
      const { expected: same, made: tensorMade } = await sides();
      assert.equal(same, wanted);
      assert.deepEqual(tensorMade.shape, wanted.shape);
      wanted.data.forEach((value, i) => assert.ok(Math.abs(tensorMade.data[i] - value) < 1e-4, `${name} ${i}`));
      const [n, c, y, x] = was.worst!.index;
      const [, C, H, W] = wanted.shape;
      assert.equal(was.worst!.expected, wanted.data[((n * C + c) * H + y) * W + x]);
    }
  });

  const changed: [string, string, object[]][] = [
    ["plain", "padding-mode-replicate", [{ key: "paddingMode", value: "replicate" }]],
    ["askew", "stride-swapped", [{ key: "stride", value: [1, 2] }]],
    ["askew", "dilation-missing", [{ key: "dilation", value: [1, 1] }]],
    ["plain", "out-is-NHWC", [{ key: "layout.output", value: "NHWC" }]],
    [
      "wide",
      "padding-axes-swapped",
      [
        {
          key: "padding",
          value: [
            [0, 1],
            [1, 1],
          ],
        },
      ],
    ],
  ];
  for (const [layer, cause, changes] of changed)
    it(`says what a layer file would say: ${cause}`, async () => {
      const one = planted.find(layer, cause, "out");
      const { explanations } = await explain(await engine.run(planted.inputs(one)), planted.given(one), compute);
      assert.deepEqual(explanations.find(({ causes }) => causes[0].id === cause)?.changes, changes);
    });

  it("lets others have their turns, tells how far it is, and stops when it is called off", async () => {
    const one = planted.find("plain", "kernel-transposed,out-is-NHWC", "out");
    const run = await engine.run(planted.inputs(one));
    let [turns, going] = [0, true];
    const other = () => {
      turns++;
      if (going) setImmediate(other);
    };
    setImmediate(other);
    const told = new Set<string>();
    await explain(run, planted.given(one), compute, {
      onProgress: (done, of, what) => (assert.ok(done >= 0 && done <= of, `${what} ${done} of ${of}`), told.add(what)),
    });
    going = false;
    assert.ok(turns > 10, `${turns} turns`);
    assert.deepEqual(
      [...told],
      ["comparing", "trying one cause", "trying other settings", "trying two causes", "running in full"],
    );

    const cancel = new AbortController();
    let after = 0;
    const cancelled = explain(run, planted.given(one), compute, {
      signal: cancel.signal,
      onProgress: (_done, _of, what) => {
        if (cancel.signal.aborted) after++;
        if (what.includes("two")) cancel.abort();
      },
    });
    await assert.rejects(cancelled, (error) => error instanceof ConvError && error.code === "cancelled");
    assert.equal(after, 0);
  });

  it("explains by themselves the results that have a cause of their own", async () => {
    const flipped = planted.find("plain", "kernel-transposed,out-is-NHWC", "out");
    const assigned = planted.find("plain", "col2im-assign-taps", "dx");
    const run = await engine.run(planted.inputs(flipped));
    const given = { out: planted.given(flipped).out, dx: planted.given(assigned).dx };
    const { explanations, tied, others, symptoms } = await explain(run, given, compute);
    const ids = (list: typeof explanations) => list.map(({ causes }) => causes.map(({ id }) => id).join());
    assert.deepEqual([explanations.slice(0, tied), ...others].map(ids), [
      ["col2im-assign-taps"],
      ["out-is-NHWC,kernel-transposed", "out-is-NHWC,kernel-read-OIWH"],
    ]);
    assert.ok(symptoms.every(({ explained }) => explained));
  });

  it("names settings that are no known mistake, before two causes at once", async () => {
    const one = planted.find("plain", "kernel-flipped", "out");
    const inputs = planted.inputs(one);
    const odd = {
      ...planted.spec("plain"),
      padding: [
        [0, 2],
        [3, 1],
      ] as const,
    };
    const { tensors } = await engine.run({
      ...inputs,
      geometry: geometryOf(inputs.x.shape, inputs.W.shape, [4], odd),
      dout: null,
    });
    const { explanations, tied } = await explain(await engine.run(inputs), { out: tensors.out }, compute);
    assert.equal(tied, 1);
    assert.deepEqual(explanations[0].changes, [{ key: "padding", value: odd.padding }]);
  });

  it("counts what is NaN or infinite on one side only", async () => {
    const one = planted.find("plain", "kernel-flipped", "out");
    const run = await engine.run(planted.inputs(one));
    const out = run.tensors.out.data.slice();
    out[3] = NaN;
    out[11] = -Infinity;
    const { symptoms, explanations } = await explain(
      run,
      { out: tensor("float32", run.tensors.out.shape, out) },
      compute,
    );
    assert.deepEqual(symptoms[0].notFinite, { expected: 2, own: 0 });
    assert.equal(symptoms[0].verdict, "differs");
    assert.deepEqual(explanations, []);
  });
});
