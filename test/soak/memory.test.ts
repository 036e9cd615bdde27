import assert from "node:assert/strict";
import { buildIfStale } from "../unit/engine/assets";
import { runChild } from "./children/bundle";
import { MiB } from "./readings";

interface Needed {
  readonly name: string;
  /** Bytes of x, W, b, out, dout, dW, db and dx; the most that was in memory beyond them; what was foretold of the latter. */
  readonly tensors: number;
  readonly beyond: number;
  readonly estimate: number;
}

describe("memory", () => {
  before(buildIfStale);

  it("beyond the tensors is at most 20 % of them plus 16 MiB", async () => {
    const all = (await runChild("overhead")) as Needed[]; // what overhead.ts prints
    const over: string[] = [];
    for (const { name, tensors, beyond, estimate } of all) {
      const allowed = 0.2 * tensors + 16 * MiB;
      const text = [tensors, beyond, allowed, estimate].map((bytes) => (bytes / MiB).toFixed(1));
      const line = `${name}: tensors ${text[0]} MiB, beyond ${text[1]} of ${text[2]}, estimate ${text[3]}`;
      console.log(`      ${line}`);
      if (beyond > allowed) over.push(line);
    }
    assert.deepEqual(over, []);
  });
});
