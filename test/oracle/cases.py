"""Layers with bugs, what they give, and the folder in which conv explain is asked about them."""
import json

import numpy as np

from kinds import BUGS


def spoiled(layer, names, least=1e-3):
    """What the layer gives with these bugs, and which results show them; None where they cannot be, or are a smaller part than that."""
    L, hooks, kinds = layer.copy(), {}, []
    for name in names:
        try:
            kinds.append(BUGS[name](L, hooks))
        except (AttributeError, IndexError):
            return None
        if kinds[-1] is None:
            return None
    late = hooks.pop("late", None)
    try:
        found = L.results(**hooks)
    except (RuntimeError, IndexError, ValueError):
        return None
    if late:
        if "backward" in kinds and "dx" not in found:
            return None
        changed = late(found)
        found = changed if "last" in kinds else {**found, **changed}
    right = layer.results()
    gradient = "backward" in kinds and len(names) == 1
    for name in list(found):
        if gradient and name == "out":
            del found[name]
    shows = lambda k: found[k].shape != right[k].shape or np.abs(found[k] - right[k]).max() > least * np.abs(right[k]).max()
    return found if any(shows(k) for k in found) else None, {k: shows(k) for k in found}


SETTINGS = ("padding", "stride", "dilation")
BY_HAND = ("col2im", "computed", "dout-not", "dW-last")  # from the layer's own tensors: of other bugs they know settings only


def together(a, b):
    """Whether the two can be in one program, and are two: settings of one kind would be one change."""
    kinds = [n.split("-")[0] for n in (a, b)]
    late = [n.startswith(("dx-", "dW-", "db-", "gradients-", *BY_HAND)) for n in (a, b)]
    if all(late) or (kinds[0] == kinds[1] and kinds[0] in (*SETTINGS, "bias")):
        return False
    return not any(n.startswith(BY_HAND) for n in (a, b)) or any(k in SETTINGS for k in kinds)


def alike(given, single):
    """Whether one bug makes the same of all results that two made."""
    if not single or single[0] is None:
        return False
    known = lambda k: single[0].get(k)
    return all(known(k) is not None and known(k).shape == v.shape and np.abs(known(k) - v).max() <= 1e-5 * np.abs(v).max() for k, v in given.items())


class Cases:
    """What is asked about, and its numbers, as they are written to a folder."""

    def __init__(self):
        self.entries, self.data = [], []

    def add(self, L, names, given):
        self.entries.append(
            dict(
                causes=sorted(names), fill=L.fill, dtype="float64" if L.double else "float32",
                spec=dict(stride=L.stride, dilation=L.dilation, groups=L.groups, paddingMode=L.mode, padding=[L.pads[:2], L.pads[2:]]),
                shapes={"x": L.x.shape, "W": L.W.shape, "b": L.b.shape, "dout": L.dout.shape},
                given={k: v.shape for k, v in given.items()},
            )
        )
        for array in (L.x, L.W, L.b, L.dout, *given.values()):
            self.data.append(np.ascontiguousarray(array).astype(np.float64).ravel())

    def write(self, folder):
        (folder / "cases.json").write_text(json.dumps(self.entries))
        with open(folder / "data.bin", "wb") as file:
            for array in self.data:
                array.tofile(file)
        print("done", len(self.entries), flush=True)
