"""Programs with every bug, alone and in pairs, and what becomes of them with the lines of code that were suggested.

Usage: fixes.py FOLDER SEED PAIRS      (PAIRS: how many at random, besides those below)
FOLDER/cases.json, data.bin   written first, as by causes.py; then "done" and a line that is waited for
FOLDER/fixes.json             for each case the causes that were named with their lines, in their order; null: not the right ones
FOLDER/arrangements.json      name, axes and sizes of steps in between, with the lines that lay them out as the textbook has them
FOLDER/verdicts.json          for each program that was run: its kind, what it was wrong with, the lines, and what still is wrong, or null
"""
import json
import pathlib
import sys
import traceback

import numpy as np

import bugs  # noqa: F401 (they are added to those of causes.py)
from cases import Cases, spoiled, together
from kinds import BUGS
from layer import Layer
from programs import Autograd, Channels, Numbers, Tensors, Textbook, by_hand, place_of

#: Layers of each bug.
SHAPES = 2
ORDERED = (  # of the same tensor: the order matters
    ("input-read-as-NHWC", "channels-reversed"),
    ("channels-reversed", "input-NHWC-read-as-NCHW"),
    ("input-transposed", "input-CHWN-read-as-NCHW"),
    ("input-halves", "channels-reversed"),
    ("kernel-flipped", "weight-HWIO-read-as-OIHW"),
    ("weight-read-as-OHWI", "kernel-flipped-vertically"),
    ("out-reshaped-from-NHWC", "filters-reversed"),
    ("filters-rolled", "out-reshaped-from-FNHW"),
    ("kernel-flipped", "bias-missing"),
    ("bias-twice", "relu"),
    ("bias-along-width", "out-transposed"),
    ("padding-larger", "padding-mode-circular"),
    ("padding-end-larger", "input-negated"),
    ("input-times-255", "padding-missing"),
    ("channels-reversed", "out-transposed"),
    ("dilation-missing", "input-flipped-vertically"),
    ("kernel-transposed", "dout-negated"),
    ("stride-missing", "dilation-larger"),
    ("kernel-transposed", "padding-mode-reflect"),
    ("dW-batch-mean", "db-mean"),
    ("gradients-mean", "dout-negated"),
    ("filters-reversed", "relu"),
)


def layer(rng, names):
    while True:
        L = Layer(rng, fill=("normal", "integer", "uniform")[rng.randint(3)])
        if not L.ok:
            continue
        if "padding-skipped" in names:
            L.W = L.W.copy()
            L.W.flat[rng.randint(L.W.size)] = np.inf
        return L


def rounding(names):
    """Whether the type is what is wrong."""
    return any(name.startswith(("computed-in-", "inputs-in-")) for name in names)


def exact(L):
    """The same numbers in float64."""
    other = L.copy()
    other.x, other.W, other.b, other.dout = (a.astype(np.float64) for a in (L.x, L.W, L.b, L.dout))
    return other


def given(L, names):
    """What the wrong program gives; None where these bugs cannot be in this layer, or do not show in it, each of them."""
    if "padding-skipped" in names:
        return Textbook(Numbers, L, names, ()).run() if BUGS["padding-skipped"](L, {}) else None
    shows = lambda names: spoiled(L, names, 0 if rounding(names) else 1e-3) or (None,)
    found = shows(names)[0]
    return found if len(names) == 1 or all(shows([name])[0] is not None for name in names) else None


def plant(cases, rng, names):
    """A layer on which these bugs show, in every program."""
    for _ in range(300):
        L = layer(rng, names)
        found = given(L, names)
        if found is None:
            continue
        right, tolerance, programs = suite_of(L, names)
        if any(wrong_with(program(()).run(), right, tolerance) is None for program in programs.values()):
            continue
        cases.add(L, names, found)
        return L
    return None


def suite_of(L, names):
    """What is right, up to what part, and the programs in which people have these bugs, by the framework whose lines they take."""
    tolerance = 1e-5 if rounding(names) and not L.double else 1e-9
    L = L if rounding(names) else exact(L)
    right = L.results()
    if "padding-skipped" in names:
        right = {"out": right["out"]}
    textbook = lambda kind: lambda lines: Textbook(kind, L, names, lines)
    torch = textbook(Tensors) if any(map(by_hand, names)) else lambda lines: Autograd(L, names, lines)
    return right, tolerance, {"pytorch": torch, "numpy": textbook(Numbers), "tensorflow": textbook(Channels)}


def wrong_with(found, right, tolerance):
    for name, wanted in right.items():
        if name not in found:
            return f"{name} is not made"
        if found[name].shape != wanted.shape:
            return f"{name} is {list(found[name].shape)} instead of {list(wanted.shape)}"
        finite = np.isfinite(wanted)
        most = tolerance * np.abs(wanted[finite]).max(initial=1e-3)
        if not np.allclose(found[name], wanted, 0, most, equal_nan=True):
            return f"{name} is off by {np.abs(found[name] - wanted)[finite].max()}"
    return None


def judged(L, names, causes):
    """What is wrong with the lines of each framework, in the wrong program."""
    right, tolerance, programs = suite_of(L, names)
    for framework, program in programs.items():
        lines = [cause["fix"][framework] for cause in causes]
        places = list(map(place_of, lines))
        if framework == "tensorflow" and len(set(places)) < len(places) and any("-is-" in name for name in names):
            continue  # its axes are others after the line that says so, which is its last
        try:
            yield framework, lines, wrong_with(program(lines).run(), right, tolerance)
        except Exception:
            yield framework, lines, traceback.format_exc(limit=-2)


def rearranged(one):
    """A step in between as `axes` say, and under the textbook's shape by mistake; each brought back by the lines."""
    sizes, axes, wanted = one["sizes"], one["axes"], one["wanted"]
    letters = "".join(wanted)
    right = np.random.RandomState(1).randn(*(sizes[letter] for letter in letters))
    laid = np.einsum(f"{letters}->{''.join(axes)}", right)
    shape = lambda axes: [int(np.prod([sizes[letter] for letter in axis])) for axis in axes]
    for kind, framework in ((Numbers, "numpy"), (Tensors, "pytorch"), (Channels, "tensorflow")):
        line = one["fix"][framework]
        for given in (laid.reshape(shape(axes)), laid.reshape(shape(wanted))):
            ns = {**kind.names, one["name"]: kind.own(one["name"], given)}
            try:
                exec(line, ns)
                found = np.asarray(ns[one["name"]])
                fine = found.shape == tuple(shape(wanted)) and np.array_equal(found.ravel(), right.ravel())
                yield framework, [line], None if fine else "another order"
            except Exception:
                yield framework, [line], traceback.format_exc(limit=-2)


def main(folder, seed, pairs):
    rng = np.random.RandomState(seed)
    folder = pathlib.Path(folder)
    cases, planted = Cases(), []
    ids = sorted(BUGS)
    drawn = (list(rng.choice(ids, 2, replace=False)) for _ in range(2 * pairs))
    drawn = [names for names in drawn if together(*names) and not any(map(by_hand, names)) and not rounding(names)][:pairs]
    for names in [*([name] for name in ids for _ in range(SHAPES)), *map(list, ORDERED), *drawn]:
        L = plant(cases, rng, names)
        if L is not None:
            planted.append((L, names))
    cases.write(folder)
    sys.stdin.readline()
    verdicts = []

    def keep(kind, what, found):
        for framework, lines, wrong in found:
            verdicts.append(dict(kind=kind, what=what, framework=framework, lines=lines, wrong=wrong))

    for (L, names), causes in zip(planted, json.loads((folder / "fixes.json").read_text())):
        if causes is not None:
            keep("cause" if len(names) == 1 else "pair", " + ".join(names), judged(L, names, causes))
    for one in json.loads((folder / "arrangements.json").read_text()):
        keep("layout", f"{one['name']} as {' × '.join(one['axes'])}", rearranged(one))
    (folder / "verdicts.json").write_text(json.dumps(verdicts))
    print("judged", len(verdicts), flush=True)


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
