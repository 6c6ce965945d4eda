"""The house rules for notebooks that a machine can check: `python tests/house_rules.py notebooks/*.ipynb`.

Each line that it prints says where, what is wrong and what is allowed. A rule is a function that yields such findings
as (cell number or None, words); CONTRIBUTING tells the rules to authors.
"""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import nbformat

from course import drawings, release
from course.drawings.catalogue import calls
from course.labs import setup_cell

MOST_LINES, MEDIAN_LINES = 15, 8  # of a code cell; the median aimed at is 6
TAGS = {"exercise", "check", "lab", "predict", "show", "slide"}
SLIDES = {"slide", "subslide", "fragment", "notes", "skip", "-"}
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
SOLID = {"surface", "mesh3d", "scatter3d"}
WIDGET = "application/vnd.jupyter.widget-view+json"
MACHINE = re.compile(r"(?<![\w.])/(?:ho" + r"me|Us" + r"ers|ro" + r"ot|tmp|wo" + r"rk)/\w|\b[A-Z]:\\\w")
UNIT = re.compile(r"\(.+\)|%|\b(nats?|seconds?|steps?|epochs?|layers?|blocks?|units?|scale|share|ratio|norm)\b", re.I)
WORDS = Path(__file__).parent / "spelling.toml"
EXERCISE = re.compile(r"^#{2,6} (Exercise (\d+)\.\d+\b.*)$", re.M)
EXERCISE_HEADING = re.compile(r"Exercise \d+\.\d+ · .+ · ([●○]{3}) · about (\d+) minutes$")


class Notebook:
    """A notebook file, and what the rules ask of it. Cells are counted from 0 as in nbformat."""

    def __init__(self, path):
        self.path = Path(path)
        self.content = nbformat.read(self.path, as_version=nbformat.NO_CONVERT)
        self.metadata = self.content.metadata
        self.cells = list(enumerate(self.content.cells))
        self.code = [(i, c) for i, c in self.cells if c.cell_type == "code"]
        self.text = [(i, c.source) for i, c in self.cells if c.cell_type == "markdown"]
        self.for_students = self.path.parent.name == "notebooks"

    def headings(self):
        """(cell, level, words) of each heading."""
        for i, source in self.text:
            for marks, words in re.findall(r"^(#{1,6}) +(.+?) *$", without_code(source), re.M):
                yield i, len(marks), words


def tags(cell):
    return set(cell.metadata.get("tags", []))


def without_code(source):
    """Markdown without its code; lines stay where they are."""
    return re.sub(r"```.*?```|`[^`\n]*`", lambda m: re.sub(r"[^\n]", " ", m.group()), source, flags=re.S)


def prose(source):
    """The words that a reader reads: no code, formulas, addresses or HTML tags; lines stay where they are."""
    formula = r"\$\$.*?\$\$|\$[^$\n]+\$|\\\(.*?\\\)|(?<=\])\([^)]*\)|<[^<>]*>|https?://\S+|\{\{.*?\}\}"
    return re.sub(formula, lambda m: re.sub(r"[^\n]", " ", m.group()), without_code(source), flags=re.S)


def words(source):
    return re.findall(r"[^\W\d_][\w’'-]*", prose(source))


def lines(cell):
    """The lines of code that a reader sees; of a worked exercise without the markers and the stub between them."""
    return [line for line in cell.source.splitlines() if line.strip() and not line.strip().startswith("###")]


# ── the rules ──


def is_valid(notebook):
    try:
        nbformat.validate(notebook.content)
    except nbformat.ValidationError as error:
        yield None, f"not a valid notebook: {str(error).splitlines()[0]}; format 4.5 is allowed"
    if (notebook.content.nbformat, notebook.content.nbformat_minor) != (4, 5):
        yield None, f"format {notebook.content.nbformat}.{notebook.content.nbformat_minor}; 4.5 is allowed"


def kernel_is_clean(notebook):
    if dict(notebook.metadata.get("kernelspec", {})) != KERNEL:
        yield None, f"kernelspec {dict(notebook.metadata.get('kernelspec', {}))}; allowed is {KERNEL}"
    extra = set(notebook.metadata) - {"kernelspec", "language_info"}
    if extra:
        yield None, f"metadata {', '.join(sorted(extra))}; allowed are kernelspec and language_info"


def nothing_that_ran_is_kept(notebook):
    for i, cell in notebook.code:
        if notebook.for_students and (cell.outputs or cell.execution_count):
            yield i, "has outputs; the student's form is kept as `course release` writes it, without"
        if any(WIDGET in output.get("data", {}) for output in cell.outputs):
            yield i, "keeps a widget, which shows as an error without its kernel; clear this output"


def cells_are_short(notebook):
    counts = [len(lines(cell)) for _, cell in notebook.code]
    for (i, _), count in zip(notebook.code, counts, strict=True):
        if count > MOST_LINES:
            yield i, f"{count} lines of code; at most {MOST_LINES}, and one idea, are allowed"
    if counts and median(counts) > MEDIAN_LINES:
        yield (
            None,
            f"the median code cell has {median(counts):g} lines; at most {MEDIAN_LINES} are allowed, about 6 is good",
        )


def nothing_is_hidden(notebook):
    for i, cell in notebook.code:
        folded = cell.metadata.get("jupyter", {}).get("source_hidden") or cell.metadata.get("cellView") == "form"
        if folded or re.search(r"^\s*%(run|load)\b|^#@title", cell.source, re.M):
            yield i, "hides code from the reader; what is long belongs into the library, under a name"


def starts_with_the_setup_cell(notebook):
    i, first = notebook.code[0] if notebook.code else (None, {})
    if (first.get("id"), first.get("source")) != ("setup", setup_cell.text(release.address())):
        yield i, "the first code cell is not the setup cell; allowed is course.labs.setup_cell.CELL, with the id setup"


def has_badges(notebook):
    name = re.escape(notebook.path.name)
    title = notebook.text[0][1] if notebook.text else ""
    for place, link in (
        ("Colab", rf"colab\.research\.google\.com/github/\S+/notebooks/{name}"),
        ("Binder", rf"mybinder\.org/v2/gh/\S+labpath=notebooks(%2F|/){name}"),
    ):
        if not re.search(link, title):
            yield 0, f"the title cell has no {place} badge that opens notebooks/{notebook.path.name}"


def says_what_it_costs(notebook):
    box = " ".join(source for _, source in notebook.text[:2])
    wanted = {"minutes to read": r"\d+ min", "seconds": r"\d+ s(econds)?\b", "memory": r"\d ?(GiB|GB|MiB|MB)\b"}
    missing = [name for name, form in (wanted | {"network: no": r"(?i)network"}).items() if not re.search(form, box)]
    if missing:
        yield (
            0,
            f"no cost box beside the title, or without {', '.join(missing)}; it names {', '.join(wanted)}, network",
        )


def headings_are_in_order(notebook):
    found, above = list(notebook.headings()), 0
    if [i for i, level, _ in found if level == 1] != [0]:
        yield 0, "one # heading is allowed, the title in the first cell"
    for i, level, title in found:
        if level > above + 1:
            yield i, f"heading {title!r} has level {level} below level {above}; {above + 1} is allowed"
        above = level


def tags_are_known(notebook):
    for i, cell in notebook.cells:
        unknown = tags(cell) - TAGS
        if unknown:
            yield i, f"tag {', '.join(sorted(unknown))}; allowed are {', '.join(sorted(TAGS))}"


def every_cell_has_a_slide_type(notebook):
    for i, cell in notebook.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind not in SLIDES:
            yield i, f"slide type {kind}; allowed are {', '.join(sorted(SLIDES))}"


def no_path_of_a_machine(notebook):
    for i, cell in notebook.cells:
        found = MACHINE.search(cell.source + json.dumps(cell.get("outputs", [])))
        if found:
            yield i, f"names a folder of one machine, {found.group()}…; only paths inside the project are allowed"


class Page(HTMLParser):
    """Links and images of HTML inside Markdown."""

    def __init__(self, source):
        super().__init__()
        self.images, self.targets = [], []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "img":
            self.images.append(given.get("alt"))
        self.targets += [given[name] for name in ("src", "href") if given.get(name)]


def images_have_a_text(notebook):
    for i, source in notebook.text:
        shown = without_code(source)
        for alt in [*re.findall(r"!\[([^\]]*)\]", shown), *Page(shown).images]:
            if not (alt or "").strip():
                yield i, "an image without alt text; say in it what the picture shows"


def links_resolve(notebook):
    anchors = {title.replace(" ", "-") for _, _, title in notebook.headings()}
    for i, source in notebook.text:
        shown = without_code(source)
        for target in [*re.findall(r"\]\(<?([^)\s>]+)", shown), *Page(shown).targets]:
            path, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:|\{\{", target):
                continue
            if not path and unquote(anchor) not in anchors:
                yield i, f"link to #{anchor}; allowed are the headings of this notebook, spaces as hyphens"
            elif path and not leads_into(notebook.path.parent, unquote(path)):
                yield i, f"link to {path}, which is not there; allowed are paths from here that stay in the project"


def leads_into(folder, path):
    """Whether the path from this folder of the project is there and inside the project."""
    target = (folder / path).resolve()
    return target.exists() and target.is_relative_to(folder.parent.resolve())


def every_idea_is_drawn(notebook):
    """The chapter's ideas (`drawings.IDEAS`), each in a cell that shows it; and no drawing that is not one of them."""
    ideas, shown = drawings.IDEAS.get(notebook.path.name[:2], ()), {}
    for i, cell in notebook.code:
        shown |= dict.fromkeys(calls(cell.source), i)
    for name in ideas:
        if name not in shown:
            yield None, f"the idea {name!r} has no drawing; a code cell with drawings.{name}(…) is allowed"
    for name, i in shown.items():
        if name not in ideas:
            yield i, f"drawings.{name} is no idea of this chapter; allowed are {', '.join(ideas) or 'none'}"


def words_are_spelled(notebook):
    numbered = [(i, line) for i, source in notebook.text for line in prose(source).splitlines()]
    command = [Path(sys.executable).parent / "typos", "--config", WORDS, "--format", "json", "-"]
    said = subprocess.run(command, input="\n".join(line for _, line in numbered), capture_output=True, text=True)
    if said.returncode not in (0, 2):  # 2: it found something
        raise RuntimeError(f"typos failed: {said.stderr}")
    for found in map(json.loads, said.stdout.splitlines()):
        if found["type"] == "typo":
            cell = numbered[found["line_num"] - 1][0]
            yield (
                cell,
                f"{found['typo']!r}; British {found['corrections']} is allowed, or an entry in tests/{WORDS.name}",
            )


def exercises_are_complete(notebook):
    started = []
    for i, cell in notebook.cells:
        heading = cell.cell_type == "markdown" and EXERCISE.search(without_code(cell.source))
        if heading:
            started.append((i, heading, cell.source[heading.start() :], []))
        elif cell.cell_type == "code" and tags(cell) & {"exercise", "check"}:
            if not started:
                yield (
                    i,
                    "an exercise without a heading; `### Exercise 3.2 · Title · ●●○ · about 10 minutes` is allowed",
                )
            else:
                started[-1][3].append(cell)
    for i, heading, text, cells in started:
        yield from ((i, f"{heading.group(1)}: {problem}") for problem in exercise_problems(heading, text, cells))


def exercise_problems(heading, text, cells):
    """What one exercise lacks: `text` is its Markdown from the heading on, `cells` its code."""
    form = EXERCISE_HEADING.match(heading.group(1))
    if not form:
        yield "the heading is not of the form `Exercise 3.2 · Title · ●●○ · about 10 minutes`"
    if len(words(re.sub(r"<details>.*?</details>", "", text, flags=re.S))) < 20:
        yield "no specification; say what to write, with shapes"
    hints = len(re.findall(r"<details>\s*<summary>Hint", text))
    if hints != 2:
        yield f"{hints} folded hints; two <details><summary>Hint …</summary>…</details> are allowed"
    tagged = set().union(*map(tags, cells))
    missing = {"exercise", "check"} - tagged
    if missing:
        yield f"no code cell with the tag {' and '.join(sorted(missing))}"
    checked = re.findall(r"\bcheck\(\s*[\"']([\w.]+)[\"']", "\n".join(cell.source for cell in cells))
    if not checked:
        yield 'no call of check("name", name)'
    elif form:
        yield from against_the_declaration(heading.group(2), checked[-1], form)


def against_the_declaration(chapter, name, form):
    """Whether the heading says what `course.exercises` does."""
    from course import exercises

    declared = {exercise.name: exercise for exercise in exercises.of_chapter(chapter)}
    if name not in declared:
        yield f"checks {name!r}; chapter {chapter} declares {', '.join(declared)}"
        return
    minutes, difficulty = declared[name].minutes, declared[name].difficulty
    if (form.group(1).count("●"), int(form.group(2))) != (difficulty, minutes):
        yield f"{form.group(1)} and {form.group(2)} minutes; declared are difficulty {difficulty} and {minutes} minutes"


RULES = (
    is_valid, kernel_is_clean, nothing_that_ran_is_kept, cells_are_short, nothing_is_hidden,
    starts_with_the_setup_cell, has_badges, says_what_it_costs, headings_are_in_order, tags_are_known,
    every_cell_has_a_slide_type, no_path_of_a_machine, images_have_a_text, links_resolve, every_idea_is_drawn,
    words_are_spelled, exercises_are_complete,
)  # fmt: skip


def examine(path):
    """What breaks the rules in this notebook: lines of `folder/file:cell: what is wrong`."""
    notebook = Notebook(path)
    where = "/".join(notebook.path.parts[-2:])
    return [f"{where}:{'' if i is None else i}: {found}" for rule in RULES for i, found in rule(notebook)]


# ── what only a run shows ──


def figure_problems(figure):
    """What a Plotly figure, as the JSON of a cell's output, lacks: a title, axis names, units.

    The house writes the name of the y axis as the figure's title, above the axis, where it need not be turned.
    """
    layout = figure["layout"]
    title = name_of(layout)
    if not title:
        yield "a figure without a title"
    for key, (axis, instead) in axes(figure, title).items():
        label = name_of(axis) or instead
        if axis.get("visible", True) and axis.get("showticklabels", True) and not UNIT.search(label):
            yield f"a figure's {key} axis is called {label!r}; name the quantity and its unit, as in `loss (nats)`"


def axes(figure, title):
    """{name: (axis, the words that stand for its own)} of the axes that traces are drawn on."""
    found, layout = {}, figure["layout"]
    for trace in figure["data"]:
        if trace["type"] in SOLID:
            scene = layout.get(trace.get("scene", "scene"), {})
            found |= {f"scene's {name}": (scene.get(f"{name}axis", {}), "") for name in "xyz"}
        elif {"x", "y", "z"} & set(trace):
            for name, words_instead in (("x", ""), ("y", title)):
                key = trace.get(f"{name}axis", name)
                found[key] = layout.get(key.replace(name, f"{name}axis", 1), {}), words_instead
    return found


def name_of(part):
    """The title of a layout or an axis."""
    title = part.get("title") or {}
    return title if isinstance(title, str) else title.get("text") or ""


if __name__ == "__main__":
    problems = [problem for path in sys.argv[1:] for problem in examine(path)]
    print("\n".join(problems) or f"{len(sys.argv) - 1} notebooks, nothing to say")
    sys.exit(bool(problems))
