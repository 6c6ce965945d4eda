"""A run as it is drawn: its number, its name among the others, its colour, dash and marker, and its points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from course import smoothing, themes, wording
from course.plots import frame
from course.records import Record, Run

NUMERALS = {False: "①②③④⑤⑥⑦⑧⑨⑩", True: "❶❷❸❹❺❻❼❽❾❿"}  # older runs, newest; common fonts end at ten
LABELS = ("k", "kd", "r", "s", "kr", "kdr", "kds", "kdrs")  # of kind, depth, rate, seed: the first that tells all apart


@dataclass
class Line:
    """One run as it is drawn."""

    run: Run
    number: int  # 1 for the first
    name: str
    colour: str
    dash: str
    marker: str
    newest: bool  # of its kind
    x: list[float]
    raw: list[float]
    y: list[float]  # smoothed, if asked for
    broke: bool  # the curve ends because the run diverged

    @property
    def numeral(self) -> str:
        """The run's number in a circle, in the run's colour."""
        text = NUMERALS[self.newest][self.number - 1] if self.number <= 10 else f"({self.number})"
        return f"<span style='color:{self.colour}'>{text}</span>"

    @property
    def early(self) -> bool:
        """Whether the run was ended before its time."""
        return self.run.status in ("stopped", "interrupted")


def lines(
    runs: Run | Iterable[Run] | Mapping[str, Run], split: str, value: str, x: str, smooth: bool, theme: str
) -> list[Line]:
    """The runs as lines, those without such records left out. Raises ValueError if there is no run at all."""
    named = runs if isinstance(runs, Mapping) else None
    listed = [runs] if isinstance(runs, Run) else list(named.values() if named is not None else runs)  # type: ignore[arg-type]
    if not listed:
        raise ValueError("no runs to draw: pass a list of runs, as in curves([run]) or curves(choice.trials)")
    names = [str(name) for name in named] if named is not None else _names(listed)
    kinds = [run.header.get("network", {}).get("kind") for run in listed]
    own = None not in kinds and len(set(kinds)) == len(kinds)  # each kind once: with its own pattern
    result = []
    for i, (run, name, kind) in enumerate(zip(listed, names, kinds, strict=True)):
        records = [r for r in run.records if r.split == split]
        raw = [getattr(r, value) for r in records]
        broke = split == "train" and run.diverged_at is not None
        y = smoothing.smooth(raw, diverged=broke, geometric=value == "loss") if smooth else raw
        pattern = themes.pattern(kind) if own else _pattern(i)
        colour = themes.colour(kind, theme) if kind else frame.slot_colour(i, theme)
        newest = kind not in kinds[i + 1 :] if kind else i == len(listed) - 1
        places = [_place(r, x, run) for r in records]
        line = Line(run, i + 1, name, colour, pattern["plotly_dash"], pattern["marker"], newest, places, raw, y, broke)
        result += [line] if records else []
    return result


def _pattern(index: int) -> dict[str, Any]:
    """The pattern of the run at this place. Beyond eight, dashes come back longer and markers with a dot in them."""
    patterns = themes.tokens()["run_patterns"]
    pattern, again = patterns[index % len(patterns)], index // len(patterns)
    if not again:
        return pattern
    dash = [length * (again + 1.5) for length in pattern["dash"]] or [40 * again, 4]
    marker = pattern["marker"] + "-dot"
    return {"plotly_dash": ",".join(f"{length:g}px" for length in dash), "marker": marker}


def _names(runs: list[Run]) -> list[str]:
    """What tells the runs apart, and no more: "plain" beside "highway", "plain 10" beside "plain 50", "rate 0.1"."""
    parts = [_parts(run) for run in runs]
    for chosen in LABELS[1 if len(runs) == 1 else 0 :]:
        names = [_name(part, chosen) for part in parts]
        if len(set(names)) == len(names):
            break
    return names


def _name(part: dict[str, str], chosen: str) -> str:
    network = "".join(part[c] for c in "kd" if c in chosen)
    return ", ".join(filter(None, [network, *(part[c] for c in "rs" if c in chosen)]))


def _parts(run: Run) -> dict[str, str]:
    network = run.header.get("network", {})
    kind = themes.label(network["kind"]) if "kind" in network else network.get("name", "run")
    depth = f" {network['depth']}" if "depth" in network else ""
    return {
        "k": kind,
        "d": depth,
        "r": f"rate {wording.rate(run.recipe.learning_rate)}",
        "s": f"seed {run.recipe.seed}",
    }


def common(drawn: list[Line]) -> str:
    """What the labels need not say: the depth, if all runs have the same and no label has it."""
    depths = {line.run.header.get("network", {}).get("depth") for line in drawn}
    depth = depths.pop() if len(depths) == 1 else None
    return f"{depth} layers; " if depth and not any(line.name.endswith(f" {depth}") for line in drawn) else ""


def _place(record: Record, x: str, run: Run) -> float:
    if x == "epoch":
        steps = sum(r.split == "train" and r.epoch == 1 for r in run.records) or 1
        return record.step / steps
    return record.step if x == "step" else record.seconds
