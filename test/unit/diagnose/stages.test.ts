import assert from "node:assert/strict";
import { type StageName, intermediates, isIntermediate } from "../../../src/conv/passes";
import type { RunInputs } from "../../../src/conv/run";
import { bisect } from "../../../src/diagnose/stages/bisect";
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

  for (const key of Object.keys(stages)) {
    const [layer, stage, what] = key.split(".") as [string, StageName, string]; // as the script writes them
    if (!isIntermediate(stage)) continue;
    it(`${stage}: ${what}`, async () => {
      const { stages: found, first } = await bisect(await runOf(layer), { [stage]: given(key) }, none, compute);
      const [{ verdict, causes, layout }] = found;
      assert.equal(found.length, 1);
      if (what.startsWith("right")) {
        assert.ok(verdict === "equal" || verdict === "rounding", verdict);
        assert.deepEqual([first, causes], [{ forward: null, backward: null }, []]);
        assert.equal(layout !== usualLayout(stage), what !== "right");
        return;
      }
      assert.equal(stage === "dcol" ? first.backward : first.forward, stage);
      const ids = causes.map(({ id }) => id);
      if (what === "unexplained") assert.deepEqual(ids, []);
      else assert.ok(ids.includes(what), ids.join());
      assert.equal(verdict, what === "padding-missing" ? "size" : "differs");
    });
  }

  it("gives the lines of both, where a layout and another cause come together", async () => {
    const what = "col-nyx-klc+channels-reversed";
    const col = given(`bare.col.${what}`);
    const { stages: found } = await bisect(await runOf("bare"), { col }, none, compute);
    const { pytorch, numpy } = found[0].causes.find(({ id }) => id === what)!.fix; // as the test of it has found
    const [rows, taps] = col.shape;
    const order = `reshape(3, 5, 6, 2, 2, 4).permute(0, 1, 2, 5, 3, 4).reshape(${rows}, ${taps})`;
    assert.equal(pytorch, `col = col.${order}; x = x.flip(1)`);
    assert.equal(numpy, `col = col.${order.replace("permute", "transpose")}; x = x[:, ::-1]`);
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
