import { ConvError, namingFile } from "../base/errors";
import type { CommandResult } from "../cli";
import type { Geometry } from "../conv/geometry";
import { elementText } from "../trace/order/elements";
import { expressionOf } from "../trace/expression/expression";
import { findNext } from "../trace/search/search";
import { type Access, type Moment, Trace } from "../trace/moment/trace";
import { affordable, inputsOf, readLayer, withEngine } from "./layer";
import { type EngineFlags, wholeNumber } from "./options";
import { jsonText, numberText } from "./print";

export interface TraceFlags extends EngineFlags {
  readonly set?: string[];
  readonly at?: string;
  readonly find?: string;
  readonly from?: string;
  readonly back?: boolean;
  readonly json?: boolean;
}

/** `conv trace LAYER --at STEP | --find EXPR`: the full state at a step. A search that finds nothing is a failed check. */
export async function traceCommand(path: string, flags: TraceFlags): CommandResult {
  if ((flags.at === undefined) === (flags.find === undefined))
    throw new ConvError({ code: "bad-usage", what: "conv trace needs either --at STEP or --find EXPR" });
  if (flags.at !== undefined && (flags.from !== undefined || flags.back))
    throw new ConvError({
      code: "bad-usage",
      what: `${flags.back ? "--back" : "--from"} belongs to --find`,
      expected: "--at STEP alone",
    });
  const layer = await readLayer(path, flags.set);
  affordable(layer, flags);
  return withEngine(flags, async (engine) => {
    const trace = new Trace(await engine.run(inputsOf(layer)));
    const step = flags.at === undefined ? await find(trace, flags) : wholeNumber("--at", flags.at, 0);
    if (step === null) {
      process.stdout.write(flags.json ? `${jsonText({ step: null, total: trace.total })}\n` : "no such step\n");
      return { ok: false };
    }
    const moment = trace.at(step);
    process.stdout.write(`${flags.json ? jsonText(momentJson(moment)) : momentText(moment, trace.geometry)}\n`);
    return { ok: true };
  });
}

/** The next step at which the condition holds; the ends of the run are where a search begins unless told otherwise. */
async function find(trace: Trace, { find: condition = "", from, back = false }: TraceFlags): Promise<number | null> {
  const expression = await namingFile("--find", () => expressionOf(condition, trace.geometry));
  const start = from === undefined ? (back ? trace.total - 1 : 0) : wholeNumber("--from", from, 0);
  const result = await findNext(trace, expression, start, { direction: back ? "back" : "forward" });
  return result.kind === "found" ? result.step : null;
}

function momentJson({ step, total, stage, indices, row, tap, partialSum, reads, writes }: Moment): object {
  return { step, total, stage, indices, row, tap, partialSum, reads, writes };
}

function momentText(moment: Moment, g: Geometry): string {
  const { step, total, stage, indices, partialSum, reads, writes } = moment;
  const where = Object.entries(indices).map(([name, value]) => `${name} ${value}`);
  const access = (verb: string) => (item: Access) =>
    `${verb} ${elementText(g, item)} = ${numberText(item.value)}` +
    (item.padding === true && g.paddingMode !== "zeros" ? " (padding shows this cell)" : "");
  return [
    `step ${step} of ${total}: ${stage}, ${where.join(", ")}`,
    ...reads.map(access("read ")),
    ...writes.map(access("write")),
    ...(writes.length === 0 ? ["dropped: this gradient falls on zero padding"] : []),
    ...(partialSum === null ? [] : [`sum so far ${numberText(partialSum)}`]),
  ].join("\n");
}
