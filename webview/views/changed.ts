import { type TemplateResult, html, nothing } from "lit";
import { backwardFlow, forwardFlow } from "../../src/conv/flow";
import type { Geometry } from "../../src/conv/geometry";
import { elementCount, shapeText } from "../../src/tensor/tensor";
import { outShape } from "../../src/conv/geometry";
import { grouped, short } from "../format";
import { elementName } from "../names";
import type { Panel } from "../panel";
import { prefersReducedMotion } from "./theme";

/** What the last edit has made of out, in a chip behind the shapes: shows and hides its heatmap. */
export function changeChip(panel: Panel): TemplateResult | typeof nothing {
  const { run } = panel.state;
  const change = run?.change ?? null;
  if (run === null || change === null) return nothing;
  if (change.shape !== null)
    return html`<span class="was" data-tip="The shape of out before the edit"
      >out was ${shapeText(change.shape)}</span
    >`;
  const { cells, low, high, most } = change;
  const largest = most === null ? "" : `, most of them ${elementName({ tensor: "out", index: most })}`;
  const all = grouped(elementCount(outShape(run.geometry)));
  const why =
    cells === 0
      ? "out is what it was before the edit"
      : `Since the edit ${grouped(cells)} of ${all} cells of out have changed,\nby ${short(low)} to ${short(high)}${largest}`;
  return html`<button
    type="button"
    class="chip"
    aria-pressed=${String(panel.changeShown !== null)}
    data-tip=${why}
    aria-description=${why}
    @click=${() => panel.toggleChange()}
  >
    <b>Δ out</b> <span>${cells === 0 ? "0" : `${short(low)} … ${short(high)}`}</span>
  </button>`;
}

/** Labels of the chips whose shape is another one in `now`. */
export function changedShapes(before: Geometry, now: Geometry): ReadonlySet<string> {
  const flow = (g: Geometry) => [...forwardFlow(g), ...backwardFlow(g)];
  const old = new Map(flow(before).map(({ label, shape }) => [label, shapeText(shape)]));
  const changed = flow(now).filter(({ label, shape }) => old.get(label) !== shapeText(shape));
  return new Set(changed.map(({ label }) => label));
}

/** A chip with another shape lights up, and the shape comes in from below. */
export function announce(chip: HTMLElement): void {
  if (prefersReducedMotion()) return;
  chip.animate([{ backgroundColor: "var(--conv-accent)" }, {}], { duration: 900, easing: "ease-out" });
  chip
    .querySelector("span")
    ?.animate([{ transform: "translateY(70%)", opacity: 0 }, {}], { duration: 250, easing: "ease-out" });
}
