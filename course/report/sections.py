"""The page's smaller pieces: tags, captions, controls and the frame around the curves."""

from __future__ import annotations

from html import escape

from course import smoothing, themes
from course.report import panels
from course.report.comparison import Study
from course.report.words import count
from course.views import shapes


def tags(study: Study) -> str:
    """How much has run, if not all of it, and when."""
    done = f'<span class="tag open">{study.total - study.missing} of {study.total} runs</span>' if study.missing else ""
    return f'{done}<span class="tag">Trained {escape(str(study.settings["date"]))}</span>'


def chart_caption(study: Study) -> str:
    """How to read the first chart."""
    seeds = count(len(study.seeds), "seed")
    middle = f"Median of {seeds}, whiskers from lowest to highest. " if len(study.seeds) > 1 else ""
    crosses = " A cross at the top: diverged." if any(r["diverged_at"] is not None for r in study.rows) else ""
    return f"{middle}Training loss in nats; both axes logarithmic.{crosses}"


def table_caption(study: Study) -> str:
    """How to read the table."""
    several = len(study.seeds) > 1
    loss = "Median training loss, range over seeds" if several else "Training loss"
    time = "seconds of the whole search for it" if study.settings["learning_rate"] is None else "seconds"
    curve = f"The small curve is the {'first seed' if several else 'whole run'}, all on one scale"
    dotted = "; its dotted line is guessing" if study.guessing else ""
    return f"{loss}, test accuracy, loss in eval mode, learning rate and {time}. {curve}{dotted}."


def show_control(study: Study) -> str:
    """A chip for each kind, to show it or not; none for a single kind."""
    if len(study.kinds) < 2:
        return ""
    chips = []
    for kind in study.kinds:
        box = f'<input type="checkbox" value="{escape(kind)}" checked>'
        chips.append(f'<label class="chip">{box}{shapes.swatch(kind, 30)}{escape(themes.label(kind))}</label>')
    return f'<fieldset id="show"><legend>Show</legend>{"".join(chips)}</fieldset>'


def depth_control(study: Study) -> str:
    """A chip for each depth, to read the first chart there; none for a single depth."""
    if len(study.depths) < 2:
        return ""
    chips = []
    for depth in study.depths:
        checked = " checked" if depth == study.depths[-1] else ""
        chips.append(f'<label class="chip"><input type="radio" name="depth"{checked}>{depth}</label>')
    return f'<fieldset id="depths"><legend>Read at</legend>{"".join(chips)}<span>layers</span></fieldset>'


def curves(study: Study) -> str:
    """The section of the curves; nothing if no run has one."""
    if not study.curves:
        return ""
    first, columns = ", first seed" if len(study.seeds) > 1 else "", panels.columns(study)
    what = f"Training loss in nats at each step{first}: {smoothing.SMOOTHING_IN_WORDS}."
    return (
        '<section aria-labelledby="curves"><h2 id="curves">The curves</h2>'
        f"<p>{escape(what)} The panels share both axes; the lists give the values at one step.</p>"
        '<div class="controls step"><label for="step"><b>Read at</b></label>'
        '<input type="range" id="step" min="0" step="1"><output for="step" id="at"></output></div>'
        f'<div class="panels rest c{columns}" style="--columns:{columns}">{panels.panels(study)}</div></section>'
    )
