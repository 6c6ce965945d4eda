"""Whether a network can be trained on a data set by a recipe: said before the first step, with the way out."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from course import devices, wording
from course.data import Dataset
from course.recipes import Recipe


def check(model: nn.Module, data: Dataset, recipe: Recipe) -> None:
    """Raise ValueError if `model` cannot be trained on `data` by `recipe`, TypeError if it is no network."""
    if not isinstance(model, nn.Module):
        made = f"the class {model.__name__}, not a network made of it" if isinstance(model, type) else repr(model)
        raise TypeError(f"a network is an nn.Module; got {made}")
    size, name = len(data.train), type(model).__name__
    if recipe.batch_size > size:
        raise ValueError(
            f"batch_size={recipe.batch_size} exceeds the {size} training images of {data.name}; take at most {size}"
        )
    if recipe.batch_size == 1 and any(isinstance(module, nn.BatchNorm1d) for module in model.modules()):
        raise ValueError(
            f"batch norm compares the images of a batch, and batch_size=1 leaves {name} nothing to compare: take 2 "
            "training images or more"
        )
    if not torch.is_grad_enabled():
        raise ValueError(
            "torch records no gradients here, so nothing can be trained: call torch.set_grad_enabled(True), or leave "
            "torch.no_grad() or torch.inference_mode()"
        )
    _check_parameters(list(model.parameters()), name, data.device)


def _check_parameters(parameters: list[nn.Parameter], name: str, device: torch.device) -> None:
    if not parameters:
        raise ValueError(f"{name} has no parameters to train; layers in a list are found if it is an nn.ModuleList")
    if not any(parameter.requires_grad for parameter in parameters):
        raise ValueError(f"no parameter of {name} is to be trained: set requires_grad_(True) on those that are")
    if any(is_lazy(parameter) for parameter in parameters):
        raise ValueError(f"{name} has lazy layers, whose size the first batch decides: call it on one, data.train[:2]")
    if any(parameter.is_meta for parameter in parameters) and device.type != "meta":
        raise ValueError(f"the parameters of {name} lie on the device meta, which holds no values: make it on {device}")
    if any(parameter.is_inference() for parameter in parameters):
        raise ValueError(f"{name} was made in torch.inference_mode(), and cannot be trained: make it outside")


def try_out(model: nn.Module, data: Dataset, recipe: Recipe) -> None:
    """Raise ValueError if two images cannot pass through `model`, or come out as something else than (2, classes)
    numbers with a gradient. In evaluation mode, which draws nothing and moves no average; the modes are put back.
    """
    name, (x, y) = type(model).__name__, data.train[:2]
    modes = {module: module.training for module in model.modules()}
    try:
        with devices.threads(recipe.threads), devices.autocast(x.device, recipe.precision):
            logits = model.eval()(devices.ordered(x, recipe.channels_last))
    except torch.OutOfMemoryError:
        return  # the first step says what would fit
    except (RuntimeError, IndexError, ValueError) as error:
        said = str(error).split("\n")[0]
        way_out = _way_out(model, said, x, data)
        raise ValueError(f"{name} cannot take {_given(x, data)}: {said.rstrip('.!')}. {way_out}") from error
    finally:
        for module, training in modes.items():
            module.training = training
    wanted = f"the loss takes a tensor (N, {len(data.classes)}), a number for each class"
    if not isinstance(logits, Tensor):
        raise ValueError(f"{name} returns {type(logits).__name__}: {wanted}")
    if logits.dim() == 2 and len(logits) != len(y):
        rows = wording.counted(len(logits), "row")
        raise ValueError(f"{name} returns {rows} for {len(y)} images: {wanted}, and a row for each image")
    if logits.dim() != 2 or not logits.is_floating_point():
        raise ValueError(
            f"{name} returns {_shape(logits)} {_dtype(logits)} for {_given(x, data)}: {wanted}; nn.Flatten() makes a "
            "row of an image"
        )
    if logits.shape[1] < len(data.classes):
        numbers, classes = wording.counted(logits.shape[1], "number"), len(data.classes)
        raise ValueError(
            f"{name} returns {numbers} for an image, and {data.name} has {classes} classes: its last layer needs "
            f"{classes} outputs"
        )
    if not logits.requires_grad:
        raise ValueError(
            f"what {name} returns has no gradient for any parameter that is to be trained: detach, torch.no_grad() "
            "and NumPy cut it off"
        )


def _given(x: Tensor, data: Dataset) -> str:
    return f"images of {data.name}, {_shape(x)} {_dtype(x)}"


def _way_out(model: nn.Module, said: str, x: Tensor, data: Dataset) -> str:
    """What helps with what torch said."""
    strange = {_dtype(p) for p in model.parameters() if p.dtype != x.dtype}
    if strange and "dtype" in said:
        return f"Its parameters are {', '.join(sorted(strange))}: call .float() on it; Recipe(precision=…) lowers them"
    if "device" in said:
        return f"All its tensors must lie on {x.device}: those that are no parameters follow as buffers"
    return f"An image has {wording.counted(data.shape[0], 'channel')} and, flattened, {data.inputs:,} numbers"


def _shape(tensor: Tensor) -> str:
    return str(tuple(["N", *tensor.shape[1:]] if tensor.dim() else [])).replace("'", "")


def _dtype(value: Any) -> str:
    return str(value.dtype).removeprefix("torch.")
