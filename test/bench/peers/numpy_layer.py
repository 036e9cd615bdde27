"""The convolution layer in NumPy: as a textbook writes it, and the fastest of three spellings for the layer and pass."""

import os
import re
from time import perf_counter

import numpy as np
from numpy.lib.stride_tricks import as_strided


def windows(g):
    """For each tap, the cells of padded x that the windows meet there."""
    y, x = g["y"], g["x"]
    for ky in range(y["kernel"]):
        for kx in range(x["kernel"]):
            rows = slice(ky, ky + y["stride"] * y["out"], y["stride"])
            columns = slice(kx, kx + x["stride"] * x["out"], x["stride"])
            yield ky, kx, rows, columns


def padded(g, x):
    y = g["y"]
    return np.pad(x, ((0, 0), (0, 0), (y["begin"], y["end"]), (g["x"]["begin"], g["x"]["end"])))


def unpadded(g, dxp):
    y, x = g["y"], g["x"]
    return dxp[:, :, y["begin"] : y["begin"] + y["size"], x["begin"] : x["begin"] + x["size"]]


def zeros_padded(g, dtype, spare=False):
    """dx with its padding; the book spares room for a stride that goes beyond."""
    height, width = [axis["padded"] + (axis["stride"] - 1 if spare else 0) for axis in (g["y"], g["x"])]
    return np.zeros((g["batch"], g["channels"], height, width), dtype)


class Strides:
    """col [taps, rows] as a copy of a strided view, as in the fast layers of Stanford's cs231n."""

    @staticmethod
    def forward(g, x, W, b):
        n, c, f = g["batch"], g["channels"], g["filters"]
        (kh, oh, sy), (kw, ow, sx) = [(a["kernel"], a["out"], a["stride"]) for a in (g["y"], g["x"])]
        xp = padded(g, x)
        images, planes, lines, cells = xp.strides
        steps = (planes, lines, cells, images, sy * lines, sx * cells)
        col = np.ascontiguousarray(as_strided(xp, (c, kh, kw, n, oh, ow), steps)).reshape(c * kh * kw, n * oh * ow)
        out = W.reshape(f, -1).dot(col) + b.reshape(-1, 1)
        return np.ascontiguousarray(out.reshape(f, n, oh, ow).transpose(1, 0, 2, 3)), col

    @staticmethod
    def backward(g, W, col, dout):
        n, c, f, oh, ow = g["batch"], g["channels"], g["filters"], g["y"]["out"], g["x"]["out"]
        db = dout.sum(axis=(0, 2, 3))
        flat = dout.transpose(1, 0, 2, 3).reshape(f, -1)
        dW = flat.dot(col.T).reshape(W.shape)
        dcol = W.reshape(f, -1).T.dot(flat).reshape(c, g["y"]["kernel"], g["x"]["kernel"], n, oh, ow)
        dxp = zeros_padded(g, W.dtype)
        for ky, kx, rows, columns in windows(g):
            dxp[:, :, rows, columns] += dcol[:, ky, kx].transpose(1, 0, 2, 3)
        return unpadded(g, dxp), dW, db


class Slices:
    """col [rows, taps] filled tap by tap, as the book Deep Learning from Scratch has it: the textbook layer."""

    @staticmethod
    def forward(g, x, W, b):
        n, c, f, oh, ow = g["batch"], g["channels"], g["filters"], g["y"]["out"], g["x"]["out"]
        xp = padded(g, x)
        col = np.zeros((n, c, g["y"]["kernel"], g["x"]["kernel"], oh, ow), x.dtype)
        for ky, kx, rows, columns in windows(g):
            col[:, :, ky, kx] = xp[:, :, rows, columns]
        col = col.transpose(0, 4, 5, 1, 2, 3).reshape(n * oh * ow, -1)
        out = np.dot(col, W.reshape(f, -1).T) + b
        return out.reshape(n, oh, ow, f).transpose(0, 3, 1, 2), col

    @staticmethod
    def backward(g, W, col, dout):
        n, c, f, oh, ow = g["batch"], g["channels"], g["filters"], g["y"]["out"], g["x"]["out"]
        flat = dout.transpose(0, 2, 3, 1).reshape(-1, f)
        db = flat.sum(axis=0)
        dW = np.dot(col.T, flat).T.reshape(W.shape)
        dcol = np.dot(flat, W.reshape(f, -1))
        dcol = dcol.reshape(n, oh, ow, c, g["y"]["kernel"], g["x"]["kernel"]).transpose(0, 3, 4, 5, 1, 2)
        dxp = zeros_padded(g, W.dtype, spare=True)
        for ky, kx, rows, columns in windows(g):
            dxp[:, :, rows, columns] += dcol[:, :, ky, kx]
        return unpadded(g, dxp), dW, db


class Images:
    """col [taps, positions] of one image after the other, as in Caffe: small, and nothing is transposed."""

    @staticmethod
    def forward(g, x, W, b):
        n, c, f, oh, ow = g["batch"], g["channels"], g["filters"], g["y"]["out"], g["x"]["out"]
        xp = padded(g, x)
        flat = W.reshape(f, -1)
        col = np.empty((n, c, g["y"]["kernel"], g["x"]["kernel"], oh, ow), x.dtype)
        out = np.empty((n, f, oh * ow), x.dtype)
        for i in range(n):
            for ky, kx, rows, columns in windows(g):
                col[i, :, ky, kx] = xp[i, :, rows, columns]
            np.dot(flat, col[i].reshape(-1, oh * ow), out=out[i])
        out += b.reshape(-1, 1)
        return out.reshape(n, f, oh, ow), col

    @staticmethod
    def backward(g, W, col, dout):
        n, f, positions = g["batch"], g["filters"], g["y"]["out"] * g["x"]["out"]
        db = dout.sum(axis=(0, 2, 3))
        flat = W.reshape(f, -1)
        dW = np.zeros_like(flat)
        dxp = zeros_padded(g, W.dtype)
        for i in range(n):
            d = dout[i].reshape(f, positions)
            dW += d.dot(col[i].reshape(-1, positions).T)
            dcol = flat.T.dot(d).reshape(col[i].shape)
            for ky, kx, rows, columns in windows(g):
                dxp[i, :, rows, columns] += dcol[:, ky, kx]
        return unpadded(g, dxp), dW.reshape(W.shape), db


def best_of(times, call):
    """The result of the last of some calls, and the shortest time."""
    best = float("inf")
    for _ in range(times):
        started = perf_counter()
        result = call()
        best = min(best, perf_counter() - started)
    return result, best


def in_order(times):
    """The ways with their milliseconds, the fastest first."""
    ways = sorted(times, key=times.get)
    return ", ".join(f"{way.__name__} {1e3 * times[way]:.1f}" for way in ways)


def blas():
    """The file of the BLAS that NumPy calls, as this process has mapped it. The reference BLAS would be no opponent."""
    np.dot(np.ones((2, 2)), np.ones((2, 2)))
    with open("/proc/self/maps", encoding="utf8") as maps:
        files = {os.path.realpath(line.split()[-1]) for line in maps if re.search(r"(blas|mkl|blis)[^/]*\.so", line)}
    # Debian's OpenBLAS comes as libblas.so.3 in a folder of its own; LAPACK may bring it beside a reference BLAS that is called.
    reference = [file for file in files if os.path.basename(file).startswith("libblas") and "openblas" not in file]
    if reference or not any("openblas" in file for file in files):
        raise RuntimeError(f"NumPy does not use OpenBLAS but {reference or files}: apt-get install libopenblas0-pthread")
    return next(file for file in sorted(files) if "openblas" in file)


class Textbook:
    """The layer as the book writes it, in one type throughout."""

    def __init__(self, dtype):
        self.dtype = dtype
        file = blas().split("/")
        self.version = f"NumPy {np.__version__}, {np.dtype(dtype)}, BLAS {'/'.join(file[-2:])}"

    def load(self, g, *inputs):
        self.g = g
        self.x, self.W, self.b, self.dout = [values.astype(self.dtype) for values in inputs]
        note = self.choose()
        # The backward pass takes the col that a forward pass of its own way has left.
        _, self.col = self.backward_way.forward(g, self.x, self.W, self.b)
        return note

    def choose(self):
        """Sets the ways of the two passes; returns what there is to say of it."""
        self.forward_way = self.backward_way = Slices
        return {}

    def forward(self):
        self.out = self.forward_way.forward(self.g, self.x, self.W, self.b)[0]

    def backward(self):
        self.dx, self.dW, self.db = self.backward_way.backward(self.g, self.W, self.col, self.dout)

    def results(self):
        return {"out": self.out, "dx": self.dx, "dW": self.dW, "db": self.db}


class Fastest(Textbook):
    """For each layer and pass the way that is the fastest when it is loaded."""

    def choose(self):
        forward, backward = {}, {}
        for way in (Strides, Slices, Images):
            (_, col), forward[way] = best_of(3, lambda: way.forward(self.g, self.x, self.W, self.b))
            _, backward[way] = best_of(3, lambda: way.backward(self.g, self.W, col, self.dout))
        self.forward_way, self.backward_way = min(forward, key=forward.get), min(backward, key=backward.get)
        return {"note": f"{in_order(forward)} / {in_order(backward)}"}
