import { mark } from "../../src/tensor/slice";

/** NaN a cross, +∞ a triangle up, −∞ one down, of `size` about a point; `casing` sets it off from whatever is behind it. */
export function drawSign(
  ctx: CanvasRenderingContext2D,
  marks: number,
  x: number,
  y: number,
  size: number,
  colour: string,
  casing: string | null,
): void {
  const r = size / 2;
  ctx.beginPath();
  if ((marks & mark.nan) !== 0) {
    ctx.moveTo(x - r, y - r);
    ctx.lineTo(x + r, y + r);
    ctx.moveTo(x + r, y - r);
    ctx.lineTo(x - r, y + r);
  } else {
    const up = (marks & mark.positiveInfinity) !== 0 ? -r : r;
    ctx.moveTo(x, y + up);
    ctx.lineTo(x + r, y - up);
    ctx.lineTo(x - r, y - up);
    ctx.closePath();
  }
  ctx.lineJoin = "miter";
  if (casing !== null) {
    ctx.strokeStyle = casing;
    ctx.lineWidth = 5;
    ctx.stroke();
  }
  if ((marks & mark.nan) === 0) {
    ctx.fillStyle = colour;
    ctx.fill();
    return;
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2.5;
  ctx.stroke();
}
