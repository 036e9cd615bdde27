import { type Element, touchOf } from "../src/trace/order/elements";
import type { Stage } from "../src/trace/order/stages";
import type { Place } from "../src/trace/order/steps";
import { short } from "./format";
import { elementName } from "./names";
import type { Panel } from "./panel";

/** What a sentence is made of; numbers are undefined until they are here. */
interface Said {
  /** "14 of 27": which of the steps of its cell it is. */
  readonly turn: string;
  /** "0.444 from col[row 369, tap 13]", one for each factor. */
  readonly reads: readonly string[];
  /** undefined where nothing is written: in zero padding. */
  readonly writes: string | undefined;
}

const product = (stage: Stage) => (said: Said) =>
  `${stage} adds product ${said.turn} to ${said.writes}: ${said.reads.join(" times ")}.`;

const sentences: Readonly<Record<Stage, (said: Said) => string>> = {
  im2col: ({ turn, reads, writes }) => `im2col copies ${reads[0]} to ${writes}, tap ${turn}.`,
  gemm: product("gemm"),
  db: ({ turn, reads, writes }) => `db adds gradient ${turn} to ${writes}: ${reads[0]}.`,
  dW: product("dW"),
  dcol: product("dcol"),
  col2im: ({ turn, reads, writes }) =>
    writes === undefined
      ? `col2im drops ${reads[0]}, tap ${turn}: it belongs to the padding.`
      : `col2im adds ${reads[0]}, tap ${turn}, to ${writes}.`,
};

/**
 * The present step as a sentence or two, for those who hear it: "gemm adds product 14 of 27 to out[n 0, f 2, oy 11, ox 17]: 0.444 from
 * col[row 369, tap 13] times 0.041 from W[f 2, c 1, ky 1, kx 1]. The sum is −0.503."
 */
export function sentence(panel: Panel): string {
  const { steps } = panel.state;
  const { place } = panel;
  if (steps === null || place === null) return "There are no steps.";
  const { geometry: g } = steps;
  const { stage, k, step } = place;
  const { reads, writes } = touchOf(g, place);
  const page = panel.facts.strip(step, k);
  const i = page === undefined ? -1 : k - page.from;
  const known = page !== undefined && i >= 0 && i < page.left.length ? page : undefined;
  const values = [known?.left[i], known?.right[i]];
  const source = (element: Element) =>
    element.padding === true && g.paddingMode === "zeros" ? "the padding" : elementName(element);
  const factors = reads.slice(0, stage === "gemm" || stage === "dW" || stage === "dcol" ? 2 : 1);
  const said = sentences[stage]({
    turn: `${k + 1} of ${steps.spans[stage].cellSteps}`,
    reads: factors.map((element, at) => {
      const value = values[at];
      return value === undefined ? source(element) : `${short(value)} from ${source(element)}`;
    }),
    writes: writes.length === 0 ? undefined : elementName(writes[0]),
  });
  const sum = known?.sums[i];
  if (known === undefined || sum === undefined || writes.length === 0) return said;
  return `${said} ${sumText(place, sum, known.bias.at(0), known.final.at(0))}`;
}

/** The last step of a cell has its result too. col2im's cells get their last gradient at some other step. */
function sumText({ stage, last }: Place, sum: number, bias: number | undefined, final: number | undefined): string {
  if (!last || final === undefined || stage === "col2im") return `The sum is ${short(sum)}.`;
  return bias === undefined
    ? `The result is ${short(final)}.`
    : `The sum is ${short(sum)}; with the bias ${short(bias)} the result is ${short(final)}.`;
}
