"""Right answers to `sigmoid_gradient_bound`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import torch


def sigmoid_gradient_bound(weights):
    bound = 1.0
    for weight in weights:
        bound *= torch.linalg.matrix_norm(weight, 2).item() / 4
    return bound
""", """
import torch


def sigmoid_gradient_bound(weights):
    largest = [torch.linalg.svdvals(matrix.double())[0] for matrix in weights]
    return torch.stack(largest).prod() * 4.0 ** -len(weights)
"""]  # fmt: skip

MISTAKES = [
    Mistake("slope_forgotten",
            "each layer multiplies by its weights and by the sigmoid's slope, which is at most 1/4.",
            old="bound *= torch.linalg.matrix_norm(weight, 2).item() / 4",
            new="bound *= torch.linalg.matrix_norm(weight, 2).item()"),
    Mistake("frobenius",
            "by how much can a matrix lengthen a vector at most? By its largest singular value: "
            "torch.linalg.matrix_norm(W, 2).",
            old="bound *= torch.linalg.matrix_norm(weight, 2).item() / 4", new="bound *= weight.norm().item() / 4"),
    Mistake("largest_entry", "the largest entry does not bound the length of W v; the largest singular value does.",
            old="bound *= torch.linalg.matrix_norm(weight, 2).item() / 4",
            new="bound *= weight.abs().max().item() / 4"),
    Mistake("summed", "the chain rule multiplies the layers' factors.",
            old="""bound = 1.0
    for weight in weights:
        bound *= torch.linalg.matrix_norm(weight, 2).item() / 4""",
            new="""bound = 0.0
    for weight in weights:
        bound += torch.linalg.matrix_norm(weight, 2).item() / 4"""),
    Mistake("weights_forgotten", "1/4 for each layer is the slope; the weights may lengthen or shorten as well.",
            old="bound *= torch.linalg.matrix_norm(weight, 2).item() / 4", new="bound *= 1 / 4"),
    Mistake("of_the_product",
            "the bound multiplies the norms of the matrices; the norm of their product is another number.",
            old="""    for weight in weights:
        bound *= torch.linalg.matrix_norm(weight, 2).item() / 4""",
            new="""    product = torch.eye(weights[0].shape[1])
    for weight in weights:
        product = weight @ product / 4
    bound = torch.linalg.matrix_norm(product, 2).item()"""),
    Mistake("list_used_up", "the list that was given has changed: pop() takes out of it.",
            old="""for weight in weights:
        bound *= torch.linalg.matrix_norm(weight, 2).item() / 4""",
            new="""while weights:
        bound *= torch.linalg.matrix_norm(weights.pop(), 2).item() / 4"""),
]  # fmt: skip
