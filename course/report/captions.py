"""The captions of the page, and how much of it has run."""

from __future__ import annotations

from course import smoothing
from course.report.comparison import Comparison
from course.report.words import count


def chart_caption(comparison: Comparison) -> str:
    """How to read the first chart."""
    seeds = count(len(comparison.seeds), "seed")
    middle = f"Median of {seeds}, whiskers from lowest to highest. " if len(comparison.seeds) > 1 else ""
    crosses = " A cross at the top: diverged." if any(r["diverged_at"] is not None for r in comparison.rows) else ""
    return f"{middle}Training loss in nats; both axes logarithmic.{crosses}"


def table_caption(comparison: Comparison) -> str:
    """How to read the table."""
    several = len(comparison.seeds) > 1
    loss = "Median training loss, range over seeds" if several else "Training loss"
    by_rule = comparison.settings["learning_rate"] is None
    time = "seconds of the whole search for it" if by_rule else "seconds"
    curve = f"The small curve is the {'first seed' if several else 'whole run'}, all on one scale"
    dotted = "; its dotted line is guessing" if comparison.guessing else ""
    return f"{loss}, test accuracy, loss in eval mode, learning rate and {time}. {curve}{dotted}."


def curves_caption(comparison: Comparison) -> str:
    """How to read the curves."""
    first = ", first seed" if len(comparison.seeds) > 1 else ""
    return (
        f"Training loss in nats at each step{first}: {smoothing.SMOOTHING_IN_WORDS}. "
        "The panels share both axes; the lists give the values at one step."
    )
