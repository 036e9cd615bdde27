import assert from "node:assert/strict";
import { sizeText } from "../../../src/base/text";

describe("sizes of memory", () => {
  const cases: [number, string][] = [
    [0, "0 bytes"],
    [1023, "1023 bytes"],
    [1024, "1 KiB"],
    [65536, "64 KiB"],
    [1.5 * 2 ** 20, "1.5 MiB"],
    [123.4 * 2 ** 20, "123 MiB"],
    [3 * 2 ** 40, "3 TiB"],
    [5000 * 2 ** 40, "5000 TiB"],
  ];
  for (const [bytes, text] of cases) it(text, () => assert.equal(sizeText(bytes), text));
});
