import type { Tone } from "../../src/colour/palette";

/** What a canvas needs of VS Code's theme, as CSS colours. */
export interface CanvasTheme {
  readonly tone: Tone;
  readonly highContrast: boolean;
  readonly background: string;
  readonly foreground: string;
  /** Quiet text. */
  readonly muted: string;
  /** Hatching, frames, lines between cells. */
  readonly line: string;
  readonly accent: string;
  readonly accent2: string;
  readonly focus: string;
  /** Family of the editor's font. */
  readonly mono: string;
}

/** Read from the element's computed style: cheap enough for once per change of theme, not for once per frame. */
export function readTheme(element: Element): CanvasTheme {
  const style = getComputedStyle(element);
  const token = (name: string, ...others: string[]): string => {
    for (const each of [name, ...others]) {
      const value = style.getPropertyValue(each).trim();
      if (value !== "") return value;
    }
    return style.color;
  };
  const { classList } = document.body;
  const highContrast = classList.contains("vscode-high-contrast") || classList.contains("vscode-high-contrast-light");
  const light = classList.contains("vscode-light") || classList.contains("vscode-high-contrast-light");
  return {
    tone: light ? "light" : "dark",
    highContrast,
    background: token("--vscode-editor-background"),
    foreground: token("--vscode-foreground"),
    muted: token("--vscode-descriptionForeground"),
    line: highContrast ? token("--vscode-contrastBorder") : token("--vscode-widget-border", "--vscode-panel-border"),
    accent: token("--conv-accent", "--vscode-textLink-foreground"),
    accent2: token("--conv-accent2", "--vscode-editorWarning-foreground"),
    focus: token("--vscode-focusBorder"),
    mono: token("--vscode-editor-font-family"),
  };
}

type Listener = () => void;
const listeners = new Set<Listener>();
let observer: MutationObserver | null = null;

/** Calls `listener` after VS Code has changed the theme (classes of the body, properties of the root). Answers how to stop. */
export function onThemeChange(listener: Listener): () => void {
  listeners.add(listener);
  if (observer === null) {
    observer = new MutationObserver(() => {
      for (const each of listeners) each();
    });
    observer.observe(document.body, { attributeFilter: ["class"] });
    observer.observe(document.documentElement, { attributeFilter: ["style", "class"] });
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    observer?.disconnect();
    observer = null;
  };
}

export function prefersReducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
