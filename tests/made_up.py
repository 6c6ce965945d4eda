"""Runs and comparisons made up for the tests of plots and report: no training, exact numbers."""

import math

from course import Recipe
from course.records import Record, Run

STEPS, STEPS_PER_EPOCH = 40, 10


def run(kind="plain", depth=10, *, last=0.01, diverged_at=None, seed=0, rate=0.1, status=None, **network):
    """A run whose loss falls from 2.3 to `last`, or that breaks at a step."""
    result = Run(Recipe(epochs=4, batch_size=64, learning_rate=rate, seed=seed))
    for step in range(1, STEPS + 1):
        loss = 2.3 * (last / 2.3) ** (min(step, STEPS - STEPS_PER_EPOCH) / (STEPS - STEPS_PER_EPOCH))
        loss = float("inf") if step == diverged_at else loss
        epoch = (step - 1) // STEPS_PER_EPOCH + 1
        result.records.append(Record(step, epoch, "train", loss, 0.5, rate, step / 100))
        if step == diverged_at:
            break
    else:
        result.records += [
            Record(STEPS, 4, "train_eval", last / 2, 1.0, rate, 0.4),
            Record(STEPS, 4, "test", 0.1, 0.97, rate, 0.4),
        ]
    result.status = status or ("finished" if diverged_at is None else "diverged")
    result.header = {
        "network": {"name": "Sequential", "parameters": 100}
        | ({"kind": kind, "depth": depth} if kind else {})
        | network,
        "data": {"name": "digits", "train": 1437, "test": 360, "shape": [1, 8, 8]},
        "hardware": "x86_64 cpu",
        "threads": 1,
        "versions": {"python": "3.12.0", "torch": "2.9.0+cpu"},
        "job_seconds": 1.5,
    }
    return result


def failed(kind, depth, seed=0):
    """A run whose worker died."""
    return Run(Recipe(seed=seed), status="failed", header={"error": "its worker process died twice <b>"}), kind, depth


def row(made, kind, depth):
    """What `compare` writes of a run into compare.json."""
    known = {name: getattr(made, name) for name in ("loss", "eval_loss", "test_accuracy")}
    known = {name: value if math.isfinite(value) else None for name, value in known.items()}
    return {
        "kind": kind,
        "depth": depth,
        "seed": made.recipe.seed,
        "learning_rate": made.recipe.learning_rate,
        "ladder_end": None,
        **known,
        "seconds": made.header.get("job_seconds"),
        "diverged_at": made.diverged_at,
        "status": made.status,
    }


LOSSES = {
    "plain": {2: 0.0012, 10: 0.0013, 50: 1.71},
    "highway": {2: 0.0012, 10: 0.00034, 50: 0.00071},
    "residual": {2: 0.0012, 10: 0.0024, 50: 0.037},
}


def comparison(losses=None, seeds=(0,), **settings):
    """Settings, rows and runs of a comparison: losses by kind and depth, or "diverged", "failed", None (missing)."""
    losses = losses or LOSSES
    rows, runs = [], []
    for kind, line in losses.items():
        for depth, last in line.items():
            for seed in seeds:
                if last is None:
                    continue
                if last == "failed":
                    made = failed(kind, depth, seed)[0]
                elif last == "diverged":
                    made = run(kind, depth, diverged_at=7 + seed, seed=seed)
                else:
                    made = run(kind, depth, last=last * (1 + 0.25 * seed), seed=seed)
                rows.append(row(made, kind, depth))
                runs.append(made)
    depths = sorted({depth for line in losses.values() for depth in line})
    standard = {
        "data": "digits",
        "kinds": tuple(losses),
        "depths": tuple(depths),
        "width": 50,
        "epochs": 4,
        "seeds": tuple(seeds),
        "learning_rate": None,
        "subset": None,
        "device": "cpu",
        "train_images": 1437,
        "test_images": 360,
        "batch_size": 64,
        "recipe": Recipe(epochs=4).to_dict(),
        "complete": True,
        "date": "2026-11-23",
        "classes": 10,
    }
    return standard | settings, rows, runs
