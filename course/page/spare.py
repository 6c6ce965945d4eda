"""What stands beside a lab's widget, so that its page can go on where the kernel is gone."""

from __future__ import annotations

from functools import cache
from typing import Any

import traitlets

from course.labs import Displayed
from course.page.alone import alone, possible
from course.page.page import Widget


class Engine(Widget):
    """What a page needs to go on by itself, once for all labs of a class: it is there before the kernel is gone."""

    _esm = "export default {}"
    alone = traitlets.Dict().tag(sync=True)


def model_of(lab: Displayed) -> str:
    """The model of what trains or computes where the kernel is gone; empty for a lab that needs one."""
    kind: Any = type(lab)
    return str(_engine(kind).model_id) if possible(lab) else ""


@cache
def _engine(lab: type[Any]) -> Engine:
    return Engine(alone=alone(lab()))
