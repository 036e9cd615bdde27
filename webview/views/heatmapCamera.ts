import { select } from "d3-selection";
import { type D3ZoomEvent, ZoomTransform, zoom } from "d3-zoom";
import type { Rect } from "../../src/tensor/slice";
import {
  type Box,
  type Camera,
  type Cell,
  type Sheet,
  boxOf,
  constrained,
  fitCamera,
  homeCamera,
  oneCell,
  revealing,
  scaledAbout,
  zoomRange,
} from "../paint/view";
import type { CameraCommand } from "./heatmapKeys";
import { prefersReducedMotion } from "./theme";

/** What the first view depends on. */
export interface Frame {
  readonly sheet: Sheet;
  readonly box: Box;
  readonly minCell: number;
  readonly maxCell: number;
}

/** CSS pixels that a cell has at least after it was revealed. */
const FINDABLE = 4;

/** Zoom and pan of a canvas by d3-zoom (wheel, pinch, drag, double click), and by method. */
export class CameraControl {
  readonly #canvas: HTMLCanvasElement;
  readonly #behaviour = zoom<HTMLCanvasElement, unknown>();
  #frame: Frame | null = null;
  #camera: Camera = { k: 1, x: 0, y: 0 };
  /** Nobody has moved yet: a new size of the box gives a new first view. */
  #atHome = true;

  /** `moved` is called after every change; `byUser` unless the change came from a property or an aligned neighbour. */
  constructor(canvas: HTMLCanvasElement, moved: (byUser: boolean) => void) {
    this.#canvas = canvas;
    this.#behaviour
      .clickDistance(4)
      // d3 would measure the canvas, and with it lay out the whole page, at every change.
      .extent(() => [
        [0, 0],
        [this.#frame?.box.width ?? 0, this.#frame?.box.height ?? 0],
      ])
      .duration(prefersReducedMotion() ? 0 : 200)
      .constrain((transform) => (this.#frame === null ? transform : this.#within(transform, this.#frame)))
      .on("zoom", (event: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        const { k, x, y } = event.transform;
        this.#camera = { k, x, y };
        // d3's types promise an event; without one it is null, whatever they say.
        const byUser = Boolean(event.sourceEvent);
        if (byUser) this.#atHome = false;
        moved(byUser);
      });
    select(canvas).call(this.#behaviour);
  }

  get camera(): Camera {
    return this.#camera;
  }

  /** What is laid out again starts from its first view. Whether the box or the sheet is another one than before. */
  layOut(frame: Frame): boolean {
    const old = this.#frame;
    this.#frame = frame;
    const range = zoomRange(frame.sheet, frame.box, frame.minCell, frame.maxCell);
    this.#behaviour.scaleExtent(range);
    const another = old === null || !sameSheet(old.sheet, frame.sheet);
    if (another || this.#atHome) {
      this.#atHome = true;
      this.#put(homeCamera(frame.sheet, frame.box, frame.minCell, frame.maxCell));
    } else this.#put(constrained(this.#camera, frame.sheet, frame.box));
    return another || old.box.width !== frame.box.width || old.box.height !== frame.box.height;
  }

  fit(): void {
    const frame = this.#frame;
    if (frame === null) return;
    this.#atHome = true;
    this.#put(fitCamera(frame.sheet, frame.box, frame.maxCell));
  }

  /** A command of the keyboard; zooming keeps the cursor's cell where it is. */
  obey(command: CameraCommand, cursor: Cell): void {
    if (command.kind === "fit") this.fit();
    else if (command.kind === "pan") this.#pan(command.right, command.down);
    else this.#zoomAt(cursor, command.factor);
  }

  /** Keeps the middle of `cell` where it is, as far as the edges allow. */
  #zoomAt(cell: Cell, factor: number): void {
    const frame = this.#frame;
    if (frame === null) return;
    const [least, most] = this.#behaviour.scaleExtent();
    const k = Math.max(least, Math.min(most, this.#camera.k * factor));
    const { left, right, top, bottom } = boxOf(this.#camera, frame.sheet, oneCell(cell));
    this.#go(scaledAbout(this.#camera, k, (left + right) / 2, (top + bottom) / 2), frame);
  }

  /** By parts of the box. */
  #pan(right: number, down: number): void {
    const frame = this.#frame;
    if (frame === null) return;
    const { k, x, y } = this.#camera;
    this.#go({ k, x: x - right * frame.box.width, y: y - down * frame.box.height }, frame);
  }

  /** `least`: CSS pixels that a cell must have to be found; 0 never zooms in. */
  reveal(rect: Rect, least = FINDABLE): void {
    const frame = this.#frame;
    if (frame === null) return;
    const { sheet, box } = frame;
    this.#go(revealing(this.#camera, sheet, box, rect, this.#behaviour.scaleExtent(), least), frame);
  }

  /** Exactly this k, and x or y where given: what an aligned neighbour shows. */
  align(camera: Partial<Camera>): void {
    const frame = this.#frame;
    if (frame !== null) this.#go({ ...this.#camera, ...camera }, frame);
  }

  #go(camera: Camera, { sheet, box }: Frame): void {
    const { k, x, y } = constrained(camera, sheet, box);
    if (k === this.#camera.k && x === this.#camera.x && y === this.#camera.y) return;
    this.#atHome = false;
    this.#put({ k, x, y });
  }

  #put({ k, x, y }: Camera): void {
    this.#behaviour.transform(select(this.#canvas), new ZoomTransform(k, x, y));
  }

  #within({ k, x, y }: ZoomTransform, { sheet, box }: Frame): ZoomTransform {
    const held = constrained({ k, x, y }, sheet, box);
    return new ZoomTransform(held.k, held.x, held.y);
  }
}

/** The aspect may differ: cells that fill the box are stretched anew with it, and the rows stay where they are. */
function sameSheet(a: Sheet, b: Sheet): boolean {
  return (
    a.rows === b.rows &&
    a.cols === b.cols &&
    (["top", "left", "bottom", "right"] as const).every((side) => a.ring[side] === b.ring[side])
  );
}
