import assert from "node:assert/strict";
import { type WrittenNumber, regionOf, writtenNumbers } from "../../../src/formats/writtenNumbers";
import { loadLayer } from "../../../src/formats/loadLayer";
import { offsetOf } from "../../../src/tensor/tensor";
import { MemoryFiles } from "../formats/support";

async function numbersOf(text: string, set: string[] = []) {
  const layer = await loadLayer(new MemoryFiles({}), "/a.conv.json", { text, set });
  const numbers = writtenNumbers(text, layer, set);
  // Whatever the layout: the text at a number's place is the number that is there in the tensor.
  for (const { tensor, index, line, column, endColumn } of numbers) {
    const written = text.split(/\r?\n/)[line - 1].slice(column - 1, endColumn - 1);
    const { shape, data } = layer[tensor]!; // its numbers are in the text
    assert.equal(Number(written.replaceAll('"', "")), data[offsetOf(shape, index)], `${tensor}[${index.join()}]`);
  }
  return numbers;
}

const input = '"input": {"random": [1, 2, 4, 4]}';

describe("numbers of the layer file", () => {
  it("are found with their places, under comments and line ends of both kinds", async () => {
    const text = `{ // -1 is no weight\r\n  ${input},\r\n  "weight": [[[[1, -2.5]], [["NaN", 4e1]]]], // [9]\r\n  "bias": [7] }`;
    const numbers = await numbersOf(text);
    assert.deepEqual(
      numbers.map(({ tensor, index, line }) => [tensor, index.join(), line]),
      [
        ["W", "0,0,0,0", 3],
        ["W", "0,0,0,1", 3],
        ["W", "0,1,0,0", 3],
        ["W", "0,1,0,1", 3],
        ["b", "0", 4],
      ],
    );
  });

  it("are those of W, whatever the order of its axes in the text", async () => {
    // kH 1, kW 3, C 2, F 2: every number is different
    const weight = "[[[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[9, 10], [11, 12]]]]";
    const numbers = await numbersOf(`{${input}, "weight": ${weight}, "layout": {"weight": "HWIO"}}`);
    assert.equal(numbers.length, 12);
    assert.deepEqual(numbers[1].index, [1, 0, 0, 0], "the second one is filter 1");
  });

  it("are two axes of one filter", async () => {
    const numbers = await numbersOf('{"input": [[1, 2, 3]], "weight": [[1], [2]], "padding": 1}');
    assert.deepEqual(
      numbers.map(({ index }) => index),
      [
        [0, 0, 0, 0],
        [0, 0, 1, 0],
      ],
    );
  });

  it("are none where they were replaced, or come from elsewhere", async () => {
    const text = `{${input}, "weight": [[[[1]], [[2]]]], "bias": [3]}`;
    const names = (await numbersOf(text, ['weight={"random": [1, 2, 1, 1]}'])).map(({ tensor }) => tensor);
    assert.deepEqual(names, ["b"]);
    assert.deepEqual(await numbersOf(`{${input}, "weight": {"random": [1, 2, 1, 1], "seed": 3}}`), []);
  });

  it("make one slice where they fill it", () => {
    const at = (...index: number[]): WrittenNumber => ({ tensor: "W", index, line: 1, column: 1, endColumn: 2 });
    assert.equal(regionOf([at(0, 0, 1, 0), at(0, 0, 1, 1), at(0, 0, 1, 2)]), "[0, 0, 1, 0:3]");
    assert.equal(regionOf([at(1, 2, 3, 4)]), "[1, 2, 3, 4]");
    assert.equal(regionOf([at(0, 0, 0, 1), at(0, 0, 1, 0)]), null, "there are others between");
    assert.equal(regionOf([at(0, 0, 0, 0), { ...at(0), tensor: "b" }]), null);
  });
});
