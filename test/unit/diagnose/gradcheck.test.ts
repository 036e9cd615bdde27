import assert from "node:assert/strict";
import { ConvError } from "../../../src/base/errors";
import { geometryOf } from "../../../src/conv/geometry";
import type { RunInputs } from "../../../src/conv/run";
import { checkGradients } from "../../../src/diagnose/gradcheck";
import type { Gradient } from "../../../src/diagnose/model";
import { placeText } from "../../../src/diagnose/places";
import { Engine } from "../../../src/engine/engine";
import { tensor } from "../../../src/tensor/tensor";
import { assets, buildIfStale } from "../engine/assets";
import { Planted } from "./planted";

const table = new Planted("causes");
const inputsOf = (layer: string) => table.inputs({ layer });
/** What PyTorch or NumPy made with one bug. */
const planted = (layer: string, cause: string, name: Gradient) => table.given(table.find(layer, cause, name))[name];

describe("check-gradients", () => {
  let engine: Engine;
  before(() => {
    buildIfStale();
    engine = new Engine({ assets });
  });
  after(() => engine.dispose());
  const run = (inputs: RunInputs) => engine.run(inputs);

  it("finds every element of the backward pass within rounding of differences", async () => {
    for (const layer of Object.keys(table.layers))
      for (const { tensor: name, numeric, elements } of await checkGradients(inputsOf(layer), {}, run)) {
        assert.equal(numeric.checked, elements, `${layer} ${name}`);
        assert.equal(numeric.failed, 0, `${layer} ${name}: ${JSON.stringify(numeric.worst)}`);
        assert.ok(numeric.maxBudget > 0 && numeric.maxBudget < 1e-9, `${layer} ${name}: ${numeric.maxBudget}`);
      }
  });

  it("finds the one element that a backward pass has wrong", async () => {
    const wrong = async (inputs: RunInputs) => {
      const made = await run(inputs);
      made.tensors.dW.data[3 * 27 + 2 * 9 + 1 * 3 + 2] += 1e-9;
      return made;
    };
    const [dx, dW, db] = await checkGradients(inputsOf("plain"), {}, wrong);
    assert.deepEqual([dx.numeric.failed, dW.numeric.failed, db.numeric.failed], [0, 1, 0]);
    assert.deepEqual(dW.numeric.worst?.index, [3, 2, 1, 2]);
    assert.deepEqual(dW.numeric.where.map(placeText), ["f 3", "c 2", "ky 1", "kx 2"]);
  });

  it("leaves what PyTorch's autograd says alone, and says where a wrong one fails and who is right", async () => {
    // A kernel flipped forward changes neither db nor anything of dW but its order.
    const flipped = { dW: planted("wide", "kernel-flipped", "dW"), db: planted("wide", "kernel-flipped", "db") };
    const [, dW, db] = await checkGradients(inputsOf("wide"), flipped, run);
    assert.equal(db.expected?.failed, 0);
    assert.ok(dW.expected!.failed > 40);
    const { worst } = dW.expected!;
    assert.ok(Math.abs(worst!.numeric - worst!.analytic) < 1e-9);
    assert.ok(Math.abs(worst!.numeric - worst!.expected!) > 1e-3);
  });

  it("finds the cells of dx that a col2im which assigns has wrong: those that several windows meet", async () => {
    const given = { dx: planted("strided", "col2im-assign-windows", "dx") };
    const [dx] = await checkGradients(inputsOf("strided"), given, run);
    // 9×8 under windows of 3×3 at every second cell from −1: odd rows 1 … 7 and odd columns 1 … 5 are met twice, the others once.
    const once = [0, 2, 4, 6, 8].length * [0, 2, 4, 6, 7].length;
    assert.equal(dx.expected?.failed, 2 * 3 * (72 - once));
  });

  it("lets others have their turns, and stops when it is called off", async () => {
    let [turns, going] = [0, true];
    const other = () => {
      turns++;
      if (going) setImmediate(other);
    };
    setImmediate(other);
    await checkGradients(inputsOf("plain"), {}, run);
    going = false;
    assert.ok(turns > 5, `${turns} turns`);
    const cancel = new AbortController();
    const onProgress = (_done: number, _of: number, what: string) => {
      if (what === "checking dW") cancel.abort();
    };
    const cancelled = checkGradients(inputsOf("plain"), {}, run, { signal: cancel.signal, onProgress });
    await assert.rejects(cancelled, (error) => error instanceof ConvError && error.code === "cancelled");
  });

  it("samples where all would take too long, and says so", async () => {
    const [x, W] = [
      tensor("float32", [1, 16, 40, 40], new Float32Array(25600).fill(1)),
      tensor("float32", [16, 16, 3, 3], new Float32Array(2304).fill(0.5)),
    ];
    const geometry = geometryOf(x.shape, W.shape, null, table.spec("plain"));
    const checks = await checkGradients({ geometry, x, W, b: null, dout: null }, {}, run);
    for (const { numeric, elements, tensor: name } of checks) {
      assert.equal(numeric.failed, 0, name);
      if (name !== "db") assert.ok(numeric.checked >= 4 && numeric.checked < elements, `${name} ${numeric.checked}`);
    }
  });
});
