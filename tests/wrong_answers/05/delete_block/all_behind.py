# hint: all_behind
import copy

from torch import nn


def delete_block(network, index):
    network = copy.deepcopy(network)
    places = [i for i, module in enumerate(network) if hasattr(module, "branch")]
    for place in places[index:]:
        network[place] = nn.Identity()
    return network
