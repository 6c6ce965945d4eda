"""One switch for speed: what this machine and this model can use, and `torch.compile` with a way back."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course.devices.device import describe
from course.recipes import Recipe


def fast(recipe: Recipe, model: nn.Module, device: torch.device) -> tuple[Recipe, list[str]]:
    """The recipe with every speed-up that this machine and model can use, and one line for each, taken or left.

    bf16 or fp16 autocast and channels_last; on CUDA also torch.compile and a graph of the whole training step. The
    curve is no longer that of the plain recipe, bit for bit: other precision, other rounding.
    """
    convolutional = any(isinstance(m, nn.Conv2d) for m in model.modules())
    draws = any(hasattr(m, "generator") for m in model.modules())
    precision, why = _fast_precision(recipe, device, convolutional)
    changes: dict[str, Any] = {"precision": precision, "channels_last": convolutional}
    said = [f"precision: {precision}, {why}", f"memory order: {'channels_last' if convolutional else 'as it is'}"]
    for name, field, left in (
        ("torch.compile", "compile", "compiling takes longer than a short run on this device saves"),
        ("CUDA graph", "cuda_graph", "there is no CUDA device"),
    ):
        reason = left if device.type != "cuda" else ""
        if draws and not reason:
            reason = "this model draws random numbers inside the step"
        if field == "cuda_graph" and precision == "float16" and not reason:
            reason = "the loss scale of float16 is looked at after each step"
        changes[field] = not reason
        said.append(f"{name}: " + (f"left, {reason}" if reason else "taken"))
    return recipe.replace(**changes), said


def _fast_precision(recipe: Recipe, device: torch.device, convolutional: bool) -> tuple[str, str]:
    """(precision, why)."""
    if device.type == "cuda":
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return ("bfloat16", "autocast") if native else ("float16", "autocast, this GPU has no bfloat16")
    if device.type == "cpu" and convolutional and cpu_has_bfloat16():
        return "bfloat16", "autocast, which this CPU computes natively"
    return (
        recipe.precision,
        "this device gains nothing from less" if convolutional else "small dense layers gain nothing from less",
    )


def cpu_has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware (AVX-512 BF16 or AMX)."""
    probes = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
    return any(probe() for probe in probes if probe)


def compiled(model: nn.Module, device: torch.device) -> Callable[[Tensor], Tensor]:
    """`torch.compile(model)`, or the model itself with one line of reason where compiling fails at the first call."""
    compiled_model = torch.compile(model)
    chosen: list[Callable[[Tensor], Tensor]] = []

    def call(x: Tensor) -> Tensor:
        if chosen:
            return chosen[0](x)
        try:
            y: Tensor = compiled_model(x)
            chosen.append(compiled_model)
        except torch.OutOfMemoryError:
            raise
        except Exception as error:  # a missing C++ compiler, an unsupported operation: many types
            reason = str(error).strip().split("\n")[0][:160]
            warnings.warn(
                f"torch.compile is left out on {describe(device)}: {type(error).__name__}: {reason}", stacklevel=2
            )
            chosen.append(model)
            y = model(x)
        return y

    return call
