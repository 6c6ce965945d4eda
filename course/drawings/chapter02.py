"""The drawings of chapter 2: dropout and batch normalisation."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from course.drawings.marks import (
    THICK,
    THIN,
    arrow,
    circle,
    dropped,
    figure,
    glyph,
    head,
    key,
    note,
    rect,
    straight,
    unit,
    words,
)
from course.drawings.picture import Picture, picture
from course.views.arrays import numbers
from course.views.drawing import Shape, line, shape, through

SIZES = (3, 4, 4, 2)


def dropout(masks: Any) -> Picture:
    """Each step trains a different network. Left, a network with eight hidden units; right, what is left of it
    in one step: dropped units are hatched and their lines are gone. From step to step other units are missing.

    masks: (steps, 8), for each step which hidden units are kept (not 0) and which are dropped (0).
    """
    kept = numbers(masks, "a row of eight numbers for each step")
    if kept.ndim != 2 or kept.shape[1] != 8:
        raise ValueError(f"masks have the shape (steps, 8), a number for each hidden unit; got {kept.shape}")
    shown = kept[:3] != 0
    out = [*_net(34, 40, 186, 206, 13), head(127, 26, "the network", "middle"), note(127, 278, "8 hidden units")]
    out.append(arrow((238, 142), (260, 142)))
    for i in range(len(shown)):
        out += [
            head(327 + 146 * i, 26, f"step {i + 1}", "middle"),
            *_net(281 + 146 * i, 52, 92, 180, 10, shown[i].tolist()),
        ]
        out.append(note(327 + 146 * i, 256, f"{int(shown[i].sum())} are there"))
    out.append(note(281, 284, "each step trains one of $2^8$ = 256, all with the same weights", "start"))
    return picture(dropout.__doc__, 328, out, key(271, 308, "off", "dropped: set to zero, no line leaves it"))


def _net(x: float, y: float, wide: float, high: float, r: float, mask: list[bool] | None = None) -> list[Shape]:
    """A small network; with a mask its kept hidden units are filled."""
    places = []
    for layer, n in enumerate(SIZES):
        hidden = layer in (1, 2)
        on = [mask[4 * layer - 4 + i] if mask and hidden else True for i in range(n)]
        places.append([(x + wide * layer / 3, y + high * (i + 0.5) / n, on[i], hidden) for i in range(n)])
    out = [
        straight(a[0], a[1], b[0], b[1], "@ink2", THIN)
        for left, right in pairwise(places)
        for a in left
        for b in right
        if a[2] and b[2]
    ]
    for px, py, there, hidden in (one for layer in places for one in layer):
        fill = "@other" if mask and hidden else "@page"
        out.append(circle(px, py, r, fill, "@ink" if fill == "@page" else "@other") if there else dropped(px, py, r))
    return out


def batch_norm(entering: Any, normal: Any, leaving: Any) -> Picture:
    """Whatever comes in, a standard hill goes out. Each row is a feature, each hill how its values are spread over the
    batch. Hills that were wide or narrow, far left or far right, are all centred on 0 with the same width; then each is
    stretched and shifted anew.

    entering, normal, leaving: (N, features), before batch norm, after normalising, and after stretching and shifting.
    """
    columns = [numbers(values, "a batch of features") for values in (entering, normal, leaving)]
    heads = ("what comes in", "normalised", "stretched by $γ$, shifted by $β$")
    limit, wide, high = 10.0, 190.0, 54.0
    features = columns[0].shape[1]
    out: list[Shape] = []
    for column, (values, said) in enumerate(zip(columns, heads, strict=True)):
        x0 = 20 + 235 * column
        out.append(head(x0, 26, said))
        for row in range(features):
            y = 112 + 92 * row
            counts, edges = np.histogram(values[:, row], bins=60, range=(-limit, limit))
            heights = np.convolve(counts, [0.25, 0.5, 0.25], "same")
            at = x0 + wide * ((edges[1:] + edges[:-1]) / 2 + limit) / (2 * limit)
            hill = [(x0, y), *zip(at, y - high * heights / max(1, heights.max()), strict=True), (x0 + wide, y)]
            out += [shape("path", d=through(hill) + "Z", fill="@plain_bn" if column else "@plain")]
            out += [straight(x0, y, x0 + wide, y, "@control", THIN)]
            out += [straight(x0 + wide / 2, y - high - 6, x0 + wide / 2, y, "@ink2", THIN, dash=(2, 3))]
            mean, spread = round(float(values[:, row].mean()), 1) + 0.0, float(values[:, row].std())
            out.append(note(x0, y + 18, f"mean {figure(mean, 1)}, deviation {figure(spread, 1)}", "start"))
            out += [arrow((x0 + wide + 12, y - 18), (x0 + wide + 34, y - 18))] * (column < len(columns) - 1)
    foot = note(20, 112 + 92 * features - 32, "dotted: 0; each axis runs from −10 to 10", "start")
    return picture(batch_norm.__doc__, 112 + 92 * features - 18, out, foot)


def two_modes() -> Picture:
    """Whose mean it takes depends on the mode. In training, batch norm takes the statistics of the batch that passes,
    and the stored averages follow them slowly. In evaluation the batch is not asked: the stored averages go in, whoever
    passes.
    """
    out: list[Shape] = []
    for k, said in enumerate(("training", "evaluation")):
        x0, y, training = 20 + 350 * k, 220.0, k == 0
        out += [rect(x0, 12, 320, 292, "@surface", r=6), head(x0 + 14, 38, said)]
        out += [unit(x0 + 40, y, "$x$"), glyph(x0 + 160, y, "norm", 54, "@plain_bn"), unit(x0 + 280, y, "$y$")]
        out += [arrow((x0 + 58, y), (x0 + 131, y)), arrow((x0 + 188, y), (x0 + 261, y))]
        out.append(note(x0 + 160, y + 54, "batch norm"))
        ink = "@plain_bn" if training else "@control"
        out += [rect(x0 + 18, 72, 128, 50, "@page", ink, THICK if training else THIN, r=4)]
        out += [words(x0 + 82, 94, "this batch's"), words(x0 + 82, 113, "$μ$, $σ^2$")]
        ink = "@control" if training else "@plain_bn"
        out += [rect(x0 + 174, 72, 128, 50, "@page", ink, THIN if training else THICK, r=4)]
        out += [words(x0 + 238, 94, "stored averages"), words(x0 + 238, 113, "of $μ$, $σ^2$")]
        if training:
            out += [arrow((x0 + 40, y - 20), (x0 + 40, 126)), note(x0 + 50, 168, "measured", "start")]
            out += [arrow((x0 + 138, 122), (x0 + 154, 190), colour="@plain_bn", width=2.75)]
            out += [arrow((x0 + 148, 97), (x0 + 172, 97)), note(x0 + 302, 142, "follow slowly", "end")]
        else:
            out += [arrow((x0 + 182, 124), (x0 + 166, 190), colour="@plain_bn", width=2.75)]
            out.append(note(x0 + 18, 142, "not asked", "start"))
    return picture(two_modes.__doc__, 316, out)


def norms() -> Picture:
    """One column or one row. Rows are examples, columns features or channels. Batch norm averages one column over
    all examples, layer norm one row over all features.
    """
    rows, columns, pitch = 5, 4, 27
    said = (
        ("a mean per feature,", "over $N$ examples"), ("a mean per example,", "over $C$ features"),
        ("a mean per channel,", "over $N$ · $H$ · $W$"), ("a mean per example,", "over $C$ · $H$ · $W$"),
    )  # fmt: skip
    out = [head(44, 26, "fully connected: ($N$, $C$)"), head(376, 26, "convolutional: ($N$, $C$, $H$, $W$)")]
    for p in range(4):
        x0, y0, maps, batch = 44 + 160 * p + 12 * (p > 1), 92, p > 1, p % 2 == 0
        colour = "@plain_bn" if batch else "@ink"
        out += [words(x0 + 52, 56, ("layer norm", "batch norm")[batch]), words(x0 - 10, y0 + 71, "$N$", "end", 15)]
        out.append(words(x0 + 52, y0 - 9, "$C$", size=15))
        for i in range(rows):
            for j in range(columns):
                on, x, y = (j if batch else i) == 1, x0 + j * pitch, y0 + i * pitch
                out.append(rect(x, y, 24, 24, colour if on else "@page", colour if on else "@control", THIN))
                if maps:
                    out.append(
                        line(f"M{x + 8} {y}v24m8 0v-24M{x} {y + 8}h24m0 8h-24", "@page" if on else "@control", 0.75)
                    )
        means = [
            (x0 + k * pitch + 5, 254) if batch else (x0 + 126, y0 + k * pitch + 5)
            for k in range(columns if batch else rows)
        ]
        way = (
            ((x0 + pitch + 12, 228), (x0 + pitch + 12, 251))
            if batch
            else ((x0 + 107, y0 + pitch + 12), (x0 + 123, y0 + pitch + 12))
        )
        out.append(arrow(*way, colour=colour, width=THIN))
        out += [
            rect(x, y, 14, 14, colour if k == 1 else "@page", colour if k == 1 else "@control", THIN)
            for k, (x, y) in enumerate(means)
        ]
        out += [note(x0 + 52, 298, said[p][0]), note(x0 + 52, 318, said[p][1])]
    return picture(norms.__doc__, 334, out)
