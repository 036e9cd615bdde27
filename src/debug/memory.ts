import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { elementCount, indexAt } from "../tensor/tensor";
import { shapeOf } from "../trace/elements";
import type { Trace } from "../trace/trace";
import { progressOf, storedOf, tensorsOf } from "./tensors";
import { ConvError } from "../base/errors";

/** Bytes of one answer. */
const MOST_BYTES = 2 ** 20;
/** Elements that are worked out one by one for an answer: those of tensors that are not held, or are still being written. */
const MOST_WORKED_OUT = 2 ** 14;

/**
 * The bytes of a tensor as of a step, in C order, least significant byte first. A memory reference is a tensor's name, and its
 * addresses are offsets into it. What is not written yet cannot be read, nor can what lies before the tensor; behind
 * its end there is no memory. Throws ConvError `bad-value` if there is no such tensor.
 */
export function readMemory(
  trace: Trace,
  step: number,
  { memoryReference, offset = 0, count }: P.ReadMemoryArguments,
): NonNullable<P.ReadMemoryResponse["body"]> {
  const tensor = tensorsOf(trace).find((name) => name === memoryReference);
  if (tensor === undefined)
    throw new ConvError({
      code: "bad-value",
      what: `there is no memory called ${JSON.stringify(memoryReference)}`,
      expected: `one of ${tensorsOf(trace).join(", ")}`,
    });
  const shape = shapeOf(trace.geometry, tensor);
  const { dtype } = trace.run.arithmetic;
  const width = dtype === "float32" ? 4 : 8;
  const size = elementCount(shape) * width;
  const address = hex(offset);
  if (offset < 0) return { address, data: "", unreadableBytes: Math.min(count, -offset) };
  const end = Math.min(size, offset + count);
  if (offset >= end) return { address, data: "" };
  const [first, last] = [Math.floor(offset / width), Math.ceil(end / width)];
  const held = progressOf(trace, tensor, step) === 1 ? storedOf(trace, tensor) : null;
  const most = held === null ? MOST_WORKED_OUT : MOST_BYTES / width;
  const bytes = new DataView(new ArrayBuffer(Math.min(last - first, most) * width));
  let read = 0;
  for (; read < bytes.byteLength / width; read++) {
    const value = held?.data[first + read] ?? trace.read({ tensor, index: indexAt(shape, first + read) }, step).value;
    if (value === null) break;
    if (dtype === "float32") bytes.setFloat32(read * width, value, true);
    else bytes.setFloat64(read * width, value, true);
  }
  const from = offset - first * width;
  const until = Math.max(from, Math.min(read * width, end - first * width));
  const data = base64(new Uint8Array(bytes.buffer, from, until - from));
  const unreadable = end - offset - (until - from);
  return unreadable > 0 ? { address, data, unreadableBytes: unreadable } : { address, data };
}

function hex(offset: number): string {
  return offset < 0 ? `-0x${(-offset).toString(16)}` : `0x${offset.toString(16)}`;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
