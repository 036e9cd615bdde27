import assert from "node:assert/strict";
import { Place } from "./conv";

// By hand: every window of [[1, 2], [3, 5]] leaves its numbers, so an inner cell of dx gathers 1 + 2 + 3 + 5.
const layer = {
  input: [
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ],
  weight: [
    [1, 2],
    [3, 5],
  ],
};
const dx = [
  [1, 3, 2],
  [4, 11, 7],
  [3, 8, 5],
];

describe("conv check-gradients", () => {
  const place = new Place();
  before(() => {
    place.layer("right.conv.json", { ...layer, expected: { dx, db: [4] } });
    place.layer("wrong.conv.json", { ...layer, expected: { dx: [dx[0], [4, 11, 8], dx[2]] } });
  });
  after(() => place.dispose());

  it("is done (0) where all is right", async () => {
    const { status, stdout, stderr } = await place.conv(["check-gradients", "right.conv.json"]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(
      stdout,
      /^dx: 9 of 9 elements against differences: all right \(largest error \S+; rounding explains up to \S+\)\n/,
    );
    assert.match(
      stdout,
      /\ndx expected: 9 elements: all right.*\ndW: 4 of 4 .*\ndb: 1 of 1 .*\ndb expected: 1 element: all right/,
    );
  });

  it("fails (1) with the place of what is wrong, and who is right", async () => {
    const { status, stdout } = await place.conv(["check-gradients", "wrong.conv.json"]);
    assert.equal(status, 1);
    assert.match(
      stdout,
      /dx expected: 9 elements: 1 wrong .*\n {2}at all n; all c; iy 1; ix 2\n {2}worst \[0, 0, 1, 2\]: analytic 7, numeric 7, expected 8\n/,
    );
    const report = await place.json(["check-gradients", "wrong.conv.json"], 1);
    assert.equal(report.get("ok"), false);
    assert.equal(report.get("gradients", 0, "expected", "failed"), 1);
  });

  it("refuses (2) gradients of another size", async () => {
    assert.match(
      await place.refused(["check-gradients", "wrong.conv.json", "--set", "input=[[1,2],[3,4]]"]),
      /expected\.dx/,
    );
  });
});
