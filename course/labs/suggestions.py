"""What to try first in an instant lab: one line below its title, where no question is asked and nobody lectures."""

from __future__ import annotations

SUGGESTIONS = {
    "neuron": "double both weights. What gets steeper, and what stays where it is?",
    "capacity": "1 hidden unit, and Train; then 2, then 8. Which points stay on the wrong side?",
    "init": "the weights are a little too large. Which gain gives layer 50 a signal of the size that layer 1 has?",
    "identity": "1 block, then 2, then 4, each with Train. When can you no longer tell the plain stack's digits apart?",
    "batch norm": "learning rate 5, and Train. Which of the two still learns, and what do its pre-activations do?",
    "gradients": "1 layer, then 2, 5, 24. From which depth on does a gradient say nothing about its neighbour?",
    "gates": "two other classes. In which blocks do their gates differ most? See the bars of map 6.",
    "hidden units": "add 3 to every input, and Train. How many units never change?",
    "landscape": "compare the two maps. How far from the middle is the loss below 1, and how high at the edge?",
    "lesion": "choose plain. What does one missing layer cost there, and what one missing block here?",
    "paths": "compare bars and line. Where do most paths lie, and where does the gradient come from?",
    "shuffle": "exchange blocks in place of deleting them. Which of the two does a residual network mind more?",
    "time": "let the last block survive with 0.2. How many blocks still compute, and how much time did it save?",
}
