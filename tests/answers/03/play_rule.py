"""Right answers to `play_rule`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
def play_rule(losses, rounds):
    left = list(losses)
    for epoch, keep in rounds:
        left = sorted(left, key=lambda rate: losses[rate][epoch - 1])[:keep]
    ends = {rate: losses[rate][-1] for rate in losses}
    chosen = min(left, key=lambda rate: ends[rate])
    return chosen, ends[chosen] / min(ends.values())
""", """
import torch


def play_rule(losses, rounds):
    rates = torch.tensor(list(losses), dtype=torch.float64)
    curves = torch.tensor(list(losses.values()), dtype=torch.float64)
    alive = torch.ones(len(rates), dtype=torch.bool)
    for epoch, keep in [*rounds, (curves.shape[1], 1)]:
        now = torch.where(alive, curves[:, epoch - 1], torch.inf)
        order = torch.sort(now, stable=True).indices[:keep]
        alive = torch.zeros_like(alive)
        alive[order] = True
    winner = int(alive.nonzero()[0])
    return [rates[winner].item(), (curves[winner, -1] / curves[:, -1].min()).item()]
"""]  # fmt: skip

MISTAKES = [
    Mistake("next_epoch", "the list begins with the loss after epoch 1, so that of epoch e stands at place e - 1.",
            old="losses[rate][epoch - 1]", new="losses[rate][epoch]"),
    Mistake("looks_ahead", "at a round the rule knows the losses at that epoch, not yet the last ones.",
            old="losses[rate][epoch - 1]", new="losses[rate][-1]"),
    Mistake("keeps_the_worst", "the rates with the lowest losses go on.",
            old="[:keep]", new="[-keep:]"),
    Mistake("first_round_only", "each round keeps some of those that the round before it kept.",
            old="    for epoch, keep in rounds:", new="    for epoch, keep in rounds[:1]:"),
    Mistake("against_those_left", "compare with the best of all rates, those that were stopped included.",
            old="/ min(ends.values())", new="/ min(ends[rate] for rate in left)"),
    Mistake("upside_down", "divide the loss of the chosen rate by that of the best: 1 or above.",
            old="ends[chosen] / min(ends.values())", new="min(ends.values()) / ends[chosen]"),
    Mistake("difference", "a ratio is asked for: the chosen rate's loss divided by the lowest.",
            old="ends[chosen] / min(ends.values())", new="ends[chosen] - min(ends.values())"),
    Mistake("stopped_deleted", "the losses that were given have changed: leave the rates that stop in the dict.",
            old=RIGHT[0],
            new="""
def play_rule(losses, rounds):
    ends = {rate: losses[rate][-1] for rate in losses}
    for epoch, keep in rounds:
        for rate in sorted(losses, key=lambda rate: losses[rate][epoch - 1])[keep:]:
            del losses[rate]
    chosen = min(losses, key=lambda rate: ends[rate])
    return chosen, ends[chosen] / min(ends.values())
"""),
]  # fmt: skip
