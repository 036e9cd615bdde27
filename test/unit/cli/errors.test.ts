import assert from "node:assert/strict";
import { Place } from "./conv";

describe("bad usage and bad input", () => {
  const place = new Place();
  before(() => {
    place.npy(
      "x.npy",
      [1, 3, 5, 5],
      Array.from({ length: 75 }, (_, i) => i),
    );
    place.npy(
      "w.npy",
      [4, 2, 3, 3],
      Array.from({ length: 72 }, (_, i) => i),
    );
  });
  after(() => place.dispose());

  /** The one line about a layer with this text. */
  async function about(text: string): Promise<string> {
    place.write("bad.conv.json", text);
    const line = await place.refused(["run", "bad.conv.json"]);
    assert.match(line, /bad\.conv\.json/);
    return line;
  }

  const usages: [string, string[], RegExp][] = [
    ["no command", [], /command/],
    ["an unknown command", ["rum"], /rum/],
    ["no layer", ["run"], /layer/i],
    ["an unknown option", ["run", "a.conv.json", "--fast"], /--fast/],
    ["no such file", ["run", "none.conv.json"], /none\.conv\.json/],
    ["a folder", ["run", "."], /directory|folder|not a file/],
    ["threads 0", ["run", "-", "--threads", "0"], /--threads.*0/],
    ["half a thread", ["run", "-", "--threads", "1.5"], /--threads.*1\.5/],
    ["an unknown arithmetic", ["run", "-", "--arithmetic", "exact"], /--arithmetic.*fast.*reproducible.*exact/],
    ["a value without its option's name", ["run", "-", "--set"], /--set/],
  ];
  for (const [name, args, says] of usages)
    it(`${name}: status 2, one line`, async () => {
      assert.match(await place.refused(args, '{"input": [[1]], "weight": [[1]]}'), says);
    });

  const layers: [string, string, RegExp][] = [
    ["broken JSON", '{\n  "input": [[1]],\n  "weight": [[1]\n}\n', /:4:1|4:1/],
    ["an empty file", "", /1:1.*missing/],
    ["no weight", '{"input": [[1]]}', /weight/],
    ["an unknown key", '{"input": [[1]], "weight": [[1]],\n "strides": 2}', /2:2.*strides/],
    ["a key twice", '{"input": [[1]], "weight": [[1]],\n "stride": 1, "stride": 2}', /2:15.*stride/],
    ["stride 0", '{"input": [[1]], "weight": [[1]],\n "stride": 0}', /2:12.*stride.*at least 1.*0/],
    ["a padding of three", '{"input": [[1]], "weight": [[1]], "padding": [1, 2, 3]}', /padding/],
    ["an unknown mode", '{"input": [[1]], "weight": [[1]], "paddingMode": "mirror"}', /paddingMode.*zeros.*mirror/],
    ["ragged numbers", '{"input": [[1, 2], [3]], "weight": [[1]]}', /input/],
    ["a text among numbers", '{"input": [[1, "two"]], "weight": [[1]]}', /input.*two/],
    ["no such tensor file", '{"input": "none.npy", "weight": [[1]]}', /none\.npy/],
    ["no such key", '{"input": "x.npy", "weight": "x.npy#W"}', /x\.npy/],
    ["channels that do not fit", '{"input": "x.npy", "weight": "w.npy"}', /4×2×3×3.*1×3×5×5/],
    ["groups that do not divide", '{"input": "x.npy", "weight": "w.npy", "groups": 2}', /groups 2 does not divide 3/],
    [
      "a bias that does not fit",
      '{"input": "x.npy", "weight": {"random": [4, 3, 3, 3]}, "bias": [1, 2]}',
      /bias.*\[4\].*4×3×3×3.*\[2\]/,
    ],
    [
      "a kernel that is too large",
      '{"input": [[1, 2]], "weight": [[1], [2], [3]], "stride": 2}',
      /floor\(\(1 \+ 0 \+ 0 − 3\) \/ 2\) \+ 1/,
    ],
    [
      "a dout that does not fit",
      '{"input": "x.npy", "weight": {"random": [4, 3, 3, 3]}, "dout": {"random": [1, 4, 2, 3]}}',
      /dout.*1×4×3×3.*1×4×2×3/,
    ],
    [
      "too much padding to reflect",
      '{"input": [[1, 2]], "weight": [[1]], "padding": [0, 2], "paddingMode": "reflect"}',
      /reflect.*less than 2.*2/,
    ],
  ];
  for (const [name, text, says] of layers)
    it(`${name}: the file, the place, expected and found`, async () => {
      assert.match(await about(text), says);
    });

  it("a truncated tensor: the file and the byte", async () => {
    place.write("short.npy", Buffer.concat([Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"), Buffer.alloc(20)]));
    const line = await place.refused(["run", "-"], '{"input": "short.npy", "weight": [[1]]}');
    assert.match(line, /short\.npy.*byte \d+/);
  });

  it("names standard input as what it is, and the option for a search", async () => {
    const text = '{"input": [[1]],\n "weight": oops}';
    assert.match(await place.refused(["run", "-"], text), /^conv: standard input, 2:12: /);
    assert.match(
      await place.refused(["run", "-"], '{"input": "no.npy", "weight": [[1]]}'),
      /\(named in standard input, 1:11/,
    );
    const layer = '{"input": [[1]], "weight": [[1]]}';
    assert.match(await place.refused(["trace", "-", "--find", "acc >"], layer), /^conv: --find, 1:6: /);
    assert.match(await place.refused(["trace", "-", "--find", "nothing"], layer), /^conv: --find, 1:1: /);
  });

  it("lets no control character through to the terminal", async () => {
    assert.match(await place.refused(["compare", "a\x1b[31m.npy", "b.npy"]), /a\\x1b\[31m\.npy/);
    assert.match(await place.refused(["run", "-", "--\x1b[31m"]), /\\x1b\[31m/);
  });

  it("says on standard input what it says of a file", async () => {
    assert.match(await place.refused(["run", "-"], '{"input": [[1]],\n "weight": oops}'), /2:12/);
  });
});
