"""Do the cases of the exercises bite? Each worked answer is changed in one place at a time; `check` must reject it.

    uv run python tests/mutate_answers.py [CHAPTER or EXERCISE …]

A sign, a comparison, a constant (with it an axis), a line or a call left out, a pair swapped. Prints each mutant that
every public case lets pass, and for each exercise how many were tried. A mutant that behaves like the answer on every
input that the text permits is excused by its name and the reason; more than 5 % may not be. What takes longer than 2 s
counts as rejected. Exit code 1 if one survives without an excuse, or an excuse fits none. Takes some minutes.
"""

from __future__ import annotations

import ast
import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch

from course import exercises, release
from course.exercises import Exercise
from course.exercises.expected import Expected, expected
from course.exercises.observing import Left, agrees, arrays, observe
from course.exercises.timeout import TimeUp, time_limit

ROOT = Path(__file__).parent.parent
SECONDS = 2.0
MOST_EXCUSED = 0.05

LINES = (ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.Raise, ast.Break, ast.Continue)
MODULES = {"torch", "nn", "F", "math", "copy", "itertools"}
EXCUSES: dict[tuple[str, str], str] = {
    ("gradient_check", "(up, down) → (down, up)"): "two copies of one vector get each other's names",
    ("gradient_check", "0.0 → -1.0"): "an error is 0 or more, so the largest is above -1, too",
    ("gradient_check", "measured - claimed[i].item() → claimed[i].item() - measured"): "the absolute value follows",
    ("dropout", "0 → -1 (2)"): "with rate 0 every draw is kept and divided by 1",
    ("dropout", "torch.rand_like(x) >= rate → torch.rand_like(x) > rate"): "a draw equals the rate once in 16 million",
    ("geometric_mean_of_masks", "0 → -1"): "the first dimension of a vector is the last",
    ("conv2d_by_loops", "1 → 2"): "kernels are square",
    ("play_rule", "list(losses) → losses"): "going through a dict is going through its keys",
    ("he_normal_", "0 → -1 (2)"): "every output has as many inputs as the first",
    ("he_normal_", "0 → 1 (2)"): "every output has as many inputs as the first",
    ("gradient_norms", "torch.stack([gradient.norm() for gradient in gradients]) → "
     "[gradient.norm() for gradient in gradients]"): "a list is allowed",
    ("fit_identity", "block(x) - x → x - block(x)"): "the square follows",
    ("gate_bias_for_depth", "0 < kept < 1 → 0 < kept <= 1"): "math.log(0) raises ValueError as well",
    ("gate_bias_for_depth", "1 → 2 (3)"): "from 1 on math.log gets 0 or less, and raises ValueError as well",
    ("gate_activity", "torch.stack(found) → found"): "a list is allowed",
    ("ResNet", "(2, 3) → (3, 2)"): "the mean over both dimensions, in another order",
    ("cifar_resnet", "16 → 17 (2)"): "there are 16, 32 and 64 channels",
    ("expected_depth", "float(sum(survival)) → sum(survival)"): "a number may be a tensor",
    ("StochasticDepth", "torch.rand(()) < self.survival → torch.rand(()) <= self.survival"):
        "a draw equals the probability once in 16 million",
    ("drop_path", "0 → -1"): "with rate 0 every draw is kept and divided by 1",
    ("drop_path", "torch.rand(len(x), *[1] * (x.dim() - 1)) >= rate → torch.rand(len(x), *[1] * (x.dim() - 1)) > rate"):
        "a draw equals the rate once in 16 million",
    ("input_gradient", "0 → -1"): "the tuple has one element",
    ("input_gradient", "x.detach() → x"): "a clone takes no gradient to x but by backward, which is not called",
    ("input_gradient", "x.detach().clone() → x.detach()"): "nothing is written into the numbers that it shares with x",
    ("autocorrelation", "series - series.mean() → series.mean() - series"): "products of two of them follow",
    ("linear_at_init", "(a, b) → (b, a)"): "f(a) + f(b) and a + b are symmetric",
    ("linear_at_init", "network(a) + network(b) - whole → whole - (network(a) + network(b))"):
        "the absolute value follows",
}  # fmt: skip

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


class Mutant(NamedTuple):
    """A worked answer with one change, which gives it its name."""

    name: str
    text: str


def mutants(source: str) -> Iterator[Mutant]:
    """All changes of the lines between the solution markers of a cell."""
    lines = source.split("\n")
    inside, within = set(), False
    for number, line in enumerate(lines, 1):
        within = (within or line.strip() == release.BEGIN) and line.strip() != release.END
        inside |= {number} if within else set()
    tree = ast.parse(source)
    errors = [node for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    free = {id(part) for error in errors for part in ast.walk(error)} - {*map(id, errors)}  # what an error says
    source_again, names = ast.unparse(tree), dict[str, int]()
    for index, node in enumerate(ast.walk(tree)):
        if getattr(node, "lineno", None) not in inside or id(node) in free:
            continue
        for change in range(len(list(_changes(copy.deepcopy(node))))):
            again = copy.deepcopy(tree)
            changed = list(ast.walk(again))[index]
            was = ast.unparse(changed)
            new = list(_changes(copy.deepcopy(changed)))[change]
            _replace(again, changed, new)
            if ast.unparse(again) == source_again:
                continue
            name = f"{was} → {ast.unparse(new)}".split("\n")[0]
            names[name] = names.get(name, 0) + 1
            yield Mutant(name + f" ({names[name]})" * (names[name] > 1), ast.unparse(ast.fix_missing_locations(again)))


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of this piece of an answer."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) | ast.BoolOp(op=op) if type(op) in OPERATORS:
            yield _with(node, op=OPERATORS[type(op)]())
        case ast.Compare(ops=[op]) if type(op) in OPERATORS:
            yield _with(node, ops=[OPERATORS[type(op)]()])
        case ast.Compare(ops=[first, second]):
            yield _with(node, ops=[OPERATORS[type(first)](), second])
            yield _with(node, ops=[first, OPERATORS[type(second)]()])
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Tuple(elts=[first, second, *rest]):
            yield _with(node, elts=[second, first, *rest])
        case ast.Call():
            yield from _calls(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
        yield _with(node, left=node.right, right=node.left)
    if isinstance(node, LINES):
        yield ast.Pass()


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    """A call left out, or its first two arguments swapped; an order that says nothing stays, and so does a number that
    may be a tensor.
    """
    match node:
        case (
            ast.Call(func=ast.Name(id="max" | "min") | ast.Attribute(attr="item")) | ast.Call(args=[ast.Starred(), *_])
        ):
            return
        case ast.Call(func=ast.Attribute(value=value), args=[], keywords=[]) if ast.unparse(value) not in MODULES:
            yield value
        case ast.Call(args=[only]) if not isinstance(only, ast.GeneratorExp):
            yield only
        case ast.Call(args=[first, second, *rest]):
            yield _with(node, args=[second, first, *rest])


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                setattr(parent, name, [new if part is old else part for part in value])


def passes(exercise: Exercise, answer: Any, kept: Expected) -> bool:
    """Whether an answer passes every public case, each in time."""
    for case in exercise.public:
        left: list[Left] = []
        try:
            seen = time_limit(SECONDS, lambda case=case, left=left: arrays(observe(case, answer, left)))
        except (Exception, TimeUp, SystemExit):
            return False
        if left or not agrees(seen, kept.arrays(exercise, case), case.tolerance):
            return False
    return True


def tried(exercise: Exercise, notebook: dict[str, Any]) -> tuple[int, list[str]]:
    """How many mutants of a worked answer there are, and the names of those that pass."""
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    imports = "\n".join(line for source in code for line in release.IMPORTS.findall(source))
    source = release.cell_of(notebook, exercise.name)
    kept = expected(exercise.chapter)
    assert passes(exercise, release.load(f"{imports}\n{source}", exercise.name), kept), (
        f"{exercise.name} takes too long"
    )
    known = list(mutants(source))
    alive = []
    for mutant in known:
        try:
            answer = release.load(f"{imports}\n{mutant.text}", exercise.name)
        except Exception:
            continue  # it does not even define an answer
        if passes(exercise, answer, kept):
            alive.append(mutant.name)
    return len(known), alive


def main() -> int:
    """Try them; the number of survivors is the exit code's truth."""
    torch.set_num_threads(1)  # small tensors: the limit measures an answer, not how busy the machine is
    wanted, count, excused, survivors = sys.argv[1:], 0, 0, 0
    for chapter, of_chapter in exercises.CHAPTERS.items():
        notebook = json.loads(release.chapters(ROOT, chapter)[0].read_text(encoding="utf-8"))
        for exercise in of_chapter:
            if wanted and not {chapter, exercise.name} & set(wanted):
                continue
            mutants_, alive = tried(exercise, notebook)
            known = {name for of, name in EXCUSES if of == exercise.name}
            print(f"{exercise.name:30} {mutants_:4} mutants, {len(set(alive) & known)} excused", flush=True)
            for name in sorted({*alive} - known):
                print(f"  SURVIVED: {name}", flush=True)
            for name in sorted(known - {*alive}):
                print(f"  excused, but rejected or gone: {name}", flush=True)
            count, excused = count + mutants_, excused + len(known)
            survivors += len({*alive} ^ known)
    share = excused / count if count else 0.0
    print(f"\n{count} mutants, {excused} excused ({share:.1%}), {survivors} to see to")
    return int(survivors > 0 or (not wanted and share > MOST_EXCUSED))


if __name__ == "__main__":
    sys.exit(main())
