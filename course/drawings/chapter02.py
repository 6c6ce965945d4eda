"""The drawings of chapter 2: dropout and batch normalisation."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from course.drawings.marks import THIN, arrow, circle, dropped, head, key, note, rect, straight, words
from course.drawings.picture import Picture, picture
from course.views.arrays import numbers
from course.views.drawing import Shape, line

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
    for px, py, there, hidden in (unit for layer in places for unit in layer):
        fill = "@other" if mask and hidden else "@page"
        out.append(circle(px, py, r, fill, "@ink" if fill == "@page" else "@other") if there else dropped(px, py, r))
    return out


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
