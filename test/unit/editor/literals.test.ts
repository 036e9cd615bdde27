import assert from "node:assert/strict";
import fc from "fast-check";
import { ConvError } from "../../../src/base/errors";
import { nestedOf, readLiteral } from "../../../src/editor/literals";

const sobel = [1, 0, -1, 2, 0, -2, 1, 0, -1];

/** Source code as people write it, and what NumPy, PyTorch or the compiler would make of it. */
const examples: [string, string, readonly number[], readonly number[]][] = [
  ["nested brackets", "[[1,0,-1],[2,0,-2],[1,0,-1]]", [3, 3], sobel],
  ["spaces", "[[ 1  0 -1]\n [ 2  0 -2]\n [ 1  0 -1]]", [3, 3], sobel],
  [
    "C",
    "static const float k[3][3] = {\n  { 1.0f, 0, -1.f },\n  { 2, 0, -2 }, // twice\n  { 1, 0, -1 },\n};",
    [3, 3],
    sobel,
  ],
  ["C, one row", "int k[9] = {1, 0, -1, 2, 0, -2, 1, 0, -1};", [9], sobel],
  ["C++", "std::vector<std::vector<double>> k{{1,0,-1},{2,0,-2},{1,0,-1}};", [3, 3], sobel],
  ["Java", "float[][] k = new float[][] {{1f,0f,-1f},{2f,0f,-2f},{1f,0f,-1f}};", [3, 3], sobel],
  ["Rust", "let k: [[f32; 3]; 3] = [[1.0_f32, 0., -1.], [2., 0., -2.], [1., 0., -1.]];", [3, 3], sobel],
  ["Python tuples", "((1, 0, -1), (2, 0, -2), (1, 0, -1))", [3, 3], sobel],
  ["MATLAB", "K = [1 0 -1; 2 0 -2; 1 0 -1];", [3, 3], sobel],
  ["NumPy", "k = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], dtype=np.float32)", [3, 3], sobel],
  [
    "NumPy's repr",
    "array([[ 1.,  0., -1.],\n       [ 2.,  0., -2.],\n       [ 1.,  0., -1.]], dtype=float32)",
    [3, 3],
    sobel,
  ],
  [
    "PyTorch",
    "torch.tensor([[[[1., 0., -1.],\n [2., 0., -2.],\n [1., 0., -1.]]]], device='cuda:0').float()",
    [1, 1, 3, 3],
    sobel,
  ],
  ["reshape", "np.array([1,0,-1,2,0,-2,1,0,-1]).reshape(1, 1, 3, -1)", [1, 1, 3, 3], sobel],
  ["view", "torch.tensor([[1,0,-1],[2,0,-2],[1,0,-1]]).view((1,1,3,3))", [1, 1, 3, 3], sobel],
  ["JavaScript", "const k = [[1, 0, -1], [2, 0, -2], [1, 0, -1]];\nconst other = [[9]];", [3, 3], sobel],
  ["return", "return [[1, 0, -1], [2, 0, -2], [1, 0, -1]]", [3, 3], sobel],
  ["bare lines", "1 0 -1\n2 0 -2\n1 0 -1", [3, 3], sobel],
  ["bare lines with commas", "1, 0, -1,\n2, 0, -2,\n1, 0, -1\n", [3, 3], sobel],
  ["Python comment", "[[1, 0, -1], # left\n [2, 0, -2],\n [1, 0, -1]]", [3, 3], sobel],
  ["division behind", "np.array([[1, 2, 1]]) / 4", [1, 3], [0.25, 0.5, 0.25]],
  ["division inside the call", "np.array([[1, 2, 1]], np.float32) / 4.0", [1, 3], [0.25, 0.5, 0.25]],
  ["factor before", "kernel = 1/16 * np.array([[1, 2], [2, 4]])", [2, 2], [0.0625, 0.125, 0.125, 0.25]],
  ["factor in parentheses", "(1.0 / 16.0) * np.array([[1, 2]])", [1, 2], [0.0625, 0.125]],
  ["fractions", "[[1/4, -2/4], [1/2*3, .5]]", [2, 2], [0.25, -0.5, 1.5, 0.5]],
  ["minus before", "-np.array([[1, 2]])", [1, 2], [-1, -2]],
  ["exponents and digits", "[[1e-3, 2E+2, 1_000, 0x10, +5, 1'000]]", [1, 6], [0.001, 200, 1000, 16, 5, 1000]],
  ["unicode minus", "[[−1, 1]]", [1, 2], [-1, 1]],
  ["not finite", "[[np.nan, -inf, float('-inf'), INFINITY, True]]", [1, 5], [NaN, -Infinity, -Infinity, Infinity, 1]],
  ["keyword argument", "F.conv2d(x, weight=torch.tensor([[1, 2]]), padding=1)", [1, 2], [1, 2]],
];

/** What is wrong, and the line and column at which. */
const mistakes: [string, string, RegExp, number, number][] = [
  ["ragged", "[[1, 0, -1],\n [2, 0],\n [1, 0, -1]]", /ragged.*expected 3 numbers, found 2 numbers/, 2, 2],
  ["number among rows", "[[1, 0], 5]", /ragged.*found a number/, 1, 10],
  ["nested too deep", "[".repeat(33) + "1", /too deep/, 1, 33],
  ["not closed", "[[1, 0, -1]", /not closed/, 1, 1],
  ["closed wrongly", "[[1, 0}]", /closes another/, 1, 7],
  ["variable", "[[1, a]]", /not a number: expected a number, found a/, 1, 6],
  ["left out", "[[1, 2, ..., 9]]", /left out/, 1, 9],
  ["sum", "[[1 + 2, 3]]", /sums are not worked out/, 1, 5],
  ["transposed", "np.array([[1, 2]]).T", /not known here.*found \.T/, 1, 20],
  ["flipped", "np.array([[1, 2]])[::-1]", /not known here/, 1, 19],
  ["shape that does not fit", "np.array([1, 2, 3]).reshape(2, 2)", /do not fill this shape/, 1, 21],
  ["empty row", "[[1, 2], []]", /empty/, 1, 10],
];

describe("literals", () => {
  for (const [name, text, shape, values] of examples)
    it(`reads ${name}`, () => {
      const literal = readLiteral(text);
      assert.deepEqual(literal.shape, shape);
      assert.deepEqual(literal.values, values);
    });

  for (const [name, text, message, line, column] of mistakes)
    it(`refuses ${name} and says where`, () => {
      assert.throws(
        () => readLiteral(text),
        (error: unknown) => {
          assert.ok(error instanceof ConvError);
          assert.match(error.message, message);
          assert.deepEqual(error.fault.at, { line, column });
          return true;
        },
      );
    });

  for (const text of ["", "   \n", "// nothing", "hello(world)"])
    it(`finds no numbers in ${JSON.stringify(text)}`, () => {
      assert.throws(() => readLiteral(text), ConvError);
    });

  it("says which part of the text is the array", () => {
    const text = "k = np.array([[1, 2]]) / 4";
    const { start, end } = readLiteral(text);
    assert.equal(text.slice(start, end), "[[1, 2]]");
  });

  it("reads back every array of up to four axes that JSON writes", () => {
    const axes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    const property = fc.property(
      axes,
      fc.infiniteStream(fc.double({ noNaN: true, noDefaultInfinity: true })),
      (shape, stream) => {
        const values = Array.from({ length: shape.reduce((a, b) => a * b) }, () => stream.next().value as number);
        const literal = readLiteral(JSON.stringify(nestedOf({ shape, values })));
        assert.deepEqual(literal.shape, shape);
        // JSON has no minus zero
        assert.deepEqual(
          literal.values,
          values.map((value) => value + 0),
        );
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it("either reads or throws a ConvError, whatever is selected", () => {
    const soup = fc.string({ unit: fc.constantFrom(...Array.from("[]{}(),;.1e-+*/ \n#'\"naN_xT")), maxLength: 40 });
    fc.assert(
      fc.property(soup, (text) => {
        try {
          const { shape, values } = readLiteral(text);
          assert.equal(
            shape.reduce((a, b) => a * b, 1),
            values.length,
          );
        } catch (error) {
          if (!(error instanceof ConvError)) throw error;
        }
      }),
      { numRuns: 20_000 },
    );
  });
});
