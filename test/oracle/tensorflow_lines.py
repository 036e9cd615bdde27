"""What TensorFlow's functions do that stand in lines of code, by NumPy: TensorFlow is not in Debian. Where it is installed, itself."""
import importlib.util
from types import SimpleNamespace

import numpy as np


def scatter_add(tensor, indices, updates):
    found = np.array(tensor)
    np.add.at(found, tuple(np.moveaxis(indices, -1, 0)), updates)
    return found


PADDING = {"CONSTANT": "constant", "REFLECT": "reflect", "SYMMETRIC": "symmetric"}

if importlib.util.find_spec("tensorflow"):
    import tensorflow as tf
else:
    tf = SimpleNamespace(
        float32=np.float32,
        float64=np.float64,
        constant=np.asarray,
        cast=lambda x, dtype: np.asarray(x).astype(dtype),
        clip_by_value=lambda t, clip_value_min, clip_value_max: np.clip(t, clip_value_min, clip_value_max),
        gather=lambda params, indices, axis=0: np.take(params, indices, axis),
        nn=SimpleNamespace(bias_add=lambda value, bias: value + bias),
        pad=lambda tensor, paddings, mode="CONSTANT": np.pad(tensor, paddings, PADDING[mode]),
        range=np.arange,
        reduce_sum=lambda input_tensor, axis=None: np.sum(input_tensor, tuple(axis)),
        reshape=np.reshape,
        reverse=np.flip,
        roll=np.roll,
        tensor_scatter_nd_add=scatter_add,
        transpose=np.transpose,
    )
