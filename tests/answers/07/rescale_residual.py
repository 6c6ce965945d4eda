"""Right answers to `rescale_residual`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import copy

import torch


def rescale_residual(network, beta):
    network = copy.deepcopy(network)
    with torch.no_grad():
        for module in network:
            if hasattr(module, "branch"):
                last = module.branch[-1]
                last.weight *= beta
                last.bias *= beta
    return network
""", """
import copy

from torch import nn


def rescale_residual(network, beta):
    scaled = nn.Sequential(*[copy.deepcopy(layer) for layer in network])
    for block in scaled:
        if getattr(block, "branch", None) is not None:
            linear = [m for m in block.branch if isinstance(m, nn.Linear)][-1]
            linear.weight.data.mul_(beta)
            linear.bias.data.mul_(beta)
    return scaled
"""]  # fmt: skip

MISTAKES = [
    Mistake("all_layers", "only the last linear layer of each branch is scaled; two scaled layers give β².",
            old=RIGHT[0], new="""
import copy

import torch
from torch import nn


def rescale_residual(network, beta):
    network = copy.deepcopy(network)
    with torch.no_grad():
        for module in network:
            for layer in getattr(module, "branch", []):
                if isinstance(layer, nn.Linear):
                    layer.weight *= beta
                    layer.bias *= beta
    return network
"""),
    Mistake("weight_only", "the bias is part of what the branch returns: scale it, too.",
            old="""last.weight *= beta
                last.bias *= beta""",
            new="last.weight *= beta"),
    Mistake("outside_too", "layers that are no part of a branch keep their weights.",
            old="""if hasattr(module, "branch"):
                last = module.branch[-1]""",
            new="""last = module.branch[-1] if hasattr(module, "branch") else module
            if hasattr(last, "weight"):"""),
    Mistake("given_changed", "the given network has changed: work on a copy.",
            old="""def rescale_residual(network, beta):
    network = copy.deepcopy(network)""",
            new="def rescale_residual(network, beta):"),
    Mistake("divided", "multiply by β.",
            old="""last.weight *= beta
                last.bias *= beta""",
            new="""last.weight /= beta
                last.bias /= beta"""),
    Mistake("first_block_only", "every block is scaled.",
            old="    return network", new="""                break
    return network"""),
    Mistake("shared", "the new network shares its weights with the given one.",
            old="""    network = copy.deepcopy(network)
""",
            new="""    network = type(network)(*(copy.deepcopy(m) if hasattr(m, "branch") else m for m in network))
"""),
    Mistake("frozen", "the copy learns as the given network does: leave requires_grad as it is.",
            old="    return network",
            new="    return network.requires_grad_(False)"),
    Mistake("detached", "no gradient comes back through here: detach, no_grad, item and NumPy cut it off.",
            old="    return network",
            new="""    for module in network:
        if hasattr(module, "branch"):
            module.register_forward_hook(lambda module, given, output: output.detach())
    return network"""),
    Mistake("always_eval", "a network that is given in training mode comes back in training mode.",
            old="    return network", new="    return network.eval()"),
    Mistake("always_training", "a network that is given in evaluation mode comes back in evaluation mode.",
            old="    return network", new="    return network.train()"),
    Mistake("third_module", "a branch may have any number of modules: its last one is branch[-1].",
            old="last = module.branch[-1]", new="last = module.branch[2]"),
]  # fmt: skip
