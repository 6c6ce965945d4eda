"""Data sets as tensors on one device: `load` finds them by name, or takes a folder of your own images."""

from course.data.cache import can_write, default_root
from course.data.dataset import Dataset, Split
from course.data.drawn import CIFAR10, drawn_pictures
from course.data.errors import DataError, NoValidation
from course.data.loading import NAMES, count_images, load

__all__ = [
    "CIFAR10",
    "NAMES",
    "DataError",
    "Dataset",
    "NoValidation",
    "Split",
    "can_write",
    "count_images",
    "default_root",
    "drawn_pictures",
    "load",
]
