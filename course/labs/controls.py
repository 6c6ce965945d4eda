"""What a reader can move: the controls of a lab. Each checks a value and says what it allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from course import wording

RULE = "by the rule"
Settings = dict[str, Any]  # by the control's name
Role = Literal["", "kind", "network", "depth", "rate"]


@dataclass(frozen=True)
class Options:
    """One of a few words. `labels` are what people read, if it differs. `role`: what labs and page make of it, see
    `Controls`.
    """

    name: str
    label: str
    options: tuple[str, ...]
    default: str
    labels: tuple[str, ...] = ()
    small: bool = False  # in the row of small fields
    short: str = ""  # what the end of a curve calls it
    role: Role = ""
    only_for: str = ""
    kinds: tuple[str, ...] = ()  # whose colour each option takes, if it is not its own

    def check(self, value: Any) -> str:
        """The value, if it is one of the options. Raises ValueError otherwise."""
        if value not in self.options:
            raise ValueError(f"{self.name} must be one of {', '.join(self.options)}; got {value!r}")
        return str(value)

    def as_text(self, value: Any) -> str:
        """The value as people read it."""
        return self.labels[self.options.index(value)] if self.labels else str(value)


@dataclass(frozen=True)
class Number:
    """A number from `low` to `high`. With `or_rule` also "by the rule"; with a default of None also None, which leaves
    it to the network's builder. `only_for` names a kind of network without which it has no meaning. `role`: as of a
    `Options`.
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
    role: Role = ""
    reach: float | None = None  # where the slider ends, if a field beside it goes on

    @property
    def automatic(self) -> str:
        """What its box says that lets the course choose; empty if there is none."""
        return RULE if self.or_rule else "by depth" if self.default is None else ""

    def check(self, value: Any) -> float | int | str | None:
        """The value as a number, if it lies in the range. Raises ValueError otherwise."""
        if (self.or_rule and value == RULE) or (value is None and self.default is None):
            return RULE if self.or_rule else None
        kind = "a whole number" if self.whole else "a number"
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            rule = f', or "{RULE}"' if self.or_rule else ""
            raise ValueError(f"{self.name} must be {kind} from {self.low:g} to {self.high:g}{rule}; got {value!r}")
        if self.whole and value != int(value):
            raise ValueError(f"{self.name} must be a whole number, got {value!r}")
        return int(value) if self.whole else float(value)

    def as_text(self, value: Any) -> str:
        """The value as people read it."""
        return self.automatic if value in (None, RULE) else wording.rate(value)


@dataclass(frozen=True)
class Blocks:
    """Blocks of a network, by their numbers, 1 next to the input. `layers` names the control of its layers, and
    `counts[kind][layers]` is how many blocks it has: those that a network does not have leave the setting.
    """

    name: str
    label: str
    layers: str
    counts: Mapping[str, Mapping[int, int]]
    default: ClassVar[tuple[int, ...]] = ()
    small: ClassVar[bool] = False
    short: ClassVar[str] = ""
    role: ClassVar[Role] = ""
    only_for: ClassVar[str] = ""

    def check(self, value: Any) -> tuple[int, ...]:
        """The numbers, in their order. Raises ValueError for what is no list of numbers from 1 on, each once."""
        given = list(value) if isinstance(value, list | tuple | range) else [value]
        if not all(type(number) is int and number >= 1 for number in given) or len(set(given)) < len(given):
            raise ValueError(f"{self.name} must be a list of blocks from 1 on, each once, as in [3, 7]; got {value!r}")
        return tuple(sorted(given))

    def as_text(self, value: Any) -> str:
        """The value as people read it."""
        return wording.ranges(value) or "none"


Control = Options | Number | Blocks


@dataclass
class Controls:
    """The controls of a lab, in their order, and where they stand. `owner` is named in errors.

    A role says what a control means to labs and page: "kind" chooses the kind of network, whose colour a run takes;
    "network" one of some given networks; "depth" and "rate" are drawn and named apart.
    """

    controls: tuple[Control, ...] = ()
    owner: str = "the lab"
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = self.start

    def __iter__(self) -> Iterator[Control]:
        return iter(self.controls)

    @property
    def start(self) -> Settings:
        """Where all stand before any is moved."""
        return {control.name: control.default for control in self}

    def of(self, owner: str) -> Controls:
        """The same controls where they start, for one lab of its own."""
        return replace(self, owner=owner)

    def set(self, **settings: Any) -> None:
        """Move some. Raises ValueError, and moves none, for a name that is not there or a value outside its range."""
        self.settings = self.after(settings)

    def after(self, moved: Settings) -> Settings:
        """Where all stand once some have `moved`; as `set`, but nothing moves."""
        by_name = {control.name: control for control in self}
        unknown = [name for name in moved if name not in by_name]
        if unknown:
            raise ValueError(f"{self.owner} has no control {unknown[0]!r}; it has {', '.join(by_name)}")
        found = self.settings | {name: by_name[name].check(value) for name, value in moved.items()}
        for control in self:
            if isinstance(control, Blocks):
                last = control.counts[self.value("kind", found)][found[control.layers]]
                chosen = found[control.name]
                found[control.name] = tuple(number for number in chosen if number <= last)
                if control.name in moved and found[control.name] != chosen:
                    raise ValueError(f"{control.name}: this network has the blocks 1 to {last}; got {chosen[-1]}")
        return found

    def role(self, role: Role) -> Control | None:
        """The control that has this role, if there is one."""
        return next((control for control in self if control.role == role), None)

    def value(self, role: Role, settings: Settings) -> Any:
        """What the control with this role is set to in `settings`; None if there is none."""
        control = self.role(role)
        return settings[control.name] if control else None

    def apply(self, control: Control, settings: Settings) -> bool:
        """Whether a control has a meaning for these settings: the kind that it is for is chosen."""
        return not control.only_for or control.only_for == self.value("kind", settings)
