"""PyTorch's side of the random comparison: reads the name of a folder from each line, answers "done" or a reason.

FOLDER/layers.json   settings and shapes, one entry for each layer
FOLDER/inputs.bin    float64: x W b dout of each layer, one after the other
FOLDER/results.bin   float64: out dx dW db of each layer, computed in float64; for layers with "sizes" then the same four
                     of the absolute values: the size of the sums, of which rounding errors are a fraction
"""
import json
import pathlib
import sys
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "fixtures" / "pytorch"))

import numpy as np
import torch

from convolve import convolve

torch.set_num_threads(1)


def results(layer, x, W, b, dout):
    leaves = [None if a is None else torch.from_numpy(a).requires_grad_() for a in (x, W, b)]
    out = convolve(layer, *leaves)
    assert list(out.shape) == list(dout.shape), f"out is {list(out.shape)}, dout {list(dout.shape)}: {layer}"
    out.backward(torch.from_numpy(dout))
    db = dout.sum((0, 2, 3)) if b is None else leaves[2].grad.numpy()
    return [out.detach().numpy(), leaves[0].grad.numpy(), leaves[1].grad.numpy(), db]


def solve(folder):
    layers = json.loads((folder / "layers.json").read_text())
    inputs = np.fromfile(folder / "inputs.bin")
    at = 0

    def take(shape):
        nonlocal at
        count = int(np.prod(shape))
        at += count
        return inputs[at - count : at].reshape(shape).copy()

    with open(folder / "results.bin", "wb") as file:
        for layer in layers:
            x, W = take(layer["x"]), take(layer["w"])
            b = take(layer["w"][:1]) if layer["bias"] else None
            dout = take(layer["out"])
            found = results(layer, x, W, b, dout)
            if layer["sizes"]:
                found += results(layer, abs(x), abs(W), None if b is None else abs(b), abs(dout))
            for array in found:
                array.tofile(file)
    assert at == len(inputs)


for line in sys.stdin:
    try:
        solve(pathlib.Path(line.strip()))
        print("done", flush=True)
    except Exception:
        print(traceback.format_exc().replace("\n", " | "), flush=True)
