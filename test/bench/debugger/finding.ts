import type { ResultName } from "../../../src/conv/passes";
// How long `continue` takes to the one place where something is, in or made of the last of 10⁸ elements.
import type { Run } from "../../../src/conv/run";
import type { Expected, Filter } from "../../../src/session/breakpoints";
import { Session } from "../../../src/session/session";
import { stages } from "../../../src/trace/order/stages";
import { type LargeLayer, inputsOf, runOf } from "./layers";
import { type Row, timeRow, timed } from "./record";

/** From the start of each stage to the next stop: the end of the run, where there is none any more. */
async function continued(run: Run, filter: Filter, what: string, layer: string, expected?: Expected): Promise<Row[]> {
  const rows: Row[] = [];
  for (const stage of stages) {
    const session = new Session(run);
    if (expected !== undefined) session.breakpoints.expected = expected;
    session.breakpoints.setFilters("bench", [filter]);
    const { start } = session.trace.steps.spans[stage];
    let stop = "";
    const ms = await timed(async () => {
      const { step, reason } = await session.resume("forward", { from: start - 1 });
      stop = reason === "end" ? "the end" : session.trace.steps.spanAt(step).stage;
    });
    rows.push(timeRow(`${what}: from ${stage}, stops in ${stop}`, layer, ms, 1000));
  }
  return rows;
}

/** `value` in the last element of x, W or dout. */
export async function measureFinding(layer: LargeLayer, tensor: "x" | "W" | "dout", value: number, filter: Filter) {
  const inputs = inputsOf(layer);
  const { data } = inputs[tensor]!; // inputsOf makes all of them
  data[data.length - 1] = value;
  return continued(await runOf(inputs), filter, `${value} at the end of ${tensor}, ${filter}`, layer.name);
}

/** The last element of a result is not what is expected. */
export async function measureMismatch(layer: LargeLayer, name: ResultName): Promise<Row[]> {
  const run = await runOf(inputsOf(layer));
  const actual = run.tensors[name];
  const wanted = { ...actual, data: actual.data.slice() };
  wanted.data[wanted.data.length - 1] += 1;
  return continued(run, "mismatch", `the last of ${name} is wrong`, layer.name, { tensors: { [name]: wanted } });
}
