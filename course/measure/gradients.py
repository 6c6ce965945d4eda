"""How gradients at different inputs resemble each other: along a line, and within a batch (Balduzzi et al. 2017)."""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.measure.preserving import preserved
from course.measure.structure import NORMS, WEIGHTED, names, weighted_layers


def input_gradient(model: nn.Module, x: Tensor, output: int | None = None) -> Tensor:
    """d f(x_n) / d x_n for every example: x, (N, …), points on a line or images, gives the same shape.

    f is the model's only output per example, or the one with index `output`. In the mode that the model is in, but
    batch norm in train mode takes the batch's statistics as constants: row n is the derivative by x_n alone. Raises
    ValueError if the model has several outputs and none is chosen.
    """
    with preserved(model), torch.enable_grad():
        _freeze_batch_statistics(model)
        model.requires_grad_(False)
        leaf = x.detach().clone().requires_grad_()
        y = model(leaf).reshape(len(x), -1)
        if output is None and y.shape[1] != 1:
            raise ValueError(f"the model has {y.shape[1]} outputs: choose the one to differentiate, as in output=0")
        return torch.autograd.grad(y[:, output or 0].sum(), leaf)[0]


def line_gradient(model: nn.Module, x: Tensor) -> Tensor:
    """d h_j(x_n) / d x_n of every output h_j of a model of one variable: x, (N,) or (N, 1), gives (N, outputs).

    Costs three passes, however many outputs there are: u J is a linear function of u, and its derivative by u is J.
    What the model detaches, such as means over the batch, counts as constant.
    """
    points = x.detach().reshape(-1, 1).requires_grad_()
    with preserved(model), torch.enable_grad():
        model.requires_grad_(False)
        y = model(points)
        weights = torch.zeros_like(y, requires_grad=True)
        total = (y * weights).sum()  # of anything but a scalar autograd imports sympy first, for a second
        gradient = torch.autograd.grad(total, points, create_graph=True)[0]
        return torch.autograd.grad(gradient.sum(), weights)[0]


def gradient_cosines(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """The cosine between two examples' gradients with respect to a layer's weights, layer 1 first: (layers, N, N).

    Of the cross-entropy on x, (N, …), and y, (N,); layers are those of `weighted_layers`. A dense layer's gradient for
    one example is δ hᵀ, δ (outputs,) the gradient at its output and h (inputs,) its input, so the scalar product of two
    of them is that of the δ times that of the h. 0 where a gradient is 0. In the mode that the model is in, but batch
    norm in train mode takes the batch's statistics as constants. Raises ValueError if a layer is a convolution.
    """
    layers = weighted_layers(model)
    dense = [m for m in model.modules() if isinstance(m, WEIGHTED)]
    if others := {type(m) for m in dense if not isinstance(m, nn.Linear)}:
        raise ValueError(f"gradient_cosines takes networks of dense layers; this one has {names(tuple(others))}")
    seen: dict[nn.Module, tuple[Tensor, Tensor]] = {}
    with preserved(model), torch.enable_grad():
        _freeze_batch_statistics(model)
        for module in dense:
            module.register_forward_hook(lambda module, inputs, y: seen.update({module: (inputs[0].detach(), y)}))
        loss = F.cross_entropy(model(x), y, reduction="sum")
        deltas = torch.autograd.grad(loss, [y for _, y in seen.values()])
    products = {m.weight: (d @ d.T) * (h @ h.T) for (m, (h, _)), d in zip(seen.items(), deltas, strict=True)}
    nothing = deltas[0].new_zeros(len(x), len(x))  # of a block that stayed at home
    grams = torch.stack([sum((products.get(w, nothing) for w in layer), nothing) for layer in layers.values()])
    lengths = grams.diagonal(dim1=1, dim2=2).sqrt()
    return (grams / (lengths[:, :, None] * lengths[:, None]).clamp(min=torch.finfo(grams.dtype).tiny)).clamp(-1, 1)


def _freeze_batch_statistics(model: nn.Module) -> None:
    """Batch norm in train mode still normalises by its batch, but no gradient goes through mean and variance."""

    def use_batch(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0].detach()
        over = [d for d in range(x.dim()) if d != 1]
        module.running_mean, module.running_var = x.mean(over), x.var(over, correction=0)

    for module in model.modules():
        if isinstance(module, NORMS) and module.training:
            module.eval().register_forward_pre_hook(use_batch)


def autocorrelation(series: Tensor, lags: int | Iterable[int] = 15) -> Tensor:
    """R(k) = sum_i z_i z_(i+k) / sum_i z_i^2 with z = series - mean; the mean over rows of a 2-D series: (lags,).

    series: (T,) or (rows, T). lags: the k wanted; a single number L means 0, 1 … L. A row that is constant up to
    rounding has no autocorrelation and is left out; nan if no row is left. Raises ValueError for another shape or a
    lag that is negative or not below T.

    >>> autocorrelation(torch.tensor([1.0, 2.0, 3.0]), 2)
    tensor([ 1.0000,  0.0000, -0.5000])
    """
    chosen = list(range(lags + 1)) if isinstance(lags, int) else list(lags)
    points = series.shape[-1] if series.dim() in (1, 2) else 0
    if not chosen or not all(0 <= k < points for k in chosen):
        raise ValueError(
            "series must have shape (T,) or (rows, T), and lags must lie between 0 and T - 1; "
            f"got shape {tuple(series.shape)} and lags {chosen}"
        )
    rows = series.detach().reshape(-1, points)
    z = rows - rows.mean(1, keepdim=True)
    z = z[z.abs().amax(1) > 100 * torch.finfo(z.dtype).eps * rows.abs().amax(1)]
    products = torch.stack([(z[:, : points - k] * z[:, k:]).sum(1) for k in chosen], dim=1)
    return (products / z.square().sum(1, keepdim=True)).mean(0)
