import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { buildIfStale } from "../unit/engine/assets";
import { runChild } from "./children/bundle";

const GB = 1e9;

interface Taken {
  readonly ms: number;
  readonly peak: number;
  readonly worst: Readonly<Record<string, number>>;
}

/** A machine that cannot hold the layer cannot tell whether the engine can: that is a failure, and says so. */
function assertRoom(bytes: number): void {
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"));
  const available = Number(found?.[1]) * 1024;
  assert.ok(
    available >= bytes,
    `this test needs ${bytes / GB} GB of free memory, and the machine has ${(available / GB).toFixed(1)}: close other programs`,
  );
}

describe("giant layers", () => {
  before(buildIfStale);

  const run = async (name: "col" | "tall") => {
    const [taken] = (await runChild("giant", name)) as [Taken]; // what giant.ts prints
    const errors = Object.entries(taken.worst).map(([tensor, share]) => `${tensor} ${share.toFixed(3)}`);
    console.log(
      `      ${(taken.ms / 1000).toFixed(1)} s, at most ${(taken.peak / GB).toFixed(2)} GB; largest errors as parts of the bound: ${errors.join(", ")}`,
    );
    return taken;
  };

  it("5×4096×4096 under a filter of 11×11, whose col would be 40 GB, in less than 2 GB", async () => {
    assertRoom(2.5 * GB);
    assert.ok((await run("col")).peak < 2 * GB);
  });

  it("an image of more than 4 GiB, right on both sides of every 2 GiB", async () => {
    assertRoom(14 * GB);
    assert.ok((await run("tall")).peak < 14 * GB);
  });
});
