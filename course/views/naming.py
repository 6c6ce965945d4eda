"""What tells runs apart: their names, kinds and numbers, and which of them stand out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course import themes, wording
from course.records import Run
from course.views.layerwise import Kinds, kind_of

LABELS = ("k", "kd", "r", "s", "kr", "kdr", "kds", "kdrs")  # of kind, depth, rate, seed: the first that tells all apart


@dataclass(frozen=True, eq=False)
class NamedRun:
    """A run under its label. number: its slot, from 1; its numeral, and its pattern where kinds do not tell runs apart.
    kind: whose colour it takes; empty if that is not known.
    """

    label: str
    number: int
    kind: str
    run: Run


Runs = Run | Mapping[str, Run] | Iterable[Run]


def named(runs: Runs, kinds: Kinds = None) -> list[NamedRun]:
    """The runs with their labels, or with what tells them apart and no more: "plain" beside "highway", "rate 0.1".

    A run's kind is given by `kinds`, else the one that it was trained with or that its label names. One network of
    unknown kind at several rates is "other" throughout.
    """
    labelled = runs if isinstance(runs, Mapping) else None
    listed = [runs] if isinstance(runs, Run) else list(runs.values() if isinstance(runs, Mapping) else runs)
    labels = [str(label) for label in labelled] if labelled is not None else _labels(listed)
    unknown = "other" if rates_of_one_network(listed) else ""
    return [
        NamedRun(label, i, (_kind(run) if kinds is None else "") or kind_of(label, kinds) or unknown, run)
        for i, (label, run) in enumerate(zip(labels, listed, strict=True), start=1)
    ]


def rates_of_one_network(runs: Sequence[Run]) -> bool:
    """Whether the runs differ by their learning rate alone, as the trials of a search do."""
    same = {str(run.header.get("network")) for run in runs}, {run.recipe.seed for run in runs}
    rates = {run.recipe.learning_rate for run in runs}
    return len(runs) > 1 and [len(s) for s in same] == [1, 1] and len(rates) == len(runs)


def outstanding(listed: Sequence[NamedRun], chosen: Run | str | None) -> list[NamedRun]:
    """Which runs are bold: the chosen one, else the newest of each kind; among the rates of one network the finished
    one with the lowest training loss. Raises ValueError for a choice that is not there.
    """
    if chosen is not None:
        found = [one for one in listed if one.run is chosen or one.label == chosen]
        if not found:
            raise ValueError(f"chosen must be one of the runs, or of {', '.join(one.label for one in listed)}")
        return found
    finished = [one for one in listed if one.run.status == "finished" and math.isfinite(one.run.loss)]
    if finished and rates_of_one_network([one.run for one in listed]):
        return [min(finished, key=lambda one: one.run.loss)]
    newest = {one.kind or None: one for one in listed}
    return sorted(newest.values(), key=lambda one: one.number)


def depth_in_common(listed: Sequence[NamedRun]) -> int | None:
    """The depth that all runs have, if no label says it."""
    depths = {one.run.header.get("network", {}).get("depth") for one in listed}
    depth = depths.pop() if len(depths) == 1 else None
    return depth if depth and not any(one.label.endswith(f" {depth}") for one in listed) else None


def _kind(run: Run) -> str:
    return str(run.header.get("network", {}).get("kind", ""))


def _labels(runs: list[Run]) -> list[str]:
    """The shortest labels that tell the runs apart, else the longest."""
    parts = [_parts(run) for run in runs]
    choices = [[_label(part, letters) for part in parts] for letters in LABELS[1 if len(runs) == 1 else 0 :]]
    return next((labels for labels in choices if len(set(labels)) == len(labels)), choices[-1])


def _label(part: dict[str, str], letters: str) -> str:
    network = "".join(part[c] for c in "kd" if c in letters)
    return ", ".join(filter(None, [network, *(part[c] for c in "rs" if c in letters)]))


def _parts(run: Run) -> dict[str, str]:
    network: dict[str, Any] = run.header.get("network", {})
    return {
        "k": themes.label(network["kind"]) if "kind" in network else network.get("name", "run"),
        "d": f" {network['depth']}" if "depth" in network else "",
        "r": f"rate {wording.rate(run.recipe.learning_rate)}",
        "s": f"seed {run.recipe.seed}",
    }
