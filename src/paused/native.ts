import { ConvError } from "../base/errors";
import { decodeElements } from "../formats/elements";
import { type Dtype, dtypes } from "../tensor/dtype";
import { type Tensor, elementCount, tensor } from "../tensor/tensor";
import { type Memory, referencedMemory, wholeNumber, wordMemory } from "./nativeMemory";
import { type NativeType, nativeType } from "./nativeTypes";
import { type Evaluated, type Frame, refusal, refused } from "./program";
import { type ReadOptions, affordable, notNumeric } from "./transfer";

/** Asks for the shape of what a pointer points to. undefined: given up. */
export type AskShape = (element: Dtype) => Promise<readonly number[] | undefined>;

/** More rows, each of which is a vector of its own, are not gone through. */
const MOST_ROWS = 2 ** 14;
/** begin, end and end of storage: three addresses, in libstdc++, libc++ and Microsoft's without its debugging aids. */
const VECTOR_BYTES = 24;
/** The first of them in each. */
const vectorBegins = ["_M_impl._M_start", "__begin_", "_Mypair._Myval2._Myfirst"];

export async function speaksC(frame: Frame): Promise<boolean> {
  return wholeNumber((await frame.evaluate("sizeof(char)", "watch")).result) === 1n;
}

/**
 * Pointers with a shape, arrays, std::array and std::vector (of vectors) of numbers, on a machine of 64 bits. No function of the program
 * is called. The debugger's memory has no checksum; its length is checked. Throws ConvError.
 */
export async function readNative(
  frame: Frame,
  expression: string,
  options: ReadOptions & { readonly askShape: AskShape },
): Promise<Tensor | undefined> {
  const value = await frame.evaluate(expression, "watch").catch((error: unknown) => {
    if (frame.signal.aborted) throw error;
    throw refusal(expression, error);
  });
  const reader = new NativeReader(frame, expression, options);
  const type = await reader.type(value);
  const memory = value.memoryReference === undefined ? wordMemory(frame) : referencedMemory(frame);
  if (type.kind === "pointer") {
    const dtype = await reader.dtype(type.element);
    const address = await reader.number(`(unsigned long long)(${expression})`);
    if (address === 0n) throw new ConvError({ code: "bad-value", what: `${expression} is a null pointer` });
    const shape = await options.askShape(dtype);
    return shape === undefined ? undefined : reader.at(memory, address, dtype, shape);
  }
  const address = await reader.address(value);
  if (type.kind === "vector") return reader.vector(memory, type, address);
  return reader.at(memory, address, await reader.dtype(type.element), type.kind === "array" ? type.shape : []);
}

class NativeReader {
  constructor(
    readonly frame: Frame,
    readonly expression: string,
    readonly options: ReadOptions,
  ) {}

  /** An expression of the debugger's whose value is a whole number. */
  async number(expression: string): Promise<bigint> {
    try {
      const { result } = await this.frame.evaluate(expression, "watch");
      const found = wholeNumber(result.replace(/^true$/, "1").replace(/^false$/, "0"));
      if (found !== undefined) return found;
      throw refused(this.expression, result);
    } catch (error) {
      throw this.frame.signal.aborted ? error : refusal(this.expression, error);
    }
  }

  /** A vector by another name is known by its members. */
  async type({ type = "", variablesReference }: Evaluated): Promise<NativeType> {
    const named = nativeType(type);
    if (named.kind !== "scalar" || variablesReference === 0) return named;
    for (const member of vectorBegins) {
      const first = await this.#tried(`*${this.expression}.${member}`);
      if (first?.type !== undefined) return { kind: "vector", element: first.type };
    }
    return named;
  }

  /** LLDB finds some variables by their path alone, whose types its compiler does not understand; a reference shows where it leads. */
  async address({ type, result }: Evaluated): Promise<bigint> {
    const compiled = await this.number(`(unsigned long long)&(${this.expression})`).catch((error: unknown) => {
      this.frame.signal.throwIfAborted();
      return error;
    });
    if (typeof compiled === "bigint") return compiled;
    const shown = type?.endsWith("&") ? result : (await this.#tried(`&${this.expression}`))?.result;
    const found = wholeNumber(shown ?? "");
    if (found === undefined) throw compiled;
    return found;
  }

  /** undefined: it has no value. */
  async #tried(expression: string): Promise<Evaluated | undefined> {
    return this.frame.evaluate(expression, "watch").catch(() => {
      this.frame.signal.throwIfAborted();
      return undefined;
    });
  }

  /** The type is asked and not known by its name: it may be anybody's typedef. */
  async dtype(element: string): Promise<Dtype> {
    const is = async (test: string) => (await this.number(test)) !== 0n;
    let name: string;
    try {
      const bits = 8 * Number(await this.number(`sizeof(${element})`));
      const holdsHalf = await is(`(${element})0.5 > 0`);
      if (holdsHalf && bits === 8) return "bool"; // what is not zero is true
      const kind = holdsHalf ? "float" : (await is(`(${element})-1 < (${element})0`)) ? "int" : "uint";
      name = `${/bf(?:loat)?16/i.test(element) ? "bfloat" : kind}${bits}`;
    } catch (error) {
      if (this.frame.signal.aborted) throw error;
      throw notNumeric(this.expression, element);
    }
    if (!Object.hasOwn(dtypes, name)) throw notNumeric(this.expression, element);
    return name as Dtype; // a key of the table, as just seen
  }

  async at(memory: Memory, address: bigint, dtype: Dtype, shape: readonly number[]): Promise<Tensor> {
    const bytes = elementCount(shape) * dtypes[dtype].fileBytes;
    affordable(this.expression, { shape, bytes }, dtype, this.options.limit);
    let done = 0;
    const read = await memory.read(address, bytes, (more) => this.options.onProgress?.((done += more) / bytes));
    return tensor(dtype, shape, decodeElements(dtype, read));
  }

  /** A vector, also of vectors: its three addresses are read as they lie in memory. */
  async vector(memory: Memory, type: NativeType, address: bigint): Promise<Tensor> {
    let depth = 0;
    let inner = type;
    for (; inner.kind === "vector"; inner = nativeType(inner.element)) depth++;
    if (inner.kind === "pointer") throw notNumeric(this.expression, `${inner.element} *`);
    const dtype = await this.dtype(inner.element);
    if (dtype === "bool") throw notNumeric(this.expression, "std::vector<bool>, which is packed");
    const size = wholeNumber((await this.#tried(`sizeof(${this.expression})`))?.result ?? "");
    if (size !== undefined && size !== BigInt(VECTOR_BYTES))
      throw new ConvError({
        code: "unsupported",
        what: `the std::vector ${this.expression} is not laid out as three addresses`,
        remedy: "Open its data pointer and give the shape",
      });
    const rest = inner.kind === "array" ? inner.shape : [];
    const step = elementCount(rest) * dtypes[dtype].fileBytes;

    const shape: number[] = [];
    let rows = [address];
    for (let at = 1; at <= depth; at++) {
      const spans = [];
      for (const row of rows) spans.push(await this.#span(memory, row, at === depth ? step : VECTOR_BYTES));
      const count = spans.at(0)?.count ?? 0;
      if (spans.some((span) => span.count !== count)) throw this.#ragged(at);
      shape.push(count);
      rows = at === depth ? spans.map(({ begin }) => begin) : spans.flatMap(({ begin }) => vectorsAt(begin, count));
      if (rows.length > MOST_ROWS)
        throw new ConvError({
          code: "too-large",
          what: `${this.expression} has too many vectors in it`,
          expected: `at most ${MOST_ROWS}`,
          found: String(rows.length),
        });
    }
    const each = (shape.at(-1) ?? 0) * step;
    const bytes = rows.length * each;
    shape.push(...rest);
    affordable(this.expression, { shape, bytes }, dtype, this.options.limit);
    const all = new Uint8Array(bytes);
    for (const [i, row] of rows.entries()) {
      all.set(await memory.read(row, each), i * each);
      this.options.onProgress?.((i + 1) / rows.length);
    }
    return tensor(dtype, shape, decodeElements(dtype, all));
  }

  /** Where the elements of the vector at `address` begin, and how many there are, each of `size` bytes. */
  async #span(memory: Memory, address: bigint, size: number): Promise<{ begin: bigint; count: number }> {
    const view = new DataView((await memory.read(address, 16)).buffer);
    const begin = view.getBigUint64(0, true);
    const count = Number(view.getBigUint64(8, true) - begin) / size;
    if (!Number.isSafeInteger(count) || count < 0) throw this.#ragged(1);
    return { begin, count };
  }

  #ragged(depth: number): ConvError {
    const what = `${this.expression} is ragged, or not initialised: its vectors at depth ${depth} differ in size`;
    return new ConvError({ code: "bad-shape", what });
  }
}

function vectorsAt(begin: bigint, count: number): bigint[] {
  // A vector that was never initialised may say anything: the rows are counted afterwards, so they must not be too many to hold.
  return Array.from({ length: Math.min(count, MOST_ROWS + 1) }, (_, i) => begin + BigInt(i * VECTOR_BYTES));
}
