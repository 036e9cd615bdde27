import assert from "node:assert/strict";
import { bisect } from "../../../src/diagnose/stages/bisect";
import type { Intermediate } from "../../../src/diagnose/stages/arrangement";
import { explain } from "../../../src/diagnose/explain";
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
  const given = (key: string) => float32(stages[key]);

  for (const key of Object.keys(stages)) {
    const [layer, stage, what] = key.split(".") as [string, Intermediate, string]; // as the script writes them
    it(`${stage}: ${what}`, async () => {
      const { stages: found, first } = await bisect(await runOf(layer), { [stage]: given(key) }, none);
      const [{ verdict, causes, layout }] = found;
      assert.equal(found.length, 1);
      if (what.startsWith("right")) {
        assert.ok(verdict === "equal" || verdict === "rounding", verdict);
        assert.deepEqual([first, causes], [{ forward: null, backward: null }, []]);
        assert.equal(layout !== null, what !== "right");
        return;
      }
      assert.equal(stage === "dcol" ? first.backward : first.forward, stage);
      const ids = causes.map(({ id }) => id);
      if (what === "unexplained") assert.deepEqual(ids, []);
      else assert.ok(ids.includes(what), ids.join());
      assert.equal(verdict, what === "padding-missing" ? "size" : "differs");
    });
  }

  it("names the first that differs, forward and backward, results included", async () => {
    const one = planted.find("bare", "kernel-flipped", "out");
    const run = await runOf("bare");
    const diagnosis = await explain(run, planted.given(one), (inputs) => engine.run(inputs));
    const steps = { col: given("bare.col.right-unfold"), product: given("bare.product.kernel-flipped") };
    const { stages: found, first } = await bisect(run, { ...steps, dcol: given("bare.dcol.right") }, diagnosis);
    assert.deepEqual(
      found.map(({ stage, verdict }) => `${stage} ${verdict === "rounding" ? "equal" : verdict}`),
      ["col equal", "product differs", "out differs", "dcol equal"],
    );
    assert.deepEqual(first, { forward: "product", backward: null });
  });
});
