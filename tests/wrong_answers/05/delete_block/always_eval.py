# hint: always_eval
import copy

from torch import nn


def delete_block(network, index):
    network = copy.deepcopy(network)
    places = [i for i, module in enumerate(network) if hasattr(module, "branch")]
    network[places[index]] = nn.Identity()
    return network.eval()
