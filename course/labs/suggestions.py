"""What to try first in a lab: one line below its title, where no question is asked and nobody lectures."""

from __future__ import annotations

SUGGESTIONS = {
    "neuron": "turn the arrow by its ring, then double both weights. What gets steeper, and what stays where it is?",
    "depth": "plain with 50 layers, and Train; then residual with 50. Which of them learns?",
    "sgd": "momentum 0, and Train. On which of the recorded curves does it come to lie, and why on that one?",
    "dropout": "width 20, and Train; then without dropout. Which network can spare half of its units, 20 wide or 200?",
    "capacity": "1 hidden unit, and Train; then 2, then 8. Which points stay on the wrong side?",
    "init": "the weights are a little too large. Which gain gives layer 50 a signal of the size that layer 1 has?",
    "identity": "1 block, then 2, then 4, each with Train. When can you no longer tell the plain stack's digits apart?",
    "batch norm": "learning rate 5, and Train. Which of the two still learns, and what do its pre-activations do?",
    "gradients": "1 layer, then 2, 5, 24. From which depth on does a gradient say nothing about its neighbour?",
    "gates": "drag Picture. Then choose its whole class, minus another: in which blocks are the bars longest?",
    "hidden units": "add 3 to every input, and Train. How many units never change?",
    "landscape": "compare the two maps. How far from the middle is the loss below 1, and how high at the edge?",
    "lesion": "choose plain: what does one layer cost? Then take blocks out of highway by hand, the lowest bar first. "
    "How many can go before the error passes 1 %?",
    "paths": "compare bars and line. Where do most paths lie, and where does the gradient come from?",
    "shuffle": "exchange blocks in place of deleting them. Which of the two does a residual network mind more?",
    "time": "let the last block survive with 0.2. How many blocks still compute, and how much time did it save?",
}

# the same where nobody computes, and films alone are at hand: their settings are those of `recorded`
PLAYED = SUGGESTIONS | {
    "gates": "Train. Where do the bars grow most, in the first blocks or in the last?",
    "hidden units": "sigmoid, and Train. How many of the activations are saturated before, and how many after?",
    "lesion": "choose plain: what does one layer cost? Then residual: what does one block cost?",
}
