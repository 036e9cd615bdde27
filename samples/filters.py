# Select an array, or a whole statement, and run "Conv: Run Layer": it becomes the filter.
import numpy as np
import torch

sobel_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=np.float32)

laplacian = torch.tensor([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])

gaussian = np.array([
    [1, 4, 6, 4, 1],
    [4, 16, 24, 16, 4],
    [6, 24, 36, 24, 6],
    [4, 16, 24, 16, 4],
    [1, 4, 6, 4, 1],
]) / 256

# Two filters over three channels: 2×3×1×1.
to_luma_and_blue = torch.tensor([
    [[[0.299]], [[0.587]], [[0.114]]],
    [[[-0.169]], [[-0.331]], [[0.5]]],
])
