import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { elementCount, indexAt } from "../tensor/tensor";
import { shapeOf } from "../trace/order/elements";
import type { Trace } from "../trace/moment/trace";
import { progressOf, storedOf, tensorsOf } from "./tensors";
import { ConvError } from "../base/errors";

/**
 * Bytes of one answer, which is one text in memory, and elements that are worked out one by one for it: those of tensors that are not
 * held, or are still being written. Whoever asks for more is refused, for the protocol has no word for "there is more": a client would
 * take what is missing for the end, or for unreadable. VS Code's hex editor asks for 4 KiB at a time, other viewers for 1 MiB at most.
 */
const MOST_BYTES = 2 ** 22;
const MOST_WORKED_OUT = 2 ** 14;

/**
 * The bytes of a tensor as of a step, in C order, least significant byte first. A memory reference is a tensor's name, and its
 * addresses are offsets into it. What is not written yet cannot be read, nor can what lies before the tensor; behind
 * its end there is no memory. Throws ConvError `bad-value` if there is no such tensor, `too-large`.
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
  if (last - first > most)
    throw new ConvError({
      code: "too-large",
      what: `${end - offset} bytes of ${tensor} are too many for one answer`,
      remedy: `Read at most ${(most - 1) * width} at a time`,
    });
  const bytes = new DataView(new ArrayBuffer((last - first) * width));
  let read = 0;
  for (; read < last - first; read++) {
    const value = held?.data[first + read] ?? trace.read({ tensor, index: indexAt(shape, first + read) }, step).value;
    if (value === null) break;
    if (dtype === "float32") bytes.setFloat32(read * width, value, true);
    else bytes.setFloat64(read * width, value, true);
  }
  const from = offset - first * width;
  const until = Math.max(from, Math.min(read * width, end - first * width));
  const data = base64(new Uint8Array(bytes.buffer, from, until - from));
  // With the bytes behind the end: VS Code takes what is neither sent nor unreadable for zeros.
  const isWhole = until === end - first * width;
  return isWhole ? { address, data } : { address, data, unreadableBytes: count - (until - from) };
}

function hex(offset: number): string {
  return offset < 0 ? `-0x${(-offset).toString(16)}` : `0x${offset.toString(16)}`;
}

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 2 ** 13)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 2 ** 13)));
  return btoa(parts.join(""));
}
