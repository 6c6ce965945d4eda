# hint: no_lesion
import torch


def lesion(network, layer, x, y):
    with torch.no_grad():
        return (network(x).argmax(1) != y).float().mean().item()
