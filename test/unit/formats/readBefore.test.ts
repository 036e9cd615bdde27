import assert from "node:assert/strict";
import { loadLayer } from "../../../src/formats/loadLayer";
import { npyBytes } from "../../../src/formats/npy";
import { npzBytes } from "../../../src/formats/npz";
import { ReadBefore } from "../../../src/formats/readBefore";
import { W, base, counting, textsOf, x } from "./layerSupport";
import { MemoryFiles, fixture } from "./support";

describe("formats: reading again what was read before", () => {
  function loading() {
    const files = new MemoryFiles({
      "/w/x.npy": npyBytes(x),
      "/w/x64.npy": npyBytes(counting([1, 2, 4, 5], "float64")),
      "/w/W.npy": npyBytes(W),
      "/w/two.npz": npzBytes({ a: x, b: x }),
      "/w/photo.png": fixture("image/pillow_RGBA.png"),
    });
    const before = new ReadBefore();
    const load = (layer: object) => loadLayer(files, "/w/a.conv.json", { text: JSON.stringify(layer), before });
    return { files, load };
  }

  it("does not read a file that is as it was, and says the same of it", async () => {
    const { files, load } = loading();
    const layer = { weight: [[1, 2]], input: { image: "photo.png", channels: "gray" } };
    const first = await load(layer);
    assert.ok(textsOf(first).length > 0);
    const read = files.bytesRead;
    const again = await load(layer);
    assert.equal(files.bytesRead, read);
    assert.deepEqual(again, first);
  });

  it("reads a file that has changed, though it is as long as it was", async () => {
    const { files, load } = loading();
    await load(base);
    const other = counting([1, 2, 4, 5]);
    other.data[0] = 42;
    await files.write("/w/x.npy", npyBytes(other));
    assert.equal((await load(base)).x.data[0], 42);
  });

  it("keeps tensors of one archive apart, and readings of one image", async () => {
    const { load } = loading();
    for (const key of ["a", "b"]) assert.equal((await load({ ...base, input: `two.npz#${key}` })).sources.x?.key, key);
    for (const [channels, count] of [
      ["gray", 1],
      ["rgb", 3],
    ] as const) {
      const weight = [Array.from({ length: count }, () => [[1]])];
      assert.equal((await load({ weight, input: { image: "photo.png", channels } })).x.shape[1], count);
    }
  });

  it("says what is missing when a file has gone", async () => {
    const { files, load } = loading();
    await load(base);
    files.contents.delete("/w/x.npy");
    await assert.rejects(load(base), { code: "not-found" });
  });
});
