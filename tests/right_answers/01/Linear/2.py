import torch


class Linear:
    def __init__(self, *inputs):
        self.inputs = inputs

    def fprop(self):
        x, w, b = self.inputs
        self.value = torch.einsum("ni,oi->no", x.value, w.value) + b.value
        self.gradient = torch.zeros(self.value.shape)

    def receive(self, gradient):
        self.gradient = self.gradient + gradient

    def bprop(self):
        x, w, b = self.inputs
        for n in range(len(x.value)):
            for o in range(len(w.value)):
                d = self.gradient[n, o]
                x.gradient[n] += d * w.value[o]
                w.gradient[o] += d * x.value[n]
                b.gradient[o] += d
