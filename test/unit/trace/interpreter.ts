import type { Geometry } from "../../../src/conv/geometry";
import type { Arithmetic, Run, TensorName } from "../../../src/conv/run";
import type { PaddingMode } from "../../../src/conv/spec";
import { type ComputeData, computeArray } from "../../../src/tensor/dtype";
import { type ComputeTensor, tensor } from "../../../src/tensor/tensor";
import type { IndexName, Stage } from "../../../src/trace/order/stages";
import { exactFma } from "./exact";

/** What one step did. Elements are named "out[0,1,2,3]"; zero padding is named by where it lies, outside x. */
export interface Event {
  readonly stage: Stage;
  readonly indices: Partial<Record<IndexName, number>>;
  readonly reads: readonly (readonly [name: string, value: number])[];
  readonly writes: readonly (readonly [name: string, value: number])[];
  readonly sum: number | null;
}

export interface Inputs {
  readonly geometry: Geometry;
  readonly x: ComputeData;
  readonly W: ComputeData;
  readonly b: ComputeData | null;
  readonly dout: ComputeData;
}

export function nameOf(name: TensorName, index: readonly number[]): string {
  return `${name}[${index.join(",")}]`;
}

/**
 * The whole algorithm run naively, one step after the other, with every element in a map: the oracle for the trace.
 * It shares no code with it: loops are loops, sums follow the words of the contract, fma comes from exact arithmetic.
 */
export class Interpreter {
  readonly events: Event[] = [];
  readonly memory = new Map<string, number>();
  readonly run: Run;
  readonly #g: Geometry;
  readonly #arithmetic: Arithmetic;

  constructor(inputs: Inputs, arithmetic: Arithmetic) {
    this.#g = inputs.geometry;
    this.#arithmetic = arithmetic;
    const g = this.#g;
    const shapes = {
      x: [g.batch, g.channels, g.y.size, g.x.size],
      W: [g.weightFilters, g.groupChannels, g.y.kernel, g.x.kernel],
      b: [g.weightFilters],
      out: [g.batch, g.filters, g.y.out, g.x.out],
    };
    this.#keep("x", shapes.x, inputs.x);
    this.#keep("W", shapes.W, inputs.W);
    if (inputs.b !== null) this.#keep("b", shapes.b, inputs.b);
    this.#keep("dout", shapes.out, inputs.dout);
    this.#forward();
    this.#backward();
    const given = (shape: number[], data: ComputeData) => tensor(arithmetic.dtype, shape, data);
    this.run = {
      geometry: g,
      arithmetic,
      tensors: {
        x: given(shapes.x, inputs.x),
        W: given(shapes.W, inputs.W),
        b: inputs.b === null ? null : given(shapes.b, inputs.b),
        dout: given(shapes.out, inputs.dout),
        out: this.#collect("out", shapes.out),
        dW: this.#collect("dW", shapes.W),
        db: this.#collect("db", shapes.b),
        dx: this.#collect("dx", shapes.x),
      },
      timing: { forwardMs: 0, backwardMs: 0, threads: 0, kernel: "interpreter" },
    };
  }

  #forward(): void {
    const g = this.#g;
    this.#windows((indices, row, tap, cell, index) => {
      const value = cell === null ? 0 : this.#get(cell);
      this.#step("im2col", indices, [[nameOf("x", index), value]], [[nameOf("col", [row, tap]), value]], null);
    });
    each([g.batch, g.y.out, g.x.out, g.filters], ([n, oy, ox, f]) => {
      const sum = new Sum(this.#arithmetic);
      const first = Math.trunc(f / g.groupFilters) * g.groupChannels;
      let k = 0;
      each([g.groupChannels, g.y.kernel, g.x.kernel], ([local, ky, kx]) => {
        const col = nameOf("col", [this.#row(n, oy, ox), this.#tap(first + local, ky, kx)]);
        const weight = nameOf("W", [f, local, ky, kx]);
        const partial = sum.add(this.#get(col), this.#get(weight));
        const reads: [string, number][] = [col, weight].map((name) => [name, this.#get(name)]);
        let written = partial;
        if (++k === g.groupTaps && g.hasBias) {
          const bias = nameOf("b", [f]);
          reads.push([bias, this.#get(bias)]);
          written = this.#round(partial + this.#get(bias));
        }
        const indices = { n, oy, ox, f, c: first + local, ky, kx };
        this.#step("gemm", indices, reads, [[nameOf("out", [n, f, oy, ox]), written]], partial);
      });
    });
  }

  #backward(): void {
    const g = this.#g;
    each([g.filters], ([f]) => {
      const sum = new Sum(this.#arithmetic);
      each([g.batch, g.y.out, g.x.out], ([n, oy, ox]) => {
        const dout = nameOf("dout", [n, f, oy, ox]);
        const partial = sum.addOne(this.#get(dout));
        this.#step("db", { f, n, oy, ox }, [[dout, this.#get(dout)]], [[nameOf("db", [f]), partial]], partial);
      });
    });
    each([g.filters, g.groupChannels, g.y.kernel, g.x.kernel], ([f, local, ky, kx]) => {
      const sum = new Sum(this.#arithmetic);
      const c = Math.trunc(f / g.groupFilters) * g.groupChannels + local;
      each([g.batch, g.y.out, g.x.out], ([n, oy, ox]) => {
        const names = [nameOf("dout", [n, f, oy, ox]), nameOf("col", [this.#row(n, oy, ox), this.#tap(c, ky, kx)])];
        const partial = this.#product(sum, names);
        this.#sumStep("dW", { f, c, ky, kx, n, oy, ox }, names, nameOf("dW", [f, local, ky, kx]), partial);
      });
    });
    each([g.batch, g.y.out, g.x.out, g.channels, g.y.kernel, g.x.kernel], ([n, oy, ox, c, ky, kx]) => {
      const sum = new Sum(this.#arithmetic);
      const first = Math.trunc(c / g.groupChannels) * g.groupFilters;
      each([g.groupFilters], ([local]) => {
        const f = first + local;
        const names = [nameOf("dout", [n, f, oy, ox]), nameOf("W", [f, c % g.groupChannels, ky, kx])];
        const partial = this.#product(sum, names);
        const element = nameOf("dcol", [this.#row(n, oy, ox), this.#tap(c, ky, kx)]);
        this.#sumStep("dcol", { n, oy, ox, c, ky, kx, f }, names, element, partial);
      });
    });
    this.#windows((indices, row, tap, cell) => {
      const dcol = nameOf("dcol", [row, tap]);
      const reads: [string, number][] = [[dcol, this.#get(dcol)]];
      if (cell === null) {
        this.#step("col2im", indices, reads, [], null);
        return;
      }
      const dx = cell.replace("x", "dx");
      const sum = this.#round((this.memory.get(dx) ?? 0) + this.#get(dcol));
      this.#step("col2im", indices, reads, [[dx, sum]], sum);
    });
  }

  /** All (row, tap) in order, with the cell of x seen there (null: zero padding) and the index it goes by. */
  #windows(
    see: (indices: Event["indices"], row: number, tap: number, cell: string | null, index: number[]) => void,
  ): void {
    const { batch, channels, y, x, paddingMode } = this.#g;
    each([batch, y.out, x.out, channels, y.kernel, x.kernel], ([n, oy, ox, c, ky, kx]) => {
      const [py, px] = [oy * y.stride + ky * y.dilation - y.begin, ox * x.stride + kx * x.dilation - x.begin];
      const [iy, ix] = [shown(paddingMode, py, y.size), shown(paddingMode, px, x.size)];
      const index = iy === null || ix === null ? [n, c, py, px] : [n, c, iy, ix];
      const cell = iy === null || ix === null ? null : nameOf("x", index);
      see({ n, oy, ox, c, ky, kx }, this.#row(n, oy, ox), this.#tap(c, ky, kx), cell, index);
    });
  }

  #product(sum: Sum, [left, right]: readonly string[]): number {
    return sum.add(this.#get(left), this.#get(right));
  }

  #sumStep(stage: Stage, indices: Event["indices"], names: string[], written: string, partial: number): void {
    const reads = names.map((name) => [name, this.#get(name)] as const);
    this.#step(stage, indices, reads, [[written, partial]], partial);
  }

  #step(stage: Stage, indices: Event["indices"], reads: Event["reads"], writes: Event["writes"], sum: number | null) {
    for (const [name, value] of writes) this.memory.set(name, value);
    this.events.push({ stage, indices, reads, writes, sum });
  }

  #row(n: number, oy: number, ox: number): number {
    return n * this.#g.y.out * this.#g.x.out + oy * this.#g.x.out + ox;
  }
  #tap(c: number, ky: number, kx: number): number {
    return c * this.#g.y.kernel * this.#g.x.kernel + ky * this.#g.x.kernel + kx;
  }
  #round(value: number): number {
    return this.#arithmetic.dtype === "float32" ? Math.fround(value) : value;
  }

  #get(name: string): number {
    const value = this.memory.get(name);
    if (value === undefined) throw new Error(`${name} is read before it is written`);
    return value;
  }

  #keep(name: TensorName, shape: number[], data: ComputeData): void {
    let at = 0;
    each(shape, (index) => this.memory.set(nameOf(name, index), data[at++]));
  }

  #collect(name: TensorName, shape: number[]): ComputeTensor {
    const data = computeArray(
      this.#arithmetic.dtype,
      shape.reduce((a, b) => a * b, 1),
    );
    let at = 0;
    each(shape, (index) => (data[at++] = this.memory.get(nameOf(name, index)) ?? 0));
    return tensor(this.#arithmetic.dtype, shape, data);
  }
}

/** One sum, as conv/run.ts words it. */
class Sum {
  #total: number | null = null;
  #running = 0;
  #inBlock = 0;
  readonly #arithmetic: Arithmetic;

  constructor(arithmetic: Arithmetic) {
    this.#arithmetic = arithmetic;
  }

  add(a: number, b: number): number {
    const { dtype, fused } = this.#arithmetic;
    return this.#next((sum) => (fused ? exactFma(dtype, a, b, sum) : this.#round(sum + this.#round(a * b))));
  }

  addOne(value: number): number {
    return this.#next((sum) => this.#round(sum + value));
  }

  #next(step: (sum: number) => number): number {
    if (this.#inBlock === this.#arithmetic.block) {
      this.#total = this.#joined();
      this.#running = 0;
      this.#inBlock = 0;
    }
    this.#running = step(this.#running);
    this.#inBlock++;
    return this.#joined();
  }

  #joined(): number {
    return this.#total === null ? this.#running : this.#round(this.#total + this.#running);
  }

  #round(value: number): number {
    return this.#arithmetic.dtype === "float32" ? Math.fround(value) : value;
  }
}

/** Where a padded axis shows cell `i` of the axis, found by walking; null: nothing. */
function shown(mode: PaddingMode, i: number, size: number): number | null {
  if (i >= 0 && i < size) return i;
  if (mode === "zeros") return null;
  if (mode === "replicate") return i < 0 ? 0 : size - 1;
  if (mode === "circular") return (i + 8 * size) % size;
  let [at, direction] = [0, Math.sign(i)];
  for (let left = Math.abs(i); left > 0; left--) {
    if (at + direction < 0 || at + direction >= size) direction = -direction;
    at += direction;
  }
  return at;
}

/** All indices of a shape, last axis fastest. */
export function each(shape: readonly number[], see: (index: number[]) => void, outer: number[] = []): void {
  if (shape.length === 0) see(outer);
  else for (let i = 0; i < shape[0]; i++) each(shape.slice(1), see, [...outer, i]);
}
