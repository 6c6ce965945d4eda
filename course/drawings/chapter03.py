"""The drawings of chapter 3: plain against deep."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from course.drawings.marks import (
    LINE,
    THICK,
    THIN,
    arrow,
    bar,
    box,
    chevron,
    circle,
    empty_bar,
    figure,
    glyph,
    head,
    matrix,
    note,
    plus,
    rect,
    sheets,
    straight,
    unit,
    words,
)
from course.drawings.picture import Picture, Scene, picture
from course.views.arrays import numbers
from course.views.drawing import Shape, line, shape, through


def convolution(image: Any, kernel: Any, stride: int = 2, padding: int = 1) -> Picture:
    """One small kernel, used everywhere. A window slides over a padded picture. At each place its numbers, times the
    one kernel's and added up, give one cell of the output: the same few weights are used everywhere.

    image: (n, n); kernel: (k, k). The scenes are the window's places; the output's cells are computed.
    """
    image, kernel = numbers(image, "a square picture (n, n)"), numbers(kernel, "a square kernel (k, k)")
    if image.ndim != 2 or kernel.ndim != 2 or len(set(image.shape)) > 1 or len(set(kernel.shape)) > 1:
        raise ValueError(f"a picture (n, n) and a kernel (k, k) are drawn; got shapes {image.shape} and {kernel.shape}")
    n, k = len(image), len(kernel)
    padded, size = np.pad(image, padding), (n + 2 * padding - k) // stride + 1
    if size < 1:
        raise ValueError(f"the kernel of {k} does not fit into {n} pixels with padding {padding}; take a smaller one")
    places = [(i, j) for i in range(size) for j in range(size)]
    sums = {
        (i, j): float((padded[i * stride : i * stride + k, j * stride : j * stride + k] * kernel).sum())
        for i, j in places
    }
    most = max(abs(v) for v in sums.values()) or 1.0
    cell = 210 / (n + 2 * padding)
    shown = (image - image.min()) / (np.ptp(image) or 1.0)
    x0, y0, kx, ks, ox, os = 24.0, 46.0, 320.0, 26.0, 480.0, 180.0 / size
    ky, oy = 151 - k * ks / 2, 151 - size * os / 2

    def scene(i: int, j: int) -> Scene:
        at = places.index((i, j))
        wx, wy = x0 + j * stride * cell, y0 + i * stride * cell
        tx, ty = ox + j * os, oy + i * os
        frame = (rect(wx, wy, k * cell, k * cell, "none", "@ink", THICK), rect(tx, ty, os, os, "none", "@ink", THICK))
        leads = [
            straight(a, b + c, d, e + f, "@axis", THIN)
            for a, b, d, e, s, t in (
                (wx + k * cell, wy, kx, ky, k * cell, k * ks),
                (kx + k * ks, ky, tx, ty, k * ks, os),
            )
            for c, f in ((0, 0), (s, t))
        ]
        filled = [_signed(ox + v * os, oy + u * os, os, sums[u, v] / most) for u, v in places[: at + 1]]
        number = head(ox + size * os / 2, oy - 14, figure(sums[i, j], 1), "middle", 20)
        said = f"The window's place {at + 1} of {len(places)} gives {figure(sums[i, j], 1)}."
        return Scene((*leads, *filled, *frame, number), said, stop=j == size - 1)

    last = places.index((size // 2, size // 2))
    order = [*range(last, len(places)), *range(last)]
    grid = [rect(ox + v * os, oy + u * os, os, os, "@page", "@hairline", 0.75) for u, v in places]
    return picture(
        convolution.__doc__,
        318,
        rect(x0, y0, (n + 2 * padding) * cell, (n + 2 * padding) * cell, "none", "@axis", THIN, stroke_dasharray="2 3"),
        sheets(x0 + padding * cell, y0 + padding * cell, n * cell, shown, 1),
        matrix(kx, ky, kernel.tolist(), ks),
        grid,
        rect(ox, oy, size * os, size * os, "none", "@ink"),
        words(129, 284, f"picture, {n} × {n}"), note(129, 304, f"dotted: padding {padding}"),
        words(kx + k * ks / 2, 284, f"one kernel, {k} × {k}"), note(kx + k * ks / 2, 304, "hollow: negative"),
        words(ox + 90, 284, f"output, {size} × {size}"), note(ox + 90, 304, f"the window moves by {stride}"),
        scenes=tuple(scene(*places[at]) for at in order),
        seconds=min(0.6, 12 / len(places)),
    )  # fmt: skip


def _signed(x: float, y: float, cell: float, share: float) -> Shape:
    """An output's number, -1 to 1: area is size, solid is positive, hollow negative."""
    side = max(1.0, (cell - 5) * math.sqrt(abs(share)))
    look = ("@ink",) if share >= 0 else ("@page", "@ink", LINE)
    return rect(x + (cell - side) / 2, y + (cell - side) / 2, side, side, *look)


def layers_removed(layers: Sequence[str], cases: Mapping[str, tuple[int, float]]) -> Picture:
    """Layers taken away. Each row is the network as a row of bars, with gaps where layers are gone. Beside it stand the
    parameters that are left and the test error after training.

    layers: their names, the first one first. cases: for the layers taken away, as in "conv3 fc5" ("" for none), the
    parameters that are left and the error (0 to 1).
    """
    unknown = {name for case in cases for name in case.split()} - set(layers)
    if unknown or not cases:
        raise ValueError(f"a case names layers of {', '.join(layers)}; got {', '.join(sorted(unknown)) or 'no case'}")
    out: list[Shape] = []
    most_parameters = max(count for count, _ in cases.values())
    most_error = max(0.1, *(error for _, error in cases.values()))
    xs = {name: 60 + i * 250 / max(1, len(layers) - 1) for i, name in enumerate(layers)}
    for name, x in xs.items():
        out += [words(x, 54, name, size=12, colour="@ink2")]
    for row, (case, (count, error)) in enumerate(cases.items()):
        y = 88 + 56 * row
        out.append(straight(28, y, 342, y))
        for name, x in xs.items():
            gone = name in case.split()
            out.append(_gap(x, y) if gone else bar(x, y, 36, width=10))
        out += [
            rect(364, y - 7, 110, 14, "@sunken"), rect(364, y - 7, 110 * count / most_parameters, 14, "@plain"),
            note(364, y + 24, f"{count:,}", "start"),
            rect(520, y - 7, 110, 14, "@sunken"), rect(520, y - 7, 110 * error / most_error, 14, "@ink"),
            head(640, y + 5, f"{100 * error:.1f} %"),
        ]  # fmt: skip
    out += [head(28, 28, "the network, joined again"), head(364, 28, "parameters left"), head(520, 28, "test error")]
    measured = "; ".join(f"without {case or 'nothing'} {error:.1%}" for case, (_, error) in cases.items())
    return picture(layers_removed.__doc__, 88 + 56 * len(cases) - 12, out, measured=f"Errors: {measured}.")


def _gap(x: float, y: float) -> Shape:
    """The place of a layer that is taken away."""
    return rect(x - 5, y - 18, 10, 36, "@page", "@axis", THIN, stroke_dasharray="3 3")


def identity() -> Picture:
    """A network of 50 layers that is surely as good. Above ten trained layers; below the same ten, and before the last
    of them forty that hand on what they get. So what 50 layers can compute contains what 10 can.
    """
    upper, lower = 84.0, 208.0
    out = [
        shape("ellipse", cx=116, cy=156, rx=96, ry=126, fill="@surface", stroke="@ink", stroke_width=LINE),
        circle(116, 212, 60),
        words(116, 66, "50 layers can"), words(116, 85, "compute this"),
        note(116, 116, "training stops here"), line("M110 126l12 12m0 -12l-12 12", "@ink", THICK),
        words(116, 190, "10 layers this"), circle(116, 212, 5, "@ink", None), note(116, 238, "a good one"),
        straight(240, upper, 690, upper), straight(240, lower, 690, lower),
    ]  # fmt: skip
    for i in range(50):
        x = 256 + 8.55 * i
        if 9 <= i < 49:
            out.append(empty_bar(x, lower))
        else:
            out += [
                straight(x, upper + 26, x, lower - 26, "@axis", THIN, dash=(1, 4)),
                bar(x, upper),
                bar(x, lower),
            ]
    out += [head(253, upper - 38, "10 layers, trained"), head(253, lower + 50, "50 layers that compute the same")]
    out += [
        bar(258, 284, 20),
        note(270, 289, "the ten", "start"),
        straight(335, 284, 353, 284),
        empty_bar(344, 284, 20),
    ]
    return picture(identity.__doc__, 304, out, note(362, 289, "the forty do nothing: $W$ = $I$, $b$ = 0", "start"))


def fading_gradient() -> Picture:
    """Fifty factors make a gradient vanish or explode. Three bands run back through a row of bars. Times 0.9 in each
    layer the band thins to nothing, times 1 it keeps its width, times 1.1 what leaves the first layer is over a
    hundred times what came in.
    """
    out: list[Shape] = []
    x0, x1, full, layers = 150.0, 560.0, 34.0, 50
    for row, factor in enumerate((0.9, 1.0, 1.1)):
        y = 82 + 78 * row
        at = [x1 - (x1 - x0) * k / layers for k in range(layers + 1)]
        sizes = [factor**k for k in range(layers + 1)]
        wide = [full * size / max(sizes) for size in sizes]
        edge = [(x, y - w / 2) for x, w in zip(at, wide, strict=True)]
        edge += [(x, y + w / 2) for x, w in reversed(list(zip(at, wide, strict=True)))]
        out += [bar((a + b) / 2, y, 48, "@hairline", 2) for a, b in pairwise(at)]
        out.append(straight(x0, y, x1, y, "@ink", 0.75))
        out.append(shape("path", d=through(edge) + "Z", fill="@plain"))
        out += [chevron(x, y) for x, w in zip(at, wide, strict=True) if w > 14 and round((x - x0) / 8.2) % 8 == 4]
        out += [words(x1 + 20, y - 4, f"times {factor:g}", "start"), note(x1 + 20, y + 15, "in each layer", "start")]
        left = sizes[-1]
        out += [head(x0 - 16, y - 2, f"{left:.3f}" if left < 0.1 else f"{left:.0f}", "end", 20)]
        out += [note(x0 - 16, y + 18, "times as long", "end")]
    out += [head(x0, 28, "input"), head(x1, 28, "loss", "end"), arrow((405, 24), (305, 24), back=True)]
    return picture(fading_gradient.__doc__, 272, out, note(414, 29, "gradient", "start"))


def quadrant() -> Picture:
    """A ReLU brings strangers together. Two arrows stand at right angles before the ReLU. It sets to zero what is
    negative, so afterwards both lie in one quarter of the plane, and the angle between them is a third as large.
    """
    y0, reach, length = 180.0, 136.0, 112.0
    before = [(math.cos(angle), math.sin(angle)) for angle in (math.pi / 3, math.pi * 5 / 6)]
    after = [(max(0.0, u), max(0.0, v)) for u, v in before]
    out: list[Shape] = [arrow((312, 120), (348, 120)), note(330, 106, "relu")]
    for x0, said, pair in ((160.0, "before the ReLU", before), (500.0, "after it", after)):
        tips = [(x0 + length * u, y0 - length * v) for u, v in pair]
        first, second = (math.atan2(v, u) for u, v in pair)
        arc = [(x0 + 34 * math.cos(a), y0 - 34 * math.sin(a)) for a in np.linspace(first, second, 24)]
        middle, far = (first + second) / 2, 54 if pair is before else 84
        out += [
            rect(x0, y0 - reach, reach, reach, "@sunken"), head(x0, 28, said, "middle"),
            arrow((x0 - reach, y0), (x0 + reach, y0), colour="@axis", width=THIN),
            arrow((x0, y0 + 36), (x0, y0 - reach), colour="@axis", width=THIN),
            note(x0 + reach, y0 + 22, "one unit", "end"), note(x0 - 8, y0 - reach + 8, "another", "end"),
            *(arrow((x0, y0), tip, colour="@plain", width=THICK) for tip in tips), line(through(arc), "@ink", THIN),
            words(x0 + far * math.cos(middle), y0 - far * math.sin(middle) + 5, f"{math.degrees(second - first):.0f}°"),
        ]  # fmt: skip
    y = y0 - length * before[1][1]
    out += [straight(500 + length * before[1][0], y, 494, y, "@ink", THIN, dash=(2, 4))]
    return picture(quadrant.__doc__, 224, out, note(438, y + 20, "negative: now 0"))


def collapse(cosines: Mapping[str, Any]) -> Picture:
    """Two pictures become one. Two lines leave the input as far apart as two pictures are. Layer by layer they fall
    together, as the formula says; with batch norm they stay apart.

    cosines: mean cosine between two pictures after each layer, by name; the angle is drawn. The first is drawn solid,
    the others with their kinds' patterns, "the map" dotted.
    """
    from course import themes

    series = {
        name: np.arccos(np.clip(numbers(values, "a cosine for each layer"), -1, 1)) for name, values in cosines.items()
    }
    if not series or any(angles.ndim != 1 for angles in series.values()):
        raise ValueError("a cosine for each layer is drawn, by name, as in {'plain': [0.3, 0.4, …]}")
    count = max(len(angles) for angles in series.values())
    x0, x1, mid, half = 96.0, 520.0, 156.0, 100.0  # half: pixels for an angle of 90 degrees, to either side
    out: list[Shape] = [straight(x0, mid, x1, mid, "@control", THIN)]
    ends: list[tuple[float, str, str]] = []
    for name, angles in series.items():
        kind = themes.named(name)
        at = [x0 + (x1 - x0) * i / (count - 1) for i in range(len(angles))] if count > 1 else [x0]
        dash = themes.pattern(kind)["dash"] if kind else (2, 6)
        for side in (-1, 1):
            points = [(x, mid + side * half * a / (math.pi / 2)) for x, a in zip(at, angles, strict=True)]
            colour = f"@{kind}" if kind else "@ink"
            out.append(line(through(points), colour, THICK, dash))
        ends.append((float(angles[-1]), name, "@ink"))
    tops: list[float] = []
    for angle, name, colour in sorted(ends, reverse=True):
        y = mid - half * angle / (math.pi / 2) + 5
        y = max(y, tops[-1] + 20) if tops else y
        tops.append(y)
        out.append(words(x1 + 10, y, f"{name}: {math.degrees(angle):.0f}°", "start", colour=colour))
    ticks = (1, *range(10, count + 1, 10))
    out += [note(x0 + (x1 - x0) * (n - 1) / max(1, count - 1), 284, str(n)) for n in ticks]
    first = math.degrees(next(iter(series.values()))[0])
    gap = half * math.radians(first) / (math.pi / 2)
    out += [
        words(x0 - 14, mid - gap + 5, "one digit", "end"), words(x0 - 14, mid + gap + 5, "another", "end"),
        line(f"M{x0 - 6:.1f} {mid - gap:.1f}v{2 * gap:.1f}", "@axis", THIN),
        note(x0 - 14, mid + 5, f"{first:.0f}°", "end"),
        note(x1 + 12, 284, "layer", "start"), head(x0, 28, "Angle between two pictures after each layer"),
    ]  # fmt: skip
    said = ", ".join(f"{name} {math.degrees(angle):.0f} degrees" for angle, name, _ in ends)
    return picture(collapse.__doc__, 300, out, measured=f"After the last layer: {said}.")


def gain(values: Mapping[str, Sequence[Any]]) -> Picture:
    """The size of the signal, layer by layer. Rows of hills, each the values that enter the units of one layer. With
    too small weights the hills shrink to a needle, with too large ones they outgrow the frame, in between they stay.

    values: for each row's name what enters each layer's units, any shape. Size is the root of the second moment.
    """
    out: list[Shape] = []
    limit, x0, step, half = 5.0, 150.0, 0.0, 33.0
    for row, (name, layers) in enumerate(values.items()):
        y = 88 + 84 * row
        step = 500 / len(layers)
        spreads = []
        for i, layer in enumerate(layers):
            found = numbers(layer, "the values of a layer's units").ravel()
            spreads.append(float(np.sqrt(np.mean(found**2))))
            counts, edges = np.histogram(found, bins=41, range=(-limit, limit))
            heights = np.convolve(counts / max(1, counts.max()), [0.25, 0.5, 0.25], "same")
            x, reach = x0 + step * i, 0.8 * step
            outline = [(x, y - half * edges[0] / limit)]
            outline += [
                (x + reach * h, y - half * e / limit)
                for h, e in zip(heights, (edges[1:] + edges[:-1]) / 2, strict=True)
            ]
            outline += [(x, y - half * edges[-1] / limit)]
            out += [
                shape("path", d=through(outline) + "Z", fill="@plain"),
                straight(x, y - half, x, y + half, "@control", THIN),
            ]
        out += [straight(x0, y, x0 + 500, y, "@hairline", THIN), words(x0 - 14, y - 2, name, "end")]
        out += [note(x0 - 14, y + 18, f"size {spreads[0]:.1f} → {spreads[-1]:.2g}", "end")]
    count = max(len(layers) for layers in values.values())
    out += [note(x0 + step * i, 88 + 84 * len(values) - 32, str(i + 1)) for i in range(count)]
    out.append(note(x0 - 14, 88 + 84 * len(values) - 32, "layer", "end"))
    out.append(head(x0, 28, "What enters the units of each layer, −5 to 5"))
    return picture(gain.__doc__, 88 + 84 * len(values) - 14, out)


def doing_nothing(plain: Any, residual: Any, errors: Sequence[float]) -> Picture:
    """Doing nothing is hard. Both blocks shall hand on what they get, so the matrix of their slopes shall be the unit
    matrix: solid squares on the diagonal, nothing else. The residual block is nearly there, the plain one is not.

    plain, residual: (n, n), mean slope of each output by each input; errors: the mean squared errors of the two.
    """
    matrices = [numbers(m, "a square matrix (n, n)") for m in (plain, residual)]
    n = len(matrices[0])
    out: list[Shape] = []
    largest = max(1.0, *(float(np.abs(m).max()) for m in matrices))
    cell = 112 / n
    for row, (m, error) in enumerate(zip(matrices, errors, strict=True)):
        y = 92 + 146 * row
        stops = [(39, 62), (126, 148), (184, 206), (270, 304 if row else 330)] + [(328, 346)] * row
        out += [arrow((a, y), (b, y)) for a, b in stops]
        out += [unit(22, y, "$x$"), box(94, y, "$W_1$", 64), glyph(166, y, "relu"), box(238, y, "$W_2$", 64)]
        if row:
            out += [arrow((46, y), (46, y - 46), (316, y - 46), (316, y - 13), colour="@residual", width=THICK, r=18)]
            out += [circle(46, y, 4, "@residual", None), plus(316, y, 12, "@residual")]
        out.append(matrix(368, y - 56, m.tolist(), cell, largest))
        out += [note(552, y + 5, "error", "end"), head(560, y + 6, f"{error:.2g}", size=20)]
        out.append(head(13, y - 56 if row else y - 48, ("a plain block", "a residual block")[row]))
    out += [
        note(424, 22, "what each input does"),
        matrix(630, 118, np.eye(n).tolist(), 60 / n),
        note(660, 200, "wanted"),
    ]
    return picture(doing_nothing.__doc__, 306, out, measured=f"Errors: {errors[0]:.2g} and {errors[1]:.2g}.")
