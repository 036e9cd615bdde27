import type { Panel } from "./panel";

/** One thing that keys do, in the words of the list of keys. */
export interface Binding {
  /** As KeyboardEvent.key, with "Shift+", "Ctrl+", "Alt+" before it in this order. */
  readonly keys: readonly string[];
  readonly what: string;
  readonly group: "Move" | "Look" | "Page";
  run(panel: Panel): void;
}

/** Every key of the page. Keys inside a heatmap, the timeline and text fields come before these. */
export const bindings = {
  next: { keys: ["F10", "n"], group: "Move", what: "Next, at the present depth", run: (p) => p.move("next") },
  previous: {
    keys: ["Shift+F10", "p"],
    group: "Move",
    what: "Back, at the present depth",
    run: (p) => p.move("previous"),
  },
  stepIn: { keys: ["F11", "i"], group: "Move", what: "Step in: one depth deeper", run: (p) => p.move("stepIn") },
  stepInBack: {
    keys: ["Ctrl+F11", "Shift+I"],
    group: "Move",
    what: "Step in, backwards",
    run: (p) => p.move("stepInBack"),
  },
  stepOut: {
    keys: ["Shift+F11", "o"],
    group: "Move",
    what: "Step out: finish this and go one depth up",
    run: (p) => p.move("stepOut"),
  },
  stepOutBack: {
    keys: ["Ctrl+Shift+F11", "Shift+O"],
    group: "Move",
    what: "Step out, backwards",
    run: (p) => p.move("stepOutBack"),
  },
  continue: { keys: ["F5", "c"], group: "Move", what: "Continue", run: (p) => p.move("continue") },
  reverseContinue: {
    keys: ["Shift+F5", "Shift+C"],
    group: "Move",
    what: "Reverse continue",
    run: (p) => p.move("reverseContinue"),
  },
  previousStage: { keys: ["["], group: "Move", what: "Stage before", run: (p) => p.neighbour("back") },
  nextStage: { keys: ["]"], group: "Move", what: "Next stage", run: (p) => p.neighbour("forward") },
  toStart: { keys: ["Home"], group: "Move", what: "To the start of the run", run: (p) => p.move("toStart") },
  toEnd: { keys: ["End"], group: "Move", what: "To the end of the run", run: (p) => p.move("toEnd") },
  play: { keys: ["."], group: "Move", what: "Play, pause", run: (p) => p.togglePlay() },
  goTo: { keys: ["g"], group: "Move", what: "Go to a step, a row or an element", run: (p) => p.overlay("goto") },
  depthStage: { keys: ["1"], group: "Move", what: "Depth: stage", run: (p) => p.setDepth("stage") },
  depthCell: { keys: ["2"], group: "Move", what: "Depth: cell", run: (p) => p.setDepth("cell") },
  depthTap: { keys: ["3"], group: "Move", what: "Depth: tap", run: (p) => p.setDepth("tap") },
  inspector: { keys: ["s"], group: "Look", what: "Inspector, show or hide", run: (p) => p.toggleInspector() },
  slice: {
    keys: ["v"],
    group: "Look",
    what: "A whole tensor or a slice of it; again: the scene",
    run: (p) => p.toggleCut(),
  },
  release: {
    keys: ["Escape"],
    group: "Look",
    what: "Give up a search; let go of the selection",
    run: (p) => p.release(),
  },
  keys: { keys: ["?"], group: "Page", what: "These keys", run: (p) => p.overlay("keys") },
} as const satisfies Record<string, Binding>;

export type BindingName = keyof typeof bindings;

/** Keys of the canvases, the timeline and the strip, which they take themselves: told here, done there. */
export const told: readonly {
  readonly where: string;
  readonly all: readonly { readonly keys: readonly string[]; readonly what: string }[];
}[] = [
  {
    where: "In a heatmap",
    all: [
      { keys: ["←", "↑", "→", "↓"], what: "Move the cursor; with Shift: the picture" },
      { keys: ["Home", "End"], what: "Ends of the row; with Ctrl: of the plane" },
      { keys: ["Enter", "Space"], what: "Select the cell" },
      { keys: ["+", "−", "0"], what: "Zoom in, out, fit" },
      { keys: ["t"], what: "The numbers as a table, and back" },
      {
        keys: ["Alt+↑", "Alt+↓"],
        what: "Change a weight in its text, as dragging it does; with Shift ×10, with Ctrl ÷10",
      },
    ],
  },
  {
    where: "On the timeline and the products",
    all: [
      { keys: ["←", "→"], what: "A step" },
      { keys: ["Page Up", "Page Down"], what: "A stage, on the timeline" },
    ],
  },
];

const byKey = new Map<string, Binding>(Object.values(bindings).flatMap((each) => each.keys.map((key) => [key, each])));

/** The binding of a key; null if it has none, or belongs to a field that is being typed in. */
export function bindingOf(event: KeyboardEvent): Binding | null {
  const name = nameOf(event);
  const binding = byKey.get(name);
  if (binding === undefined) return null;
  return isTyping(event) && !/F\d/.test(name) ? null : binding;
}

/** How keys are written for people: "Shift+F10", "⎋". */
export function keyText(name: BindingName): string {
  return bindings[name].keys[0].replace("Escape", "Esc");
}

function nameOf({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  // A character says itself whether Shift was needed for it, "?" and "[" on any keyboard; letters do not.
  const shift = shiftKey && (key.length > 1 || /\p{L}/u.test(key));
  return `${ctrlKey || metaKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${shift && key.length === 1 ? key.toUpperCase() : key}`;
}

/** Whether the event comes from where characters are typed, also inside a component. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
