# hint: one_too_many
import math


def largest_stable_learning_rate(train, start):
    rate = start
    for _ in range(32):
        losses = train(rate)
        if all(math.isfinite(loss) for loss in losses) and losses[-1] <= losses[0]:
            return rate
        rate /= 2
    raise ValueError("no rate is stable")
