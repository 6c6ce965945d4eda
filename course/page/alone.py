"""A lab as one file that trains by itself: no kernel, no network connection, only a browser."""

from __future__ import annotations

import base64
import json
import os
from importlib.resources import files
from pathlib import Path

from course import networks, themes
from course.labs import ALIVE, GATES, GRADIENTS, DepthLab, Displayed, recordings
from course.page.declared import declared, strip
from course.page.protocol import Alone, Declared
from course.page.status import ENDINGS
from course.page.style import script, stylesheet
from course.records import atomic
from course.summaries import NO_BETTER

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: a network trains in this page</title>
<style>
{style}
body{{margin:0;background:{light};font:14px/1.4 {font}}}
body.dark{{background:{dark}}}
body>*{{max-width:72rem;margin:0 auto;padding:.75rem 1rem}}
h1{{margin:0;font-size:1rem;color:{light_ink}}}
.dark h1{{color:{dark_ink}}}
</style>
<body>
<header><h1>Training very deep networks: a network that learns in this page</h1></header>
<main></main>
<noscript>This page trains a network by itself, with JavaScript, which is switched off.</noscript>
<script type="application/json" id="course-lab">{lab}</script>
<script type="module">
{script}
</script>
</body>
</html>
"""


def write(lab: Displayed, path: str | os.PathLike[str]) -> Path:
    """Write the lab, where its controls stand now, as a page that trains by itself. Raises ValueError for a lab that
    needs the kernel.
    """
    page = html(lab)
    with atomic(path) as file:
        file.write(page)
    return Path(path)


def html(lab: Displayed) -> str:
    """The page."""
    told, light, dark = alone(lab), themes.ui("light"), themes.ui("dark")
    return PAGE.format(
        title=told["declared"]["title"],
        style=stylesheet(),
        light=light["page"],
        light_ink=light["ink"],
        dark=dark["page"],
        dark_ink=dark["ink"],
        font=themes.tokens()["font"]["ui"],
        lab=json.dumps(told, ensure_ascii=False).replace("</", "<\\/"),
        script=script("alone.js"),
    )


def _trainable(lab: Displayed) -> DepthLab:
    """The lab, if a page can train what it trains: a kind of `mlp` on the digits."""
    if not isinstance(lab, DepthLab):
        raise ValueError(f"a page trains the depth lab by itself, so far no other; got {type(lab).__name__}")
    if lab.networks or lab.data:
        raise ValueError("a page trains the course's kinds of network on the digits: leave out networks and data")
    if lab.settings["data"] != "digits":
        raise ValueError(f'a page trains on the digits alone: set data="digits"; got {lab.settings["data"]!r}')
    return lab


def alone(lab: Displayed) -> Alone:
    """What the page needs besides its script. Raises ValueError for a lab that needs the kernel."""
    lab = _trainable(lab)
    read = files("course").joinpath
    return {
        "declared": _declared(lab),
        "rates": {kind: dict(sorted(_rates(kind).items())) for kind in networks.KINDS},
        "recorded_as": recordings.GRID,
        "panels": {"gradients": strip(GRADIENTS), "gates": strip(GATES), "alive": strip(ALIVE)},
        "endings": ENDINGS,
        "guessing": NO_BETTER,
        "worker": script("engine/worker.js"),
        "kernels": _base64(read("page", "engine", "kernels.wasm").read_bytes()),
        "images": _base64(read("data", "digits.csv.gz").read_bytes()),
    }


def _declared(lab: DepthLab) -> Declared:
    """As for the kernel, without the choice of another data set: the digits are in the file."""
    told = declared(lab)
    told["controls"] = [control for control in told["controls"] if control["name"] != "data"]
    told["host"] = "engine"
    told["live"] = "Live: the network trains in this page, in WebAssembly, with nothing installed."
    told["late"] = "It is heard when the step that is under way has ended."
    return told


def _rates(kind: str) -> dict[int, float]:
    """What the rule chose when it was recorded, by depth; at depth 2 all kinds are one network."""
    recorded = recordings.recorded(DepthLab.name).items()
    return {depth: run.recipe.learning_rate for (name, depth), run in recorded if name == kind or depth == 2}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
