import assert from "node:assert/strict";
import { tensorNames } from "../../../src/protocol/names";
import { sharingWith } from "../../../webview/sharing";

describe("tensors that share their colours", () => {
  it("are those that hold numbers of the same kind", () => {
    const pairs = tensorNames.map((name) => [name, sharingWith(name, []).join()]);
    assert.deepEqual(Object.fromEntries(pairs), {
      x: "x,col",
      W: "W",
      b: "b",
      col: "x,col",
      out: "out",
      dout: "dout",
      dcol: "dcol,dx",
      dW: "dW",
      db: "db",
      dx: "dcol,dx",
    });
  });

  it("are those that are compared, with all that share with them anyway", () => {
    const compared = ["dx", "W", "x"] as const;
    for (const name of ["x", "W", "col", "dcol", "dx"] as const)
      assert.deepEqual(sharingWith(name, compared), ["x", "W", "col", "dcol", "dx"]);
    assert.deepEqual(sharingWith("dW", compared), ["dW"]);
    assert.deepEqual(sharingWith("W", ["W"]), ["W"]);
  });
});
