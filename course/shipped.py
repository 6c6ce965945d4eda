"""Weights that ship with the course, matrices at half precision. The run file beside them says how they were made and
what was measured then.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from torch import Tensor, nn

from course import themes
from course.records import Run, atomic

SUFFIX = ".safetensors"


class Shipped(NamedTuple):
    """A network whose weights ship. name: of its file; size: in bytes."""

    name: str
    network: str
    size: int


def keep(model: nn.Module, beside: Path) -> Path:
    """Write a model's numbers beside its run file, under the same name: matrices and kernels at half precision, vectors
    whole, for they weigh little and a bias may move by less than half precision tells apart. Returns the file.
    """
    from safetensors.torch import save

    halves = {key: v.half() if v.is_floating_point() and v.ndim > 1 else v for key, v in model.state_dict().items()}
    path = beside.with_suffix(SUFFIX)
    with atomic(path, "wb") as kept:
        kept.write(save(halves))
    return path


def weights(path: Path) -> dict[str, Tensor]:
    """A state dict in float32 from a file that `keep` wrote."""
    from safetensors.torch import load_file

    return {key: v.float() if v.is_floating_point() else v for key, v in load_file(path).items()}


def everything() -> Iterator[Shipped]:
    """All weights that ship, in the order of their files."""
    for path in sorted(Path(str(files("course"))).rglob(f"*{SUFFIX}")):
        header = Run.load(path.with_suffix(".jsonl")).header
        network, images = header["network"], header["data"]["name"]
        kind = themes.label(network["kind"]) if "kind" in network else path.parent.name
        yield Shipped(path.stem, f"{kind}, {network['depth']} layers, {images}", path.stat().st_size)
