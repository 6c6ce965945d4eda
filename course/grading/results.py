"""What a class got: the judge's points, what lateness takes, what a teacher gives by hand, who handed in the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from course.grading import reading
from course.grading.assignment import Assignment
from course.grading.judging import FAILED, UNCOUNTED, Graded
from course.grading.manual import Manual
from course.grading.submissions import Collected, Submission

HINT, NOTE = " – hint: ", "Note: "
ALIKE = "but for names and layout"
PUBLISHED = f"the published solution, {ALIKE}"


class Said(NamedTuple):
    """A reason in its parts: the first line; of each case that failed or does not count words, hint and sign; notes."""

    first: str
    cases: list[tuple[str, str, str]]
    notes: list[str]


class Result(NamedTuple):
    """What one submission got: final points, the words for them and what a teacher should look at, by exercise; notes
    about all of it. unjudged: nothing was judged, and nobody has given points by hand. by_hand: the exercises of which
    somebody has.
    """

    submission: Submission
    points: dict[str, float]
    reasons: dict[str, str]
    flags: dict[str, list[str]]
    notes: list[str]
    unjudged: bool
    by_hand: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """All points together."""
        return round(sum(self.points.values()), 4)


class Group(NamedTuple):
    """Submissions of which the same is to be looked at, in some exercises. Where they are alike, the code of the first:
    each line with whether it stands in all of them.
    """

    words: str
    exercises: list[str]
    members: list[str]
    code: list[tuple[str, bool]]


class Class(NamedTuple):
    """A class's results, by submission, and what is to be known about it. `most`: the points of each exercise;
    `groups`: the smallest first; `waiting`: how many submissions are not graded yet.
    """

    title: str
    most: dict[str, float]
    results: list[Result]
    groups: list[Group]
    collected: Collected
    waiting: int = 0

    @property
    def whole(self) -> float:
        """The points that a right submission gets."""
        return sum(self.most.values())

    @property
    def judged(self) -> list[Result]:
        """Those that have points."""
        return [one for one in self.results if not one.unjudged]


def said(reason: str) -> Said:
    """Take a reason apart."""
    first, *lines = reason.split("\n")
    cases = [(*line[2:].partition(HINT)[::2], line[0]) for line in lines if line.startswith((FAILED, UNCOUNTED))]
    return Said(first, cases, [line.removeprefix(NOTE) for line in lines if line.startswith(NOTE)])


def results(title: str, most: dict[str, float], collected: Collected, graded: Mapping[str, dict[str, Graded]],
            sources: dict[str, str], assignment: Assignment, manual: Manual) -> Class:  # fmt: skip
    """Put a class together. graded: by the submission's id; who has no problem and is not in it waits. sources: the
    published answers, by the name they define.
    """
    there = [one for one in collected.submissions if one.problem or one.id in graded]
    grades = {one.id: graded.get(one.id) or {name: Graded(0.0, one.problem, [], unread=True) for name in most}
              for one in there}  # fmt: skip
    published = {(name, reading.mark(source, name)) for name, source in sources.items()}
    groups = list(_groups(grades, published))
    made = [_result(one, grades[one.id], assignment, manual, groups) for one in there]
    return Class(title, most, made, groups, collected, len(collected.submissions) - len(there))


def _result(one: Submission, grades: dict[str, Graded], assignment: Assignment, manual: Manual,
            groups: list[Group]) -> Result:  # fmt: skip
    share, words = assignment.lost(one)
    points, reasons = {}, {}
    flags: dict[str, list[str]] = {}
    by_hand = {name: given for name in grades if (given := manual.given(one, name))}
    late = [words] if words and any(grade.points for name, grade in grades.items() if name not in by_hand) else []
    for name, grade in grades.items():
        points[name], comment = by_hand.get(name) or (round(grade.points * (1 - share), 4), "")
        why = ["given by hand" + (f": {comment}" if comment else "")] if name in by_hand else late
        notes = [*one.notes, *why]
        reasons[name] = "\n".join([grade.reason, *(f"{NOTE}{_sentence(note)}" for note in notes)])
        found = [group.words for group in groups if one.id in group.members and name in group.exercises]
        flags |= {name: found} if found else {}
    unread = next((grade.reason for grade in grades.values() if grade.unread), "")
    return Result(replace(one, problem=unread), points, reasons, flags, [*map(_sentence, [*one.notes, *late])],
                  bool(unread and not by_hand), tuple(by_hand))  # fmt: skip


def _sentence(note: str) -> str:
    words = " ".join(note.split())
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _tells(grade: Graded) -> bool:
    """Whether two that are alike say something: right in something, and too long to be alike by chance."""
    return grade.points > 0 and bool(grade.fingerprint) and not grade.fingerprint.startswith(reading.SHORT)


def _groups(grades: dict[str, dict[str, Graded]], published: set[tuple[str, str]]) -> Iterator[Group]:
    """The rarest first: what much of a class shares is nobody's secret."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)  # words, exercise, what copies share
    for one, exercises in grades.items():
        for name, grade in exercises.items():
            for words in grade.flags:
                found[words, name, ""].append(one)
            if _tells(grade):
                known = (name, grade.fingerprint) in published
                found[PUBLISHED if known else ALIKE, name, "" if known else grade.fingerprint].append(one)
    shared: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (words, name, _), members in found.items():
        if words != ALIKE or len(members) > 1:
            shared[words, tuple(members)].append(name)
    for (words, group), names in sorted(shared.items(), key=lambda item: (len(item[0][1]), -len(item[1]), item[0])):
        if words == ALIKE:
            codes = [[grades[member][name].code for name in names] for member in group]
            code = _shared(["\n".join(dict.fromkeys(each)) for each in codes])
            yield Group(f"the same in {len(group)} submissions, {ALIKE}", names, list(group), code)
        else:
            yield Group(words, names, list(group), [])


def _shared(codes: list[str]) -> list[tuple[str, bool]]:
    others = [{line.strip() for line in code.split("\n")} for code in codes[1:]]
    first = codes[0].split("\n")
    return [(line, bool(line.strip()) and all(line.strip() in lines for lines in others)) for line in first]
