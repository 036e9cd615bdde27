import assert from "node:assert/strict";
import { framed } from "../../../src/cli/framing";

/** What comes out of a text that arrives in pieces of `size` bytes, and what was complained of. */
async function read(text: string, size: number): Promise<{ out: string; complaints: string[] }> {
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
  }
  const complaints: string[] = [];
  let out = "";
  for await (const chunk of framed(pieces(), (what) => complaints.push(what))) out += chunk.toString();
  return { out, complaints };
}

const a = '{"a":"é"}';
const canonical = `Content-Length: 10\r\n\r\n${a}`;

describe("framed", () => {
  for (const [what, text] of [
    ["as the protocol writes it", canonical],
    ["in lower case", `content-length: 10\r\n\r\n${a}`],
    ["without a space, with another header", `Content-Type: x; charset=utf-8\r\nCONTENT-LENGTH:10\r\n\r\n${a}`],
    ["with a byte order mark", `\uFEFF${canonical}`],
    ["with line feeds alone", `Content-Length: 10\n\n${a}`],
  ] as const)
    it(`takes a header ${what}, in pieces of any size`, async () => {
      for (const size of [1, 7, 1000])
        assert.deepEqual(await read(text + text, size), { out: canonical + canonical, complaints: [] });
    });

  for (const [what, text, found] of [
    [
      "a message without a header",
      `${a}\n${canonical}`,
      /expected a header "Content-Length: BYTES".*found "\{\\"a\\":/,
    ],
    ["a body without an end of line", a + canonical, /found "\{\\"a\\":\\"é\\"\}Content-Length: 10"$/],
    ["a length that is no number", `Content-Length: ten\r\n\r\n{}\n${canonical}`, /found "Content-Length: ten"/],
    [
      "a length beyond reason",
      `Content-Length: 99999999999\r\n\r\n\r\n${canonical}`,
      /found "Content-Length: 99999999999"/,
    ],
    ["a long line of anything", `${"z".repeat(9000)}\n${canonical}`, /found "z{60}…"/],
  ] as const)
    it(`says what is wrong with ${what}, and goes on with the next message`, async () => {
      for (const size of [1, 10_000]) {
        const { out, complaints } = await read(text, size);
        assert.equal(out, canonical);
        assert.match(complaints[0], found);
      }
    });

  it("says that the input ended too early", async () => {
    for (const text of [canonical.slice(0, -1), "Content-Len", "Content-Length: 3\r\n\r\n"])
      assert.deepEqual((await read(text, 5)).complaints, ["the input ended in the middle of a message"]);
    assert.deepEqual((await read(`${canonical}\r\n`, 5)).complaints, []);
  });
});
