# hint: no_sizes
import torch


def gradient_check(f, gradient, w):
    claimed, step, worst = gradient(w), 1e-5, 0.0
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step
        measured = (f(up) - f(down)) / (2 * step)
        largest = max(measured, claimed[i].item(), 1e-8)
        worst = max(worst, abs(measured - claimed[i].item()) / largest)
    return worst
