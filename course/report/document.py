"""The report of `course compare`, put together: the page, and its first chart alone."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from course import __version__, smoothing, themes, views, wording
from course.records import Run
from course.report import panels, provenance, style, table, words
from course.report.comparison import Comparison
from course.report.depth_chart import TITLE, depth_chart
from course.report.script_data import script_data
from course.views import Drawing
from course.views.drawing import text
from course.views.marks import swatch

SIZES = {"wide": 1120, "middle": 800, "narrow": 620}  # one drawing of the first chart for each width of the window
HEADING = 60  # pixels above the chart where it stands alone


def page(settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], runs: Sequence[Run]) -> str:
    """The whole page, whatever was run and however much of it: what is missing is said.

    settings, rows: as in `compare.json`; `settings["classes"]` is how many classes there are. runs: in the rows' order.
    """
    comparison = Comparison(settings, rows, runs)
    return (
        style.templates()
        .get_template("page.html")
        .render(
            comparison=comparison,
            headline=words.headline(comparison),
            words=words,
            provenance=provenance,
            smoothing=smoothing,
            table=table,
            wording=wording,
            isfinite=math.isfinite,
            str=str,
            label=themes.label,
            columns=panels.columns(comparison),
            svg=lambda drawing: Markup(views.svg(drawing, "css")),
            swatch=swatch,
            panel=lambda depth: panels.panel(comparison, depth),
            charts=[depth_chart(comparison, width, name) for name, width in SIZES.items()],
            recipe_json=json.dumps(settings["recipe"], indent=1, ensure_ascii=False),
            data=_json(script_data(comparison)),
            style=Markup(style.stylesheet()),
            script=Markup(style.read("page.js")),
            version=__version__,
        )
    )


def _json(value: Any) -> Markup:
    """For a script element, which nothing in it may end."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


def hero_svg(
    settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], theme: str = "light", width: int = 860
) -> str:
    """The first chart alone, as the text of an SVG file with its colours written out: for a README or a slide.

    settings, rows: as in `compare.json`.
    """
    comparison = Comparison(settings, rows)
    return views.svg(_headed(depth_chart(comparison, width, still=True), provenance.subtitle(comparison)), theme) + "\n"


def _headed(drawn: Drawing, said: str) -> Drawing:
    """The drawing below its title and a line that says what it is of."""
    heading = text(10, 22 - HEADING, TITLE, size=16, bold=True), text(10, 44 - HEADING, said, colour="@ink2")
    return replace(drawn, top=-HEADING, height=drawn.height + HEADING, shapes=(*heading, *drawn.shapes))
