"""What a class got: the judge's points, what lateness takes, what a teacher gives by hand, who handed in the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from course.grading import reading
from course.grading.assignment import Assignment
from course.grading.judging import Graded
from course.grading.manual import Manual
from course.grading.submissions import Collected, Submission

HINT, FAILED, NOTE = " – hint: ", "✗ ", "Note: "


class Said(NamedTuple):
    """A reason in its parts: the first line, each case that failed with its hint, and what is to be noted."""

    first: str
    cases: list[tuple[str, str]]
    notes: list[str]


class Result(NamedTuple):
    """What one submission got: final points, the words for them, and what a teacher should look at, by exercise."""

    submission: Submission
    points: dict[str, float]
    reasons: dict[str, str]
    flags: dict[str, list[str]]

    @property
    def total(self) -> float:
        """All points together."""
        return round(sum(self.points.values()), 4)

    @property
    def flagged(self) -> dict[str, list[str]]:
        """What a teacher should look at, with the exercises that it is about."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, words in self.flags.items():
            found["; ".join(words)].append(name)
        return dict(found)


class Copies(NamedTuple):
    """Submissions that share exercises, and the code of the first: each line with whether it stands in all of them."""

    exercises: list[str]
    members: list[str]
    code: list[tuple[str, bool]]


class Class(NamedTuple):
    """A class's results, by submission, and what is to be known about it. `most`: the points of each exercise."""

    title: str
    most: dict[str, float]
    results: list[Result]
    copies: list[Copies]
    collected: Collected

    @property
    def whole(self) -> float:
        """The points that a right submission gets."""
        return sum(self.most.values())


def said(reason: str) -> Said:
    """Take a reason apart."""
    first, *lines = reason.split("\n")
    cases = [line.removeprefix(FAILED).partition(HINT)[::2] for line in lines if line.startswith(FAILED)]
    return Said(first, cases, [line.removeprefix(NOTE) for line in lines if line.startswith(NOTE)])


def results(title: str, most: dict[str, float], collected: Collected, graded: Mapping[str, dict[str, Graded]],
            sources: dict[str, str], assignment: Assignment, manual: Manual) -> Class:  # fmt: skip
    """Put a class together. graded: by the submission's id. sources: the published answers, by the name they define."""
    grades = {one.id: graded.get(one.id) or {name: Graded(0.0, one.problem, []) for name in most}
              for one in collected.submissions}  # fmt: skip
    published = {(name, reading.mark(source, name)) for name, source in sources.items()}
    counts = Counter((name, grade.fingerprint) for found in grades.values() for name, grade in found.items())
    made = []
    for one in collected.submissions:
        share, words = assignment.lost(one)
        points, reasons, flags = {}, {}, {}
        for name in most:
            grade = grades[one.id][name]
            points[name] = round(grade.points * (1 - share), 4)
            notes = [*one.notes, *([words] if words and grade.points else [])]
            given = manual.given(one, name)
            if given:
                points[name], comment = given
                notes += [f"{points[name]:g} points, given by hand" + (f": {comment}" if comment else "")]
            reasons[name] = "\n".join([grade.reason, *(f"{NOTE}{' '.join(note.split())}." for note in notes)])
            flags[name] = [*grade.flags, *_copied(name, grade, counts, published)]
        made.append(Result(one, points, reasons, {name: found for name, found in flags.items() if found}))
    return Class(title, most, made, list(_clusters(grades, published)), collected)


def _tells(grade: Graded) -> bool:
    """Whether two that are alike say something: right in something, and too long to be alike by chance."""
    return grade.points > 0 and bool(grade.fingerprint) and not grade.fingerprint.startswith(reading.SHORT)


def _copied(name: str, grade: Graded, counts: Counter[tuple[str, str]],
            published: set[tuple[str, str]]) -> Iterator[str]:  # fmt: skip
    mark = (name, grade.fingerprint)
    if _tells(grade):
        if mark in published:
            yield "the published solution, but for names and layout"
        elif counts[mark] > 1:
            yield f"the same in {counts[mark]} submissions, but for names and layout"


def _clusters(grades: dict[str, dict[str, Graded]], published: set[tuple[str, str]]) -> Iterator[Copies]:
    """Those who share the most exercises first."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one, found in grades.items():
        for name, grade in found.items():
            if _tells(grade) and (name, grade.fingerprint) not in published:
                alike[name, grade.fingerprint].append(one)
    shared: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for (name, _), members in alike.items():
        if len(members) > 1:
            shared[tuple(members)].append(name)
    for group, names in sorted(shared.items(), key=lambda item: (-len(item[1]), item[0])):
        codes = [[grades[member][name].code for name in names] for member in group]
        yield Copies(names, list(group), _shared(["\n".join(dict.fromkeys(code)) for code in codes]))


def _shared(codes: list[str]) -> list[tuple[str, bool]]:
    others = [{line.strip() for line in code.split("\n")} for code in codes[1:]]
    first = codes[0].split("\n")
    return [(line, bool(line.strip()) and all(line.strip() in lines for lines in others)) for line in first]
