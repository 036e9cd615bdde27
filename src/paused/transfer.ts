import { ConvError } from "../base/errors";
import { sizeText } from "../base/text";
import { crc32 } from "../formats/crc32";
import { decodeElements } from "../formats/elements";
import { checkedCount } from "../formats/shape";
import { type Dtype, dtypes } from "../tensor/dtype";
import { type Tensor, shapeText, tensor } from "../tensor/tensor";

export interface ReadOptions {
  /** Bytes that a tensor may have. */
  readonly limit: number;
  /** `fraction` from 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Some bytes of a tensor's elements in C order, and what the tensor is. */
export interface Part {
  readonly dtype: string;
  readonly bigEndian: boolean;
  readonly shape: readonly number[];
  /** All of the tensor's. */
  readonly bytes: number;
  /** CRC-32 of the bytes that were asked for, worked out in the program. */
  readonly crc: number;
  /** Whether the elements do not lie there but are gathered anew for each answer. */
  readonly gathered: boolean;
  readonly data: Uint8Array;
}

/** Bytes [start, end) as far as there are; their checksum alone unless `send`. */
export type Ask = (start: number, end: number, send: boolean) => Promise<Part>;

/** One answer: adapters copy it several times, and some cannot be spoken to meanwhile. A multiple of every element's size. */
const CHUNK = 2 ** 20;
/** What has to be gathered is gathered seldom. */
const GATHERED_CHUNK = 2 ** 24;
/** While one answer is on its way the next one is made. */
const AHEAD = 2;

/**
 * A tensor out of another program, in as many answers as it takes; a small one in a single one. Its length and its checksum, taken
 * in the program over the whole tensor, must be right at the end. Throws ConvError `too-large` before anything large is sent,
 * `bad-dtype`, `bad-value` if the answers do not belong together.
 */
export async function transferred(expression: string, ask: Ask, { limit, onProgress }: ReadOptions): Promise<Tensor> {
  const head = await ask(0, Math.min(CHUNK, limit), true);
  const dtype = checkedDtype(expression, head);
  const count = checkedCount(head.shape, { path: expression });
  if (head.bytes !== count * dtypes[dtype].fileBytes) throw changed(expression, "its length is not that of its shape");
  affordable(expression, head, dtype, limit);
  const bytes = new Uint8Array(head.bytes);
  let received = 0;
  const put = (start: number, end: number, part: Part): void => {
    if (part.dtype !== head.dtype || part.bytes !== head.bytes || part.shape.join() !== head.shape.join())
      throw changed(expression, "it became another tensor");
    if (part.data.length !== end - start) throw changed(expression, "a part of it is missing");
    bytes.set(part.data, start);
    onProgress?.((received += part.data.length) / head.bytes);
  };
  put(0, head.data.length, head);
  const chunk = head.gathered ? GATHERED_CHUNK : CHUNK;
  const under: Promise<void>[] = [];
  for (let start = head.data.length; start < head.bytes; start += chunk) {
    const end = Math.min(head.bytes, start + chunk);
    if (under.length === AHEAD) await under.shift();
    const answer = ask(start, end, true).then((part) => put(start, end, part));
    answer.catch(() => undefined); // it is awaited in its turn
    under.push(answer);
  }
  for (const answer of under) await answer;
  const whole = head.data.length === head.bytes ? head : await ask(0, head.bytes, false);
  if (whole.crc !== crc32(bytes)) throw changed(expression, "its checksum is not that of what arrived");
  return tensor(dtype, head.shape, decodeElements(dtype, bytes, head.bigEndian));
}

/** Throws `too-large`: the estimate comes before the reading. */
export function affordable(
  expression: string,
  { shape, bytes }: Pick<Part, "shape" | "bytes">,
  dtype: Dtype,
  limit: number,
): void {
  if (bytes <= limit) return;
  throw new ConvError({
    code: "too-large",
    what: `${expression} is too large to be read`,
    expected: `at most ${sizeText(limit)}`,
    found: `${sizeText(bytes)}, ${dtype} ${shapeText(shape)}`,
    remedy: "Take a part of it, or raise the memory budget",
  });
}

/** The reasons why a value is no tensor. */
export function notNumeric(expression: string, found: string): ConvError {
  return new ConvError({
    code: "bad-dtype",
    what: `${expression} is not a tensor of numbers`,
    expected: "an array of real numbers of 8 to 64 bits",
    found,
  });
}

function checkedDtype(expression: string, { dtype }: Part): Dtype {
  if (Object.hasOwn(dtypes, dtype)) return dtype as Dtype; // a key of the table, as just seen
  throw notNumeric(expression, dtype);
}

function changed(expression: string, how: string): ConvError {
  return new ConvError({
    code: "bad-value",
    what: `${expression} changed while it was read: ${how}`,
    remedy: "Keep it in a variable, pause all threads, and read that",
  });
}
