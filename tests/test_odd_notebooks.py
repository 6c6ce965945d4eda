"""Notebooks as odd as those that authors have: each is released, or refused with the file, the cell and the way out."""

import json
import re

import pytest
from typer.testing import CliRunner

from course import cli, release

TEXT = "# Chapter\n\n[Open in Colab](x)\n"


def cell(kind, source, name, **more):
    rest = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source} | rest | more


def chapter(*cells, **more):
    first = [cell("markdown", TEXT, "title"), cell("code", "", "setup")]
    return {"cells": [*first, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | more


def written(made):
    return json.dumps(made).encode()


def without(made, key):
    for one in made["cells"]:
        del one[key]
    return made


CONFLICT = b'{\n "cells": [\n<<<<<<< HEAD\n  {"cell_type": "code"\n=======\n  {"cell_type": "raw"\n>>>>>>> theirs\n'
ANSWER = "def f(:\n    ### BEGIN SOLUTION\n    return 1\n    ### STUB return 0\n    ### END SOLUTION"
ODD = {
    "saved with a byte order mark": (b"\xef\xbb\xbf" + written(chapter()), ""),
    "each source one string, cells without metadata": (written(without(chapter(), "metadata")), ""),
    "line ends of Windows": (written(chapter()).replace(b", ", b",\r\n"), ""),
    "widgets and outputs of megabytes": (
        written(chapter(cell("code", "1", "c", outputs=[{"data": "x" * 10**6}]), metadata={"widgets": {}})), "",
    ),
    "ids lost by an old editor": (written(without(chapter(), "id")), "cell 0 has no id; jupyter nbconvert .*writes"),
    "a cell that was copied with its id": (
        written(chapter(cell("code", "1", "c"), cell("code", "2", "c"))), "cell 3 has the id 'c' of another cell;",
    ),
    "a merge that was not finished": (CONFLICT, r"no notebook: line 3 is '<<<<<<< HEAD', left by a merge; open it in"),
    "empty after a crash": (b"", "no notebook: it is empty; open it in JupyterLab .*or take it from version"),
    "zeros after a crash": (bytes(100), r"no notebook: line 1 is"),
    "cut in the middle": (written(chapter())[:150], "no notebook: line 1 is"),
    "Latin-1": (json.dumps(chapter(cell("markdown", "é", "c")), ensure_ascii=False).encode("latin-1"), "not UTF-8"),
    "the third format": (written({"nbformat": 3, "worksheets": []}), "notebook format 3, and 4 is needed"),
    "a picture pasted into the text": (
        written(chapter(cell("markdown", "![](attachment:net.png)", "c", attachments={"net.png": {}}))),
        "cell 2 holds net.png pasted into it; save it in notebooks/pictures",
    ),
    "a raw cell": (written(chapter(cell("raw", "---", "c"))), "cell 2 is a raw cell; make it code or Markdown"),
    "an answer that is no Python": (
        written(chapter(cell("code", ANSWER, "c", metadata={"tags": ["exercise"]}))), r"cell c does not run \(Syntax",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_notebook_that_authors_have_is_released_or_refused_with_the_way_out(name, tmp_path, monkeypatch):
    content, refused = ODD[name]
    path = tmp_path / "solutions" / "09_odd.ipynb"
    path.parent.mkdir()
    path.write_bytes(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(release, "EXPECTED", tmp_path / "expected")
    result = CliRunner().invoke(cli.app, ["release", "09"])
    if refused:
        assert result.exit_code == 2 and "Traceback" not in result.output
        assert result.output.startswith("error: ") and "09_odd.ipynb" in result.output
        assert re.search(refused, result.output), result.output
        assert path.read_bytes() == content and len(list(tmp_path.rglob("*"))) == 2, "nothing was written"
    else:
        assert result.exit_code == 0, result.output
        made = release.read(tmp_path / "notebooks" / "09_odd.ipynb")
        assert [one["id"] for one in made["cells"]][:2] == ["title", "setup"] and "colab.research" in str(made)
