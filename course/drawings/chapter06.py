"""The drawings of chapter 6: stochastic depth."""

from __future__ import annotations

from typing import Any

from course.drawings.marks import THIN, head, note, rect, straight
from course.drawings.picture import Picture, Scene, picture
from course.views.arrays import numbers
from course.views.drawing import Shape


def stochastic_depth(kept: Any, survival: Any) -> Picture:
    """A short network trains, a deep one is used. Each column is the network in one training step, block 1 at the
    bottom. Blocks that stay at home are missing from the string, and only the shortcut is left; the upper ones are
    missing more often.

    kept: (steps, blocks), whether each block computed; survival: (blocks,), the probability that it does.
    """
    there = numbers(kept, "a row of blocks for each step") != 0
    shares = numbers(survival, "a probability for each block").ravel()
    if there.ndim != 2 or there.shape[1] != len(shares):
        raise ValueError(f"kept has the shape (steps, {len(shares)}), a number for each block; got {there.shape}")
    steps, blocks = there.shape
    x0, y0, pitch, high = 100.0, 44.0, 420 / steps, 240 / blocks
    size = min(pitch, high) * 0.72

    def column(s: int) -> list[Shape]:
        x = x0 + s * pitch
        beads = [
            rect(x, y0 + (blocks - 1 - b) * high, size, size, "@stochastic_depth", r=2)
            for b in range(blocks)
            if there[s, b]
        ]
        string = straight(x + size / 2, y0 - 6, x + size / 2, y0 + 240, "@control", THIN)
        return [string, *beads, note(x + size / 2, y0 + 260, str(int(there[s].sum())))]

    columns = [column(s) for s in range(steps)]
    bars = [
        rect(560, y0 + (blocks - 1 - b) * high, 104 * float(share), size, colour)
        for b in range(blocks)
        for share, colour in ((1, "@sunken"), (shares[b], "@stochastic_depth"))
    ]
    out = [head(x0, 26, "Blocks that are there in each training step"), head(560, 26, "Survival"), *bars]
    out += [note(88, y0 + 14, f"block {blocks}", "end"), note(88, y0 + 232, "block 1", "end")]
    out += [note(88, y0 + 260, "in use", "end"), note(560, y0 + 260, "0", "start"), note(664, y0 + 260, "1", "end")]
    out.append(note(x0, 332, "a gap: the block stays at home, only its shortcut is left", "start"))
    mean = float(there.sum(1).mean())
    whole = Scene(
        tuple(shape for some in columns for shape in some), f"{steps} steps: {mean:.1f} of {blocks} blocks on average."
    )
    grown = [
        Scene(
            tuple(shape for some in columns[: s + 1] for shape in some),
            f"Step {s + 1}: {int(there[s].sum())} of {blocks} blocks.",
            stop=s < 3,
        )
        for s in range(steps)
    ]
    return picture(
        stochastic_depth.__doc__,
        344,
        out,
        scenes=(whole, *grown),
        seconds=0.5,
        measured=f"On average {mean:.1f} of {blocks}.",
    )
