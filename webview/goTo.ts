import type { Geometry } from "../src/conv/geometry";
import { type Element, shapeOf } from "../src/trace/order/elements";
import { stages } from "../src/trace/order/stages";
import type { Steps } from "../src/trace/order/steps";
import { tensorNames } from "../src/protocol/names";
import { cutOf } from "./cut";
import { parseWhole } from "./format";

/** Where somebody wants to go, in the words of the field: or what is wrong with them. */
export type Destination =
  | { readonly kind: "step"; readonly step: number }
  | { readonly kind: "element"; readonly element: Element }
  | { readonly kind: "cut"; readonly text: string }
  | { readonly kind: "wrong"; readonly why: string };

/** "187 123", "gemm", "row 369", "out[0, 2, 11, 17]". */
export function destinationOf(text: string, steps: Steps): Destination {
  const words = text.trim();
  const step = parseWhole(words);
  if (step !== null)
    return step < steps.total ? { kind: "step", step } : wrong(`steps go from 0 to ${steps.total - 1}`);
  const stage = stages.find((name) => name.toLowerCase() === words.toLowerCase());
  if (stage !== undefined) return { kind: "step", step: steps.spans[stage].start };
  const row = /^row\s*(\d+)$/i.exec(words);
  if (row !== null) return rowOf(Number(row[1]), steps);
  if (/^[a-z]+\s*\[.*(:|\.\.\.).*\]$/i.test(words)) {
    const { wrong: why } = cutOf(words, steps.geometry);
    return why === undefined ? { kind: "cut", text: words } : wrong(why);
  }
  const indexed = /^([a-z]+)\s*\[([^\]]*)\]?$/i.exec(words);
  if (indexed !== null) return elementOf(indexed[1], indexed[2], steps.geometry);
  return wrong(
    "a step (187 123), a stage (gemm), a row (row 369) an element (out[0, 2, 11, 17]) or a slice (x[0, :, 4:9])",
  );
}

/** The row of col, where it is first made. */
function rowOf(row: number, steps: Steps): Destination {
  const { rows, taps } = steps.geometry;
  if (row >= rows) return wrong(`rows go from 0 to ${rows - 1}`);
  return { kind: "step", step: steps.spans.im2col.start + row * taps };
}

function elementOf(name: string, list: string, g: Geometry): Destination {
  const tensor = tensorNames.find((each) => each === name) ?? tensorNames.find((each) => each === name.toLowerCase());
  if (tensor === undefined) return wrong(`tensors are ${tensorNames.join(", ")}`);
  if (tensor === "b" && !g.hasBias) return wrong("this layer has no bias");
  const shape = shapeOf(g, tensor);
  // "n 0" and "0" alike: names of axes may stand before the numbers.
  const index = list.split(",").map((part) => parseWhole(part.replace(/[a-z]/gi, "").trim()));
  if (index.length !== shape.length) return wrong(`${tensor} has ${shape.length} axes: ${shape.join(" × ")}`);
  const exact: number[] = [];
  for (const [axis, i] of index.entries()) {
    if (i === null || i >= shape[axis]) return wrong(`axis ${axis} of ${tensor} goes from 0 to ${shape[axis] - 1}`);
    exact.push(i);
  }
  return { kind: "element", element: { tensor, index: exact } };
}

function wrong(why: string): Destination {
  return { kind: "wrong", why };
}
