import { LitElement, type PropertyValues, css, html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "regular-table";
import type { RegularTableElement } from "regular-table";
import type { Rect, Tile } from "../../src/tensor/slice";
import type { TileSource } from "../paint/source";
import type { Cell } from "../paint/view";
import { textAt } from "./heatmapReadout";

/**
 * `<conv-heatmap-table>`: a plane as a real, virtual `<table>`: the text form of a heatmap. Fills its box.
 * cell-select (CustomEvent<Cell>): click or Enter on a number.
 */
@customElement("conv-heatmap-table")
export class HeatmapTable extends LitElement {
  @property({ attribute: false }) label = "";
  @property({ attribute: false }) source: TileSource | null = null;
  @property({ attribute: false }) rowName: (row: number) => string = String;
  @property({ attribute: false }) colName: (col: number) => string = String;
  /** The cell that is scrolled to at first. */
  @property({ attribute: false }) start: Cell = { row: 0, col: 0 };
  @query("regular-table") private readonly table!: RegularTableElement;

  static override styles = css`
    :host {
      display: block;
      position: relative;
      overflow: hidden;
      color: var(--vscode-foreground);
      background: var(--vscode-editor-background);
      font: 12px var(--vscode-editor-font-family);
    }
    regular-table {
      padding: 0;
      scrollbar-color: var(--vscode-scrollbarSlider-background) transparent;
    }
    regular-table:focus {
      outline: none;
    }
    /* Over the sticky cells, which would cover an outline of the table itself. */
    :host(:focus-within)::after {
      content: "";
      position: absolute;
      inset: 0;
      border: 1px solid var(--vscode-focusBorder);
      pointer-events: none;
    }
    table {
      border-collapse: separate;
      border-spacing: 0;
      font-variant-numeric: tabular-nums;
    }
    th,
    td {
      box-sizing: border-box;
      height: 20px;
      padding: 0 8px;
      text-align: right;
      white-space: nowrap;
      border-right: 1px solid var(--vscode-widget-border, transparent);
      border-bottom: 1px solid var(--vscode-widget-border, transparent);
    }
    th {
      font-weight: normal;
      color: var(--vscode-descriptionForeground);
      background: var(--vscode-editorWidget-background);
    }
    td:hover {
      background: var(--vscode-list-hoverBackground);
    }
  `;

  protected override render() {
    return html`<regular-table role="region" aria-label=${this.label} @click=${this.#click}></regular-table>`;
  }

  protected override firstUpdated(): void {
    this.table.setDataListener((x0, y0, x1, y1) => this.#cells(x0, y0, x1, y1));
    this.table.addStyleListener(() => {
      this.#describe();
    });
    void this.#goTo(this.start);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const old = changed.get("source");
    if (changed.has("source") && old !== undefined && old?.key !== this.source?.key) void this.table.draw();
  }

  override focus(): void {
    void this.updateComplete.then(() => {
      this.table.focus();
    });
  }

  async #goTo({ row, col }: Cell): Promise<void> {
    await this.table.draw();
    await this.table.scrollToCell(col, row);
    const meta = this.table.getMeta(this.table.querySelector("td") ?? undefined);
    if (meta === undefined || this.source === null) return;
    // A browser has no room for more than some ten million pixels. Beyond that, and only by chance before it, a row is no
    // multiple of its height: it is a share of all that can be scrolled.
    const share = row / Math.max(1, this.source.rows - (meta.y1 - meta.y0));
    this.table.scrollTop = share * (this.table.scrollHeight - this.table.clientHeight);
  }

  async #cells(x0: number, y0: number, x1: number, y1: number) {
    const { source } = this;
    const size = { num_rows: source?.rows ?? 0, num_columns: source?.cols ?? 0 };
    if (source === null) return { ...size, data: [] };
    const rect = { top: y0, left: x0, bottom: Math.min(y1, source.rows), right: Math.min(x1, source.cols) };
    const tile = await this.#tile(source, rect);
    const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
    return {
      ...size,
      // Column by column.
      data: range(rect.left, rect.right).map((col) =>
        range(rect.top, rect.bottom).map((row) =>
          tile === null ? "not loaded" : textAt(tile, (row - rect.top) * tile.cols + (col - rect.left)),
        ),
      ),
      row_headers: range(rect.top, rect.bottom).map((row) => [this.rowName(row)]),
      column_headers: range(rect.left, rect.right).map((col) => [this.colName(col)]),
    };
  }

  /** null: it could not be had. The table says so in its cells, and asks again when it is scrolled. */
  async #tile(source: TileSource, rect: Rect): Promise<Tile | null> {
    try {
      return await source.load(rect, 0, new AbortController().signal);
    } catch {
      return null;
    }
  }

  /** What regular-table leaves out: which headers belong to what, and how large the whole is. */
  #describe(): void {
    const table = this.renderRoot.querySelector("table");
    if (table === null || this.source === null) return;
    table.setAttribute("aria-label", this.label);
    table.setAttribute("aria-rowcount", String(this.source.rows + 1));
    table.setAttribute("aria-colcount", String(this.source.cols + 1));
    for (const header of table.querySelectorAll("thead th")) {
      header.setAttribute("scope", "col");
      const corner = header.textContent.trim() === "" ? header.querySelector("span") : null;
      if (corner !== null) corner.textContent = "row";
    }
    for (const header of table.querySelectorAll("tbody th")) header.setAttribute("scope", "row");
    for (const row of table.querySelectorAll("tbody tr")) {
      const first = row.querySelector("td");
      const meta = first === null ? undefined : this.table.getMeta(first);
      if (meta?.type === "body") row.setAttribute("aria-rowindex", String(meta.y + 2));
    }
  }

  readonly #click = (event: Event): void => {
    const cell = event.target instanceof HTMLElement ? event.target.closest("td") : null;
    const meta = cell === null ? undefined : this.table.getMeta(cell);
    if (meta?.type !== "body") return;
    const detail: Cell = { row: meta.y, col: meta.x };
    this.dispatchEvent(new CustomEvent("cell-select", { detail, bubbles: true, composed: true }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "conv-heatmap-table": HeatmapTable;
  }
}
