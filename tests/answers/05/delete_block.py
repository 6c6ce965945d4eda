"""Right answers to `delete_block`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import copy

from torch import nn


def delete_block(network, index):
    network = copy.deepcopy(network)
    places = [i for i, module in enumerate(network) if hasattr(module, "branch")]
    network[places[index]] = nn.Identity()
    return network
""", """
import copy

from torch import nn


def delete_block(network, index):
    kept, seen = [], -1
    for layer in network:
        seen += hasattr(layer, "branch")
        if not (hasattr(layer, "branch") and seen == index):
            kept.append(copy.deepcopy(layer))
    return nn.Sequential(*kept)
"""]  # fmt: skip

MISTAKES = [
    Mistake("counted_all", "the index counts the blocks alone, the first of them being 0.",
            old="""places = [i for i, module in enumerate(network) if hasattr(module, "branch")]
    network[places[index]] = nn.Identity()""",
            new="network[index] = nn.Identity()"),
    Mistake("given_changed", "the given network has changed: work on a copy.",
            old="""def delete_block(network, index):
    network = copy.deepcopy(network)""",
            new="def delete_block(network, index):"),
    Mistake("next_one", "the neighbour has gone.",
            old="network[places[index]] = nn.Identity()",
            new="network[places[(index + 1) % len(places)]] = nn.Identity()"),
    Mistake("all_behind", "only one block goes; those behind it stay.",
            old="network[places[index]] = nn.Identity()", new="""for place in places[index:]:
        network[place] = nn.Identity()"""),
    Mistake("shortcut_deleted", "here the branch stays and the shortcut has gone; it should be the other way round.",
            old="network[places[index]] = nn.Identity()", new="network[places[index]] = network[places[index]].branch"),
    Mistake("branch_passes_on", "here x comes out twice: the shortcut brings it already.",
            old="network[places[index]] = nn.Identity()", new="network[places[index]].branch = nn.Identity()"),
    Mistake("always_eval", "a network that is given in training mode comes back in training mode.",
            old="return network", new="return network.eval()"),
    Mistake("always_training", "a network that is given in evaluation mode comes back in evaluation mode.",
            old="return network", new="return network.train()"),
    Mistake("shared", "the new network shares its weights with the given one.",
            old="""network = copy.deepcopy(network)
    places = [i for i, module in enumerate(network) if hasattr(module, "branch")]
    network[places[index]] = nn.Identity()
    return network""",
            new="""layers = list(network)
    del layers[[i for i, layer in enumerate(layers) if hasattr(layer, "branch")][index]]
    return nn.Sequential(*layers)"""),
    Mistake("frozen", "the copy learns as the given network does: leave requires_grad as it is.",
            old="    network[places[index]] = nn.Identity()",
            new="""    network[places[index]] = nn.Identity()
    network.requires_grad_(False)"""),
    Mistake("detached", "no gradient comes back through here: detach, no_grad, item and NumPy cut it off.",
            old="    network[places[index]] = nn.Identity()",
            new="""    class Pass(nn.Module):
        def forward(self, x):
            return x.detach()

    network[places[index]] = Pass()"""),
    Mistake("subtracted", "what the branch adds is gone, but its slope is still in the gradient: take the block out.",
            old="    network[places[index]] = nn.Identity()",
            new="""    class Without(nn.Module):
        def __init__(self, block):
            super().__init__()
            self.block = block.requires_grad_(False)

        def forward(self, x):
            return self.block(x) - self.block.branch(x).detach()

    network[places[index]] = Without(network[places[index]])"""),
]  # fmt: skip
