"""Programs with bugs, into which lines of code are put where such lines belong: PyTorch with autograd, and the textbook's im2col."""
import ast

import numpy as np
import torch
import torch.nn.functional as F

from kinds import BUGS
from layer import MODES
from tensorflow_lines import tf

NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
#: Bugs of a backward pass, or of a padding, that is written by hand.
BY_HAND = ("dout-not-transposed", "dout-reshaped-to-FN", "first-image", "last-image", "col2im-assign", "padding-skipped")
#: Where a line stands in place of the program's own.
OWN = ("cast", "pad", "made", "dout2d", "share", "scatter")
SETTINGS = {"stride", "strides", "dilation", "dilations"}


def place_of(line):
    """Where a line of code belongs."""
    body = ast.parse(line).body
    last = body[-1]
    used = {node.id for node in ast.walk(last) if isinstance(node, ast.Name)}
    if isinstance(last, ast.Expr) or "scatter" in line:
        return "scatter"
    names = {node.id for target in last.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    if ".pad(" in line or "padding" in names:
        return "pad"
    if names <= SETTINGS:
        return "settings"
    if {"x", "W"} <= names:
        return "cast"
    (name,) = names
    if name == "out" and ("b" in used or ast.unparse(last) == "out = out"):
        return "made"
    if name in ("x", "W", "b"):
        return "inputs"
    if f"{name}_n" in used:
        return "share"
    return {"dx": "gradients", "dW": "gradients", "db": "gradients"}.get(name, name)


def replaced(place, bug):
    """Whether a line at this place stands where the bug stood."""
    if place == "made":
        return bug == "relu" or bug.startswith("bias-") and bug != "bias-reversed"
    return place == "cast" and bug.startswith(("computed-in-", "inputs-in-"))


def by_hand(bug):
    return any(word in bug for word in BY_HAND)


class Program:
    """A layer with bugs, with these lines of code."""

    def __init__(self, layer, bugs, lines):
        self.lines = {}
        for line in lines:
            place = place_of(line)
            # The second that stands in place of the program's own stands in place of the first.
            self.lines[place] = [*(self.lines.get(place, ()) if place not in OWN else ()), line]
        self.bugs = [bug for bug in bugs if not any(replaced(place, bug) for place in self.lines)]
        self.L, self.hooks = layer.copy(), {}
        for bug in self.bugs:
            if not by_hand(bug):
                BUGS[bug](self.L, self.hooks)

    def has(self, *words):
        return any(word in bug for bug in self.bugs for word in words)


class Autograd(Program):
    def run(self):
        L, same = self.L, lambda v: v
        leaves = [torch.tensor(a).requires_grad_() for a in (L.x, L.W, L.b)]
        x, W, b = (self.hooks.get(key, same)(leaf) for key, leaf in zip(("x_", "W_", "b_"), leaves))
        ns = {"torch": torch, "F": F, "x": x, "W": W, "b": b, "groups": L.groups, "stride": L.stride, "dilation": L.dilation}
        self.put(ns, "cast", "inputs", "settings")
        top, bottom, left, right = L.pads
        if "pad" in self.lines:
            ns["padding"] = 0
            self.put(ns, "pad")
        elif L.mode == "zeros" and top == bottom and left == right:
            ns["padding"] = (top, left)
        else:
            ns["x"], ns["padding"] = F.pad(ns["x"], (left, right, top, bottom), MODES[L.mode]), 0
        if "made" in self.lines:
            self.put(ns, "made")
        else:
            out = F.conv2d(ns["x"], ns["W"], None, ns["stride"], ns["padding"], ns["dilation"], ns["groups"])
            ns["out"] = self.hooks.get("bias", lambda out, b: out + b.view(1, -1, 1, 1))(out, ns["b"])
        ns["out"] = self.hooks.get("out_", same)(ns["out"])
        self.put(ns, "out")
        found = {"out": ns["out"].detach().numpy()}
        if ns["out"].shape == L.dout.shape:
            ns["dout"] = self.hooks.get("dout_", same)(torch.tensor(L.dout))
            self.put(ns, "dout")
            ns["loss"] = (ns["out"] * ns["dout"]).sum()
            self.put(ns, "loss")
            (ns["dout"],) = torch.autograd.grad(ns["loss"], ns["out"], retain_graph=True)
            grads = torch.autograd.grad(ns["loss"], leaves, allow_unused=True)
            found.update((name, (torch.zeros_like(leaf) if grad is None else grad).numpy()) for name, leaf, grad in zip(("dx", "dW", "db"), leaves, grads))
        if "late" in self.hooks:
            found.update(self.hooks["late"](found))
        ns.update((name, torch.tensor(found[name])) for name in found if name != "out")
        self.put(ns, "gradients")
        return {name: np.asarray(ns[name].detach()) if name != "out" else found["out"] for name in found}

    def put(self, ns, *places):
        for place in places:
            for line in self.lines.get(place, ()):
                exec(line, ns)


class Numbers:
    """NumPy's own arrays, in NCHW and OIHW."""

    names = {"np": np}
    own = other = staticmethod(lambda name, array: array)


class Tensors:
    names = {"torch": torch, "F": F}
    own = staticmethod(lambda name, array: torch.tensor(np.ascontiguousarray(array)))
    other = staticmethod(lambda name, tensor: tensor.numpy())


class Channels:
    """TensorFlow's, in NHWC and HWIO."""

    names = {"tf": tf}
    to = {**dict.fromkeys(("x", "out", "dout", "dx"), (0, 2, 3, 1)), **dict.fromkeys(("W", "dW", "dW_n"), (2, 3, 1, 0))}

    @classmethod
    def own(cls, name, array):
        return tf.constant(array.transpose(cls.to[name]) if name in cls.to else array)

    @classmethod
    def other(cls, name, tensor):
        return np.asarray(tensor).transpose(np.argsort(cls.to[name])) if name in cls.to else np.asarray(tensor)


class Textbook(Program):
    """By NumPy, forward and backward; lines of code see its tensors as `kind` has them."""

    def __init__(self, kind, layer, bugs, lines):
        super().__init__(layer, bugs, lines)
        self.kind = kind
        # Whose layout is what is wrong with them.
        self.raw = {bug.split("-")[0] for bug in bugs if "-is-" in bug}

    def put(self, place, tensors, **more):
        """Runs the lines of a place on these tensors, in the order of their names, and gives them back."""
        layout = lambda name: "" if name in self.raw and place in ("out", "gradients") else name
        self.ns = {**self.kind.names, **more, **{name: self.kind.own(layout(name), array) for name, array in tensors.items()}}
        for line in self.lines.get(place, ()):
            exec(line, self.ns)
        return [self.kind.other(layout(name), self.ns[name]) for name in tensors]

    def hooked(self, key, array, *more):
        change = self.hooks.get(key)
        tensor = lambda a: torch.tensor(np.ascontiguousarray(a))
        return array if change is None else change(tensor(array), *map(tensor, more)).numpy()

    def padded(self, x):
        if "pad" not in self.lines:
            top, bottom, left, right = self.L.pads
            return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), NUMPY_MODES[self.L.mode])
        (x,) = self.put("pad", {"x": x})
        own = self.ns.get("padding", 0)
        return x if own in (0, "VALID") else np.pad(x, ((0, 0), (0, 0), (own[0],) * 2, (own[1],) * 2))

    def run(self):
        L = self.L
        x, W, b = self.hooked("x_", L.x), self.hooked("W_", L.W), self.hooked("b_", L.b)
        x, W, b = self.put("cast", {"x": x, "W": W, "b": b})
        x, W, b = self.put("inputs", {"x": x, "W": W, "b": b})
        self.put("settings", {}, stride=L.stride, dilation=L.dilation, strides=L.stride, dilations=L.dilation)
        changed = lambda key: self.ns[f"{key}s"] if self.kind is Channels else self.ns[key]
        self.stride, self.dilation = changed("stride"), changed("dilation")
        cells = self.padded(1 + np.arange(x.size, dtype=float).reshape(x.shape)).astype(int)
        col, W = self.taken(self.padded(x), W), W.reshape(L.groups, -1, *W.shape[1:])
        if self.has("padding-skipped") and "pad" not in self.lines:
            present = self.taken(cells, W[0])[:, :, None] > 0
            with np.errstate(invalid="ignore"):
                products = np.where(present, col[:, :, None] * W[:, :, :, None, None], 0)
            out = products.sum((3, 6, 7))
        else:
            out = np.einsum("ngcyxkl,gfckl->ngfyx", col, W)
        out = out.reshape(len(x), -1, *out.shape[3:])
        if "made" in self.lines:
            out, _ = self.put("made", {"out": out, "b": b})
        else:
            out = self.hooked("bias", out, b) if "bias" in self.hooks else out + b.reshape(1, -1, 1, 1)
        (out,) = self.put("out", {"out": self.hooked("out_", out)})
        found = {"out": out}
        if out.shape == L.dout.shape and not self.has("padding-skipped"):
            found.update(zip(("dx", "dW", "db"), self.backward(x, W, col, cells)))
        if "late" in self.hooks:
            found.update(self.hooks["late"](found))
        grads = {name: found[name] for name in found if name != "out"}
        if grads:
            *mended, _ = self.put("gradients", {**grads, "dout": self.dout})
            found.update(zip(grads, mended))
        return found

    def taken(self, x, W):
        """(N, groups, C / groups, oH, oW, kH, kW)"""
        at = []
        for size, k, s, d in zip(x.shape[2:], W.shape[2:], self.stride, self.dilation):
            at.append(s * np.arange((size - d * (k - 1) - 1) // s + 1)[:, None] + d * np.arange(k))
        self.iy, self.ix = at[0][:, None, :, None], at[1][None, :, None, :]
        col = x[:, :, self.iy, self.ix]
        return col.reshape(len(x), self.L.groups, -1, *col.shape[2:])

    def backward(self, x, W, col, cells):
        L = self.L
        (dout,) = self.put("dout", {"dout": self.hooked("dout_", L.dout)})
        self.put("loss", {}, loss=1.0)
        self.dout = dout = dout * self.ns["loss"]
        n, f, oh, ow = dout.shape
        if self.has("dout-reshaped-to-FN"):
            (dout2d, _) = self.put("dout2d", {"dout2d": dout.reshape(f, -1), "dout": dout})
            d = dout2d.reshape(L.groups, -1, n, oh, ow).transpose(2, 0, 1, 3, 4)
        else:
            rows = dout.reshape(-1, f) if self.has("dout-not-transposed") else dout.transpose(0, 2, 3, 1).reshape(-1, f)
            (dout2d, _) = self.put("dout2d", {"dout2d": rows, "dout": dout})
            d = dout2d.reshape(n, oh, ow, L.groups, -1).transpose(0, 3, 4, 1, 2)
        dW = self.summed("dW", np.einsum("ngcyxkl,ngfyx->ngfckl", col, d).reshape(n, -1, *W.shape[2:]))
        db = self.summed("db", d.sum((3, 4)).reshape(n, -1))
        dcol = np.einsum("ngfyx,gfckl->ngcyxkl", d, W)
        dx = self.scattered(dcol.reshape(n, -1, *dcol.shape[3:]), cells)
        return np.bincount(cells.ravel(), dx.ravel(), x.size + 1)[1:].reshape(x.shape), dW, db

    def summed(self, name, shares):
        if not self.has(f"{name}-first-image", f"{name}-last-image"):
            return shares.sum(0)
        total = np.zeros_like(shares[0])
        for n, share in enumerate(shares):
            if "share" in self.lines:
                total, _ = self.put("share", {name: total, f"{name}_n": share})
            elif n == 0 or self.has("last-image"):
                total = share
        return total

    def scattered(self, dcol, cells):
        n, c = (np.arange(size).reshape(shape) for size, shape in zip(dcol.shape, ((-1, 1, 1, 1, 1, 1), (-1, 1, 1, 1, 1))))
        order = (4, 5, 0, 1, 2, 3) if self.has("assign-taps") else (2, 3, 0, 1, 4, 5)
        n, c, iy, ix, dcol = (a.transpose(order) for a in np.broadcast_arrays(n, c, self.iy, self.ix, dcol))
        dx = np.zeros(cells.shape)
        if "scatter" in self.lines:
            indices = np.stack((n, iy, ix, c), -1)
            return self.put("scatter", {"dx": dx, "n": n, "c": c, "iy": iy, "ix": ix, "dcol": dcol}, indices=indices)[0]
        if self.has("col2im-assign"):
            dx[n, c, iy, ix] = dcol
        else:
            np.add.at(dx, (n, c, iy, ix), dcol)
        return dx
