"""The drawings of chapter 1: neurons and SGD."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course import wording
from course.drawings.marks import (
    LINE,
    THICK,
    THIN,
    arrow,
    box,
    circle,
    figure,
    glyph,
    head,
    key,
    matrix,
    note,
    plus,
    rect,
    straight,
    unit,
    weight,
    words,
)
from course.drawings.picture import Picture, Scene, picture
from course.views.arrays import numbers
from course.views.drawing import Point, Shape, line, shape, through


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


def activations(values: Mapping[str, Any], slopes: Mapping[str, Any], reach: float = 4.0) -> Picture:
    """Three activation functions and their slopes. Each panel has the function as a solid line and its slope as a
    dashed one. The slope of the sigmoid is a low hill, of tanh a hill that is four times as high; that of ReLU leaps
    from 0 to 1.

    values, slopes: for each function what it gives, and its slope, at places spread evenly from -reach to reach.
    """
    wide, out, ends = 660 / len(values), [], (-1.0, 1.6)
    for k, (name, found) in enumerate(values.items()):
        left, right = 34 + wide * k, 6 + wide * (k + 1)

        def place(a: float, y: float, left: float = left, right: float = right) -> Point:
            low, high = ends
            return left + (a + reach) / (2 * reach) * (right - left), 240 - 200 * (y - low) / (high - low)

        out.append(head((left + right) / 2, 24, name, "middle"))
        for level in (-1, 0, 1):
            out.append(straight(*place(-reach, level), *place(reach, level), "@axis" if level == 0 else "@grid", THIN))
            out += [note(left - 6, place(0, level)[1] + 5, figure(level, 0), "end")] if k == 0 else []
        for at in (-reach, 0.0, reach):
            out.append(note(place(at, 0)[0], 262, figure(at, 0)))
        for curve, colour, dash in ((slopes[name], "@plain_bn", (7, 4)), (found, "@plain", ())):
            heights = numbers(curve, "numbers at places spread evenly").ravel()
            points = [place(a, y) for a, y in zip(np.linspace(-reach, reach, len(heights)), heights, strict=True)]
            out.append(line(through([p for p in points if p[1] >= 36]), colour, THICK, dash))
        steepest = float(numbers(slopes[name], "slopes").max())
        out.append(note((left + right) / 2, 284, f"slope at most {figure(steepest)}"))
    keys = [straight(40, 306, 74, 306, "@plain", THICK), note(83, 311, "$g(a)$", "start")]
    keys += [line("M172 306H206", "@plain_bn", THICK, (7, 4)), note(215, 311, "its slope", "start")]
    return picture(activations.__doc__, 322, out, *keys)


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


def mini_batches(batches: Mapping[int, Any], whole: Any) -> Picture:
    """The fan closes as the batch grows. Gradients of random batches as arrows of one length, each at its true angle
    to the gradient of all examples, the thick arrow. Those of single examples stand nearly at right angles to it,
    those of large batches nearly agree with it.

    batches: for each batch size its gradients, (count, n); whole: the gradient of all examples, (n,).
    """
    exact = numbers(whole, "the gradient of all examples").ravel()
    length, panel, mid, high = 128.0, 660 / len(batches), 172.0, np.linalg.norm(exact)
    out: list[Shape] = []
    for k, (count, found) in enumerate(batches.items()):
        rows = numbers(found, "a gradient for each batch")
        cosines = rows @ exact / (np.linalg.norm(rows, axis=1) * high)
        turned = np.arccos(np.clip(cosines, -1, 1)) * (-1) ** np.arange(len(rows))
        x = 46 + panel * k
        out.append(head(x - 18, 26, f"batches of {count}" if count > 1 else "single examples"))
        for angle in turned.tolist():
            tip = (x + length * math.cos(angle), mid + length * math.sin(angle))
            out.append(arrow((x, mid), tip, colour="@ink2", width=THIN))
        out += [arrow((x, mid), (x + length + 22, mid), width=THICK), circle(x, mid, 4, "@ink", None)]
        out.append(note(x - 18, 332, f"on average {figure(float(np.degrees(np.abs(turned)).mean()), 0)}° off", "start"))
    foot = note(28, 360, "thick: all examples; the others stand at its two sides by turns, all equally long", "start")
    return picture(mini_batches.__doc__, 376, out, foot)


def valley(paths: Mapping[str, Any], flat: float = 40.0) -> Picture:
    """Momentum gets along the valley. Rings of equal loss, and two paths from one start. Without momentum the path
    zigzags between the walls; with momentum it runs along the valley and comes much nearer to the bottom.

    paths: for each name its points (steps + 1, 2), along the valley and across it; flat: how many times as steep the
    loss ½ (x² / flat + y²) is across as along.
    """
    turn, cx, cy = math.radians(-9), 500.0, 142.0
    routes = {name: numbers(found, "points of a path") for name, found in paths.items()}
    reach = max(float(np.abs(found[:, 0]).max()) for found in routes.values()) or 1.0
    scale = 400 / reach

    def place(p: Any) -> Point:
        x, y = scale * float(p[0]), scale * float(p[1])
        return cx + x * math.cos(turn) - y * math.sin(turn), cy + x * math.sin(turn) + y * math.cos(turn)

    rings = [rect(20, 12, 660, 280, "@sunken")]
    for i, level in enumerate((92, 74, 58, 44, 32, 22, 13, 6)):
        around = [place((level * math.sqrt(flat) * math.cos(t) / scale, level * math.sin(t) / scale))
                  for t in np.linspace(0, 2 * math.pi, 361)]  # fmt: skip
        inside = [(min(max(x, 20), 680), min(max(y, 12), 292)) for x, y in around]
        fill = ("@sunken", "@surface", "@page")[min(i // 2, 2)]
        rings += [shape("path", d=through(inside) + "Z", fill=fill), line(_visible(around, inside), "@control", 0.75)]
    drawn: list[Shape] = []
    for number, (name, found) in enumerate(routes.items()):
        colour, dash, label = (("@plain", (), (196, 52)), ("@plain_bn", (9, 4), (560, 246)))[number % 2]
        points = [place(p) for p in found]
        end = points[-1] if number % 2 else points[len(points) // 2]
        drawn.append(straight(*end, label[0], label[1] - 5 + 10 * (not number % 2), colour, THIN))
        drawn.append(line(through(points), colour, THICK, dash))
        marks = (circle(*p, 4, colour, None) if number % 2 == 0 else rect(p[0] - 4, p[1] - 4, 8, 8, colour)
                 for p in points[1:])  # fmt: skip
        drawn += [*marks, words(label[0], label[1] + (12 if number % 2 else -2), name)]
    drawn.append(circle(*place(next(iter(routes.values()))[0]), 7, "@page", "@ink", LINE))
    steps = max(len(found) - 1 for found in routes.values())
    foot = note(20, 316, f"{steps} steps each, from the ring; the lines are those of equal loss", "start")
    return picture(valley.__doc__, 330, rings, drawn, foot)


def rates(paths: Mapping[float, Sequence[float]]) -> Picture:
    """Three rates in one bowl. Each panel has the same bowl, ½ w², and the same start; the balls are the steps of
    gradient descent. With a small rate they creep, with a good one they arrive, with too large a one they leave.

    paths: for each learning rate the values of w, from the start on.
    """
    wide, limit, foot, high = 660 / len(paths), 4.4, 252.0, 204.0
    out: list[Shape] = []
    for k, (rate, found) in enumerate(paths.items()):
        values = numbers(found, "the values of w").ravel()
        x0 = 20 + wide * k + (wide - 24) / 2

        def place(w: float, x0: float = x0) -> Point:
            return x0 + w / limit * (wide - 30) / 2, foot - high * w * w / limit**2

        bowl = [place(w) for w in np.linspace(-limit, limit, 61).tolist()]
        inside = [float(w) for w in values if abs(w) <= limit]
        steps = [place(w) for w in inside]
        out += [line(through(bowl), "@control", THICK), head(x0, 28, f"rate {wording.rate(rate)}", "middle")]
        out.append(line(through(steps), "@ink2", THIN))
        if len(inside) < len(values):  # the next one is out of the frame
            (x, y), side = steps[-1], math.copysign(1, float(values[len(inside)]))
            out.append(arrow((x, y), (x0 + side * (wide - 40) / 2, 48), colour="@ink2", width=THIN))
        out += [circle(*point, 6.5, "@plain", None) for point in steps[1:]]
        out.append(circle(*steps[0], 7, "@page", "@ink", LINE))
        last = wording.number(abs(float(values[-1])))
        out.append(note(x0, foot + 26, f"distance {wording.number(abs(float(values[0])))} → {last}"))
    count = max(len(found) for found in paths.values()) - 1
    return picture(rates.__doc__, 316, out, note(20, 304, f"{count} steps each, from the ring", "start"))


def early_stopping(errors: Sequence[float], best: int, stopped: int) -> Picture:
    """Stop when it no longer improves, and go back. The validation error after each epoch; a flag at the best one. As
    many epochs later as the patience allows, training stops. What would have come then is drawn dotted.

    errors: after each epoch; best, stopped: epochs, counted from 0.
    """
    found = numbers(errors, "an error for each epoch").ravel()
    if not 0 <= best <= stopped < len(found):
        raise ValueError(f"the best epoch comes before the last one; got {best} and {stopped} of {len(found)} epochs")
    left, right, top, foot, highest = 66.0, 672.0, 52.0, 250.0, float(found.max()) or 1.0

    def place(epoch: int) -> Point:
        share = epoch / max(1, len(found) - 1)
        return left + (right - left) * share, foot - (foot - top) * float(found[epoch]) / highest

    points = [place(epoch) for epoch in range(len(found))]
    out = [straight(left, foot, right, foot, "@control", THIN), head(20, 26, "Validation error after each epoch")]
    for level in (0.0, highest):
        y = foot - (foot - top) * level / highest
        out.append(note(left - 10, y + 5, wording.percent(level), "end"))
    out += [line(through(points[stopped:]), "@ink2", LINE, (2, 4))] * (stopped < len(found) - 1)
    out.append(line(through(points[: stopped + 1]), "@plain", THICK))
    out += [circle(*point, 4, "@plain", None) for point in points[: stopped + 1]]
    (bx, by), (sx, sy) = points[best], points[stopped]
    out += [straight(bx, by, bx, by - 64, "@ink", LINE)]
    out.append(shape("path", d=f"M{bx:.1f} {by - 64:.1f}l26 9l-26 9Z", fill="@reader", stroke="@ink"))
    out += [circle(bx, by, 6, "@page", "@ink", LINE), rect(sx - 6, sy - 6, 12, 12, "@ink")]
    out += [straight(x, foot, x, foot + 22, "@ink2", THIN) for x in (bx, sx)]
    out.append(arrow((bx, foot + 16), (sx, foot + 16), width=THIN))
    out.append(note((bx + sx) / 2, foot + 38, f"{stopped - best} epochs of patience"))
    out += [
        note(bx - 8, foot + 20, f"best: epoch {best + 1}", "end"),
        note(sx + 10, foot + 20, f"stop: {stopped + 1}", "start"),
    ]
    return picture(early_stopping.__doc__, 304, out)


def _visible(around: Sequence[Point], inside: Sequence[Point]) -> str:
    """The `d` of the parts of a line that a frame leaves as they are."""
    runs: list[list[Point]] = [[]]
    for point, kept in zip(around, inside, strict=True):
        if point == kept:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return "".join(through(run) for run in runs if len(run) > 1)


def grid_or_random(tried: Mapping[str, Any], shape_of: tuple[int, int] = (5, 13)) -> Picture:
    """Nine trials: a grid repeats its rates, random search does not. Two boards, a column for each learning rate and a
    row for each weight decay. A filled square was tried. Below a column stands a mark if its rate was tried at all.

    tried: for each kind of search its trials (n, 2), each a row and a column; shape_of: rows and columns of a board.
    """
    rows, columns = shape_of
    cell, out = (660 - 40 * len(tried)) / len(tried) / columns, []
    for k, (name, found) in enumerate(tried.items()):
        left, foot = 40 + k * (cell * columns + 40), 52 + cell * rows
        places = {(int(row), int(column)) for row, column in numbers(found, "a row and a column for each trial")}
        rates_tried = {column for _, column in places}
        out.append(head(left, 30, f"{name}: {len(rates_tried)} learning rates"))
        for row in range(rows):
            for column in range(columns):
                fill = "@plain" if (row, column) in places else "@page"
                out.append(rect(left + column * cell, foot - (row + 1) * cell, cell, cell, fill, "@control", r=0))
        out += [rect(left + (c + 0.5) * cell - 3, foot + 8, 6, 16, "@plain", r=0) for c in sorted(rates_tried)]
        out.append(note(left + columns * cell / 2, foot + 44, "learning rate"))
    out.append(shape("g", note(0, 0, "weight decay"), transform=f"translate(26 {52 + cell * rows / 2}) rotate(-90)"))
    return picture(grid_or_random.__doc__, 52 + cell * rows + 60, out)
