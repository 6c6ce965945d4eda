"""The drawings of chapter 6: stochastic depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from course import themes, wording
from course.drawings.marks import THICK, THIN, circle, figure, head, note, rect, straight, unit, words
from course.drawings.picture import Picture, Scene, picture
from course.views import axes
from course.views.arrays import numbers
from course.views.drawing import Shape
from course.views.drawing import line as stroke
from course.views.marks import hatch


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
    out += [note(88, y0 + 260, "there", "end"), note(560, y0 + 260, "0", "start"), note(664, y0 + 260, "1", "end")]
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


def survival(rules: Mapping[str, Sequence[float]]) -> Picture:
    """The same average, other blocks. A panel for each rule, a bar for each block, as high as the probability that it
    is there; the block next to the input stands on the left. The staircases fall, stay level or rise.

    rules: for each rule's name the survival probability of block 1, 2, ….
    """
    if not rules:
        raise ValueError("a survival probability for each block of each rule is drawn; got no rule")
    wide, top, high = 640 / len(rules) - 28, 52.0, 110.0
    out: list[Shape] = []
    means = []
    for k, (name, row) in enumerate(rules.items()):
        found = numbers(row, "a probability for each block").ravel()
        x, pitch = 48 + k * (wide + 28), wide / len(found)
        for share in (0, 0.5, 1):
            y = top + high * (1 - share)
            out.append(straight(x, y, x + wide, y, "@hairline", THIN))
            out += [note(x - 8, y + 5, ("0", "½", "1")[int(2 * share)], "end")] * (k == 0)
        for b, share in enumerate(found):
            tall = high * float(share)
            out.append(rect(x + b * pitch, top + high - tall, pitch * 0.78, tall, "@stochastic_depth", r=1))
        out += [head(x, 28, name), note(x, top + high + 20, "block 1", "start")]
        out.append(note(x + wide, top + high + 20, f"block {len(found)}", "end"))
        means.append(f"{figure(float(found.sum()))} of {len(found)}")
        out.append(words(x, top + high + 46, f"{means[-1]} on average", "start"))
    said = ", ".join(f"{name} {mean}" for name, mean in zip(rules, means, strict=True))
    return picture(survival.__doc__, top + high + 60, out, measured=f"There on average: {said}.")


def train_and_use(kept: Any, survival: Any) -> Picture:
    """With gaps in training, whole in use. Above, the network in a few training steps: blocks on a line from input to
    output, some of them missing, each time others. Below, the network in use: every block is there, and the later it
    comes, the lower it is drawn, for it counts less.

    kept: (steps, blocks), whether each block computed; survival: (blocks,), the probability that it does.
    """
    there = numbers(kept, "a row of blocks for each step") != 0
    shares = numbers(survival, "a probability for each block").ravel()
    if there.ndim != 2 or there.shape[1] != len(shares):
        raise ValueError(f"kept has the shape (steps, {len(shares)}), a number for each block; got {there.shape}")
    x0, pitch, high = 128.0, 432 / len(shares), 44.0
    wide = pitch * 0.66
    out: list[Shape] = [note(x0 - 26, 24, "input", "middle"), note(x0 + 466, 24, "output", "middle")]

    def row(y: float, name: str, heights: Any, said: str) -> None:
        out.extend([straight(x0 - 12, y, x0 + 448, y, "@stochastic_depth", THICK), head(8, y + 5, name)])
        out.extend([unit(x0 - 26, y, "$x$", 13), unit(x0 + 462, y, "$y$", 13)])
        for b, share in enumerate(heights):
            tall = high * float(share)
            if tall:
                out.append(rect(x0 + 4 + b * pitch, y - tall / 2, wide, tall, "@stochastic_depth", "@page", r=3))
        out.append(words(692, y + 5, said, "end"))

    for s, blocks in enumerate(there):
        row(58 + 60 * s, f"step {s + 1}", blocks, f"{int(blocks.sum())} of {len(blocks)}")
    foot = 58 + 60 * len(there) + 14.0
    out.append(straight(8, foot - 36, 692, foot - 36, "@hairline", THIN))
    row(foot + 6, "in use", shares, f"all {len(shares)}")
    labels = [words(x0 + 4 + b * pitch + wide / 2, foot + 46, figure(float(p)), size=12) for b, p in enumerate(shares)]
    out += [*labels, note(8, foot + 46, "weight $p_l$", "start")]
    return picture(train_and_use.__doc__, foot + 58, out)


def batch_or_example(batch: Any, rows: Any) -> Picture:
    """One draw for the batch, or one for each example. Two grids, a row for each example, a column for each block.
    Left, whole columns are missing, and nobody computes those blocks. Right, each row has its own hatched places:
    computed, then set to zero. There every block has work to do.

    batch: (blocks,), whether each block is there; rows: (examples, blocks), which places are kept.
    """
    whole, kept = numbers(batch, "whether each block is there").ravel() != 0, numbers(rows, "rows of places") != 0
    if kept.ndim != 2 or kept.shape[1] != len(whole):
        raise ValueError(f"rows has the shape (examples, {len(whole)}), a place for each block; got {kept.shape}")
    examples, blocks = kept.shape
    cell = min(264 / blocks, 200 / examples)
    out: list[Shape] = []
    counts = []
    for x, name, grid, computed in (
        (82.0, "A draw for the batch", [whole] * examples, whole),
        (412.0, "A draw for each example", kept, kept.any(0)),
    ):
        out.append(head(x, 28, name))
        for i, line in enumerate(grid):
            y = 46 + i * cell
            out.append(straight(x, y + cell / 2, x + blocks * cell, y + cell / 2, "@control", THIN))
            for b, there in enumerate(line):
                place = (x + b * cell + 2, y + 2, cell - 4, cell - 4)
                if there:
                    out.append(rect(*place, "@stochastic_depth", r=2))
                elif computed[b]:
                    out += [rect(*place, "@page", "@axis", THIN, r=2), stroke(hatch(*place), "@hatch", 1)]
        counts.append(f"{int(computed.sum())} of {blocks}")
        foot = 46 + examples * cell
        out += [note(x, foot + 20, "block 1", "start"), note(x + blocks * cell, foot + 20, f"block {blocks}", "end")]
        out.append(words(x, foot + 46, f"blocks computed: {counts[-1]}", "start"))
    out += [note(70, 46 + cell * 0.5 + 5, "example 1", "end"), note(70, foot - cell * 0.5 + 5, str(examples), "end")]
    return picture(
        batch_or_example.__doc__, foot + 60, out, measured=f"Blocks computed: {counts[0]} against {counts[1]}."
    )


def means(quantity: str, found: Mapping[str, Sequence[float]]) -> Picture:
    """A bar for the mean, a dot for each seed. A row for each network. Where the dots of one row lie among those of the
    other, the seeds differ more than the networks do.

    quantity: what was measured, with its unit; found: for each network's name a number for each seed.
    """
    rows = {name: numbers(values, "a number for each seed").ravel() for name, values in found.items()}
    if not rows:
        raise ValueError("a number for each seed of each network is drawn; got no network")
    low, high = min(0.0, *(float(row.min()) for row in rows.values())), max(float(row.max()) for row in rows.values())
    marked = axes.ticks(low, high if high > low else low + 1)
    left, right, pitch = 180.0, 590.0, 96.0
    foot = 48 + pitch * len(rows)

    def place(value: float) -> float:
        return left + (right - left) * (value - low) / (max(high, marked[-1]) - low)

    out: list[Shape] = [head(left, 26, quantity), note(690, 26, "mean", "end")]
    for value in marked:
        out.append(straight(place(value), 44, place(value), foot, "@axis" if value == 0 else "@hairline", THIN))
        out.append(note(place(value), foot + 18, wording.general(value)))
    for k, (name, row) in enumerate(rows.items()):
        y, mean = 44 + pitch * (k + 0.5), float(row.mean())
        kind = themes.named(name)
        bar = sorted((place(0), place(mean)))
        out += [head(164, y + 6, name, "end"), head(690, y + 8, figure(mean, 1), "end", 22)]
        out.append(rect(bar[0], y - 26, bar[1] - bar[0], 52, f"@{kind}" if kind else "@plain", r=2))
        out += [circle(place(float(value)), y + 12 * (i % 3 - 1), 6) for i, value in enumerate(row)]
    said = ", ".join(f"{name} {figure(float(row.mean()), 1)}" for name, row in rows.items())
    return picture(means.__doc__, foot + 32, out, measured=f"{quantity}, means: {said}.")
