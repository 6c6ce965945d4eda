"""The course's two themes, "light" and "dark": labels, colours and patterns of each kind, from `tokens.json`."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

LABELS = {"crelu": "CReLU", "linear": "linear"}  # kinds that take another's colour
FAMILIES = {"linear": "other"}  # besides the tokens' variants
PATTERNS = {
    "crelu": {"dash": [2, 7], "plotly_dash": "2px,7px", "marker": "triangle-down"}
}  # the ninth kind, beside eight slots


@cache
def tokens() -> dict[str, Any]:
    """The design tokens: colours, patterns, maps, type and the Plotly template, each in light and dark."""
    return json.loads((files("course") / "tokens.json").read_text(encoding="utf-8"))


def label(kind: str) -> str:
    """What people read: `plain_bn` is "plain + BN"."""
    return LABELS.get(kind) or (tokens()["kinds"][kind]["label"] if kind in tokens()["kinds"] else kind)


def family(kind: str) -> str:
    """The kind whose colour this one takes: its own, its family's, or "other"."""
    if kind in tokens()["kinds"]:
        return kind
    return FAMILIES.get(kind) or tokens()["variants"].get(kind, "other")


def colour(kind: str, theme: str = "light") -> str:
    """The kind's colour as hex, in the "light" or "dark" theme."""
    return tokens()["kinds"][family(kind)][theme]


def pattern(kind: str) -> dict[str, Any]:
    """The kind's own dash (`dash` in pixels, `plotly_dash`) and `marker`, so that it is known without its colour."""
    return PATTERNS.get(kind) or tokens()["run_patterns"][tokens()["kinds"][family(kind)]["slot"] - 1]
