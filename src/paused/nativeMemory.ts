import { ConvError } from "../base/errors";
import { sizeText } from "../base/text";
import type { Frame } from "./program";

/** One request: what debuggers' own viewers ask for. */
const CHUNK = 2 ** 18;
/** Without the protocol's readMemory each eight bytes are a variable of their own, which takes a debugger some 0.1 ms. */
const MOST_WORDS = 2 ** 15;
const WORDS_AT_ONCE = 2 ** 12;

/** How the memory of a C or C++ program is read. Addresses are exact below 2⁵³: user space ends at 2⁴⁸, or 2⁵⁷ with a tag. */
export interface Memory {
  /** Throws ConvError `bad-value` where there is none, `too-large`. */
  read(address: bigint, length: number, onBytes?: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>>;
}

/** By readMemory. Not every adapter survives a request that it does not know, so it must have named a memory reference first. */
export function referencedMemory(frame: Frame): Memory {
  return {
    async read(address, length, onBytes) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += CHUNK) {
        const count = Math.min(CHUNK, length - at);
        const memoryReference = `0x${(address + BigInt(at)).toString(16)}`;
        const { data } = await frame.request("readMemory", { memoryReference, offset: 0, count });
        const part = typeof data === "string" ? Buffer.from(data, "base64") : new Uint8Array(0);
        if (part.length !== count) throw unreadable(address + BigInt(at + part.length));
        bytes.set(part, at);
        onBytes?.(count);
      }
      return bytes;
    },
  };
}

/** By expressions: the memory as an array of whole numbers of 64 bits, whose values every adapter writes out exactly. */
export function wordMemory(frame: Frame): Memory {
  const words = async (address: bigint, count: number): Promise<bigint[]> => {
    const array = await frame
      .evaluate(`*(unsigned long long(*)[${count}])${address}`, "watch")
      .catch((error: unknown) => {
        if (frame.signal.aborted) throw error;
        throw unreadable(address, error);
      });
    const { variables } = await frame.request("variables", {
      variablesReference: array.variablesReference,
      start: 0,
      count,
    });
    const values = (Array.isArray(variables) ? variables : []).map((variable: { readonly value?: unknown }) =>
      wholeNumber(String(variable.value)),
    );
    if (values.length !== count || values.includes(undefined)) throw unreadable(address);
    return values.filter((value) => value !== undefined);
  };
  return {
    async read(address, length, onBytes) {
      if (length > 8 * MOST_WORDS)
        throw new ConvError({
          code: "too-large",
          what: "this debugger cannot read memory, and number by number it would take too long",
          expected: `at most ${sizeText(8 * MOST_WORDS)}`,
          found: sizeText(length),
          remedy: "Read a part, or use a debugger whose adapter has readMemory",
        });
      // Words that hold the bytes at both ends: aligned ones, which never reach into a page that is not there.
      const first = address & ~7n;
      const end = (address + BigInt(length) + 7n) & ~7n;
      const view = new DataView(new ArrayBuffer(Number(end - first)));
      for (let at = 0; at < view.byteLength; at += 8 * WORDS_AT_ONCE) {
        const count = Math.min(WORDS_AT_ONCE, (view.byteLength - at) / 8);
        const values = await words(first + BigInt(at), count);
        values.forEach((value, i) => view.setBigUint64(at + 8 * i, value, true));
        onBytes?.(8 * count);
      }
      const skip = Number(address - first);
      return new Uint8Array(view.buffer.slice(skip, skip + length));
    },
  };
}

/** "140737488348608", "0x7fff…": undefined for what is no whole number. */
export function wholeNumber(text: string): bigint | undefined {
  const found = /^\s*(0x[\da-f]+|\d+)\b/i.exec(text)?.[1];
  return found === undefined ? undefined : BigInt(found);
}

function unreadable(address: bigint, cause?: unknown): ConvError {
  return new ConvError(
    {
      code: "bad-value",
      what: `the program has no memory at 0x${address.toString(16)} that can be read`,
      remedy: "Check the pointer and the shape",
    },
    { cause },
  );
}
