"""What a page needs that computes a lab by itself whose views follow its controls: `page/computed/` computes there what
the lab's class computes here, and a test holds the two together.
"""

from __future__ import annotations

import base64
from importlib.resources import files
from typing import Any

from course import networks, themes, views
from course.labs import (
    BatchNormLab,
    CapacityLab,
    Displayed,
    GradientsLab,
    IdentityLab,
    InitLab,
    InstantLab,
    NeuronLab,
)
from course.page.declared import declared_instant
from course.page.fallback import WIDTH
from course.page.protocol import Computes, Look
from course.page.style import script

COMPUTED: dict[str, type[InstantLab]] = {
    lab.name: lab for lab in (NeuronLab, CapacityLab, InitLab, IdentityLab, BatchNormLab, GradientsLab)
}


def computable(lab: Displayed) -> bool:
    """Whether a page can compute what this lab computes."""
    return type(lab) in COMPUTED.values()


def computes(lab: InstantLab, still: bool = False) -> Computes:
    """What the page needs besides its script. still: also a picture, for where it may not compute."""
    read = files("course").joinpath
    return {
        "declared": declared_instant(lab) | {"live": "Computed in this page."},
        "look": look(),
        "computer": script("computed/worker.js"),
        "kernels": packed(read("page", "engine", "kernels.wasm").read_bytes()),
        "images": packed(read("data", "digits.csv.gz").read_bytes()),
        "still": views.row(lab.shown.views, WIDTH) if still else [],
        "places": [],
    }


def look() -> Look:
    """What figures take of the design tokens."""
    tokens = themes.tokens()
    kinds = (*networks.KINDS, "other")
    return {
        "kinds": {kind: _kind(kind) for kind in kinds},
        "patterns": [{name: pattern[name] for name in ("dash", "marker")} for pattern in tokens["run_patterns"]],
        "run": tokens["line"]["notebook"]["run"],
        "raw": tokens["line"]["notebook"]["raw"],
        "gap": tokens["chart"]["label_gap"],
        "maps": {name: tokens["maps"][name] for name in ("sequential", "diverging")},
    }


def _kind(kind: str) -> dict[str, Any]:
    pattern = themes.pattern(kind)
    return {"family": themes.family(kind), "dash": pattern["dash"], "marker": pattern["marker"]}


def packed(content: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(content).decode("ascii")
