"""How large is the library? Counts the Python statements of `course/`, room by room.

    uv run python tests/statements.py [FOLDER ...]      folders of other trees stand beside this one for comparison

`code` is what somebody has to read to know what happens. Apart from it stand imports, types (what only a type checker
reads: annotations without a value, protocols, typed dictionaries, overloads, `if TYPE_CHECKING`), docstrings, and
cases (generator functions in `exercises/chapterNN.py`: they are text of the course). `as before` is the count that the
first edition was measured by, 7,763 statements: all but docstrings and annotations without a value.
"""

import ast
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
COLUMNS = ("code", "imports", "types", "docstrings", "cases", "as before")
TYPED = {"Protocol", "TypedDict"}


def name_of(node):
    """The last word of `typing.Protocol`, `Protocol[T]`, `overload`."""
    while isinstance(node, (ast.Subscript, ast.Call)):
        node = node.value if isinstance(node, ast.Subscript) else node.func
    return getattr(node, "attr", getattr(node, "id", None))


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_bare_annotation(node):
    return isinstance(node, ast.AnnAssign) and node.value is None


def is_for_the_type_checker(node):
    if isinstance(node, ast.If):
        return name_of(node.test) == "TYPE_CHECKING"
    if isinstance(node, ast.ClassDef):
        return bool(TYPED & set(map(name_of, node.bases)))
    if isinstance(node, ast.FunctionDef):
        return "overload" in map(name_of, node.decorator_list)
    return is_bare_annotation(node)


def is_a_case(node, file):
    """A generator function of a chapter's exercises."""
    if not (isinstance(node, ast.FunctionDef) and file.parent.name == "exercises" and file.name.startswith("chapter")):
        return False
    return any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in ast.walk(node))


def column_of(node, file):
    """Where a statement belongs, and with it what stands inside; None for `code`, whose inside is looked at."""
    if is_docstring(node):
        return "docstrings"
    if is_for_the_type_checker(node):
        return "types"
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return "imports"
    return "cases" if is_a_case(node, file) else None


def count(node, file, inherited=None):
    """A counter of the statements at and below a node."""
    found, column = Counter(), inherited
    if isinstance(node, ast.stmt):
        own = column_of(node, file)
        column = "docstrings" if own == "docstrings" else inherited or own
        found[column or "code"] += 1
        found["as before"] += not (is_docstring(node) or is_bare_annotation(node))
    for inner in ast.iter_child_nodes(node):
        found += count(inner, file, column)
    return found


def rooms(tree):
    """{room: counter} of the library in this folder."""
    found = {}
    for file in sorted((tree / "course").rglob("*.py")):
        room = file.relative_to(tree / "course").parts[0].removesuffix(".py")
        found[room] = found.get(room, Counter()) + count(ast.parse(file.read_text(encoding="utf-8")), file)
    return found


def table(tree):
    """Lines of text: a row for each room and their sum."""
    counted = rooms(tree)
    counted["all"] = sum(counted.values(), Counter())
    yield f"{tree.name:<14}" + "".join(f"{column:>12}" for column in COLUMNS)
    for room, row in counted.items():
        yield f"{room:<14}" + "".join(f"{row[column]:>12,}" for column in COLUMNS)


if __name__ == "__main__":
    for folder in [ROOT, *map(Path, sys.argv[1:])]:
        print(*table(folder.resolve()), "", sep="\n")
