import { html, nothing } from "lit";
import type { TileSource } from "../paint/source";
import type { Cell } from "../paint/view";
import "./heatmapTable";

interface Shown {
  readonly label: string;
  readonly source: TileSource | null;
  readonly cursor: Cell;
  readonly rowName: (row: number) => string;
  readonly colName: (col: number) => string;
}

interface Parts {
  readonly textForm: boolean;
  readonly failure: string;
  readonly keydown: (event: KeyboardEvent) => void;
  readonly tableKeydown: (event: KeyboardEvent) => void;
  readonly pointermove: (event: PointerEvent) => void;
  readonly leave: () => void;
  readonly click: (event: PointerEvent) => void;
  readonly focus: () => void;
  readonly toggle: () => void;
}

/** What a heatmap consists of: the picture or the table, the button between them, what is said and what is shown of it. */
export function heatmapTemplate({ label, source, cursor, rowName, colName }: Shown, parts: Parts) {
  const size = source === null ? "empty" : `${source.rows} rows, ${source.cols} columns`;
  return html`
    <canvas
      tabindex="0"
      role="application"
      aria-roledescription="heatmap"
      aria-label="${label}, ${size}"
      aria-describedby="keys"
      ?hidden=${parts.textForm}
      @keydown=${parts.keydown}
      @pointermove=${parts.pointermove}
      @pointerleave=${parts.leave}
      @click=${parts.click}
      @focus=${parts.focus}
      @blur=${parts.leave}
    ></canvas>
    ${
      parts.textForm && source !== null
        ? html`<conv-heatmap-table
            .label=${label}
            .source=${source}
            .rowName=${rowName}
            .colName=${colName}
            .start=${{ row: Math.max(0, cursor.row), col: Math.max(0, cursor.col) }}
            @keydown=${parts.tableKeydown}
          ></conv-heatmap-table>`
        : nothing
    }
    <button type="button" aria-pressed=${String(parts.textForm)} title="Numbers as a table (t)" @click=${parts.toggle}>
      <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 3h12v10H2zM2 6.3h12M2 9.6h12M6 3v10M10 3v10" /></svg>
      <span class="hidden">${label}: numbers as a table</span>
    </button>
    ${parts.failure === "" ? nothing : html`<p role="alert">${parts.failure}</p>`}
    <div id="tip" popover="manual" aria-hidden="true"></div>
    <div id="keys" class="hidden">
      Arrow keys move, Home and End go to the ends, plus and minus zoom, 0 fits, Enter selects, t shows a table.
    </div>
    <div id="readout" class="hidden" aria-live="polite"></div>
  `;
}
