"""The process of one Python engine: answers commands on standard input by lines on standard output.   serve.py NAME THREADS"""

import json
import os
import sys
from time import perf_counter

import numpy as np


def peer_of(name, threads):
    """Only the engine that is asked for is loaded."""
    if name == "torch":
        from torch_layer import TorchLayer

        return TorchLayer(threads)
    from numpy_layer import NumpyLayer

    return NumpyLayer(np.float32 if name == "numpy" else np.float64)


def timed(peer):
    """One turn: both passes, in milliseconds."""
    started = perf_counter()
    peer.forward()
    between = perf_counter()
    peer.backward()
    return {"forwardMs": 1e3 * (between - started), "backwardMs": 1e3 * (perf_counter() - between)}


def perform(peer, command):
    if command["do"] == "load":
        folder = command["folder"]
        inputs = [np.load(os.path.join(folder, name + ".npy")) for name in ("x", "W", "b", "dout")]
        return peer.load(command["geometry"], *inputs) or {}
    if command["do"] == "warm":
        started, count, turn = perf_counter(), 0, {}
        while count < command["least"] or 1e3 * (perf_counter() - started) < command["ms"]:
            turn = timed(peer)
            count += 1
        return turn
    if command["do"] == "turn":
        timed(peer)
        return timed(peer)
    os.makedirs(command["folder"], exist_ok=True)
    for name, values in peer.results().items():
        np.save(os.path.join(command["folder"], name + ".npy"), np.ascontiguousarray(values))
    return {}


def main():
    answer = lambda value: print(json.dumps(value), flush=True)
    try:
        peer = peer_of(sys.argv[1], int(sys.argv[2]))
        answer({"version": peer.version})
        for line in sys.stdin:
            answer(perform(peer, json.loads(line)))
    except Exception as error:
        answer({"error": f"{type(error).__name__}: {error}"})
        raise


main()
