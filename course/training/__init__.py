"""Training: one generator of records (`train`), and what consumes it."""

from course.training.checking import check
from course.training.evaluation import evaluate
from course.training.fitting import describe, describe_data, fit, interruptible, resume, same_data, save_checkpoint
from course.training.loop import Stop, train, train_step
from course.training.optimizers import SGD
from course.training.rates import (
    LADDER,
    RUNGS,
    Choice,
    candidates,
    choose_learning_rate,
    epochs_of_search,
    largest_stable_learning_rate,
    search_learning_rate,
)
from course.training.state import State

__all__ = [
    "LADDER", "RUNGS", "SGD", "Choice", "State", "Stop", "candidates", "check", "choose_learning_rate", "describe",
    "describe_data", "epochs_of_search", "evaluate", "fit", "interruptible", "largest_stable_learning_rate", "resume",
    "same_data", "save_checkpoint", "search_learning_rate", "train", "train_step",
]  # fmt: skip
