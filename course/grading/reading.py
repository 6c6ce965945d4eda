"""From a notebook's bytes to the statements that an exercise needs. Runs inside the box: the bytes are a stranger's."""

from __future__ import annotations

import ast
import builtins
import contextlib
import hashlib
import json
import re
import symtable
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

PYTHON_MAGICS = ("time", "timeit", "capture", "prun")  # what follows such a first line is Python all the same
CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n?")
LINE_MAGIC = re.compile(r"^([ \t]*)%time(?:it)?[ \t]+(?=\S)", re.M)
SHORT = "short "
SHOWN = 60  # characters of a cell's first line
FEW = 5  # statements of a definition; honest answers of so many or fewer look alike
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Unreadable(ValueError):
    """Why a file is no notebook, in words for the student."""


class Cell(NamedTuple):
    """A cell with its position in the notebook, counted from 1."""

    number: int
    kind: str
    source: str


class Statement(NamedTuple):
    """One top-level statement: where it stands, and what it does with names."""

    cell: int
    place: int  # in its cell, from 0
    node: ast.stmt
    binds: frozenset[str]
    alters: frozenset[str]  # f.x = …, f[0] = …, f.append(…)
    uses: frozenset[str]
    whole: bool  # binds its names whatever they meant before


def read(raw: bytes, names: Iterable[str]) -> dict[str, Any]:
    """What each exercise needs, as JSON. `cells` is the Python of each code cell, `defined` the names that have a
    meaning. For each name `exercises` has `program`, a list of [cell, position of the statement in it, names it binds
    or alters]; the `defining` cell; `notes` for the student; names that are `unknown`; why it is `missing`; a
    `fingerprint` that two copies share, which begins with SHORT where honest answers may share it, too. Raises
    Unreadable.
    """
    cells = notebook_cells(raw)
    code = {cell.number: python(cell.source) for cell in cells if cell.kind == "code"}
    found, broken = [], {}
    for number, source in code.items():
        try:
            found += statements(number, source)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            broken[number] = f"{called(source)} is no valid Python" + (f", see its line {line}" if line else "")
    about = {name: _about(name, found, cells, broken) for name in names}
    defined = sorted({name for one in found for name in one.binds})
    return {"cells": {str(number): source for number, source in code.items()}, "exercises": about, "defined": defined}


def notebook_cells(raw: bytes) -> list[Cell]:
    """The cells of a notebook of format 3 or 4, in their order."""
    if not raw.strip():
        raise Unreadable("the file is empty")
    try:
        notebook = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable("the file is no notebook, or only a part of one: save it anew and try to open it") from None
    sheets = [notebook, *_list(notebook, "worksheets")]  # of format 3
    cells = [cell for sheet in sheets for cell in _list(sheet, "cells") if isinstance(cell, dict)]
    if not cells:
        raise Unreadable("the notebook has no cells")
    return [Cell(n, str(cell.get("cell_type")), _source(cell)) for n, cell in enumerate(cells, 1)]


def _list(value: Any, key: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))  # format 3 says `input`
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def python(source: str) -> str:
    r"""A Jupyter cell as Python, line by line: magics, `!ls` and `name?` become calls; cells in other languages become
    nothing.

    >>> python("%%time\nf = 1")
    '\nf = 1\n'
    """
    from IPython.core.inputtransformer2 import TransformerManager

    rest = source
    while magic := CELL_MAGIC.match(rest):
        if magic[1] not in PYTHON_MAGICS:
            return ""
        rest = rest[magic.end() :]
    above = source.count("\n", 0, len(source) - len(rest.lstrip()))
    with contextlib.suppress(SyntaxError):
        rest = str(TransformerManager().transform_cell(LINE_MAGIC.sub(r"\1", rest)))
    return "\n" * above + rest.lstrip("\n")


def called(source: str) -> str:
    r"""A cell as a student finds it: by its first line that is no comment.

    >>> called("# mine\ndef f(x):\n    return x")
    'the cell “def f(x):”'
    """
    lines = [line.strip() for line in source.split("\n") if line.strip()]
    first = next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")
    return f"the cell “{first[:SHOWN]}{'…' if len(first) > SHOWN else ''}”"


def statements(cell: int, source: str) -> list[Statement]:
    """The top-level statements of a cell. Raises SyntaxError, and ValueError where there is a null byte."""
    return [_statement(cell, place, node) for place, node in enumerate(ast.parse(source).body)]


def _statement(cell: int, place: int, node: ast.stmt) -> Statement:
    table = symtable.symtable(ast.unparse(node), "cell", "exec")
    top = table.get_symbols()
    binds = {symbol.get_name() for symbol in top if symbol.is_assigned() or symbol.is_imported()}
    now = {symbol.get_name() for symbol in top if symbol.is_referenced()}
    inner = [symbol for child in _descendants(table) for symbol in child.get_symbols() if symbol.is_global()]
    binds |= {symbol.get_name() for symbol in inner if symbol.is_assigned()}
    uses = now | {symbol.get_name() for symbol in inner if symbol.is_referenced()}
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        binds.add("*")
    plain = (*DEFINITIONS, ast.Import, ast.ImportFrom, ast.Assign)
    whole = (isinstance(node, plain) and not binds & now) or (isinstance(node, ast.AnnAssign) and bool(node.value))
    return Statement(cell, place, node, frozenset(binds), frozenset(_altered(node)), frozenset(uses), whole)


def _descendants(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _descendants(child)


def _altered(node: ast.stmt) -> Iterator[str]:
    """The names whose objects a statement changes in place: those before the first dot or bracket."""
    parts: list[ast.AST] = []
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        by_name = isinstance(call.func, ast.Name) and call.func.id in ("setattr", "delattr")
        parts = list(call.args[:1]) if by_name else [call.func] if isinstance(call.func, ast.Attribute) else []
    elif not isinstance(node, DEFINITIONS):
        parts = [part for part in ast.walk(node)
                 if isinstance(part, ast.Attribute | ast.Subscript) and not isinstance(part.ctx, ast.Load)]  # fmt: skip
    for part in parts:
        root = part
        while isinstance(root, ast.Attribute | ast.Subscript | ast.Call):
            root = root.func if isinstance(root, ast.Call) else root.value
        if isinstance(root, ast.Name):
            yield root.id


def needed(found: list[Statement], name: str) -> list[Statement]:
    """The statements that `name` needs, in their order.

    A name that a statement uses needs its last meaning before that statement, for what runs at once, and its last of
    all, for what runs later. What changes imported modules is left out: a patch of torch is nobody's answer.
    """
    modules = {n for s in found if isinstance(s.node, ast.Import | ast.ImportFrom) for n in s.binds}
    chosen: set[int] = set()
    todo, seen = [(name, len(found))], set()
    while todo:
        wanted, before = todo.pop()
        if (wanted, before) in seen:
            continue
        seen.add((wanted, before))
        for position in reversed(range(before)):
            one = found[position]
            binds = wanted in one.binds or "*" in one.binds
            if not binds and (wanted not in one.alters or wanted in modules):
                continue
            if position not in chosen:
                chosen.add(position)
                todo += [(use, at) for use in one.uses for at in (position, len(found))]
            if wanted in one.binds and one.whole:
                break
    last = max(chosen, default=0)  # what holds for all that comes after it
    chosen |= {p for p, s in enumerate(found[:last]) if getattr(s.node, "module", "") == "__future__"}
    return [found[position] for position in sorted(chosen)]


def _about(name: str, found: list[Statement], cells: list[Cell], broken: dict[int, str]) -> dict[str, Any]:
    root = name.split(".", maxsplit=1)[0]  # of a method: its class
    program = needed(found, root)
    defining = [one for one in found if root in one.binds and one.whole]
    notes, missing, unknown, later = [], "", [], []
    if len(defining) > 1:
        notes.append(f"it is defined {len(defining)} times; the last one in the notebook counts")
    if any(root in one.binds for one in program):
        known = {bound for one in found for bound in one.binds} | set(dir(builtins)) | {"get_ipython", "display"}
        unknown = sorted({use for one in program for use in one.uses} - known)
        later = sorted({use for one in program for use in one.uses if _only_after(one, use, found)})
    else:
        missing = _missing(root, cells, broken)
    return {
        "program": [[one.cell, one.place, sorted(one.binds | one.alters)] for one in program],
        "notes": notes,
        "unknown": unknown[:5],
        "later": later[:5],
        "missing": missing,
        "fingerprint": fingerprint(defining[-1].node) if defining else "",
        "defining": [defining[-1].cell] if defining else [],
    }


def _only_after(one: Statement, name: str, found: list[Statement]) -> bool:
    """Whether a statement comes before all that define a name."""
    places = [(other.cell, other.place) for other in found if name in other.binds]
    return bool(places) and min(places) > (one.cell, one.place)


def _missing(name: str, cells: list[Cell], broken: dict[int, str]) -> str:
    written = re.compile(rf"\b(def|class)\s+{re.escape(name)}\b|^\s*{re.escape(name)}\s*=", re.M)
    where = [cell for cell in cells if written.search(cell.source)]
    for cell in where:
        if cell.number in broken:
            return broken[cell.number]
    if where and where[-1].kind != "code":
        return f"it stands in {called(where[-1].source)}, which is no code cell: make it one"
    extra = f" ({'; '.join(broken.values())})" if broken else ""
    return f"no cell defines {name}{extra}"


def mark(source: str, name: str) -> str:
    """The fingerprint of what a piece of Python defines under `name`."""
    return fingerprint([one for one in statements(0, source) if name in one.binds and one.whole][-1].node)


def fingerprint(node: ast.AST) -> str:
    """What two copies of a definition share, whatever comments, layout, annotations, docstrings, variables' names."""
    names: dict[str, str] = {}
    for part in ast.walk(node):
        if isinstance(part, DEFINITIONS) and ast.get_docstring(part) is not None:
            part.body = part.body[1:] or [ast.Pass()]
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            part.returns = None
        if isinstance(part, ast.arg):
            part.annotation = None
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            part.arg = names.setdefault(part.arg, f"v{len(names)}")
        elif isinstance(part, ast.Name):
            part.id = names.setdefault(part.id, f"v{len(names)}")
        elif isinstance(part, ast.keyword) and part.arg in names:
            part.arg = names[part.arg]
    short = sum(isinstance(part, ast.stmt) for part in ast.walk(node)) <= FEW
    return (SHORT if short else "") + hashlib.sha256(ast.dump(node).encode()).hexdigest()[:16]
