# hint: bias_averaged
import torch


class Linear:
    def __init__(self, x, weight, bias):
        self.inputs = (x, weight, bias)

    def fprop(self):
        x, weight, bias = (box.value for box in self.inputs)
        self.value = x @ weight.T + bias
        self.gradient = torch.zeros_like(self.value)

    def receive(self, gradient):
        self.gradient = self.gradient + gradient

    def bprop(self):
        x, weight, bias = self.inputs
        x.gradient = x.gradient + self.gradient @ weight.value
        weight.gradient = weight.gradient + self.gradient.T @ x.value
        bias.gradient = bias.gradient + self.gradient.mean(0)
