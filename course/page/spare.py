"""What stands beside a lab's widget, so that its page can go on where the kernel is gone."""

from __future__ import annotations

from functools import cache
from typing import Any

import traitlets

from course.labs import Displayed
from course.page.alone import alone, possible
from course.page.filmed import filmable, filmed
from course.page.page import Widget

SHARED = ("worker", "computer", "kernels", "images")  # the same for all labs that have it, and large


class Part(Widget):
    """What several labs need; on the page, and in an export, it is there once."""

    _esm = "export default {}"
    content = traitlets.Unicode().tag(sync=True)


class Engine(Widget):
    """What a page needs to go on by itself, once for all labs of a class: it is there before the kernel is gone."""

    _esm = "export default {}"
    alone = traitlets.Dict().tag(sync=True)
    parts = traitlets.Dict().tag(sync=True)  # what else it needs, as the models that hold it


def model_of(lab: Displayed) -> str:
    """The model of what trains, computes or plays where the kernel is gone; empty for a lab that needs one."""
    kind: Any = type(lab)
    return str(_engine(kind).model_id) if possible(lab) or filmable(lab) else ""


@cache
def _engine(kind: type[Any]) -> Engine:
    lab = kind()
    told = dict(filmed(lab) if filmable(lab) else alone(lab))
    parts = {name: _part(told.pop(name)).model_id for name in SHARED if name in told}
    return Engine(alone=told, parts=parts)


@cache
def _part(content: str) -> Part:
    return Part(content=content)
