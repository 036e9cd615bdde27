import { type TemplateResult, html, nothing } from "lit";
import type { Geometry } from "../../src/conv/geometry";
import type { Stage } from "../../src/trace/order/stages";
import type { Place } from "../../src/trace/order/steps";
import { grouped, unbroken } from "../format";
import { rowText } from "../names";

/** What the stage does, and what its present row, column or window stands for. */
interface Words {
  readonly formula: string;
  readonly what: string;
  /** The formula of the present cell; none for a copy. */
  readonly cell: (g: Geometry, place: Place) => string;
  readonly now: (g: Geometry, place: Place) => readonly string[];
}

const words: Readonly<Record<Stage, Words>> = {
  im2col: {
    formula: "col = im2col(x)",
    what: "Each window of padded x becomes one row of col.",
    cell: () => "",
    now: (g, { row }) => [windowText(g, row)],
  },
  gemm: {
    formula: "out = col · Wᵀ",
    what: "Each row of col meets each column of Wᵀ.",
    cell: (g, { row, at: { f } }) =>
      `out[${row}, ${f}] = Σ col[${row}, k] · Wᵀ[k, ${f}]${g.hasBias ? ` + b[${f}]` : ""}`,
    now: (g, { row, at }) => [windowText(g, row), `column ${at.f} is filter ${at.f}`],
  },
  db: {
    formula: "db = Σ dout",
    what: "Each column of dout is added up.",
    cell: (_, { at: { f } }) => `db[${f}] = Σ dout[k, ${f}]`,
    now: (g, { row, at }) => [
      `column ${at.f} is filter ${at.f}`,
      `row ${grouped(row ?? 0)} is the output at ${rowText(g, row ?? 0)}`,
    ],
  },
  dW: {
    formula: "dW = colᵀ · dout",
    what: "A weight's gradient sums what its tap saw, over all outputs of its filter.",
    cell: (_, { tap, at: { f } }) => `dWᵀ[${tap}, ${f}] = Σ colᵀ[${tap}, k] · dout[k, ${f}]`,
    now: (g, { row, tap, at }) => [
      `row ${tap ?? 0} is tap c ${at.c}, ky ${at.ky}, kx ${at.kx}`,
      `column ${at.f} is filter ${at.f}; now the output at ${rowText(g, row ?? 0)}`,
    ],
  },
  dcol: {
    formula: "dcol = dout · W",
    what: "Each output hands its gradient back to its window, through the weights of all filters.",
    cell: (_, { row, tap }) => `dcol[${row}, ${tap}] = Σ dout[${row}, k] · W[k, ${tap}]`,
    now: (g, { row, at }) => [windowText(g, row), `column ${at.c}, ${at.ky}, ${at.kx} is the tap c, ky, kx`],
  },
  col2im: {
    formula: "dx = col2im(dcol)",
    what: "Each row of dcol is added back onto its window; where windows overlap, gradients add up.",
    cell: () => "",
    now: (g, { row }) => [windowText(g, row)],
  },
};

/** `brief`: only what changes from step to step. */
export function sceneWords(g: Geometry, place: Place, brief: boolean): TemplateResult {
  const { formula, what, cell, now } = words[place.stage];
  const present = cell(g, place);
  const biased = place.stage === "gemm" && g.hasBias ? " + b" : "";
  return html`
    <h2>${place.stage} <span>${formula}${biased}</span></h2>
    ${brief ? nothing : html`<p>${what}</p>`}
    ${present === "" ? nothing : html`<p class="cell">${unbroken(present)}</p>`}
    <ul>
      ${now(g, place).map((line) => html`<li>${unbroken(line)}</li>`)}
    </ul>
  `;
}

function windowText(g: Geometry, row: number | null): string {
  return `row ${grouped(row ?? 0)} is the window at ${rowText(g, row ?? 0)}`;
}
