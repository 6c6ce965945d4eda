"""Right answers to `StochasticDepth`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

AT_HOME = "the branch computes at every step: one draw for the whole batch should say beforehand whether it has to."

RIGHT = ["""
import torch
from torch import nn


class StochasticDepth(nn.Module):
    def __init__(self, branch, survival):
        super().__init__()
        self.branch, self.survival = branch, survival

    def forward(self, x):
        if not self.training:
            return x + self.survival * self.branch(x)
        if torch.rand(()) < self.survival:
            return x + self.branch(x)
        return x
""", """
import torch
from torch import nn


class StochasticDepth(nn.Module):
    def __init__(self, branch, survival):
        super().__init__()
        self.f = branch
        self.p = survival

    def forward(self, x):
        if self.training and torch.bernoulli(torch.tensor(float(self.p))) == 0:
            return x
        weight = 1.0 if self.training else self.p
        return weight * self.f(x) + x
"""]  # fmt: skip

MISTAKES = [
    Mistake("always_computes", AT_HOME,
            old="""if torch.rand(()) < self.survival:
            return x + self.branch(x)
        return x""",
            new="return x + (torch.rand(()) < self.survival) * self.branch(x)"),
    Mistake("draw_per_row", AT_HOME,
            old="""if torch.rand(()) < self.survival:
            return x + self.branch(x)
        return x""",
            new="return x + (torch.rand(len(x), 1) < self.survival) * self.branch(x)"),
    Mistake("never_dropped",
            "in training the branch is there at every step: each call of `forward` needs its own draw.",
            old="""if torch.rand(()) < self.survival:
            return x + self.branch(x)
        return x""",
            new="return x + self.branch(x)"),
    Mistake("drawn_once", "in training the branch is never there: each call of `forward` needs its own draw.",
            old="""
    def forward(self, x):
        if not self.training:
            return x + self.survival * self.branch(x)
        if torch.rand(()) < self.survival:""",
            new="""        self.stays = torch.rand(()) < survival

    def forward(self, x):
        if not self.training:
            return x + self.survival * self.branch(x)
        if self.stays:"""),
    Mistake("survival_ignored", "the branch does not compute as often as the `survival` that was given says.",
            old="if torch.rand(()) < self.survival:", new="if torch.rand(()) < 0.75:"),
    Mistake("not_scaled_at_test",
            "in training the branch is there only sometimes: evaluation weighs it by its chance.",
            old="return x + self.survival * self.branch(x)", new="return x + self.branch(x)"),
    Mistake("scaled_in_training", "in this form nothing is scaled in training; the evaluation is.",
            old="return x + self.branch(x)", new="return x + self.branch(x) / self.survival"),
    Mistake("drops_at_test", "in evaluation nothing is left to chance.",
            old="""def forward(self, x):
        if not self.training:
            return x + self.survival * self.branch(x)""",
            new="def forward(self, x):"),
    Mistake("survival_is_drop", "`survival` is the probability of staying.",
            old="if torch.rand(()) < self.survival:", new="if torch.rand(()) >= self.survival:"),
    Mistake("relu_kept", "a ReLU still cuts what is below zero: here none comes behind the sum.",
            old="""return x + self.survival * self.branch(x)
        if torch.rand(()) < self.survival:
            return x + self.branch(x)
        return x""",
            new="""return torch.relu(x + self.survival * self.branch(x))
        if torch.rand(()) < self.survival:
            return torch.relu(x + self.branch(x))
        return torch.relu(x)"""),
    Mistake("no_shortcut", "x is not added to what the branch returns.",
            old="""return x + self.survival * self.branch(x)
        if torch.rand(()) < self.survival:
            return x + self.branch(x)""",
            new="""return self.survival * self.branch(x)
        if torch.rand(()) < self.survival:
            return self.branch(x)"""),
    Mistake("shortcut_scaled", "in evaluation the branch alone is weighted by its chance: x is always there.",
            old="return x + self.survival * self.branch(x)", new="return self.survival * (x + self.branch(x))"),
    Mistake("in_place", "something here writes into the x that was given.",
            old="""return x + self.survival * self.branch(x)
        if torch.rand(()) < self.survival:
            return x + self.branch(x)""",
            new="""x += self.survival * self.branch(x)
            return x
        if torch.rand(()) < self.survival:
            x += self.branch(x)"""),
    Mistake("shortcut_dropped", "a block that stays at home returns its input, not zero.",
            old="""return x + self.branch(x)
        return x""",
            new="""return x + self.branch(x)
        return 0 * x"""),
    Mistake("in_turn", "every so many steps is a fixed pattern: each step needs a draw of its own.",
            old="""self.branch, self.survival = branch, survival

    def forward(self, x):
        if not self.training:
            return x + self.survival * self.branch(x)
        if torch.rand(()) < self.survival:""",
            new="""self.branch, self.survival, self.saved = branch, survival, 0.0

    def forward(self, x):
        if not self.training:
            return x + self.survival * self.branch(x)
        self.saved += self.survival
        if self.saved >= 1 - 1e-9:
            self.saved -= 1"""),
    Mistake("shortcut_detached", "the shortcut lets the gradient through, which is the point of it: no detach.",
            old="return x + self.survival * self.branch(x)",
            new="return x.detach() + self.survival * self.branch(x)"),
    Mistake("branch_detached", "the branch hands gradients back in training: no detach.",
            old="            return x + self.branch(x)",
            new="            return x + self.branch(x.detach())"),
]  # fmt: skip
