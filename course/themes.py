"""The course's two themes, "light" and "dark": labels, colours and patterns of each kind, from `tokens.json`."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

DARK = ("body[data-jp-theme-light=false]", "body.vscode-dark", "html[theme=dark]", "[data-theme=dark]")  # dark pages
LABELS = {"crelu": "CReLU", "linear": "linear"}  # kinds that take another's colour
FAMILIES = {"linear": "other"}  # besides the tokens' variants
PATTERNS = {
    "crelu": {"dash": [2, 7], "plotly_dash": "2px,7px", "marker": "triangle-down"}
}  # the ninth kind, beside eight slots


@cache
def tokens() -> dict[str, Any]:
    """The design tokens: colours, patterns, maps, type and the Plotly template, each in light and dark."""
    found: dict[str, Any] = json.loads((files("course") / "tokens.json").read_text(encoding="utf-8"))
    return found


def label(kind: str) -> str:
    """What people read: `plain_bn` is "plain + BN"."""
    return str(LABELS.get(kind) or tokens()["kinds"].get(kind, {}).get("label", kind))


def named(text: str) -> str:
    """The kind that a label names, by its code or by its first words; empty if it names none.

    >>> named("plain + BN, 50 layers"), named("highway 50, gate bias −4"), named("plain_bn"), named("50, deepened")
    ('plain_bn', 'highway', 'plain_bn', '')
    """
    kinds = [*tokens()["kinds"], *LABELS, *tokens()["variants"]]
    words = text.casefold()
    found = [
        (len(name), kind)
        for kind in kinds
        for name in {kind, label(kind).casefold()}
        if words.startswith(name) and not words[len(name) :][:1].isalnum()
    ]
    return max(found, default=(0, ""))[1]


def family(kind: str) -> str:
    """The kind whose colour this one takes: its own, its family's, or "other"."""
    if kind in tokens()["kinds"]:
        return kind
    return str(FAMILIES.get(kind) or tokens()["variants"].get(kind, "other"))


def colour(kind: str, theme: str = "light") -> str:
    """The kind's colour as hex, in the "light" or "dark" theme."""
    return str(tokens()["kinds"][family(kind)][theme])


def ui(theme: str) -> dict[str, str]:
    """The theme's furniture colours: page, ink, axis and so on. Raises ValueError for an unknown theme."""
    if theme not in tokens()["ui"]:
        raise ValueError(f'theme must be "light" or "dark"; got {theme!r}')
    return dict(tokens()["ui"][theme])


@cache
def variables(theme: str) -> dict[str, str]:
    """Every colour of the theme by its name in a stylesheet: "ink2", "k-plain", "on-plain", "seq0", "div16"."""
    found = {name.replace("_", "-"): value for name, value in ui(theme).items()}
    for kind, colours in tokens()["kinds"].items():
        found |= {f"k-{kind}": colours[theme], f"on-{kind}": colours["on"][theme]}
    for short, name in (("seq", "sequential"), ("div", "diverging")):
        found |= {f"{short}{i}": step for i, step in enumerate(tokens()["maps"][name][theme])}
    return found


def following(element: str, drawn: str, *more: str) -> str:
    """CSS that defines the colours in a drawing, and more by name, on an element: light, dark where the page is, light
    on paper. element: a class, as ".course-figure". drawn: what has `var(--ink)` for a colour.
    """
    used = sorted({*re.findall(r"var\(--([\w-]+)\)", drawn), "page", "ink", *more})
    light, dark = (";".join(f"--{name}:{variables(theme)[name]}" for name in used) for theme in ("light", "dark"))
    where = ",".join(f"{page} {element}" for page in DARK)
    paper = 3 * element  # thrice: it stands above what is dark on the screen
    return f"{element}{{{light}}}{where}{{{dark}}}@media print{{{paper}{{{light}}}}}"


def pattern(kind: str) -> dict[str, Any]:
    """The kind's own dash (`dash` in pixels, `plotly_dash`) and `marker`, so that it is known without its colour."""
    return PATTERNS.get(kind) or run_pattern(tokens()["kinds"][family(kind)]["slot"])


def run_pattern(slot: int) -> dict[str, Any]:
    """Dash and marker of the run in this slot, from 1. Beyond eight, dashes come back longer and markers with a dot."""
    patterns = tokens()["run_patterns"]
    again, place = divmod(slot - 1, len(patterns))
    found: dict[str, Any] = patterns[place]
    if not again:
        return found
    dash = [length * (again + 1.5) for length in found["dash"]] or [40 * again, 4]
    return {"dash": dash, "plotly_dash": ",".join(f"{n:g}px" for n in dash), "marker": f"{found['marker']}-dot"}


def slot_kind(slot: int) -> str:
    """The kind whose colour the run in this slot takes, where nothing else gives it one."""
    kinds: list[str] = list(tokens()["kinds"])
    return kinds[(slot - 1) % len(kinds)]
