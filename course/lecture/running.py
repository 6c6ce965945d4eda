"""Runs the cells whose results a hall sees, and those that they need, in this process: no kernel, no notebook."""

from __future__ import annotations

import ast
import io
import symtable
import warnings
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import torch

from course import devices, wording
from course.lecture.chapter import Cell

READ_ONLY = {"check", "drawings", "papers", "plots", "predict", "print", "px"}  # a call of these changes nothing
GIVEN = {"yours": lambda name, answer: answer, "check": lambda *_: None}  # worked answers are right: a test holds them


@dataclass(frozen=True)
class Result:
    """What a cell left: the value in its last line, None if there is none, and what it printed."""

    value: Any = None
    printed: str = ""


def results(cells: Sequence[Cell], wanted: Sequence[Cell]) -> dict[str, Result]:
    """What the wanted cells leave, by their ids. cells: all of the chapter, in order.

    Other cells run only if a wanted one needs a name that they set or change. Raises ValueError, with the cell's id,
    where one fails.
    """
    scope: dict[str, Any] = {"__name__": "__main__"}
    found = {}
    torch.manual_seed(0)
    with devices.threads(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in needed(cells, wanted):
            found[cell.id] = _run(cell, scope)
            scope |= GIVEN
    return {cell.id: found[cell.id] for cell in wanted}


def needed(cells: Sequence[Cell], wanted: Sequence[Cell]) -> list[Cell]:
    """The wanted cells and all before them that set or change a name which they use, in order."""
    ids, names = {cell.id for cell in wanted}, set[str]()
    found = []
    for cell in reversed(cells):
        if not cell.code or cell.id == "setup":
            continue
        sets, uses = _names(cell.source)
        if cell.id in ids or names & (sets | _changes(cell.source)):
            names = (names - sets) | uses
            found.append(cell)
    return found[::-1]


def _run(cell: Cell, scope: dict[str, Any]) -> Result:
    printed = io.StringIO()
    try:
        with redirect_stdout(printed), redirect_stderr(io.StringIO()):
            value = _value(cell.source, scope)
    except Exception as error:
        raise ValueError(f"cell {cell.id} does not run for the slides: {wording.reason(error)}") from error
    return Result(value, printed.getvalue().strip())


def _value(source: str, scope: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line, if that is an expression, as in a notebook."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), scope)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), scope) if isinstance(last, ast.Expr) else None


def _names(source: str) -> tuple[set[str], set[str]]:
    """(names that a cell sets, names that it uses), both of the notebook's scope."""
    top = symtable.symtable(source, "<cell>", "exec")
    sets = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    uses = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()}
    return sets, uses | {name for inner in top.get_children() for name in _globals(inner)}


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
    for inner in table.get_children():
        yield from _globals(inner)


def _changes(source: str) -> set[str]:
    """Names whose objects a cell may change in place: those of parts that are assigned to, and the arguments of a call
    that stands alone.
    """
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            found |= _mentioned(node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            found |= set() if _mentioned(node.value.func) & READ_ONLY else _mentioned(node.value)
    return found


def _mentioned(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
