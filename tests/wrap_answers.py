"""Do the cases see what an answer does besides its task? Each right answer gets bad habits, one at a time.

    uv run python tests/wrap_answers.py [CHAPTER or EXERCISE …]

Prints the habits that every public case lets pass, those left out that had nothing to act upon. What the text of an
exercise forbids must be rejected: `tests/test_exercises.py` holds that for what stands in `KEPT` and `FORBIDDEN`.
"""

from __future__ import annotations

import copy
import inspect
import sys
from collections.abc import Callable, Iterable
from typing import Any

import torch
from mutate_answers import ROOT, passes
from torch import Tensor, nn

from course import exercises, release
from course.exercises import Exercise
from course.exercises.expected import expected
from course.exercises.mistakes import answers

Answer = Callable[..., Any]
Habit = Callable[[Answer], Answer]
ACTED: list[bool] = []  # whether a habit that was tried has done anything


def modules(given: Any) -> list[nn.Module]:
    """The networks and blocks in what was given, in lists too."""
    parts = given if isinstance(given, list | tuple) else [given]
    return [part for part in parts if isinstance(part, nn.Module)]


def floats(given: Any) -> list[Tensor]:
    """The tensors of numbers in what was given, and the parameters of modules."""
    parts = given if isinstance(given, list | tuple) else [given]
    own = [p for module in modules(given) for p in module.parameters()]
    found = [*(part for part in parts if isinstance(part, Tensor)), *own]
    return [tensor for tensor in found if tensor.is_floating_point() and tensor.is_leaf]


def afterwards(find: Callable[[Any], list[Any]], do: Callable[[Any], Any]) -> Callable[[int], Habit]:
    """The answer, and then something with each part of what it was given in this place."""

    def at(place: int) -> Habit:
        def habit(answer: Answer) -> Answer:
            def wrapped(*args: Any) -> Any:
                result, found = answer(*args), find(args[place])
                ACTED.append(bool(found))
                with torch.no_grad():
                    for part in found:
                        do(part)
                return result

            return wrapped

        return habit

    return at


def switching(switch: Callable[[], Any]) -> Habit:
    """The answer, and then a switch of torch's, which stays so."""

    def habit(answer: Answer) -> Answer:
        def wrapped(*args: Any) -> Any:
            result = answer(*args)
            ACTED.append(True)
            switch()
            return result

        return wrapped

    return habit


def on_copies(answer: Answer) -> Answer:
    """The answer for copies of what it is given."""

    def wrapped(*args: Any) -> Any:
        mutable = [bool(modules(arg) or floats(arg)) for arg in args]
        ACTED.append(any(mutable))
        return answer(*(copy.deepcopy(arg) if may else arg for arg, may in zip(args, mutable, strict=True)))

    return wrapped


def returning(change: Callable[[Any], Any]) -> Callable[[Answer], Answer]:
    """Something else in the place of each tensor or module that the answer returns, where there is something else."""

    def deeply(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(map(deeply, value))
        other = change(value) if isinstance(value, Tensor | nn.Module) else None
        ACTED.append(other is not None)
        return value if other is None else other

    return lambda answer: lambda *args: deeply(answer(*args))


def cut(value: Tensor | nn.Module) -> Any:
    """Without a gradient; a module, in what comes out of it."""
    if isinstance(value, nn.Module):
        value.register_forward_hook(lambda module, given, output: output.detach())
        return value
    return value.detach() if value.requires_grad else None


def in_mode(training: bool) -> Callable[[Any], Any]:
    """A module in this mode."""
    return lambda value: value.train(training) if isinstance(value, nn.Module) and value.training != training else None


def squeezed(value: Any) -> Any:
    """A tensor without its dimensions of size 1."""
    return value.squeeze() if isinstance(value, Tensor) and 1 in value.shape else None


def same_numbers(answer: Answer) -> Answer:
    """The same random numbers at each call."""

    def wrapped(*args: Any) -> Any:
        before = torch.random.get_rng_state()
        torch.manual_seed(0)
        start = torch.random.get_rng_state()
        result = answer(*args)
        drawn = not torch.equal(start, torch.random.get_rng_state())
        ACTED.append(drawn)
        if not drawn:
            torch.random.set_rng_state(before)
        return result

    return wrapped


def again(answer: Answer) -> Answer:
    """Called twice; the second result counts."""
    ACTED.append(True)
    return lambda *args: (answer(*args), answer(*args))[1]


def without_gradients(answer: Answer) -> Answer:
    """All of it where torch records no gradients."""
    ACTED.append(True)
    return torch.no_grad()(answer)


STATES: dict[str, Callable[[int], Habit]] = {  # what may be left in something that was given
    "leaves a hook in": afterwards(modules, lambda m: m.register_forward_hook(lambda *_: None)),
    "leaves evaluation mode in": afterwards(lambda arg: [m for m in modules(arg) if m.training], lambda m: m.eval()),
    "leaves training mode in": afterwards(lambda arg: [m for m in modules(arg) if not m.training], lambda m: m.train()),
    "leaves .grad in": afterwards(floats, lambda p: setattr(p, "grad", torch.ones_like(p))),
    "freezes": afterwards(lambda arg: [p for p in floats(arg) if p.requires_grad], lambda p: p.requires_grad_(False)),
    "asks for gradients of": afterwards(
        lambda arg: [p for p in floats(arg) if not p.requires_grad], lambda p: p.requires_grad_()
    ),
    "changes": afterwards(floats, lambda p: p.add_(1)),
    "empties": afterwards(lambda arg: [arg] if isinstance(arg, list | dict) else [], lambda part: part.clear()),
}
SWITCHES: dict[str, Habit] = {
    "switches gradients off": switching(lambda: torch.set_grad_enabled(False)),
    "makes float64 the default": switching(lambda: torch.set_default_dtype(torch.float64)),
    "seeds": switching(lambda: torch.manual_seed(1234)),
}
HABITS: dict[str, Habit] = SWITCHES | {
    "works on a copy": on_copies,
    "records no gradients": without_gradients,
    "returns no gradient": returning(cut),
    "returns it frozen": returning(lambda m: m.requires_grad_(False) if isinstance(m, nn.Module) else None),
    "returns it in evaluation": returning(in_mode(False)),
    "returns it in training": returning(in_mode(True)),
    "squeezes": returning(squeezed),
    "draws no new numbers": same_numbers,
    "called twice": again,
}

METHODS = {"Linear": "bprop"}  # of a class whose forward is not what is asked for

KEPT: dict[str, tuple[str, ...]] = {  # what shall be as it was, in every respect, so the texts say
    "neuron": ("x", "w"), "softmax_cross_entropy": ("logits",), "gradient_check": ("w",),
    "sgd_momentum_step": ("weights", "velocity", "gradient"), "early_stop": ("errors",), "dropout": ("x",),
    "geometric_mean_of_masks": ("h",), "batchnorm_forward": ("x",), "batchnorm_backward": ("grad_y", "x"),
    "population_statistics": ("network", "x"), "fold_batchnorm": ("linear", "norm"), "conv2d_by_loops": ("x",),
    "count_parameters": ("removed",), "play_rule": ("losses",), "deepen_with_identity": ("network",),
    "sigmoid_gradient_bound": ("weights",), "gradient_norms": ("network",), "fit_identity": ("x",),
    "HighwayLayer": ("x",), "from_carry_notation": ("weight", "bias"), "lesion": ("network", "x"),
    "gate_activity": ("network", "x"), "ResBlock": ("x",), "shortcut_a": ("x",), "delete_block": ("network",),
    "StochasticDepth": ("x",), "drop_path": ("x",), "input_gradient": ("network", "x"),
    "autocorrelation": ("series",), "rescale_residual": ("network",), "crelu": ("x",),
    "linear_at_init": ("network", "x"),
}  # fmt: skip
FORBIDDEN: dict[str, tuple[str, ...]] = {  # besides SWITCHES, which are nobody's business
    "neuron": ("squeezes",),
    "softmax_cross_entropy": ("squeezes",),
    "Linear": ("works on a copy",),
    "dropout": ("returns no gradient", "draws no new numbers"),
    "population_statistics": ("returns it in training",),
    "fold_batchnorm": ("returns it frozen",),
    "conv2d_by_loops": ("squeezes",),
    "deepen_with_identity": ("returns it frozen", "returns no gradient"),
    "he_normal_": ("works on a copy", "draws no new numbers", "freezes weight"),
    "gradient_norms": ("records no gradients",),
    "fit_identity": ("works on a copy", "called twice"),
    "HighwayLayer": ("returns no gradient", "squeezes"),
    "from_carry_notation": ("squeezes",),
    "gate_activity": ("squeezes",),
    "ResBlock": ("returns no gradient", "squeezes"),
    "ResNet": ("returns no gradient", "squeezes"),
    "shortcut_a": ("returns no gradient", "squeezes"),
    "cifar_resnet": ("returns no gradient", "returns it frozen"),
    "delete_block": ("returns no gradient", "returns it frozen", "returns it in evaluation", "returns it in training"),
    "survival_probabilities": ("squeezes",),
    "StochasticDepth": ("returns no gradient", "draws no new numbers", "called twice"),
    "drop_path": ("returns no gradient", "draws no new numbers", "squeezes"),
    "input_gradient": ("squeezes",),
    "autocorrelation": ("squeezes",),
    "rescale_residual": (
        "returns no gradient", "returns it frozen", "returns it in evaluation", "returns it in training",
    ),
    "crelu": ("returns no gradient", "squeezes"),
    "looks_linear_": ("works on a copy", "draws no new numbers", "freezes weight"),
}  # fmt: skip


def parameters(answer: Any, name: str) -> list[str]:
    """What an answer is given, by the names that it has for it."""
    method = getattr(answer, METHODS.get(name, "forward")) if isinstance(answer, type) else answer
    return list(inspect.signature(method).parameters)[isinstance(answer, type) :]


def habits(answer: Any, name: str) -> dict[str, Habit]:
    """All that this answer can get used to."""
    places = enumerate(parameters(answer, name))
    return HABITS | {f"{state} {of}": at(place) for place, of in places for state, at in STATES.items()}


def forbidden(name: str) -> list[str]:
    """What the text of an exercise forbids, and what none allows."""
    kept = [f"{state} {of}" for of in KEPT.get(name, ()) for state in STATES]
    return [*SWITCHES, *kept, *FORBIDDEN.get(name, ())]


def wrapped(habit: Callable[[Answer], Answer], answer: Any, name: str) -> Any:
    """The answer with the habit: a function; or a subclass, whose method gets it for what comes behind self."""
    if not isinstance(answer, type):
        return habit(answer)
    method = METHODS.get(name, "forward")

    def of_instance(self: Any, *args: Any) -> Any:
        return habit(lambda *given: getattr(answer, method)(self, *given))(*args)

    return type(name, (answer,), {method: of_instance})


def passing(exercise: Exercise, only: Iterable[str] | None = None) -> dict[str, bool]:
    """Of the habits, or of these, those that a right answer may have for all that the public cases see, and whether
    each did anything at all.
    """
    answer, kept, found = release.load(answers(ROOT, exercise).right[0], exercise.name), expected(exercise.chapter), {}
    known = habits(answer, exercise.name)
    for name in known if only is None else only:
        ACTED.clear()
        if passes(exercise, wrapped(known[name], answer, exercise.name), kept):
            found[name] = any(ACTED)
    return found


def main() -> None:
    """List what passes."""
    torch.set_num_threads(1)  # small tensors
    wanted = sys.argv[1:]
    for chapter, of_chapter in exercises.CHAPTERS.items():
        for exercise in of_chapter:
            if not wanted or {chapter, exercise.name} & set(wanted):
                found = [name for name, acted in passing(exercise).items() if acted]
                print(f"{exercise.name:30} {', '.join(found) or '–'}", flush=True)


if __name__ == "__main__":
    main()
