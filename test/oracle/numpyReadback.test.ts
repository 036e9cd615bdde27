import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeFiles } from "../../src/base/nodeFiles";
import { decodeElements, encodeElements } from "../../src/formats/elements";
import { writeTensors } from "../../src/formats/formats";
import { type Dtype, dtypes } from "../../src/tensor/dtype";
import { type Tensor, elementCount, tensor } from "../../src/tensor/tensor";

const script = fileURLToPath(new URL("../fixtures/files/readback.py", import.meta.url));

describe("NumPy reads what is written", () => {
  it("every dtype and shape, as .npy, and as .npz stored and deflated", async () => {
    const folder = mkdtempSync(join(tmpdir(), "conv-readback-"));
    const files = nodeFiles();
    const manifest: { file: string; key: string | null; dtype: string; shape: readonly number[]; hex: string }[] = [];
    const note = (file: string, key: string | null, { dtype, shape, data }: Tensor) =>
      manifest.push({ file, key, dtype, shape, hex: Buffer.from(encodeElements(dtype, data)).toString("hex") });
    try {
      const shapes = [[], [1], [5], [2, 3], [0, 3], [1, 3, 4, 4], [2, 1, 2, 1, 2, 1, 2]];
      const names = (Object.keys(dtypes) as Dtype[]).filter((dtype) => dtype !== "bfloat16"); // the table has these keys
      const all: Record<string, Tensor> = {};
      for (const dtype of names)
        for (const shape of shapes) {
          const bytes = new Uint8Array(elementCount(shape) * dtypes[dtype].fileBytes);
          // Quiet: a NaN of half precision does not keep its payload on the way through a float32.
          for (let i = 0; i < bytes.length; i++)
            bytes[i] = (Math.imul(i + 1, 0x9e3779b1) >>> 13) & (dtype === "float16" ? 0xbb : 0xff);
          const value = tensor(dtype, shape, decodeElements(dtype, bytes));
          const name = `${dtype}/größe_${shape.join("x")}`;
          all[name] = value;
          const file = `${dtype}_${shape.join("x")}.npy`;
          await writeTensors(files, join(folder, file), { x: value });
          note(file, null, value);
        }
      for (const deflate of [false, true]) {
        const file = `deflate_${deflate}.npz`;
        await writeTensors(files, join(folder, file), all, { deflate });
        for (const [key, value] of Object.entries(all)) note(file, key, value);
      }
      writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
      const python = spawnSync("/usr/bin/python3", [script, folder], { encoding: "utf8" });
      assert.equal(python.stderr, "");
      assert.equal(python.stdout, `${manifest.length} tensors read\n`);
      assert.equal(python.status, 0);
      assert.equal(manifest.length, names.length * shapes.length * 3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
