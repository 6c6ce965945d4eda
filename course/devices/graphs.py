"""A training step as a CUDA graph: recorded once, then replayed without Python."""

from __future__ import annotations

import warnings

import torch
from torch import Tensor

from course.devices.memory import Step

WARM_UP = 3  # eager steps before a CUDA graph is recorded; they are steps of the run


class Graphed:
    """A training step recorded as a CUDA graph: `WARM_UP` eager calls, then one recording, then replays.

    `step(x, y, rate) -> tensors` must read its inputs and write its results in place on the device, without a host
    decision. If recording fails, the eager step stays, with one line of reason.
    """

    def __init__(self, step: Step):
        self.step, self.calls = step, 0
        self.graph: torch.cuda.CUDAGraph | None = None
        self.stream = torch.cuda.Stream()

    def __call__(self, x: Tensor, y: Tensor, rate: float) -> tuple[Tensor, ...]:
        if self.calls == 0:
            self.inputs = (x.clone(), y.clone(), torch.tensor(rate, device=x.device))
        for mine, given in zip(self.inputs[:2], (x, y), strict=True):
            mine.copy_(given)
        self.inputs[2].fill_(rate)
        self.calls += 1
        if self.calls == WARM_UP + 1:
            self._record()
        if self.graph is not None:
            self.graph.replay()
            return tuple(t.clone() for t in self.outputs)
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            outputs = self.step(*self.inputs)
        torch.cuda.current_stream().wait_stream(self.stream)
        return outputs

    def _record(self) -> None:
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph, stream=self.stream):
                self.outputs = self.step(*self.inputs)
            self.graph = graph
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            reason = str(error).strip().split("\n")[0][:160]
            warnings.warn(f"the CUDA graph is left out: {reason}", stacklevel=3)
