import { Debuggee } from "../../paused/debuggee";
import { type Row, timeRow } from "../debugger/record";

/** 64 MB from a Python program that is paused in debugpy, with their lengths and hashes checked. */
export async function measurePaused(): Promise<Row[]> {
  const program = await Debuggee.python("large.py");
  const rows: Row[] = [];
  for (const name of ["array", "transposed", "tensor"]) {
    const began = performance.now();
    const found = await program.read(name);
    const ms = performance.now() - began;
    if (found?.data.length !== 2 ** 24) throw new Error(`${name} was not read`);
    rows.push(timeRow(`Conv: Open Tensor, ${name}`, `float32 ${found.shape.join("×")}, 64 MB`, ms, 2000));
  }
  program.adapter.kill();
  return rows;
}
