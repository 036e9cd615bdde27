"""The bugs that conv explain knows and causes.py does not plant, under the same names: with both there is one for every cause."""
import torch

from kinds import BUGS, adding, backward, hook, put, seen_as, setting, stored_as
from planted import batch, by_hand, mean, one_image, plane, std, three, whole

for letters in ("NWHC", "HWCN"):
    hook(f"input-read-as-{letters}", "x_", seen_as(letters, "NCHW"))
    hook(f"input-{letters}-read-as-NCHW", "x_", stored_as(letters, "NCHW"))
for letters in ("HWOI", "IHWO"):
    hook(f"weight-read-as-{letters}", "W_", seen_as(letters, "OIHW"))
    hook(f"weight-{letters}-read-as-OIHW", "W_", stored_as(letters, "OIHW"))
hook("kernel-read-OIWH", "W_", seen_as("OIWH", "OIHW"))
hook("out-read-as-NHWC", "out_", seen_as("NHWC", "NCHW"))
hook("out-reshaped-from-HWNF", "out_", stored_as("HWNC", "NCHW"))
hook("out-reshaped-from-FHWN", "out_", stored_as("CHWN", "NCHW"))
hook("out-negated", "out_", lambda L, o: -o)
hook("filters-rolled", "out_", lambda L, o: o.roll(-1, 1))
hook("input-flipped-vertically", "x_", lambda L, x: x.flip(2))
hook("input-flipped-horizontally", "x_", lambda L, x: x.flip(3))
for order in ([0, 2, 1], [1, 0, 2], [1, 2, 0]):
    hook("channels-" + "".join(map(str, order)), "x_", lambda L, x, order=order: x[:, order], three)
hook("input-divided-by-256", "x_", lambda L, x: x / 256)
hook("input-centred", "x_", lambda L, x: 2 * x - 1)
hook("input-uncentred", "x_", lambda L, x: (x + 1) / 2)
hook("input-negated", "x_", lambda L, x: -x)
hook("input-normalised-from-255", "x_", lambda L, x: (x / 255 - mean.to(x.dtype)) / std.to(x.dtype), three)


def grouped(turn):
    """Channels of each group in turn, or dealt out to them."""

    def change(L, v):
        sizes = (L.groups, -1) if turn == "gathered" else (-1, L.groups)
        return v.reshape(len(v), *sizes, *v.shape[2:]).transpose(1, 2).reshape(v.shape)

    return change


hook("group-channels-gathered", "x_", grouped("gathered"), lambda L: L.groups > 1)
hook("group-filters-gathered", "out_", grouped("gathered"), lambda L: L.groups > 1)
hook("group-filters-dealt", "out_", grouped("dealt"), lambda L: L.groups > 1)

adding("bias-first-only", lambda out, b: out + b[0])
adding("bias-summed", lambda out, b: out + b.sum())
adding("bias-along-batch", lambda out, b: out + b[:, None, None, None], lambda L: L.n == len(L.b))


def many(name, count):
    def make(L, hooks):
        hooks["bias"] = lambda out, b: out + count(L) * b[:, None, None]
        return "forward" if count(L) > 1 else None

    BUGS[name] = make


many("bias-each-channel", lambda L: L.W.shape[1])
many("bias-each-tap", lambda L: L.W[0, 0].size)
many("bias-each-product", lambda L: L.W[0].size)

hook("dout-negated", "dout_", lambda L, d: -d)
hook("dout-reshaped-to-NCHW", "dout_", stored_as("NHWC", "NCHW"))
hook("dout-reshaped-to-FN", "dout_", seen_as("CNHW", "NCHW"), whole)
hook("gradients-batch-mean", "dout_", lambda L, d: d / L.n, batch)
hook("gradients-mean", "dout_", lambda L, d: d / d.numel())
hook("gradients-halved", "dout_", lambda L, d: d / 2)
hook("gradients-doubled", "dout_", lambda L, d: 2 * d)
backward("dW-is-OHWI")(lambda L, r: {"dW": r["dW"].transpose(0, 2, 3, 1)})
backward("dW-plane-mean")(lambda L, r: {"dW": r["dW"] / plane(L)})
backward("db-plane-mean")(lambda L, r: {"db": r["db"] / plane(L)})
several = lambda L: whole(L) and L.n > 1
backward("dW-first-image", several)(lambda L, r: {"dW": by_hand(one_image(L, 0))["dW"]})
backward("db-first-image", batch)(lambda L, r: {"db": L.dout[0].sum((1, 2))})
backward("db-last-image", batch)(lambda L, r: {"db": L.dout[-1].sum((1, 2))})


def sides(rule):
    """New padding of each axis, from its begin, end and all else that is known of it."""

    def change(L):
        axes = zip(L.size, L.kernel, L.stride, L.dilation, (L.pads[:2], L.pads[2:]))
        return tuple(cells for size, k, s, d, (p, q) in axes for cells in rule(p, q, d * (k - 1) + 1, size, s))

    return put("pads", change)


def rounded_up(p, q, extent, size, stride):
    return p, q + -(size + p + q - extent) % stride


setting("padding-half", sides(lambda p, q, extent, *_: (extent // 2,) * 2))
setting("padding-full", sides(lambda p, q, extent, *_: (extent - 1,) * 2))
setting("padding-at-the-beginning", sides(lambda p, q, *_: (p + q, 0)))
setting("padding-halved", sides(lambda p, q, *_: (p // 2, q // 2)))
setting("output-rounded-up", sides(rounded_up))
by_one = {"smaller": (-1, -1), "begin-larger": (1, 0), "end-larger": (0, 1), "begin-smaller": (-1, 0), "end-smaller": (0, -1), "one-late": (-1, 1), "one-early": (1, -1)}
for name, (p, q) in by_one.items():
    for suffix, by in (("", (p, q, p, q)), ("-vertically", (p, q, 0, 0)), ("-horizontally", (0, 0, p, q))):
        setting(f"padding-{name}{suffix}", put("pads", lambda L, by=by: tuple(a + b for a, b in zip(L.pads, by))))
for key in ("stride", "dilation"):
    setting(f"{key}-of-height", put(key, lambda L, key=key: getattr(L, key)[:1] * 2))
    setting(f"{key}-of-width", put(key, lambda L, key=key: getattr(L, key)[1:] * 2))


def exchange(L):
    L.stride, L.dilation = L.dilation, L.stride


setting("stride-and-dilation-exchanged", exchange)
# Settings that are nobody's known mistake.
setting("stride-4-3", put("stride", lambda L: (4, 3)))
setting("dilation-1-3", put("dilation", lambda L: (1, 3)))
setting("padding-3-0-1-2", put("pads", lambda L: (3, 0, 1, 2)))


def inputs_in(name, dtype):
    def make(L, hooks):
        for key in ("x_", "W_", "b_", "dout_"):
            hooks[key] = lambda v: v.to(dtype).to(v.dtype)
        return "forward" if L.double == (dtype == torch.float32) else None

    BUGS[name] = make


inputs_in("inputs-in-float16", torch.float16)
inputs_in("inputs-in-bfloat16", torch.bfloat16)
inputs_in("computed-in-float32", torch.float32)




def padding_skipped(L, hooks):
    """Zeros of padding times an infinite weight are nothing: by programs.py alone."""
    return "last" if L.mode == "zeros" and any(L.pads) else None


BUGS["padding-skipped"] = padding_skipped
