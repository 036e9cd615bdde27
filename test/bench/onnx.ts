// An ONNX model with one Conv node, written by hand: protobuf messages are fields (number, wire type) one after the other.
// Field numbers are those of onnx.proto3, named where they are used.
import type { Geometry } from "../../src/conv/geometry";
import type { ComputeTensor } from "../../src/tensor/tensor";

type Bytes = Uint8Array<ArrayBuffer>;

function varint(value: number): Bytes {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Uint8Array.from([...bytes, value]);
}

function join(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Wire type 0. */
export const number = (field: number, value: number) => join(varint(field * 8), varint(value));
/** Wire type 2: a message, a string or bytes. */
export const block = (field: number, content: Bytes | string) => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return join(varint(field * 8 + 2), varint(bytes.length), bytes);
};

const FLOAT = 1;
const INTS = 7;

/** AttributeProto: name = 1, ints = 8, type = 20. */
const ints = (name: string, values: readonly number[]) =>
  join(block(1, name), ...values.map((value) => number(8, value)), number(20, INTS));

/** TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9. */
const initializer = (name: string, { shape, data }: ComputeTensor) =>
  join(
    ...shape.map((size) => number(1, size)),
    number(2, FLOAT),
    block(8, name),
    block(9, new Uint8Array(Float32Array.from(data).buffer)),
  );

/** ValueInfoProto: name = 1, type = 2 { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 { dim_value = 1 } } } }. */
const valueInfo = (name: string, shape: readonly number[]) => {
  const dims = join(...shape.map((size) => block(1, number(1, size))));
  return join(block(1, name), block(2, block(1, join(number(1, FLOAT), block(2, dims)))));
};

/** x → Conv(W, b) → out. W and b are part of the model. Zeros padding. */
export function convModel(g: Geometry, W: ComputeTensor, b: ComputeTensor): Bytes {
  const attributes = [
    ints("strides", [g.y.stride, g.x.stride]),
    ints("pads", [g.y.begin, g.x.begin, g.y.end, g.x.end]),
    ints("dilations", [g.y.dilation, g.x.dilation]),
    ints("kernel_shape", [g.y.kernel, g.x.kernel]),
    // `group` alone is one number: AttributeProto i = 3 of type INT = 2.
    join(block(1, "group"), number(3, g.groups), number(20, 2)),
  ];
  // NodeProto: input = 1, output = 2, op_type = 4, attribute = 5.
  const node = join(
    ...["x", "W", "b"].map((name) => block(1, name)),
    block(2, "out"),
    block(4, "Conv"),
    ...attributes.map((attribute) => block(5, attribute)),
  );
  // GraphProto: node = 1, name = 2, initializer = 5, input = 11, output = 12.
  const graph = join(
    block(1, node),
    block(2, "layer"),
    block(5, initializer("W", W)),
    block(5, initializer("b", b)),
    block(11, valueInfo("x", [g.batch, g.channels, g.y.size, g.x.size])),
    block(12, valueInfo("out", [g.batch, g.filters, g.y.out, g.x.out])),
  );
  // ModelProto: ir_version = 1, graph = 7, opset_import = 8 { version = 2 }.
  return join(number(1, 8), block(7, graph), block(8, number(2, 17)));
}
