"""The drawings of chapter 4: highway networks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course import wording
from course.drawings.marks import (
    THICK,
    THIN,
    arrow,
    band,
    bar,
    bend,
    box,
    circle,
    empty_bar,
    figure,
    head,
    note,
    plus,
    rect,
    straight,
    unit,
    words,
)
from course.drawings.picture import Picture, Scene, picture
from course.views.arrays import numbers
from course.views.drawing import Shape, line, shape, through

FULL = 32.0  # pixels of a stream that carries everything


def highway(gates: Mapping[float, float]) -> Picture:
    """A gate decides the width of two streams. The input takes two pipes. A gate at the end of each lets a share
    through: what one opens, the other closes. After the gates the two streams, the input and something new, are
    added.

    gates: for each gate bias the transform gate T (0 to 1) that was measured. The scenes go from a bias of -2, or the
    nearest, down to the lowest, up to the highest and back.
    """
    if not gates or not all(0 <= t <= 1 for t in gates.values()):
        raise ValueError(f"a gate lies between 0 and 1; got {dict(gates)}")
    up, low, mid = 92.0, 216.0, 154.0
    pipes = [bend([(64, mid), (140, mid), (168, y), (400, y)], 34) for y in (up, low)]
    biases = sorted(gates)
    rest = biases.index(min(biases, key=lambda bias: abs(bias + 2)))
    tour = [*biases[rest::-1], *biases[1:], *biases[-2 : rest - len(biases) : -1]]
    return picture(
        highway.__doc__,
        292,
        [line(d, colour, width) for colour, width in (("@ink", FULL + 3), ("@sunken", FULL)) for d in pipes],
        box(276, low, "$H(x)$", 84, 48), box(276, mid, "$T(x)$", 84, 40, "@highway", "@on_highway"),
        arrow((140, mid), (232, mid)),
        unit(46, mid, "$x$"), note(236, up - 26, "the input"), note(236, 262, "something new"),
        measured=f"Measured: T = {figure(gates[biases[rest]])} at gate bias {figure(biases[rest], 1)}.",
        scenes=tuple(
            Scene(
                (*_streams(gates[bias], up, low, mid), note(676, 46, f"gate bias {figure(bias, 1)}", "end")),
                f"Gate bias {figure(bias, 1)}: {figure(gates[bias])} new, {figure(1 - gates[bias])} of the input.",
                stop=bias % 2 == 0,
            )
            for bias in tour
        ),
        seconds=0.1,
    )  # fmt: skip


def _streams(t: float, up: float, low: float, mid: float) -> list[Shape]:
    """What moves: both gates, what comes through them, and the sum."""
    out: list[Shape] = []
    for y, colour, share in ((up, "@highway", 1 - t), (low, "@plain", t)):
        opening = FULL * share
        out.append(band(bend([(400, y), (464, y), (512, mid), (556, mid)], 44), opening, colour))
        out.append(rect(389, y - 34, 22, 68, "@page"))
        for side in (-1, 1):
            top = y - 34 if side < 0 else y + opening / 2
            out.append(rect(391, top, 18, 34 - opening / 2, "@highway", "@page", 2.5))
        out.append(band(f"M389 {y:g}h22", opening, colour))
        out.append(arrow((318, mid), (400, mid), (400, y + (35 if y < mid else -35)), colour="@highway"))
    out += [rect(556, mid - FULL / 2, 84, FULL, "@plain"), rect(556, mid - FULL / 2, 84, FULL * (1 - t), "@highway")]
    out += [plus(556, mid, 20), unit(656, mid, "$y$")]
    out += [
        words(452, 46, "carry gate 1 − $T$ =", "end"),
        head(457, 46, figure(1 - t)),
        words(452, 274, "transform gate $T$ =", "end"),
        head(457, 274, figure(t)),
    ]
    return out


def fading(shares: Mapping[str, Sequence[float]]) -> Picture:
    """The gate bias decides what arrives. Rows of bars, one for each gate bias: the share of the input in the signal
    after each layer. Half-open gates leave nothing after a few layers; nearly shut ones let a good part arrive at the
    end.

    shares: for each row's name the share (0 to 1) after layer 1, 2, ….
    """
    out: list[Shape] = []
    depth = max((len(row) for row in shares.values()), default=0)
    if not depth:
        raise ValueError("a share for each layer is drawn; got none")
    pitch = 420 / depth
    for i, (name, row) in enumerate(shares.items()):
        y = 48 + 92 * i
        out.append(head(124, y + 35, wording.minus(name), "end"))
        for k, share in enumerate(row):
            x, high = 140 + pitch * k, 60 * float(share)
            out += [rect(x, y, pitch - 2, 60, "@sunken"), rect(x, y + 60 - high, pitch - 2, high, "@highway")]
        out += [head(572, y + 26, _per_cent(float(row[-1]))), note(572, y + 46, "arrives", "start")]
    foot = 48 + 92 * len(shares) - 12
    out += [note(140 + pitch * (n - 0.5), foot, str(n)) for n in (1, *range(10, depth + 1, 10))]
    out += [note(124, foot, "layer", "end"), head(140, 28, "Share of the input in the signal after each highway layer")]
    said = ", ".join(f"{name} {_per_cent(float(row[-1]))}" for name, row in shares.items())
    return picture(fading.__doc__, foot + 14, out, measured=f"After the last layer: {said}.")


def _per_cent(share: float) -> str:
    small = 0 < share < 1e-6
    return f"about {wording.tick(round(math.log10(100 * share)))} %" if small else f"{wording.number(100 * share)} %"


def notations() -> Picture:
    """Two notations for one gate. Left and right stand the same layer and the same opening. The share of the input that
    is carried, drawn over the gate's bias, falls in the one notation and rises in the other: mirror images.
    """
    bias, top, high = 2.0, 60.0, 104.0
    carried = 1 / (1 + math.exp(-bias))
    y = top + high * (1 - carried)
    out: list[Shape] = [straight(350, 40, 350, 296, "@axis", THIN, dash=(6, 5))]
    for mid, sign, name, old, new, formula in (
        (176.0, -1, "transform notation", "1 − $T$", "$T$", "$y$ = $T$ $H$ + (1 − $T$) $x$"),
        (524.0, 1, "carry notation", "$z$", "1 − $z$", "$y$ = $z$ $x$ + (1 − $z$) $H$"),
    ):
        biases = [k / 20 for k in range(-120, 121)]
        curve = [(mid + 20 * b, top + high * (1 - 1 / (1 + math.exp(-sign * b)))) for b in biases]
        x, outer = mid + 20 * sign * bias, mid + 120 * sign
        out += [
            head(mid, 26, name, "middle"),
            rect(mid - 120, top, 240, high, "@page", "@axis", THIN),
            straight(mid, top, mid, top + high, "@hairline", THIN),
            straight(x, y, x, top + high, "@ink", THIN, dash=(2, 3)),
            straight(350, y, outer, y, "@ink", THIN, dash=(2, 3)),
            line(through(curve), "@highway", THICK),
            circle(x, y, 5, stroke=THICK),
            words(outer + 8 * sign, y + 5, figure(carried), "end" if sign < 0 else "start"),
            words(x, top + high + 18, f"bias {figure(sign * bias, 0)}"),
            words(mid, 218, formula, size=16),
            band(f"M{mid - 112} 248h224", 0.8 * FULL * carried, "@highway"),
            words(mid, 253, f"{old}: carried, the input $x$", colour="@on_highway"),
            band(f"M{mid - 112} 271h224", 0.8 * FULL * (1 - carried), "@plain"),
            words(mid, 294, f"{new}: something new, $H$"),
        ]
    out.append(words(350, 26, "share of $x$ carried", size=12, colour="@ink2"))
    return picture(notations.__doc__, 310, out)


def gates_of_digits(gates: Any) -> Picture:
    """A route for each digit. A panel is half of a digit's pictures: a row is a block, the lowest next to the input; a
    mark stands where a unit's gate is at least twice as far open as on average. The two halves of a digit, one above
    the other, share most marks; different digits hardly any.

    gates: (halves, digits, blocks, units), the mean transform gate over a half of each digit's pictures; two halves.
    """
    array = numbers(gates, "a gate for each half, digit, block and unit")
    if array.ndim != 4 or len(array) != 2:
        raise ValueError(f"gates have the shape (2, digits, blocks, units); got {array.shape}")
    _, digits, blocks, units = array.shape
    opened = array > 2 * np.maximum(array.mean((0, 1)), 0.005)
    out: list[Shape] = []
    wide, high = (660 - 16 * (digits - 1)) / digits, 132.0
    a, b = wide / units, high / blocks
    for half, digit in np.ndindex(2, digits):
        x, y = 20 + (wide + 16) * digit, 44 + (high + 10) * half
        out.append(rect(x, y, wide, high, "@page", "@axis", THIN))
        marks = "".join(
            f"M{x + a * u:.1f} {y + high - b * (k + 1):.1f}h{a:.2f}v{b:.2f}h{-a:.2f}z"
            for k, u in np.argwhere(opened[half, digit])
        )
        out.append(shape("path", d=marks or "M0 0", fill="@highway"))
    alike = np.array([[_agreement(one, other) for other in opened[1]] for one in opened[0]])
    foot = 44 + 2 * high + 10
    for digit in range(digits):
        x = 20 + (wide + 16) * digit
        out += [head(x, foot + 18, str(digit)), note(x + wide, foot + 18, _shared(alike[digit, digit]), "end")]
    at_most = float(alike[~np.eye(digits, dtype=bool)].max(initial=0))
    said = f"Above and below: two halves of a digit's pictures. Two different digits: at most {_shared(at_most)}."
    out += [
        words(20, 28, f"{blocks} blocks of {units} gates: filled where open twice as far as on average", "start"),
        words(20, foot + 42, said, "start"),
    ]
    least = float(alike.diagonal().min())
    measured = f"Measured: within a digit at least {_shared(least)}, between two at most {_shared(at_most)}."
    return picture(gates_of_digits.__doc__, foot + 54, out, measured=measured)


def _shared(share: float) -> str:
    return f"{100 * share:.0f} % shared"


def _agreement(one: Any, other: Any) -> float:
    """The share of the marks in either panel that stand in both."""
    return float((one & other).sum() / max((one | other).sum(), 1))


def routes(alike: Mapping[str, Any], labels: Sequence[int]) -> Picture:
    """Pictures of one digit take similar routes. Square grids, side by side; a row and a column are pictures, in the
    order of their digits. A filled square is a pair that is alike, the larger the more. After training ten dense blocks
    stand on the diagonal; before it they are faint.

    alike: for each panel's name the correlation (-1 to 1) of each two pictures, (N, N); labels: the digit of each, in
    rising order. Pairs below 0.1 are left empty.
    """
    order = [int(label) for label in labels]
    grids = {name: numbers(values, "a correlation for each pair") for name, values in alike.items()}
    count = len(order)
    if not grids or order != sorted(order) or any(grid.shape != (count, count) for grid in grids.values()):
        raise ValueError(f"a panel is a correlation for each pair of the {count} pictures, sorted by label")
    out: list[Shape] = []
    gap, x0, top = 16.0, 22.0, 36.0
    side = (694 - x0 - gap * (len(grids) - 1)) / max(len(grids), 3)
    cell = side / count
    middles = {label: (order.index(label) + order.count(label) / 2) * cell for label in order}
    out += [words(x0 - 6, top + at + 5, str(label), "end") for label, at in middles.items()]
    for panel, (name, grid) in enumerate(grids.items()):
        x = x0 + (side + gap) * panel
        out += [head(x, top - 12, name), rect(x, top, side, side, "@page", "@axis", THIN)]
        out += [words(x + at, top + side + 18, str(label)) for label, at in middles.items()]
        marks = []
        for (i, j), value in np.ndenumerate(grid):
            edge = cell * math.sqrt(min(1.0, max(0.0, value))) if value >= 0.1 else 0.0
            corner = (x + (j + 0.5) * cell - edge / 2, top + (i + 0.5) * cell - edge / 2)
            marks += [f"M{corner[0]:.1f} {corner[1]:.1f}h{edge:.1f}v{edge:.1f}h-{edge:.1f}z"] * (edge > 0)
        out.append(shape("path", d="".join(marks) or "M0 0", fill="@ink"))
    same = np.equal.outer(order, order) & ~np.eye(count, dtype=bool)
    said = ", ".join(f"{name} {figure(float(grid[same].mean()))}" for name, grid in grids.items() if same.any())
    return picture(routes.__doc__, top + side + 28, out, measured=f"Mean correlation within a digit: {said}.")


def lesion(errors: Mapping[str, Any], whole: Mapping[str, float]) -> Picture:
    """One layer out. Two rows of bars, one for a plain and one for a highway network; a line above them shows the
    error. For the plain network the line jumps up at each bar; for the highway network it stays at the bottom.

    errors: for each kind the errors (0 to 1) without block 1, 2, …; whole: the error of each with all blocks.
    """
    out: list[Shape] = []
    x0, x1 = 130.0, 560.0
    for row, (kind, values) in enumerate(errors.items()):
        found = numbers(values, "an error for each block")
        top, y = 52 + 136 * row, 142.0 + 136 * row
        at = [x0 + (x1 - x0) * (i + 0.5) / len(found) for i in range(len(found))]
        out += [straight(x0, y - 90, x1, y - 90, "@hairline", THIN), straight(x0, y, x1, y, "@axis", THIN)]
        out += [note(x0 - 8, y - 85, "100 %", "end"), note(x0 - 8, y + 2, "0", "end")]
        high = [y - 90 * float(e) for e in found]
        wide = min(12.0, (x1 - x0) / len(found) - 2.5)
        out += [bar(x, y + 22, 28, f"@{kind}", wide) for x in at]
        base = y - 90 * whole[kind]
        comb = [
            (x + d * wide / 2, level)
            for x, h in zip(at, high, strict=True)
            for d, level in ((-1, base), (-1, h), (1, h), (1, base))
        ]
        out.append(line(through([(x0, base), *comb, (x1, base)]), "@ink", THICK, stroke_linejoin="round"))
        out += [words(x1 + 16, top + 14, f"{kind}, {len(found)}", "start", bold=True)]
        out += [note(x1 + 16, top + 36, f"whole {100 * whole[kind]:.1f} %", "start")]
        out += [note(x1 + 16, top + 55, f"worst {100 * found.max():.0f} %", "start")]
        out += [note(x, y + 54, str(i)) for i, x in enumerate(at, 1) if len(at) > 10 and i % 10 == 0]
    out += [head(x0, 28, "Error without one block"), straight(x0 + 176, 23, x0 + 204, 23, width=THICK)]
    foot = 142 + 136 * len(errors) - 72
    said = "; ".join(f"{kind} {whole[kind]:.1%} whole, at worst {max(map(float, e)):.0%}" for kind, e in errors.items())
    return picture(lesion.__doc__, foot, out, measured=f"Measured: {said}.")


def cut(kept: Sequence[bool], wrong: str) -> Picture:
    """Most blocks can go at once. A row of blocks, from the input to the output. What was taken out for good is an
    outline with the line running through; what is left is solid, and it stands near the input.

    kept: for each block whether it is still there, the one next to the input first; wrong: what the rest still does, in
    words.
    """
    there = [bool(block) for block in kept]
    if not there:
        raise ValueError("whether it is still there is given for each block; got none")
    x0, pitch, y = 64.0, 572 / len(there), 118.0
    out: list[Shape] = [straight(30, y, 670, y), unit(20, y, "$x$", 13), unit(680, y, "$y$", 13)]
    for i, block in enumerate(there):
        x, wide = x0 + pitch * (i + 0.5), pitch * 0.66
        out.append(bar(x, y, 84, "@highway", wide) if block else empty_bar(x, y, 84, wide))
        out += [note(x, y + 62, str(i + 1))] * (i == 0 or (i + 1) % 10 == 0)
    said = f"{there.count(False)} of {len(there)} blocks are gone"
    out += [head(x0, 40, said, size=22), words(x0, y + 96, wrong, "start", 16)]
    return picture(cut.__doc__, y + 112, out, measured=f"{said}; {wrong}.")
