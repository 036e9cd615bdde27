import assert from "node:assert/strict";
import { npyBytes } from "../../../src/formats/npy";
import { tensor } from "../../../src/tensor/tensor";
import { Place } from "./conv";

describe("conv compare", () => {
  const place = new Place();
  before(() => {
    place.npy("a.npy", [2, 3], [1, 2, 3, 4, 5, 6]);
    place.npy("same.npy", [2, 3], [1, 2, 3, 4, 5, 6], "float64");
    place.npy("b.npy", [2, 3], [1, 2, 3.5, 4, 5, 9]);
    place.npy("long.npy", [3, 2], [1, 2, 3, 4, 5, 6]);
    place.npy("nan.npy", [2, 3], [1, NaN, 3, 4, 5, Infinity]);
  });
  after(() => place.dispose());

  it("is done (0) where all are equal, also NaN with NaN", async () => {
    assert.equal((await place.conv(["compare", "a.npy", "a.npy"])).status, 0);
    assert.equal((await place.conv(["compare", "a.npy", "same.npy"])).status, 0);
    assert.equal((await place.conv(["compare", "nan.npy", "nan.npy"])).status, 0);
  });

  it("fails (1) with statistics, the first and the worst mismatch", async () => {
    const { status, stdout, stderr } = await place.conv(["compare", "a.npy", "b.npy"]);
    assert.deepEqual([status, stderr], [1, ""]);
    assert.match(stdout, /2 of 6/);
    assert.match(stdout, /first.*\[0, 2\].*3.*3\.5/);
    assert.match(stdout, /worst.*\[1, 2\].*6.*9/);
    const report = await place.json(["compare", "a.npy", "b.npy"], 1);
    assert.equal(report.get("mismatches"), 2);
    assert.deepEqual(report.get("first", "index"), [0, 2]);
    assert.deepEqual(report.get("worst"), { index: [1, 2], actual: 6, expected: 9, error: 3 });
  });

  it("takes tolerances", async () => {
    assert.equal((await place.conv(["compare", "a.npy", "b.npy", "--atol", "3"])).status, 0);
    assert.equal((await place.conv(["compare", "a.npy", "b.npy", "--atol", "2.9"])).status, 1);
    assert.equal((await place.conv(["compare", "a.npy", "b.npy", "--rtol", "0.34", "--atol", "0"])).status, 0);
    assert.equal((await place.conv(["compare", "a.npy", "b.npy", "--rtol", "0.33", "--atol", "0"])).status, 1);
  });

  it("fails (1) on other shapes, naming both", async () => {
    const { status, stdout } = await place.conv(["compare", "a.npy", "long.npy"]);
    assert.equal(status, 1);
    assert.match(stdout, /2×3.*3×2/);
  });

  it("fails (1) where one is not a number and the other is, whatever the tolerance", async () => {
    assert.equal((await place.conv(["compare", "a.npy", "nan.npy", "--rtol", "1", "--atol", "1e9"])).status, 1);
    const report = await place.json(["compare", "a.npy", "nan.npy"], 1);
    assert.equal(report.get("mismatches"), 2);
    assert.equal(report.get("first", "expected"), "NaN");
  });

  it("shows integers of 64 bits exactly", async () => {
    const int64 = (...values: bigint[]) => npyBytes(tensor("int64", [2], BigInt64Array.from(values)));
    place.write("big.npy", int64(-3n, 2n ** 53n + 1n));
    place.write("near.npy", int64(-4n, 2n ** 53n));
    const { stdout } = await place.conv(["compare", "big.npy", "near.npy"]);
    assert.match(stdout, /\[0\]: -3, expected -4, error 1\n/);
    place.write("near.npy", int64(-3n, 2n ** 53n));
    assert.match(
      (await place.conv(["compare", "big.npy", "near.npy"])).stdout,
      /\[1\]: 9007199254740993, expected 9007199254740992, error 1/,
    );
    const report = await place.json(["compare", "big.npy", "near.npy"], 1);
    assert.deepEqual(report.get("worst"), {
      index: [1],
      actual: "9007199254740993",
      expected: "9007199254740992",
      error: 1,
    });
    place.write("near.npy", int64(5n, 2n ** 53n + 1n));
    assert.equal((await place.json(["compare", "big.npy", "near.npy"], 1)).get("worst", "actual"), -3);
  });

  it("reads archives", async () => {
    await place.json(["run", "-", "--out", "r.npz"], 0, '{"input": "a.npy", "weight": [[1]]}');
    assert.equal((await place.conv(["compare", "r.npz#x", "r.npz#out"])).status, 0);
  });

  it("refuses (2) what it cannot read", async () => {
    assert.match(await place.refused(["compare", "a.npy", "none.npy"]), /none\.npy/);
    assert.match(await place.refused(["compare", "a.npy"]), /expected/);
    assert.match(await place.refused(["compare", "a.npy", "b.npy", "--atol", "much"]), /--atol.*much/);
    assert.match(await place.refused(["compare", "a.npy", "b.npy", "--rtol=-1"]), /--rtol.*-1/);
  });
});
