import assert from "node:assert/strict";
import { Place } from "./conv";

describe("conv trace", () => {
  const place = new Place();
  before(() => {
    place.layer("pin.conv.json", {
      input: { random: [1, 3, 32, 32], seed: 7 },
      weight: { random: [16, 3, 3, 3], seed: 8 },
      bias: { random: [16], seed: 9 },
      padding: 1,
    });
    place.layer("small.conv.json", { input: [[1, 2, "NaN"], [4, 5, 6]], weight: [[10, 100]] }); // prettier-ignore
  });
  after(() => place.dispose());

  it("has the published numbering: 1 398 784 steps, and step 187 123", async () => {
    const moment = await place.json(["trace", "pin.conv.json", "--at", "187123"]);
    assert.equal(moment.get("step"), 187123);
    assert.equal(moment.get("total"), 1398784);
    assert.equal(moment.get("stage"), "gemm");
    for (const [name, value] of Object.entries({ n: 0, oy: 11, ox: 17, f: 2, c: 1, ky: 1, kx: 1 }))
      assert.equal(moment.get("indices", name), value, name);
  });

  it("says what a step reads and writes", async () => {
    // im2col is 4 rows of 2 taps; step 8 is the first product of the GEMM.
    const first = await place.json(["trace", "small.conv.json", "--at", "0"]);
    assert.equal(first.get("stage"), "im2col");
    assert.deepEqual(first.get("reads"), [{ tensor: "x", index: [0, 0, 0, 0], value: 1 }]);
    assert.deepEqual(first.get("writes"), [{ tensor: "col", index: [0, 0], value: 1 }]);

    const product = await place.json(["trace", "small.conv.json", "--at", "9"]);
    assert.equal(product.get("stage"), "gemm");
    const reads = product.get("reads");
    assert.ok(Array.isArray(reads));
    const values = new Map(reads.map((read: { tensor: string; value: unknown }) => [read.tensor, read.value]));
    assert.deepEqual([values.get("col"), values.get("W")], [2, 100]);
    assert.deepEqual(product.get("writes"), [{ tensor: "out", index: [0, 0, 0, 0], value: 210 }]);
  });

  it("writes NaN as text", async () => {
    // Step 3: row 1, tap 1: the NaN is copied into col.
    const moment = await place.json(["trace", "small.conv.json", "--at", "3"]);
    assert.deepEqual(moment.get("writes"), [{ tensor: "col", index: [1, 1], value: "NaN" }]);
  });

  it("prints the state for a person without --json", async () => {
    const { status, stdout } = await place.conv(["trace", "pin.conv.json", "--at", "187123"]);
    assert.equal(status, 0);
    for (const part of ["187123", "1398784", "gemm", "oy 11", "ox 17"]) assert.ok(stdout.includes(part), part);
  });

  it("says what is read and dropped in padding", async () => {
    const layer = (mode: string) =>
      JSON.stringify({ input: [[5]], weight: [[1, 2]], padding: [0, 1], paddingMode: mode });
    const says = async (step: number, mode: string) =>
      (await place.conv(["trace", "-", "--at", String(step)], layer(mode))).stdout.trim().split("\n").slice(1);
    // out is 1×2: im2col has 4 steps, and col2im the last 4 of them.
    const total = 22;
    assert.deepEqual(await says(0, "zeros"), ["read  padding at [0, 0, 0, -1] = 0", "write col[0, 0] = 0"]);
    assert.deepEqual(await says(1, "zeros"), ["read  x[0, 0, 0, 0] = 5", "write col[0, 1] = 5"]);
    assert.deepEqual((await says(0, "replicate"))[0], "read  x[0, 0, 0, 0] = 5 (padding shows this cell)");
    assert.deepEqual(await says(total - 4, "zeros"), [
      "read  dcol[0, 0] = 1",
      "dropped: this gradient falls on zero padding",
    ]);
    assert.match((await says(total - 4, "replicate"))[1], /^write dx\[0, 0, 0, 0\] = 1 \(padding shows this cell\)$/);
    const moment = await place.json(["trace", "-", "--at", "0"], 0, layer("zeros"));
    assert.deepEqual(moment.get("reads"), [{ tensor: "x", index: [0, 0, 0, -1], padding: true, value: 0 }]);
  });

  it("reaches the last step, and refuses the one after it, and what is no step", async () => {
    const last = await place.json(["trace", "pin.conv.json", "--at", "1398783"]);
    assert.equal(last.get("stage"), "col2im");
    for (const step of ["1398784", "-1", "1.5", "x", ""])
      assert.match(await place.refused(["trace", "pin.conv.json", `--at=${step}`]), /step|--at/);
    assert.match(await place.refused(["trace", "pin.conv.json"]), /--at/);
    for (const more of [["--back"], ["--from", "3"]])
      assert.match(
        await place.refused(["trace", "pin.conv.json", "--at", "3", ...more]),
        new RegExp(`${more[0]} belongs to --find`),
      );
  });

  it("--find goes to the next step at which a condition holds, either way", async () => {
    // Of the small layer's 44 steps, 8 to 15 are the GEMM's and 20 to 27 those of dW. The NaN stands in row 1 and under tap 1.
    const stepOf = async (...more: string[]) =>
      (await place.json(["trace", "small.conv.json", "--find", "isnan(acc)", ...more])).get("step");
    assert.equal(await stepOf(), 11);
    assert.equal(await stepOf("--from", "12"), 25);
    assert.equal(await stepOf("--back"), 27);
    assert.equal(await stepOf("--back", "--from", "24"), 11);
  });

  it("--find that finds nothing is a check that failed; a condition that cannot be read is bad usage", async () => {
    assert.equal((await place.conv(["trace", "small.conv.json", "--find", "acc > 1e9"])).status, 1);
    assert.match(await place.refused(["trace", "small.conv.json", "--find", "acc >"]), /acc >|expression|condition/);
    assert.match(await place.refused(["trace", "small.conv.json", "--find", "isnan(acc)", "--from", "44"]), /44/);
  });

  it("takes --set as run does", async () => {
    const moment = await place.json(["trace", "pin.conv.json", "--at", "0", "--set", "padding=0", "--set", "stride=2"]);
    // 15×15 outputs: rows 225, taps 27, 16 filters.
    const [rows, taps, filters] = [225, 27, 16];
    assert.equal(moment.get("total"), rows * taps * (2 + 3 * filters) + rows * filters);
  });
});
