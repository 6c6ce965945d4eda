"""What a notebook leaves behind: exports for whoever has no kernel, no JavaScript, or no trust in it."""

import base64
import re
import sys

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbconvert import HTMLExporter, MarkdownExporter, SlidesExporter
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.notebook

CELLS = {
    "lab": "from course.labs import DepthLab, InitLab, Prediction\nlab = DepthLab(); lab",
    "train": "run = lab.train(kind='plain', depth=3, epochs=1, learning_rate=0.05)",
    "figure": "lab.figure()",
    "map": "from course import plots; plots.heatmap([[1e-3, 1e-2], [1e-1, 1]])",
    "instant": "init = InitLab(); init",
    "moved": "init.set(layers=50)",
    "started": "background = DepthLab(); background",
    "waited": "background.start(kind='highway', depth=4, epochs=1, learning_rate=0.05); background.wait()",
    "question": "Prediction('Which <one>?', ['plain', 'highway'])",
}


@pytest.fixture(scope="module")
def executed():
    """A notebook that ran to its end in a kernel without a page, as `nbconvert --execute` runs one."""
    notebook = new_notebook(cells=[new_code_cell(source, id=name) for name, source in CELLS.items()])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    assert KernelSpecManager().get_kernel_spec("python3").argv[0] in ("python", sys.executable)
    NotebookClient(notebook, kernel_name="python3", timeout=240).execute()
    nbformat.validate(notebook)
    return notebook


def outputs(notebook, name):
    cell = next(cell for cell in notebook.cells if cell.id == name)
    return [output.data for output in cell.outputs if "data" in output]


def pictures(html):
    """The pictures of a page: each SVG, embedded or inline."""
    embedded = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    return [base64.b64decode(text).decode() for text in embedded] + re.findall(r"<svg.*?</svg>", html, re.S)


def test_the_last_state_of_every_lab_stands_in_the_notebook(executed):
    for name, words in (("lab", "plain 3: finished"), ("started", "highway 4: finished"), ("instant", "50 layers")):
        *_, still = outputs(executed, name)
        assert words in still["text/plain"] and still["image/svg+xml"].startswith("<svg")


def test_what_is_displayed_says_in_words_what_it_is(executed):
    everything = [data for name in CELLS for data in outputs(executed, name)]
    assert len(everything) == 11
    for data in everything:
        assert data["text/plain"].strip() and "object at 0x" not in data["text/plain"]
    assert outputs(executed, "figure")[0]["text/plain"].startswith("<figure: Training loss, nats")
    assert "layer" not in outputs(executed, "lab")[0]["text/plain"]
    assert outputs(executed, "lab")[0]["text/plain"].startswith("Depth lab: live where a kernel runs")


@pytest.mark.parametrize("exporter", [HTMLExporter, SlidesExporter], ids=lambda kind: kind.__name__)
def test_a_page_without_javascript_shows_every_figure_and_the_last_state_of_every_lab(executed, exporter):
    for cell in executed.cells:
        cell.metadata["slideshow"] = {"slide_type": "slide"}
    html, _ = exporter().from_notebook_node(executed)
    found = pictures(re.sub(r"<script.*?</script>", "", html, flags=re.S))
    assert len(found) == 5
    text = [re.sub(r"<[^>]*>", " ", picture) for picture in found]
    assert not any("No run yet" in words for words in text)
    for words in ("plain 3", "highway 4", "Gradient size"):
        assert any(words in one for one in text), words
    assert "Which &lt;one&gt;?" in html


def test_markdown_has_a_file_for_every_picture(executed):
    text, resources = MarkdownExporter().from_notebook_node(executed)
    files = {name: content for name, content in resources["outputs"].items() if name.endswith(".svg")}
    assert len(files) == 5 and all(name in text for name in files)
