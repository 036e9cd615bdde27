// What the host works out for the first picture of a run: numbers of all tensors, and a picture of each.
import type { Run, TensorName } from "../../../src/conv/run";
import { tileFor } from "../../../src/panel/answers";
import { summaryOf } from "../../../src/panel/summaries";
import { matrixPicture, pictureSize, planePicture } from "../../../src/protocol/picture";
import { Trace } from "../../../src/trace/moment/trace";
import { type Row, timeRow, timed } from "./record";

const names: readonly TensorName[] = ["x", "col", "W", "out", "dout", "dcol", "dW", "db", "dx"];
/** Cells of a picture on the screen, along one side. */
const SEEN = 512;

export async function measureShowing(run: Run, layer: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const moment of ["in a new process", "again"]) {
    const trace = new Trace(run);
    let [numbers, pictures] = [0, 0];
    for (const tensor of names) {
      numbers += await timed(() => summaryOf(trace, tensor));
      pictures += await timed(() => pictureOf(trace, tensor));
    }
    rows.push(timeRow(`numbers of all tensors, ${moment}`, layer, numbers, 100));
    rows.push(timeRow(`a picture of all of each tensor or plane, ${moment}`, layer, pictures, 100));
  }
  return rows;
}

function pictureOf(trace: Trace, tensor: TensorName): void {
  const isPlane = tensor !== "col" && tensor !== "dcol" && tensor !== "db";
  const picture = isPlane ? planePicture(tensor, 0, 0) : matrixPicture(tensor);
  const { rows: bottom, cols: right } = pictureSize(trace.geometry, picture);
  const level = Math.max(0, Math.ceil(Math.log2(Math.max(bottom, right) / SEEN)));
  tileFor(trace, { run: 1, picture, step: trace.total - 1, rect: { top: 0, left: 0, bottom, right }, level });
}
