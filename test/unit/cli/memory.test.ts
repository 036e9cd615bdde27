import assert from "node:assert/strict";
import { type Outcome, conv } from "./conv";

/** 16 GB of out and as much of dout, from a few bytes of layer file. */
const huge = '{ "input": [[1, 2], [3, 4]], "weight": [[1]], "padding": 32000 }';

describe("conv run and trace, of a layer that is larger than its budget", function () {
  this.timeout(30_000);
  const run = (input: string, ...args: string[]): Promise<Outcome> => conv(args, { cwd: process.cwd(), input });

  for (const command of [["run"], ["trace", "--at", "0"]])
    it(`${command[0]} refuses it before it computes, with the numbers and what to do`, async () => {
      const { status, stdout, stderr } = await run(huge, ...command, "-", "--memory", "500M");
      assert.equal(status, 2);
      assert.equal(stdout, "");
      // 2 · 64002² · 4 bytes of out and dout
      assert.match(
        stderr,
        /^conv: .*the run would take [\d.]+ GiB of memory, 30\.5 GiB of it for its results: expected at most 500 MiB\. .*--memory \d+G\.\n$/,
      );
    });

  it("runs what fits", async () => {
    assert.equal(
      (await run('{ "input": [[1, 2], [3, 4]], "weight": [[1]] }', "run", "-", "--memory", "2GiB")).status,
      0,
    );
  });

  for (const size of ["", "many", "-1", "5X", "1e9"])
    it(`does not take "${size}" for a size`, async () => {
      const { status, stderr } = await run(huge, "run", "-", `--memory=${size}`);
      assert.equal(status, 2);
      assert.match(stderr, /^conv: --memory .*expected a number of bytes, such as 6G or 500M.*\n$/);
    });

  it("has a typed answer where no array is that long", async () => {
    const longer = huge.replace("32000", "1000000");
    const { status, stderr } = await run(longer, "run", "-", "--memory", "99T");
    assert.equal(status, 2);
    assert.match(stderr, /^conv: no memory for 4000008000004 elements of float32\.\n$/);
  });
});
