# hint: no_floor
import torch


def gradient_check(f, gradient, w):
    claimed, step, worst = gradient(w), 1e-5, 0.0
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step
        measured = (f(up) - f(down)) / (2 * step)
        largest = max(abs(measured), abs(claimed[i].item()))
        worst = max(worst, abs(measured - claimed[i].item()) / largest)
    return worst
