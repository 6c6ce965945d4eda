# hint: no_absolute_value
import torch


def linear_at_init(network, x):
    with torch.no_grad():
        a, b = x.chunk(2)
        whole = network(a + b)
        difference = network(a) + network(b) - whole
    return (difference.max() / whole.max()).item()
