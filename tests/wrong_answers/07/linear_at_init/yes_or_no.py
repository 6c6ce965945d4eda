# hint: yes_or_no
import torch


def linear_at_init(network, x):
    with torch.no_grad():
        a, b = x.chunk(2)
        whole = network(a + b)
        difference = network(a) + network(b) - whole
    return bool(difference.abs().max() < 1e-6)
