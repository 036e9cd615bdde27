import assert from "node:assert/strict";
import fc from "fast-check";
import { type Dtype, computeArray, dtypes, rounder } from "../../../src/tensor/dtype";
import {
  type Tensor,
  elementCount,
  indexAt,
  offsetOf,
  shapeText,
  stridesOf,
  tensor,
  toCompute,
  transpose,
  zeros,
} from "../../../src/tensor/tensor";

const anyShape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 5 });
const countingTensor = (shape: number[]) =>
  tensor(
    "float64",
    shape,
    Float64Array.from({ length: elementCount(shape) }, (_, i) => i),
  );

describe("tensor", () => {
  it("takes exactly the elements of its shape, in the array of its type", () => {
    assert.deepEqual(tensor("int8", [2, 3], new Int8Array(6)).shape, [2, 3]);
    assert.equal(tensor("float64", [], Float64Array.of(7)).data.length, 1);
    assert.equal(tensor("float32", [2, 0, 3], new Float32Array(0)).data.length, 0);
    assert.throws(() => tensor("float32", [2, 3], new Float32Array(5)), {
      code: "bad-shape",
      message: /5 elements.*2×3.*expected 6, found 5/,
    });
    const mislabelled: Dtype = "float64";
    assert.throws(() => tensor(mislabelled, [1], new Float32Array(1)), {
      code: "bad-dtype",
      message: /float64.*Float32Array/,
    });
  });

  it("keeps its own copy of the shape", () => {
    const shape = [2, 2];
    const made = tensor("float32", shape, new Float32Array(4));
    shape[0] = 9;
    assert.deepEqual(made.shape, [2, 2]);
  });

  it("is a plain record that structured clone carries", () => {
    const made = tensor("int64", [2], BigInt64Array.of(1n, -(2n ** 62n)));
    assert.deepEqual(structuredClone(made), made);
    assert.deepEqual(zeros("float32", [2, 1]).data, new Float32Array(2));
  });

  it("names shapes", () => {
    assert.equal(shapeText([1, 3, 32, 32]), "1×3×32×32");
    assert.equal(shapeText([4]), "4");
    assert.equal(shapeText([]), "()");
  });

  it("counts positions in C order, last axis fastest", () => {
    assert.deepEqual(stridesOf([2, 3, 4]), [12, 4, 1]);
    assert.equal(offsetOf([2, 3, 4], [1, 2, 3]), 23);
    assert.deepEqual(indexAt([2, 3, 4], 17), [1, 1, 1]);
    fc.assert(
      fc.property(anyShape, (shape) => {
        const strides = stridesOf(shape);
        for (let at = 0; at < elementCount(shape); at++) {
          const index = indexAt(shape, at);
          assert.ok(index.every((part, axis) => part >= 0 && part < shape[axis]));
          assert.equal(offsetOf(shape, index), at);
          assert.equal(
            index.reduce((sum, part, axis) => sum + part * strides[axis], 0),
            at,
          );
        }
      }),
    );
  });

  it("stays exact beyond 2³² elements", () => {
    const shape = [70_000, 70_000];
    assert.equal(elementCount(shape), 4_900_000_000);
    assert.equal(offsetOf(shape, [69_999, 69_999]), 4_899_999_999);
    assert.deepEqual(indexAt(shape, 4_899_999_999), [69_999, 69_999]);
  });
});

describe("transpose", () => {
  it("moves every element to its transposed index", () => {
    const shapeAndOrder = anyShape.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })),
    );
    fc.assert(
      fc.property(shapeAndOrder, ([shape, order]) => {
        const source = countingTensor(shape);
        const result = transpose(source, order);
        assert.deepEqual(
          result.shape,
          order.map((axis) => shape[axis]),
        );
        for (let at = 0; at < source.data.length; at++) {
          const index = indexAt(shape, at);
          assert.equal(
            result.data[
              offsetOf(
                result.shape,
                order.map((axis) => index[axis]),
              )
            ],
            source.data[at],
          );
        }
      }),
    );
  });

  it("keeps the type, also of 64-bit integers, and copies", () => {
    const source = tensor("int64", [1, 2], BigInt64Array.of(1n, 2n ** 60n));
    const result = transpose(source, [1, 0]);
    assert.deepEqual(result, { dtype: "int64", shape: [2, 1], data: BigInt64Array.of(1n, 2n ** 60n) });
    assert.notEqual(result.data, source.data);
    assert.deepEqual(transpose(tensor("bool", [0, 3], new Uint8Array(0)), [1, 0]).shape, [3, 0]);
  });
});

describe("toCompute", () => {
  it("keeps float64, turns everything else into float32 unless told", () => {
    const cases: [Tensor, string][] = [
      [tensor("float64", [1], Float64Array.of(0.1)), "float64"],
      [tensor("float32", [1], Float32Array.of(0.5)), "float32"],
      [tensor("float16", [1], Float32Array.of(0.5)), "float32"],
      [tensor("uint8", [1], Uint8Array.of(255)), "float32"],
      [tensor("int64", [1], BigInt64Array.of(-3n)), "float32"],
      [tensor("bool", [1], Uint8Array.of(1)), "float32"],
    ];
    for (const [source, dtype] of cases) {
      assert.equal(toCompute(source).dtype, dtype, source.dtype);
      assert.equal(toCompute(source).data[0], Number(source.data[0]));
      assert.equal(toCompute(source, "float64").data[0], Number(source.data[0]));
      assert.ok(toCompute(source, "float64").data instanceof Float64Array);
    }
    assert.equal(toCompute(tensor("float64", [1], Float64Array.of(0.1)), "float32").data[0], Math.fround(0.1));
  });

  it("rounds integers of 64 bits once", () => {
    // Next to the middle of two float32, and nearer to it than a double can tell.
    const middle = 2n ** 60n + 2n ** 36n;
    const signed = [
      middle - 1n,
      middle,
      middle + 1n,
      -middle - 1n,
      -middle,
      -middle + 1n,
      2n ** 53n + 1n,
      -(2n ** 63n),
    ];
    const wanted = [
      2 ** 60,
      2 ** 60,
      2 ** 60 + 2 ** 37,
      -(2 ** 60) - 2 ** 37,
      -(2 ** 60),
      -(2 ** 60),
      2 ** 53,
      -(2 ** 63),
    ];
    const data = BigInt64Array.from(signed);
    assert.deepEqual([...toCompute(tensor("int64", [8], data), "float32").data], wanted);
    assert.deepEqual([...toCompute(tensor("int64", [8], data), "float64").data], signed.map(Number));
    const large = [2n ** 64n - 1n, 2n ** 63n + 2n ** 39n + 1n, 2n ** 63n + 2n ** 39n, 2n ** 24n + 1n];
    assert.deepEqual(
      [...toCompute(tensor("uint64", [4], BigUint64Array.from(large)), "float32").data],
      [2 ** 64, 2 ** 63 + 2 ** 40, 2 ** 63, 2 ** 24],
    );
  });

  it("copies only where it must convert", () => {
    const single = tensor("float32", [2], Float32Array.of(-0, NaN));
    assert.equal(toCompute(single).data, single.data);
    assert.ok(Object.is(toCompute(single, "float64").data[0], -0));
    assert.ok(Number.isNaN(toCompute(single, "float64").data[1]));
  });
});

describe("dtypes", () => {
  it("have the sizes that NumPy gives them", () => {
    const bytes = Object.entries(dtypes).map(([name, { fileBytes }]) => `${name} ${fileBytes}`);
    assert.deepEqual(bytes, [
      "bool 1", "int8 1", "int16 2", "int32 4", "int64 8", "uint8 1", "uint16 2", "uint32 4", "uint64 8",
      "float16 2", "bfloat16 2", "float32 4", "float64 8",
    ]); // prettier-ignore
    for (const { array, fileBytes, kind } of Object.values(dtypes))
      assert.ok(kind === "float" ? array.BYTES_PER_ELEMENT >= fileBytes : array.BYTES_PER_ELEMENT === fileBytes);
  });

  it("round as they are stored", () => {
    assert.equal(rounder("float32")(0.1), 0.10000000149011612);
    assert.equal(rounder("float64")(0.1), 0.1);
    assert.deepEqual(computeArray("float32", 2), new Float32Array(2));
    assert.deepEqual(computeArray("float64", 0), new Float64Array(0));
  });
});
