# hint: even_and_odd
import torch


def linear_at_init(network, x):
    with torch.no_grad():
        a, b = x[::2], x[1::2]
        whole = network(a + b)
        difference = network(a) + network(b) - whole
    return (difference.abs().max() / whole.abs().max()).item()
