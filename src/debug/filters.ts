import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { type Filter, filters } from "../session/breakpoints";
import { filterNames } from "../session/filters";

const descriptions: Readonly<Record<Filter, string>> = {
  nan: "Stops where NaN is written for the first time in an element",
  infinity: "Stops where an infinity is written for the first time in an element",
  overflow: "Stops where finite numbers make an infinity",
  mismatch: 'Stops where an element is finished that differs from "expected" of the layer file',
};

/** The exception filters as clients show them. */
export const exceptionFilters: P.ExceptionBreakpointsFilter[] = filters.map((filter) => ({
  filter,
  label: filterNames[filter],
  description: descriptions[filter],
  supportsCondition: true,
  conditionDescription: 'An expression that must hold as well, such as stage == "gemm"',
}));
