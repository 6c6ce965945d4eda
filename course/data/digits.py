"""The embedded digits: 1,797 images of 8 x 8 pixels (Alpaydin & Kaynak 1998, UCI; scikit-learn's copy, file
unchanged).
"""

import gzip
from importlib.resources import files

import torch

from course.data.dataset import Dataset, Split

TRAIN, SEED = 1437, 0


def load_digits() -> Dataset:
    """The digits, split 1,437 / 360 by a fixed seed; mean per pixel and one standard deviation, of the training
    images.
    """
    lines = gzip.decompress((files("course.data") / "digits.csv.gz").read_bytes()).decode().split()
    table = torch.tensor([[int(v) for v in line.split(",")] for line in lines], dtype=torch.uint8)  # 64 pixels, label
    images, y = table[:, :64].reshape(-1, 1, 8, 8), table[:, 64].long()
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(SEED))
    train, test = order[:TRAIN], order[TRAIN:]
    pixels = images[train].float()
    mean = pixels.mean(0)
    std = (pixels - mean).square().mean().sqrt().reshape(1, 1, 1)
    parts = (Split(images[index], y[index], mean, std) for index in (train, test))
    return Dataset("digits", tuple("0123456789"), *parts)
