import torch


def gradient_check(f, gradient, w):
    eps = 1e-5
    moves = eps * torch.eye(len(w), dtype=w.dtype)
    measured = torch.tensor([f(w + m) - f(w - m) for m in moves], dtype=w.dtype) / (2 * eps)
    g = gradient(w)
    scale = torch.maximum(g.abs(), measured.abs()).clamp(min=1e-8)
    return float(((g - measured).abs() / scale).max())
