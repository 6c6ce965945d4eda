"""What a teacher may say about an assignment, in `assignment.toml`: chapter, exercises, points, deadline, late rule."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from course.grading.submissions import Submission

KEYS = {"chapter": str, "title": str, "exercises": list, "points": dict, "deadline": datetime, "late": dict}
LATE = ("grace_minutes", "per_day", "at_most")
NAMES = {str: "text in quotes", list: "a list of names", dict: "a table", datetime: "a date with a time"}


@dataclass(frozen=True)
class Assignment:
    """An assignment. exercises: all of the chapter's unless given. points: of an exercise, its own unless given.
    late: minutes of grace; the share of the points that each day begun costs, and the most that is lost.
    """

    chapter: str = ""
    title: str = ""
    exercises: tuple[str, ...] = ()
    points: dict[str, float] = field(default_factory=dict)
    deadline: datetime | None = None
    late: dict[str, float] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        """The deadline in words, and what lateness costs."""
        if self.deadline is None:
            return ""
        rule = self._late
        grace = f"; after {rule['grace_minutes']:g} minutes of grace" if rule["grace_minutes"] else ";"
        cost = f" each day begun costs {100 * rule['per_day']:g} %, at most {100 * rule['at_most']:g} %"
        return f"deadline {self.deadline.astimezone():%Y-%m-%d %H:%M %Z}{grace}" + (
            cost if rule["per_day"] else " lateness costs nothing"
        )

    @property
    def _late(self) -> dict[str, float]:
        return {"grace_minutes": 0.0, "per_day": 0.0, "at_most": 1.0} | self.late

    def lost(self, one: Submission) -> tuple[float, str]:
        """The share of its points that a submission loses, and why in words. Without a time nothing is lost, and a
        platform's mark without one counts as a day.
        """
        rule = self._late
        if one.time is not None and self.deadline is not None:
            over = one.time.astimezone() - self.deadline.astimezone() - timedelta(minutes=rule["grace_minutes"])
            days = math.ceil(over / timedelta(days=1)) if over > timedelta() else 0
        else:
            days = int(one.late)
        share = min(rule["per_day"] * days, rule["at_most"])
        if not share:
            return 0.0, "late, which costs nothing here" if days else ""
        return share, f"late, day {days}: {100 * share:g} % of the points are lost"


def assignment(file: Path | None) -> Assignment:
    """Read a file, if given. Raises ValueError, with the key and what is allowed, where it says what it may not."""
    if file is None:
        return Assignment()
    try:
        said = tomllib.loads(file.read_bytes().decode("utf-8"))
    except OSError:
        raise ValueError(f"there is no file {str(file)!r}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name} is no TOML: {error}") from None
    for key, value in said.items():
        _known(file, key, KEYS)
        if not isinstance(value, KEYS[key]):
            raise ValueError(f"{file.name}: {key} has to be {NAMES[KEYS[key]]}; got {value!r}")
    for key, value in said.get("late", {}).items():
        _known(file, key, LATE, "late.")
        _number(file, f"late.{key}", value, math.inf if key == "grace_minutes" else 1)
    for name, value in said.get("points", {}).items():
        _number(file, f"points.{name}", value, math.inf)
    late = {key: float(value) for key, value in said.get("late", {}).items()}
    exercises = tuple(map(str, said.get("exercises", ())))
    return Assignment(**{**said, "exercises": exercises, "late": late})


def _known(file: Path, key: str, allowed: Any, before: str = "") -> None:
    if key not in allowed:
        raise ValueError(f"{file.name} says {before}{key}; there are {', '.join(before + name for name in allowed)}")


def _number(file: Path, key: str, value: Any, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        allowed = "at least 0" if most == math.inf else f"from 0 to {most:g}"
        raise ValueError(f"{file.name}: {key} has to be a number {allowed}; got {value!r}")
