import assert from "node:assert/strict";
import { join } from "node:path";
import { listTensors, readTensor, splitKey } from "../../../src/formats/formats";
import { readImage } from "../../../src/formats/image";
import { imageTensor } from "../../../src/formats/pixels";
import { bytesSource } from "../../../src/formats/source";
import { disk, expected, fault, fixture, fixtures, plain } from "./support";

describe("formats: what NumPy and Pillow read", () => {
  it("has all kinds of files to read", () => {
    const names = Object.keys(expected.good);
    assert.ok(names.length > 110, String(names.length));
    assert.ok(Object.keys(expected.broken).length > 130);
  });

  for (const [spec, good] of Object.entries(expected.good))
    it(spec, async () => {
      const tensor = await readTensor(disk, join(fixtures, spec));
      assert.equal(tensor.dtype, good.dtype);
      assert.deepEqual(tensor.shape, good.shape);
      assert.deepEqual(plain(tensor.data), good.values);
      const { path, key } = splitKey(join(fixtures, spec));
      const infos = await listTensors(disk, path);
      const info = key === undefined ? infos[0] : infos.find(({ name }) => name === key);
      assert.deepEqual(info?.shape, good.shape);
      if (good.samples !== undefined) {
        const image = await readImage(bytesSource(fixture(spec)));
        assert.deepEqual([...image.data], good.samples);
        assert.deepEqual([image.channels, image.most], [good.channels, good.most]);
      } else assert.equal(info.dtype, good.dtype);
    });

  for (const [name, { shape, samples }] of Object.entries(expected.jpeg))
    it(name, async () => {
      const image = await readImage(bytesSource(fixture(name)));
      assert.deepEqual([image.height, image.width, image.channels], shape);
      const differences = samples.map((sample, i) => Math.abs(sample - image.data[i]));
      // The inverse transforms round differently.
      assert.ok(Math.max(...differences) <= 4, `differs by ${Math.max(...differences)}`);
      const mean = differences.reduce((a, b) => a + b) / differences.length;
      assert.ok(mean < 0.5, `differs by ${mean} on average`);
      assert.deepEqual(imageTensor(image, {}, "float32").shape, [1, shape[2], shape[0], shape[1]]);
    });
});

describe("formats: broken files", () => {
  for (const [name, want] of Object.entries(expected.broken))
    it(`${name}: ${want.code}`, async () => {
      const path = join(fixtures, name);
      const error = await fault(want.code, () =>
        readTensor(disk, want.key === undefined ? path : `${path}#${want.key}`),
      );
      assert.equal(error.fault.file, path);
      assert.ok(error.message.startsWith(path));
      if (want.offset !== undefined) assert.equal(error.fault.at?.offset, want.offset);
      if (want.line !== undefined) assert.equal(error.fault.at?.line, want.line);
      if (want.column !== undefined) assert.equal(error.fault.at?.column, want.column);
      if (want.entry !== undefined) assert.equal(error.fault.at?.entry, want.entry);
      if (want.text !== undefined) assert.ok(error.message.includes(want.text), error.message);
    });
});
