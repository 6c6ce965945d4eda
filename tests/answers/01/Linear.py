"""Right answers to `Linear`, and usual mistakes in the first of them."""

from course.exercises.chapter01 import TRANSPOSED
from course.exercises.mistakes import Mistake

RIGHT = ["""
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
        bias.gradient = bias.gradient + self.gradient.sum(0)
""", """
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
""", """
import torch


class Linear:
    def __init__(self, x, weight, bias):
        self.inputs = (x, weight, bias)

    def fprop(self):
        x, weight, bias = (box.value for box in self.inputs)
        self.value = x @ weight.T + bias
        self.gradient = torch.zeros_like(self.value)
        return self.value

    def receive(self, gradient):
        self.gradient = self.gradient + gradient

    def bprop(self):
        x, weight, bias = self.inputs
        back = self.gradient @ weight.value, self.gradient.T @ x.value, self.gradient.sum(0)
        for box, gradient in zip(self.inputs, back):
            box.gradient = box.gradient + gradient
        return back
"""]  # fmt: skip

MISTAKES = [
    Mistake("overwrites", "other boxes may have put a gradient there already: add yours to it.",
            old="""x.gradient = x.gradient + self.gradient @ weight.value
        weight.gradient = weight.gradient + self.gradient.T @ x.value
        bias.gradient = bias.gradient + self.gradient.sum(0)""",
            new="""x.gradient = self.gradient @ weight.value
        weight.gradient = self.gradient.T @ x.value
        bias.gradient = self.gradient.sum(0)"""),
    Mistake("bias_not_summed", "one bias serves all examples: its gradient is the sum over the batch.",
            old="bias.gradient = bias.gradient + self.gradient.sum(0)",
            new="bias.gradient = bias.gradient + self.gradient"),
    Mistake("bias_averaged", "the bias adds to every example: its gradient is the sum of theirs, not the mean.",
            old="bias.gradient = bias.gradient + self.gradient.sum(0)",
            new="bias.gradient = bias.gradient + self.gradient.mean(0)"),
    Mistake("mean_over_batch", "sum over the batch; the mean is the loss's business, and is in the gradient already.",
            old="""weight.gradient = weight.gradient + self.gradient.T @ x.value
        bias.gradient = bias.gradient + self.gradient.sum(0)""",
            new="""weight.gradient = weight.gradient + self.gradient.T @ x.value / len(x.value)
        bias.gradient = bias.gradient + self.gradient.mean(0)"""),
    Mistake("only_x", "weight and bias are inputs of this box as well.",
            old="""x.gradient = x.gradient + self.gradient @ weight.value
        weight.gradient = weight.gradient + self.gradient.T @ x.value
        bias.gradient = bias.gradient + self.gradient.sum(0)""",
            new="x.gradient = x.gradient + self.gradient @ weight.value"),
    Mistake("wrong_weight_gradient", "the weight's gradient pairs what came back with what went in: the value of x.",
            old="weight.gradient = weight.gradient + self.gradient.T @ x.value",
            new="weight.gradient = weight.gradient + self.gradient.T @ (self.gradient @ weight.value)"),
    Mistake("gradient_of_value", "what is handed on is made of self.gradient, not of self.value.",
            old="""x.gradient = x.gradient + self.gradient @ weight.value
        weight.gradient = weight.gradient + self.gradient.T @ x.value
        bias.gradient = bias.gradient + self.gradient.sum(0)""",
            new="""x.gradient = x.gradient + self.value @ weight.value
        weight.gradient = weight.gradient + self.value.T @ x.value
        bias.gradient = bias.gradient + self.value.sum(0)"""),
    Mistake("transposed", TRANSPOSED,
            old="self.gradient @ weight.value",
            new="self.gradient @ weight.value.T"),
    Mistake("x_forgotten", "the weight's gradient pairs what came back with what went in: where is the value of x?",
            old="weight.gradient = weight.gradient + self.gradient.T @ x.value",
            new="weight.gradient = weight.gradient + self.gradient.sum(0)[:, None]"),
    Mistake("squeezed", "squeeze() takes the batch away where it has one example: name the dimension to sum over.",
            old="self.gradient.sum(0)",
            new="self.gradient.squeeze().sum(0)"),
]  # fmt: skip
