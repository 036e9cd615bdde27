import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Place } from "./conv";

const small = {
  input: [
    [1, 2],
    [3, 4],
  ],
  weight: [[0.1, -1]],
  bias: [0.5],
};

describe("conv export", () => {
  const place = new Place();
  before(() => {
    place.layer("small.conv.json", small);
    place.npy(
      "x.npy",
      [1, 1, 30, 30],
      Array.from({ length: 900 }, (_, i) => i / 8),
    );
    place.layer("large.conv.json", { input: "x.npy", weight: [[1, -1]] });
    place.layer("drawn.conv.json", { input: { random: [1, 1, 30, 30] }, weight: [[1, -1]] });
    place.layer("turned.conv.json", { input: "x.npy", weight: [[1, -1]], layout: { input: "NCWH" } });
  });
  after(() => place.dispose());

  const read = (name: string) => readFileSync(join(place.folder, name), "utf8");

  it("prints code for each library", async () => {
    for (const [framework, line] of [
      ["numpy", "x = np.array([[[[1, 2],\n                [3, 4]]]], dtype=np.float32)"],
      ["pytorch", "b = torch.tensor([0.5], dtype=torch.float32)"],
      ["tensorflow", "W = tf.constant([[[[0.1,  -1]]]], dtype=tf.float32)"],
    ]) {
      const { status, stdout, stderr } = await place.conv(["export", "small.conv.json", "--as", framework]);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.ok(stdout.includes(line), stdout);
      assert.match(stdout, /\nprint\(out\)\n$/);
    }
    const json = await place.json(["export", "small.conv.json", "--as", "numpy", "--set", "stride=2"]);
    assert.match(String(json.get("code")), /^stride = \(2, 2\)$/m);
  });

  it("reads a large tensor from the file that the layer has it from, if it is the same there", async () => {
    const { stdout } = await place.conv(["export", "large.conv.json", "--as", "numpy"]);
    const file = JSON.stringify(join(place.folder, "x.npy"));
    assert.ok(stdout.includes(`x = np.load(${file}).astype(np.float32, order="C")\n`), stdout);
    for (const layer of ["turned", "drawn"])
      assert.match(
        await place.refused(["export", `${layer}.conv.json`, "--as", "numpy"]),
        new RegExp(`needs a file beside it: ${layer}-x\\.npy\\. Give it a name: -o ${layer}\\.py`),
      );
  });

  it("writes a program with its tensors beside it", async () => {
    const { status, stdout } = await place.conv(["export", "drawn.conv.json", "--as", "pytorch", "-o", "again.py"]);
    assert.deepEqual([status, stdout], [0, "again.py\nagain-x.npy\n"]);
    assert.match(read("again.py"), /np\.load\(here \/ "again-x\.npy"\)/);
    const { stdout: same } = await place.conv(["compare", "again-x.npy", "again-x.npy"]);
    assert.match(same, /equal/);
  });

  it("writes an ONNX model, alone or with the lines that run it", async () => {
    assert.match(await place.refused(["export", "small.conv.json", "--as", "onnx"]), /small\.onnx\. Give it a name/);
    const alone = await place.conv(["export", "small.conv.json", "--as", "onnx", "-o", "alone.onnx"]);
    assert.deepEqual([alone.status, alone.stdout], [0, "alone.onnx\n"]);
    const both = await place.conv(["export", "small.conv.json", "--as", "onnx", "--out", "both.py"]);
    assert.equal(both.stdout, "both.py\nboth.onnx\n");
    assert.ok(readFileSync(join(place.folder, "both.onnx")).equals(readFileSync(join(place.folder, "alone.onnx"))));
    assert.match(read("both.py"), /InferenceSession\(here \/ "both\.onnx"\)/);
  });

  it("refuses what it cannot do in one line", async () => {
    assert.match(await place.refused(["export", "small.conv.json"]), /--as/);
    assert.match(await place.refused(["export", "small.conv.json", "--as", "caffe"]), /expected numpy, pytorch/);
    assert.match(
      await place.refused(["export", "small.conv.json", "--as", "numpy", "-o", "no/such/folder.py"]),
      /could not be written/,
    );
    assert.ok(!existsSync(join(place.folder, "no")));
  });
});
