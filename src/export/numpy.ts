import type { PaddingMode } from "../conv/spec";
import { headerText, isPadded, settingsOf, tuple } from "./python";
import type { Reproduced } from "./reproduced";
import { type Store, numpyDialect, preamble } from "./store";

/** The padding modes under NumPy's names. */
export const numpyModes = {
  zeros: "constant",
  reflect: "reflect",
  replicate: "edge",
  circular: "wrap",
} as const satisfies Record<PaddingMode, string>;

/** The textbook layer: im2col, GEMM, bias; db, dW, dcol, col2im. It ends with out, and db, dW, dcol and dx, as variables. */
export function numpyCode(layer: Reproduced, store: Store, passes: "forward" | "both" = "both"): string {
  const { geometry: g, x, W, b, dout } = layer;
  const { stride, dilation, padding } = settingsOf(g);
  const define = (name: "x" | "W" | "b" | "dout", tensor: Reproduced["b"]) =>
    tensor === null ? "" : store.define(name, tensor, numpyDialect);
  const settings = [
    ["stride", tuple(stride)],
    ...(Math.max(...dilation) > 1 ? [["dilation", tuple(dilation)]] : []),
    ...(isPadded(g) ? [["padding", tuple(padding)]] : []),
    ...(g.groups > 1 ? [["groups", String(g.groups)]] : []),
  ].map(([name, value]) => `${name} = ${value}\n`);
  const body = [
    define("x", x) + define("W", W) + define("b", b),
    `${settings.join("")}N, C, height, width = x.shape\nF, _, kH, kW = W.shape\noH, oW = ${g.y.out}, ${g.x.out}\n`,
    forward(layer),
    ...(passes === "both"
      ? [`${dout === null ? "dout = np.ones_like(out)\n" : define("dout", dout)}${backward(layer)}`]
      : []),
  ].join("\n");
  return headerText(layer) + preamble(body, []) + body;
}

function forward({ geometry: g, b }: Reproduced): string {
  const step = Math.max(g.y.dilation, g.x.dilation) > 1 ? [" * dilation[0]", " * dilation[1]"] : ["", ""];
  const bias = b === null ? "" : " + b";
  return `
def cells(ky, kx):
    """Where tap (ky, kx) lies in the padded input, for each output position."""
    y, x = ky${step[0]}, kx${step[1]}
    return np.s_[:, :, y : y + stride[0] * (oH - 1) + 1 : stride[0], x : x + stride[1] * (oW - 1) + 1 : stride[1]]


# im2col: a row for each output position (n, oy, ox), a column for each tap (c, ky, kx)
${paddedLines(g)}
col = np.stack([padded[cells(ky, kx)] for ky in range(kH) for kx in range(kW)], axis=2)
col = col.transpose(0, 3, 4, 1, 2).reshape(N * oH * oW, C * kH * kW)

${
  g.groups === 1
    ? `out = col @ W.reshape(F, -1).T${bias}`
    : `# the columns of a group lie side by side, and so do its filters
cols, Ws = np.split(col, groups, axis=1), np.split(W.reshape(F, -1), groups)
out = np.concatenate([c @ w.T for c, w in zip(cols, Ws)], axis=1)${bias}`
}
out = out.reshape(N, oH, oW, F).transpose(0, 3, 1, 2)
`;
}

/** Zeros are put around x; other paddings show cells of x, and so does an index. */
function paddedLines(g: Reproduced["geometry"]): string {
  if (!isPadded(g)) return "padded = x";
  if (g.paddingMode === "zeros") return "padded = np.pad(x, ((0, 0), (0, 0), *padding))";
  const mode = numpyModes[g.paddingMode];
  return `iy = np.pad(np.arange(height), padding[0], mode="${mode}")
ix = np.pad(np.arange(width), padding[1], mode="${mode}")
padded = x[:, :, iy[:, None], ix]`;
}

function backward({ geometry: g }: Reproduced): string {
  const products =
    g.groups === 1
      ? `dW = (col.T @ rows).T.reshape(W.shape)
dcol = rows @ W.reshape(F, -1)`
      : `groupRows = np.split(rows, groups, axis=1)
dW = np.concatenate([(c.T @ r).T for c, r in zip(cols, groupRows)]).reshape(W.shape)
dcol = np.concatenate([r @ w for r, w in zip(groupRows, Ws)], axis=1)`;
  return `rows = dout.transpose(0, 2, 3, 1).reshape(-1, F)
db = rows.sum(axis=0)
${products}

# col2im: overlapping windows add up
dpadded = np.zeros_like(padded)
taps = dcol.reshape(N, oH, oW, C, kH, kW).transpose(4, 5, 0, 3, 1, 2)
for ky in range(kH):
    for kx in range(kW):
        dpadded[cells(ky, kx)] += taps[ky, kx]
${cropLines(g)}
`;
}

/** The adjoint of the padding: gradients of cells that show a cell of x are added to it; those of zeros are dropped. */
function cropLines(g: Reproduced["geometry"]): string {
  if (!isPadded(g)) return "dx = dpadded";
  if (g.paddingMode === "zeros")
    return "dx = dpadded[:, :, padding[0][0] : padding[0][0] + height, padding[1][0] : padding[1][0] + width]";
  return `dx = np.zeros_like(x)
np.add.at(dx, np.s_[:, :, iy[:, None], ix], dpadded)  # what a padded cell shows takes its gradient`;
}
