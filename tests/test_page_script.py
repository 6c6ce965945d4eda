"""The page's small modules, joined into the one that anywidget loads."""

import posixpath
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import needs
import pytest

from course.page import protocol
from course.page.style import modules, script

WIDGETS = ("lab.js", "instant.js", "predict.js")
PAGES = (*WIDGETS, "alone.js", "alone_instant.js", "engine/worker.js", "computed/worker.js", "../lecture/deck.js")
NAME = re.compile(r"^(?:export )?(?:async )?(?:const|let|var|function\*?|class) +([\w$]+|[{\[].*)", re.M)
TYPEDEF = re.compile(r"@typedef \{object\} (\w+)\n(.*?)\*/", re.S)
PROPERTY = re.compile(r"@property \{(.+?)\} (\[?\w+\]?)(?= |\n)")
FOLDER = Path(str(files("course.page")))


def source(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def quoted(text):
    return set(re.findall(r"""["'](\w*)["']""", text))


@pytest.mark.parametrize("entry", PAGES)
def test_no_name_stands_for_two_things_on_one_page(entry):
    owners = {}
    for name in modules(entry):
        for declared in NAME.findall(source(name)):
            assert declared[0] not in "{[", f"{name}: one name a line, or it cannot be told from others"
            assert declared not in owners, f"{declared} is in {owners[declared]} and in {name}"
            owners[declared] = name
    assert len(owners) > 10


@pytest.mark.parametrize("entry", PAGES)
def test_the_joined_page_is_one_valid_module_without_imports(entry, tmp_path):
    joined = script(entry)
    left = re.findall(r"^(?:import|export)\b.*", joined, re.M)
    assert len(left) == (entry in WIDGETS) and all(line.startswith("export default ") for line in left)
    (tmp_path / "page.mjs").write_text(joined, encoding="utf-8")
    checked = subprocess.run([needs.program("node"), "--check", tmp_path / "page.mjs"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("entry", PAGES)
def test_each_module_comes_after_those_that_it_imports_and_renames_nothing(entry):
    order = modules(entry)
    assert order[-1] == entry and len(set(order)) == len(order)
    for place, name in enumerate(order):
        imports = re.findall(r"^import [^;]*;", source(name), re.M)
        assert not [line for line in imports if " as " in line or " from " not in line]
        paths = [re.search(r'"(\.\.?/.+)"', line).group(1) for line in imports]
        folder = posixpath.join("page", posixpath.dirname(name))
        imported = [posixpath.relpath(posixpath.join(folder, path), "page") for path in paths]
        assert set(imported) <= set(order[:place]), name


def test_every_module_is_on_some_page():
    written = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js")}
    written |= {f"../lecture/{path.name}" for path in (FOLDER.parent / "lecture").glob("*.js")}
    assert written == {name for entry in PAGES for name in modules(entry)}


def test_a_script_of_jupyterlabs_in_the_clone_may_require(tmp_path):
    shutil.copy(FOLDER.parents[1] / "package.json", tmp_path)
    (tmp_path / "yarn.js").write_text('require("node:util");\n')  # JupyterLab's lies in .venv, and is such a script
    started = subprocess.run([needs.program("node"), tmp_path / "yarn.js"], capture_output=True, text=True)
    assert started.returncode == 0, started.stderr


def test_the_page_and_the_trainer_have_the_same_protocol():
    text = source("protocol.js")
    assert re.search(r"ROW = \[(.*)\]", text).group(1) == ", ".join(f'"{name}"' for name in protocol.ROW)
    splits = ", ".join(f"{name}: {value:g}" for name, value in protocol.SPLITS.items())
    assert re.search(r"SPLITS = \{ (.*) \}", text).group(1) == splits
    page = {name: {key: kind for kind, key in PROPERTY.findall(block)} for name, block in TYPEDEF.findall(text)}
    each = page.pop("DeclaredOptions") | page.pop("DeclaredNumber") | page.pop("DeclaredBlocks")
    types = {"type": '"options" | "number" | "blocks"'}
    page["DeclaredControl"] = {name.strip("[]"): kind for name, kind in each.items()} | types
    kinds = {name: kind for name, kind in vars(protocol).items() if hasattr(kind, "__required_keys__")}
    assert len(kinds) > 10
    for name, kind in kinds.items():
        fields = {key: getattr(said, "__forward_arg__", str(said)) for key, said in kind.__annotations__.items()}
        optional = [key for key, said in fields.items() if "NotRequired" in said and name != "DeclaredControl"]
        assert set(page[name]) == {f"[{key}]" if key in optional else key for key in fields}, name
        for key, said in fields.items():
            if "Literal" in said:
                words = re.search(r"Literal\[(.*?)\]", said).group(1)
                assert quoted(page[name][key]) == quoted(words), (name, key)
