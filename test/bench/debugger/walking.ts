// Steps a second of a search for a condition that nothing is known of but at the step itself.
import { expressionOf } from "../../../src/trace/expression/expression";
import { expressed } from "../../../src/trace/search/condition";
import type { Direction } from "../../../src/trace/order/navigate";
import { Search } from "../../../src/trace/search/search";
import { type Stage, stages } from "../../../src/trace/order/stages";
import type { Trace } from "../../../src/trace/moment/trace";
import { type Row, rateRow, since } from "./record";

const WARM_MS = 300;
const TIMED_MS = 1000;

export function measureWalking(trace: Trace, layer: string): Row[] {
  return stages.flatMap((stage) =>
    (["forward", "back"] as const).map((direction) =>
      rateRow(
        `continue to a condition, ${stage}, ${direction}`,
        layer,
        rateOf(trace, stage, direction, "exp(acc) < 0"),
        1e6,
      ),
    ),
  );
}

/** Conditions about a tensor that is being written. */
export function measureReducing(trace: Trace, layer: string): Row[] {
  const conditions = [
    ["gemm", "out.max() > 1e9"],
    ["dW", "abs(dW).max() > 1e9 || dW.argmin() < 0"],
    ["gemm", "out.mean() > 1e9"],
    ["dW", "dW.std() > 1e9"],
  ] as const;
  return conditions.flatMap(([stage, text]) =>
    (["forward", "back"] as const).map((direction) =>
      rateRow(`continue to ${text}, ${direction}`, layer, rateOf(trace, stage, direction, text), 1e6),
    ),
  );
}

function rateOf(trace: Trace, stage: Stage, direction: Direction, text: string): number {
  const { start, count } = trace.steps.spans[stage];
  const [first, last] = direction === "forward" ? [start, start + count - 1] : [start + count - 1, start];
  const condition = expressed(expressionOf(text, trace.geometry));
  /** Steps, and the time they took, in the middle of the stage; in one of few steps from its beginning. */
  const walk = (ms: number): [steps: number, took: number] => {
    const from = count < 2 ** 24 ? first : start + Math.floor(count / 2);
    const search = new Search(trace, condition, from, direction);
    const started = process.cpuUsage();
    while (since(started) < ms && !search.isBeyond(last))
      for (let i = 0; i < 64; i++) search.advance(search.spent + 1024, last);
    return [Math.abs(search.step - from), since(started)];
  };
  walk(WARM_MS);
  const [steps, took] = walk(TIMED_MS);
  return (steps / took) * 1000;
}
