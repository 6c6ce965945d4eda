"""Right answers to `gate_activity`, and usual mistakes in the first of them."""

from course.exercises.chapter04 import ENTERS
from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def gate_activity(network, x):
    found = []
    with torch.no_grad():
        for module in network:
            if hasattr(module, "gate"):
                found.append(torch.sigmoid(module.gate(x)).mean(0))
            x = module(x)
    return torch.stack(found)
""", """
import torch


def gate_activity(net, x):
    rows = []
    hooks = [
        m.gate.register_forward_hook(lambda module, given, out: rows.append(out.detach().sigmoid().sum(0) / len(out)))
        for m in net if hasattr(m, "gate")
    ]
    net(x)
    for hook in hooks:
        hook.remove()
    return [row.tolist() for row in rows]
"""]  # fmt: skip

MISTAKES = [
    Mistake("carry", "T is the transform gate's activity; this is what is carried, 1 − T.",
            old="found.append(torch.sigmoid(module.gate(x)).mean(0))",
            new="found.append(1 - torch.sigmoid(module.gate(x)).mean(0))"),
    Mistake("no_sigmoid", "the activity is the sigmoid of the gate's linear layer.",
            old="found.append(torch.sigmoid(module.gate(x)).mean(0))", new="found.append(module.gate(x).mean(0))"),
    Mistake("bias_alone", "the gate depends on the input as well as on its bias.",
            old=RIGHT[0], new="""
import torch


def gate_activity(network, x):
    return torch.stack([torch.sigmoid(module.gate.bias.detach()) for module in network if hasattr(module, "gate")])
"""),
    Mistake("no_mean", "these are the gates for each input; take the mean over the inputs.",
            old="found.append(torch.sigmoid(module.gate(x)).mean(0))",
            new="found.append(torch.sigmoid(module.gate(x)))"),
    Mistake("over_units", "the mean is taken over the inputs; each unit keeps its own number.",
            old="found.append(torch.sigmoid(module.gate(x)).mean(0))",
            new="found.append(torch.sigmoid(module.gate(x)).mean(1))"),
    Mistake("last_first", "the layer nearest to the input comes first.",
            old="return torch.stack(found)", new="return torch.stack(found[::-1])"),
    Mistake("mean_before", "first the sigmoid of each input's pre-activation, then the mean.",
            old="found.append(torch.sigmoid(module.gate(x)).mean(0))",
            new="found.append(torch.sigmoid(module.gate(x).mean(0)))"),
    Mistake("after_the_layer", "a gate looks at what enters its layer, not at what leaves it.",
            old="""if hasattr(module, "gate"):
                found.append(torch.sigmoid(module.gate(x)).mean(0))
            x = module(x)""",
            new="""x = module(x)
            if hasattr(module, "gate"):
                found.append(torch.sigmoid(module.gate(x)).mean(0))"""),
    Mistake("hooks_left",
            "a hook stays in the network: keep what register_forward_hook returns, and call its remove().",
            old=RIGHT[0],
            new="""
import torch


def gate_activity(network, x):
    rows = []
    for module in network:
        if hasattr(module, "gate"):
            module.gate.register_forward_hook(lambda gate, given, out: rows.append(out.detach().sigmoid().mean(0)))
    network(x)
    return torch.stack(rows)
"""),
    Mistake("left_in_evaluation", "the network comes back in evaluation mode; it was given in training mode.",
            old="    found = []",
            new="""    found = []
    network.eval()"""),
    Mistake("left_in_training", "the network comes back in training mode; it was given in evaluation mode.",
            old="    return torch.stack(found)",
            new="""    network.train()
    return torch.stack(found)"""),
    Mistake("squeezed", "squeeze() leaves one dimension where there is one layer: (layers, width) has two.",
            old="    return torch.stack(found)",
            new="    return torch.stack(found).squeeze()"),
    Mistake("gradients_left", "gradients are left in the network: nothing has to be differentiated here.",
            old=RIGHT[0],
            new="""
import torch


def gate_activity(network, x):
    found = []
    for module in network:
        if hasattr(module, "gate"):
            found.append(torch.sigmoid(module.gate(x)).mean(0))
        x = module(x)
    rows = torch.stack(found)
    rows.sum().backward()
    return rows
"""),
    Mistake("by_transform", ENTERS,
            old='hasattr(module, "gate")',
            new='hasattr(module, "transform")'),
]  # fmt: skip
