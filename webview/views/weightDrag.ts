import type { WritableName } from "../../src/protocol/messages";
import type { Element } from "../../src/trace/order/elements";
import type { Panel } from "../panel";

/** CSS pixels of a drag for one step. */
const PIXELS = 4;

type Stride = -1 | 0 | 1;
/** A number of W or b that stands in a text. */
export type Writable = Element & { readonly tensor: WritableName };

/** Ctrl: a tenth of the last digit, Shift: ten of it. */
function strideOf({ shiftKey, ctrlKey, metaKey }: KeyboardEvent | PointerEvent): Stride {
  return ctrlKey || metaKey ? -1 : shiftKey ? 1 : 0;
}

/** Whether an element stands in a text that can be edited. */
export function isWritable(panel: Panel, element: Element | null): element is Writable {
  const writable: readonly string[] = panel.state.run?.writable ?? [];
  return element !== null && writable.includes(element.tensor);
}

/** Changes a number as the pointer goes up or down, until it is let go of. */
export function dragWeight(panel: Panel, target: HTMLElement, down: PointerEvent, element: Writable): void {
  // No mouse events follow, so that the picture is not panned. It has the focus all the same.
  down.preventDefault();
  down.stopPropagation();
  target.focus();
  const stride = strideOf(down);
  let last = 0;
  let begins = true;
  const move = ({ clientY }: PointerEvent) => {
    const by = Math.round((down.clientY - clientY) / PIXELS);
    if (by === last) return;
    // Not before it moves: a click would go to who holds the pointer.
    if (begins) target.setPointerCapture(down.pointerId);
    panel.nudge(element, { by: (last = by), stride, begins });
    begins = false;
  };
  const end = () => {
    target.removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    if (begins) return;
    // Whatever it is let go over is not meant.
    const swallow = (click: MouseEvent) => click.stopPropagation();
    target.addEventListener("click", swallow, { capture: true });
    setTimeout(() => target.removeEventListener("click", swallow, { capture: true }));
  };
  target.addEventListener("pointermove", move);
  addEventListener("pointerup", end);
}

/** Counts on while a key is held, so that one press, however long, is one change. */
let held = 0;

/** Changes a number by the arrow keys up and down; false: another key. */
export function nudgeByKey(panel: Panel, event: KeyboardEvent, element: Writable): boolean {
  const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (way === undefined) return false;
  event.preventDefault();
  event.stopPropagation();
  held = event.repeat ? held + way : way;
  panel.nudge(element, { by: held, stride: strideOf(event), begins: !event.repeat });
  return true;
}
