"""The last state of a lab as a picture, for whoever reads the notebook where no kernel runs: GitHub, an export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course import smoothing, themes, wording
from course.labs import LabRun
from course.views import axes, shapes

WIDTH, LEFT, RIGHT, TOP, BOTTOM, HEIGHT = 900, 58, 690, 40, 292, 330
MOST_POINTS = 300


class Picture:
    """The loss curves of some runs, labelled where they end, as SVG in the light theme on its own ground."""

    def __init__(self, runs: Sequence[LabRun]):
        self.runs = [live for live in runs if live.run.records]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": self.words()}

    def words(self) -> str:
        """One line for each run."""
        lines = [f"{r.number} {r.settings['label']}: {r.status}, training loss {wording.number(r.run.loss)}"
                 for r in self.runs]  # fmt: skip
        return "\n".join(lines) or "No run yet: press Train."

    def svg(self) -> str:
        """The whole picture."""
        curves = {live.id: _curve(live) for live in self.runs}
        low, high = axes.decades(v for curve in curves.values() for _, v in curve)
        y = axes.log_scale(low, high, TOP, BOTTOM)
        last = max((step for curve in curves.values() for step, _ in curve), default=1)
        ends = axes.spread([y(curves[live.id][-1][1]) for live in self.runs], themes.tokens()["chart"]["label_gap"])
        body = [
            shapes.text(0, 18, "Training loss, nats, log scale", "title"),
            shapes.decade_grid(low, high, y, LEFT, RIGHT, "tick"),
            shapes.text(LEFT, HEIGHT - 12, "0", "tick", "middle"),
            shapes.text(RIGHT, HEIGHT - 12, f"step {last}", "tick", "end"),
            *(_drawn(live, curves[live.id], last, y, end) for live, end in zip(self.runs, ends, strict=True)),
        ]
        if not self.runs:
            body.append(shapes.text((LEFT + RIGHT) / 2, 160, self.words(), "", "middle"))
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" width="{WIDTH}">'
        ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{themes.tokens()["ui"]["light"]["page"]}"/>'
        return f"{head}<title>Course lab</title><style>{_rules()}</style>{ground}{''.join(body)}</svg>"


def _curve(live: LabRun) -> list[shapes.Point]:
    """(step, smoothed loss), at most a few hundred."""
    steps = live.run.steps
    smoothed = smoothing.smooth([r.loss for r in steps], diverged=live.status == "diverged")
    return [(steps[i].step, smoothed[i]) for i in smoothing.thin(len(steps), MOST_POINTS)]


def _drawn(live: LabRun, curve: list[shapes.Point], last: float, y: Any, end: float) -> str:
    """One run: its line, what it ended in, and its label."""
    points = [(LEFT + (RIGHT - LEFT) * step / last, y(value)) for step, value in curve]
    dash = themes.tokens()["run_patterns"][live.number - 1]["dash"]
    style = f' stroke-dasharray="{" ".join(map(str, dash))}"' if dash else ""
    ink = themes.colour(live.family)
    broke = live.status == "diverged"
    value = f"diverged at step {live.run.diverged_at}" if broke else wording.number(live.run.loss)
    mark = shapes.cross(*points[-1]) if broke else ""
    label = shapes.text(RIGHT + 18, end + 5, f"{live.number}  {live.label}  {value}")
    return f'<g style="stroke:{ink}">{shapes.line(shapes.path(points), "run", style)}{mark}</g>{label}'


def _rules() -> str:
    ui, fonts = themes.tokens()["ui"]["light"], themes.tokens()["font"]
    return (
        f"text{{font:14px {fonts['ui']};fill:{ui['ink']}}}.title{{font-weight:700}}.tick{{fill:{ui['ink2']}}}"
        f".grid{{stroke:{ui['grid']}}}.run{{fill:none;stroke-width:2.25}}.cross{{stroke-width:2.5;fill:none}}"
    )
