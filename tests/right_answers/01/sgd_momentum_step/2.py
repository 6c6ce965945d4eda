import torch


def sgd_momentum_step(w, v, g, alpha, beta):
    new_v, new_w = torch.empty_like(v), torch.empty_like(w)
    for index in range(v.numel()):
        new_v.view(-1)[index] = g.reshape(-1)[index] + beta * v.reshape(-1)[index]
        new_w.view(-1)[index] = w.reshape(-1)[index] - alpha * new_v.view(-1)[index]
    return new_w, new_v
