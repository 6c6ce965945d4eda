"""What a figure is made from, as an array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def numbers(values: Any, what: str) -> np.ndarray[Any, Any]:
    """A tensor, list or array as an array of floats. Raises ValueError, saying what to pass, for an empty one."""
    if hasattr(values, "detach"):
        values = values.detach().cpu().double()
    elif isinstance(values, Sequence) and any(hasattr(v, "detach") for v in values):
        values = [v.detach().tolist() if hasattr(v, "detach") else v for v in values]
    array = np.asarray(values, dtype=float)
    if not array.size:
        raise ValueError(f"nothing to draw: pass {what}")
    return array
