import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { crc32 } from "../../../src/formats/crc32";
import { NpzFile } from "../../../src/formats/npz";
import type { Source } from "../../../src/formats/source";
import { fault } from "./support";

const PAYLOAD = 5 * 2 ** 30;

/** An archive of one stored array of 5 GiB, of which only the beginning and the end are ever made. */
function giant(): Source & { bytesRead: number } {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${PAYLOAD / 4},)}`.padEnd(117) + "\n";
  const header = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text}`, "latin1");
  assert.equal(header.length, 128);
  const size = PAYLOAD + 128;
  const wide = (...values: number[]) =>
    Buffer.concat(values.map((value) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer)));
  const name = Buffer.from("a.npy");
  const record = (length: number, fields: [at: number, value: number, bytes?: number][]) => {
    const bytes = Buffer.alloc(length);
    for (const [at, value, width = 4] of fields) bytes.writeUIntLE(value, at, width);
    return bytes;
  };
  const extra = Buffer.concat([
    record(4, [
      [0, 1, 2],
      [2, 16, 2],
    ]),
    wide(size, size),
  ]);
  const local = Buffer.concat([
    record(30, [
      [0, 0x04034b50],
      [18, 0xffffffff],
      [22, 0xffffffff],
      [26, 5, 2],
      [28, 20, 2],
    ]),
    name,
    extra,
  ]);
  const member = Buffer.concat([
    record(46, [
      [0, 0x02014b50],
      [20, 0xffffffff],
      [24, 0xffffffff],
      [28, 5, 2],
      [30, 20, 2],
    ]),
    name,
    extra,
  ]);
  const directoryAt = local.length + size;
  const end64 = Buffer.concat([record(24, [[0, 0x06064b50]]), wide(1, 1, member.length, directoryAt)]);
  const locator = Buffer.concat([record(8, [[0, 0x07064b50]]), wide(directoryAt + member.length), record(4, [[0, 1]])]);
  const end = record(22, [
    [0, 0x06054b50],
    [8, 0xffff, 2],
    [10, 0xffff, 2],
    [12, 0xffffffff],
    [16, 0xffffffff],
  ]);
  const parts: [number, Buffer][] = [
    [0, Buffer.concat([local, header])],
    [directoryAt, Buffer.concat([member, end64, locator, end])],
  ];
  return {
    size: directoryAt + parts[1][1].length,
    bytesRead: 0,
    read(from, to) {
      this.bytesRead += to - from;
      const bytes = new Uint8Array(to - from).fill(0x40);
      for (const [start, part] of parts)
        for (let i = Math.max(from, start); i < Math.min(to, start + part.length); i++)
          bytes[i - from] = part[i - start];
      return Promise.resolve(bytes);
    },
  };
}

describe("formats: archives beyond 4 GiB", () => {
  it("reads a part of an array without the rest, and refuses the whole", async () => {
    const source = giant();
    const archive = await NpzFile.open(source);
    assert.deepEqual((await archive.header("a")).shape, [PAYLOAD / 4]);
    const file = await archive.file("a");
    const last = PAYLOAD / 4;
    assert.deepEqual(await file.elements(last - 2, last), Float32Array.of(3.0039215087890625, 3.0039215087890625));
    assert.ok(source.bytesRead < 70_000, String(source.bytesRead));
    const error = await fault("too-large", () => archive.tensor("a"));
    assert.equal(error.fault.at?.entry, "a.npy");
  });

  it("has the checksum of zip", () => {
    assert.equal(crc32(Buffer.from("123456789")), 0xcbf43926); // the check value of CRC-32/ISO-HDLC
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 37 + length);
      const archive = Buffer.from(zipSync({ a: bytes }, { level: 0 }));
      assert.equal(crc32(bytes), archive.readUInt32LE(14));
    }
  });
});
