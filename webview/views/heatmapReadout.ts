import { type Tile, mark } from "../../src/tensor/slice";
import { exact, short } from "../format";
import type { TileSource } from "../paint/source";
import type { Cell } from "../paint/view";
import { numberAt } from "./heatmapCells";

/** What a readout needs to know of the heatmap. */
export interface ReadoutContext {
  readonly source: TileSource;
  readonly cellName: (row: number, col: number) => string;
  readonly ringShows: (row: number, col: number) => Cell | null;
  /** A cell of level 0 from the tiles at hand. */
  readonly peek: (cell: Cell) => { tile: Tile; index: number } | null;
}

/** "out[n 0, f 2, oy 11, ox 17] = −0.503"; a promise if the value has to be asked for. */
function readoutOf(context: ReadoutContext, cell: Cell, signal: AbortSignal): string | Promise<string> {
  const name = context.cellName(cell.row, cell.col);
  const { rows, cols } = context.source;
  if (cell.row >= 0 && cell.col >= 0 && cell.row < rows && cell.col < cols) {
    const say = (value: string) => `${name} = ${value}`;
    const value = valueText(context, cell, signal);
    return typeof value === "string" ? say(value) : value.then(say);
  }
  const shown = context.ringShows(cell.row, cell.col);
  if (shown === null) return `padding at ${name.slice(name.indexOf("["))} = 0`;
  const say = (value: string) => `${name}: padding, shows ${context.cellName(shown.row, shown.col)} = ${value}`;
  const value = valueText(context, shown, signal);
  return typeof value === "string" ? say(value) : value.then(say);
}

/** The decimals of one element, or why there are none. */
function valueText({ source, peek }: ReadoutContext, cell: Cell, signal: AbortSignal): string | Promise<string> {
  const known = peek(cell);
  if (known !== null) return textAt(known.tile, known.index);
  const { row, col } = cell;
  const answer = source.load({ top: row, left: col, bottom: row + 1, right: col + 1 }, 0, signal);
  return answer instanceof Promise ? answer.then((tile) => textAt(tile, 0)) : textAt(answer, 0);
}

export function textAt(tile: Tile, index: number): string {
  if ((tile.marks[index] & mark.unwritten) !== 0) return "not yet written";
  return exact(numberAt(tile, index), tile.mean instanceof Float64Array ? "float64" : "float32");
}

/** What one aggregated cell stands for: "4 × 4 elements: mean 0.12, min −1, max 3.5, with NaN". "" at level 0. */
export function aggregateText(tiles: readonly Tile[], { row, col }: Cell): string {
  const tile = tiles.findLast(
    ({ rect }) => row >= rect.top && row < rect.bottom && col >= rect.left && col < rect.right,
  );
  if (tile === undefined || tile.level === 0) return "";
  const size = 2 ** tile.level;
  const i = Math.floor((row - tile.rect.top) / size) * tile.cols + Math.floor((col - tile.rect.left) / size);
  const marks = tile.marks[i];
  const with_ = [
    [mark.nan, "NaN"],
    [mark.positiveInfinity, "∞"],
    [mark.negativeInfinity, "−∞"],
    [mark.unwritten, "unwritten ones"],
  ] as const;
  const special = with_.flatMap(([bit, text]) => ((marks & bit) === 0 ? [] : [text]));
  const numbers = `${tile.extreme ? "farthest from 0" : "mean"} ${short(tile.mean[i])}, min ${short(tile.min[i])}, max ${short(tile.max[i])}`;
  const seen = tile.every === undefined ? "" : ` (of one in ${tile.every} × ${tile.every})`;
  return `${size} × ${size} elements: ${numbers}${seen}${special.length === 0 ? "" : `, with ${special.join(", ")}`}`;
}

/** One place that shows readouts. Latest wins: whoever speaks next ends what is still being asked for. */
export class Voice {
  readonly #show: (text: string) => void;
  #asking = new AbortController();

  constructor(show: (text: string) => void) {
    this.#show = show;
  }

  /** null: falls silent. `more` is added when the value is there. */
  say(context: ReadoutContext | null, cell: Cell | null, more: () => string = () => ""): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    if (context === null || cell === null) {
      this.#show("");
      return;
    }
    const tell = (text: string) => {
      const rest = more();
      if (!signal.aborted) this.#show(rest === "" ? text : `${text}\n${rest}`);
    };
    const text = readoutOf(context, cell, signal);
    if (typeof text === "string") tell(text);
    // What cannot be loaded is reported where the picture is loaded; the readout says nothing then.
    else void text.then(tell, () => undefined);
  }
}

/** Shows text beside a point of the window, on the side where there is room; "" hides it. */
export class Tip {
  readonly #element: HTMLElement;
  #at = { x: 0, y: 0 };

  /** `element` has the attribute popover="manual": in the top layer no scene cuts it off. */
  constructor(element: HTMLElement) {
    this.#element = element;
  }

  show(text: string): void {
    const element = this.#element;
    element.textContent = text;
    const isOpen = element.matches(":popover-open");
    if (text !== "" && !isOpen) element.showPopover();
    if (text === "" && isOpen) element.hidePopover();
    this.#place();
  }

  moveTo(x: number, y: number): void {
    this.#at = { x, y };
    this.#place();
  }

  #place(): void {
    const { style } = this.#element;
    const { x, y } = this.#at;
    const [right, below] = [x < innerWidth / 2, y < innerHeight / 2];
    style.setProperty("left", right ? `${x + 14}px` : "auto");
    style.setProperty("right", right ? "auto" : `${innerWidth - x + 10}px`);
    style.setProperty("top", below ? `${y + 16}px` : "auto");
    style.setProperty("bottom", below ? "auto" : `${innerHeight - y + 10}px`);
  }
}
