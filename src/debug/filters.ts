import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { type Filter, filters } from "../session/breakpoints";

/** The exception filters as clients show them. */
export const labels: Readonly<Record<Filter, { readonly label: string; readonly description: string }>> = {
  nan: { label: "NaN", description: "Stops where NaN is written for the first time in an element" },
  infinity: { label: "Infinity", description: "Stops where an infinity is written for the first time in an element" },
  overflow: { label: "Overflow to Infinity", description: "Stops where finite numbers make an infinity" },
  mismatch: {
    label: "Differs from Expected",
    description: 'Stops where an element is finished that differs from "expected" of the layer file',
  },
};

export const exceptionFilters: P.ExceptionBreakpointsFilter[] = filters.map((filter) => ({
  filter,
  ...labels[filter],
  supportsCondition: true,
  conditionDescription: 'An expression that must hold as well, such as stage == "gemm"',
}));
