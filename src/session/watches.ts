import { ConvError, messageOf } from "../base/errors";
import { type Ascending, Joined, Picked, Progression, all } from "../trace/order/ascending";
import { type Condition, both, expressed, heldByFaults } from "../trace/search/condition";
import { evaluateAt } from "../trace/moment/cursor";
import { changed } from "../trace/search/events";
import { expressionOf } from "../trace/expression/expression";
import { listingOf, stepsReaching } from "../trace/listing/listing";
import { partOf } from "../trace/expression/part";
import { stepsReading, stepsWriting } from "../trace/order/touches";
import type { Trace } from "../trace/moment/trace";
import type { Breakpoint, Expected, Filter, Target } from "./breakpoints";
import { filterNames, filtering } from "./filters";
import { hitsOf } from "./hitCondition";
import { type LogMessage, logMessageOf } from "./logMessage";

/** What a run is watched for: a breakpoint or a filter, worked out for one run. */
export interface Watch {
  readonly owner: string;
  /** A breakpoint's id, or the filter. */
  readonly key: number | Filter;
  /** What it waits for, for a person: "out[0, 2, :, 5] changes", "NaN". */
  readonly name: string;
  /** Why it can never stop a run. */
  readonly fault?: string;
  /** The line of the listing where it is. */
  readonly line?: number;
  /** The steps at which it may be hit; exactly those at which it is, if `condition` is null. */
  readonly steps: Ascending;
  readonly condition: Condition | null;
  /** Which of the hits count; null: all, or `steps` has them already. */
  readonly picked: Ascending | null;
  readonly log: LogMessage | null;
  /** What there is to say of a stop, beside that it was hit. */
  readonly textAt: (step: number) => string | undefined;
}

/** A breakpoint in a run. Whatever is wrong with it is its `fault`. */
export function watchFor(trace: Trace, owner: string, breakpoint: Breakpoint): Watch {
  const { id: key, condition, hitCondition, logMessage } = breakpoint;
  try {
    const { steps, event, line } = placed(trace, breakpoint.target);
    const expression = isGiven(condition) ? expressionOf(condition, trace.geometry) : null;
    const asked = expression === null ? null : heldByFaults(expressed(expression));
    const wanted = asked === null ? event : event === null ? asked : both(event, asked);
    const hits = isGiven(hitCondition) ? hitsOf(hitCondition) : null;
    return {
      owner,
      key,
      name: nameOf(breakpoint.target, line),
      ...(line === undefined ? {} : { line }),
      steps: wanted === null && hits !== null ? new Picked(steps, hits) : steps,
      condition: wanted,
      picked: wanted === null ? null : hits,
      log: isGiven(logMessage) ? logMessageOf(trace, logMessage) : null,
      textAt: (step) => (expression === null ? undefined : faultAt(() => evaluateAt(trace, expression, step))),
    };
  } catch (error) {
    return broken(owner, key, error);
  }
}

export function watchFilter(
  trace: Trace,
  owner: string,
  filter: Filter,
  condition: string | undefined,
  expected: Expected,
): Watch {
  try {
    const { condition: event, textAt } = filtering(trace, filter, expected);
    const asked = isGiven(condition) ? heldByFaults(expressed(expressionOf(condition, trace.geometry))) : null;
    return {
      owner,
      key: filter,
      name: filterNames[filter],
      steps: all(trace.total),
      condition: asked === null ? event : both(event, asked),
      picked: null,
      log: null,
      textAt,
    };
  } catch (error) {
    return broken(owner, filter, error);
  }
}

/** The steps of a target; `event`: what must happen there as well. Throws ConvError where there can be none. */
function placed(trace: Trace, target: Target): { steps: Ascending; event: Condition | null; line?: number } {
  const { steps, run } = trace;
  switch (target.kind) {
    case "line": {
      const { lines } = listingOf(steps, run.arithmetic);
      const at = lines.findIndex(({ hits }, i) => hits !== null && i + 1 >= target.line);
      const hits = lines[at]?.hits ?? null;
      if (hits === null || target.line < 1)
        throw new ConvError({ code: "bad-value", what: `no code at or after line ${target.line} of the listing` });
      return { steps: stepsReaching(steps, hits), event: null, line: at + 1 };
    }
    case "stage":
      return { steps: new Progression(steps.spans[target.stage].start, 1, Math.min(1, steps.total)), event: null };
    case "element": {
      const { tensor, region, on } = target;
      const part = partOf(trace.geometry, tensor, region);
      // What is read was written by an earlier stage.
      const found = new Joined([
        ...(on === "used" ? [] : [stepsWriting(steps, tensor, part)]),
        ...(on === "used" || on === "touched" ? [stepsReading(steps, tensor, part)] : []),
      ]);
      if (found.count === 0 && steps.total > 0)
        throw new ConvError({ code: "bad-value", what: `nothing ${verbs[on]} ${tensor}${region}` });
      return { steps: found, event: on === "changed" ? changed : null };
    }
  }
}

function nameOf(target: Target, line: number | undefined): string {
  switch (target.kind) {
    case "line":
      return `line ${line} of the listing`;
    case "stage":
      return target.stage;
    case "element":
      return `${target.tensor}${target.region} ${target.on === "touched" ? "written or used" : target.on}`;
  }
}

const verbs: Readonly<Record<(Target & { kind: "element" })["on"], string>> = {
  written: "writes",
  changed: "writes",
  used: "reads",
  touched: "writes or reads",
};

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}

function broken(owner: string, key: number | Filter, error: unknown): Watch {
  if (!(error instanceof ConvError)) throw error;
  return {
    owner,
    key,
    name: "",
    fault: messageOf(error),
    steps: all(0),
    condition: null,
    picked: null,
    log: null,
    textAt: () => undefined,
  };
}

function faultAt(evaluate: () => unknown): string | undefined {
  try {
    evaluate();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
