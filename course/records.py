"""What training leaves behind: one `Record` per step, a `Run` around them, and the run file on disk.

A run file is JSON lines: a header, one record a line, a status line at the end. A file whose last line is torn
(the machine went down while writing) loads without it.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from course.recipes import Recipe

if TYPE_CHECKING:
    import pandas
    from torch import nn

FORMAT = 1
DIVERGED_ABOVE = 50.0  # nats; a loss above this, or one that is not a number, ends a run


def diverged(loss: float) -> bool:
    """Whether a training loss is not a finite number or above 50 nats."""
    return not loss <= DIVERGED_ABOVE


def finite(value: float) -> float | None:
    """The value, or None for one that is not finite: JSON has no infinity."""
    return value if math.isfinite(value) else None


class Record(NamedTuple):
    """One measurement of a run: a training step, or the evaluation of one split.

    `split` is `"train"` for a training step (train mode, the batch of that step), `"train_eval"`, `"test"` or `"valid"`
    for an evaluation of all its images in eval mode.
    """

    step: int  # optimiser updates, 1 for the first; an evaluation carries the last step before it
    epoch: int  # passes over the training images, 1 for the first
    split: str
    loss: float  # mean cross-entropy, nats
    accuracy: float  # fraction
    learning_rate: float  # of this step
    seconds: float  # of training since the run began

    @property
    def diverged(self) -> bool:
        """Whether this is a training step whose loss is not finite or above 50 nats."""
        return self.split == "train" and diverged(self.loss)


@dataclass
class Run:
    """One training, finished or not: its recipe, its records and, in the process that trained it, its model.

    May be read while another thread trains: each value is of one moment.

    `header` holds what the run file's first line says besides: network, data, hardware, threads, versions, command.
    `status` is one of running, finished, diverged, stopped, interrupted, failed.
    """

    recipe: Recipe
    records: list[Record] = field(default_factory=list)
    status: str = "running"
    header: dict[str, Any] = field(default_factory=dict)
    model: nn.Module | None = field(default=None, compare=False)
    state: Any = field(default=None, compare=False)  # what `training.resume` needs to go on

    def __repr__(self) -> str:
        """One line, so that a cell may end in a run."""
        now = replace(self, records=list(self.records))
        parts = [now.status, f"{len(now.steps)} steps", f"training loss {now.loss:.4g}"]
        if not math.isnan(now.test_accuracy):
            parts.append(f"test accuracy {now.test_accuracy:.1%}")
        return f"Run({', '.join(parts)}, {now.seconds:.1f} s)"

    @property
    def ending(self) -> str:
        """The status of a run that trains no longer: diverged, finished, or stopped before its recipe's end."""
        if self.diverged_at is not None:
            return "diverged"
        return "finished" if self.state is not None and self.state.step == self.state.steps else "stopped"

    @property
    def steps(self) -> list[Record]:
        """The training steps, without evaluations."""
        return [r for r in self.records if r.split == "train"]

    @property
    def loss(self) -> float:
        """The training loss: mean over the last epoch's steps in train mode; `inf` if the run diverged, `nan` if
        empty.
        """
        steps = self.steps
        if any(r.diverged for r in steps):
            return math.inf
        last = [r.loss for r in steps if r.epoch == steps[-1].epoch]
        return sum(last) / len(last) if last else math.nan

    @property
    def eval_loss(self) -> float:
        """Mean loss over all training images in eval mode, at the last evaluation; `nan` without one."""
        return self._last("train_eval", "loss")

    @property
    def test_accuracy(self) -> float:
        """Accuracy on the test images (a fraction) at the last evaluation; `nan` without one."""
        return self._last("test", "accuracy")

    @property
    def diverged_at(self) -> int | None:
        """The step at which the loss left the finite numbers or rose above 50; None if it never did."""
        return next((r.step for r in self.records if r.diverged), None)

    @property
    def seconds(self) -> float:
        """Seconds of training, evaluations apart."""
        return max((r.seconds for r in self.records), default=0.0)

    def _last(self, split: str, name: str) -> float:
        return next((getattr(r, name) for r in reversed(self.records) if r.split == split), math.nan)

    def frame(self) -> pandas.DataFrame:
        """The records as a pandas table, one row each."""
        import pandas

        return pandas.DataFrame(list(self.records), columns=list(Record._fields))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the run file in one stroke: after a crash there is the old file or the new one, never half of one."""
        records = list(self.records)
        with atomic(path) as file:
            header = {"format": FORMAT, "recipe": self.recipe.to_dict()} | self.header
            file.write(dumps(header) + "\n")
            file.writelines(dumps(list(record)) + "\n" for record in records)
            file.write(dumps({"status": self.status}) + "\n")
        return Path(path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Run:
        """Read a run file. A torn last line is ignored; the status is then `"interrupted"`.

        Raises ValueError if the file is no run file or was written in a later format.
        """
        lines = Path(path).read_text(encoding="utf-8").split("\n")
        header = _loads(lines[0])
        if not isinstance(header, dict) or "recipe" not in header:
            raise ValueError(f"{path} is not a run file: its first line has no recipe")
        if header.get("format") != FORMAT:
            raise ValueError(
                f"{path} has run-file format {header.get('format')}, this version reads {FORMAT}: update course"
            )
        run = cls(Recipe.from_dict(header.pop("recipe")), header=header, status="interrupted")
        del header["format"]
        for line in lines[1:]:
            value = _loads(line)
            if isinstance(value, list):
                step, epoch, split, *numbers = value
                run.records.append(Record(step, epoch, split, *map(float, numbers)))  # "nan" and "inf" too
            elif isinstance(value, dict):
                run.status = value["status"]
        return run


def writable(folder: str | os.PathLike[str], needed: int = 1_000_000) -> Path:
    """The folder, made if it is not there and tried by writing into it: before hours of training, not after.

    needed: bytes that will be written. Raises ValueError with the way out.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0" * 4096)
            file.flush()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        said = error.strerror or error
        raise ValueError(
            f"nothing can be written into {folder} ({said}): name a folder of your own with --out"
        ) from None
    if free < needed:
        raise ValueError(
            f"{folder} has {free / 1e6:.1f} MB left and {needed / 1e6:.1f} MB are needed: free some, or name a folder "
            "on another disk with --out"
        )
    return folder


@contextmanager
def atomic(path: str | os.PathLike[str], mode: str = "w") -> Iterator[IO[Any]]:
    """A file that appears under its name only when it is complete: written beside it, synced, then renamed."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    odd = {"errors": "backslashreplace"}  # a file's name may hold bytes that no text has
    text: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": "\n"} | odd
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, mode, **text) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # mkstemp gives 0600, which nobody else in a shared folder could read
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def dumps(value: Any) -> str:
    """JSON on one line. Numbers that JSON lacks (nan, inf) become the strings "nan", "inf", "-inf"."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def _loads(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None
