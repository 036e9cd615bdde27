/** What VS Code gives the page, once: the way to the extension, and a small state that outlives a reload. */
export interface VsCode {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): VsCode;
}
