import { type TemplateResult, html, nothing } from "lit";
import type { Picture } from "../../src/protocol/picture";
import { axisNames } from "../names";
import type { Panel } from "../panel";

/**
 * Which plane of a tensor is shown: for each of the two axes that pick it, back and forth, and the number between them, which
 * follows the present step until another plane was chosen, and again when it is pressed.
 */
export function axisStepper(panel: Panel, { tensor, plane }: Picture): TemplateResult | typeof nothing {
  const axes = panel.planeAxes(tensor);
  if (axes === null || plane === null) return nothing;
  const chosen = panel.state.planes[tensor] ?? { major: null, minor: null };
  const one = (axis: 0 | 1, part: "major" | "minor") => {
    if (axes[axis] < 2) return nothing;
    const name = axisNames[tensor][axis];
    const at = plane[axis];
    const put = (value: number | null) => panel.showPlane(tensor, { ...chosen, [part]: value });
    const pinned = chosen[part] !== null;
    const step = (by: number) => html`<button
      type="button"
      class="codicon codicon-chevron-${by < 0 ? "left" : "right"}"
      aria-label="${tensor}: ${by < 0 ? "previous" : "next"} ${name}"
      ?disabled=${at + by < 0 || at + by >= axes[axis]}
      @click=${() => put(at + by)}
    ></button>`;
    return html`<span class="stepper">
      ${step(-1)}<button
        type="button"
        class="at"
        aria-pressed=${String(pinned)}
        aria-label="${tensor}: ${name} ${at} of ${axes[axis]}, ${pinned ? "held" : "follows the step"}"
        data-tip=${pinned ? "Held. Press to follow the present step again" : "Follows the present step. Press to hold"}
        @click=${() => put(pinned ? null : at)}
      >
        ${name} ${at}<i>/${axes[axis]}</i></button
      >${step(1)}
    </span>`;
  };
  return html`${one(0, "major")}${one(1, "minor")}`;
}
