"""What a reader can move: the controls of a lab. Each checks a value and says what it allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

RULE = "by the rule"


@dataclass(frozen=True)
class Choice:
    """One of a few words. `labels` are what people read, if it differs."""

    name: str
    label: str
    options: tuple[str, ...]
    default: str
    labels: tuple[str, ...] = ()

    def check(self, value: Any) -> str:
        """The value, if it is one of the options. Raises ValueError otherwise."""
        if value not in self.options:
            raise ValueError(f"{self.name} must be one of {', '.join(self.options)}; got {value!r}")
        return value


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`. With `or_rule` also "by the rule"; `applies` says for which settings it has a
    meaning.
    """

    name: str
    label: str
    low: float
    high: float
    default: float | str | None
    whole: bool = False
    log: bool = False  # the slider's scale
    or_rule: bool = False
    applies: Callable[[dict[str, Any]], bool] = lambda settings: True

    def check(self, value: Any) -> float | int | str | None:
        """The value as a number, if it lies in the range. Raises ValueError otherwise."""
        if (self.or_rule and value == RULE) or (value is None and self.default is None):
            return value
        kind = "a whole number" if self.whole else "a number"
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            rule = f', or "{RULE}"' if self.or_rule else ""
            raise ValueError(f"{self.name} must be {kind} from {self.low:g} to {self.high:g}{rule}; got {value!r}")
        if self.whole and value != int(value):
            raise ValueError(f"{self.name} must be a whole number, got {value!r}")
        return int(value) if self.whole else float(value)


Control = Choice | Number
