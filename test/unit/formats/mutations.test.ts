import assert from "node:assert/strict";
import { ConvError } from "../../../src/base/errors";
import { type Bytes, type Target, targets } from "../../fuzz/targets";
import { plain } from "./support";

/** The tensors as text, or null for a ConvError. Any other exception fails the test, with the bytes that led to it. */
async function read(target: Target, bytes: Bytes, what: string): Promise<string | null> {
  try {
    return JSON.stringify((await target.read(bytes)).map(({ dtype, shape, data }) => [dtype, shape, plain(data)]));
  } catch (error) {
    if (error instanceof ConvError) return null;
    throw new Error(`${what}: ${error instanceof Error ? (error.stack ?? "") : String(error)}`, { cause: error });
  }
}

/** The part of a file that says what the rest means. */
function headerOf(name: string, bytes: Bytes): number {
  if (name.endsWith(".npy")) return Math.min(bytes.length, 10 + bytes[8] + 256 * bytes[9]);
  if (name.endsWith(".safetensors")) return Math.min(bytes.length, 8 + bytes[0] + 256 * bytes[1]);
  return name.endsWith(".jpg") ? Buffer.from(bytes).indexOf("\xff\xda", 0, "latin1") + 14 : bytes.length;
}

/** Seeds that differ little are many: of these, every nth has its bits flipped here, and all have them in the fuzzer. */
const everyNth: Readonly<Record<string, number | undefined>> = { npy: 3, npz: 2, png: 5, jpeg: 4 };

describe("formats: damaged files give an error or a tensor, never anything else", () => {
  const small = targets.map((target) => ({
    ...target,
    seeds: target.seeds.filter(({ name, bytes }) => bytes.length <= 3000 && !name.startsWith("broken")),
  }));

  for (const target of small)
    it(`${target.name}: every truncation`, async () => {
      let errors = 0;
      for (const { name, bytes } of target.seeds) {
        const whole = await read(target, bytes, name);
        assert.notEqual(whole, null, name);
        for (let length = 0; length < bytes.length; length++) {
          const cut = await read(target, bytes.slice(0, length), `${name} cut to ${length}`);
          if (cut === null) errors++;
          // Text can be cut between two numbers; whatever has a length of its own cannot.
          else if (!/csv|text/.test(name)) assert.equal(cut, whole, `${name} cut to ${length}`);
        }
      }
      assert.ok(errors > 20, String(errors));
    });

  for (const target of small)
    it(`${target.name}: every bit of the header flipped`, async () => {
      let errors = 0;
      for (const { name, bytes } of target.seeds.filter((_, i) => i % (everyNth[target.name] ?? 1) === 0)) {
        for (let bit = 0; bit < 8 * headerOf(name, bytes); bit++) {
          const flipped = bytes.slice();
          flipped[bit >> 3] ^= 1 << (bit & 7);
          if ((await read(target, flipped, `${name} with bit ${bit} flipped`)) === null) errors++;
        }
      }
      assert.ok(errors > 50, String(errors));
    });
});
