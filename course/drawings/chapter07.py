"""The drawings of chapter 7: shattered gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from course import wording
from course.drawings.marks import (
    LINE,
    THICK,
    THIN,
    arrow,
    band,
    box,
    circle,
    dropped,
    glyph,
    head,
    note,
    plus,
    rect,
    straight,
    unit,
    weight,
    words,
)
from course.drawings.picture import Picture, picture
from course.views.arrays import numbers
from course.views.drawing import Point, Shape, line, shape, through


def shattering(on: Mapping[int, Any]) -> Picture:
    """A deep ReLU network cuts the line of inputs to pieces. A panel for each depth; a row in it is a unit of the last
    layer, filled along the line where the unit is on. One layer makes a few broad steps, 24 layers many narrow ones.

    on: for each number of layers (points, units), whether the unit is on at that point between -2 and 2.
    """
    if not on:
        raise ValueError("a panel for each number of layers is drawn; got none")
    wide, y = 440.0, 44.0
    out: list[Shape] = [head(96, 28, "Units of the last layer along a line of inputs: filled where on")]
    counts = []
    for layers, values in on.items():
        units = (numbers(values, "points and units") != 0).T
        tall, step = 64 / len(units), wide / units.shape[1]
        out.append(rect(96, y, wide, 64, "@page", "@axis", THIN))
        for k, row in enumerate(units):
            edges = [0, *(i for i in range(1, len(row)) if row[i] != row[i - 1]), len(row)]
            runs = "".join(
                f"M{96 + a * step:.1f} {y + tall * k:.1f}h{(b - a) * step:.1f}v{tall:.1f}h{(a - b) * step:.1f}z"
                for a, b in pairwise(edges)
                if row[a]
            )
            out.append(shape("path", d=runs or "M0 0", fill="@plain"))
        patterns = 1 + int((units[:, 1:] != units[:, :-1]).any(0).sum())
        counts.append(f"{patterns} after {wording.counted(layers, 'layer')}")
        out += [head(84, y + 37, wording.counted(layers, "layer"), "end"), head(550, y + 28, str(patterns), size=20)]
        out.append(note(550, y + 48, "patterns", "start"))
        y += 86
    out += [note(96, y + 2, "−2", "start"), note(316, y + 2, "input $x$"), note(536, y + 2, "2", "end")]
    return picture(shattering.__doc__, y + 16, out, measured=f"Patterns: {', '.join(counts)}.")


def noises(series: Mapping[str, Any]) -> Picture:
    """The same size, other neighbours. Panels with one series each, two in a row. On the left each point lies near the
    one before it, as on a walk; on the right it does not, and the line fills its panel from top to bottom.

    series: for each panel's name its values, in order.
    """
    if not series:
        raise ValueError("a panel for each series is drawn; got none")
    wide, tall = 316.0, 96.0
    out: list[Shape] = []
    for k, (name, values) in enumerate(series.items()):
        found = numbers(values, "a value for each point").ravel()
        x, y = 20 + 344 * (k % 2), 36 + 136 * (k // 2)
        most = float(abs(found).max()) or 1.0
        out += [head(x, y - 10, name), rect(x, y, wide, tall, "@page", "@axis", THIN)]
        out.append(straight(x, y + tall / 2, x + wide, y + tall / 2, "@hairline", THIN))
        drawn = [
            (x + 4 + (wide - 8) * i / max(1, len(found) - 1), y + tall / 2 - (tall / 2 - 6) * float(v) / most)
            for i, v in enumerate(found)
        ]
        out.append(line(through(drawn), "@plain", LINE))
    return picture(noises.__doc__, 36 + 136 * ((len(series) + 1) // 2) - 24, out)


def switches() -> Picture:
    """Why a layer halves what two gradients share. A layer of eight units, once for each of two inputs. Four units are
    on for either, two of them, with a ring, for both. The gradients leave as long as they came; what they share leaves
    half as wide.
    """
    out: list[Shape] = []
    for x, name, grad, on in ((150, "input A", "$g$", (0, 1, 2, 3)), (550, "input B", "$g$′", (2, 3, 4, 5))):
        out += [head(x, 24, name, "middle"), words(x - 48, 72, grad, "end", 16)]
        for top, foot, shared in ((38, 112, 28), (204, 278, 14)):
            out += [band(f"M{x} {top}V{foot}", 59, "@ink"), band(f"M{x} {top + 1.5}V{foot - 1.5}", 56, "@sunken")]
            out += [band(f"M{x} {top}V{foot}", shared, "@plain"), _down(x, foot - 20), _down(x, foot - 34)]
        for k in range(8):
            at = x - 112 + 32 * k
            out.append(circle(at, 158, 11, "@plain" if k in on else "@page"))
            if k in (2, 3):
                out.append(circle(at, 158, 15, "none", stroke=THICK))
    said = (
        (62, "what they share"), (98, "gradients come in"), (152, "on for each: 4 of 8"),
        (172, "on for both: 2 of 8"), (228, "as long as before,"), (248, "half as much shared"),
    )  # fmt: skip
    out += [words(350, y, text) for y, text in said]
    for end in (168, 532):
        out.append(straight(350 + (62 if end > 350 else -62), 57, end, 57, "@axis", THIN, dash=(2, 3)))
    out.append(note(350, 302, "schematic: the weights double both, the switches let through ½ and ¼"))
    return picture(switches.__doc__, 316, out)


def _down(x: float, y: float) -> Shape:
    """Which way the gradient runs in a band that falls."""
    return line(f"M{x - 5:.1f} {y:.1f}l5 6l5 -6", "@page", 2)


def branches(shares: Mapping[str, Sequence[float]]) -> Picture:
    """The later the block, the thinner its branch. For each β a row of blocks. The gradient that comes by the shortcut
    has the same width in all of them, what the branch adds to it less and less. So each block loses less of what two
    gradients share than the one before.

    shares: for each row's name what the branch adds in block 1, 2, … to a squared gradient of 1 on the shortcut.
    """
    count = max((len(row) for row in shares.values()), default=0)
    if not count:
        raise ValueError("a share for each block is drawn; got none")
    full, pitch = 36.0, 500 / count
    out: list[Shape] = []
    said = []
    for k, (name, row) in enumerate(shares.items()):
        y, left = 84 + 142 * k, 1.0
        out.append(head(88, y + 23, name, "end"))
        for b, share in enumerate(row):
            x, kept = 100 + b * pitch, (1 + share / 2) / (1 + share)
            left *= kept
            out.append(rect(x, y, pitch - 6, full, "@residual"))
            out.append(rect(x, y - 3 - max(0.75, full * share), pitch - 6, max(0.75, full * share), "@plain"))
            out.append(words(x + pitch / 2 - 3, y + full + 17, f"{100 * kept:.{kept > 0.99:d}f} %", size=12))
        out += [head(612, y + 20, f"{100 * left:.0f} %", size=20), note(612, y + 40, "is left", "start")]
        said.append(f"{name} {100 * left:.0f} %")
        out.append(note(88, y + full + 17, "kept", "end"))
    foot = 84 + 142 * len(shares) - 58
    out += [note(100 + (b + 0.5) * pitch - 3, foot, str(b + 1)) for b in range(count)]
    out += [note(88, foot, "block", "end"), head(100, 26, "Squared gradient: shortcut below, branch on top")]
    return picture(branches.__doc__, foot + 14, out, measured=f"Left after {count} blocks: {', '.join(said)}.")


def looks_linear() -> Picture:
    """Looks linear. The two halves of CReLU, with weights w and −w, add up to a straight line. When training parts the
    two weights, the line bends.
    """
    new = "@looks_linear"

    def graph(x: float, y: float, points: Sequence[Point], colour: str = "@ink") -> list[Shape]:
        drawn = through([(x + 44 * a, y - 44 * b) for a, b in points])
        axes = [straight(x - 44, y, x + 44, y, "@control", 0.75), straight(x, y - 44, x, y + 44, "@control", 0.75)]
        return [rect(x - 44, y - 44, 88, 88, "@page", colour, r=4), *axes, line(drawn, colour, THICK)]

    return picture(
        looks_linear.__doc__,
        304,
        unit(38, 154, "$x$"),
        arrow((55, 154), (80, 154), (80, 86), (120, 86)),
        arrow((55, 154), (80, 154), (80, 222), (120, 222), colour=new),
        graph(166, 86, [(-0.8, 0), (0, 0), (0.8, 0.8)]),
        graph(166, 222, [(-0.8, 0.8), (0, 0), (0.8, 0)], new),
        [words(166, 30, "ReLU($x$)"), words(166, 288, "ReLU(−$x$)")],
        [straight(210, 86, 330, 154, "@ink", 8), weight(210, 222, 330, 154, -1, colour=new), plus(338, 154, 16)],
        [arrow((354, 154), (400, 154)), words(290, 106, "$w$", "start", 16), words(290, 214, "−$w$", "start", 16)],
        graph(446, 154, [(-0.8, -0.8), (0.8, 0.8)]),
        [arrow((492, 154), (576, 154)), note(533, 142, "training")],
        graph(622, 154, [(-0.8, -0.25), (0, 0), (0.8, 0.8)]),
        [words(446, 98, "at the start"), words(622, 98, "later"), note(446, 222, "straight"), note(622, 222, "bent")],
    )


def five_techniques() -> Picture:
    """One block, five techniques. The same residual block is drawn five times: weights, batch norm, rectifier, dropout,
    weights, batch norm, and a shortcut to the sum. In each drawing one technique's part is thick: rectifier, dropout,
    batch norm, identity, initialisation.
    """
    out: list[Shape] = []
    for k, name in enumerate(("rectifier", "dropout", "batch norm", "identity", "initialisation")):
        x, y = 14 + 344 * (k % 2), 78 + 124 * (k // 2)
        out.append(head(x, y - 46, f"{k + 1}  {name}"))
        out += _block(x, y, name)
    key = ("solid: weights; bell: batch norm;", "elbow: ReLU; hatched: dropout;", "the line around: the identity")
    out += [note(372, 300 + 20 * i, said, "start") for i, said in enumerate(key)]
    return picture(five_techniques.__doc__, 364, out)


def _block(x: float, y: float, name: str) -> list[Shape]:
    """A residual block in which the part of one technique is thick and has the colour."""

    def colour(part: str) -> str:
        return "@residual" if part == name else "@axis"

    around = [(x + 30, y), (x + 30, y - 34), (x + 272, y - 34), (x + 272, y - 12)]
    solid = "@residual" if name == "initialisation" else "@control"
    thick = {"rectifier": (134, 308), "batch norm": (98, 238), "dropout": (168,)}.get(name, ())
    return [
        straight(x + 14, y, x + 326, y, "@axis", THIN),
        arrow(*around, colour=colour("identity"), width=THICK if name == "identity" else LINE),
        *(box(x + at, y, "$W$", 34, 30, solid) for at in (58, 206)),
        *(glyph(x + at, y, "norm", 24, colour("batch norm")) for at in (98, 238)),
        *(glyph(x + at, y, "relu", 24, colour("rectifier")) for at in (134, 308)),
        dropped(x + 168, y, 10),
        plus(x + 272, y, 12, colour("identity")),
        *(rect(x + at - 16, y - 16, 32, 32, "none", "@residual", THICK, r=5) for at in thick),
    ]
