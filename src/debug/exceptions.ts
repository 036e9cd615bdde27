import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Filter } from "../session/breakpoints";
import type { Stop } from "../session/resume";
import type { Access, Moment, Trace } from "../trace/trace";
import { labels } from "./filters";
import { numberText } from "./numbers";
import { partText } from "./tensors";

const isInfinite = (value: number) => Math.abs(value) === Infinity;

/** Whether a step can be a case of a filter, the most telling first. */
const cases: readonly (readonly [Filter, (written: number, reads: readonly Access[]) => boolean])[] = [
  ["overflow", (written, reads) => isInfinite(written) && reads.every(({ value }) => Number.isFinite(value))],
  ["nan", Number.isNaN],
  ["infinity", isInfinite],
  ["mismatch", () => true],
];

/** Which of the filters that are set a step is a case of. */
function filterOf({ reads, writes }: Moment, set: readonly Filter[]): Filter {
  const written = writes.at(0)?.value ?? 0;
  const found = cases.find(([filter, isCase]) => set.includes(filter) && isCase(written, reads));
  return found === undefined ? "mismatch" : found[0];
}

/** What there is to know about a stop at one of the filters; `text`: what the session says of it. */
export function exceptionDetails(trace: Trace, { step, text }: Stop, filters: readonly Filter[]) {
  const moment = trace.at(step);
  const { dtype } = trace.run.arithmetic;
  const shown = (verb: string, { tensor, index, value }: Access) =>
    `${verb} ${partText({ tensor, prefix: index })} = ${value === null ? "nothing" : numberText(value, dtype)}`;
  const filter = filterOf(moment, filters);
  const target = moment.writes.at(0);
  const description = text ?? `${labels[filter].label} at step ${step}, ${moment.stage}`;
  return {
    exceptionId: labels[filter].label,
    description,
    breakMode: "always",
    details: {
      message: description,
      typeName: filter,
      ...(target !== undefined && { evaluateName: partText({ tensor: target.tensor, prefix: target.index }) }),
      stackTrace: [
        `step ${step}, ${moment.stage}`,
        ...moment.reads.map((access) => shown("read", access)),
        ...moment.writes.map((access) => shown("wrote", access)),
      ].join("\n"),
    },
  } satisfies P.ExceptionInfoResponse["body"];
}
