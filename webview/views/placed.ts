import { noChange } from "lit";
import { type ElementPart, type PartInfo, PartType, Directive, directive } from "lit/directive.js";

/** Custom properties and lengths of one element, in CSS pixels where they are numbers. */
export type Placing = Readonly<Record<string, string | number>>;

/**
 * `<div ${placed({ left: 4, width: 20 })}>`: sets properties through the style object. A style attribute, which lit's own
 * directive writes at first, is what a strict content security policy forbids.
 */
class Placed extends Directive {
  #last: Placing = {};

  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new TypeError("placed() belongs on an element, not in an attribute");
  }

  /** Types the argument; the work is done in `update`, which knows the element. */
  render(placing: Placing): typeof noChange {
    this.#last = placing;
    return noChange;
  }

  override update({ element }: ElementPart, [placing]: [Placing]): typeof noChange {
    if (!(element instanceof HTMLElement || element instanceof SVGElement)) return noChange;
    for (const name of Object.keys(this.#last)) if (!(name in placing)) element.style.removeProperty(name);
    for (const [name, value] of Object.entries(placing))
      if (this.#last[name] !== value) element.style.setProperty(name, typeof value === "number" ? `${value}px` : value);
    this.#last = placing;
    return noChange;
  }
}

export const placed = directive(Placed);
