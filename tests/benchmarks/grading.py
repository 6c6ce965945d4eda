"""How many submissions to chapter 4 are graded in a minute by two workers, how many stock nbgrader grades, what one
costs, and what memory that takes.

    uv run python tests/benchmarks/grading.py [submissions] [bubblewrap]

Of five submissions, all different, two are right, two half right and one is the handout. The first 30 are the warm-up.
The bars: 100 a minute on two cores, five times as many as nbgrader, and at the end at most 1.1 times the memory that 30
submissions left. nbgrader gets them without the cells that train and draw, and counts as if two of it ran side by side
without being in each other's way; one whole notebook is timed as well. On a machine that has other things to do, too,
look at the CPU time: it says what two cores of its own would do.
"""

import json
import os
import queue
import sys
import tempfile
import time
from multiprocessing.pool import ThreadPool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import nbgrader_course

from course import release
from course.exercises.expected import expected
from course.grading import gradebook
from course.grading.box import Bounds, Box
from course.grading.judging import Judge

ROOT = Path(__file__).parents[2]
WORKERS, EARLY = 2, 30
SHORT = 5  # submissions that nbgrader gets, after a first one
WRONG = {
    "gate-bias-for-depth-answer": "def gate_bias_for_depth(depth, kept):\n    return 1.0",
    "gate-activity-answer": "def gate_activity(network, x):\n    return x.missing",
}


def submissions(count):
    """Notebooks, each with a name of its own in its answers."""
    right = (ROOT / "solutions" / "04_highway.ipynb").read_text()
    stub = (ROOT / "notebooks" / "04_highway.ipynb").read_text()
    half = json.loads(right)
    for cell in half["cells"]:
        cell["source"] = WRONG.get(cell["id"], cell["source"])
    kinds = [right, json.dumps(half), right, json.dumps(half), stub]
    return [kinds[n % 5].replace("wounded", f"wounded{n}").encode() for n in range(count)]


def zygote(pid):
    """The Python process, below bubblewrap where that is around it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return zygote(int(children[0])) if children else pid


def resident(pid):
    """MiB of a process's memory that is there."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def cpu(pid):
    """Seconds that a process has computed, and those of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def main(count="300", bubblewrap=""):
    """Grade them and print a table."""
    chapter, raws = gradebook.chapter(ROOT, "04"), submissions(int(count))
    judge = Judge(
        chapter.exercises, chapter.references, chapter.sources, expected("04"), b"secret", lambda _: Bounds(30)
    )
    boxes, pids = queue.Queue(), ["self"]
    for number in range(WORKERS):
        box = Box("04", chapter.declarations, chapter.imports, number, bool(bubblewrap))
        boxes.put(box)
        pids.append(zygote(box.pid))

    def one(raw):
        box = boxes.get()
        try:
            return sum(grade.points for grade in judge.notebook(box, raw).values())
        finally:
            boxes.put(box)

    print(f"{'submissions':>11} {'points':>7} {'a minute':>9} {'CPU ms each':>12} {'a minute of 2 cores':>20}  "
          f"memory: judge, boxes, MiB    load")  # fmt: skip
    memory = []
    with ThreadPool(WORKERS) as pool:
        for part in (raws[:EARLY], raws[EARLY:]):
            started, before = time.perf_counter(), sum(map(cpu, pids))
            points = sum(pool.map(one, part, chunksize=1))
            each = (sum(map(cpu, pids)) - before) / len(part)
            speed = 60 * len(part) / (time.perf_counter() - started)
            memory.append([resident(pid) for pid in pids])
            print(f"{len(part):11} {points:7g} {speed:9.0f} {1000 * each:12.0f} {60 * WORKERS / each:20.0f}  "
                  f"{', '.join(f'{one:.0f}' for one in memory[-1]):28} {os.getloadavg()[0]:.1f}")  # fmt: skip
    while not boxes.empty():
        boxes.get().close()
    print(f"a minute, after {EARLY}: {speed:.0f} (bar 100); on two cores of its own {60 * WORKERS / each:.0f}")
    print(f"memory at the end: {sum(memory[1]) / sum(memory[0]):.3f} times that after {EARLY} (bar 1.1)")
    short, whole = by_nbgrader(raws)
    print(f"nbgrader: {short:.1f} s each, with two of it {60 * WORKERS / short:.1f} a minute; "
          f"here {speed * short / 60 / WORKERS:.1f} times as many (bar 5)")  # fmt: skip
    print(f"nbgrader, the whole notebook: {whole:.1f} s; here {speed * whole / 60 / WORKERS:.0f} times as many")


def by_nbgrader(raws):
    """Seconds that stock nbgrader takes for a submission: a mean without the cells that train, and of a whole one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        release.write(ROOT, "04", folder / "source" / nbgrader_course.NAME)
        for number, raw in enumerate(raws[: SHORT + 1]):
            nbgrader_course.hand_in(folder, f"{number} short", nbgrader_course.short(json.loads(raw)))
        nbgrader_course.hand_in(folder, f"{SHORT + 1} whole", json.loads(raws[0]))
        found = nbgrader_course.graded(folder)
        if found is None:
            sys.exit(nbgrader_course.FETCH)
    _, *short, whole = (student["seconds"] for student in found.values())
    return sum(short) / len(short), whole


if __name__ == "__main__":
    main(*sys.argv[1:])
