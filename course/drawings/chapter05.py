"""The drawings of chapter 5: residual networks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np

from course import wording
from course.drawings.marks import (
    LINE,
    THICK,
    THIN,
    arrow,
    band,
    bar,
    bend,
    box,
    bracket,
    cells,
    chevron,
    circle,
    dropped,
    figure,
    glyph,
    head,
    key,
    note,
    plus,
    rect,
    straight,
    unit,
    words,
)
from course.drawings.picture import Picture, Scene, picture
from course.views.arrays import numbers
from course.views.drawing import Shape, line
from course.views.marks import hatch

Path = tuple[int, ...]


def nested_classes() -> Picture:
    """Larger is not enough. Left, four classes of functions of growing size that do not contain one another: the two
    largest end further from the function that is sought than the second. Right, each class contains the one before it,
    so the largest is never further away.
    """
    out: list[Shape] = []
    apart = ((76, 240, 34), (190, 158, 44), (140, 290, 58), (262, 262, 74))
    inside = ((470, 250, 34), (482, 238, 60), (500, 224, 92), (520, 208, 128))
    for title, x, circles, (sx, sy) in (
        ("Not nested", 26, apart, (232, 76)),
        ("Nested", 376, inside, (652, 76)),
    ):
        out.append(head(x, 28, title))
        for i, (cx, cy, r) in enumerate(circles, 1):
            away = math.hypot(sx - cx, sy - cy)
            to_x, to_y = (sx - cx) / away, (sy - cy) / away
            out.append(circle(cx, cy, r, "none", stroke=THICK if i == 4 else LINE))
            out.append(words(cx + (r - 14) * to_x, cy + (r - 14) * to_y + 5, str(i)))
            if i == 4 or (i == 2 and circles is apart):  # the gap that is left
                near = cx + r * to_x, cy + r * to_y
                out.append(straight(*near, sx, sy, "@axis", THIN, dash=(4, 4)))
        out += [rect(sx - 5, sy - 5, 10, 10, "@ink"), words(sx, sy - 14, "sought")]
    return picture(nested_classes.__doc__, 366, out)


def residual_block(parameters: int, plain: float, residual: float) -> Picture:
    """Same boxes, one line more. Above a plain, below a residual block. The lower one has one line more: the input
    goes around the branch F and is added in front of the last ReLU. So it arrives even where F gives nothing.

    parameters: of either; plain, residual: the similarity (cosine) of y and x while F is switched off.
    """
    out: list[Shape] = []
    for y, share in ((84, plain), (236, residual)):
        shortcut = y > 100
        stops = [(55, 98), (170, 207), (245, 271), (309, 346), (418, 455), (493, 526 if shortcut else 577)]
        out += [arrow((a, y), (b, y)) for a, b in stops + [(550, 577)] * shortcut]
        out += [box(134, y, "conv"), box(382, y, "conv"), unit(38, y, "$x$"), unit(662, y, "$y$")]
        out += [glyph(x, y, name, 38) for x, name in ((226, "norm"), (290, "relu"), (474, "norm"), (596, "relu"))]
        out += [arrow((615, y), (643, y)), words(679, y - 40, f"$y$ = ReLU($F(x)${' + $x$' * shortcut})", "end")]
        out += [line(f"M98 {y + 28}v5H493v-5", "@axis", THIN), words(295, y + 50, f"$F$, {parameters:,} parameters")]
        out += [
            note(630, y + 50, "$F$ off: similarity of $y$ and $x$", "end"),
            head(638, y + 52, figure(share, 0), size=20),
        ]
    out += [arrow((74, 236), (74, 184), (538, 184), (538, 222), colour="@residual", width=THICK, r=22)]
    out += [circle(74, 236, 4, "@residual", None), plus(538, 236, 12, "@residual")]
    out += [head(21, 34, "plain block"), head(21, 172, "residual block"), note(306, 174, "shortcut: $x$ as it is")]
    out += [key(7, 322, "weights", "convolution: weights and biases"), glyph(302, 322, "norm", 20)]
    out += [note(320, 327, "batch norm: $γ$ and $β$", "start"), glyph(486, 322, "relu", 20)]
    out.append(note(504, 327, "ReLU: no parameters", "start"))
    arrives = f"Similarity of y and x while F is off: {figure(plain, 0)} above, {figure(residual, 0)} below."
    return picture(residual_block.__doc__, 340, out, measured=arrives)


def _ways(sizes: Mapping[Path, float]) -> list[Path]:
    if set(sizes) != set(product((0, 1), repeat=3)):
        raise ValueError(f"the eight paths of three blocks are drawn; got {len(sizes)}: use a network of three blocks")
    return sorted(product((0, 1), repeat=3), key=lambda way: (sum(way), [-v for v in way]))


PLACES, MID, WIDEST = (166.0, 262.0, 358.0), 196.0, 12.0


def _path(way: Path, i: int, width: float) -> list[Shape]:
    """One path from y back to x, as wide as its gradient."""
    y = 36 + 44.0 * i + 4 * sum(way)
    d = f"M482 {MID:g}C450 {MID:g} 452 {y:g} 424 {y:g}"
    for on, bx in zip(way[::-1], PLACES[::-1], strict=True):
        over = f"C{bx + 22:g} {y:g} {bx + 26:g} {y - 15:g} {bx:g} {y - 15:g}S{bx - 22:g} {y:g} {bx - 36:g} {y:g}"
        d += f"H{bx:g}" if on else f"H{bx + 36:g}{over}"
    d += f"H108C78 {y:g} 84 {MID:g} 52 {MID:g}"
    out = [band(d, width, "@residual")] if width else [line(d, "@control", THIN, (3, 3))]
    if width > 8:
        out.append(chevron(408, y))
    return out + [box(bx, y, f"$f_{n}$", 42, 24) for on, bx, n in zip(way, PLACES, (1, 2, 3), strict=True) if on]


def paths(sizes: Mapping[Path, float]) -> Picture:
    """The gradient comes over the short paths. Through or around each of three blocks there are eight paths, each as
    wide as the gradient that comes back over it. The short ones are wide.

    sizes: for each path, such as (1, 0, 1), the size of its gradient; 1 through a branch, 0 around it.
    """
    ways, most = _ways(sizes), max(sizes.values()) or 1.0
    out: list[Shape] = []
    for i, way in enumerate(ways):
        out += _path(way, i, WIDEST * sizes[way] / most)
    said = []
    for k, (first, last) in enumerate(((0, 0), (1, 3), (4, 6), (7, 7))):
        a, b = 36 + 44 * first + 4 * k, 36 + 44 * last + 4 * k
        mean = sum(sizes[way] for way in ways[first : last + 1]) / (last - first + 1) / most
        count = ("1 path around all", "3 paths, one branch", "3 paths, two", "1 path, all three")[k]
        out += [bracket(530, a - 10, b + 10), words(542, (a + b) / 2 - 2, count, "start")]
        out.append(note(542, (a + b) / 2 + 17, f"gradient {figure(mean)}" + " on average" * (k in (1, 2)), "start"))
        said.append(f"{figure(mean)}")
    out += [unit(44, MID, "$x$"), unit(490, MID, "$y$")]
    out.append(key(27, 406, "backward", "the gradient runs back from $y$; width: its size, the largest is 1"))
    measured = f"By branches passed, 0 to 3: {', '.join(said)} of the largest."
    return picture(paths.__doc__, 426, out, measured=measured)


def lesion_of_paths(sizes: Mapping[Path, float]) -> Picture:
    """Without one block half of the paths are gone. Of the eight paths through three blocks the four that used this
    block vanish, whichever block it is; the other four still carry the gradient.

    sizes: as in `paths`. The scenes take out each block in turn.
    """
    ways, most = _ways(sizes), max(sizes.values()) or 1.0
    total = sum(sizes.values()) or 1.0

    def scene(out_of: int) -> Scene:
        """out_of: the block that is taken out, 1 to 3; 0 for none."""
        drawn: list[Shape] = []
        left = 0.0
        for i, way in enumerate(ways):
            gone = bool(out_of and way[out_of - 1])
            left += 0.0 if gone else sizes[way]
            y = 36 + 44.0 * i + 4 * sum(way)
            if not gone:
                drawn += _path(way, i, WIDEST * sizes[way] / most)
                continue
            x = PLACES[out_of - 1]
            drawn.append(line(f"M108 {y:g}H424", "@control", THIN, (3, 3)))
            drawn += [
                box(bx, y, f"$f_{n}$", 42, 24)
                for on, bx, n in zip(way, PLACES, (1, 2, 3), strict=True)
                if on and n != out_of
            ]
            drawn += [rect(x - 21, y - 12, 42, 24, "@page", "@axis", THIN, 4, stroke_dasharray="3 3")]
            drawn.append(line(hatch(x - 21, y - 12, 42, 24), "@hatch", 1.2))
        count = 4 if out_of else 8
        drawn += [unit(44, MID, "$x$"), unit(490, MID, "$y$")]
        drawn += [words(532, 170, "nothing taken out" if not out_of else f"without $f_{out_of}$", "start")]
        drawn += [
            head(532, 206, f"{count} paths", size=20),
            words(532, 232, f"{100 * left / total:.0f} % of the gradient", "start"),
            note(532, 252, "added up over paths", "start"),
        ]
        name = "With all three blocks" if not out_of else f"Without block {out_of}"
        return Scene(tuple(drawn), f"{name}, {count} paths are left, with {100 * left / total:.0f} % of the gradient.")

    return picture(
        lesion_of_paths.__doc__,
        400,
        scenes=tuple(scene(out_of) for out_of in (2, 3, 1, 0)),
        seconds=1.6,
        measured="Widths: measured gradients.",
    )


def preactivation() -> Picture:
    """Nothing after the sum. Above, the original block: a ReLU stands on the line after each sum. Below, full
    pre-activation: all ReLUs are in the branches, and one clean line runs from the first block to the last.
    """
    out: list[Shape] = []
    for y, branch in ((72, "conv norm relu conv norm"), (216, "norm relu conv norm relu conv")):
        clean = branch.startswith("norm")
        out.append(straight(54, y, 646, y, "@residual", THICK))
        for i in range(3):
            x, parts = 78 + 188.0 * i, branch.split()
            foot, pitch = y + 56, 128 / len(parts)
            out.append(line(bend([(x, y), (x, foot), (x + 132, foot), (x + 132, y + 24)]), "@ink", LINE))
            out.append(arrow((x + 132, y + 34), (x + 132, y + 13)))
            for k, part in enumerate(parts):
                at = x + 2 + pitch * (k + 0.5)
                out.append(bar(at, foot, 22, width=18) if part == "conv" else glyph(at, foot, part, 19))
            out += [plus(x + 132, y, 12, "@residual"), circle(x, y, 4, "@residual", None)]
            out += [] if clean else [glyph(x + 165, y, "relu", 32)]
        out += [unit(38, y, "$x_0$"), unit(662, y, "$x_3$")]
    out += [head(21, 30, "original: a ReLU on the line after each sum")]
    out += [head(21, 176, "full pre-activation: nothing on the line")]
    out += [key(7, 314, "weights", "convolution"), glyph(166, 314, "norm", 20), note(184, 319, "batch norm", "start")]
    out += [glyph(286, 314, "relu", 20), note(304, 319, "ReLU", "start")]
    return picture(preactivation.__doc__, 332, out)


def changed_size(image: Any, half: Any) -> Picture:
    """When the size changes. A shortcut meets a sheet of half the height and width and twice the channels. Option A
    keeps every second pixel and fills the new channels with zeros; B and C put a small convolution on the line.

    image: (n, n), one channel that comes in; half: (channels, m, m), what option A makes of it, the first the old one.
    """
    inside, made = numbers(image, "a picture (n, n)"), numbers(half, "channels (C, m, m)")
    if inside.ndim != 2 or made.ndim != 3:
        raise ValueError(f"a picture (n, n) and channels (C, m, m) are drawn; got {inside.shape} and {made.shape}")
    low, span = float(inside.min()), float(np.ptp(inside)) or 1.0
    out: list[Shape] = []
    side, small = 88.0, 44.0
    for row, (name, how, elsewhere) in enumerate((
        ("A", "every second pixel, zeros beside", "elsewhere: the line alone"),
        ("B", "a 1 × 1 convolution, stride 2", "elsewhere: the line alone"),
        ("C", "a 1 × 1 convolution, stride 2", "elsewhere: a 1 × 1 convolution, too"),
    )):  # fmt: skip
        y = 76 + 108.0 * row
        out.append(head(20, y + 6, name, size=20))
        out += _sheet(52, y - side / 2, side, (inside - low) / span)
        zeros = 0 if row else 1
        if row:
            out += [straight(52 + side, y, 222, y, "@residual", THICK), box(222, y, "1 × 1", 64, 34)]
        out.append(arrow((254 if row else 52 + side, y), (334, y), colour="@residual", width=THICK))
        for k in range(min(2, len(made)) if not row else 2):
            x = 346 + 60.0 * k
            if k and zeros and not np.any(made[k]):
                out += [
                    rect(x, y - small / 2, small, small, "@page", "@ink", THIN),
                    line(hatch(x, y - small / 2, small, small), "@hatch", 1.2),
                ]
            else:
                out += _sheet(x, y - small / 2, small, (made[0 if row else k] - low) / span)
                out += [words(x + small / 2, y + 40, ("times $a$", "times $b$")[k])] if row else []
        out += [words(472, y - 4, how, "start"), note(472, y + 16, elsewhere, "start")]
    out += [note(96, 22, "1 channel"), note(398, 22, "2 channels"), note(428, 114, "zeros")]
    return picture(changed_size.__doc__, 346, out)


def _sheet(x: float, y: float, side: float, values: np.ndarray[Any, Any]) -> list[Shape]:
    return [*cells(x, y, side / len(values), values.tolist()), rect(x, y, side, side, "none", "@ink")]


def family(parameters: Mapping[int, int]) -> Picture:
    """One family for CIFAR. Three groups of bars, one for each stage: from group to group the picture halves, the
    channels double. A deeper member only has more bars in each group.

    parameters: for each n the number of parameters of the network with 6n + 2 layers.
    """
    out: list[Shape] = []
    x0, stage = 116.0, 146.0
    for k, (size, channels) in enumerate(((32, 16), (16, 32), (8, 64))):
        x, side = x0 + stage * k + 20, 64.0 / 2**k
        out += [
            rect(x + 5 * sheet, 92 - side - 5 * sheet + 20, side, side, "@page", "@ink", LINE if not sheet else THIN)
            for sheet in range((2, 4, 8)[k] - 1, -1, -1)
        ]
        out += [words(x - 8, 136, f"{size} × {size}, {channels} channels", "start", size=13)]
    for row, (n, count) in enumerate(parameters.items()):
        y = 176 + 62.0 * row
        out.append(straight(x0 - 22, y, x0 + 3 * stage + 14, y))
        pitch = (stage - 22) / (2 * n)
        wide = min(6.0, pitch - 1.5)
        out += [bar(x0 - 8, y, 36, width=min(6.0, wide)), bar(x0 + 3 * stage + 2, y, 36, width=wide)]
        for k in range(3):
            out += [bar(x0 + stage * k + 12 + pitch * (i + 0.5), y, 36, "@residual", wide) for i in range(2 * n)]
        out += [head(x0 - 34, y - 2, f"{6 * n + 2} layers", "end"), note(x0 - 34, y + 17, f"$n$ = {n}", "end")]
        out += [words(x0 + 3 * stage + 30, y - 2, f"{count / 1e6:.2f} million", "start")]
        out += [note(x0 + 3 * stage + 30, y + 17, "parameters", "start")]
    return picture(family.__doc__, 176 + 62 * len(parameters) - 26, out)


def broken_shortcuts(losses: Mapping[str, float]) -> Picture:
    """What stands on the shortcut. Six networks, each a line through the same blocks. Only where nothing stands on the
    line does it train well; each half, gate, matrix or dropout on it costs, and a gate that is nearly shut costs
    least.

    losses: the training loss with identity, half, dropout, projection, gate_0, gate_6; infinite where it diverged.
    """
    said = {
        "identity": "nothing", "gate_6": "a gate, bias −6", "gate_0": "a gate, bias 0", "half": "times ½",
        "projection": "a matrix", "dropout": "dropout of ½",
    }  # fmt: skip
    if set(losses) != set(said):
        raise ValueError(f"losses are given for {', '.join(said)}; got {', '.join(losses)}")
    low = math.log10(min((v for v in losses.values() if 0 < v < math.inf), default=0.01))
    high = math.log10(2.5)
    out: list[Shape] = [head(158, 28, "on the shortcut of each block"), head(508, 28, "training loss, log scale")]
    for row, (name, what) in enumerate(sorted(said.items(), key=lambda one: losses[one[0]])):
        y, loss = 66 + 48.0 * row, losses[name]
        out += [words(140, y + 5, what, "end"), straight(158, y, 480, y, "@residual", THICK)]
        for i in range(6):
            x = 190 + 52.0 * i
            out += [circle(x - 22, y, 3.5, "@residual", None), *_on_the_line(name, x, y)]
        share = (
            1.0
            if not math.isfinite(loss)
            else max(0.03, (math.log10(max(loss, 1e-9)) - low + 0.15) / (high - low + 0.15))
        )
        out.append(
            rect(508, y - 7, 110 * min(1.0, share), 14, "@ink" if math.isfinite(loss) else "@page", "@ink", THIN)
        )
        if not math.isfinite(loss):
            out.append(line(hatch(508, y - 7, 110, 14), "@ink", 1))
        out.append(head(628, y + 5, wording.number(loss)))
    reading = ", ".join(f"{said[name]} {wording.number(losses[name])}" for name in said)
    out.append(note(680, 352, "hatched: diverged at every rate", "end"))
    return picture(broken_shortcuts.__doc__, 364, out, measured=f"Losses: {reading}.")


def _on_the_line(name: str, x: float, y: float) -> list[Shape]:
    """What stands on one block's shortcut."""
    if name == "identity":
        return []
    if name == "half":
        return [rect(x - 13, y - 13, 26, 26, "@page", "@ink", r=4), words(x, y + 6, "½", size=16)]
    if name == "dropout":
        return [dropped(x, y, 12)]
    if name == "projection":
        return [box(x, y, "$W$", 30, 28)]
    shut = 9.5 if name == "gate_0" else 4.0  # of 19 pixels to either side; in truth 0.5 and 0.0025
    return [rect(x - 4, top, 8, shut, "@highway") for top in (y - 19, y + 19 - shut)]
