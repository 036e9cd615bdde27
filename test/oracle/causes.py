"""Random layers with one or two bugs, by PyTorch and NumPy alone: what conv explain is asked about.

Usage: causes.py FOLDER SEED COUNT
FOLDER/cases.json   for each case the layer's settings, the ids of what was done wrong, and which results are given
FOLDER/data.bin     float64: x W b dout of each case, then the results given
"""
import pathlib
import sys

import numpy as np

import planted  # noqa: F401 (they are added to the table)
from cases import Cases, alike, spoiled, together
from kinds import BUGS
from layer import Layer


def main(folder, seed, count):
    rng = np.random.RandomState(seed)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    cases = Cases()

    def layer():
        while True:
            L = Layer(rng)
            if L.ok:
                return L

    def plant(names):
        for _ in range(60):
            L = layer()
            found = spoiled(L, names)
            if not found or found[0] is None:
                continue
            results, shows = found
            keys = list(results)
            if rng.rand() < 0.6:  # one result only, one that shows it
                keys = [rng.choice([k for k in keys if shows[k]])]
            given = {k: results[k] for k in keys}
            # Either cause by itself, or another layer's size, is not what was given.
            if len(names) == 2 and any(alike(given, spoiled(L, [n])) for n in names):
                continue
            return cases.add(L, names, given)

    ids = sorted(BUGS)
    for i in range(count):
        plant([ids[i % len(ids)]])
    for i in range(count):
        a, b = rng.choice(len(ids), 2, replace=False)
        if together(ids[a], ids[b]):
            plant([ids[a], ids[b]])
    odd = [
        lambda o: o * np.float32(1.37), np.tanh, lambda o: o + 0.05 * o.std() * rng.randn(*o.shape),
        lambda o: np.roll(o, 1, 3), lambda o: np.sort(o, 3), lambda o: o ** 2, lambda o: rng.randn(*o.shape) * o.std(),
    ]
    for i in range(21):
        L = layer()
        # A roll brings a last column of padding alone to the front, as another padding would.
        while L.fill in ("constant", "tiny") or L.dout.shape[3] < 3 or np.ptp(L.results()["out"][:, 0, :, -1]) == 0:
            L = layer()
        right = L.results()
        cases.add(L, [], {"out": odd[i % 7](right["out"]).astype(L.x.dtype)})
    cases.write(folder)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
