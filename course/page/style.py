"""The page's script and stylesheet. The rules are made from the design tokens and kept inside a lab's own root."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from course import themes


def script(entry: str) -> str:
    """One of the page's files."""
    return (files("course.page") / entry).read_text(encoding="utf-8")


@cache
def stylesheet() -> str:
    """Both themes as CSS variables on `.dl[data-theme]`, then the rules."""
    fonts = ";".join(f"--font-{name}:{stack}" for name, stack in themes.tokens()["font"].items())
    colours = "\n".join(f".dl[data-theme={theme}]{{{_variables(theme)}}}" for theme in ("light", "dark"))
    rules = (files("course.page") / "lab.css").read_text(encoding="utf-8")
    return f".dl{{{fonts}}}\n{colours}\n@scope (.dl) {{\n{rules}\n}}"


def _variables(theme: str) -> str:
    tokens = themes.tokens()
    values = {name.replace("_", "-"): colour for name, colour in tokens["ui"][theme].items()}
    for kind, colours in tokens["kinds"].items():
        values |= {f"k-{kind}": colours[theme], f"on-{kind}": colours["on"][theme]}
    return ";".join(f"--{name}:{value}" for name, value in values.items()) + f";color-scheme:{theme}"
