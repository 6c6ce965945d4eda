"""The drawings of chapter 1: neurons and SGD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course.drawings.marks import arrow, box, figure, glyph, key, matrix, note, plus, rect, unit, weight, words
from course.drawings.picture import Picture, Scene, picture
from course.views.arrays import numbers
from course.views.drawing import Shape


def neuron(x: Sequence[float], w: Sequence[float], b: float, h: float) -> Picture:
    """A neuron weighs, adds and bends. Four inputs reach a sum over lines as wide as their weights, solid if positive,
    hollow if negative. The bias joins them, ReLU bends the sum, one number comes out.

    x, w: four numbers each; h: what the neuron answers.
    """
    inputs, weights = numbers(x, "four inputs").ravel(), numbers(w, "four weights").ravel()
    if len(inputs) != 4 or len(weights) != 4:
        raise ValueError(f"a neuron with four inputs is drawn; got {len(inputs)} inputs and {len(weights)} weights")
    mid = 139.0
    out: list[Shape] = [rect(136, 12, 428, 254, "@surface", r=6), note(548, 38, "one neuron", "end")]
    for i, y in enumerate((40, 106, 172, 238)):
        slope, value = (mid - y) * 0.9 / 292, float(weights[i])
        wide = min(12.0, 9 * abs(value)) / abs(value) if value else 1.0
        at = y + slope * 112 - abs(slope) * 30 - abs(value) * wide / 2 - 6  # clear of the band, whatever its slope
        out += [weight(96, y, 388, y + slope * 292, value, wide, "@surface"), unit(78, y, f"$x_{i + 1}$")]
        out += [note(52, y + 5, figure(float(inputs[i]), 1), "end"), words(208, at, f"$w_{i + 1}$ = {figure(value)}")]
    total = float(inputs @ weights) + float(b)
    out += [arrow((396, 218), (396, mid + 20)), words(396, 240, f"$b$ = {figure(float(b), 1)}"), plus(396, mid, 18)]
    out += [arrow((414, mid), (498, mid)), words(454, mid - 12, f"$a$ = {figure(total)}"), glyph(522, mid, "relu", 46)]
    out += [words(522, mid + 46, "$g$ = ReLU"), arrow((545, mid), (607, mid)), unit(626, mid, "$h$")]
    out += [note(652, mid + 5, figure(float(h)), "start"), note(564, 299, "width: its size", "end")]
    out += [key(136, 294, "positive", "positive weight"), key(302, 294, "negative", "negative weight")]
    return picture(neuron.__doc__, 316, out, measured=f"Here a = {figure(total)} and h = {figure(float(h))}.")


def flow_graph(weights: Sequence[Any], gradients: Sequence[Any]) -> Picture:
    """The graph runs both ways. Boxes from x to the loss. First values go forward, then a gradient comes back
    beside each arrow; a box with weights also hands a gradient to its weights.

    weights, gradients: of the two linear boxes, a matrix each, drawn as squares: solid positive, hollow negative.
    """
    drawn = [[numbers(m, "a matrix")[:5, :6].tolist() for m in some] for some in (weights, gradients)]
    if [len(some) for some in drawn] != [2, 2]:
        raise ValueError(f"two weight matrices and their two gradients are drawn; got {[len(some) for some in drawn]}")
    y, places = 186.0, (166, 456)
    base: list[Shape] = []
    for x, n in zip(places, (1, 2), strict=True):
        base.append(box(x, y, f"$W_{n}{'xh'[n - 1]}$ + $b_{n}$", 96, 56))
    base += [glyph(310, y, "sigmoid", 50), note(310, y + 46, "tanh"), rect(588, y - 28, 76, 56, "@page", "@ink", r=4)]
    base += [words(626, y + 5, "loss", size=15), unit(44, y, "$x$"), unit(626, 66, "$y$")]
    gaps = ((215.0, 284.0, "a_1"), (336.0, 407.0, "h"), (505.0, 587.0, "a_2"))
    forward: list[list[Shape]] = [[arrow((62, y), (117, y))]]
    backward: list[list[Shape]] = []
    for i, (x1, x2, name) in enumerate(gaps):
        forward.append([arrow((x1 + 2, y - 12), (x2, y - 12)), words((x1 + x2) / 2, y - 22, f"${name}$", size=16)])
        backward.append(
            [
                arrow((x2, y + 12), (x1 + 2, y + 12), back=True),
                words((x1 + x2) / 2, y + 34, f"$∂{name}$", size=16, colour="@ink2"),
            ]
        )
        if i != 1:
            n, x = i // 2 + 1, places[i // 2]
            w, g = drawn[0][i // 2], drawn[1][i // 2]
            forward[i] += [
                arrow((x - 12, 92), (x - 12, 157)),
                words(x - 22, 128, f"$W_{n}$", "end", 15),
                _small(x - 68, 84, w),
            ]
            backward[i] += [
                arrow((x + 12, 157), (x + 12, 92), back=True),
                words(x + 22, 128, f"$∂W_{n}$", "start", 15, "@ink2"),
                _small(x + 8, 84, g),
            ]
    forward[3].append(arrow((626, 84), (626, 157)))
    told = (
        "x enters the first box",
        "a₁ leaves it",
        "tanh makes h of it",
        "a₂ meets y in the loss",
        "the loss hands ∂a₂ back",
        "the second box returns ∂h and ∂W₂",
        "tanh returns ∂a₁ to the first box, which returns ∂W₁",
    )
    steps = [forward[0], forward[1], forward[2], forward[3], backward[2], backward[1], backward[0]]
    grown = [[shape for some in steps[: k + 1] for shape in some] for k in range(len(steps))]
    scenes = [Scene(tuple(shapes), f"{said.capitalize()}.") for shapes, said in zip(grown, told, strict=True)]
    whole = Scene(scenes[-1].shapes, "Values have gone forward, gradients have come back.")
    out = [*base, key(118, 270, "forward", "forward: values")]
    foot = key(300, 270, "backward", "backward: gradients, $∂h$ = $∂$ loss / $∂h$")
    return picture(flow_graph.__doc__, 290, out, foot, scenes=(whole, *scenes), seconds=1.2)


def _small(x: float, foot: float, values: Sequence[Sequence[float]]) -> Shape:
    return matrix(x, foot - 12 * len(values), values, 10 if len(values[0]) > 5 else 12)
