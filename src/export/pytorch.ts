import { headerText, isPadded, settingsOf, tuple } from "./python";
import type { Reproduced } from "./reproduced";
import { type Dialect, type Store, preamble } from "./store";

const torchDialect: Dialect = {
  literal: (dtype) => ["torch.tensor(", `, dtype=torch.${dtype})`],
  fromNumpy: (array) => `torch.from_numpy(${array})`,
};

/** F.conv2d and autograd. It ends with out, and dx, dW and db, as variables. */
export function pytorchCode(layer: Reproduced, store: Store, passes: "forward" | "both" = "both"): string {
  const { geometry: g, x, W, b, dout } = layer;
  const define = (name: "x" | "W" | "b" | "dout", tensor: Reproduced["b"]) =>
    tensor === null ? "" : store.define(name, tensor, torchDialect);
  const leaves = b === null ? "x, W" : "x, W, b";
  const explicit = needsPad(layer);
  const backward =
    (dout === null ? "dout = torch.ones_like(out)\n" : define("dout", dout)) +
    "out.backward(dout)\n" +
    (b === null ? "dx, dW, db = x.grad, W.grad, dout.sum((0, 2, 3))\n" : "dx, dW, db = x.grad, W.grad, b.grad\n");
  const isWhole = passes === "both";
  const body = [
    define("x", x) + define("W", W) + define("b", b),
    ...(isWhole ? [`for leaf in (${leaves}):\n    leaf.requires_grad_()\n`] : []),
    `${explicit ? padLine(g) : ""}${callLine(layer, explicit)}`,
    ...(isWhole ? [backward] : []),
  ].join("\n");
  const notes = explicit && g.paddingMode === "zeros" && isSymmetric(g) ? [padsForNaN] : [];
  return headerText(layer, notes) + preamble(body, ["import torch", "import torch.nn.functional as F"]) + body;
}

const padsForNaN = "Padded by F.pad: conv2d's own padding does not multiply by an infinite weight or a NaN.";

/** conv2d pads with zeros, equally on both sides, and leaves out the products of padding. */
function needsPad({ geometry: g, W }: Reproduced): boolean {
  if (!isPadded(g)) return false;
  return g.paddingMode !== "zeros" || !isSymmetric(g) || !W.data.every(Number.isFinite);
}

function isSymmetric({ y, x }: Reproduced["geometry"]): boolean {
  return y.begin === y.end && x.begin === x.end;
}

function padLine({ y, x, paddingMode }: Reproduced["geometry"]): string {
  const mode = paddingMode === "zeros" ? "" : `, mode="${paddingMode}"`;
  return `padded = F.pad(x, ${tuple([x.begin, x.end, y.begin, y.end])}${mode})  # left, right, top, bottom\n`;
}

function callLine({ geometry: g, b }: Reproduced, explicit: boolean): string {
  const { stride, dilation } = settingsOf(g);
  const settings = [
    explicit ? "padded" : "x",
    "W",
    ...(b === null ? [] : ["b"]),
    `stride=${tuple(stride)}`,
    ...(explicit || !isPadded(g) ? [] : [`padding=${tuple([g.y.begin, g.x.begin])}`]),
    ...(Math.max(...dilation) > 1 ? [`dilation=${tuple(dilation)}`] : []),
    ...(g.groups > 1 ? [`groups=${g.groups}`] : []),
  ];
  return `out = F.conv2d(${settings.join(", ")})\n`;
}
