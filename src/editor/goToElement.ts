import { type Element, shapeOf } from "../trace/order/elements";
import type { Request, Runner } from "./runner";

/** Shows an element in the panel, in the run of the layer that is meant: what is there, or a new one. What the layer does not have is not shown. */
export async function goToElement(
  runner: Runner,
  request: Request,
  element: Element,
  point: (element: Element) => void,
): Promise<void> {
  const present = isShown(runner, request) ? runner.present : await runner.run(request);
  const shape = present === undefined ? [] : shapeOf(present.run.geometry, element.tensor);
  const { index } = element;
  if (shape.length === index.length && index.every((at, axis) => at < shape[axis])) point(element);
}

function isShown({ present }: Runner, { base, source, text }: Request): boolean {
  const same = present?.base.toString() === base.toString() && present.source?.toString() === source?.toString();
  return same && present.text === text;
}
