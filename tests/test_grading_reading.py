"""Grading, what is read: broken files have a reason in words, and an exercise gets the statements that it needs."""

import ast
import json

import pytest

from course.grading import reading
from course.grading.reading import Unreadable, read


def notebook(*cells, **more):
    """The bytes of a notebook; a cell is its source, or (kind, source)."""
    made = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in made], **more}).encode()


def about(name, *cells):
    return read(notebook(*cells), [name])["exercises"][name]


def run(name, *cells):
    """What the statements that `name` needs define under it."""
    found = read(notebook(*cells), [name])
    scope = {"get_ipython": lambda: None}
    for cell, place, _ in found["exercises"][name]["program"]:
        node = ast.parse(found["cells"][str(cell)]).body[place]
        exec(compile(ast.Module([node], []), "cell", "exec"), scope)
    return scope[name]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"PK\x03\x04\xff\xfe", "is no notebook"),
        (notebook("f = 1")[:-9], "only a part of one"),
        (b"[" * 100_000, "is no notebook"),
        (b"[1, 2]", "has no cells"),
        (b'{"cells": []}', "has no cells"),
        (b'{"cells": 7}', "has no cells"),
        (b'{"cells": [1, null]}', "has no cells"),
    ],
)
def test_a_broken_file_has_a_reason_in_words(raw, words):
    with pytest.raises(Unreadable, match=words):
        read(raw, ["f"])


def test_a_byte_order_mark_format_3_and_lost_metadata_do_no_harm():
    assert read(b"\xef\xbb\xbf" + notebook("f = 1"), ["f"])["exercises"]["f"]["program"]
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["f = 1\n", "g = 2"], "language": "python"}]}]}
    assert read(json.dumps(old).encode(), ["g"])["exercises"]["g"]["program"] == [[1, 1, ["g"]]]
    assert read(b'{"cells": [{"cell_type": "code", "source": ["f =", " 1"]}]}', ["f"])["exercises"]["f"]["program"]


@pytest.mark.parametrize(
    "cell",
    [
        "%%time\ndef f(): return 3",
        "%%capture out\n%%time\ndef f(): return 3",
        "%matplotlib inline\n!ls -la\nf?\ndef f(): return 3\nf??",
        "files = !ls\ndef f(): return 3",
        "%time f = lambda: 3",
        "import asyncio\nawait asyncio.sleep(0)\ndef f(): return 3",
        "def f():\n    return 3\nraise SystemExit",
        "   def f():\n       return 3",
    ],
)
def test_jupyters_cells_become_python(cell):
    assert run("f", cell)() == 3


def test_cells_in_other_languages_are_left_out():
    assert "no cell defines f" in about("f", "%%bash\nf = 1")["missing"]


def test_statements_are_chosen_not_cells():
    cells = ("import math; import time\nwhile True: pass\nk = math.pi", "x = 1 / 0\ndef f(): return k", "f()\nf = f")
    assert [row[:2] for row in about("f", *cells[:2])["program"]] == [[1, 0], [1, 3], [2, 1]]


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (("def f(): return 1", "def f(): return 2"), 2),
        (("a = 1", "def f(): return a", "a = 2"), 2),  # at the end of the notebook f sees the last a
        (("a = 1", "def f(x=a): return x", "a = 2"), 1),  # its default was the first
        (("def f(): return 1", "def twice(g): return lambda: 2 * g()", "f = twice(f)"), 2),
        (("class f:\n    def __new__(cls): return 1", "f.__new__ = lambda cls: 5"), 5),
        (("from math import *", "def f(): return floor(2.5)"), 2),
        (("try:\n    import nothing_at_all as n\nexcept ImportError:\n    n = 4", "def f(): return n"), 4),
        (("if True:\n    def f(): return 6",), 6),
        (("known = {}", "known['a'] = 7", "def f(): return known['a']"), 7),
        (("known = []", "known.append(8)", "def f(): return known[0]"), 8),
        (("def g(): return f2()", "def f2(): return 9", "def f(): return g()"), 9),
        (("def f():\n    global n\n    n = 3\n    return n",), 3),
        (("[f := lambda: 4]",), 4),
        (("f, g = (lambda: 1), 2",), 1),
        (("class A:\n    def m(self): return f0()", "def f0(): return 2", "def f(): return A().m()"), 2),
    ],
)
def test_an_exercise_gets_what_it_needs_and_the_last_meaning_of_each_name(cells, value):
    assert run("f", *cells)() == value


def test_a_patch_of_torch_belongs_to_no_answer():
    patch = "torch.relu = None\ntorch.set_num_threads(9)"
    program = about("f", "import torch", patch, "def f(x): return torch.relu(x)")
    assert [row[:2] for row in program["program"]] == [[1, 0], [3, 0]]


def test_what_a_student_should_know_is_said():
    assert about("f", "def f(): pass", "def f(): pass")["notes"] == [
        "it is defined 2 times; the last one in the notebook counts"
    ]
    assert about("f", "def f(x): return torch.relu(x) + max(x)")["unknown"] == ["torch"]
    assert about("f", ("markdown", "def f(): pass"))["missing"].startswith(
        "it stands in the cell “def f(): pass”, which is no code cell"
    )
    wrong = "# mine\n\ndef f(:\n    pass"
    assert about("f", "g = 1", wrong)["missing"] == "the cell “def f(:” is no valid Python, see its line 3"
    assert about("f", "g = 1", "(")["missing"] == "no cell defines f (the cell “(” is no valid Python, see its line 1)"
    assert about("f", "f = 1\0")["missing"] == "the cell “f = 1\0” is no valid Python"
    assert about("A.m", "class A:\n    def m(self): pass")["program"] == [[1, 0, ["A"]]]


LONG = (
    "def f(x, y):\n    x = x + y\n    z = x * y + 3\n    for k in range(10):\n"
    "        z = z + k * x - k ** 2 + x * y\n    return z - y"
)


def test_copies_share_a_fingerprint_whatever_names_comments_and_layout():
    copy = (
        'def f(left: int, right: int) -> int:\n    """Mine."""\n    left = left+right\n    s = left*right + 3  # sum\n'
        "    for i in range(10):\n"
        "        s = (s + i * left - i**2 + left * right)\n    return s - right"
    )
    mark = about("f", LONG)["fingerprint"]
    assert mark and about("f", "import torch", copy)["fingerprint"] == mark
    assert about("f", LONG.replace("3", "4"))["fingerprint"] != mark
    assert not mark.startswith(reading.SHORT)


def test_answers_of_a_few_lines_look_alike_honestly():
    few = "def f(net, x):\n    for part in net:\n        if part:\n            x = part(x) * 2 + x ** 3 - part(-x)"
    assert about("f", few)["fingerprint"].startswith(reading.SHORT)
    more = few.replace(":\n    for", ":\n    'Mine.'\n    for") + "\n    return x"
    assert about("f", more)["fingerprint"].startswith(reading.SHORT)  # what explains it counts for nothing
    assert not about("f", more + " + 1\n    return x")["fingerprint"].startswith(reading.SHORT)


def test_a_line_keeps_its_number():
    for above in ("", "\n\n", "%%time\n", "%%time\n\n%%capture\n", "\n%%time\n"):
        number = above.count("\n") + 2
        assert reading.python(f"{above}x = 1\ny = x\n").split("\n")[number - 1] == "y = x", above
    with pytest.raises(SyntaxError) as wrong:
        ast.parse(reading.python("%%time\nx = 1\ny = )"))
    assert wrong.value.lineno == 3


def test_a_cell_is_called_by_a_line_that_a_student_can_look_for():
    assert reading.called("\n# Exercise\n\n  def f(x):\n") == "the cell “def f(x):”"
    assert reading.called("# nothing else") == "the cell “# nothing else”" and reading.called("") == "the cell “”"
    assert reading.called("x" * 61) == f"the cell “{'x' * 60}…”"


def test_a_cell_that_python_magic_does_not_know_stays_readable():
    assert reading.python("%%html\n<b>") == ""
    assert reading.python("x = 1") == "x = 1\n"
