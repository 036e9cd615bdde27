import assert from "node:assert/strict";
import fc from "fast-check";
import { Inflate, deflateSync } from "fflate";
import { ConvError } from "../../../src/base/errors";
import { decodeElements, encodeElements } from "../../../src/formats/elements";
import { listTensors, readTensor, writeTensors } from "../../../src/formats/formats";
import { CountedInflate } from "../../../src/formats/inflate";
import { NpyFile, npyBytes } from "../../../src/formats/npy";
import { NpzFile, npzBytes } from "../../../src/formats/npz";
import { SafetensorsFile } from "../../../src/formats/safetensors";
import { bytesSource, fileSource } from "../../../src/formats/source";
import { type Dtype, dtypes } from "../../../src/tensor/dtype";
import { type Tensor, elementCount, tensor } from "../../../src/tensor/tensor";
import { MemoryFiles, expected, fault, fixture, plain } from "./support";

const known = Object.keys(dtypes) as Dtype[]; // the table has these keys and no others

/** Elements out of random bytes: every bit pattern of every dtype. */
function randomTensor(dtype: Dtype, shape: readonly number[], seed: number): Tensor {
  const bytes = new Uint8Array(elementCount(shape) * dtypes[dtype].fileBytes);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.imul(seed + i, 0x9e3779b1) >>> 13;
  return tensor(dtype, shape, decodeElements(dtype, bytes));
}

const anyTensor = fc
  .tuple(
    fc.constantFrom(...known.filter((dtype) => dtype !== "bfloat16")),
    fc.array(fc.nat(4), { maxLength: 4 }),
    fc.nat(),
  )
  .map(([dtype, shape, seed]) => randomTensor(dtype, shape, seed));

describe("formats: arrays in files", () => {
  it("writes .npy files that it reads again, of every dtype and shape", () =>
    fc.assert(
      fc.asyncProperty(anyTensor, async (value) => {
        const bytes = npyBytes(value);
        assert.equal((bytes.length - value.data.length * dtypes[value.dtype].fileBytes) % 64, 0);
        assert.deepEqual(await (await NpyFile.open(bytesSource(bytes))).tensor(), value);
      }),
    ));

  it("writes .npz files that it reads again, stored and deflated, the same bytes each time", () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), anyTensor, { maxKeys: 4 }),
        fc.boolean(),
        async (tensors, deflate) => {
          const bytes = npzBytes(tensors, { deflate });
          assert.deepEqual(npzBytes(tensors, { deflate }), bytes);
          const archive = await NpzFile.open(bytesSource(bytes));
          assert.deepEqual(archive.keys.sort(), Object.keys(tensors).sort());
          for (const key of archive.keys) {
            assert.deepEqual(await archive.tensor(key), tensors[key]);
            assert.deepEqual((await archive.header(key)).shape, tensors[key].shape);
          }
        },
      ),
    ));

  it("writes bfloat16 as float32, which holds its every value", async () => {
    const value = tensor("bfloat16", [2], Float32Array.of(1.5, -0));
    const read = await (await NpyFile.open(bytesSource(npyBytes(value)))).tensor();
    assert.deepEqual(read, tensor("float32", [2], value.data));
  });

  it("keeps every float16, bit for bit", () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter(
      (half) => (half & 0x7c00) !== 0x7c00 || (half & 0x3ff) === 0,
    );
    const values = decodeElements("float16", new Uint8Array(bits.buffer));
    assert.deepEqual(new Uint16Array(encodeElements("float16", values).buffer as ArrayBuffer), bits); // made by encodeElements
  });

  it("reads a range of elements, in C order, and no more of the file than it must", async () => {
    for (const name of [
      "npy/float64_be_C.npy",
      "npy/int64_le_F.npy",
      "npy/float16_be_F.npy",
      "npy/bool_le_C.npy",
      "npy/one_axis.npy",
    ]) {
      const files = new MemoryFiles({ "/a.npy": fixture(name) });
      const file = await NpyFile.open(await fileSource(files, "/a.npy"));
      const { values } = expected.good[name];
      for (let start = 0; start <= file.count; start++)
        for (let end = start; end <= file.count; end++)
          assert.deepEqual(plain(await file.elements(start, end)), values.slice(start, end), `${name} ${start} ${end}`);
      for (const [start, end] of [
        [-1, 1],
        [2, 1],
        [0, file.count + 1],
        [NaN, 1],
      ] as const)
        await fault("bad-usage", () => file.elements(start, end));
    }
    const files = new MemoryFiles({
      "/big.npy": npyBytes(tensor("float64", [1000, 1000], new Float64Array(1e6).fill(3))),
    });
    const file = await NpyFile.open(await fileSource(files, "/big.npy"));
    assert.deepEqual(await file.elements(500_000, 500_002), Float64Array.of(3, 3));
    assert.equal(files.bytesRead, 256 + 16);
  });

  it("reads an archive lazily: the directory, then the entry that was asked for", async () => {
    const values = Array.from(
      { length: 100 },
      (_, i) => [`t${i}`, tensor("float32", [10_000], new Float32Array(10_000).fill(i))] as const,
    );
    for (const deflate of [false, true]) {
      const files = new MemoryFiles({ "/a.npz": npzBytes(Object.fromEntries(values), { deflate }) });
      const archive = await NpzFile.open(await fileSource(files, "/a.npz"));
      assert.ok(files.bytesRead < 80_000, String(files.bytesRead));
      files.bytesRead = 0;
      assert.equal((await archive.tensor("t42")).data[9999], 42);
      assert.ok(files.bytesRead < 42_000);
      files.bytesRead = 0;
      const part = await archive.file("t7");
      assert.deepEqual(await part.elements(9_000, 9_002), Float32Array.of(7, 7));
      assert.ok(files.bytesRead < 1000, String(files.bytesRead));
      files.bytesRead = 0;
      assert.equal((await listTensors(files, "/a.npz")).length, 100);
      assert.ok(files.bytesRead < 130_000, String(files.bytesRead));
    }
  });

  it("inflates no more of an entry than was asked for", () => {
    const most = 64 * 2 ** 20;
    const packed = deflateSync(new Uint8Array(most));
    const stream = new CountedInflate(Inflate, most, (what) => new ConvError({ code: "bad-archive", what }));
    stream.push(packed, true, 256);
    assert.ok(stream.total >= 256 && stream.total < 4 * 2 ** 20, String(stream.total));
    const whole = new CountedInflate(Inflate, most, (what) => new ConvError({ code: "bad-archive", what }));
    whole.push(packed, true);
    assert.equal(whole.total, most);
  });

  it("reads one tensor of a .safetensors file by its range", async () => {
    const files = new MemoryFiles({ "/a.safetensors": fixture("safetensors/all.safetensors") });
    const source = await fileSource(files, "/a.safetensors");
    const file = await SafetensorsFile.open(source);
    files.bytesRead = 0;
    await file.tensor("int64");
    assert.equal(files.bytesRead, 80);
    assert.equal(file.entries.get("f8")?.dtype, null);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });

  it("lists a hundred thousand tensors of a .safetensors file", async () => {
    const header = Object.fromEntries(
      Array.from({ length: 100_000 }, (_, i) => [`layer.${i}`, { dtype: "U8", shape: [1], data_offsets: [i, i + 1] }]),
    );
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const bytes = Uint8Array.from(Buffer.concat([length, text, Buffer.alloc(100_000, 5)]));
    const infos = await listTensors(new MemoryFiles({ "/a.safetensors": bytes }), "/a.safetensors");
    assert.deepEqual(infos.at(-1), { name: "layer.99999", shape: [1], dtype: "uint8" });
  });

  it("allocates next to nothing for a shape without its data", async () => {
    const bytes = fixture("broken/payload_none.npy");
    const before = process.memoryUsage().arrayBuffers;
    const error = await fault("truncated", () => NpyFile.open(bytesSource(bytes)));
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 20);
    assert.match(error.message, /expected 4000000000000 bytes, found 0 bytes/);
  });

  it("says when a file became shorter after it was opened", async () => {
    const bytes = fixture("npy/float64_le_C.npy");
    const files = new MemoryFiles({ "/a.npy": bytes });
    const file = await NpyFile.open(await fileSource(files, "/a.npy"));
    files.contents.set("/a.npy", bytes.slice(0, 200));
    const error = await fault("truncated", () => file.tensor());
    assert.match(error.message, /the file ends too early: expected 192 bytes, found 72 bytes/);
  });

  it("writes by extension, and says what it does not write", async () => {
    const files = new MemoryFiles();
    const a = tensor("int16", [2], Int16Array.of(1, -2));
    await writeTensors(files, "/a.npy", { a });
    assert.deepEqual(await readTensor(files, "/a.npy"), a);
    await writeTensors(files, "/a.npz", { a, b: a }, { deflate: true });
    assert.deepEqual(await readTensor(files, "/a.npz#b"), a);
    await fault("unsupported", () => writeTensors(files, "/b.npy", { a, b: a }));
    await fault("unsupported", () => writeTensors(files, "/b.csv", { a }));
  });

  it("finds the format by the first bytes where the name has no known ending", async () => {
    const names = { npy: "npy/scalar.npy", npz: "npz/single.npz", png: "image/c0_d8.png", jpg: "image/gray.jpg" };
    for (const [, name] of Object.entries(names)) {
      const files = new MemoryFiles({ "/data": fixture(name) });
      assert.equal((await listTensors(files, "/data")).length, 1, name);
    }
    const jpegAsPng = new MemoryFiles({ "/a.png": fixture("image/gray.jpg") });
    assert.deepEqual((await readTensor(jpegAsPng, "/a.png")).shape, [1, 1, 17, 24]);
  });

  it("notes what it passed over", async () => {
    const notes: string[] = [];
    const files = new MemoryFiles({ "/a.npy": fixture("npy/trailing.npy"), "/a.csv": fixture("csv/heading.csv") });
    await readTensor(files, "/a.npy", (text) => notes.push(text));
    await readTensor(files, "/a.csv", (text) => notes.push(text));
    assert.match(
      notes.join("\n"),
      /^\d+ bytes after the array were passed over, as NumPy does\nline 1 was taken as a heading$/,
    );
  });
});
