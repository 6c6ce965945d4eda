"""Right answers to `cosine_through_layers`, and usual mistakes in the first of them."""

from course.exercises.mistakes import Mistake

RIGHT = ["""
import math


def cosine_through_layers(cosine, layers):
    found = []
    for _ in range(layers):
        cosine = (math.sqrt(1 - cosine**2) + (math.pi - math.acos(cosine)) * cosine) / math.pi
        cosine = min(cosine, 1.0)
        found.append(cosine)
    return found
""", """
import torch


def cosine_through_layers(cosine, layers):
    angle = torch.tensor(cosine, dtype=torch.float64).arccos()
    found = torch.empty(layers, dtype=torch.float64)
    for layer in range(layers):
        found[layer] = (angle.sin() + (torch.pi - angle) * angle.cos()) / torch.pi
        angle = found[layer].clamp(-1, 1).arccos()
    return found
"""]  # fmt: skip

MISTAKES = [
    Mistake("starts_with_the_input", "the first number is the cosine after one layer, not that of the pictures.",
            old="""        cosine = (math.sqrt""", new="""        found.append(cosine)
        cosine = (math.sqrt"""),
    Mistake("shifted", "the first number is the cosine after one layer, not that of the pictures.",
            old="""        cosine = min(cosine, 1.0)
        found.append(cosine)
    return found""", new="""        cosine = min(cosine, 1.0)
        found.append(cosine)
    return [0.0, *found[:-1]]"""),
    Mistake("not_divided", "divide the whole sum by pi.",
            old="cosine = (math.sqrt(1 - cosine**2) + (math.pi - math.acos(cosine)) * cosine) / math.pi",
            new="cosine = min(math.sqrt(1 - cosine**2) + (math.pi - math.acos(cosine)) * cosine, 1.0)"),
    Mistake("angle_itself", "the cosine is multiplied by pi minus the angle.",
            old="(math.pi - math.acos(cosine)) * cosine", new="math.acos(cosine) * cosine"),
    Mistake("root_forgotten", "the sine of the angle is the *root* of 1 minus the squared cosine.",
            old="math.sqrt(1 - cosine**2)", new="(1 - cosine**2)"),
    Mistake("not_iterated", "each layer starts from the cosine that the layer before it left.",
            old="        cosine = min(cosine, 1.0)\n        found.append(cosine)",
            new="        found = [cosine] * layers\n        break"),
    Mistake("last_alone", "a list is asked for, one number for each layer.",
            old="    return found", new="    return cosine"),
    Mistake("no_opposites", "the cosine of two pictures may be negative: −1 is allowed.",
            old="for _ in range(layers):",
            new="""cosine = max(cosine, -0.9)
    for _ in range(layers):"""),
]  # fmt: skip
