import torch


@torch.no_grad()
def lesion(network, layer, x, y):
    for position, module in enumerate(network):
        if position != layer:
            x = module(x)
    wrong = 0
    for scores, label in zip(x, y):
        wrong += int(scores.argmax() != label)
    return wrong / len(y)
