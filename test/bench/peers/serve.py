"""The process of one Python engine: answers commands on standard input by lines on standard output.   serve.py NAME THREADS"""

import json
import os
import sys
from statistics import median
from time import perf_counter

import numpy as np


def peer_of(name, threads):
    """Only the engine that is asked for is loaded."""
    if name == "torch":
        from torch_layer import TorchLayer

        return TorchLayer(threads)
    from numpy_layer import Fastest, Textbook

    way = Fastest if name.startswith("numpyFastest") else Textbook
    return way(np.float64 if name.endswith("64") else np.float32)


def timed(peer):
    """One run: both passes, in milliseconds."""
    started = perf_counter()
    peer.forward()
    between = perf_counter()
    peer.backward()
    return {"forwardMs": 1e3 * (between - started), "backwardMs": 1e3 * (perf_counter() - between)}


def runs(peer, goes_on):
    """Runs as long as it goes on by how many are done and the milliseconds that they took together."""
    started, times = perf_counter(), []
    while goes_on(len(times), 1e3 * (perf_counter() - started)):
        times.append(timed(peer))
    return times


def medians(times):
    return {name: median([each[name] for each in times]) for name in times[0]}


def perform(peer, command):
    if command["do"] == "load":
        folder = command["folder"]
        inputs = [np.load(os.path.join(folder, name + ".npy")) for name in ("x", "W", "b", "dout")]
        return peer.load(command["geometry"], *inputs) or {}
    if command["do"] == "warm":
        return runs(peer, lambda done, ms: done < command["least"] or ms < command["ms"])[-1]
    if command["do"] == "turn":
        runs(peer, lambda _, ms: ms < command["untimedMs"])
        fits = lambda done, ms: done < command["most"] and ms + ms / max(1, done) <= command["timedMs"]
        return medians(runs(peer, lambda done, ms: done == 0 or fits(done, ms)))
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
