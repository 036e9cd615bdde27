import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseLayerFile } from "../../../src/formats/layerFile";
import { readTensor } from "../../../src/formats/formats";
import { base, load } from "./layerSupport";
import { MemoryFiles, disk, fault, fixture } from "./support";

type Bytes = Uint8Array<ArrayBuffer>;

/** What is said of a file with these bytes. */
async function said(code: string, name: string, bytes: Bytes, key = ""): Promise<string> {
  return (await fault(code, () => readTensor(new MemoryFiles({ [`/${name}`]: bytes }), `/${name}${key}`))).message;
}

function npy(descr: string, shape: string): Bytes {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape},), }\n`;
  const head = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  head.writeUInt16LE(text.length, 8);
  return Uint8Array.from(Buffer.concat([head, Buffer.from(text)]));
}

function safetensors(header: object | string, data = 0): Bytes {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Uint8Array.from(Buffer.concat([length, text, Buffer.alloc(data)]));
}

describe("formats: what is said", () => {
  it("shows the bytes of a wrong beginning", async () => {
    const utf8 = Uint8Array.from(Buffer.from("\x93NUMPY\x01\x00", "utf8"));
    assert.match(await said("bad-magic", "a.npy", utf8), /expected "\\x93NUMPY", found "\\xc2\\x93NUMP"\./);
    const control = Uint8Array.of(0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x9b);
    assert.match(await said("bad-magic", "a.npy", control), /found "\\x1b\[31m\\x9b"/);
    assert.match(await said("bad-magic", "a.png", control), /expected PNG or JPEG, found "\\x1b\[31m\\x9b"/);
  });

  it("says what it is that is no file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "conv-said-"));
    try {
      const path = join(folder, "a.npy");
      execFileSync("mkfifo", [path]);
      const says = async (name: string) => (await fault("not-a-file", () => readTensor(disk, name))).message;
      assert.match(await says(path), /expected a regular file, found a FIFO/);
      assert.match(await says(folder), /expected a regular file, found a directory/);
      assert.match(await says("/dev/null"), /expected a regular file, found a device/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says in its own words what is wrong with an entry of .safetensors", async () => {
    const entry = { dtype: "U8", shape: [1], data_offsets: [0, 1] };
    const says = (change: object) =>
      said("bad-header", "a.safetensors", safetensors({ a: { ...entry, ...change } }, 1), "#a");
    assert.match(
      await said(
        "bad-header",
        "a.safetensors",
        safetensors('{"a":{"dtype":"U8","shape":[1e300],"data_offsets":[0,1]}}', 1),
      ),
      /"a"\.shape\[0\]: .*expected a whole number from 0 to 2\^53 - 1, found 1e\+300/,
    );
    assert.match(await says({ shape: [1.5] }), /shape\[0\]: .*expected a whole number from 0 to 2\^53 - 1, found 1\.5/);
    assert.match(await says({ z: 1 }), /expected an object with the keys dtype, shape and data_offsets, found "z"/);
    assert.match(await says({ dtype: 7 }), /"a"\.dtype: .*expected a text such as "F32", found 7/);
    assert.match(await says({ dtype: undefined }), /"a"\.dtype: .*expected a text such as "F32", found nothing/);
    assert.match(
      await says({ data_offsets: [0] }),
      /data_offsets: .*expected two whole numbers, \[begin, end\], found \[0\]/,
    );
    const metadata = safetensors({ __metadata__: { a: 1 } });
    assert.match(
      await said("bad-header", "a.safetensors", metadata),
      /"__metadata__"\.a: .*expected an object of texts, found 1/,
    );
  });

  const syntax: [string, string, RegExp][] = [
    ["single quotes", "{'input': 1}", /double quotes/],
    ["a bare NaN", '{"input": [[NaN]], "weight": [[1]]}', /1:13: .*Write it in double quotes: "NaN"\./],
    ["a bare infinity", '{"input": [[-Infinity]], "weight": [[1]]}', /"-Infinity"\./],
    [
      "nothing",
      "",
      /^l, 1:1: a value is missing here: expected a layer, such as \{"input": "x\.npy", "weight": "w\.npy"\}/,
    ],
    ["comments only", "// later\n", /expected a layer, such as/],
  ];
  for (const [name, text, message] of syntax)
    it(`says what to do about ${name} in a layer file`, async () => {
      assert.match((await fault("bad-syntax", () => parseLayerFile(text, "l"))).message, message);
    });

  it("says where a key stands for the first time", async () => {
    const text = '{"input": "a", "weight": "b",\n  "stride": 1,\n"stride": 2}';
    const error = await fault("bad-key", () => parseLayerFile(text, "l"));
    assert.match(error.message, /^l, 3:1: "stride" is set twice, for the first time at 2:3\./);
  });

  it("calls extended precision only what is", async () => {
    assert.match(await said("bad-dtype", "a.npy", npy("<f3", "1")), /not a type of NumPy.*found "<f3"/);
    assert.match(await said("unsupported", "a.npy", npy("<f16", "1")), /extended precision/);
    assert.match(await said("bad-dtype", "a.npy", npy("<c5", "1")), /not a type of NumPy/);
  });

  it("says lengths once, and the right way round", async () => {
    const cut = await said("truncated", "a.npy", npy("<f4", "4"));
    assert.match(cut, /the data is shorter than float32 4: expected 16 bytes, found 0 bytes/);
    assert.doesNotMatch(cut, /need/);
    const zip = Buffer.from(fixture("npz/stored.npz"));
    zip.writeUInt32LE(2 ** 31 - 1, zip.indexOf("PK\x01\x02") + 20);
    const line = await said("bad-archive", "a.npz", Uint8Array.from(zip), "#a");
    assert.match(line, /expected 2147483647 bytes, as many as are stored, found \d+ bytes/);
  });

  it("cuts what is endless", async () => {
    const digits = "9".repeat(60_000);
    assert.ok((await said("bad-shape", "a.npy", npy("<f4", digits))).length < 250);
    const name = "long name ".repeat(500);
    const cases: [string, Promise<string>][] = [
      ["entry", said("bad-header", "a.safetensors", safetensors({ [name]: 1 }))],
      [
        "keys",
        said(
          "bad-key",
          "a.safetensors",
          safetensors({ [name]: { dtype: "U8", shape: [0], data_offsets: [0, 0] } }),
          "#b",
        ),
      ],
      ["key", said("bad-key", "a.safetensors", safetensors({}), `#${name}`)],
      ["twice", said("bad-header", "a.safetensors", safetensors(`{"${name}": 1, "${name}": 1}`))],
    ];
    for (const [what, message] of cases) {
      const text = (await message).replace(/^\/a\.safetensors/, "");
      assert.ok(text.length < 350 && text.includes("…"), `${what}: ${text}`);
    }
    const unknown = await fault("bad-key", () => parseLayerFile(JSON.stringify({ ...base, [name]: 1 }), "l"));
    assert.ok(unknown.message.length < 400, unknown.message);
  });

  it("says that a file of one tensor has no key", async () => {
    const message =
      /^\/w\/x\.npy#x: there is no such file, and a \.npy file has one tensor and no key.* Leave "#x" out\.$/;
    const files = new MemoryFiles({ "/w/x.npy": npy("<f4", "0") });
    assert.match((await fault("not-found", () => readTensor(files, "/w/x.npy#x"))).message, message);
    assert.match((await fault("not-found", () => load({ ...base, input: "x.npy#x" }))).message, message);
  });

  it("says what a word could have been that is no file", async () => {
    const dout = await fault("not-found", () => load({ ...base, dout: "zeros" }));
    assert.match(dout.message, /expected "ones", a file name, an array, .*, found "zeros"/);
    assert.match(
      (await fault("not-found", () => load({ ...base, input: "random" }))).message,
      /expected a file name, an array/,
    );
    assert.doesNotMatch((await fault("not-found", () => load({ ...base, input: "no.npy" }))).message, /expected/);
  });

  it("counts one as one, and says a shape of one axis as a shape", async () => {
    const about = async (layer: object, code = "bad-shape") =>
      (await fault(code, () => load({ ...base, ...layer }))).message;
    assert.match(await about({ input: [1, 2, 3, 4] }), /input has 1 axis: .*found shape \(4\)/);
    const line = await about({ weight: [[[1]]] });
    assert.match(
      line,
      /weight has 3 axes: expected 4 axes OIHW, found shape 1×1×1\. Write all four axes: \[1, 1, 1, 1\]\.$/,
    );
    assert.match(
      await about({ input: [[1]], weight: { random: [2, 1, 1, 1] }, groups: 2 }, "bad-geometry"),
      /groups 2 does not divide 1 channel:/,
    );
  });

  it("blames the padding for what the padding does, in numbers that can be read", async () => {
    const error = await fault("bad-geometry", () => load({ input: [[1]], weight: [[1, 2], [3, 4]], padding: 2 ** 40 })); // prettier-ignore
    assert.equal(error.fault.at?.path, "padding");
    assert.match(error.message, /col would have about 4\.84e\+24 × 4 elements/);
  });
});
