"""The first chart of the report: final training loss against depth, both axes logarithmic."""

from __future__ import annotations

import math
from html import escape
from itertools import pairwise

from course import themes, wording
from course.report import words
from course.report.bracket import bracket
from course.report.comparison import Study
from course.report.geometry import GAP, LEFT, TOP, Frame, frame
from course.summaries import DepthResult
from course.views import axes, shapes


def hero(study: Study, width: int, name: str) -> str:
    """The chart as SVG, so wide by its viewBox. `name` tells its ids from those of another size on the page."""
    here = frame(study, width)
    places = " ".join(f"{here.x(depth):.0f}" for depth in study.depths)
    parts = [
        f'<svg class="hero rest {name}" viewBox="0 0 {here.width} {here.height}" role="img" ',
        f'aria-labelledby="{name}-t {name}-d" data-x="{places}">',
        f'<title id="{name}-t">Final training loss against depth</title>',
        f'<desc id="{name}-d">{escape(_description(study))}</desc>',
        shapes.decade_grid(*here.limits, here.y, LEFT, here.right),
        _depth_axis(here),
        _guessing(here),
        *(_cursor(here, depth) for depth in study.depths),
        *(_kind(here, kind) for kind in study.kinds),
        _diverged_words(here),
        *(bracket(here, depth) for depth in study.depths),
        _labels(here),
        "</svg>",
    ]
    return "".join(parts)


def _description(study: Study) -> str:
    lines = {kind: study.line(kind) for kind in study.kinds}
    said = [
        f"{themes.label(kind)}: {', '.join(f'{c.words} at {c.depth}' for c in line)}"
        for kind, line in lines.items()
        if line
    ]
    return f"Median training loss at each number of layers. {'; '.join(said)}."


def _depth_axis(here: Frame) -> str:
    drawn = [shapes.line(f"M{LEFT} {here.bottom:g}H{here.right:.1f}", "axis")]
    last = math.inf
    for depth in reversed(here.study.depths):  # the deepest always has its number
        x = here.x(depth)
        drawn.append(shapes.line(f"M{x:.1f} {here.bottom:g}v6", "axis"))
        if last - x > 26:
            more = f' data-depth="{depth}"'
            drawn.append(shapes.text(x, here.bottom + 24, str(depth), "t2 tick", "middle", more))
            last = x
    return "".join(drawn) + shapes.text(here.right + 14, here.bottom + 24, "layers", "t2 layers")


def _guessing(here: Frame) -> str:
    loss = here.study.guessing
    if loss is None:
        return ""
    y, said = here.y(loss), f"guessing: ln {here.study.classes} = {wording.number(loss)}"
    left, right, width = LEFT + 8, here.right - 8, 7 * len(said)
    free = here.clearance(left, left + width, y - 11) >= min(here.clearance(right - width, right, y - 11), 16)
    words = shapes.text(left if free else right, y - 7, said, "t2 halo", "start" if free else "end")
    return shapes.line(f"M{LEFT} {y:.1f}H{here.right:.1f}", "chance") + words


def _cursor(here: Frame, depth: int) -> str:
    more = f' data-at="{here.study.depths.index(depth)}"'
    return shapes.line(f"M{here.x(depth):.1f} {TOP - 8}V{here.bottom:g}", "hair", more)


def _kind(here: Frame, kind: str) -> str:
    """Whiskers, line and markers of one kind."""
    line = here.study.line(kind)
    if not line:
        return ""
    whiskers = [_whisker(here, cell) for cell in line if cell.state == "trained" and len(cell.losses) > 1]
    marks = [
        shapes.cross(*here.point(cell)) if cell.state == "diverged" else shapes.marker(kind, *here.point(cell))
        for cell in line
    ]
    return _group(kind, "".join([*whiskers, shapes.line(_stretches(here, line), "run", shapes.dash(kind)), *marks]))


def _group(kind: str, content: str) -> str:
    return f'<g class="k-{themes.family(kind)}" data-kind="{escape(kind)}">{content}</g>'


def _stretches(here: Frame, line: list[DepthResult]) -> str:
    """From median to median or cross. Between two crosses nothing is known, so nothing is drawn."""
    stretches = [[line[0]]]
    for before, cell in pairwise(line):
        if before.state == cell.state == "diverged":
            stretches.append([cell])
        else:
            stretches[-1].append(cell)
    return "".join(shapes.path(here.point(cell) for cell in stretch) for stretch in stretches)


def _whisker(here: Frame, cell: DepthResult) -> str:
    x, low, high = here.point(cell)[0], here.y(cell.low), here.y(math.inf if cell.diverged else cell.high)
    return shapes.line(f"M{x:.1f} {low:.1f}V{high:.1f}M{x - 4:.1f} {low:.1f}h8M{x - 4:.1f} {high:.1f}h8", "whisker")


def _diverged_words(here: Frame) -> str:
    """Words above the crosses, as far as there is room; the table has every one."""
    result, last = [], -math.inf
    for depth in here.study.depths[:-1]:  # at the deepest the label at the right says it
        cells = here.cells(depth, "diverged")
        said = cells[0].words if len(cells) == 1 else f"{words.in_words(len(cells))} diverged"
        x, half = here.x(depth), 3.5 * len(said)
        if cells and x - half > last and x + half < here.right:
            result.append(shapes.text(x, TOP - 12, said, "t2 halo", "middle"))
            last = x + half + 10
    return "".join(result)


def _labels(here: Frame) -> str:
    """Name and value at the end of each line, pushed apart and joined to it."""
    ends = [line[-1] for line in (here.study.line(kind) for kind in here.study.kinds) if line]
    heights = axes.spread([here.point(cell)[1] for cell in ends], GAP)
    return "".join(_label(here, cell, height) for cell, height in zip(ends, heights, strict=True))


def _label(here: Frame, cell: DepthResult, height: float) -> str:
    x, (end, level) = here.right + 14, here.point(cell)
    deepest = cell.depth == here.study.depths[-1]
    leader = shapes.line(shapes.path([(end + 9, level), (x - 4, height)]), "leader") if deepest else ""
    name = f'<tspan class="n">{escape(themes.label(cell.kind))}</tspan>'
    value = f'<tspan class="t2" data-value="{escape(cell.kind)}">{cell.words}</tspan>'
    return _group(cell.kind, f'{leader}<text class="lab" x="{x:.1f}" y="{height + 5:.1f}">{name} {value}</text>')
