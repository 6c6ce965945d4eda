"""Twenty small pictures of CIFAR-10's ten classes, drawn and not photographed: something to show a trained network
where no photographs are. A shape is the set of points inside it; a picture is a list of shapes, each with its colour,
painted one over the other at four times the size.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from course.data.dataset import Split

CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
MEAN, STD = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)  # of CIFAR-10's training pictures, red, green and blue
SIZE, FINE = 32, 4
Colour = tuple[float, float, float]
Painted = list[tuple[Tensor, Colour]]

_steps = torch.linspace(0, 1, SIZE * FINE)
V, U = torch.meshgrid(_steps, _steps, indexing="ij")  # down and to the right, 0 to 1

BLACK, WHITE, GREY = (0.12, 0.12, 0.14), (0.9, 0.9, 0.92), (0.6, 0.6, 0.6)
SKY, SEA = ((0.45, 0.65, 0.9), (0.75, 0.85, 0.95)), ((0.7, 0.8, 0.9), (0.15, 0.35, 0.55))  # above and below
HAZE, MEADOW = ((0.6, 0.75, 0.95), (0.6, 0.75, 0.95)), ((0.7, 0.8, 0.9), (0.5, 0.6, 0.35))
GRASS, ROAD = ((0.45, 0.6, 0.35), (0.3, 0.5, 0.2)), ((0.75, 0.78, 0.8), (0.45, 0.45, 0.45))
WALL, SOIL = ((0.8, 0.75, 0.7), (0.6, 0.55, 0.5)), ((0.45, 0.38, 0.28), (0.5, 0.42, 0.3))
WOOD = ((0.3, 0.4, 0.25), (0.5, 0.45, 0.3))


def oval(x: float, y: float, wide: float, high: float, turn: float = 0.0) -> Tensor:
    """Inside an ellipse around (x, y) with these half axes, turned by an angle."""
    c, s = math.cos(turn), math.sin(turn)
    return (((U - x) * c + (V - y) * s) / wide) ** 2 + (((V - y) * c - (U - x) * s) / high) ** 2 < 1


def bar(left: float, top: float, right: float, bottom: float) -> Tensor:
    """Inside a rectangle."""
    return (left < U) & (right > U) & (top < V) & (bottom > V)


def patch(*corners: tuple[float, float]) -> Tensor:
    """Inside a convex polygon, its corners clockwise."""
    inside = torch.ones_like(U, dtype=torch.bool)
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        inside &= (x1 - x0) * (V - y0) - (y1 - y0) * (U - x0) >= 0
    return inside


def dark(colour: Colour, share: float = 0.7) -> Colour:
    """The colour in the shade."""
    red, green, blue = colour
    return share * red, share * green, share * blue


def airplane(c: Colour, x: float = 0.5, y: float = 0.5, s: float = 1.0) -> Painted:
    """A fuselage, two wings and a tail, of size s around (x, y)."""
    wing = patch((x - 0.06 * s, y), (x + 0.08 * s, y), (x - 0.12 * s, y + 0.26 * s), (x - 0.2 * s, y + 0.26 * s))
    tail = patch((x - 0.38 * s, y - 0.2 * s), (x - 0.3 * s, y - 0.2 * s), (x - 0.2 * s, y), (x - 0.36 * s, y))
    far = patch(
        (x - 0.02 * s, y - 0.2 * s), (x + 0.02 * s, y - 0.2 * s), (x + 0.08 * s, y - 0.03 * s),
        (x - 0.04 * s, y - 0.03 * s),
    )  # fmt: skip
    return [(oval(x, y, 0.38 * s, 0.06 * s), c), (wing, dark(c, 0.8)), (tail, c), (far, dark(c, 0.85))]


def automobile(c: Colour) -> Painted:
    """A car from the side."""
    wheels = [(oval(x, 0.72, r, r), colour) for r, colour in ((0.09, BLACK), (0.045, GREY)) for x in (0.24, 0.76)]
    return [
        (oval(0.5, 0.77, 0.42, 0.05), dark(GREY, 0.4)),
        (patch((0.3, 0.41), (0.64, 0.41), (0.76, 0.58), (0.2, 0.58)), (0.15, 0.18, 0.22)),
        (patch((0.3, 0.39), (0.64, 0.39), (0.65, 0.42), (0.28, 0.42)), c),
        (bar(0.08, 0.56, 0.92, 0.72), c), *wheels, (bar(0.86, 0.6, 0.92, 0.64), (0.95, 0.9, 0.6)),
    ]  # fmt: skip


def bird(c: Colour) -> Painted:
    """A bird that stands."""
    return [
        (oval(0.5, 0.48, 0.24, 0.16, 0.3), c), (oval(0.72, 0.32, 0.11, 0.1), c),
        (patch((0.81, 0.3), (0.92, 0.34), (0.81, 0.37)), (0.85, 0.6, 0.2)),
        (patch((0.1, 0.46), (0.34, 0.4), (0.36, 0.52), (0.1, 0.54)), dark(c)),
        (oval(0.48, 0.48, 0.16, 0.09, 0.4), dark(c, 0.65)), (oval(0.75, 0.3, 0.02, 0.02), BLACK),
        (bar(0.47, 0.62, 0.49, 0.8), (0.5, 0.35, 0.2)), (bar(0.55, 0.62, 0.57, 0.8), (0.5, 0.35, 0.2)),
    ]  # fmt: skip


def cat(c: Colour) -> Painted:
    """A cat that looks at us."""
    ears = [(patch((0.24, 0.16), (0.44, 0.32), (0.26, 0.42)), c), (patch((0.76, 0.16), (0.74, 0.42), (0.56, 0.32)), c)]
    eyes = [(oval(x, 0.45, w, 0.04), colour) for w, colour in ((0.05, (0.75, 0.8, 0.3)), (0.018, BLACK))
            for x in (0.39, 0.61)]  # fmt: skip
    stripes = [(bar(x, 0.26, x + 0.02, 0.36), dark(c, 0.5)) for x in (0.42, 0.49, 0.56)]
    muzzle = [(oval(0.5, 0.6, 0.12, 0.08), (0.92, 0.9, 0.86)),
              (patch((0.46, 0.54), (0.54, 0.54), (0.5, 0.59)), (0.85, 0.5, 0.5))]  # fmt: skip
    return [(oval(0.5, 0.86, 0.3, 0.3), c), *ears, (oval(0.5, 0.48, 0.29, 0.25), c), *eyes, *muzzle, *stripes]


def dog(c: Colour) -> Painted:
    """A dog that looks at us."""
    return [
        (oval(0.5, 0.92, 0.32, 0.3), c), (oval(0.5, 0.44, 0.25, 0.27), c),
        (oval(0.25, 0.48, 0.09, 0.22, 0.2), dark(c, 0.5)), (oval(0.75, 0.48, 0.09, 0.22, -0.2), dark(c, 0.5)),
        (oval(0.5, 0.6, 0.15, 0.14), (0.93, 0.9, 0.85)), (oval(0.5, 0.54, 0.06, 0.045), BLACK),
        (oval(0.4, 0.4, 0.032, 0.036), BLACK), (oval(0.6, 0.4, 0.032, 0.036), BLACK),
        (oval(0.5, 0.72, 0.05, 0.06), (0.85, 0.45, 0.45)),
    ]  # fmt: skip


def frog(c: Colour) -> Painted:
    """A frog that looks at us."""
    eyes = [(oval(x, y, r, r), colour) for y, r, colour in ((0.3, 0.08, c), (0.29, 0.045, BLACK)) for x in (0.38, 0.62)]
    return [
        (oval(0.5, 0.62, 0.32, 0.22), c), (oval(0.5, 0.42, 0.22, 0.15), c), *eyes,
        (oval(0.22, 0.74, 0.16, 0.09, 0.5), dark(c, 0.8)), (oval(0.78, 0.74, 0.16, 0.09, -0.5), dark(c, 0.8)),
        (oval(0.5, 0.66, 0.18, 0.12), (0.75, 0.8, 0.5)), (bar(0.38, 0.47, 0.62, 0.485), (0.2, 0.25, 0.1)),
    ]  # fmt: skip


def four_legs(c: Colour) -> Painted:
    """What a horse and a deer share."""
    legs = ((0.28, 0.34, 0.88, dark(c)), (0.4, 0.45, 0.86, c), (0.6, 0.65, 0.88, dark(c)), (0.68, 0.73, 0.88, c))
    return [
        *((bar(left, 0.55, right, foot), shade) for left, right, foot, shade in legs),
        (oval(0.48, 0.5, 0.28, 0.14), c), (patch((0.62, 0.48), (0.74, 0.18), (0.84, 0.2), (0.76, 0.56)), c),
        (oval(0.85, 0.2, 0.13, 0.06, 0.5), c), (patch((0.74, 0.18), (0.77, 0.08), (0.81, 0.18)), dark(c)),
    ]  # fmt: skip


def horse(c: Colour) -> Painted:
    """A horse from the side."""
    mane = patch((0.68, 0.16), (0.75, 0.16), (0.68, 0.44), (0.6, 0.44))
    tail = patch((0.18, 0.44), (0.24, 0.44), (0.2, 0.76), (0.12, 0.76))
    return [*four_legs(c), (mane, (0.15, 0.1, 0.08)), (tail, (0.15, 0.1, 0.08))]


def deer(c: Colour) -> Painted:
    """A deer from the side."""
    places = ((0.75, 0, 0.77, 0.16), (0.82, 0, 0.84, 0.16), (0.68, 0.04, 0.77, 0.06), (0.82, 0.04, 0.91, 0.06))
    horns = [bar(*place) for place in places]
    return [*four_legs(c), *((horn, (0.6, 0.5, 0.35)) for horn in horns), (oval(0.2, 0.46, 0.04, 0.05), WHITE)]


def ship(c: Colour) -> Painted:
    """A ship on the sea."""
    return [
        (patch((0.08, 0.58), (0.94, 0.58), (0.8, 0.74), (0.18, 0.74)), c), (bar(0.25, 0.44, 0.72, 0.58), WHITE),
        (bar(0.34, 0.34, 0.6, 0.44), WHITE), (bar(0.46, 0.18, 0.53, 0.34), (0.7, 0.2, 0.15)),
        (bar(0.28, 0.48, 0.7, 0.51), (0.3, 0.35, 0.4)),
    ]  # fmt: skip


def truck(c: Colour, load: Colour = WHITE) -> Painted:
    """A truck and its load, from the side."""
    return [
        (oval(0.5, 0.83, 0.45, 0.05), dark(GREY, 0.4)), (bar(0.08, 0.22, 0.66, 0.72), load),
        (bar(0.66, 0.4, 0.92, 0.74), c), (bar(0.74, 0.44, 0.89, 0.56), (0.2, 0.25, 0.3)),
        (bar(0.08, 0.7, 0.92, 0.77), dark(GREY, 0.5)),
        *((oval(x, 0.78, 0.085, 0.085), BLACK) for x in (0.2, 0.36, 0.8)),
    ]  # fmt: skip


def painted(behind: tuple[Colour, Colour], shapes: Painted) -> Tensor:
    """A picture (3, 32, 32) of whole numbers from 0 to 255: lighter above, with a little noise."""
    above, below = (torch.tensor(colour).view(3, 1, 1) for colour in behind)
    picture = above * (1 - V) + below * V
    for inside, colour in shapes:
        picture = torch.where(inside, torch.tensor(colour).view(3, 1, 1) * (1.08 - 0.3 * V), picture)
    noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(0))
    small = F.avg_pool2d((picture + 0.02 * noise).clamp(0, 1)[None], FINE)[0]
    return (255 * small).round().to(torch.uint8)


def drawn_pictures() -> Split:
    """Twenty drawn pictures, (20, 3, 32, 32), two of each class of CIFAR-10 in the order of `CIFAR10`, normalised with
    the constants of its photographs.
    """
    pictures = [
        painted(SKY, airplane(WHITE)), painted(HAZE, airplane((0.75, 0.76, 0.8), 0.52, 0.45, 0.85)),
        painted(ROAD, automobile((0.8, 0.12, 0.1))), painted(ROAD, automobile((0.15, 0.25, 0.7))),
        painted(GRASS, bird((0.45, 0.35, 0.28))), painted(SKY, bird((0.3, 0.35, 0.5))),
        painted(WALL, cat((0.7, 0.5, 0.3))), painted(WALL, cat((0.45, 0.45, 0.47))),
        painted(WOOD, deer((0.6, 0.42, 0.25))), painted(GRASS, deer((0.55, 0.4, 0.28))),
        painted(GRASS, dog((0.75, 0.58, 0.38))), painted(WALL, dog((0.9, 0.88, 0.84))),
        painted(SOIL, frog((0.35, 0.55, 0.2))), painted(WOOD, frog((0.45, 0.42, 0.2))),
        painted(GRASS, horse((0.45, 0.25, 0.14))), painted(MEADOW, horse((0.85, 0.83, 0.8))),
        painted(SEA, ship((0.2, 0.22, 0.3))), painted(SEA, ship((0.65, 0.15, 0.12))),
        painted(ROAD, truck((0.8, 0.15, 0.12))), painted(ROAD, truck((0.15, 0.3, 0.6), (0.85, 0.7, 0.3))),
    ]  # fmt: skip
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, STD))
    return Split(torch.stack(pictures), torch.arange(10).repeat_interleave(2), mean, std)
