"""The page's script and stylesheet. The rules are made from the design tokens and kept inside a lab's own root."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from importlib.resources import files

from course import themes

IMPORT = re.compile(r'^import\s[^;"]*from "(\.\.?/[\w/-]+\.js)";\n', re.M)
EXPORT = re.compile(r"^export (?!default\b)", re.M)
COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?:(?!\*/)[\s\S])*\*/)\n", re.M)  # with lines of its own


@cache
def script(entry: str) -> str:
    """One module out of the page's small ones, as anywidget needs it: what `entry` imports comes before it, once each,
    and the lines that joined them are gone, as are comments. A test holds that no two of them give the same name to
    two things.
    """
    return "\n".join(COMMENT.sub("", EXPORT.sub("", IMPORT.sub("", _source(name)))) for name in modules(entry))


def modules(entry: str) -> list[str]:
    """The files that make up a page, each after those that it imports, as paths from this folder."""
    found: list[str] = []

    def follow(name: str) -> None:
        for imported in IMPORT.findall(_source(name)):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), imported))
            if path not in found:
                follow(path)
        found.append(name)

    follow(entry)
    return found


def _source(name: str) -> str:
    return (files("course.page") / name).read_text(encoding="utf-8")


@cache
def stylesheet() -> str:
    """Both themes as CSS variables on `.dl[data-theme]`, then the rules."""
    fonts = ";".join(f"--font-{name}:{stack}" for name, stack in themes.tokens()["font"].items())
    colours = "\n".join(f".dl[data-theme={theme}]{{{_variables(theme)}}}" for theme in ("light", "dark"))
    return f".dl{{{fonts}}}\n{colours}\n@scope (.dl) {{\n{_source('lab.css')}\n}}"


def _variables(theme: str) -> str:
    return ";".join(f"--{name}:{value}" for name, value in themes.variables(theme).items()) + f";color-scheme:{theme}"
