"""Which ideas of the course have a drawing, and in which cell of its chapter each stands."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from course.drawings import chapter01, chapter02, chapter03, chapter04, chapter05, chapter06, chapter07
from course.drawings.picture import alt_text

CHAPTERS = {
    "01": chapter01, "02": chapter02, "03": chapter03, "04": chapter04, "05": chapter05, "06": chapter06,
    "07": chapter07,
}  # fmt: skip
IDEAS = {
    "01": ("neuron", "flow_graph", "mini_batches", "valley", "rates", "early_stopping"),
    "02": ("dropout", "batch_norm", "norms", "two_modes"),
    "03": (
        "convolution", "layers_removed", "identity", "fading_gradient", "gain", "quadrant", "collapse",
        "doing_nothing",
    ),
    "04": ("highway", "notations", "fading", "gates_of_digits", "routes", "lesion", "cut"),
    "05": (
        "nested_classes", "residual_block", "changed_size", "family", "broken_shortcuts", "preactivation", "paths",
        "lesion_of_paths",
    ),
    "06": ("stochastic_depth", "survival", "train_and_use", "batch_or_example", "means"),
    "07": ("shattering", "noises", "switches", "branches", "looks_linear", "five_techniques"),
}  # fmt: skip


def calls(source: str) -> set[str]:
    """The drawings that a cell shows.

    >>> calls("drawings.identity()")
    {'identity'}
    """
    return set(re.findall(r"\bdrawings\.(\w+)\(", source))


def listed(notebooks: Iterable[Path]) -> list[dict[str, Any]]:
    """For each idea, in the course's order: id, chapter, the id of the cell that shows it (None if none does), alt,
    and whether it is live: drawn from values of its chapter.
    """
    cells: dict[str, dict[str, str]] = {chapter: {} for chapter in IDEAS}
    for path in sorted(notebooks):
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"] if path.name[:2] in IDEAS else []:
            if cell["cell_type"] == "code":
                cells[path.name[:2]] |= dict.fromkeys(calls("".join(cell["source"])), cell["id"])
    return [
        {
            "id": name,
            "chapter": int(chapter),
            "cell": cells[chapter].get(name),
            "alt": ". ".join(alt_text(getattr(CHAPTERS[chapter], name).__doc__)),
            "live": bool(inspect.signature(getattr(CHAPTERS[chapter], name)).parameters),
        }
        for chapter, names in IDEAS.items()
        for name in names
    ]
