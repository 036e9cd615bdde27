"""A random layer, by PyTorch and NumPy alone."""
import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


class Layer:
    """A layer that can be run; bugs change a copy of it."""

    def __init__(self, rng, **fixed):
        pick = lambda *of: of[rng.randint(len(of))]
        pair = lambda *of: (pick(*of), pick(*of))
        self.groups = fixed.get("groups", pick(1, 1, 1, 2, 3))
        per = fixed.get("per", pick(1, 2, 3) if self.groups > 1 else pick(1, 2, 3, 3, 4, 5))
        filters = self.groups * (pick(1, 2, 3) if self.groups > 1 else pick(2, 3, 4, 5, 7))
        self.n = fixed.get("n", pick(1, 2, 3))
        self.kernel = fixed.get("kernel", pick((3, 3), (3, 3), pair(1, 2, 3, 4), (1, 1), (2, 2), (5, 3)))
        self.stride = fixed.get("stride", pick((1, 1), (1, 1), (2, 2), pair(1, 2, 3)))
        self.dilation = fixed.get("dilation", pick((1, 1), (1, 1), (1, 1), pair(1, 2)))
        self.pads = tuple(pick((0,) * 4, (1,) * 4, (1,) * 4, (2, 2, 1, 1), tuple(rng.randint(0, 3, 4).tolist())))
        if "pads" in fixed:
            self.pads = fixed["pads"]
        self.mode = fixed.get("mode", pick("zeros", "zeros", "zeros", "reflect", "replicate", "circular"))
        square = rng.rand() < 0.3
        h, w = rng.randint(5, 12, 2)
        self.size = fixed.get("size", (int(h), int(h if square else w)))
        self.double = rng.rand() < 0.2
        fill = fixed.get("fill", pick("normal", "normal", "normal", "integer", "uniform", "tiny", "constant"))
        draw = {
            "normal": lambda *s: rng.randn(*s),
            "integer": lambda *s: rng.randint(-9, 10, s).astype(float),
            "uniform": lambda *s: rng.rand(*s),
            "tiny": lambda *s: rng.randn(*s) * 1e-12,
            "constant": lambda *s: np.full(s, 0.75),
        }
        cast = np.float64 if self.double else np.float32
        other = "normal" if fill == "constant" else fill
        self.x = draw[fill](self.n, self.groups * per, *self.size).astype(cast)
        self.W = draw[other](filters, per, *self.kernel).astype(cast)
        self.b = draw[other](filters).astype(cast)
        self.fill = fill
        try:
            out = self.results()["out"]
        except RuntimeError:
            self.ok = False
            return
        self.ok = out.shape[2] * out.shape[3] > 1
        self.dout = draw[other](*out.shape).astype(cast)

    def copy(self):
        other = object.__new__(Layer)
        other.__dict__.update(self.__dict__)
        return other

    def conv(self, x, W):
        t, bo, l, r = self.pads
        return F.conv2d(F.pad(x, (l, r, t, bo), mode=MODES[self.mode]), W, None, self.stride, 0, self.dilation, self.groups)

    def results(self, x_=None, W_=None, bias=None, out_=None, dout_=None, b_=None):
        same = lambda v: v
        x, W, b = (torch.tensor(a).requires_grad_() for a in (self.x, self.W, self.b))
        out = self.conv((x_ or same)(x), (W_ or same)(W))
        add = bias or (lambda out, b: out + b.view(1, -1, 1, 1))
        out = (out_ or same)(add(out, (b_ or same)(b)))
        found = {"out": out.detach().numpy()}
        if hasattr(self, "dout") and out.shape == self.dout.shape:
            grads = torch.autograd.grad(out, (x, W, b), (dout_ or same)(torch.tensor(self.dout)), allow_unused=True)
            for name, of, grad in zip(("dx", "dW", "db"), (x, W, b), grads):
                found[name] = (torch.zeros_like(of) if grad is None else grad).numpy()
        return found

    def col(self):
        """(N, oH, oW, C, kH, kW)"""
        t, bo, l, r = self.pads
        x = np.pad(self.x, ((0, 0), (0, 0), (t, bo), (l, r)), {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}[self.mode])
        n, f, oh, ow = self.dout.shape
        col = np.zeros((n, oh, ow, x.shape[1], *self.kernel), x.dtype)
        for i in range(oh):
            for j in range(ow):
                for p in range(self.kernel[0]):
                    for q in range(self.kernel[1]):
                        col[:, i, j, :, p, q] = x[:, :, i * self.stride[0] + p * self.dilation[0], j * self.stride[1] + q * self.dilation[1]]
        return col
