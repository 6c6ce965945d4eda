# hint: counted_all
import copy

from torch import nn


def delete_block(network, index):
    network = copy.deepcopy(network)
    network[index] = nn.Identity()
    return network
