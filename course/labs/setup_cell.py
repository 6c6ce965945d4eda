"""The first code cell of every chapter: two lines, the same everywhere but for the address, which release writes.

The first installs in Colab alone, as `!pip` does there, so that pip's own words are seen; Colab's torch, numpy and
plotly stay as they are. The second ends in a comment since a traceback shows it: what to do without the course.
"""

CELL = """\
if "google.colab" in str(get_ipython()): get_ipython().system("pip install -q --no-deps git+ADDRESS")
from course.labs import environment; environment.setup()  # No course? In Colab go online; else: uv run course lab"""


def text(address: str) -> str:
    """The cell that installs from `address`, the project's page on the host of its git repository.

    >>> text("https://example.org/course").count("git+https://example.org/course")
    1
    """
    return CELL.replace("ADDRESS", address)
