import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Program, Frame } from "../../src/paused/program";
import { type PausedOptions, readPausedTensor } from "../../src/paused/readTensor";
import { Debuggee } from "./debuggee";

const shaped = (...shape: number[]): Partial<PausedOptions> => ({ askShape: () => Promise.resolve(shape) });

describe("tensors of a paused C++ program, by an adapter without readMemory", () => {
  const folder = mkdtempSync(join(tmpdir(), "conv-paused-"));
  let program: Debuggee;
  before(async () => (program = await Debuggee.cpp("tensors.cpp", join(folder, "tensors"))));
  after(() => {
    program.adapter.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  /** dtype, shape and numbers as the program's source has them. */
  const tensors: Readonly<Record<string, readonly [string, string, readonly (number | bigint)[]]>> = {
    matrix: ["float32", "2,3", [1, 2, 3, 4, 5, Math.fround(0.1)]],
    doubles: ["float64", "4", [1e-300, -0, 1 / 3, 4]],
    flags: ["bool", "3", [1, 0, 1]],
    letters: ["int8", "3", [-1, 0, 1]],
    bytes: ["int8", "5", [-128, 2, 3, 4, 127]],
    unsigned_bytes: ["uint8", "3", [255, 0, 13]],
    shorts: ["int16", "2", [-32768, 32767]],
    unsigned_shorts: ["uint16", "1", [65535]],
    ints: ["int32", "2", [-2147483648, 7]],
    unsigned_ints: ["uint32", "1", [4294967295]],
    longs: ["int64", "1", [-9007199254740993n]],
    unsigned_longs: ["uint64", "1", [18446744073709551615n]],
    vector: ["float32", "6", [1, 2, 3, 4, 5, 6]],
    pairs: ["int32", "3,2", [1, 2, 3, 4, 5, 6]],
    nested: ["float64", "3,2", [1, 2, 3, 4, 5, 6]],
    row: ["float64", "3", [7, 8, 9]],
    cube: ["float32", "2,3,2", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    "ints[1]": ["int32", "", [7]],
    "matrix[1]": ["float32", "3", [4, 5, Math.fround(0.1)]],
    "layer->weight": ["float64", "2", [0.5, 1.5]],
    "layer->padding": ["int32", "2", [1, 2]],
    empty: ["float32", "0", []],
    number: ["float64", "", [2.5]],
  };
  for (const [name, [dtype, shape, values]] of Object.entries(tensors))
    it(`reads ${name}`, async () => {
      const found = await program.read(name);
      assert.deepEqual([found?.dtype, found?.shape.join()], [dtype, shape]);
      assert.deepEqual(
        Array.from<number | bigint, unknown>(found?.data ?? [], (value) => value),
        values,
      );
    });

  it("reads what a pointer points to, in the shape that is given", async () => {
    assert.deepEqual((await program.read("pointer", shaped(2, 3)))?.data, Float32Array.of(1, 2, 3, 4, 5, 6));
    assert.deepEqual((await program.read("typedefed", shaped(1, 2, 2)))?.data, Float32Array.of(2, 3, 4, 5));
    assert.deepEqual((await program.read("odd", shaped(2)))?.data, Uint8Array.of(0, 13));
    assert.equal(await program.read("pointer"), undefined); // nobody gave one
  });

  const errors: Readonly<Record<string, RegExp>> = {
    nowhere: /^nowhere has no value in the paused program: found use of undeclared identifier 'nowhere'\.$/,
    extended: /^extended is not a tensor of numbers: .*found long double\.$/,
    text: /^text is not a tensor of numbers/,
    names: /^names is not a tensor of numbers/,
    packed: /found std::vector<bool>, which is packed\.$/,
    rows: /^rows is not a tensor of numbers: .*found float \*\.$/,
    null: /^null is a null pointer\.$/,
    ragged: /^ragged is ragged, or not initialised: its vectors at depth 2 differ in size\.$/,
    wild: /^the program has no memory at 0x8 that can be read\. Check the pointer and the shape\.$/,
    large: /^this debugger cannot read memory, .*at most 256 KiB, found 512 KiB/,
  };
  for (const [expression, message] of Object.entries(errors))
    it(`says what is wrong with ${expression}`, () => assert.rejects(program.read(expression, shaped(4)), { message }));

  it("refuses a shape that is over the budget", () =>
    assert.rejects(program.read("pointer", { ...shaped(1 << 20, 1 << 10), limit: 2 ** 30 }), { code: "too-large" }));

  it("never sends a request that the adapter did not say it knows, and calls no function of the program", () => {
    const sent = new Set(program.requests.map(({ command }) => command));
    assert.deepEqual([...sent].sort(), ["evaluate", "variables"]);
    const asked = program.requests.map(({ args }) => (args as { expression?: string }).expression ?? "");
    assert.ok(!asked.some((text) => /\w\.\w+\(/.test(text)));
  });

  it("reads by readMemory where the adapter names a memory reference", async () => {
    // As LLDB's adapter does from version 17 on: the memory is read where the system shows it.
    const memory = openSync(`/proc/${await program.pid()}/mem`, "r");
    const sizes: number[] = [];
    const able: Program = {
      async customRequest(command, args) {
        if (command !== "readMemory")
          return { ...((await program.customRequest(command, args)) as object), memoryReference: "0x0" };
        const { memoryReference, count } = args as { memoryReference: string; count: number };
        const bytes = Buffer.alloc(count);
        sizes.push(count);
        return {
          address: memoryReference,
          data: bytes.subarray(0, readSync(memory, bytes, 0, count, BigInt(memoryReference))).toString("base64"),
        };
      },
    };
    const read = (expression: string) =>
      readPausedTensor(new Frame(able, program.frameId, "lldb", new AbortController().signal), expression, {
        limit: 2 ** 26,
        askShape: () => Promise.resolve([3, 2]),
      });
    try {
      assert.deepEqual((await read("large"))?.data, new Float32Array(1 << 17).fill(0.5));
      assert.deepEqual(sizes, [16, 2 ** 18, 2 ** 18]);
      assert.deepEqual((await read("cube"))?.data, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
      assert.deepEqual((await read("pointer"))?.data, Float32Array.of(1, 2, 3, 4, 5, 6));
      assert.deepEqual((await read("unsigned_bytes"))?.data, Uint8Array.of(255, 0, 13));
    } finally {
      closeSync(memory);
    }
  });
});
