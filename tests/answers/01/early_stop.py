"""Right answers to `early_stop`, and usual mistakes in the first of them."""

from course.exercises.chapter01 import EMPTY
from course.exercises.mistakes import Mistake

RIGHT = ["""
def early_stop(errors, patience):
    if not errors:
        raise ValueError("there are no errors")
    best = 0
    for epoch, error in enumerate(errors):
        if error < errors[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch
""", """
def early_stop(errors, patience):
    if len(errors) == 0:
        raise ValueError("nothing to choose from")
    chosen, waited = 0, 0
    for epoch in range(1, len(errors)):
        if errors[epoch] < errors[chosen]:
            chosen, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return chosen, epoch
    return chosen, len(errors) - 1
"""]  # fmt: skip

MISTAKES = [
    Mistake("ties_move_on", "only a *lower* error is an improvement; a tie keeps the earlier epoch.",
            old="if error < errors[best]:", new="if error <= errors[best]:"),
    Mistake("first_rise", "with patience it does not stop at the first rise.",
            old="if epoch - best >= patience:", new="if epoch > best:"),
    Mistake("chooses_the_last", "chosen is the epoch with the lowest error so far, not the one where it stopped.",
            old="return best, epoch", new="return epoch, epoch"),
    Mistake("sees_the_future", "when training stops, later errors are never measured.",
            old="return best, epoch", new="return errors.index(min(errors)), epoch"),
    Mistake("one_late", "count the epochs since the best one: at `patience` it stops.",
            old="if epoch - best >= patience:", new="if epoch - best > patience:"),
    Mistake("counts_rises", "patience counts epochs since the best, whether the error rises in each of them or not.",
            old="""best = 0
    for epoch, error in enumerate(errors):
        if error < errors[best]:
            best = epoch
        if epoch - best >= patience:""",
            new="""best = rises = 0
    for epoch, error in enumerate(errors):
        if error < errors[best]:
            best = epoch
            rises = 0
        rises += epoch > 0 and error > errors[epoch - 1]
        if rises >= patience:"""),
    Mistake("waits_anew", "an error below the one before is no improvement while it stays above the best.",
            old=RIGHT[0], new="""
def early_stop(errors, patience):
    if not errors:
        raise ValueError("there are no errors")
    best = waited = 0
    for epoch in range(1, len(errors)):
        if errors[epoch] < errors[best]:
            best = epoch
        waited = 0 if errors[epoch] < errors[epoch - 1] else waited + 1
        if waited == patience:
            return best, epoch
    return best, len(errors) - 1
"""),
    Mistake("best_is_lower",
            "the best epoch has the lowest error so far; to be lower than the one before is not enough.",
            old="if error < errors[best]:", new="if epoch > 0 and error < errors[epoch - 1]:"),
    Mistake("empty_accepted", EMPTY,
            old="""if not errors:
        raise ValueError("there are no errors")
    best = 0""",
            new="best = epoch = 0"),
    Mistake("swapped", "the best epoch comes first, the one at which it stopped second.",
            old="return best, epoch", new="return epoch, best"),
    Mistake("two_epochs_at_least", "one epoch alone is the best, and the one at which it stopped.",
            old="    return best, epoch",
            new="    return best, max(epoch, 1)"),
    Mistake("used_up", "the list that was given has changed: pop() takes out of it.",
            old="""best = 0
    for epoch, error in enumerate(errors):
        if error < errors[best]:
            best = epoch
        if epoch - best >= patience:
            break""",
            new="""best, epoch, lowest = 0, 0, errors.pop(0)
    while errors and epoch - best < patience:
        epoch, error = epoch + 1, errors.pop(0)
        if error < lowest:
            best, lowest = epoch, error"""),
]  # fmt: skip
