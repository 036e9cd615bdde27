import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Place } from "./conv";

/** A picture without symmetry, and what was expected of it: by hand, with the columns of W in the other order. */
const [height, width] = [6, 7];
const x = Array.from({ length: height * width }, (_, i) => (i * i * 7 + 3 * i) % 23);
const weight = [
  [0, 1, 0],
  [-1, 0, 2],
  [0, 0, 3],
];
const flipped = Array.from({ length: (height - 2) * (width - 2) }, (_, i) => {
  const at = (Math.floor(i / (width - 2)) + 1) * width + (i % (width - 2)) + 1;
  return x[at - width] + 2 * x[at - 1] - x[at + 1] + 3 * x[at + width - 1];
});

describe("conv shrink", () => {
  const place = new Place();
  before(() => {
    place.npy("x.npy", [1, 1, height, width], x);
    place.npy("out.npy", [1, 1, height - 2, width - 2], flipped);
    place.layer("mine.conv.json", { input: "x.npy", weight, expected: { out: "out.npy" } });
    place.layer("right.conv.json", { input: [[1, 2]], weight: [[2]], expected: { out: [[2, 4]] } });
    place.layer("alone.conv.json", { input: [[1, 2]], weight: [[2]] });
  });
  after(() => place.dispose());

  const read = (name: string) => readFileSync(join(place.folder, "case", name), "utf8");

  it("makes a folder with a layer that differs in the same way, and tests", async () => {
    const { status, stdout, stderr } = await place.conv(["shrink", "mine.conv.json", "-o", "case"]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(
      stdout,
      /^x 1×1×3×4, W 1×1×3×3, out 1×1×1×2 of x 1×1×6×7, W 1×1×3×3, out 1×1×4×5\ncause: .*flipped left/,
    );
    const files = ["README.md", "W.npy", "expected-out.npy", "mine.conv.json", "test_case.py", "test_case_torch.py"];
    assert.deepEqual(readdirSync(join(place.folder, "case")).sort(), [...files, "x.npy"]);
    assert.match(read("README.md"), /^Cause: .*flipped/m);
    assert.match(
      read("README.md"),
      /^1 of 2 elements differs; the worst is out\[0, 0, 0, 0\]: 1 here, 100 was expected\.$/m,
    );
    for (const test of ["test_case.py", "test_case_torch.py"])
      assert.match(read(test), /def mine\(\):\n[^]*np\.load\(here \/ "expected-out\.npy"\)[^]*def test_out\(\):/);

    const explained = await place.json(["explain", join("case", "mine.conv.json")], 1);
    assert.equal(explained.get("answer"), "explained");
    const run = await place.conv(["run", join("case", "mine.conv.json")]);
    assert.equal(run.status, 1);
  });

  it("says where the part lies", async () => {
    const found = await place.json(["shrink", "mine.conv.json", "-o", "again"]);
    const [[, , ...window], [, , ...cells]] = [found.get("cut", "x"), found.get("cut", "out")] as [
      number[][],
      number[][],
    ]; // spans of four axes
    assert.deepEqual(
      window,
      cells.map(([from, to]) => [from, to + 2]),
    );
    const [, , dy, dx] = found.get("worst", "index") as number[]; // of four axes
    assert.equal(found.get("worst", "expected"), flipped[(cells[0][0] + dy) * (width - 2) + cells[1][0] + dx]);
  });

  it("refuses what does not differ, in one line", async () => {
    assert.match(
      await place.refused(["shrink", "right.conv.json", "-o", "no"]),
      /right\.conv\.json: there is no failing case/,
    );
    assert.match(await place.refused(["shrink", "alone.conv.json", "-o", "no"]), /nothing to compare with/);
    assert.match(await place.refused(["shrink", "mine.conv.json"]), /--out/);
    place.write("file", "");
    assert.match(
      await place.refused(["shrink", "mine.conv.json", "-o", join("file", "case")]),
      /folder could not be made/,
    );
  });
});
