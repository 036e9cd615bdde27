import type { DebugProtocol as P } from "@vscode/debugprotocol";
import type { Filter } from "../session/breakpoints";
import { filterNames } from "../session/filters";
import type { Stop } from "../session/resume";
import { numberText } from "../tensor/numbers";
import { elementText } from "../trace/order/elements";
import type { Access, Trace } from "../trace/moment/trace";
import { partText } from "./tensors";

/** A stop may be a case of several filters. */
const mostTellingFirst: readonly Filter[] = ["overflow", "nan", "infinity", "mismatch"];

/** What there is to know about a stop at one of the filters; `text`: what the session says of it. */
export function exceptionDetails(trace: Trace, { step, text, filters = [] }: Stop) {
  const moment = trace.at(step);
  const { dtype } = trace.run.arithmetic;
  const shown = (verb: string, access: Access) =>
    `${verb} ${elementText(trace.geometry, access)} = ${access.value === null ? "nothing" : numberText(access.value, dtype)}`;
  const filter = mostTellingFirst.find((one) => filters.includes(one)) ?? "mismatch";
  const target = moment.writes.at(0);
  const description = text ?? `${filterNames[filter]} at step ${step}, ${moment.stage}`;
  return {
    exceptionId: filterNames[filter],
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
