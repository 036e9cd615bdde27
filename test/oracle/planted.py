"""The bugs that causes.py plants, by PyTorch and NumPy, under the names that conv explain has for them."""
import numpy as np
import torch

from kinds import BUGS, adding, backward, hook, put, seen_as, setting, stored_as
from layer import MODES

tall = lambda L: L.kernel[0] > 1
broad = lambda L: L.kernel[1] > 1
hook("kernel-flipped", "W_", lambda L, W: torch.flip(W, (2, 3)), lambda L: tall(L) and broad(L))
hook("kernel-flipped-vertically", "W_", lambda L, W: torch.flip(W, (2,)), tall)
hook("kernel-flipped-horizontally", "W_", lambda L, W: torch.flip(W, (3,)), broad)
hook("kernel-transposed", "W_", lambda L, W: W.swapaxes(2, 3), lambda L: L.kernel != (1, 1))
hook("input-transposed", "x_", lambda L, x: x.swapaxes(2, 3))
hook("out-transposed", "out_", lambda L, o: o.swapaxes(2, 3))
hook("dout-HW-transposed", "dout_", lambda L, d: d.swapaxes(2, 3), lambda L: L.dout.shape[2] == L.dout.shape[3] > 1)
for letters in ("NHWC", "CHWN"):
    hook(f"input-read-as-{letters}", "x_", seen_as(letters, "NCHW"))
    hook(f"input-{letters}-read-as-NCHW", "x_", stored_as(letters, "NCHW"))
for letters in ("HWIO", "OHWI", "IOHW"):
    hook(f"weight-read-as-{letters}", "W_", seen_as(letters, "OIHW"))
    hook(f"weight-{letters}-read-as-OIHW", "W_", stored_as(letters, "OIHW"))
hook("filters-and-channels-exchanged", "W_", lambda L, W: W.swapaxes(0, 1), lambda L: L.groups == 1 and L.W.shape[0] == L.W.shape[1])
hook("out-is-NHWC", "out_", lambda L, o: o.permute(0, 2, 3, 1))
hook("out-reshaped-from-NHWC", "out_", lambda L, o: o.permute(0, 2, 3, 1).reshape(o.shape))
hook("out-reshaped-from-FNHW", "out_", lambda L, o: o.permute(1, 0, 2, 3).reshape(o.shape))
hook("channels-reversed", "x_", lambda L, x: x.flip(1))
hook("channels-201", "x_", lambda L, x: x[:, [2, 0, 1]], lambda L: L.x.shape[1] == 3)
hook("group-channels-reversed", "x_", lambda L, x: x.reshape(L.n, L.groups, -1, *x.shape[2:]).flip(1).reshape(x.shape), lambda L: L.groups > 1)
hook("group-channels-dealt", "x_", lambda L, x: x.reshape(L.n, -1, L.groups, *x.shape[2:]).transpose(1, 2).reshape(x.shape), lambda L: L.groups > 1)
hook("group-filters-reversed", "out_", lambda L, o: o.reshape(L.n, L.groups, -1, *o.shape[2:]).flip(1).reshape(o.shape), lambda L: L.groups > 1)
hook("filters-reversed", "out_", lambda L, o: o.flip(1))
hook("filters-reversed-bias-kept", "W_", lambda L, W: W.flip(0))
hook("input-divided-by-255", "x_", lambda L, x: x / 255)
hook("input-times-255", "x_", lambda L, x: x * 255)
hook("input-halves", "x_", lambda L, x: x / 127.5 - 1)
mean, std = (torch.tensor(v, dtype=torch.float64).view(3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
three = lambda L: L.x.shape[1] == 3
hook("input-normalised", "x_", lambda L, x: (x - mean.to(x.dtype)) / std.to(x.dtype), three)
hook("input-not-normalised", "x_", lambda L, x: x * std.to(x.dtype) + mean.to(x.dtype), three)
hook("relu", "out_", lambda L, o: o.clamp(min=0))
hook("bias-reversed", "b_", lambda L, b: b.flip(0))
adding("bias-missing", lambda out, b: out)
adding("bias-twice", lambda out, b: out + 2 * b[:, None, None])
adding("bias-subtracted", lambda out, b: out - b[:, None, None])
adding("bias-along-width", lambda out, b: out + b, lambda L: L.dout.shape[3] == len(L.b))
adding("bias-along-height", lambda out, b: out + b[:, None], lambda L: L.dout.shape[2] == len(L.b))


def tf_same(L, lower):
    pads = []
    for size, k, s, d in zip(L.size, L.kernel, L.stride, L.dilation):
        out = -(-size // s)
        need = max((out - 1) * s + (k - 1) * d + 1 - size, 0)
        pads += [need - need // 2, need // 2] if lower else [need // 2, need - need // 2]
    return tuple(pads)


def torch_same(L):
    return tuple(v for k, d in zip(L.kernel, L.dilation) for v in (d * (k - 1) // 2, d * (k - 1) - d * (k - 1) // 2))


grow = lambda *by: put("pads", lambda L: tuple(p + q for p, q in zip(L.pads, by)))
setting("padding-missing", put("pads", lambda L: (0,) * 4))
setting("padding-same", put("pads", lambda L: tf_same(L, False)))
setting("padding-same-lower", put("pads", lambda L: tf_same(L, True)))
setting("padding-pytorch-same", put("pads", torch_same))
setting("padding-larger", grow(1, 1, 1, 1))
setting("padding-smaller", grow(-1, -1, -1, -1))
setting("padding-end-larger", grow(0, 1, 0, 1))
setting("padding-begin-larger", grow(1, 0, 1, 0))
setting("padding-one-late", grow(-1, 1, -1, 1))
setting("padding-one-early", grow(1, -1, 1, -1))
setting("padding-larger-horizontally", grow(0, 0, 1, 1))
setting("padding-larger-vertically", grow(1, 1, 0, 0))
setting("padding-sides-swapped", put("pads", lambda L: (L.pads[1], L.pads[0], L.pads[3], L.pads[2])))
setting("padding-axes-swapped", put("pads", lambda L: L.pads[2:] + L.pads[:2]))
setting("padding-at-the-end", put("pads", lambda L: (0, L.pads[0] + L.pads[1], 0, L.pads[2] + L.pads[3])))
setting("padding-twice", put("pads", lambda L: tuple(2 * p for p in L.pads)))
for mode in MODES:
    setting(f"padding-mode-{mode}", put("mode", lambda L, mode=mode: mode))
for key in ("stride", "dilation"):
    by = lambda a, b, key=key: put(key, lambda L: (getattr(L, key)[0] + a, getattr(L, key)[1] + b))
    setting(f"{key}-swapped", put(key, lambda L, key=key: getattr(L, key)[::-1]))
    setting(f"{key}-missing", put(key, lambda L: (1, 1)))
    setting(f"{key}-larger", by(1, 1))
    setting(f"{key}-smaller", by(-1, -1))
    setting(f"{key}-larger-vertically", by(1, 0))
    setting(f"{key}-larger-horizontally", by(0, 1))
    setting(f"{key}-smaller-vertically", by(-1, 0))
    setting(f"{key}-smaller-horizontally", by(0, -1))


batch = lambda L: L.n > 1
plane = lambda L: L.dout.shape[2] * L.dout.shape[3]
whole = lambda L: L.groups == 1 and L.mode == "zeros"
backward("dW-batch-mean", batch)(lambda L, r: {"dW": r["dW"] / L.n})
backward("db-batch-mean", batch)(lambda L, r: {"db": r["db"] / L.n})
backward("dW-mean")(lambda L, r: {"dW": r["dW"] / (L.n * plane(L))})
backward("db-mean")(lambda L, r: {"db": r["db"] / (L.n * plane(L))})
backward("dx-is-NHWC")(lambda L, r: {"dx": r["dx"].transpose(0, 2, 3, 1)})
backward("dW-is-HWIO")(lambda L, r: {"dW": r["dW"].transpose(2, 3, 1, 0)})
backward("gradients-batch-mean", batch)(lambda L, r: {k: r[k] / L.n for k in ("dx", "dW", "db")})


def by_hand(L, d2=None, assign=None):
    """dx, dW and db from rows of dout, as the textbook has them."""
    n, f, oh, ow = L.dout.shape
    d2 = L.dout.transpose(0, 2, 3, 1).reshape(-1, f) if d2 is None else d2
    col = L.col().reshape(n * oh * ow, -1)
    dcol = (d2.astype(np.float64) @ L.W.reshape(f, -1)).reshape(n, oh, ow, *L.W.shape[1:])
    t, bo, l, r = L.pads
    dx = np.zeros((n, L.x.shape[1], L.size[0] + t + bo, L.size[1] + l + r))
    (sh, sw), (dh, dw), (kh, kw) = L.stride, L.dilation, L.kernel
    windows = [(i, j) for i in range(oh) for j in range(ow)]
    taps = [(p, q) for p in range(kh) for q in range(kw)]
    order = [(w, k) for w in windows for k in taps] if assign != "taps" else [(w, k) for k in taps for w in windows]
    for (i, j), (p, q) in order:
        at = np.s_[:, :, i * sh + p * dh, j * sw + q * dw]
        dx[at] = dcol[:, i, j, :, p, q] if assign else dx[at] + dcol[:, i, j, :, p, q]
    dx = dx[:, :, t : t + L.size[0], l : l + L.size[1]]
    return {"dx": dx, "dW": (d2.T @ col).reshape(L.W.shape), "db": d2.sum(0)}


backward("col2im-assign-windows", whole)(lambda L, r: {"dx": by_hand(L, assign="windows")["dx"]})
backward("col2im-assign-taps", whole)(lambda L, r: {"dx": by_hand(L, assign="taps")["dx"]})
backward("dout-not-transposed", whole)(lambda L, r: by_hand(L, L.dout.reshape(-1, len(L.W))))
backward("dW-last-image", lambda L: whole(L) and L.n > 1)(lambda L, r: {"dW": by_hand(one_image(L, -1))["dW"]})


def one_image(L, i):
    one = L.copy()
    one.n, one.x, one.dout = 1, L.x[i:][:1], L.dout[i:][:1]
    return one


def computed_in(name, dtype):
    def make(L, hooks):
        if L.double or L.fill == "tiny":
            return None

        def late(found):
            near = lambda a: torch.tensor(a).to(dtype).float()
            out = L.conv(near(L.x), near(L.W)) + near(L.b).view(1, -1, 1, 1)
            return {"out": out.to(dtype).float().numpy()}

        hooks["late"] = late
        return "last"

    BUGS[name] = make


computed_in("computed-in-float16", torch.float16)
computed_in("computed-in-bfloat16", torch.bfloat16)
