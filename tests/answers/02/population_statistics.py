"""Right answers to `population_statistics`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import copy

import torch
from torch import nn


def population_statistics(network, x):
    result = copy.deepcopy(network).eval()
    with torch.no_grad():
        for module in result:
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
            x = module(x)
    return result
""", """
import copy

import torch
from torch import nn


@torch.no_grad()
def population_statistics(network, x):
    result = copy.deepcopy(network)
    result.train(False)
    for i, module in enumerate(result):
        if type(module) is nn.BatchNorm1d:
            seen = result[:i](x)
            mean = seen.sum(0) / len(x)
            module.running_mean = mean
            module.running_var = ((seen - mean) ** 2).sum(0) / (len(x) - 1)
    return result
"""]  # fmt: skip

MISTAKES = [
    Mistake("all_at_once", "the second batch norm was fed by a first one with its old statistics: go layer by layer.",
            old="""for module in result:
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
            x = module(x)""",
            new="""seen = []
        for module in result:
            seen.append(x)
            x = module(x)
        for module, entered in zip(result, seen):
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(entered.mean(0))
                module.running_var.copy_(entered.var(0))"""),
    Mistake("biased", "the population's variance is the unbiased one, with N − 1.",
            old="module.running_var.copy_(x.var(0))", new="module.running_var.copy_(x.var(0, correction=0))"),
    Mistake("of_what_leaves", "the statistics are those of what enters the batch norm, not of what leaves it.",
            old="""if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
            x = module(x)""",
            new="""x = module(x)
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))"""),
    Mistake("given_changed", "the given network has changed: work on a copy.",
            old="result = copy.deepcopy(network).eval()", new="result = network.eval()"),
    Mistake("left_in_training", "the result is still in training mode, where it uses the statistics of each batch.",
            old="return result", new="return result.train()"),
    Mistake("one_training_pass",
            "in training mode a batch norm takes the batch's biased variance, not its new statistics.",
            old="""result = copy.deepcopy(network).eval()
    with torch.no_grad():
        for module in result:
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
            x = module(x)
    return result""",
            new="""result = copy.deepcopy(network).train()
    for module in result:
        if isinstance(module, nn.BatchNorm1d):
            module.momentum = 1.0
    with torch.no_grad():
        result(x)
    return result.eval()"""),
    Mistake("norms_only", "the batch norms are in evaluation mode, the network as a whole is not.",
            old="""result = copy.deepcopy(network).eval()
    with torch.no_grad():
        for module in result:
            if isinstance(module, nn.BatchNorm1d):""",
            new="""result = copy.deepcopy(network)
    with torch.no_grad():
        for module in result:
            if isinstance(module, nn.BatchNorm1d):
                module.eval()"""),
    Mistake("dropout_at_work", "units were dropped during the pass: evaluation mode comes before it.",
            old="""result = copy.deepcopy(network).eval()
    with torch.no_grad():
        for module in result:
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
            x = module(x)
    return result""",
            new="""result = copy.deepcopy(network)
    with torch.no_grad():
        for module in result:
            if isinstance(module, nn.BatchNorm1d):
                module.eval()
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
            x = module(x)
    return result.eval()"""),
    Mistake("given_left_in_training", "the network comes back in training mode; it was given in evaluation mode.",
            old="    return result", new="""    network.train()
    return result"""),
    Mistake("mean_only", "the running variance is needed as well as the running mean.",
            old="""module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))""",
            new="module.running_mean.copy_(x.mean(0))"),
    Mistake("x_changed", "the x that was given has changed: -= and the like write into it.",
            old="    with torch.no_grad():",
            new="""    x -= x.mean(0)
    with torch.no_grad():"""),
    Mistake("pairs", "a batch norm may stand anywhere, at the very beginning too: what enters it is x as it is then.",
            old="""for module in result:
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(x.mean(0))
                module.running_var.copy_(x.var(0))
            x = module(x)""",
            new="""for module, following in zip(result, [*result][1:]):
            x = module(x)
            if isinstance(following, nn.BatchNorm1d):
                following.running_mean.copy_(x.mean(0))
                following.running_var.copy_(x.var(0))"""),
]  # fmt: skip
