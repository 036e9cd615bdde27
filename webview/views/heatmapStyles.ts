import { css } from "lit";

export const heatmapStyles = css`
  :host {
    display: block;
    position: relative;
  }
  canvas,
  conv-heatmap-table {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  canvas {
    touch-action: none;
    cursor: var(--heatmap-cursor, crosshair);
    border-radius: 2px;
  }
  conv-heatmap-table {
    width: calc(100% - 34px);
  }
  canvas[hidden] {
    display: none;
  }
  canvas:focus {
    outline: none;
  }
  canvas:focus-visible {
    /* Within the frame that a picture keeps free: beside it, captions would cut it off. */
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  button {
    position: absolute;
    top: 6px;
    right: 6px;
    display: grid;
    place-items: center;
    width: 22px;
    height: 22px;
    padding: 0;
    color: var(--vscode-icon-foreground);
    background: var(--vscode-editorWidget-background);
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border));
    border-radius: 4px;
    cursor: pointer;
  }
  :host(:not(:hover)) button:not(:focus-visible, [aria-pressed="true"]) {
    /* Cut off as a whole: what lies transparent over a canvas takes a layer of its own in every frame. */
    clip-path: inset(50%);
  }
  button:hover {
    background: var(--vscode-toolbar-hoverBackground, var(--vscode-editorWidget-background));
  }
  button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  svg {
    width: 14px;
    height: 14px;
    fill: none;
    stroke: currentColor;
  }
  #tip {
    position: fixed;
    inset: auto;
    margin: 0;
    overflow: visible;
    padding: 3px 7px;
    color: var(--vscode-editorHoverWidget-foreground);
    background: var(--vscode-editorHoverWidget-background);
    border: 1px solid var(--vscode-editorHoverWidget-border);
    border-radius: 3px;
    font: 11px/1.5 var(--vscode-editor-font-family);
    white-space: pre;
    pointer-events: none;
  }
  p {
    position: absolute;
    inset: auto 8px 8px;
    margin: 0;
    padding: 4px 8px;
    color: var(--vscode-foreground);
    background: var(--vscode-inputValidation-errorBackground);
    border: 1px solid var(--vscode-inputValidation-errorBorder);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
