import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { goldenFolder, goldens } from "../golden/goldens";
import { Place, conv } from "./conv";

/** The 4×2 pin of TensorFlow.js. */
const pin = {
  input: [[1, 2], [3, 4], [5, 6], [7, 8]],
  weight: [[3, 1], [5, 0], [2, 7], [8, 9]],
  padding: "same",
}; // prettier-ignore
const pinOut = [133, 66, 200, 102, 108, 58, 56, 58];

describe("conv run", () => {
  const place = new Place();
  before(() => {
    place.layer("pin.conv.json", pin);
    place.npy(
      "x.npy",
      [1, 2, 3, 4],
      Array.from({ length: 24 }, (_, i) => i),
    );
    place.npy(
      "w.npy",
      [2, 2, 2, 2],
      Array.from({ length: 16 }, (_, i) => i - 8),
    );
    place.layer("files.conv.json", { input: "x.npy", weight: "w.npy", bias: [1, -1] });
  });
  after(() => place.dispose());

  it("prints the shape flow and the statistics of every tensor", async () => {
    const { status, stdout, stderr } = await place.conv(["run", "pin.conv.json"]);
    assert.deepEqual([status, stderr], [0, ""]);
    for (const part of ["x 1×1×4×2", "col 8×8", "out 1×1×4×2", "dx 1×1×4×2", "dcol 8×8"])
      assert.ok(stdout.includes(part), `${part} is not in\n${stdout}`);
    for (const name of ["x", "W", "out", "dout", "dW", "db", "dx"])
      assert.match(stdout, new RegExp(`^${name}\\b.*float32`, "m"));
  });

  it("--json prints one object of the stated form", async () => {
    const report = await place.json(["run", "pin.conv.json"]);
    assert.deepEqual(report.get("geometry"), { outputSize: [4, 2], padding: [[1, 2], [0, 1]] }); // prettier-ignore
    assert.deepEqual(report.keys("tensors").toSorted(), ["W", "dW", "db", "dout", "dx", "out", "x"]);
    for (const name of report.keys("tensors"))
      for (const key of ["shape", "dtype", "min", "max", "mean", "std", "nan", "inf"])
        assert.ok(report.keys("tensors", name).includes(key), `${name}.${key}`);
    assert.deepEqual(report.get("tensors", "out", "shape"), [1, 1, 4, 2]);
    assert.equal(report.get("tensors", "out", "dtype"), "float32");
    assert.equal(report.get("tensors", "out", "min"), 56);
    assert.equal(report.get("tensors", "out", "max"), 200);
    assert.equal(report.get("tensors", "out", "mean"), 781 / 8);
    const variance = pinOut.reduce((sum, value) => sum + (value - 781 / 8) ** 2 / 8, 0);
    assert.ok(Math.abs(Number(report.get("tensors", "out", "std")) - Math.sqrt(variance)) < 1e-9);
    assert.deepEqual([report.get("tensors", "out", "nan"), report.get("tensors", "out", "inf")], [0, 0]);
    for (const key of ["forwardMs", "backwardMs", "threads"]) assert.equal(typeof report.get("timing", key), "number");
    assert.match(String(report.get("timing", "kernel")), /^f32-/);
  });

  it("--json has b where there is a bias", async () => {
    const report = await place.json(["run", "files.conv.json"]);
    assert.deepEqual(report.get("tensors", "b", "shape"), [2]);
    assert.equal(report.get("tensors", "b", "min"), -1);
  });

  it("writes numbers that JSON lacks as text or null", async () => {
    const layer = { input: [["NaN", "Infinity"]], weight: [[1]] };
    const report = await place.json(["run", "-"], 0, JSON.stringify(layer));
    assert.deepEqual([report.get("tensors", "out", "nan"), report.get("tensors", "out", "inf")], [1, 1]);
    assert.equal(report.get("tensors", "out", "mean"), null);
    assert.equal(report.get("tensors", "dx", "mean"), 1);
  });

  it("--out writes all tensors, as NumPy and we read them", async () => {
    await place.json(["run", "pin.conv.json", "--out", "result.npz"]);
    const arrays = place.npz("result.npz");
    assert.deepEqual(Object.keys(arrays).toSorted(), ["W", "dW", "db", "dout", "dx", "out", "x"]);
    assert.deepEqual([...arrays.out.data], pinOut);
    assert.deepEqual(arrays.out.shape, [1, 1, 4, 2]);
    assert.equal(arrays.out.dtype, "<f4");
    assert.deepEqual([...arrays.dout.data], Array(8).fill(1));
    assert.deepEqual([...arrays.db.data], [8]);
  });

  it("--col adds col and dcol: one row for each output position, one column for each tap", async () => {
    await place.json(["run", "files.conv.json", "--out", "columns.npz", "--col"]);
    const { col, dcol, dout, W } = place.npz("columns.npz");
    assert.deepEqual([col.shape, dcol.shape], [[6, 8], [6, 8]]); // prettier-ignore
    // Row 0: the 2×2 window at the corner of both channels of 0 … 23 as 2×3×4.
    assert.deepEqual([...col.data.slice(0, 8)], [0, 1, 4, 5, 12, 13, 16, 17]);
    assert.deepEqual([...col.data.slice(40)], [6, 7, 10, 11, 18, 19, 22, 23]);
    const column = (tap: number) => W.data[tap] * dout.data[0] + W.data[8 + tap] * dout.data[6];
    assert.deepEqual(
      [...dcol.data.slice(0, 8)],
      Array.from({ length: 8 }, (_, tap) => column(tap)),
    );
  });

  it("reads - from standard input, with paths from the current folder", async () => {
    const layer = '{\n  // comments are allowed\n  "input": "x.npy", "weight": "w.npy",\n}\n';
    const report = await place.json(["run", "-"], 0, layer);
    assert.deepEqual(report.get("tensors", "out", "shape"), [1, 2, 2, 3]);
  });

  it("--threads and --arithmetic change the time, not the bits", async () => {
    const files: Buffer[] = [];
    for (const threads of ["1", "2", "4"]) {
      const report = await place.json([
        ...["run", "files.conv.json", "--threads", threads],
        ...["--arithmetic", "reproducible", "--out", `t${threads}.npz`],
      ]);
      assert.ok(Number(report.get("timing", "threads")) <= Number(threads));
      files.push(Buffer.from(JSON.stringify(place.npz(`t${threads}.npz`))));
    }
    assert.ok(files.every((file) => file.equals(files[0])));
  });

  it("says which arithmetic ran, by the name that asks for it", async () => {
    const { stdout } = await place.conv(["run", "pin.conv.json", "--arithmetic", "reproducible"]);
    assert.match(stdout, /f32-gemm-\S+\nreproducible: multiply, add\n$/);
    const report = await place.json(["run", "pin.conv.json"]);
    const fast = report.get("arithmetic", "fused") === true; // whether this machine has it
    assert.match(
      (await place.conv(["run", "pin.conv.json"])).stdout,
      fast ? /\nfast: fused multiply-add\n$/ : /\nreproducible: multiply, add\n$/,
    );
  });

  it("compares with what the layer file expects: 0 where it is so, 1 where not", async () => {
    place.npy("right.npy", [1, 1, 4, 2], pinOut);
    place.npy("wrong.npy", [1, 1, 4, 2], [...pinOut.slice(0, 7), 59]);
    place.layer("right.conv.json", { ...pin, expected: { out: "right.npy", db: [8] } });
    place.layer("wrong.conv.json", { ...pin, expected: { out: "wrong.npy" } });
    assert.equal((await place.conv(["run", "right.conv.json"])).status, 0);
    const { status, stdout } = await place.conv(["run", "wrong.conv.json"]);
    assert.equal(status, 1);
    assert.match(stdout, /1 of 8/);
    assert.match(stdout, /\[0, 0, 3, 1\].*58.*59/);
    await place.json(["run", "wrong.conv.json"], 1);
  });

  it("finds PyTorch's results equal, in any layout and type, through files and standard input", async () => {
    const names = [
      "fortran",
      "big-endian",
      "layout-tensorflow",
      "layout-whcn",
      "same-lower-stride-2",
      "reflect-steps-real",
    ];
    for (const name of [...names, "groups-2-real64", "nan-in-x", "inf-in-w-on-padding", "depthwise-multiplier-2"]) {
      const golden = goldens.find((each) => each.name === name);
      assert.ok(golden, name);
      const { status, stdout, stderr } = await conv(["run", "-"], {
        cwd: fileURLToPath(goldenFolder),
        input: JSON.stringify(golden.layer),
      });
      assert.equal(status, 0, `${name}: ${stdout}${stderr}`);
      assert.equal(stdout.match(/^(out|dx|dW|db): (equal|differs by rounding only)/gm)?.length, 4, stdout);
    }
  });
});
