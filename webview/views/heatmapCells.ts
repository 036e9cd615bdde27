import { type Tile, mark } from "../../src/tensor/slice";
import { type ColourScale, entryOf } from "../../src/colour/scale";
import { fitAmong } from "../paint/numbers";
import { inkOn } from "../../src/colour/ink";
import { type Pixels, markColour, nothingWritten, paintTile } from "../paint/paint";
import { type Palette, unpack } from "../../src/colour/palette";
import { type Box, type Camera, INSET, type Sheet, boxOf } from "../paint/view";
import { drawSign } from "./heatmapSigns";
import type { CanvasTheme } from "./theme";

/** Everything that the cells of a frame are drawn from. Lengths in CSS pixels. */
export interface CellPicture {
  readonly camera: Camera;
  readonly sheet: Sheet;
  readonly box: Box;
  readonly tiles: readonly Tile[];
  readonly scale: ColourScale;
  readonly palette: Palette;
  readonly theme: CanvasTheme;
}

/** From this size on a cell shows its number. */
const NUMBER_WIDTH = 28;
const NUMBER_HEIGHT = 14;
/** From this many device pixels on, cells are drawn one by one, so that their edges are where outlines expect them. */
const SINGLY = 8;
/** CSS pixels from which on unwritten cells have a border each, and all cells a seam between them. */
const BORDERED = 12;
/** Sizes of digits, and how wide one is in a font for programs. */
const SMALLEST = 9;
const READABLE = 10;
const LARGEST = 13;
const DIGIT = 0.602;
/** CSS pixels of the sign for NaN and the infinities. */
const SIGN = 8;

interface Painted {
  readonly look: string;
  readonly pixels: Pixels;
  /** Made when the tile is first drawn as one picture: of cells that are drawn singly, nobody looks at it. */
  bitmap: OffscreenCanvas | null;
}
interface Texts {
  readonly room: number;
  readonly signed: boolean;
  readonly texts: (string | undefined)[];
}

/** Draws tiles, keeping what it has painted for the next frame. One for each canvas. */
export class CellPainter {
  readonly #painted = new WeakMap<Tile, Painted>();
  readonly #texts = new WeakMap<Tile, Texts>();
  /** By colour; a palette has some hundreds. */
  readonly #inks = new Map<number, string>();
  readonly #css = new Map<number, string>();
  #glyph = { font: "", width: 0 };

  draw(ctx: CanvasRenderingContext2D, picture: CellPicture): void {
    const { camera, sheet, box, tiles, theme } = picture;
    const plane = boxOf(camera, sheet, { top: 0, left: 0, bottom: sheet.rows, right: sheet.cols });
    ctx.save();
    ctx.beginPath();
    ctx.rect(plane.left, plane.top, plane.right - plane.left, plane.bottom - plane.top);
    ctx.clip();
    // However far they are panned, cells end where the frame's inset begins; outlines and signs may reach into it.
    ctx.save();
    ctx.beginPath();
    ctx.rect(INSET, INSET, box.width - 2 * INSET, box.height - 2 * INSET);
    ctx.clip();
    for (const tile of tiles) this.#drawTile(ctx, picture, tile);
    if (Math.min(camera.k, camera.k * sheet.aspect) >= BORDERED) drawSeams(ctx, picture, theme.background);
    ctx.restore();
    for (const tile of tiles) this.#drawSigns(ctx, picture, tile);
    if (camera.k >= NUMBER_HEIGHT && camera.k * sheet.aspect >= NUMBER_WIDTH)
      for (const tile of tiles) if (tile.level === 0) this.#drawNumbers(ctx, picture, tile);
    ctx.restore();
  }

  #paint({ scale, palette, theme }: CellPicture, tile: Tile): Painted {
    const look = `${theme.tone} ${scale.kind} ${scale.lo} ${scale.hi}`;
    const known = this.#painted.get(tile);
    if (known?.look === look) return known;
    const painted: Painted = { look, pixels: paintTile(tile, scale, palette), bitmap: null };
    this.#painted.set(tile, painted);
    return painted;
  }

  #drawTile(ctx: CanvasRenderingContext2D, picture: CellPicture, tile: Tile): void {
    const { camera, sheet, box, theme } = picture;
    const painted = this.#paint(picture, tile);
    const whole = extent(tile, camera, sheet, box);
    // What was drawn here before (the same content at another level) must not shine through unwritten cells.
    ctx.fillStyle = theme.background;
    ctx.fillRect(whole.left, whole.top, whole.right - whole.left, whole.bottom - whole.top);
    ctx.fillStyle = theme.foreground;
    ctx.globalAlpha = 0.035;
    ctx.fillRect(whole.left, whole.top, whole.right - whole.left, whole.bottom - whole.top);
    ctx.globalAlpha = 1;
    if (Math.min(camera.k, camera.k * sheet.aspect) * 2 ** tile.level * box.density < SINGLY) {
      ctx.imageSmoothingEnabled = false;
      painted.bitmap ??= bitmapOf(painted.pixels);
      ctx.drawImage(painted.bitmap, whole.left, whole.top, whole.right - whole.left, whole.bottom - whole.top);
      return;
    }
    const bordered = Math.min(camera.k, camera.k * sheet.aspect) >= BORDERED;
    forEachCell(tile, picture, (i, left, top, right, bottom) => {
      const colour = painted.pixels.colours[i];
      if (colour !== 0) {
        ctx.fillStyle = this.#cssOf(colour);
        ctx.fillRect(left, top, right - left, bottom - top);
      } else if (bordered) {
        ctx.strokeStyle = theme.line;
        ctx.lineWidth = 1 / box.density;
        ctx.globalAlpha = 0.5;
        ctx.strokeRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
        ctx.globalAlpha = 1;
      }
    });
  }

  /** NaN a cross, +∞ a triangle up, −∞ one down: as large as the cell, but never too small to be seen. */
  #drawSigns(ctx: CanvasRenderingContext2D, picture: CellPicture, tile: Tile): void {
    const { camera, sheet, box, palette, theme } = picture;
    const { marked } = this.#paint(picture, tile).pixels;
    const size = Math.min(camera.k, camera.k * sheet.aspect) * 2 ** tile.level;
    if (marked === null || marked.length === 0 || size >= NUMBER_WIDTH) return;
    const inside = size >= SIGN + 3;
    const taken = new Set<number>();
    const whole = extent(tile, camera, sheet, box);
    const [width, height] = [(whole.right - whole.left) / tile.cols, (whole.bottom - whole.top) / tile.rows];
    for (const i of marked) {
      const x = whole.left + ((i % tile.cols) + 0.5) * width;
      const y = whole.top + (Math.floor(i / tile.cols) + 0.5) * height;
      if (x < -SIGN || y < -SIGN || x > box.width + SIGN || y > box.height + SIGN) continue;
      const place = Math.floor(x / 4) * 65_536 + Math.floor(y / 4);
      if (taken.has(place)) continue;
      taken.add(place);
      const colour = markColour(tile.marks[i], palette);
      if (inside) drawSign(ctx, tile.marks[i], x, y, SIGN, this.#inkOn(colour), null);
      else drawSign(ctx, tile.marks[i], x, y, SIGN, css(colour), theme.background);
    }
  }

  #drawNumbers(ctx: CanvasRenderingContext2D, picture: CellPicture, tile: Tile): void {
    const { camera, sheet, scale, theme } = picture;
    const dtype = tile.mean instanceof Float64Array ? "float64" : "float32";
    const cell = camera.k * sheet.aspect;
    const width = cell - Math.min(10, cell / 8);
    const size = Math.max(SMALLEST, Math.min(digitSize(width), Math.floor(camera.k * 0.5)));
    const font = `${size}px ${theme.mono}`;
    ctx.font = font;
    if (this.#glyph.font !== font) this.#glyph = { font, width: ctx.measureText("0").width };
    const room = Math.floor(width / this.#glyph.width);
    const signed = scale.lo < 0;
    let known = this.#texts.get(tile);
    if (known?.room !== room || known.signed !== signed) this.#texts.set(tile, (known = { room, signed, texts: [] }));
    const { texts } = known;
    const { pixels } = this.#paint(picture, tile);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    forEachCell(tile, picture, (i, left, top, right, bottom) => {
      if (nothingWritten(tile, i)) return;
      // An empty cell would look unwritten.
      const text = (texts[i] ??= fitAmong(numberAt(tile, i), room, signed, dtype) || "…");
      ctx.fillStyle = this.#inkOn(pixels.colours[i]);
      ctx.fillText(text, (left + right) / 2, (top + bottom) / 2 + 0.5);
    });
  }

  #inkOn(colour: number): string {
    const known = this.#inks.get(colour) ?? inkOn(colour);
    this.#inks.set(colour, known);
    return known;
  }

  #cssOf(colour: number): string {
    const known = this.#css.get(colour) ?? css(colour);
    this.#css.set(colour, known);
    return known;
  }
}

function bitmapOf({ rows, cols, colours }: Pixels): OffscreenCanvas {
  const bitmap = new OffscreenCanvas(Math.max(1, cols), Math.max(1, rows));
  const pixels = new Uint8ClampedArray(colours.buffer);
  if (pixels.length > 0) bitmap.getContext("2d")!.putImageData(new ImageData(pixels, cols, rows), 0, 0);
  return bitmap;
}

/** The largest digits of which six fit, a sign and three decimals; or five; or else a few, as small as they may be. */
function digitSize(width: number): number {
  for (const digits of [6, 5]) {
    const size = Math.floor(width / digits / DIGIT);
    if (size >= READABLE) return Math.min(LARGEST, size);
  }
  return Math.floor(width / 3.2);
}

/** The number that a cell of level 0 holds: what is not finite is in its marks. */
export function numberAt({ mean, marks }: Tile, i: number): number {
  if ((marks[i] & mark.nan) !== 0) return NaN;
  if ((marks[i] & mark.positiveInfinity) !== 0) return Infinity;
  return (marks[i] & mark.negativeInfinity) !== 0 ? -Infinity : mean[i];
}

/** The CSS colour of one cell of a tile of level 0; null where nothing is written. */
export function cellColour(tile: Tile, i: number, scale: ColourScale, palette: Palette): string | null {
  if ((tile.marks[i] & mark.unwritten) !== 0) return null;
  return css(tile.marks[i] === 0 ? palette.table[entryOf(scale, tile.mean[i])] : markColour(tile.marks[i], palette));
}

export function css(colour: number): string {
  const [r, g, b] = unpack(colour);
  return `rgb(${r} ${g} ${b})`;
}

/** CSS pixels of a tile's cells on whole device pixels. The last cells of a level may reach beyond the plane. */
function extent({ rect, rows, cols, level }: Tile, camera: Camera, sheet: Sheet, { density }: Box) {
  const size = 2 ** level;
  const cells = { ...rect, bottom: rect.top + rows * size, right: rect.left + cols * size };
  const { left, right, top, bottom } = boxOf(camera, sheet, cells);
  const snap = (value: number) => Math.round(value * density) / density;
  return { left: snap(left), right: snap(right), top: snap(top), bottom: snap(bottom) };
}

type VisitCell = (i: number, left: number, top: number, right: number, bottom: number) => void;

/** The cells of a tile that are in the box, with their edges on whole device pixels. */
function forEachCell(tile: Tile, { camera, sheet, box }: CellPicture, visit: VisitCell): void {
  const { k, x, y } = camera;
  const size = 2 ** tile.level;
  const [width, height] = [k * sheet.aspect * size, k * size];
  const left = x + k * sheet.aspect * (tile.rect.left + sheet.ring.left);
  const top = y + k * (tile.rect.top + sheet.ring.top);
  const snap = (value: number) => Math.round(value * box.density) / box.density;
  const [firstRow, lastRow] = [Math.floor(-top / height), Math.ceil((box.height - top) / height)];
  const [firstCol, lastCol] = [Math.floor(-left / width), Math.ceil((box.width - left) / width)];
  for (let r = Math.max(0, firstRow); r < Math.min(tile.rows, lastRow); r++)
    for (let c = Math.max(0, firstCol); c < Math.min(tile.cols, lastCol); c++)
      visit(
        r * tile.cols + c,
        snap(left + c * width),
        snap(top + r * height),
        snap(left + (c + 1) * width),
        snap(top + (r + 1) * height),
      );
}

/** Thin lines between cells that are large enough to be told apart. */
function drawSeams(ctx: CanvasRenderingContext2D, { camera, sheet, box }: CellPicture, colour: string): void {
  const { k, x, y } = camera;
  const snap = (value: number) => Math.round(value * box.density) / box.density;
  const half = 0.5 / box.density;
  ctx.beginPath();
  for (let row = Math.max(1, Math.floor(-y / k)); row < sheet.rows + sheet.ring.top; row++) {
    const at = snap(y + k * row) - half;
    if (at > box.height) break;
    ctx.moveTo(0, at);
    ctx.lineTo(box.width, at);
  }
  const width = k * sheet.aspect;
  for (let col = Math.max(1, Math.floor(-x / width)); col < sheet.cols + sheet.ring.left; col++) {
    const at = snap(x + width * col) - half;
    if (at > box.width) break;
    ctx.moveTo(at, 0);
    ctx.lineTo(at, box.height);
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1 / box.density;
  ctx.globalAlpha = 0.4;
  ctx.stroke();
  ctx.globalAlpha = 1;
}
