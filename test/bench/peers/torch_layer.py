"""PyTorch's convolution: forward without a graph, backward by autograd over a graph made beforehand."""

import torch


class TorchLayer:
    def __init__(self, threads):
        torch.set_num_threads(threads)
        self.version = f"PyTorch {torch.__version__}, oneDNN {torch.backends.mkldnn.is_available()}"

    def load(self, g, *inputs):
        self.x, self.W, self.b, self.dout = [torch.from_numpy(values.copy()) for values in inputs]
        for leaf in (self.x, self.W, self.b):
            leaf.requires_grad_(True)
        y, x = g["y"], g["x"]
        self.options = {
            "stride": (y["stride"], x["stride"]),
            "padding": (y["begin"], x["begin"]),
            "groups": g["groups"],
        }
        self.graph = torch.nn.functional.conv2d(self.x, self.W, self.b, **self.options)

    def forward(self):
        with torch.no_grad():
            self.out = torch.nn.functional.conv2d(self.x, self.W, self.b, **self.options)

    def backward(self):
        self.gradients = torch.autograd.grad(self.graph, (self.x, self.W, self.b), self.dout, retain_graph=True)

    def results(self):
        dx, dW, db = self.gradients
        return {"out": self.out.numpy(), "dx": dx.numpy(), "dW": dW.numpy(), "db": db.numpy()}
