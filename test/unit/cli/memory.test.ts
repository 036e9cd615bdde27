import assert from "node:assert/strict";
import { Json, type Outcome, conv } from "./conv";

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

  it("says what it needs before anything else, in one JSON object too", async () => {
    // 2 · 4² · 4 bytes of out and dout, 2² · 4 of dx, 2 · 4 of dW and db; x and W
    const layer = '{ "input": [[1, 2], [3, 4]], "weight": [[1]], "padding": 1 }';
    const { stdout } = await run(layer, "run", "-");
    const said = /^needs (\S+ KiB): 152 bytes of results, 20 bytes of inputs, \S+ KiB of working memory\n\nx 1×1×2×2 →/;
    assert.match(stdout, said);
    const report = new Json(JSON.parse((await run(layer, "run", "-", "--json")).stdout));
    assert.deepEqual(
      ["resultBytes", "inputBytes", "tiles"].map((key) => report.get("memory", key)),
      [152, 20, 1],
    );
    const working = Number(report.get("memory", "workingBytes"));
    assert.ok(working > 0);
    assert.equal(report.get("memory", "neededBytes"), 152 + 20 + working);
  });

  it("refuses --col before it computes, if col would be too large", async () => {
    const { status, stdout, stderr } = await run(huge, "run", "-", "--memory", "99T", "--col");
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^conv: --col would write col 4096256004×1: .*268435456 elements.*\n$/);
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
    const { status, stdout, stderr } = await run(longer, "run", "-", "--memory", "99T");
    assert.equal(status, 2);
    // What it needs was said before the engine was asked: 2 · 2000002² · 4 bytes of results, and nothing of them came.
    assert.match(stdout, /^needs [\d.]+ TiB: 29\.1 TiB of results, 20 bytes of inputs, [^\n]+ in \d+ tiles\n/);
    assert.doesNotMatch(stdout, /^tensor/m);
    assert.match(stderr, /^conv: no memory for 4000008000004 elements of float32\.\n$/);
  });
});
