import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

describe("loading kernels", () => {
  it("survives many engines that load at once in a fresh process", () => {
    // Without care V8 11 ended about half of such processes: a flag changed while a compilation was failing.
    for (let run = 0; run < 6; run++) {
      const { status, stderr } = spawnSync(process.execPath, ["--require", "tsx", join(__dirname, "loadTogether.ts")]);
      assert.equal(status, 0, stderr.toString());
    }
  });
});
