import { nests } from "../src/trace/stages";
import { short } from "./format";
import type { Panel } from "./panel";

/** The present step in words, for those who hear it: "gemm, row 369 (n 0, oy 11, ox 17), filter 2, tap 13 of 27: 0.444 × 0.041, sum −0.503". */
export function sentence(panel: Panel): string {
  const { steps } = panel.state;
  const { place } = panel;
  if (steps === null || place === null) return "no steps";
  const { stage, at, row, tap, k, step } = place;
  const { cellSteps } = steps.spans[stage];
  const window = `row ${row ?? 0} (n ${at.n}, oy ${at.oy}, ox ${at.ox})`;
  const turn = `${k} of ${cellSteps}`;
  const weight = `c ${at.c}, ky ${at.ky}, kx ${at.kx}`;
  const where = {
    im2col: `${window}, tap ${turn} (${weight})`,
    gemm: `${window}, filter ${at.f}, tap ${turn}`,
    db: `filter ${at.f}, row ${turn}`,
    dW: `filter ${at.f}, tap ${tap ?? 0} (${weight}), row ${turn}`,
    dcol: `${window}, tap ${tap ?? 0} (${weight}), filter ${turn}`,
    col2im: `${window}, tap ${turn} (${weight})`,
  }[stage];
  const page = panel.facts.strip(step, k);
  const i = page === undefined ? -1 : k - page.from;
  if (page === undefined || i < 0 || i >= page.left.length) return `${stage}, ${where}`;
  const factors = page.right.length > 0 ? `${short(page.left[i])} × ${short(page.right[i])}` : short(page.left[i]);
  const sum = page.sums.length === 0 ? "" : `, sum ${short(page.sums[i])}`;
  const result = place.last && nests[stage].sums && page.final.length > 0 ? `, result ${short(page.final[0])}` : "";
  return `${stage}, ${where}: ${factors}${sum}${result}`;
}
