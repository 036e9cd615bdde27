import { defaultTolerance } from "../diagnose/compare";
import { npyBytes } from "../formats/npy";
import { counted } from "../base/text";
import { type ComputeTensor, shapeText } from "../tensor/tensor";
import { numberText } from "../tensor/numbers";
import type { Span } from "./cut";
import { numpyCode } from "./numpy";
import { settingsOf } from "./python";
import { pytorchCode } from "./pytorch";
import { type Reproduced, stemOf } from "./reproduced";
import type { Causes } from "./sameCause";
import type { FailingCase } from "./shrink";
import { Store } from "./store";

/**
 * The files of a folder that shows a failing case: a layer file with its tensors, a test in NumPy and one in PyTorch, both of which fail,
 * and what it is.
 */
export function caseFiles(found: FailingCase): Map<string, Uint8Array> {
  // What the gradients start from is nothing to out.
  const layer: Reproduced = { ...found.inputs, ...(found.result === "out" ? { dout: null } : {}), name: found.name };
  const store = new Store("", "beside", {}, 0);
  const passes = found.result === "out" ? "forward" : "both";
  const tests = {
    "test_case.py": numpyCode(layer, store, passes) + testLines(found, found.result),
    "test_case_torch.py": pytorchCode(layer, store, passes) + testLines(found, `${found.result}.detach().numpy()`),
  };
  const texts = {
    "README.md": readme(found, layer),
    [`${stemOf(layer)}.conv.json`]: layerJson(found, layer),
    ...tests,
  };
  const encoder = new TextEncoder();
  return new Map<string, Uint8Array>([
    ...Object.entries(texts).map(([name, text]) => [name, encoder.encode(text)] as const),
    ...store.files,
    [expectedFile(found), npyBytes(found.expected)],
  ]);
}

function expectedFile({ result }: FailingCase): string {
  return `expected-${result}.npy`;
}

/** What the case comes to, in a few words: for the command line and for messages. */
export function caseText({ result, inputs: { x, W }, expected, whole }: FailingCase): string {
  const shapes = (x: readonly number[], W: readonly number[], of: readonly number[]) =>
    `x ${shapeText(x)}, W ${shapeText(W)}, ${result} ${shapeText(of)}`;
  return `${shapes(x.shape, W.shape, expected.shape)} of ${shapes(whole.x, whole.W, whole.result)}`;
}

/** "the kernel flipped and the bias missing, or …"; null where no cause is known. */
export function causesText(causes: Causes): string | null {
  return causes.length === 0 ? null : causes.map((list) => list.map(({ name }) => name).join(" and ")).join(", or ");
}

/** `computed`: the expression that has the result as NumPy's array. */
function testLines(found: FailingCase, computed: string): string {
  const { result, inputs, expected, rounding, causes } = found;
  const { rtol, atol } = defaultTolerance(inputs.x.dtype, expected.dtype);
  const cause = causesText(causes);
  const message = `${result} is not what this layer gives${cause === null ? "" : `; cause: ${cause}`}`;
  return `

def mine():
    """Your own ${result} for these tensors and settings: call your implementation here.

    Until then: the numbers that were expected.
    """
    return np.load(here / "${expectedFile(found)}")


def test_${result}():
    # atol holds what rounding explains
    np.testing.assert_allclose(
        mine(),
        ${computed},
        rtol=${rtol},
        atol=${Number((atol + rounding).toPrecision(3))},
        err_msg=${JSON.stringify(message)},
    )


if __name__ == "__main__":
    test_${result}()
    print("${result} is right")
`;
}

function layerJson(found: FailingCase, { x, b, dout }: Reproduced): string {
  const { cut, result } = found;
  const { stride, dilation, padding } = settingsOf(cut.geometry);
  const settings: Record<string, unknown> = {
    input: "x.npy",
    weight: "W.npy",
    ...(b === null ? {} : { bias: "b.npy" }),
    stride,
    padding,
    paddingMode: cut.geometry.paddingMode,
    dilation,
    groups: cut.geometry.groups,
    dtype: x.dtype,
    ...(dout === null ? {} : { dout: "dout.npy" }),
    expected: { [result]: expectedFile(found) },
  };
  const lines = Object.entries(settings).map(([key, value]) => `  ${JSON.stringify(key)}: ${spaced(value)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** The values here are words, numbers, and pairs of them. */
function spaced(value: unknown): string {
  return JSON.stringify(value).replaceAll(",", ", ").replaceAll(":", ": ");
}

function readme(found: FailingCase, layer: Reproduced): string {
  const { result, cut, expected, worst, mismatches, causes } = found;
  const slices = (spans: readonly Span[]) => `[${spans.map((span) => span.join(":")).join(", ")}]`;
  const number = (value: number | bigint, { dtype }: ComputeTensor) => numberText(Number(value), dtype);
  const values = `${number(worst.actual, layer.x)} here, ${number(worst.expected, expected)} was expected`;
  const file = `${stemOf(layer)}.conv.json`;
  return `# ${found.name}: ${result} is not as expected

${caseText(found)}: the smallest part that was found in which ${result} differs ${causes.length === 0 ? "" : "for the same cause "}as in the whole.
It has x${slices(cut.x)}, W${slices(cut.W)} and ${result}${slices(cut.result)} of that layer.

${mismatches} of ${counted(expected.data.length, "element")} ${mismatches === 1 ? "differs" : "differ"}; the worst is ${result}[${worst.index.join(", ")}]: ${values}.

${causeLines(causes)}

    python3 test_case.py          # fails; NumPy alone, also as pytest
    python3 test_case_torch.py    # the same in PyTorch
    conv explain ${file}

Call your own implementation in \`mine()\` of a test, and it passes as soon as the numbers are right.
`;
}

function causeLines(causes: Causes): string {
  if (causes.length === 0)
    return (
      "The cause is not known. The expected numbers are those of the whole layer: an implementation that is right on this part alone\n" +
      "goes wrong in what was left out, such as other channels, images, or the padding."
    );
  const cause = causesText(causes) ?? "";
  const fixes = causes[0].map(
    ({ fix }) => `- PyTorch: \`${fix.pytorch}\`\n- TensorFlow: \`${fix.tensorflow}\`\n- NumPy: \`${fix.numpy}\``,
  );
  return `Cause: ${cause}.\n\n${fixes.join("\n")}`;
}
