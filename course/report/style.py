"""The page's stylesheet, made from the design tokens."""

from __future__ import annotations

import re
from importlib.resources import files

from course import themes


def read(name: str) -> str:
    """One of the files beside this module."""
    return (files("course.report") / name).read_text(encoding="utf-8")


def stylesheet() -> str:
    """The tokens as CSS variables for both themes (print is light), the kinds' colour classes and the rules."""
    fonts = ";".join(f"--font-{name}:{stack}" for name, stack in themes.tokens()["font"].items())
    light, dark = _declarations("light"), _declarations("dark")
    return "\n".join(
        [
            f":root{{{fonts};{light}}}",
            f"@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{dark}}}}}",
            f"[data-theme=dark]{{{dark}}}",
            f"@media print{{:root,:root:not([data-theme]),[data-theme=dark]{{{light}}}}}",
            _kinds(),
            read("charts.css"),
            read("page.css"),
        ]
    )


def chart_rules(theme: str) -> str:
    """The charts' rules alone, every variable replaced by its value: not every SVG viewer knows variables."""
    values = _variables(theme) | {f"--font-{name}": stack for name, stack in themes.tokens()["font"].items()}
    return re.sub(r"var\((--[\w-]+)\)", lambda match: values[match[1]], _kinds() + read("charts.css"))


def _variables(theme: str) -> dict[str, str]:
    ui = {f"--{name.replace('_', '-')}": colour for name, colour in themes.tokens()["ui"][theme].items()}
    return ui | {f"--k-{kind}": colours[theme] for kind, colours in themes.tokens()["kinds"].items()}


def _declarations(theme: str) -> str:
    return ";".join(f"{name}:{value}" for name, value in _variables(theme).items()) + f";color-scheme:{theme}"


def _kinds() -> str:
    return "".join(f".k-{kind}{{color:var(--k-{kind})}}" for kind in themes.tokens()["kinds"])
