import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Filter } from "../session/breakpoints";
import type { Access, Moment } from "../trace/trace";
import { labels } from "./filters";
import { numberText } from "./numbers";
import type { Program } from "./program";
import { partText } from "./tensors";

/** Which filter a step is a case of, as far as it is one of several: the most telling. */
function filterOf({ reads, writes }: Moment): Filter {
  const written = writes.at(0)?.value ?? 0;
  if (Number.isNaN(written)) return "nan";
  if (Number.isFinite(written)) return "mismatch";
  return reads.every(({ value }) => Number.isFinite(value)) ? "overflow" : "infinity";
}

/** What there is to know about a stop at a filter; `text`: what the session says of it. */
export function exceptionDetails({ trace }: Program, step: number, text?: string) {
  const moment = trace.at(step);
  const { dtype } = trace.run.arithmetic;
  const shown = (verb: string, { tensor, index, value }: Access) =>
    `${verb} ${partText({ tensor, prefix: index })} = ${value === null ? "nothing" : numberText(value, dtype)}`;
  const filter = filterOf(moment);
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
