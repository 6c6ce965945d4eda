"""How all pages hear: one rule for what a message calls, and for what goes wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def hear(page: object, said: Mapping[str, Any]) -> str:
    """Call `page.on_VERB(**rest)` for a message whose `do` is that verb. Returns what was wrong with it, in words:
    an error becomes a line on the page, never a traceback in a log.
    """
    rest = dict(said)
    verb = rest.pop("do", None)
    handler = getattr(page, f"on_{verb}", None)
    if handler is None:
        return f"the page said {verb!r}, which is no verb of {type(page).__name__}: load the page again"
    try:
        handler(**rest)
    except Exception as error:
        return str(error) or type(error).__name__
    return ""
