import { positionOf } from "../../conv/columns";
import type { Axis } from "../../conv/geometry";
import type { TensorName } from "../../conv/run";
import { elementCount } from "../../tensor/tensor";
import { type Bound, type Region, anything, exactly, nothing, range } from "./bounds";
import type { Cursor } from "../moment/cursor";
import { evaluate } from "../expression/evaluate";
import { extremesOf } from "../replay/extremes";
import { type Flags, nansOf, specialsOf } from "./flags";
import type { Magnitudes } from "./magnitudes";
import { isPart, steadyTensors } from "../expression/steady";
import { type IndexName, type Stage, type SumStage, isSumStage, nests, writerOf } from "../order/stages";
import type { Expression, ReduceExpression, Variable } from "../expression/syntax";
import type { Trace } from "../moment/trace";
import { isView } from "../expression/views";
import { writtenAt } from "../order/written";

/** Steps [from, to] of the stage that the cursor is in: its first `fixed` loops stand still, all others run through. */
export class Stretch implements Region {
  readonly #trace: Trace;
  readonly #magnitudes: Magnitudes;
  readonly #cursor: Cursor;
  readonly #fixed: number;
  readonly #from: number;
  readonly #to: number;

  constructor(trace: Trace, magnitudes: Magnitudes, cursor: Cursor, fixed: number, from: number, to: number) {
    this.#trace = trace;
    this.#magnitudes = magnitudes;
    this.#cursor = cursor;
    this.#fixed = fixed;
    this.#from = from;
    this.#to = to;
  }

  get stage(): Stage {
    return this.#cursor.span.stage;
  }

  variable(name: Variable): Bound | string {
    const { y, x, groupFilters, groupChannels } = this.#trace.geometry;
    switch (name) {
      case "stage":
        return this.stage;
      case "step":
        return range(this.#from, this.#to);
      case "acc":
        return this.sums();
      case "row":
        return joined([this.#index("n"), this.#index("oy"), this.#index("ox")], [y.out, x.out]);
      case "tap":
        return joined([this.#index("c"), this.#index("ky"), this.#index("kx")], [y.kernel, x.kernel]);
      case "iy":
        return positions(y, this.#index("oy"), this.#index("ky"));
      case "ix":
        return positions(x, this.#index("ox"), this.#index("kx"));
      case "g": {
        const f = this.#index("f");
        return f.absent ? groups(this.#index("c"), groupChannels) : groups(f, groupFilters);
      }
      case "n":
      case "oy":
      case "ox":
      case "f":
      case "c":
      case "ky":
      case "kx":
        return this.#index(name);
    }
  }

  element(tensor: TensorName, index: readonly number[]): Bound {
    const written = writtenAt(this.#trace.steps, tensor, index);
    if (written !== null && this.#to < written.first) return nothing;
    if (written !== null && this.#from < written.last) return anything;
    return exactly(this.#trace.read({ tensor, index }, this.#from).value);
  }

  reduce(expression: ReduceExpression): Bound {
    const tensors = steadyTensors(expression.operand);
    if (tensors === null) return anything;
    for (const tensor of tensors) {
      const stage = writerOf[tensor];
      if (stage === null) continue;
      const { start, count } = this.#trace.steps.spans[stage];
      if (this.#to < start && isPart(expression.operand)) return this.#isEmpty(expression.operand) ? anything : nothing;
      if (this.#from < start + count - 1) return anything;
    }
    const value = evaluate(expression, this.#cursor);
    return exactly(value === null ? null : Number(value));
  }

  /**
   * Whether the stretch may write an element that is flagged, as it is after the run. dcol is not held: `inFactors` are the flags
   * of the numbers that its elements are made of.
   */
  mayWrite(flags: Flags, inFactors: Flags): boolean {
    const before = flags.read + inFactors.read;
    const may = this.#mayWrite(flags, inFactors);
    // A step costs as much as some hundred elements that are read one after the other.
    this.#cursor.spend((flags.read + inFactors.read - before) / 128);
    return may;
  }

  #mayWrite(flags: Flags, inFactors: Flags): boolean {
    const g = this.#trace.geometry;
    const { start, cellSteps } = this.#cursor.span;
    const [n, oy, ox, f] = [this.#given("n"), this.#given("oy"), this.#given("ox"), this.#given("f")];
    switch (this.stage) {
      case "im2col":
      case "col2im":
        if (n === undefined) return true;
        return oy === undefined
          ? flags.onLine(this.stage === "im2col" ? "x" : "dx", n)
          : flags.inWindows(this.stage === "im2col" ? "x" : "dx", { n, oy, ox, c: this.#given("c") });
      case "gemm":
        return f === undefined
          ? this.#onLines(flags, "out", n, oy, ox, 0, g.filters)
          : flags.has("out", [n!, f, oy!, ox!]); // f comes last
      case "db":
      case "dW":
        return flags.among(
          this.stage,
          Math.floor((this.#from - start) / cellSteps),
          Math.floor((this.#to - start) / cellSteps) + 1,
        );
      case "dcol": {
        if (this.#mayOverflow("dcol")) return true;
        const c = this.#given("c");
        const group = c === undefined ? undefined : Math.floor(c / g.groupChannels) * g.groupFilters;
        const [from, to] = group === undefined ? [0, g.filters] : [group, group + g.groupFilters];
        return this.#inWeights(inFactors, from, to, c) || this.#onLines(inFactors, "dout", n, oy, ox, from, to);
      }
    }
  }

  /** Whether a sum of the stretch may be infinite for a while and end finite: where blocks are added, the total may overflow early. */
  mayOverflowForAWhile(): boolean {
    const { stage } = this;
    return (
      isSumStage(stage) && this.#cursor.span.cellSteps > this.#trace.run.arithmetic.block && this.#mayOverflow(stage)
    );
  }

  /** Whether finite factors may come to an infinite sum. One sum is looked at itself; of many, their largest factors. */
  #mayOverflow(stage: SumStage): boolean {
    if (this.#magnitudes.ofSums(stage).largest < Infinity) return false;
    const { start, cellSteps, radix } = this.#cursor.span;
    if (radix.spans[this.#fixed - 1] <= cellSteps) {
      this.#cursor.spend(cellSteps / 128);
      const sums = this.#trace.sumsOf(stage, Math.floor((this.#from - start) / cellSteps));
      return extremesOf(sums, this.#trace.run.arithmetic, 0).firstInfinity >= 0;
    }
    if (stage === "db") return true;
    const huge = this.#magnitudes.hugeIn(stage);
    const before = huge.read;
    const may = this.#readsHuge(stage, huge);
    this.#cursor.spend((huge.read - before) / 128);
    return may;
  }

  #readsHuge(stage: Exclude<SumStage, "db">, huge: Flags): boolean {
    const { batch, channels, filters, groupChannels, groupFilters } = this.#trace.geometry;
    const [n, oy, ox] = [this.#given("n"), this.#given("oy"), this.#given("ox")];
    const [f, c] = [this.#given("f"), this.#given("c")];
    switch (stage) {
      case "gemm":
        if (n === undefined) return true;
        return oy === undefined ? huge.onLine("x", n) : huge.inWindows("x", { n, oy, ox, c });
      case "dcol": {
        const from = c === undefined ? 0 : Math.floor(c / groupChannels) * groupFilters;
        return this.#onLines(huge, "dout", n, oy, ox, from, c === undefined ? filters : from + groupFilters);
      }
      case "dW": {
        if (f === undefined) return true;
        const inPlanes = (tensor: "x" | "dout", planes: number, plane: number): boolean =>
          Array.from({ length: batch }, (_, image) => image * planes + plane).some((at) => huge.inPlane(tensor, at));
        return inPlanes("dout", filters, f) && (c === undefined || inPlanes("x", channels, c));
      }
    }
  }

  /** At n, oy, ox of out or dout, as far as they are given, among filters [from, to). */
  #onLines(
    flags: Flags,
    tensor: "out" | "dout",
    n: number | undefined,
    oy: number | undefined,
    ox: number | undefined,
    from: number,
    to: number,
  ): boolean {
    if (n === undefined) return true;
    if (!flags.onLine(tensor, n, oy)) return false;
    if (oy === undefined || ox === undefined) return true;
    for (let f = from; f < to; f++) if (flags.has(tensor, [n, f, oy, ox])) return true;
    return false;
  }

  /** In the weights of filters [from, to) for channel c, or for all. */
  #inWeights(flags: Flags, from: number, to: number, c: number | undefined): boolean {
    const { groupTaps, groupChannels } = this.#trace.geometry;
    if (c === undefined) return flags.among("W", from * groupTaps, to * groupTaps);
    return flags.inChannel(from, to, c % groupChannels);
  }

  /** Whether a part has no elements: what a reduction makes of none it makes at any time. */
  #isEmpty(part: Expression): boolean {
    const view = evaluate(part, this.#cursor);
    return isView(view) && elementCount(view.shape) === 0;
  }

  /** An index that stands still in the stretch. */
  #given(name: IndexName): number | undefined {
    const slot = this.#cursor.span.loops.indexOf(name);
    return slot < 0 || slot >= this.#fixed ? undefined : Number(this.#cursor.variable(name));
  }

  #index(name: IndexName): Bound {
    const { stage, loops, radix } = this.#cursor.span;
    const slot = loops.indexOf(name);
    if (slot < 0) return nothing;
    if (slot < this.#fixed) return exactly(Number(this.#cursor.variable(name)));
    if (nests[stage].grouped !== name) return range(0, radix.sizes[slot] - 1);
    const { channels, filters, groupChannels, groupFilters } = this.#trace.geometry;
    const [size, group, other, others] =
      name === "c"
        ? [channels, groupChannels, "f" as const, groupFilters]
        : [filters, groupFilters, "c" as const, groupChannels];
    if (loops.indexOf(other) >= this.#fixed) return range(0, size - 1);
    const first = Math.floor(Number(this.#cursor.variable(other)) / others) * group;
    return range(first, first + group - 1);
  }

  /**
   * What the sum so far can be. A sum that was ever infinite or NaN does not become finite again, but for one that only
   * overflows where the present block is added to the total. So where the result is finite, all factors were, and the
   * stage's bound holds, if there is one; and a sum that is NaN at any time ends as NaN.
   */
  sums(): Bound {
    const { stage } = this;
    if (stage === "im2col") return nothing;
    const absent = stage === "col2im";
    const { largest, special } = this.#magnitudes.ofSums(stage);
    const bounded: Bound = { lo: -largest, hi: largest, nan: false, absent };
    if (!special && largest < Infinity) return bounded;
    const unknown: Bound = { ...anything, absent };
    const specials = specialsOf(this.#trace);
    if (!this.mayWrite(specials, specials)) return bounded;
    const nans = nansOf(this.#trace);
    return this.mayWrite(nans, specials) ? unknown : { ...unknown, nan: false };
  }
}

/** (a · sizes[0] + b) · sizes[1] + c of three indices. */
function joined([a, b, c]: readonly Bound[], [first, second]: readonly number[]): Bound {
  if (a.absent) return nothing;
  return range((a.lo * first + b.lo) * second + c.lo, (a.hi * first + b.hi) * second + c.hi);
}

/** Where taps of windows look: further for each later window and each later tap. */
function positions(axis: Axis, o: Bound, k: Bound): Bound {
  return k.absent ? nothing : range(positionOf(axis, o.lo, k.lo), positionOf(axis, o.hi, k.hi));
}

function groups({ lo, hi }: Bound, size: number): Bound {
  return range(Math.floor(lo / size), Math.floor(hi / size));
}
