import { type TemplateResult, html, nothing } from "lit";
import type { Picture } from "../../src/protocol/picture";
import { axisNames } from "../names";
import type { Panel } from "../panel";
import type { Paging } from "../scenes";

/**
 * Which plane of a tensor is shown: for each of the two axes that pick it, back and forth, and the number between them, which
 * follows the present step until another plane was chosen, and again when it is pressed.
 */
export function axisStepper(panel: Panel, { tensor, plane }: Picture, paging: Paging): TemplateResult | typeof nothing {
  const axes = panel.planeAxes(tensor);
  if (axes === null || plane === null) return nothing;
  const chosen = panel.state.planes[tensor] ?? { major: null, minor: null };
  const one = (axis: 0 | 1, part: "major" | "minor") => {
    const page = paging[axis];
    if (axes[axis] < 2 || page === 0) return nothing;
    const name = axisNames[tensor][axis];
    const at = plane[axis];
    const put = (value: number | null) => panel.showPlane(tensor, { ...chosen, [part]: value });
    const pinned = chosen[part] !== null;
    const first = Math.floor(at / page) * page;
    const step = (to: number, icon: string, what: string) =>
      html`<button
        type="button"
        class="codicon codicon-chevron-${icon}"
        aria-label="${tensor}: ${what} ${name}"
        ?disabled=${to < 0 || to >= axes[axis]}
        @click=${() => put(to)}
      ></button>`;
    return html`<span class="stepper">
      ${step(first - page, "left", "previous")}<button
        type="button"
        class="at"
        aria-pressed=${String(pinned)}
        aria-label="${name} ${at}/${axes[axis]} of ${tensor}, ${pinned ? "held" : "follows the step"}"
        data-tip=${pinned ? "Held. Press to follow the present step again" : "Follows the present step. Press to hold"}
        @click=${() => put(pinned ? null : at)}
      >
        ${name} ${at}<i>/${axes[axis]}</i></button
      >${step(first + page, "right", "next")}
    </span>`;
  };
  return html`${one(0, "major")}${one(1, "minor")}`;
}
