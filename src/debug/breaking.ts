import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { closest } from "../formats/suggest";
import { filters } from "../session/breakpoints";
import { shapeOf } from "../trace/order/elements";
import * as args from "./arguments";
import { inText, toClient } from "./positions";
import { accessesOf, placeAtData, placeAtStage, placeInText } from "./places";
import { request } from "./request";
import { partText } from "./tensors";

/** Where it stops. */
export const breaking = {
  setBreakpoints: request("open", args.setBreakpoints, (control, { source, breakpoints, lines }) => {
    const wanted = breakpoints ?? (lines ?? []).map((line) => ({ line }));
    return {
      breakpoints: control.setBreakpoints(
        // A listing of other numbers is another source, whose breakpoints the client sets apart.
        `source ${source.sourceReference ?? 0} ${source.path ?? source.name ?? ""}`,
        "breakpoint",
        wanted.map((one) => ({
          ...one,
          key: JSON.stringify(one),
          place: placeInText(source, inText(control, one), control.listings.at(source.sourceReference)),
        })),
      ),
    };
  }),

  setFunctionBreakpoints: request("open", args.setFunctionBreakpoints, (control, { breakpoints }) => ({
    breakpoints: control.setBreakpoints(
      "functions",
      "function breakpoint",
      breakpoints.map((one) => ({
        ...one,
        key: JSON.stringify(one),
        place: (program) => placeAtStage(program, one.name),
      })),
    ),
  })),

  setDataBreakpoints: request("open", args.setDataBreakpoints, (control, { breakpoints }) => ({
    breakpoints: control.setBreakpoints(
      "data",
      "data breakpoint",
      breakpoints.map((one) => ({
        ...one,
        key: JSON.stringify(one),
        place: () => placeAtData(one.dataId, one.accessType),
      })),
    ),
  })),

  dataBreakpointInfo: request(
    "loaded",
    args.dataBreakpointInfo,
    (control, { variablesReference = 0, name, asAddress }) => {
      const part = control.containers.get(variablesReference)?.part(name) ?? null;
      const text = part === null ? name.trim() : partText(part);
      const placed = placeAtData(text);
      if (asAddress === true || (variablesReference > 0 && part === null) || "message" in placed) {
        const why = "message" in placed && variablesReference === 0 ? placed.message : `${name} is no part of a tensor`;
        return { dataId: null, description: why };
      }
      const { target } = placed;
      const tensor = target.kind === "element" ? target.tensor : "x"; // placeAtData makes no others
      if (tensor === "b" && !control.trace.geometry.hasBias)
        return { dataId: null, description: "this layer has no bias" };
      const shape = shapeOf(control.trace.geometry, tensor);
      const description = shape.length === 0 ? tensor : text;
      return { dataId: text, description, accessTypes: accessesOf(tensor), canPersist: true };
    },
  ),

  setExceptionBreakpoints: request(
    "open",
    args.setExceptionBreakpoints,
    (control, { filters: plain, filterOptions = [] }) => {
      const wanted = [...plain.map((filterId) => ({ filterId, condition: undefined })), ...filterOptions];
      const known = wanted.flatMap(({ filterId, condition }) => {
        const filter = filters.find((name) => name === filterId);
        return filter === undefined ? [] : [{ filter, condition }];
      });
      const conditions = Object.fromEntries(
        known.flatMap(({ filter, condition }) => (condition?.trim() ? [[filter, condition]] : [])),
      );
      const verified = control.setFilters({ names: [...new Set(known.map(({ filter }) => filter))], conditions });
      const breakpoints = wanted.map(({ filterId }): P.Breakpoint => {
        const found = verified.find(({ filter }) => filter === filterId);
        if (found !== undefined) return { verified: found.verified, ...(found.message && { message: found.message }) };
        const meant = closest(filterId, filters);
        const message = `there is no filter ${JSON.stringify(filterId)}${meant ? `: did you mean ${meant}` : ""}`;
        return { verified: false, message };
      });
      return { breakpoints };
    },
  ),

  breakpointLocations: request("loaded", args.breakpointLocations, (control, { source, line, endLine = line }) => {
    const { program } = control;
    const [from, to] = [inText(control, { line }).line, inText(control, { line: endLine }).line];
    const within = ({ line: at }: { line: number }) => at >= from && at <= to;
    switch (program.textOf(source)) {
      case "listing": {
        const lines = program.listing.lines.flatMap(({ hits, text }, i) =>
          hits === null ? [] : [{ line: i + 1, column: text.length - text.trimStart().length + 1 }],
        );
        return { breakpoints: lines.filter(within).map((place) => toClient(control, place)) };
      }
      case "file": {
        const numbers = program.numbers.map(({ line: at, column, endColumn }) => ({ line: at, column, endColumn }));
        return { breakpoints: numbers.filter(within).map((place) => toClient(control, place)) };
      }
      case null:
        return { breakpoints: [] };
    }
  }),
};
