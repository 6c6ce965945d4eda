"""The report of `course compare`: one self-contained HTML page. It needs no network, no Plotly and no second file.

The charts are drawn as SVG by `hero`, `table` and `panels`; the sentences are in `words` and `setup`, what the numbers
say in `study`. The script (`page.js`) does no arithmetic of its own: it looks up texts that were written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from course import __version__, themes
from course.records import Run
from course.report import provenance, sections, style, words
from course.report.comparison import Study
from course.report.depth_chart import hero
from course.report.script_data import texts
from course.report.table import table
from course.views import shapes

SIZES = {"wide": 1120, "middle": 800, "narrow": 620}  # one drawing of the first chart for each width of the window
LONG = 90  # letters, from where a headline is set smaller
HEADING = 60  # pixels above the chart where it stands alone


def page(settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], runs: Sequence[Run]) -> str:
    """The whole page, whatever was run and however much of it: what is missing is said.

    settings, rows: as in `compare.json`; `settings["classes"]` is how many classes there are. runs: in the rows' order.
    """
    study = Study(settings, rows, runs)
    headline = words.headline(study)
    plain = {
        "title": f"course compare: {study.data_name}",
        "headline": headline,
        "lead": words.lead(study),
        "meta": provenance.meta(study),
        "chart_caption": sections.chart_caption(study),
        "table_caption": sections.table_caption(study),
        "recipe": provenance.recipe(study),
        "command": provenance.command(settings),
        "recipe_json": json.dumps(settings["recipe"], indent=1, ensure_ascii=False),
        "made_by": f"Made by course {__version__} on {settings['date']}.",
    }
    markup = {
        "style": style.stylesheet(),
        "size": ' class="long"' if len(headline) > LONG else "",
        "tags": sections.tags(study),
        "show": sections.show_control(study),
        "depths": sections.depth_control(study),
        "charts": "\n".join(hero(study, width, name) for name, width in SIZES.items()),
        "table": table(study),
        "curves": sections.curves(study),
        "texts": json.dumps(texts(study), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        "script": style.read("page.js"),
    }
    fields = {name: escape(text) for name, text in plain.items()} | markup
    return re.sub(r"\{\{(\w+)\}\}", lambda match: fields[match[1]], style.read("page.html"))


def hero_svg(
    settings: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], theme: str = "light", width: int = 860
) -> str:
    """The first chart alone, as the text of an SVG file with its colours written out: for a README or a slide.

    settings, rows: as in `compare.json`.
    """
    study = Study(settings, rows)
    drawn = hero(study, width, "hero")
    height = int(drawn.split('viewBox="0 0 ', 1)[1].split('"', 1)[0].split()[1])
    box = f'viewBox="0 {-HEADING} {width} {height + HEADING}" width="{width}" height="{height + HEADING}"'
    page = themes.tokens()["ui"][theme]["page"]
    before = [
        f'<style>{style.chart_rules(theme)}</style><rect y="{-HEADING}" width="100%" height="100%" fill="{page}"/>',
        shapes.text(10, 22 - HEADING, "Final training loss against depth", "note"),
        shapes.text(10, 44 - HEADING, provenance.subtitle(study), "t2"),
    ]
    drawn = drawn.replace(f'viewBox="0 0 {width} {height}"', f'xmlns="http://www.w3.org/2000/svg" {box}', 1)
    return drawn.replace("</desc>", f"</desc>{''.join(before)}", 1) + "\n"
