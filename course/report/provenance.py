"""How the comparison was made, in words: the line below the lead, what was trained, and the command that repeats it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from course import wording
from course.report.comparison import Comparison
from course.report.words import count

OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}


def meta(comparison: Comparison) -> str:
    """Data, sizes, recipe, rate, seeds, software and time on one line."""
    settings, by_rule = comparison.settings, comparison.settings["learning_rate"] is None
    shape = comparison.header.get("data", {}).get("shape")
    size = f" {shape[-2]}×{shape[-1]}" if shape else ""
    pictures = f"{settings['train_images']:,} training and {settings['test_images']:,} test pictures"
    rate = (
        "by the rule, for each network and depth"
        if by_rule
        else f"{wording.rate(settings['learning_rate'])} throughout"
    )
    parts = [
        f"{comparison.data_name}{size} ({pictures})",
        f"width {settings['width']}",
        f"{epochs(settings)}, {settings['batch_size']} pictures a step",
        count(len(comparison.seeds), "seed"),
        f"learning rate {rate}",
        _machine(comparison),
        f"{wording.seconds(comparison.seconds)} of training in all{', the rule’s trials included' * by_rule}",
    ]
    return " · ".join(filter(None, parts))


def _machine(comparison: Comparison) -> str:
    header = comparison.header
    if not header:
        return ""
    torch, _, _ = header["versions"]["torch"].partition("+")
    return f"torch {torch}, {count(header['threads'], 'thread')} a run, {header['hardware']}"


def subtitle(comparison: Comparison) -> str:
    """In a few words what the first chart is of, where it stands alone."""
    settings, seeds = comparison.settings, count(len(comparison.seeds), "seed")
    several = f"median of {seeds}, whiskers from lowest to highest" if len(comparison.seeds) > 1 else seeds
    what = f"{wording.capital(comparison.data_name)}, width {settings['width']}, {count(settings['epochs'], 'epoch')}"
    return f"Nats, both axes logarithmic. {what}, {several}."


def epochs(settings: Mapping[str, Any]) -> str:
    """As in "15 epochs of SGD with momentum 0.9, weight decay 0.0001"."""
    recipe = settings["recipe"]
    optimizer = recipe.get("optimizer", "sgd")
    said = OPTIMIZERS.get(optimizer, optimizer)
    if optimizer == "sgd" and recipe.get("momentum"):
        said += f" with {'Nesterov ' if recipe.get('nesterov') else ''}momentum {recipe['momentum']:g}"
    if recipe.get("weight_decay"):
        said += f", weight decay {wording.rate(recipe['weight_decay'])}"
    return f"{count(settings['epochs'], 'epoch')} of {said}"


def command(settings: Mapping[str, Any]) -> str:
    """The command that repeats the comparison, every option spelled out."""
    seeds, device = list(settings["seeds"]), settings.get("device")
    options: dict[str, Any] = {
        "data": settings["data"],
        "kinds": _joined(settings["kinds"]),
        "depths": _joined(settings["depths"]),
        "width": settings["width"],
        "epochs": settings["epochs"],
        "seeds": len(seeds) if seeds == list(range(len(seeds))) else _joined(seeds) + "," * (len(seeds) == 1),
        "lr": "rule" if settings["learning_rate"] is None else f"{settings['learning_rate']:g}",
        "subset": settings.get("subset"),
        "device": None if device == "cpu" else device,
    }
    words = [f"--{name} {shlex.quote(str(value))}" for name, value in options.items() if value is not None]
    return " ".join(["uv run course compare", *words])


def _joined(values: Iterable[Any]) -> str:
    return ",".join(map(str, values))
