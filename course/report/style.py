"""The page's stylesheet, made from the design tokens."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from course import themes

if TYPE_CHECKING:
    from jinja2 import Environment


def read(name: str) -> str:
    """One of the files beside this module."""
    return (files("course.report") / name).read_text(encoding="utf-8")


def templates(room: str = "course.report") -> Environment:
    """The templates of a room of the course, which may extend `base.html` beside this module. All text is escaped."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    loaders = [PackageLoader(place, "") for place in (room, "course.report")]
    return Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                       lstrip_blocks=True)  # fmt: skip


def stylesheet(rules: str | None = None) -> str:
    """The tokens as CSS variables for both themes (print is light), and the rules, the report's unless given."""
    fonts = ";".join(f"--font-{name}:{stack}" for name, stack in themes.tokens()["font"].items())
    light, dark = _declarations("light"), _declarations("dark")
    return "\n".join(
        [
            f":root{{{fonts};{light}}}",
            f"@media (prefers-color-scheme:dark){{:root:not([data-theme]){{{dark}}}}}",
            f"[data-theme=dark]{{{dark}}}",
            f"@media print{{:root,:root:not([data-theme]),[data-theme=dark]{{{light}}}}}",
            read("page.css") if rules is None else rules,
        ]
    )


def _declarations(theme: str) -> str:
    """The variables that pictures in the theme "css" name."""
    return ";".join(f"--{name}:{value}" for name, value in themes.variables(theme).items()) + f";color-scheme:{theme}"
