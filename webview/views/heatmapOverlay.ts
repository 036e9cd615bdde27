import type { Rect } from "../../src/tensor/slice";
import { Kept } from "../loads";
import { type Overlay, type OverlayRole, outlineOf } from "../paint/overlay";
import { type Box, type Camera, type Cell, type Ring, type Sheet, boxOf, visible } from "../paint/view";
import type { CanvasTheme } from "./theme";

export interface OverlayPicture {
  readonly camera: Camera;
  readonly sheet: Sheet;
  readonly box: Box;
  readonly theme: CanvasTheme;
  readonly overlays: readonly Overlay[];
  /** The keyboard's cursor, while the heatmap has the focus. */
  readonly cursor: Cell | null;
  /** The cell under the pointer. */
  readonly hover: Cell | null;
  /** The CSS colour that a cell of the ring shows, or null for a plain zero. */
  readonly ringColour: (row: number, col: number) => string | null;
}

interface Look {
  readonly colour: (theme: CanvasTheme) => string;
  readonly width: number;
  readonly dash?: readonly number[];
  /** How strongly the cells inside are tinted. */
  readonly tint?: number;
}

/** What lies further down is drawn later, over the others. */
const looks = {
  other: { colour: (theme) => theme.muted, width: 1, dash: [3, 2] },
  linked: { colour: (theme) => theme.accent, width: 1, tint: 0.16 },
  row: { colour: (theme) => theme.accent, width: 2 },
  window: { colour: (theme) => theme.accent, width: 2 },
  selected: { colour: (theme) => theme.foreground, width: 2 },
  present: { colour: (theme) => theme.accent2, width: 2 },
} as const satisfies Record<OverlayRole, Look>;

/** With more outlines of one role than this, they are tinted areas without borders. */
const MOST_BORDERS = 600;

export function drawOverlays(ctx: CanvasRenderingContext2D, picture: OverlayPicture): void {
  drawRing(ctx, picture);
  const { overlays, theme, hover, cursor } = picture;
  // Object.keys gives strings; these are the keys of `looks` as written above.
  for (const role of Object.keys(looks) as OverlayRole[])
    drawRole(
      ctx,
      picture,
      looks[role],
      overlays.filter((overlay) => overlay.role === role),
    );
  if (hover !== null) strokeOutlines(ctx, picture, [cellOutline(picture, hover)], theme.foreground, 1, []);
  if (cursor !== null) strokeOutlines(ctx, picture, [cellOutline(picture, cursor)], theme.focus, 2, [4, 2]);
  for (const overlay of overlays) if (overlay.label !== undefined) drawLabel(ctx, picture, overlay, overlay.label);
}

function cellOutline({ camera, sheet, box }: OverlayPicture, { row, col }: Cell): Rect | null {
  const rect = { top: row, left: col, bottom: row + 1, right: col + 1 };
  return outlineOf({ rect, role: "selected" }, camera, sheet, box);
}

function drawRole(
  ctx: CanvasRenderingContext2D,
  picture: OverlayPicture,
  look: Look,
  overlays: readonly Overlay[],
): void {
  if (overlays.length === 0) return;
  const { camera, sheet, box, theme } = picture;
  const outlines = overlays.map((overlay) => outlineOf(overlay, camera, sheet, box));
  const colour = look.colour(theme);
  if (look.tint !== undefined) {
    ctx.beginPath();
    for (const each of outlines)
      if (each !== null) ctx.rect(each.left, each.top, each.right - each.left, each.bottom - each.top);
    ctx.fillStyle = colour;
    ctx.globalAlpha = theme.highContrast ? 2 * look.tint : look.tint;
    ctx.fill();
    ctx.globalAlpha = 1;
    if (outlines.length > MOST_BORDERS) return;
  }
  strokeOutlines(ctx, picture, outlines, colour, look.width, look.dash ?? []);
}

/** Lines just outside of the cells, over a casing in the background's colour, so that they are seen on every colour. */
function strokeOutlines(
  ctx: CanvasRenderingContext2D,
  { theme, box }: OverlayPicture,
  outlines: readonly (Rect | null)[],
  colour: string,
  width: number,
  dash: readonly number[],
): void {
  const out = width / 2;
  ctx.beginPath();
  for (const each of outlines) {
    if (each === null) continue;
    // Far beyond the box nothing is seen of a line, but a canvas would still walk along it.
    const left = Math.max(each.left, -10) - out;
    const top = Math.max(each.top, -10) - out;
    const right = Math.min(each.right, box.width + 10) + out;
    const bottom = Math.min(each.bottom, box.height + 10) + out;
    ctx.roundRect(left, top, right - left, bottom - top, width > 1 ? 2 : 0);
  }
  ctx.strokeStyle = theme.background;
  ctx.lineWidth = width + 1.5;
  ctx.globalAlpha = 0.6;
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.setLineDash([...dash]);
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawLabel(
  ctx: CanvasRenderingContext2D,
  { camera, sheet, box, theme }: OverlayPicture,
  overlay: Overlay,
  text: string,
): void {
  const outline = outlineOf(overlay, camera, sheet, box);
  if (outline === null) return;
  ctx.font = `11px ${theme.mono}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const width = ctx.measureText(text).width + 8;
  const beside = outline.right + 6;
  const fits = beside + width <= box.width;
  const x = fits ? beside : Math.max(0, Math.min(box.width - width, outline.left));
  const above = outline.top - 12;
  const y = fits ? (outline.top + outline.bottom) / 2 : above >= 8 ? above : outline.bottom + 12;
  ctx.fillStyle = theme.background;
  ctx.globalAlpha = 0.85;
  ctx.fillRect(x, y - 8, width, 16);
  ctx.globalAlpha = 1;
  ctx.fillStyle = theme.foreground;
  ctx.fillText(text, x + 4, y + 0.5);
}

/** The padding: hatched, and under the hatching what it shows, if that is not zero. */
function drawRing(ctx: CanvasRenderingContext2D, picture: OverlayPicture): void {
  const { camera, sheet, box, theme, ringColour } = picture;
  const { ring, rows, cols } = sheet;
  const bands = bandsOf(ring, rows, cols).filter((band) => band.right > band.left && band.bottom > band.top);
  if (bands.length === 0) return;
  const seen = visible(camera, sheet, box);
  const snap = (value: number) => Math.round(value * box.density) / box.density;
  ctx.save();
  ctx.beginPath();
  for (const band of bands) {
    const { left, top, right, bottom } = boxOf(camera, sheet, band);
    ctx.rect(snap(left), snap(top), snap(right) - snap(left), snap(bottom) - snap(top));
    if (camera.k < 2) continue;
    for (let row = Math.max(band.top, seen.top); row < Math.min(band.bottom, seen.bottom); row++)
      for (let col = Math.max(band.left, seen.left); col < Math.min(band.right, seen.right); col++) {
        const colour = ringColour(row, col);
        if (colour === null) continue;
        const cell = boxOf(camera, sheet, { top: row, left: col, bottom: row + 1, right: col + 1 });
        ctx.fillStyle = colour;
        ctx.fillRect(
          snap(cell.left),
          snap(cell.top),
          snap(cell.right) - snap(cell.left),
          snap(cell.bottom) - snap(cell.top),
        );
      }
  }
  ctx.clip();
  // Copies of cells are paler than the cells themselves, and the hatching is seen on any colour.
  ctx.fillStyle = theme.background;
  ctx.globalAlpha = 0.45;
  ctx.fillRect(0, 0, box.width, box.height);
  ctx.globalAlpha = 1;
  const hatching = hatchingOf(box, theme);
  ctx.drawImage(hatching, 0, 0, hatching.width / box.density, hatching.height / box.density);
  ctx.restore();
}

/** Four bands that do not overlap: above, below, left, right. */
function bandsOf(ring: Ring, rows: number, cols: number): Rect[] {
  const [left, right] = [-ring.left, cols + ring.right];
  return [
    { top: -ring.top, bottom: 0, left, right },
    { top: rows, bottom: rows + ring.bottom, left, right },
    { top: 0, bottom: rows, left, right: 0 },
    { top: 0, bottom: rows, left: cols, right },
  ];
}

/** Planes side by side have boxes of one size, and the same lines in every frame: drawn once, in device pixels. */
const hatchings = new Kept<OffscreenCanvas>(8);

function hatchingOf(box: Box, theme: CanvasTheme): OffscreenCanvas {
  const { width, height, density } = box;
  const key = `${width} ${height} ${density} ${theme.highContrast} ${theme.line} ${theme.foreground}`;
  let hatching = hatchings.get(key);
  if (hatching === undefined) {
    hatching = new OffscreenCanvas(Math.ceil(width * density), Math.ceil(height * density));
    const ctx = hatching.getContext("2d")!; // a new canvas has one
    ctx.scale(density, density);
    drawHatching(ctx, box, theme);
    hatchings.set(key, hatching);
  }
  return hatching;
}

function drawHatching(ctx: OffscreenCanvasRenderingContext2D, box: Box, theme: CanvasTheme): void {
  const step = 4;
  ctx.beginPath();
  for (let at = -box.height; at < box.width; at += step * Math.SQRT2) {
    ctx.moveTo(at, box.height);
    ctx.lineTo(at + box.height, 0);
  }
  ctx.strokeStyle = theme.highContrast ? theme.line : theme.foreground;
  ctx.globalAlpha = theme.highContrast ? 0.8 : 0.22;
  ctx.lineWidth = 1.25;
  ctx.stroke();
}
