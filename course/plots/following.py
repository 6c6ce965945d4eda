"""Plotly's figures in a dark page. Plotly draws with fixed colours; one stylesheet exchanges those of the course."""

from __future__ import annotations

from course import themes

PROPERTIES = ("fill", "stroke", "background")  # what Plotly writes into the style of an element


def stylesheet() -> str:
    """Rules for a page with figures of the light theme: where the page is dark, the furniture and each kind take their
    dark colours, in hover labels, too. Maps keep theirs, since their colours are values.
    """
    rules = "".join(
        f'[style*="{written}"]{{{name}:{dark}!important}}'
        for light, dark in _pairs().items()
        for name, written in [*((name, f"{name}: {_rgb(light)}") for name in PROPERTIES), ("fill", f"fill:{light}")]
    )
    buttons = (
        f".modebar-group{{background:none!important}}.modebar-btn path{{fill:{themes.ui('dark')['control']}!important}}"
    )
    return f"@media screen{{:is({','.join(themes.DARK)}) .js-plotly-plot{{{rules}{buttons}}}}}"


def _pairs() -> dict[str, str]:
    """The light theme's colours, and what each is in the dark."""
    names = [name.replace("_", "-") for name in themes.ui("light")] + [f"k-{kind}" for kind in themes.tokens()["kinds"]]
    light, dark = themes.variables("light"), themes.variables("dark")
    return {light[name]: dark[name] for name in reversed(names)}  # of two with one light colour the first counts


def _rgb(colour: str) -> str:
    """As a browser writes it into a style; in that of a span in a text it stays as it was given."""
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"
