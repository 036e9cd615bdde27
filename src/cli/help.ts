import type { TensorName } from "../conv/run";
import { stages } from "../trace/order/stages";
import { functions, reductions, variables } from "../trace/expression/syntax";

/** What stands below the options in `conv run --help`. */
export const runHelp = `
Examples:
  conv run layer.conv.json
  conv run layer.conv.json --set stride=2,1 --set padding=same --out result.npz
  echo '{"input": [[1, 2, 3]], "weight": [[1, -1]]}' | conv run -`;

/** What stands below the options in `conv explain --help`. */
export const explainHelp = `
Examples:
  conv explain layer.conv.json
  conv explain layer.conv.json --set expected.out=torch.npz#out
  conv explain layer.conv.json --col mine.npz#col --product mine.npz#product --dcol mine.npz#dcol`;

/** The tensors of an expression, with their axes. */
const tensors: Readonly<Record<TensorName, string>> = {
  x: "[n, c, iy, ix]",
  W: "[f, c, ky, kx]",
  b: "[f]",
  col: "[row, tap]",
  out: "[n, f, oy, ox]",
  dout: "[n, f, oy, ox]",
  dcol: "[row, tap]",
  dW: "[f, c, ky, kx]",
  db: "[f]",
  dx: "[n, c, iy, ix]",
};

/** What stands below the options in `conv trace --help`. */
export const traceHelp = `
An expression may hold
  names      ${variables.join(" ")}
             (acc is the sum so far; stage is one of ${stages.map((stage) => `"${stage}"`).join(" ")})
  elements   ${list(["x", "W", "b", "col", "out"])}
             ${list(["dout", "dcol", "dW", "db", "dx"])}
  slices     out[0, 2, :, 5].max(), also ${reductions.filter((name) => name !== "max").join(" ")}
  functions  ${Object.keys(functions).join(" ")}
  operators  + - * / % == != < <= > >= && || !

Examples:
  conv trace layer.conv.json --at 187123
  conv trace layer.conv.json --find 'isnan(acc)'
  conv trace layer.conv.json --find 'stage == "gemm" && f == 2 && abs(acc) > 1e3' --back`;

/** What stands below the options in `conv dap --help`. */
export const dapHelp = `
Attributes of launch:
  program      the layer file
  stopOnEntry  true: stop before anything is computed
  stopAt       where to stop first: a stage ("gemm"), an element ("out[0, 2, 11, 17]") or a step (187123)
  backward     false: the program ends with out
  set          ["stride=2,1"] or {"stride": [2, 1]}: settings that replace those of the file

Requests beside the protocol's: reverseStepIn, reverseStepOut, with the arguments of stepIn and stepOut; inlineValues of a
frameId: the numbers of the present step for the lines of the listing, {lines: [{line, values}]}.`;

function list(names: readonly TensorName[]): string {
  return names.map((name) => name + tensors[name]).join(" ");
}
