# hint: scaled_only
import torch


def linear_at_init(network, x):
    with torch.no_grad():
        whole = network(2 * x)
        difference = 2 * network(x) - whole
    return (difference.abs().max() / whole.abs().max()).item()
