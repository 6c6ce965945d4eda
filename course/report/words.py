"""The sentences of the report. Each follows from the numbers; where they do not bear a claim, it says less."""

from __future__ import annotations

import math
from collections.abc import Sequence

from course import summaries, themes, wording
from course.report.comparison import Comparison
from course.summaries import DepthResult

NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
SLIPS = 10  # times the shallow network's loss: a network that holds, and yet is said to slip
FEW = 3  # so many kinds are named one by one


def headline(comparison: Comparison) -> str:
    """The result in a line: which kinds get worse with depth and which hold. Neutral if the numbers do not say so."""
    if not comparison.rows:
        return "Nothing has run yet"
    if not comparison.worse:
        many = len(comparison.kinds)
        kinds = _names(comparison.kinds) if many <= FEW + 1 else f"{count(many, 'kind')} of"
        return f"{wording.capital(kinds)} networks, {_depths(comparison)}"
    worse = f"{wording.capital(_names(comparison.worse))} networks get worse with depth."
    if not comparison.holding:
        return worse
    if len(comparison.holding) <= FEW + 1:
        return f"{worse} {wording.capital(_names(comparison.holding))} networks hold."
    others = set(comparison.worse) | set(comparison.holding) == set(comparison.kinds)
    return f"{worse} {wording.capital('the other ' * others + count(len(comparison.holding), 'kind'))} hold."


def lead(comparison: Comparison) -> str:
    """A few sentences with the numbers behind the headline."""
    if not comparison.rows:
        return "No run has finished, so there is nothing to compare. The same command starts it again."
    sentences = _contrast(comparison) if comparison.worse else _neutral(comparison)
    failed = sum(row["status"] == "failed" for row in comparison.rows)
    if failed:
        sentences.append(f"{wording.capital(count(failed, 'run'))} failed; the table says which.")
    if comparison.missing:
        runs, verb = count(comparison.missing, "run"), "has" if comparison.missing == 1 else "have"
        sentences.append(
            f"{wording.capital(runs)} of {comparison.total} {verb} not run yet: the same command goes on from here."
        )
    return " ".join(sentences)


def _contrast(comparison: Comparison) -> list[str]:
    """How far the kind that gets worse (plain, if it is among them) falls behind, and why that is not overfitting."""
    kind = "plain" if "plain" in comparison.worse else comparison.worse[0]
    name, line = themes.label(kind), comparison.line(kind)
    shallow, deep = line[0], line[-1]
    others = [cell for cell in comparison.at(deep.depth) if cell.kind != kind]
    if len(others) > FEW:
        others = [cell for cell in others if cell.kind in comparison.holding]
    sentences = [
        f"At {deep.depth} layers the {name} network {_ends(comparison, deep)}{_beside(others, deep)}.",
        f"{wording.capital(in_words(shallow.depth))} {name} layers reach {wording.number(shallow.median)}.",
    ]
    if deep.state == "trained" and kind != "stochastic_depth":  # in train mode that one is judged with blocks left out
        sentences.append(
            "The loss is measured on the training pictures, so this is not overfitting: "
            f"training does not find what the deep {name} network could do."
        )
    firsts = {cell.kind: comparison.line(cell.kind)[0] for cell in others if cell.kind in comparison.holding}
    slipped = [cell for cell in others if cell.kind in firsts and cell.median >= SLIPS * firsts[cell.kind].median]
    return sentences + [_slips(firsts[cell.kind], cell, deep) for cell in slipped]


def _ends(comparison: Comparison, cell: DepthResult) -> str:
    if cell.state == "diverged":
        return _diverges(cell)
    median = "median " if len(cell.losses) > 1 else ""
    chance, classes = comparison.guessing, comparison.classes
    hopeless = classes and summaries.no_better_than_guessing(cell.median, classes)
    guessing = f", no better than guessing ({wording.number(chance)})" if hopeless and chance else ""
    return f"ends at a {median}training loss of {wording.number(cell.median)}{guessing}"


def _diverges(cell: DepthResult) -> str:
    return cell.summary.replace("diverged", "diverges") if len(cell.losses) == 1 else "diverges"


def _beside(others: list[DepthResult], deep: DepthResult) -> str:
    """The other kinds at the same depth: each, if there are few, else the best and the worst."""
    ordered = sorted(others, key=lambda cell: -cell.median)
    if len(ordered) > FEW:
        ends = " to ".join(_value(cell) for cell in (ordered[0], ordered[-1]))
        return f"; the {in_words(len(ordered))} kinds that hold end at {ends}"
    verb = "ends at" if any(cell.state == "diverged" for cell in [deep, *ordered]) else "at"
    said = []
    for cell in ordered:
        result = _diverges(cell) if cell.state == "diverged" else f"{verb} {wording.number(cell.median)}"
        said.append(f"the {themes.label(cell.kind)} one {result}")
    return f", {wording.listing(said)}" if said else ""


def _slips(shallow: DepthResult, cell: DepthResult, deep: DepthResult) -> str:
    below = f", still {times(deep.median / cell.median)} below the {themes.label(deep.kind)} one"
    return (
        f"The {themes.label(cell.kind)} network slips from {wording.number(shallow.median)} with {shallow.depth} "
        f"layers to {wording.number(cell.median)}{below if math.isfinite(deep.median) else ''}."
    )


def _neutral(comparison: Comparison) -> list[str]:
    """The lowest and the highest loss at the greatest depth that has results."""
    depth = max((cell.depth for kind in comparison.kinds for cell in comparison.line(kind)), default=None)
    if depth is None:
        return ["No run came to a result."]
    trained = comparison.cells(depth, "trained")
    gone = [cell.kind for cell in comparison.cells(depth, "diverged")]
    if not trained:
        return [f"At {depth} layers every network diverged. A smaller learning rate, or --lr rule, is the way out."]
    sentence = f"At {depth} layers the {themes.label(trained[0].kind)} network {_ends(comparison, trained[0])}."
    if len(trained) > 1:
        lowest, highest = _value(trained[0]), _value(trained[-1])
        sentence = f"At {depth} layers the lowest training loss is {lowest}, the highest {highest}."
    return [sentence, *([f"{wording.capital(_names(gone))} diverged there."] if gone else [])]


def _value(cell: DepthResult) -> str:
    return f"{wording.number(cell.median)} ({themes.label(cell.kind)})"


def _depths(comparison: Comparison) -> str:
    first, last = comparison.depths[0], comparison.depths[-1]
    return f"{first} to {last} layers" if first < last else f"{first} layers"


def _names(kinds: Sequence[str]) -> str:
    return wording.listing([themes.label(kind) for kind in kinds])


def times(ratio: float) -> str:
    """A ratio in two digits: "3,400 times"."""
    return f"{float(f'{ratio:.1e}'):,.{0 if ratio >= 10 else 1}f} times"


def in_words(number: int) -> str:
    """Small numbers as words: "three", "1,437"."""
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


def count(number: int, noun: str) -> str:
    """A number and its noun: "three seeds", "1,437 runs"."""
    return f"{in_words(number)} {noun}{'s' * (number != 1)}"
