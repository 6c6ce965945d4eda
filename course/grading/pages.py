"""A class's results as pages: one for the class, and one for each submission to give back. All text is a stranger's:
it is escaped, no page runs a script, and nothing is loaded.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from importlib.resources import files
from itertools import accumulate
from typing import NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from course import __version__, terminal, wording
from course.grading.results import Class, Result, Said, said
from course.report import style

GROUPS = ("none", "below half", "half or more", "all")
FOLDER = "feedback"
FEW, MUCH = 4, 0.1  # submissions and the share of a class; what more of them share is folded


class Row(NamedTuple):
    """An exercise in the class: how many got none, below half, half or more, all of its points, and the mean share."""

    name: str
    most: float
    counts: list[int]
    mean: float


def distribution(found: Class) -> list[Row]:
    """A row for each exercise."""
    made = []
    for name, most in found.most.items():
        shares = [result.points[name] / most if most else 0.0 for result in found.judged]
        groups = Counter(0 if share <= 0 else 1 if share < 0.5 else 2 if share < 1 else 3 for share in shares)
        made.append(Row(name, most, [groups[n] for n in range(len(GROUPS))], sum(shares) / max(1, len(shares))))
    return made


def mistakes(found: Class) -> list[tuple[str, str, int]]:
    """The hints of public cases, with exercise and number of submissions, the commonest first."""
    counts = Counter((name, hint) for result in found.results for name, reason in result.reasons.items()
                     for hint in {hint for _, hint, _ in said(reason).cases if hint})  # fmt: skip
    return [(name, hint, count) for (name, hint), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def address(submission: str) -> str:
    """The file of a submission's feedback: a name for every system, whatever the submission is called."""
    short = re.sub(r"[^A-Za-z0-9_-]+", "_", submission)[:60].strip("_") or "submission"
    return f"{short}-{hashlib.sha256(submission.encode()).hexdigest()[:8]}.html"


def pages(found: Class) -> dict[str, str]:
    """All pages by their path below the gradebook."""
    room = _room()
    rules = Markup(style.stylesheet((files("course.grading") / "pages.css").read_text(encoding="utf-8")))
    names = {result.submission.id: result.submission.student or result.submission.id for result in found.results}
    shared: dict[str, object] = {"found": found, "names": names, "style": rules, "version": __version__}
    made = {f"{FOLDER}/{address(result.submission.id)}": _feedback(room, result, shared) for result in found.results}
    many = max(FEW, len(found.results) * MUCH)
    rare, common = ([one for one in found.groups if (len(one.members) > many) is so] for so in (False, True))
    class_page = room.get_template("class.html").render(
        **shared, distribution=distribution(found), mistakes=mistakes(found), groups=GROUPS, rare=rare, common=common
    )
    return {"index.html": class_page, **made}


def folded(name: str, reason: Said) -> Said:
    """The reason of an exercise with cases in one line of which, but for how it was called, the same is said."""
    alike: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for words, hint, sign in reason.cases:
        label, _, why = words.partition(": ")
        alike.setdefault((_after_call(name, why), hint, sign), []).append((label, words))
    cases = [(some[0][1] if len(some) == 1 else f"{'; '.join(label for label, _ in some)}: {why}", hint, sign)
             for (why, hint, sign), some in alike.items()]  # fmt: skip
    return reason._replace(cases=cases)


def _after_call(name: str, why: str) -> str:
    """What follows `name(…)`, with as many brackets closed as are opened."""
    if not why.startswith(f"{name}("):
        return why
    deep = list(accumulate((sign == "(") - (sign == ")") for sign in why[len(name) :]))
    return why[len(name) + deep.index(0) + 1 :].lstrip() if 0 in deep else why


def _feedback(room: Environment, result: Result, shared: dict[str, object]) -> str:
    reasons = {name: folded(name, said(reason)) for name, reason in result.reasons.items()}
    return room.get_template("feedback.html").render(**shared, result=result, reasons=reasons)


def _room() -> Environment:
    room = style.templates("course.grading")
    room.globals |= {"address": address, "folder": FOLDER, "count": wording.counted}
    room.filters |= {"plain": terminal.printable, "number": lambda value: f"{value:g}", "capital": wording.capital}
    return room
