"""Runs exported programs: reads the name of a folder from each line, answers "done" or a reason.

FOLDER/*.py   the programs. What each leaves in out, dx, dW, db goes to a file of its name with .bin: float64, one after the other.
              TensorFlow is not in Debian: its programs are run where it is installed, else only parsed.
"""
import ast
import contextlib
import importlib.util
import os
import pathlib
import runpy
import sys
import traceback

import numpy as np

sys.dont_write_bytecode = True
has_tensorflow = importlib.util.find_spec("tensorflow") is not None


def run(path):
    if "import tensorflow" in path.read_text() and not has_tensorflow:
        ast.parse(path.read_text())
        return
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        made = runpy.run_path(str(path))
    arrays = [made[name] for name in ("out", "dx", "dW", "db")]
    arrays = [a.detach().numpy() if hasattr(a, "detach") else np.asarray(a) for a in arrays]
    assert len({str(a.dtype) for a in arrays}) == 1, [str(a.dtype) for a in arrays]
    with open(path.with_suffix(".bin"), "wb") as file:
        for array in arrays:
            array.astype(np.float64).tofile(file)


for line in sys.stdin:
    try:
        for path in sorted(pathlib.Path(line.strip()).glob("*.py")):
            try:
                run(path)
            except Exception as error:
                raise RuntimeError(f"{path.name} failed:\n{path.read_text()[:4000]}") from error
        print("done", flush=True)
    except Exception:
        print(traceback.format_exc().replace("\n", " | "), flush=True)
