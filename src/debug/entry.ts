import { ConvError } from "../base/errors";
import { closest } from "../formats/suggest";
import { type Depth, stages } from "../trace/order/stages";
import { elementOf } from "./elements";
import type { Program } from "./program";

export interface Entry {
  readonly step: number;
  readonly depth: Depth;
  /** What the stop is said to be; null: it does not stop there. */
  readonly why: string | null;
}

/** Where a program begins: where `stopAt` says, else at the first step. Throws ConvError if there is no such place. */
export function entryOf(program: Program): Entry {
  const { attributes, trace } = program;
  const { stopAt, stopOnEntry } = attributes;
  if (trace.total === 0) return { step: -1, depth: "stage", why: "The batch is empty: there are no steps" };
  if (stopAt === undefined)
    return { step: 0, depth: "stage", why: stopOnEntry === true ? "Paused at the first step" : null };
  const entry = placeOf(program, String(stopAt).trim());
  if (entry.step > program.lastStep)
    throw bad(
      stopAt,
      `a place in the forward pass, which ends at step ${program.lastStep}`,
      'Leave out "backward": false',
    );
  return entry;
}

function placeOf({ trace }: Program, text: string): Entry {
  const { steps } = trace;
  const why = `Paused at ${text}`;
  if (/^\d+$/.test(text)) {
    const step = Number(text);
    steps.spanAt(step);
    return { step, depth: "tap", why: `Paused at step ${text}` };
  }
  const stage = stages.find((name) => name === text);
  if (stage !== undefined) return { step: steps.spans[stage].start, depth: "stage", why };
  if (/^\w*$/.test(text)) {
    const meant = closest(text, stages);
    throw bad(text, `a stage (${stages.join(", ")}), an element, or a step`, meant && `Did you mean ${meant}`);
  }
  const { tensor, prefix } = elementOf(trace, 0, text);
  const last = trace.writtenAt(tensor, prefix)?.last;
  if (last === undefined)
    throw bad(text, "an element of col, out, db, dW, dcol or dx: this one is given before the run");
  if (last < 0) throw bad(text, "an element that some step writes: no window reaches this one");
  return { step: last, depth: "cell", why };
}

function bad(found: string | number, expected: string, remedy?: string): ConvError {
  const what = "the program cannot stop there";
  return new ConvError({
    code: "bad-usage",
    at: { path: "stopAt" },
    what,
    expected,
    found: JSON.stringify(found),
    remedy,
  });
}
