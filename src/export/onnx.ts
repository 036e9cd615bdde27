// An ONNX model with one Conv node, written by hand. Field numbers are those of onnx.proto3, named where they are used.
import { ConvError } from "../base/errors";
import { sizeText } from "../base/text";
import { sourceMap } from "../conv/columns";
import { type Geometry, outShape, xShape } from "../conv/geometry";
import { type ComputeTensor, toCompute } from "../tensor/tensor";
import { type Bytes, block, join, number } from "./protobuf";
import { headerText, isPadded } from "./python";
import type { Reproduced } from "./reproduced";
import { type Store, numpyDialect, preamble } from "./store";

/** TensorProto.DataType. */
const FLOAT = 1;
const INT64 = 7;
/** AttributeProto.AttributeType. */
const INT = 2;
const INTS = 7;

/** What one message of Protocol Buffers may hold. */
const MOST_BYTES = 2 ** 31 - 2 ** 20;

/** AttributeProto: name = 1, i = 3, ints = 8, type = 20. */
const int = (name: string, value: number) => join(block(1, name), number(3, value), number(20, INT));
const ints = (name: string, values: readonly number[]) =>
  join(block(1, name), ...values.map((value) => number(8, value)), number(20, INTS));

/** TensorProto: dims = 1, data_type = 2, name = 8, raw_data = 9. */
const initializer = (name: string, shape: readonly number[], type: number, data: Bytes) =>
  join(...shape.map((size) => number(1, size)), number(2, type), block(8, name), block(9, data));

const floats = (name: string, { shape, data }: ComputeTensor) =>
  initializer(name, shape, FLOAT, new Uint8Array(Float32Array.from(data).buffer));

const indices = (name: string, values: Int32Array) =>
  initializer(name, [values.length], INT64, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));

/** ValueInfoProto: name = 1, type = 2 { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 { dim_value = 1 } } } }. */
const valueInfo = (name: string, shape: readonly number[]) => {
  const dims = join(...shape.map((size) => block(1, number(1, size))));
  return join(block(1, name), block(2, block(1, join(number(1, FLOAT), block(2, dims)))));
};

/** NodeProto: input = 1, output = 2, op_type = 4, attribute = 5. */
const node = (type: string, inputs: readonly string[], output: string, attributes: readonly Bytes[]) =>
  join(
    ...inputs.map((name) => block(1, name)),
    block(2, output),
    block(4, type),
    ...attributes.map((attribute) => block(5, attribute)),
  );

/**
 * x → Conv(W, b) → out, in float32; W and b are part of the model. Conv pads with zeros only: where padding shows cells of x, two
 * Gather nodes fetch them. Throws ConvError `too-large` from 2 GiB on.
 */
export function onnxModel(g: Geometry, W: ComputeTensor, b: ComputeTensor | null, doc = ""): Bytes {
  const bytes = 4 * (W.data.length + (b?.data.length ?? 0));
  if (bytes > MOST_BYTES)
    throw new ConvError({
      code: "too-large",
      what: "the tensors do not fit into one .onnx file",
      expected: `at most ${sizeText(MOST_BYTES)}`,
      found: sizeText(bytes),
    });
  const gathers = isPadded(g) && g.paddingMode !== "zeros";
  const conv = [
    ints("strides", [g.y.stride, g.x.stride]),
    ints("pads", gathers ? [0, 0, 0, 0] : [g.y.begin, g.x.begin, g.y.end, g.x.end]),
    ints("dilations", [g.y.dilation, g.x.dilation]),
    ints("kernel_shape", [g.y.kernel, g.x.kernel]),
    int("group", g.groups),
  ];
  const nodes = [
    ...(gathers
      ? [
          node("Gather", ["x", "iy"], "rows", [int("axis", 2)]),
          node("Gather", ["rows", "ix"], "padded", [int("axis", 3)]),
        ]
      : []),
    node("Conv", [gathers ? "padded" : "x", "W", ...(b === null ? [] : ["b"])], "out", conv),
  ];
  const initializers = [
    floats("W", W),
    ...(b === null ? [] : [floats("b", b)]),
    ...(gathers ? [indices("iy", sourceMap(g.y, g.paddingMode)), indices("ix", sourceMap(g.x, g.paddingMode))] : []),
  ];
  // GraphProto: node = 1, name = 2, initializer = 5, input = 11, output = 12.
  const graph = join(
    ...nodes.map((each) => block(1, each)),
    block(2, "layer"),
    ...initializers.map((each) => block(5, each)),
    block(11, valueInfo("x", xShape(g))),
    block(12, valueInfo("out", outShape(g))),
  );
  // ModelProto: ir_version = 1, producer_name = 2, doc_string = 6, graph = 7, opset_import = 8 { version = 2 }.
  return join(number(1, 8), block(2, "Conv Debugger"), block(6, doc), block(7, graph), block(8, number(2, 17)));
}

/** What the model says of itself, in comment lines. */
function headerOf(layer: Reproduced): string {
  return headerText(layer, [
    "Forward only: ONNX has no gradients.",
    ...(layer.x.dtype === "float64" ? ["Rounded to float32: ONNX Runtime has no Conv in float64."] : []),
  ]);
}

/** The layer as a model of its own, whose input is x. Throws ConvError `too-large`. */
export function modelOf(layer: Reproduced): Bytes {
  return onnxModel(layer.geometry, layer.W, layer.b, headerOf(layer).replace(/^# /gm, "").trimEnd());
}

/** The lines that run the model on x; the model is a file. It ends with out as a variable. */
export function onnxCode(layer: Reproduced, store: Store): string {
  const path = store.path(`${store.stem}.onnx`, modelOf(layer));
  const body = `${store.define("x", toCompute(layer.x, "float32"), numpyDialect)}
session = onnxruntime.InferenceSession(${path})
(out,) = session.run(None, {"x": x})
`;
  return headerOf(layer) + preamble(body, ["import onnxruntime"]) + body;
}
