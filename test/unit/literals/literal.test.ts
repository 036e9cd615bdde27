import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ConvError } from "../../../src/base/errors";
import { findLiterals } from "../../../src/literals/finder";
import { syntaxOf } from "../../../src/literals/syntax";
import { nestedOf, readLiteral } from "../../../src/literals/literal";

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
  ["typed arrays in an array", "[new Float32Array([1, 0]), new Float32Array([2, 3])]", [2, 2], [1, 0, 2, 3]],
  ["one typed array in an array", "const k = [new Float32Array([1, 2])];", [1, 2], [1, 2]],
  ["arrays of NumPy in one", "np.array([np.array([1, 2]), np.array([3, 4])]) / 4", [2, 2], [0.25, 0.5, 0.75, 1]],
  ["Rust's vec!", "let k = vec![vec![1., 2.], vec![3., 4.]];", [2, 2], [1, 2, 3, 4]],
  ["Java, typed rows", "new float[][] { new float[] {1, 2}, new float[] {3, 4} }", [2, 2], [1, 2, 3, 4]],
  [
    "std::array",
    "std::array<std::array<float, 3>, 2> k = {{ {{0, -1, 0}}, {{1, 2, 3}} }};",
    [2, 3],
    [0, -1, 0, 1, 2, 3],
  ],
  [
    "std::array without the outer object",
    "std::array<std::array<int, 2>, 2> k = { {{0, 1}}, {{2, 3}} };",
    [2, 2],
    [0, 1, 2, 3],
  ],
  [
    "std::array without the inner objects",
    "std::array<std::array<int, 2>, 2> k{{ {0, 1}, {2, 3} }};",
    [2, 2],
    [0, 1, 2, 3],
  ],
  ["std::array of one axis", "constexpr std::array<float, 3> k{{1, 2, 3}};", [3], [1, 2, 3]],
  ["std::array of one row", "std::array<std::array<float, 2>, 1> k = {{ {{1, 2}} }};", [1, 2], [1, 2]],
  ["std::array, the braces alone", "{{ {{0, -1, 0}}, {{1, 2, 3}} }}", [2, 3], [0, -1, 0, 1, 2, 3]],
  ["C, one row of a matrix", "float k[1][3] = {{1, 2, 3}};", [1, 3], [1, 2, 3]],
  ["C, four axes", "float k[1][2][1][2] = {{{{1, 2}}, {{3, 4}}}};", [1, 2, 1, 2], [1, 2, 3, 4]],
  ["arguments side by side", "conv(x, [1, 2], [3, 4])", [2], [1, 2]],
  ["keyword argument", "F.conv2d(x, weight=torch.tensor([[1, 2]]), padding=1)", [1, 2], [1, 2]],
];

/** What is wrong, and the line and column at which. */
const mistakes: [string, string, RegExp, number, number][] = [
  ["neighbours in what is no array", "f([a, new Float32Array([1, 2])])", /cannot be read.*found a/, 1, 3],
  ["neighbours of another type", "[foo([1, 2]), foo([3, 4])]", /cannot be read.*found foo/, 1, 1],
  ["more arguments in a row", "[np.array([1, 2], f4), np.array([3, 4])]", /more than the numbers/, 1, 17],
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

  it("finds every array of the samples, in three languages", () => {
    const found = (name: string, language: string) => {
      const text = readFileSync(join(__dirname, "../../../samples", name), "utf8");
      return findLiterals(text, syntaxOf(language)!).map(({ shape, values }) => [
        shape.join("×"),
        Math.fround(values[0]),
      ]);
    };
    assert.deepEqual(found("filters.py", "python"), [
      ["3×3", -1],
      ["3×3", 0],
      ["5×5", 1 / 256],
      ["2×3×1×1", Math.fround(0.299)],
    ]);
    assert.deepEqual(found("filters.cpp", "cpp"), [
      ["3×3", -3],
      ["3×3", 0],
      ["2×1×2×2", 1],
    ]);
    assert.deepEqual(found("filters.ts", "typescript"), [
      ["3×3", -1],
      ["3×3", -2],
      ["5×5", 0],
    ]);
  });

  it("passes over what it would refuse", () => {
    const text = "a = [[1, 2], [3]]\nb = [[1, x]]\nc = [[5, 6], [7, 8]]\nd = np.array([[7, 8]]).T\nk[3][4] = 2\n";
    assert.deepEqual(
      findLiterals(text, syntaxOf("python")!).map(({ values }) => values),
      [[5, 6, 7, 8]],
    );
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
