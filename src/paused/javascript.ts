import type { Tensor } from "../tensor/tensor";
import { asking } from "./answer";
import type { Frame } from "./program";
import { type ReadOptions, transferred } from "./transfer";

/** What runs in the program: a function without a name that uses nothing but the language, and Buffer where there is one. */
const program = String.raw`(value, start, end, send) => {
  const names = { Float16: "float16", Float32: "float32", Float64: "float64", Int8: "int8", Int16: "int16", Int32: "int32",
    BigInt64: "int64", Uint8: "uint8", Uint8Clamped: "uint8", Uint16: "uint16", Uint32: "uint32", BigUint64: "uint64" };
  const tag = (v) => Object.prototype.toString.call(v).slice(8, -1);
  const base64 = (bytes) => {
    if (typeof Buffer === "function") return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  };
  const words = (kind, text) => "conv1 " + kind + " " + base64(new TextEncoder().encode(text)) + " 1vnoc";
  const crc32 = (bytes) => {
    const table = new Int32Array(256);
    for (let byte = 0; byte < 256; byte++) {
      let crc = byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
      table[byte] = crc;
    }
    let crc = -1;
    for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 255];
    return ~crc >>> 0;
  };
  const typed = (v) => {
    if (v instanceof DataView || tag(v) === "DataView" || tag(v).endsWith("ArrayBuffer"))
      v = ArrayBuffer.isView(v) ? new Uint8Array(v.buffer, v.byteOffset, v.byteLength) : new Uint8Array(v);
    const name = names[tag(v).replace(/Array$/, "")];
    return name && ArrayBuffer.isView(v) ? { name, data: v, shape: [v.length], gathered: false } : null;
  };
  const nested = (v) => {
    const shape = [];
    let row = [v];
    while (row.length > 0 && (Array.isArray(row[0]) || typed(row[0]))) {
      const length = row[0].length;
      shape.push(length);
      if (row.some((one) => !(Array.isArray(one) || typed(one)) || one.length !== length))
        throw new RangeError("the array is ragged: not all parts at depth " + shape.length + " have " + length + " elements");
      const next = [];
      for (const one of row) for (let i = 0; i < length; i++) next.push(one[i]);
      row = next;
    }
    if (row.some((one) => typeof one !== "number" && typeof one !== "boolean")) return null;
    return { name: "float64", data: Float64Array.from(row), shape, gathered: true };
  };
  const strided = (found, shape, stride, offset) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const data = new found.data.constructor(size);
    for (let i = 0; i < size; i++) {
      let rest = i, from = offset;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        from += (rest % shape[axis]) * stride[axis];
        rest = Math.floor(rest / shape[axis]);
      }
      data[i] = found.data[from];
    }
    return { ...found, data, shape, gathered: true };
  };
  const taken = (v) => {
    if (typeof v === "number" || typeof v === "boolean" || Array.isArray(v)) return nested(v);
    if (typeof v !== "object" || v === null) return null;
    const plain = typed(v);
    if (plain) return plain;
    if (v.selection && Array.isArray(v.selection.shape)) v = v.selection;
    const shape = v.shape || v.dims;
    if (!shape || typeof shape.length !== "number") return null;
    const sync = typeof v.dataSync === "function";
    const held = sync ? v.dataSync() : v.data;
    const found = typed(held) || (Array.isArray(held) ? nested(held) : null);
    if (!found) return null;
    const half = found.name === "uint16" && (v.type === "float16" || v.type === "bfloat16");
    const axes = Array.from(shape, Number);
    const whole = { ...found, name: half ? v.type : found.name, gathered: found.gathered || sync };
    const stride = v.stride;
    if (stride && stride.length === axes.length) return strided(whole, axes, Array.from(stride, Number), Number(v.offset) || 0);
    return { ...whole, shape: axes };
  };
  const named = (v) => v === null ? "null" : typeof v === "object" ? (v.constructor && v.constructor.name) || "object" : "a " + typeof v;
  try {
    const found = taken(value);
    if (!found) return words("other", named(value));
    const { name, data, shape, gathered } = found;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const part = bytes.subarray(start, Math.min(end, bytes.length));
    const order = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "little" : "big";
    const head = ["conv1 tensor", name, order, shape.join(",") || "-", bytes.length, crc32(part), gathered ? "gathered" : "direct"];
    return [...head, send ? base64(part) : "", "1vnoc"].join(" ");
  } catch (error) {
    return words("error", String(error));
  }
}`;

export async function speaksJavaScript(frame: Frame): Promise<boolean> {
  const { result } = await frame.evaluate("typeof globalThis", "clipboard");
  return /^["'`]?object["'`]?$/.test(result);
}

/** Typed arrays, buffers, nested arrays, and `{data, shape}` with or without strides. Throws ConvError. */
export function readJavaScript(frame: Frame, expression: string, options: ReadOptions): Promise<Tensor> {
  return transferred(
    expression,
    asking(frame, expression, (start, end, send) => `(${program})((${expression}\n), ${start}, ${end}, ${send})`),
    options,
  );
}
