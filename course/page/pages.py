"""Puts labs and questions on a page: one page for each, whatever cells show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from course.labs import Displayed, InstantLab, Lab, Prediction
from course.page.card import CardPage
from course.page.instant import InstantPage
from course.page.kernel import KernelPage
from course.page.page import Page

PAGES: dict[type[Displayed], Callable[[Any], Page]] = {Lab: KernelPage, InstantLab: InstantPage, Prediction: CardPage}
_pages: WeakValueDictionary[int, Page] = WeakValueDictionary()  # a lab's watchers keep its page as long as it lives


def page_of(shown: Displayed) -> Page:
    """The page of a lab or question, made when it is first asked for. Raises TypeError for anything else."""
    page = _pages.get(id(shown))
    if page is None:
        page = _pages[id(shown)] = _made(shown)
    return page


def _made(shown: Displayed) -> Page:
    for kind, page in PAGES.items():
        if isinstance(shown, kind):
            return page(shown)
    raise TypeError(f"a page shows a lab or a question, got {type(shown).__name__}")


def show(shown: Displayed) -> None:
    """Show a lab or a question in the cell that runs."""
    page_of(shown).display()
