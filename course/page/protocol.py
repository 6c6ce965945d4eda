"""What a lab's page and the one who trains say to each other, written down once. `protocol.js` holds the same for the
page, and a test holds the two together.

The page never knows who trains. It sends what the reader does (`Said`); it draws what it is told (`LabState` and
`Declared` of a lab, `InstantState` and `InstantDeclared` of an instant lab). Whoever trains decides: what the status
says, which depth a kind has, how a run is called, what the course would choose by itself. Every message of the page is
answered with `Answered`; whatever goes wrong while it is heard stands there as `error`, never in a log.

Curves and strips go beside a `LabState` as one float32 buffer, series after series as `Series` lists them: first the
new rows (`ROW`), then the new columns of the strip (the step, then a number for each layer).
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Settings = dict[str, Any]  # by the control's name
ROW = ("step", "loss", "accuracy", "seconds", "split", "smooth_loss", "smooth_accuracy")  # one record, as float32
SPLITS = {"train": 0.0, "test": 1.0, "train_eval": 2.0, "valid": 3.0}  # a row's split


# ── what the page says ──


class Said(TypedDict):
    """One message of a lab's page. `do` is what the reader did, or what the page needs.

    hello, bye: a view was opened, or closed for good. set: controls were moved. train, stop, reset, remove, recorded
    (show the recording), answer (a prediction: the option's place, None if skipped): what the buttons say. leave_out,
    put_back (without layers: the whole network), swap: layers of a run's trained network were touched. ask: rows are
    missing, send everything. pull: nothing arrives by itself, send what is new. ack: heard so far.
    """

    do: Literal[
        "hello", "bye", "set", "train", "stop", "reset", "remove", "recorded", "answer", "leave_out", "put_back",
        "swap", "ask", "pull", "ack",
    ]  # fmt: skip
    view: NotRequired[str]  # hello, bye
    settings: NotRequired[Settings]  # set, train, recorded
    number: NotRequired[int]  # remove, leave_out, put_back, swap: of the run
    layers: NotRequired[list[int]]  # leave_out, put_back, swap: two
    chosen: NotRequired[int | None]  # answer


class InstantSaid(TypedDict):
    """One message of an instant lab's page: what it shows now, at which width and in which theme it draws."""

    do: Literal["show", "play", "train", "stop", "pull"]
    settings: Settings
    theme: Literal["light", "dark"]
    width: float  # pixels at the text size of a notebook
    final: bool  # not a slider on its way: worth a picture for those who read without a kernel


class Answered(TypedDict):
    """The answer to every message of a lab's page."""

    done: str  # its verb
    error: str  # what was wrong with it, in words; empty if nothing was


# ── how a lab is declared ──


class DeclaredControl(TypedDict):
    """One control. type says which of the other fields it has."""

    type: Literal["options", "number", "blocks"]
    name: str
    label: str
    short: str  # what the end of a curve calls it
    role: Literal["", "kind", "network", "depth", "rate"]
    small: bool  # in the row of small fields
    default: Any
    options: NotRequired[list[str]]  # options
    labels: NotRequired[list[str]]  # options: what people read
    families: NotRequired[list[str]]  # options: whose colour each option takes
    low: NotRequired[float]  # number
    high: NotRequired[float]  # number
    reach: NotRequired[float]  # number: where its slider ends; a field beside it goes on to `high`
    whole: NotRequired[bool]  # number
    log: NotRequired[bool]  # number: the slider's scale
    automatic: NotRequired[str]  # number: what the box says that lets the course choose; empty if there is none
    automatic_value: NotRequired[str | None]  # number: the setting while that box is ticked
    only_for: NotRequired[str]  # number: the kind without which it has no meaning
    layers: NotRequired[str]  # blocks: the control of the network's layers
    counts: NotRequired[dict[str, dict[int, int]]]  # blocks: how many there are, by kind and layers


class DeclaredPanel(TypedDict):
    """The strip below the curves: the limits of its map."""

    name: str
    low: float
    high: float
    log: bool
    zero: str  # what an exact zero means; hatched


class Question(TypedDict):
    """What is asked before the curves are shown."""

    text: str
    options: list[str]


class Declared(TypedDict):
    """A lab as its page builds it."""

    name: str
    title: str
    about: str
    lecture: bool
    asking: bool  # whether a card above asks what a recording would answer
    suggestion: str  # what to try first; empty in a lecture, and where a question is asked
    named: bool  # whether a run is called after its network; else after its settings
    controls: list[DeclaredControl]
    settings: Settings
    panel: DeclaredPanel | None
    scale: Literal["log", "linear"]  # of the loss, as the chart opens
    question: Question | None
    recorded: dict[str, list[int]]  # the depths that are recorded, by kind
    host: Literal["kernel", "engine", "recording"]  # who trains, if anybody does
    live: str  # what the page says of that
    late: str  # why something that was asked is not heard yet
    tokens: dict[str, Any]  # the part of tokens.json that canvases need


class InstantDeclared(TypedDict):
    """An instant lab as its page builds it."""

    name: str
    title: str
    about: str
    lecture: bool
    trains: bool  # whether it has Train and Stop
    asking: bool  # whether a question is open, so that nothing plays by itself
    suggestion: str  # what to try first; empty in a lecture, and where a question is asked
    suggestion_played: str  # the same where a page has films and nobody computes
    live: str  # what the page says of who computes; empty for the kernel
    controls: list[DeclaredControl]
    settings: Settings


class Recorded(TypedDict):
    """A run that was recorded and ships with the course, by the rule and thinned for drawing where a lab has a grid of
    them. Its numbers stand in columns, a place for each record, and the last places are evaluations.
    """

    kind: str
    depth: int
    rate: float
    date: str  # of the recording
    end: str | None  # of the ladder, where the rule's rate stands there
    settings: Settings | None  # all of them, where the lab has no grid
    steps: list[int]  # each as the difference from the one before
    losses: list[float]
    accuracies: list[float]
    milliseconds: list[int]  # of training, each as the difference from the one before
    evaluated: list[Literal["train_eval", "test"]]  # the splits of the last places


class Alone(TypedDict):
    """All that a page needs which trains by itself; bytes are in base64."""

    declared: Declared
    rates: dict[str, dict[int, float]]  # what the rule chose when it was recorded: by kind and depth
    recorded_as: Settings  # the settings, kind and depth apart, for which that holds
    families: list[str]  # whose colour a run takes by its number, where one kind alone is trained
    panels: dict[str, DeclaredPanel]  # gradients, gates and alive
    endings: dict[str, tuple[str, str]]  # what the status line says of a run that is over: symbol and words
    guessing: float  # the share of the loss of guessing above which nothing was learned
    worker: str  # the script that trains
    kernels: str  # WebAssembly
    images: str  # gzipped, a line an image
    recordings: str  # gzipped, JSON: a list of `Recorded`
    played: str  # what the page says of where its curves come from, where nothing can train


class Look(TypedDict):
    """What a figure that the page draws takes of the design tokens."""

    kinds: dict[str, dict[str, Any]]  # family, dash and marker
    patterns: list[dict[str, Any]]  # dash and marker by slot, the first of slot 1
    run: float  # the width of a line
    raw: float  # that of the same unsmoothed
    gap: float  # pixels between two labels
    maps: dict[str, dict[str, list[str]]]  # sequential and diverging, in each theme


class Computes(TypedDict):
    """All that a page needs which computes an instant lab by itself; bytes are in base64."""

    declared: InstantDeclared
    look: Look
    computer: str  # the script that computes
    kernels: str  # WebAssembly
    images: str  # gzipped, a line an image
    still: list[str]  # SVG: its first setting, where nothing can compute
    places: list[int]  # of its views those that are shown; all if empty


class Shot(TypedDict):
    """One frame of a film: its views as `course.views.stored` has them."""

    views: list[dict[str, Any]]
    summary: str


class Film(TypedDict):
    """What was recorded of a lab with these settings, from the start on."""

    settings: Settings
    frames: list[Shot]


class Filmed(TypedDict):
    """All that a page needs which plays the films of an instant lab; bytes are in base64."""

    declared: InstantDeclared
    look: Look
    films: str  # gzipped, JSON: a list of `Film`
    unknown: str  # what is said of settings without a film


# ── what the page is told ──


class Status(TypedDict):
    """The status line: one symbol, then what happened: the number. What to do next."""

    symbol: str
    text: str
    alert: bool  # an error: on a sunken ground with an ink bar
    announce: str  # what the live region hears; empty for what changes ten times a second
    offer: bool  # whether the recording may be shown instead


class Series(TypedDict):
    """Which rows of a run or of a trial, and which columns of its strip, the buffer holds."""

    id: str
    rate: str  # the learning rate, as text
    leads: bool  # a trial: it has the lowest loss so far
    start: int  # the first new row
    stop: int  # one past the last
    strips: NotRequired[list[int]]  # the same for columns
    layers: NotRequired[int]  # numbers in each column, its step apart


class Change(TypedDict):
    """What a network with layers left out or swapped does on the test images."""

    label: str
    loss: float | None
    test: float  # accuracy
    now: bool  # whether the network is arranged so now


class Touch(TypedDict):
    """What can be done to the network that a run has trained, and what was."""

    refused: str  # why nothing can; empty if its layers can be touched
    blocks: list[list[int]]  # the first and the last layer of each block that can be left out or swapped
    out: list[int]  # blocks that are left out, by their place in the list
    moved: list[list[int]]  # (place, block) where another block stands than its own
    changes: list[Change]  # in the order in which they were measured


class RunState(TypedDict):
    """One run. `series`: its own curve first, then those of the rule's trials."""

    id: int
    number: int  # 1 to 8, its slot: dash, marker and numeral
    family: str  # whose colour it takes
    kind: str  # of its network
    depth: int | None  # of its network; None for one that was given
    rate: float | None  # None while the rule looks for one
    seed: int
    host: Literal["kernel", "engine", "recording"]  # who trained it
    label: str  # its own name
    name: str  # what the end of its curve says: only what tells it from the others
    parts: list[list[str]]  # (word, value) of the settings that may tell it apart
    status: Literal["searching", "running", "finished", "diverged", "stopped", "failed", "interrupted"]
    state: str  # the same in words, with the step where it ended
    over: bool
    recorded: bool
    classes: int
    epochs: int
    batch: int  # images a step
    steps: int  # of the whole run
    seconds: float
    loss: float | None  # the training loss of a finished run, the last loss of one that diverged
    test: float | None  # test accuracy
    diverged: int | None  # the step at which it did
    panel: DeclaredPanel | None
    touch: Touch
    series: list[Series]


class Outcome(TypedDict):
    """A prediction and what came of it."""

    done: bool  # answered or skipped
    text: str | None  # the option that was locked in
    measured: str  # what the finished runs say; empty as long as something trains


class LabState(TypedDict):
    """All that a lab's page draws; the buffer beside it holds the numbers."""

    count: int  # of such messages so far
    way: Literal["", "pushed", "pulled"]  # why it comes
    busy: bool
    error: str  # why nothing was trained, if nothing was
    status: Status
    automatic: dict[str, float | None]  # by control: what the course would choose; None where it would have to search
    runs: list[RunState]
    settings: NotRequired[Settings]  # moved by a line of Python, not by the page
    answer: NotRequired[Outcome]


class InstantState(TypedDict):
    """All that an instant lab's page draws."""

    views: list[str]  # SVG elements
    summary: str  # the same in a sentence or two
    busy: bool
    plays: bool  # what is seen is the end of a film, or the start of a training, that begins by itself, once
    error: str
    settings: NotRequired[Settings]
