import assert from "node:assert/strict";
import vm from "node:vm";
import { Frame, type Program } from "../../src/paused/program";
import { readPausedTensor } from "../../src/paused/readTensor";
import type { Tensor } from "../../src/tensor/tensor";

const source = `
  const f32 = Float32Array.of(1.5, -2, NaN, Infinity), shared = new Float32Array(new ArrayBuffer(16), 4, 2).fill(3);
  const f64 = Float64Array.of(1 / 3), i8 = Int8Array.of(-1), i16 = Int16Array.of(-300), i32 = Int32Array.of(-70000);
  const u8 = Uint8Array.of(255), clamped = Uint8ClampedArray.of(300), u16 = Uint16Array.of(65535), u32 = Uint32Array.of(2 ** 32 - 1);
  const i64 = BigInt64Array.of(-(2n ** 62n) - 1n), u64 = BigUint64Array.of(2n ** 64n - 1n);
  const bytes = Uint8Array.of(1, 2, 3, 4), buffer = bytes.buffer, view = new DataView(buffer, 1, 2);
  const rows = [[1, 2.5], [3, -0]], typedRows = [Float32Array.of(1, 2), Float32Array.of(3, 4)], empty = [[], []], one = 7;
  const ndarray = { data: f64, shape: [1, 1] }, listed = { data: [1, 2, 3, 4, 5, 6], shape: [3, 2] };
  const strided = { data: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7), shape: [2, 3], stride: [1, 2], offset: 1 };
  const wrapped = { selection: strided }, onnx = { dims: [2, 1], data: Uint16Array.of(0x3c00, 0xc000), type: "float16" };
  const tfjs = { shape: [2], dataSync: () => Float32Array.of(8, 9) };
  const large = new Float32Array(700_000).map((_, i) => i % 1000);
  const nestedLarge = Array.from({ length: 500 }, (_, y) => Array.from({ length: 600 }, (_, x) => x - y));
  const text = "abc", none = null, words = [["a"]], ragged = [[1, 2], [3]], holes = [[1, , 3]], object = {}, bigints = [1n], mismatch = { data: f32, shape: [5] };
  let calls = 0; const random = () => new Float32Array(400_000).fill(calls++);
`;

/** A program in another realm, in which expressions are evaluated as a debugger would. */
class Realm implements Program {
  readonly context: vm.Context;
  constructor(globals: object) {
    this.context = vm.createContext(globals);
    vm.runInContext(source, this.context);
  }

  async customRequest(_command: string, args: unknown): Promise<unknown> {
    const value: unknown = await Promise.resolve(
      vm.runInContext((args as { expression: string }).expression, this.context),
    );
    return { result: `'${String(value)}'`, variablesReference: 0 };
  }

  read(expression: string, onProgress?: () => void): Promise<Tensor | undefined> {
    const frame = new Frame(this, 1, "pwa-node", new AbortController().signal);
    return readPausedTensor(frame, expression, {
      limit: 2 ** 24,
      askShape: () => Promise.reject(new Error("nobody asks")),
      onProgress,
    });
  }
}

const realms = {
  "Node's": new Realm({ Buffer, TextEncoder }),
  "a browser's": new Realm({ btoa, TextEncoder }),
};

/** dtype, shape and numbers as the source has them. */
const tensors: Readonly<Record<string, readonly [string, string, readonly (number | bigint)[]]>> = {
  f32: ["float32", "4", [1.5, -2, NaN, Infinity]],
  shared: ["float32", "2", [3, 3]],
  f64: ["float64", "1", [1 / 3]],
  i8: ["int8", "1", [-1]],
  i16: ["int16", "1", [-300]],
  i32: ["int32", "1", [-70000]],
  i64: ["int64", "1", [-4611686018427387905n]],
  u8: ["uint8", "1", [255]],
  clamped: ["uint8", "1", [255]],
  u16: ["uint16", "1", [65535]],
  u32: ["uint32", "1", [4294967295]],
  u64: ["uint64", "1", [18446744073709551615n]],
  buffer: ["uint8", "4", [1, 2, 3, 4]],
  view: ["uint8", "2", [2, 3]],
  rows: ["float64", "2,2", [1, 2.5, 3, -0]],
  typedRows: ["float64", "2,2", [1, 2, 3, 4]],
  empty: ["float64", "2,0", []],
  one: ["float64", "", [7]],
  "rows[1] // its own": ["float64", "2", [3, -0]],
  ndarray: ["float64", "1,1", [1 / 3]],
  listed: ["float64", "3,2", [1, 2, 3, 4, 5, 6]],
  strided: ["float64", "2,3", [1, 3, 5, 2, 4, 6]],
  wrapped: ["float64", "2,3", [1, 3, 5, 2, 4, 6]],
  onnx: ["float16", "2,1", [1, -2]],
  tfjs: ["float32", "2", [8, 9]],
};

for (const [whose, realm] of Object.entries(realms))
  describe(`tensors of a paused JavaScript program, ${whose}`, () => {
    for (const [name, [dtype, shape, values]] of Object.entries(tensors))
      it(`reads ${name}`, async () => {
        const found = await realm.read(name);
        assert.deepEqual([found?.dtype, found?.shape.join()], [dtype, shape]);
        assert.deepEqual(
          Array.from<number | bigint, unknown>(found?.data ?? [], (value) => value),
          values,
        );
      });

    it("reads in several parts", async () => {
      const parts: number[] = [];
      const found = await realm.read("large", () => parts.push(1));
      assert.equal(parts.length, 3);
      assert.deepEqual(
        found?.data,
        new Float32Array(700_000).map((_, i) => i % 1000),
      );
      const nested = await realm.read("nestedLarge");
      assert.deepEqual([nested?.shape, nested?.data[599], nested?.data[299_400]], [[500, 600], 599, -499]);
    });

    const errors: Readonly<Record<string, RegExp>> = {
      text: /^text is not a tensor of numbers: .*found a string\.$/,
      none: /found null\.$/,
      words: /found Array\.$/,
      object: /found Object\.$/,
      bigints: /found Array\.$/,
      holes: /found Array\.$/,
      ragged: /found RangeError: the array is ragged: not all parts at depth 2 have 2 elements\.$/,
      mismatch: /^mismatch changed while it was read: its length is not that of its shape/,
      "random()": /^random\(\) changed while it was read: its checksum is not that of what arrived/,
      nowhere: /^nowhere has no value in the paused program: found ReferenceError: nowhere is not defined\.$/,
    };
    for (const [expression, message] of Object.entries(errors))
      it(`says what is wrong with ${expression}`, () => assert.rejects(realm.read(expression), { message }));

    it("leaves nothing behind", async () => {
      const before = Object.keys(realm.context).join();
      await realm.read("f32");
      assert.equal(Object.keys(realm.context).join(), before);
    });
  });
