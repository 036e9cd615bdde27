import type { DebugProtocol as P } from "@vscode/debugprotocol";
import { closest } from "../formats/suggest";
import type { TensorName } from "../conv/run";
import { type Listing, followedLine } from "../trace/listing/listing";
import { type Stage, stages, writerOf } from "../trace/order/stages";
import type { Placed } from "./breakpoints";
import { regionOf } from "../formats/writtenNumbers";
import type { Program } from "./program";
import { tensorNames } from "./tensors";

/** A line (and perhaps a column) of one of the two texts, from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column?: number;
}

/**
 * Where a breakpoint in a text is: on numbers of the layer file, or on a statement of the listing, which it follows into the listings
 * of other programs. `meant`: the listing that the line is one of; undefined: that of the first program.
 */
export function placeInText(source: P.Source, at: TextPlace, meant?: Listing): (program: Program) => Placed {
  let first = meant;
  return (program) => {
    switch (program.textOf(source, true)) {
      case "listing": {
        const line = followedLine((first ??= program.listing), at.line, program.listing);
        if (line === null) return { message: `no code at or after line ${at.line} of the listing` };
        return { target: { kind: "line", line }, at: { line, source: program.source } };
      }
      case "file":
        return placeInFile(program, at);
      case null:
        return {
          message: `this source is not part of ${program.debuggee.layer.name}: breakpoints go into the listing, or on numbers of the layer file`,
        };
    }
  };
}

/**
 * "Stop where this number is used": the number at the column, or right of it; without a column all numbers of the line, or, if no
 * one slice holds just these, the first. Where the line has none, the next number below.
 */
function placeInFile({ numbers, layerSource }: Program, { line, column = 1 }: TextPlace): Placed {
  const behind = numbers.find((one) => one.line > line || (one.line === line && one.endColumn > column));
  if (behind === undefined) return { message: "no number of weight or bias stands here or below" };
  const all = numbers.filter((one) => one.line === behind.line);
  const whole = column === 1 && behind === all[0] ? regionOf(all) : null;
  const region = whole ?? `[${behind.index.join(", ")}]`;
  return {
    target: { kind: "element", tensor: behind.tensor, region, on: "used" },
    at: {
      line: behind.line,
      column: behind.column,
      endColumn: whole === null ? behind.endColumn : all[all.length - 1].endColumn,
      source: layerSource,
      message: `stops where ${behind.tensor}${region} is used`,
    },
  };
}

/** The functions of the listing by their names, and the stages by theirs. */
const functionsOf: Readonly<Record<string, Stage>> = {
  ...(Object.fromEntries(stages.map((stage) => [stage, stage])) as Record<Stage, Stage>),
  grad_b: "db",
  grad_W: "dW",
  grad_col: "dcol",
};

export function placeAtStage({ listing, source }: Program, name: string): Placed {
  const wanted = name.trim();
  if (!Object.hasOwn(functionsOf, wanted)) {
    const meant = closest(wanted, Object.keys(functionsOf));
    const hint = meant === undefined ? `there are ${stages.join(", ")}` : `did you mean ${meant}`;
    return { message: `no stage is called ${JSON.stringify(wanted)}: ${hint}` };
  }
  const stage = functionsOf[wanted];
  return { target: { kind: "stage", stage }, at: { line: listing.lineOf(stage, "stage"), source } };
}

/**
 * What the steps do to a tensor: one that is given is only read, and nothing is made of others than col and dcol. "readWrite" is every
 * touch, also a write that changes nothing.
 */
export function accessesOf(tensor: TensorName): P.DataBreakpointAccessType[] {
  if (writerOf[tensor] === null) return ["read"];
  return tensor === "col" || tensor === "dcol" ? ["write", "read", "readWrite"] : ["write", "readWrite"];
}

/**
 * What "break when it is …" means for a tensor: write: by a step after which it holds something else; read: used as an operand;
 * readWrite: used, or written by any step that adds to it. A dataId is what is written in an expression: "out[0, 2, :, 5]".
 */
export function placeAtData(dataId: string, access: P.DataBreakpointAccessType = "write"): Placed {
  const match = /^([A-Za-z]+)\s*(\[.*\])?$/.exec(dataId.trim());
  const tensor = tensorNames.find((name) => name === match?.[1]);
  if (tensor === undefined) return { message: `${JSON.stringify(dataId)} is no tensor, nor a part of one` };
  const region = match?.[2] ?? "";
  const on = ({ read: "used", write: "changed", readWrite: "touched" } as const)[access];
  return { target: { kind: "element", tensor, region, on } };
}
