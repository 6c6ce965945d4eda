# hint: by_differences
import torch


def input_gradient(network, x):
    with torch.no_grad():
        y = network(x[:, None])[:, 0]
    return torch.cat([y.diff() / x.diff(), torch.zeros(1)])
