import assert from "node:assert/strict";
import { type Intermediate, type StageName, intermediates, isIntermediate } from "../../../src/conv/passes";
import type { RunInputs } from "../../../src/conv/run";
import type { Explanation } from "../../../src/diagnose/explanation";
import { type StageReport, bisect } from "../../../src/diagnose/stages/bisect";
import { canBe, usualLayout } from "../../../src/diagnose/stages/arrangement";
import { explain } from "../../../src/diagnose/explain";
import { defaultSpec } from "../../../src/conv/spec";
import { geometryOf } from "../../../src/conv/geometry";
import { zeros } from "../../../src/tensor/tensor";
import { Engine } from "../../../src/engine/engine";
import { assets, buildIfStale } from "../engine/assets";
import { readNpz } from "../golden/npz";
import { Planted, fixture, float32 } from "./planted";

describe("bisection by stage", () => {
  const planted = new Planted("causes");
  const stages = readNpz(fixture("stages.npz"));
  const none = { symptoms: [] };
  let engine: Engine;
  before(() => {
    buildIfStale();
    engine = new Engine({ assets });
  });
  after(() => engine.dispose());
  const runOf = (layer: string) => engine.run(planted.inputs({ layer }));
  const compute = (inputs: RunInputs) => engine.run(inputs);
  const given = (key: string) => float32(stages[key]);
  const idOf = ({ causes }: Pick<Explanation<Intermediate>, "causes">) => causes.map(({ id }) => id).join("+");
  /** The largest difference between what was given and what is made. */
  const largest = async (sides: StageReport["sides"]) => {
    if (sides === undefined) return null;
    const { expected, made } = await sides();
    assert.deepEqual(made.shape, expected.shape);
    return Math.max(...made.data.map((value, i) => Math.abs(value - expected.data[i])));
  };

  for (const key of Object.keys(stages)) {
    const [layer, stage, what] = key.split(".") as [string, StageName, string]; // as the script writes them
    if (!isIntermediate(stage)) continue;
    it(`${stage}: ${what}`, async () => {
      const { stages: found, first } = await bisect(await runOf(layer), { [stage]: given(key) }, none, compute);
      const [{ verdict, explanations, layout, error, sides }] = found;
      assert.equal(found.length, 1);
      if (what.startsWith("right")) {
        assert.ok(verdict === "equal" || verdict === "rounding", verdict);
        assert.deepEqual([first, explanations], [{ forward: null, backward: null }, []]);
        assert.equal(layout !== usualLayout(stage), what !== "right");
        return;
      }
      assert.equal(stage === "dcol" ? first.backward : first.forward, stage);
      const ids = explanations.map(idOf);
      if (what === "unexplained") assert.deepEqual(ids, []);
      else assert.ok(ids.includes(what), ids.join());
      assert.equal(verdict, what === "padding-missing" ? "size" : "differs");
      assert.equal(await largest(sides), verdict === "size" ? null : error);
      for (const { evidence, residual } of explanations) {
        const [{ before, after }] = evidence;
        assert.ok(before.error === error && before.residual > 1 && after.residual === residual && residual <= 1);
        assert.equal(await largest(evidence[0].sides), after.error);
      }
    });
  }

  it("gives the lines of both, where a layout and another cause come together", async () => {
    const what = "col-nyx-klc+channels-reversed";
    const col = given(`bare.col.${what}`);
    const { stages: found } = await bisect(await runOf("bare"), { col }, none, compute);
    const { causes } = found[0].explanations.find((one) => idOf(one) === what)!; // as the test of it has found
    const lines = (framework: "pytorch" | "numpy") => causes.map(({ fix }) => fix[framework]).join("; ");
    const [rows, taps] = col.shape;
    const order = `reshape(3, 5, 6, 2, 2, 4).permute(0, 1, 2, 5, 3, 4).reshape(${rows}, ${taps})`;
    assert.equal(lines("pytorch"), `col = col.${order}; x = x.flip(1)`);
    assert.equal(lines("numpy"), `col = col.${order.replace("permute", "transpose")}; x = x[:, ::-1]`);
  });

  it("says which setting a cause comes to, and none where it is none", async () => {
    const changesOf = async (layer: string, stage: Intermediate, what: string) => {
      const tensor = given(`${layer}.${stage}.${what}`);
      const { stages: found } = await bisect(await runOf(layer), { [stage]: tensor }, none, compute);
      return found[0].explanations.find((one) => idOf(one) === what)?.changes;
    };
    const reflect = [{ key: "paddingMode", value: "reflect" }];
    assert.deepEqual(await changesOf("plain", "col", "padding-mode-reflect"), reflect);
    assert.deepEqual(await changesOf("plain", "product", "padding-mode-reflect"), reflect);
    const unpadded = {
      key: "padding",
      value: [
        [0, 0],
        [0, 0],
      ],
    };
    assert.deepEqual(await changesOf("plain", "col", "padding-missing"), [unpadded]);
    assert.deepEqual(await changesOf("bare", "col", "channels-reversed"), []);
    assert.deepEqual(await changesOf("bare", "col", "col-nyx-klc"), []);
  });

  it("shows whatever was given by the elements of the run", async () => {
    const run = await runOf("bare");
    const shown = async (step: Intermediate, key: string) => {
      const { stages: found } = await bisect(run, { [step]: given(`bare.${step}.${key}`) }, none, compute);
      return (await found[0].sides!()).expected; // none has another size
    };
    // NumPy's rows and taps of what PyTorch's unfold gave, and of the transpose; out's axes as torch.einsum has them.
    for (const key of ["right", "right-unfold", "right-transposed", "right-six"])
      assert.deepEqual(await shown("col", key), given("bare.col.right"), key);
    for (const key of ["right", "right-bmm", "right-transposed"]) {
      const { shape, data } = await shown("product", key);
      assert.deepEqual(shape, [3, 5, 5, 6]);
      given("bare.product.right-bmm").data.forEach((value, i) => assert.ok(Math.abs(data[i] - value) < 1e-5, key));
    }
  });

  it("names the first that differs, forward and backward, results included", async () => {
    const one = planted.find("bare", "kernel-flipped", "out");
    const run = await runOf("bare");
    const diagnosis = await explain(run, planted.given(one), compute);
    const steps = { col: given("bare.col.right-unfold"), product: given("bare.product.kernel-flipped") };
    const { stages: found, first } = await bisect(
      run,
      { ...steps, dcol: given("bare.dcol.right") },
      diagnosis,
      compute,
    );
    assert.deepEqual(
      found.map(({ stage, verdict }) => `${stage} ${verdict === "rounding" ? "equal" : verdict}`),
      ["col equal", "product differs", "out differs", "dcol equal"],
    );
    assert.deepEqual(first, { forward: "product", backward: null });
  });

  it("knows which shapes can be which step", () => {
    const { geometry } = planted.inputs({ layer: "bare" });
    const steps = (shape: readonly number[]) => intermediates.filter((name) => canBe(name, geometry, shape));
    for (const key of Object.keys(stages)) {
      const [layer, stage] = key.split(".");
      const like = { col: ["col", "dcol"], dcol: ["col", "dcol"], product: ["product"] }[stage];
      if (layer === "bare" && like !== undefined) assert.deepEqual(steps(stages[key].shape), like, key);
    }
    for (const shape of [[], [90], [90, 17], [4, 2, 2, 90, 1]]) assert.deepEqual(steps(shape), []);
  });

  it("has nothing to say of an empty batch", async () => {
    const { W, b } = planted.inputs({ layer: "bare" });
    const x = zeros("float32", [0, 4, 6, 7]);
    const run = await engine.run({ geometry: geometryOf(x.shape, W.shape, [5], defaultSpec), x, W, b, dout: null });
    const empty = {
      col: zeros("float32", [0, 16]),
      product: zeros("float32", [0, 5]),
      dcol: zeros("float32", [0, 16]),
    };
    const { stages: found } = await bisect(run, empty, none, compute);
    assert.deepEqual(
      found.map(({ verdict }) => verdict),
      ["equal", "equal", "equal"],
    );
  });

  it("leads to the element of the run that is worst, whatever the layout is", async () => {
    const run = await runOf("bare");
    const steps = { col: given("bare.col.col-nyx-klc"), product: given("bare.product.weight-read-as-OHWI") };
    const { stages: found } = await bisect(run, steps, none, compute);
    const [col, product] = found.map(({ worst, place }) => ({ at: worst?.index.join(), place }));
    assert.deepEqual(col.place, { tensor: "col", index: col.at?.split(",").map(Number) });
    // A row of the product is a window: 5 × 6 of them in each image.
    const [row, f] = product.at?.split(",").map(Number) ?? [];
    const index = [Math.floor(row / 30), f, Math.floor((row % 30) / 6), row % 6];
    assert.deepEqual(product.place, { tensor: "out", index });
  });
});
