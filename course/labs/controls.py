"""What a reader can move: the controls of a lab. Each checks a value and says what it allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from course import wording

RULE = "by the rule"


@dataclass(frozen=True)
class Choice:
    """One of a few words. `labels` are what people read, if it differs."""

    name: str
    label: str
    options: tuple[str, ...]
    default: str
    labels: tuple[str, ...] = ()
    small: bool = False  # in the row of small fields

    def check(self, value: Any) -> str:
        """The value, if it is one of the options. Raises ValueError otherwise."""
        if value not in self.options:
            raise ValueError(f"{self.name} must be one of {', '.join(self.options)}; got {value!r}")
        return value

    def applies(self, settings: dict[str, Any]) -> bool:
        """Whether it has a meaning for these settings: always."""
        return True

    def words(self, value: Any) -> str:
        """The value as people read it."""
        return self.labels[self.options.index(value)] if self.labels else value


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`. With `or_rule` also "by the rule"; with a default of None also None, which leaves
    it to the network's builder. `only_for` names a kind of network without which it has no meaning.
    """

    name: str
    label: str
    low: float
    high: float
    default: float | str | None
    whole: bool = False
    log: bool = False  # the slider's scale
    or_rule: bool = False
    only_for: str = ""
    small: bool = False  # in the row of small fields
    short: str = ""  # what the end of a curve calls it

    @property
    def automatic(self) -> str:
        """What its box says that lets the course choose; empty if there is none."""
        return RULE if self.or_rule else "by depth" if self.default is None else ""

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

    def applies(self, settings: dict[str, Any]) -> bool:
        """Whether it has a meaning for these settings."""
        return not self.only_for or settings.get("kind") == self.only_for

    def words(self, value: Any) -> str:
        """The value as people read it."""
        return self.automatic if value in (None, RULE) else wording.rate(value)


Control = Choice | Number
