// Expressions that cost as much as any may, and what an inspector asks of an element.
import { ConvError } from "../../../src/base/errors";
import type { TensorName } from "../../../src/conv/run";
import { elementFor } from "../../../src/panel/answers";
import { evaluateForDisplay } from "../../../src/trace/moment/cursor";
import { isView } from "../../../src/trace/expression/views";
import { elementCount } from "../../../src/tensor/tensor";
import { shapeOf } from "../../../src/trace/order/elements";
import type { Trace } from "../../../src/trace/moment/trace";
import { type Row, sum, timeRow, timed, turnsOf } from "./record";

/** `#` is made as large as it can be before the evaluator says that it is too much. */
const expressions = [
  "x[0, :, :, :#].sum()",
  "x[::-1, 0, :, :#].std()",
  "col[:#].sum()",
  "col[:#, ::-1].argmax()",
  "dcol[:#].sum()",
  "dcol[::997, 1][:#].std()",
  "dx[:, :, :, :#].max()",
  "dx[0, :, :, :#].std()",
  "(abs(x[0, :, :, :#]) * 2 - x[1, :, :, :#]).std()",
  "max(x[0, :, :, :#], x[1, :, :, :#], 0, 1).argmax()",
  "exp(log(abs(col[:#]) + 1)).mean()",
  "(dcol[:#] > 0).all() || (dcol[:#] < 100).all()",
  "isnan(-(-(-(-(-(-(x[0, 0, :, :#]))))))).any()",
];
const whole = ["max", "argmin", "sum", "std", "all"].map((how) => `x.${how}()`);

export async function measureAsking(trace: Trace, layer: string): Promise<Row[]> {
  const { start, count } = trace.steps.spans.col2im;
  const moments: [string, number][] = [
    ["at the end", trace.total - 1],
    ["within col2im", start + Math.floor(count / 2)],
  ];
  const rows: Row[] = [];
  for (const [moment, step] of moments)
    for (const text of expressions) {
      const largest = largestOf(trace, text, step);
      rows.push(
        timeRow(`${text}, # = ${largest}, ${moment}`, layer, await worst(trace, sized(text, largest), step), 50),
      );
    }
  for (const text of whole) rows.push(timeRow(text, layer, await worst(trace, text, trace.total - 1), 50));
  return rows;
}

/** The panel's "Why this value?", of elements that were not looked at before; all turns together are the wait for the answer. */
export function measureReasons(trace: Trace, layer: string): Row[] {
  return (["out", "dW", "db", "dcol", "dx"] as const).flatMap((tensor) => {
    const asked = Array.from({ length: 12 }, (_, i) => turnsOf(trace, () => askAbout(trace, tensor, i))).slice(4);
    return [
      timeRow(`why an element of ${tensor} has its value: each turn`, layer, Math.max(...asked.flat()), 10),
      timeRow("… all of it", layer, Math.max(...asked.map(sum)), 100),
    ];
  });
}

function askAbout(trace: Trace, tensor: TensorName, i: number): void {
  const offset = Math.floor((elementCount(shapeOf(trace.geometry, tensor)) * (i + 0.5)) / 12);
  elementFor(trace, { run: 1, tensor, offset, step: trace.total - 1, largest: 5 });
}

function sized(text: string, size: number): string {
  return text.replaceAll("#", String(size));
}

function largestOf(trace: Trace, text: string, step: number): number {
  let [fits, not] = [0, 2 ** 30];
  while (not - fits > 1) {
    const middle = Math.floor((fits + not) / 2);
    if (isRefused(trace, sized(text, middle), step)) not = middle;
    else if (middle > 2 ** 20)
      return middle; // the slice ends before it does
    else fits = middle;
  }
  return fits;
}

/** Too much, as the evaluator counts; the work itself is not done where it is. */
function isRefused(trace: Trace, text: string, step: number): boolean {
  try {
    const value = evaluateForDisplay(trace, text, step);
    return isView(value);
  } catch (error) {
    if (error instanceof ConvError && /too many elements/.test(error.message)) return true;
    throw error;
  }
}

async function worst(trace: Trace, text: string, step: number): Promise<number> {
  let most = 0;
  for (let i = 0; i < 3; i++)
    most = Math.max(
      most,
      await timed(() => {
        isRefused(trace, text, step);
      }),
    );
  return most;
}
