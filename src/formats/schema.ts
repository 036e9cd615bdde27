import { paddingModes } from "../conv/spec";
import { z } from "./zod";

// The one source of what a layer file may say: it checks at run time, and gives the editor its completions and hovers.

/** All orders of the letters, the given one first. */
function orders(letters: string): [string, ...string[]] {
  const permute = (rest: readonly string[]): string[] =>
    rest.length === 0
      ? [""]
      : rest.flatMap((first) => permute(rest.filter((letter) => letter !== first)).map((tail) => first + tail));
  return [letters, ...permute(letters.split("")).filter((order) => order !== letters)];
}

/** What a union says when none of its forms fits. */
function oneOf(forms: string) {
  return { error: () => `expected ${forms}` };
}

/** What stands for a tensor, in words. */
export const sourceForms = 'a file name, an array, {"random": [shape]} or {"image": "file"}';

const literal = z
  .array(z.unknown())
  .describe('The numbers themselves, as nested arrays; also "NaN", "Infinity" and "-Infinity".')
  .meta({
    items: {
      anyOf: [
        { type: "number" },
        { enum: ["NaN", "Infinity", "-Infinity"] },
        // Deeper levels are of the same form; eight are more than any layer needs.
        { type: "array" },
      ],
    },
  });

const random = z
  .strictObject({
    random: z.array(z.int().min(0)).describe("The shape. Axes stand in the order of `layout`."),
    seed: z
      .int()
      .min(0)
      .max(4294967295)
      .optional()
      .describe("Which random numbers: the same seed, the same numbers. Default 0."),
    dist: z
      .enum(["normal", "uniform", "integers"])
      .optional()
      .describe("Standard normal (default), uniform between low and high, or whole numbers from low to below high."),
    low: z.number().optional().describe("Smallest value: default 0 for uniform, -8 for integers."),
    high: z
      .number()
      .optional()
      .describe("Upper end, itself not among the values: default 1 for uniform, 8 for integers."),
  })
  .describe(
    "Random numbers, those of numpy.random.RandomState(seed), normal ones within one unit in the last place: the same on every machine.",
  );

const image = z
  .strictObject({
    image: z.string().min(1).describe("A PNG or JPEG file, relative to the layer file."),
    channels: z
      .enum(["gray", "rgb", "rgba"])
      .optional()
      .describe("Which channels the layer sees. Default: the image's own, without alpha."),
    scale: z
      .enum(["unit", "raw"])
      .optional()
      .describe(
        "unit (default): 0 … 1, that is sample / 255, or sample / 65535 for 16 bits. raw: the samples as stored.",
      ),
  })
  .describe("An image as a tensor 1×C×H×W.");

const file = z
  .string()
  .min(1)
  .describe(
    "A file, relative to the layer file: .npy, .npz, .safetensors, .png, .jpg, .csv. One of several tensors: archive.npz#key.",
  );

const source = z.union([file, literal, random, image], oneOf(sourceForms));

const pair = (least: number) => z.tuple([z.int().min(least), z.int().min(least)]);
const oneOrPair = (least: number) =>
  z.union([z.int().min(least), pair(least)], oneOf(`a whole number of at least ${least}, or [height, width]`));

const padding = z.union(
  [z.int().min(0), pair(0), z.tuple([pair(0), pair(0)]), z.enum(["valid", "same", "same-lower"])],
  oneOf(
    'a whole number of at least 0, [height, width], [[top, bottom], [left, right]], "valid", "same" or "same-lower"',
  ),
);

const layout = z.strictObject({
  input: z
    .enum(orders("NCHW"))
    .optional()
    .describe("Order of the axes in `input`, and in the files of `expected.dx`. Default NCHW."),
  weight: z
    .enum(orders("OIHW"))
    .optional()
    .describe("Order of the axes in `weight` and `expected.dW`. PyTorch: OIHW, TensorFlow: HWIO."),
  output: z
    .enum(orders("NCHW"))
    .optional()
    .describe("Order of the axes in `dout` and `expected.out`. Default: as `layout.input`."),
});

const inBetween = (what: string) =>
  source
    .optional()
    .describe(`Somebody's own ${what}, in any layout: Explain Mismatch names the first stage that differs.`);

const expected = z.strictObject({
  out: source.optional().describe("What the output should be."),
  dx: source.optional().describe("What the gradient of the input should be."),
  dW: source.optional().describe("What the gradient of the weight should be."),
  db: source.optional().describe("What the gradient of the bias should be."),
  col: inBetween("im2col of the input"),
  product: inBetween("product of col and the weight, before bias and reshape"),
  dcol: inBetween("gradient of col, before col2im"),
});

export const layerSchema = z
  .strictObject({
    $schema: z.string().optional().describe("The schema of this file, for editors."),
    input: source.describe("x, [N, C, H, W]. Two axes: one image of one channel; three: a batch of one."),
    weight: source.describe("W, [F, C/groups, kH, kW]. Two axes: one filter on one channel."),
    bias: source.nullable().optional().describe("b, one number for each filter. Without it, or null: no bias."),
    stride: oneOrPair(1).optional().describe("Cells from one window to the next: n or [h, w]. Default 1."),
    padding: padding
      .optional()
      .describe(
        "Cells added around x: n, [h, w], [[top, bottom], [left, right]], valid (none), same (TensorFlow, ONNX SAME_UPPER: " +
          "the odd cell at the end), same-lower (the odd cell at the beginning). Default 0.",
      ),
    paddingMode: z.enum(paddingModes).optional().describe("What the added cells show. Default zeros."),
    dilation: oneOrPair(1).optional().describe("Cells from one tap of the kernel to the next: n or [h, w]. Default 1."),
    groups: z
      .int()
      .min(1)
      .optional()
      .describe("Channels and filters fall into so many groups that do not see each other. Default 1."),
    layout: layout
      .optional()
      .describe("Order of the axes in the files. Everything is converted to NCHW and OIHW on loading."),
    dtype: z
      .enum(["float32", "float64"])
      .optional()
      .describe("In which precision the layer is computed. Default: float64 if the input is float64, else float32."),
    dout: z
      .union([z.literal("ones"), ...source.options], oneOf(`"ones", ${sourceForms}`))
      .optional()
      .describe("The gradient that the backward pass starts from, as large as the output. Default: ones."),
    expected: expected.optional().describe("Results of somebody else, compared after the run."),
  })
  .meta({ title: "Convolution layer", description: "A convolution layer and its tensors, for Conv Debugger." });

export type LayerFile = z.infer<typeof layerSchema>;
export type TensorSource = z.infer<typeof source>;

/** The JSON Schema (draft 7) of layer files. The two last keys are VS Code's: they keep it from underlining comments. */
export function layerJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(layerSchema, { target: "draft-7", io: "input" }),
    allowComments: true,
    allowTrailingCommas: true,
  };
}
