import { type Axis, type Geometry, biasShape, colShape, outShape, weightShape, xShape } from "../../conv/geometry";
import type { Arithmetic } from "../../conv/run";
import type { PaddingMode } from "../../conv/spec";
import { shapeText } from "../../tensor/tensor";
import type { Hits, Line } from "./listing";
import { type Depth, type IndexName, type Stage, nests } from "../order/stages";
import type { Steps } from "../order/steps";

type Marks = Record<Stage, Record<Depth, number>>;

/** Puts the lines one under the other, and remembers which steps reach each of them. */
class Writer {
  readonly lines: Line[] = [];
  readonly marks: Marks;
  readonly #steps: Steps;
  #stage: Stage | null = null;
  /** Loops of the stage that are open, and whether the sum's own ones were closed again. */
  #open = 0;
  #closed = false;

  constructor(steps: Steps) {
    this.#steps = steps;
    const mark = (): Record<Depth, number> => ({ stage: 0, cell: 0, tap: 0 });
    this.marks = { im2col: mark(), gemm: mark(), db: mark(), dW: mark(), dcol: mark(), col2im: mark() };
  }

  /** A line outside the loops: no step belongs to it. */
  plain(...texts: readonly string[]): void {
    for (const text of texts) this.lines.push({ text, hits: null, statement: null });
  }

  /** The call of a stage, which its first step reaches. */
  call(stage: Stage, text: string): void {
    const hits: Hits = { stage, period: this.#steps.spans[stage].count, phase: 0 };
    this.lines.push({ text: `    ${text}`, hits, statement: stage });
    this.marks[stage].stage = this.lines.length;
  }

  /** Begins the function of a stage; `body` writes its loops. */
  define(stage: Stage, head: string, made: string, shape: readonly number[], body: () => void): void {
    this.plain("", "", `def ${head}:`, `    ${made} = zeros((${shape.join(", ")}${shape.length === 1 ? "," : ""}))`);
    [this.#stage, this.#open, this.#closed] = [stage, 0, false];
    body();
    this.#stage = null;
    this.plain(`    return ${made}`);
  }

  /** Opens the next loops of the stage, which must be `names`; `ranges` where a loop does not begin at 0. */
  loops(names: readonly IndexName[], ranges: Partial<Record<IndexName, string>> = {}): void {
    const { loops, radix } = this.#steps.spans[this.#stage!]; // only inside define
    for (const name of names) {
      const at = this.#open;
      if (loops[at] !== name) throw new TypeError(`loop ${at} of ${this.#stage} is ${loops[at]}, not ${name}`);
      this.#push(`for ${name} in ${ranges[name] ?? `range(${radix.sizes[at]})`}:`, radix.spans[at], 0);
      this.#open++;
      if (this.#open === nests[this.#stage!].cell.length) this.marks[this.#stage!].cell = this.lines.length;
    }
  }

  /** A statement of the innermost open loop. After `close` it is reached when the sum is done, else at each turn. */
  line(text: string): void {
    const { radix, cellSteps, count } = this.#steps.spans[this.#stage!];
    if (this.#closed) this.#push(text, cellSteps, cellSteps - 1);
    else this.#push(text, this.#open === 0 ? count : radix.spans[this.#open - 1], 0);
  }

  /** The statement that is one step; `inside`: that is done only where this holds. */
  step(text: string, inside: string | null = null): void {
    if (inside !== null) this.line(`if ${inside}:`);
    if (inside === null) this.line(text);
    else this.#push(`    ${text}`, 1, 0, true);
    this.marks[this.#stage!].tap = this.lines.length;
  }

  /** Back out of the loops over the taps. */
  close(): void {
    this.#open = nests[this.#stage!].cell.length;
    this.#closed = true;
  }

  #push(text: string, period: number, phase: number, writing = false): void {
    const hits: Hits = { stage: this.#stage!, period, phase, ...(writing && { writing }) };
    this.lines.push({
      text: "    ".repeat(this.#open + 1) + text,
      hits,
      statement: `${this.#stage} ${headOfStatement(text)}`,
    });
  }
}

/** All functions, the layer's first. Marks: line numbers from 1. */
export function writeProgram(steps: Steps, arithmetic: Arithmetic | null): { lines: readonly Line[]; marks: Marks } {
  const g = steps.geometry;
  const w = new Writer(steps);
  const text = wording(g);
  w.plain(...headOf(g, arithmetic), "from numpy import zeros", "", "");

  const b = g.hasBias ? ", b" : "";
  w.plain(`def layer(x, W${b}, dout):`);
  w.call("im2col", `col = im2col(x)  # ${shapeText(colShape(g))}`);
  w.call("gemm", `out = gemm(col, W${b})  # ${shapeText(outShape(g))}`);
  w.call("db", `db = grad_b(dout)  # ${shapeText(biasShape(g))}`);
  w.call("dW", `dW = grad_W(dout, col)  # ${shapeText(weightShape(g))}`);
  w.call("dcol", `dcol = grad_col(dout, W)  # ${shapeText(colShape(g))}`);
  w.call("col2im", `dx = col2im(dcol)  # ${shapeText(xShape(g))}`);
  w.plain("    return out, dx, dW, db");

  w.define("im2col", "im2col(x)", "col", colShape(g), () => {
    w.loops(["n", "oy", "ox"]);
    w.line(text.row);
    w.loops(["c", "ky", "kx"]);
    w.line(text.tap);
    w.line(text.position);
    w.step(`col[row, tap] = ${text.cell("x")}${text.inside === null ? "" : ` if ${text.inside} else 0`}`);
  });
  w.define("gemm", `gemm(col, W${b})`, "out", outShape(g), () => {
    w.loops(["n", "oy", "ox"]);
    w.line(text.row);
    w.loops(["f"]);
    text.groupOf("f").forEach((line) => w.line(line));
    w.line("acc = 0");
    w.loops(["c", "ky", "kx"], text.channels);
    w.line(text.tap);
    w.step(`acc += col[row, tap] * ${text.weight("W")}`);
    w.close();
    w.line(`out[n, f, oy, ox] = acc${g.hasBias ? " + b[f]" : ""}`);
  });
  w.define("db", "grad_b(dout)", "db", biasShape(g), () => {
    w.loops(["f"]);
    w.line("acc = 0");
    w.loops(["n", "oy", "ox"]);
    w.step("acc += dout[n, f, oy, ox]");
    w.close();
    w.line("db[f] = acc");
  });
  w.define("dW", "grad_W(dout, col)", "dW", weightShape(g), () => {
    w.loops(["f"]);
    text.groupOf("f").forEach((line) => w.line(line));
    w.loops(["c", "ky", "kx"], text.channels);
    w.line(text.tap);
    w.line("acc = 0");
    w.loops(["n", "oy", "ox"]);
    w.line(text.row);
    w.step("acc += dout[n, f, oy, ox] * col[row, tap]");
    w.close();
    w.line(`${text.weight("dW")} = acc`);
  });
  w.define("dcol", "grad_col(dout, W)", "dcol", colShape(g), () => {
    w.loops(["n", "oy", "ox"]);
    w.line(text.row);
    w.loops(["c"]);
    text.groupOf("c").forEach((line) => w.line(line));
    w.loops(["ky", "kx"]);
    w.line(text.tap);
    w.line("acc = 0");
    w.loops(["f"], text.filters);
    w.step(`acc += dout[n, f, oy, ox] * ${text.weight("W")}`);
    w.close();
    w.line("dcol[row, tap] = acc");
  });
  w.define("col2im", "col2im(dcol)", "dx", xShape(g), () => {
    w.loops(["n", "oy", "ox"]);
    w.line(text.row);
    w.loops(["c", "ky", "kx"]);
    w.line(text.tap);
    w.line(text.position);
    w.step(`${text.cell("dx")} += dcol[row, tap]`, text.inside);
  });
  const source = sources[g.paddingMode];
  if (source !== null && padded(g)) w.plain("", "", "def source(i, size):", `    return ${source}`);
  return w;
}

/** The part without numbers of the layer: "for oy", "if", "acc", "acc +", "out". */
function headOfStatement(text: string): string {
  return /^ *(for \w+|if\b|[^=[]+)/.exec(text)![1].trimEnd(); // no statement begins with "=" or "["
}

function headOf(g: Geometry, arithmetic: Arithmetic | null): string[] {
  const { y, x } = g;
  const head = [
    `# x ${shapeText(xShape(g))}, W ${shapeText(weightShape(g))}: stride ${y.stride}×${x.stride}, ` +
      `padding [[${y.begin}, ${y.end}], [${x.begin}, ${x.end}]] ${g.paddingMode}, ` +
      `dilation ${y.dilation}×${x.dilation}, groups ${g.groups}`,
  ];
  if (arithmetic !== null)
    head.push(
      `# ${arithmetic.dtype}: products are taken in blocks of ${arithmetic.block}, ` +
        `${arithmetic.fused ? "each added by one fused multiply-add" : "each rounded, then added"}; ` +
        "the blocks' sums are added in order, the bias last",
    );
  return head;
}

/** What a window sees outside x; null: nothing. */
const sources: Readonly<Record<PaddingMode, string | null>> = {
  zeros: null,
  reflect: "abs(i) if i < size else 2 * (size - 1) - i",
  replicate: "min(max(i, 0), size - 1)",
  circular: "i % size",
};

/** The phrases that depend on the layer's numbers. */
function wording(g: Geometry) {
  const { y, x, groupChannels: C, groupFilters: F } = g;
  const grouped = g.groups > 1;
  const range = (size: number): string => `range(${times("g", size)}, ${times("g", size)} + ${size})`;
  const copies = padded(g) && g.paddingMode !== "zeros";
  return {
    row: `row = (${times("n", y.out)} + oy) * ${x.out} + ox`,
    tap: `tap = (${times("c", y.kernel)} + ky) * ${x.kernel} + kx`,
    position: `iy, ix = ${position(y, "oy", "ky")}, ${position(x, "ox", "kx")}`,
    inside: padded(g) && !copies ? `0 <= iy < ${y.size} and 0 <= ix < ${x.size}` : null,
    cell: (name: string) => `${name}[n, c, ${copies ? `source(iy, ${y.size}), source(ix, ${x.size})` : "iy, ix"}]`,
    weight: (name: string) => `${name}[f, c${grouped ? ` - ${times("g", C)}` : ""}, ky, kx]`,
    groupOf: (name: "f" | "c") => (grouped ? [`g = ${name} // ${name === "f" ? F : C}`] : []),
    channels: grouped ? { c: range(C) } : {},
    filters: grouped ? { f: range(F) } : {},
  };
}

function position({ stride, dilation, begin }: Axis, o: string, k: string): string {
  return `${times(o, stride)} + ${times(k, dilation)}${begin === 0 ? "" : ` - ${begin}`}`;
}

function times(name: string, factor: number): string {
  return factor === 1 ? name : `${name} * ${factor}`;
}

function padded({ y, x }: Geometry): boolean {
  return y.begin + y.end + x.begin + x.end > 0;
}
