"""Right answers to `gradient_check`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def gradient_check(f, gradient, w):
    claimed, step, worst = gradient(w), 1e-5, 0.0
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step
        measured = (f(up) - f(down)) / (2 * step)
        largest = max(abs(measured), abs(claimed[i].item()), 1e-8)
        worst = max(worst, abs(measured - claimed[i].item()) / largest)
    return worst
""", """
import torch


def gradient_check(f, gradient, w):
    eps = 1e-5
    moves = eps * torch.eye(len(w), dtype=w.dtype)
    measured = torch.tensor([f(w + m) - f(w - m) for m in moves], dtype=w.dtype) / (2 * eps)
    g = gradient(w)
    scale = torch.maximum(g.abs(), measured.abs()).clamp(min=1e-8)
    return float(((g - measured).abs() / scale).max())
"""]  # fmt: skip

MISTAKES = [
    Mistake("one_sided", "f(w + ε) − f(w) is off by a term in ε: use f(w + ε) − f(w − ε), divided by 2ε.",
            old="measured = (f(up) - f(down)) / (2 * step)", new="measured = (f(up) - f(w)) / step"),
    Mistake("large_step", "with a step that large the curve is no straight line: take 1e-5.",
            old="claimed, step, worst = gradient(w), 1e-5, 0.0", new="claimed, step, worst = gradient(w), 1e-2, 0.0"),
    Mistake("mean_for_max", "one wrong coordinate among many must show: the largest error, not the mean.",
            old="worst = max(worst, abs(measured - claimed[i].item()) / largest)",
            new="worst += abs(measured - claimed[i].item()) / largest / len(w)"),
    Mistake("absolute", "divide by the larger of the two sizes: an error of 0.1 is much for 0.2 and little for 1,000.",
            old="worst = max(worst, abs(measured - claimed[i].item()) / largest)",
            new="worst = max(worst, abs(measured - claimed[i].item()))"),
    Mistake("first_only", "every coordinate is checked in its turn.",
            old="for i in range(len(w)):", new="for i in range(1):"),
    Mistake("changes_w", "w has to be as it was: move a copy.",
            old="up, down = w.clone(), w.clone()", new="up, down = w, w.clone()"),
    Mistake("sum_below", "the denominator is the larger of the two sizes, not their sum.",
            old="largest = max(abs(measured), abs(claimed[i].item()), 1e-8)",
            new="largest = max(abs(measured) + abs(claimed[i].item()), 1e-8)"),
    Mistake("no_sizes", "a gradient may be negative: the denominator is made of absolute values.",
            old="largest = max(abs(measured), abs(claimed[i].item()), 1e-8)",
            new="largest = max(measured, claimed[i].item(), 1e-8)"),
    Mistake("no_floor", "both gradients are next to nothing here: the denominator has a floor of 1e-8.",
            old="largest = max(abs(measured), abs(claimed[i].item()), 1e-8)",
            new="largest = max(abs(measured), abs(claimed[i].item()))"),
    Mistake("step_too_large", "this result shows the ε that was taken: it is larger than 1e-5.",
            old="claimed, step, worst = gradient(w), 1e-5, 0.0", new="claimed, step, worst = gradient(w), 1e-4, 0.0"),
    Mistake("step_too_small", "this result shows the ε that was taken: it is smaller than 1e-5.",
            old="claimed, step, worst = gradient(w), 1e-5, 0.0", new="claimed, step, worst = gradient(w), 1e-6, 0.0"),
    Mistake("others_zeroed",
            "move one coordinate and leave the others where they are: f may depend on all of them together.",
            old="""up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step""",
            new="""up, down = torch.zeros_like(w), torch.zeros_like(w)
        up[i], down[i] = w[i] + step, w[i] - step"""),
    Mistake("not_restored", "a coordinate that has been moved goes back before the next one moves.",
            old="""    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step""",
            new="""    up, down = w.clone(), w.clone()
    for i in range(len(w)):
        up[i] += step"""),
    Mistake("sizes_alone", "the sizes agree, but not the signs: take the size of the difference.",
            old="worst = max(worst, abs(measured - claimed[i].item()) / largest)",
            new="worst = max(worst, abs(abs(measured) - abs(claimed[i].item())) / largest)"),
]  # fmt: skip
