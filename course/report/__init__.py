"""The report of `course compare`: one self-contained HTML page. It needs no network, no Plotly and no second file.

The charts are views, put together in `depth_chart`, `panels` and `table`; the sentences are in `words`, in `provenance`
and in `page.html`, what the numbers say in `comparison`. The script (`page.js`) does no arithmetic of its own: it looks
up what was written by `script_data`.
"""

from course.report.document import hero_svg, page

__all__ = ["hero_svg", "page"]
