"""How many submissions to chapter 4 are graded in a minute on two cores, and what that takes of memory.

uv run python tests/benchmarks/grading.py [submissions] [bubblewrap]
"""

import queue
import sys
import time
from multiprocessing.pool import ThreadPool
from pathlib import Path

from course.exercises.expected import expected
from course.grading import gradebook
from course.grading.box import Bounds, Box
from course.grading.judging import Judge

ROOT = Path(__file__).parents[2]
WORKERS = 2


def resident(pid):
    """MiB of a process's memory that is there."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def zygote(pid):
    """The Python process, below bubblewrap where that is around it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return zygote(int(children[0])) if children else pid


def main(count=300, bubblewrap=""):
    """Grade right answers, all different, and the handout in turns; print a table."""
    chapter = gradebook.chapter(ROOT, "04")
    right = (ROOT / "solutions" / "04_highway.ipynb").read_text()
    stub = (ROOT / "notebooks" / "04_highway.ipynb").read_text()
    raws = [(stub if n % 5 == 4 else right).replace("wounded", f"wounded{n}").encode() for n in range(int(count))]
    judge = Judge(
        chapter.exercises, chapter.references, chapter.sources, expected("04"), b"secret", lambda _: Bounds(30)
    )
    boxes = queue.Queue()
    started = time.perf_counter()
    for number in range(WORKERS):
        boxes.put(Box("04", chapter.declarations, chapter.imports, number, bool(bubblewrap)))
    print(f"{WORKERS} boxes started in {time.perf_counter() - started:.1f} s")

    def one(raw):
        box = boxes.get()
        grades = judge.notebook(box, raw)
        boxes.put(box)
        return sum(grade.points for grade in grades.values())

    def memory():
        pids = [zygote(box.pid) for box in list(boxes.queue)]
        return f"boxes {', '.join(f'{resident(pid):.0f}' for pid in pids)} MiB, judge {resident('self'):.0f} MiB"

    with ThreadPool(WORKERS) as pool:
        for part in (raws[:30], raws[30:]):
            started = time.perf_counter()
            points = pool.map(one, part, chunksize=1)
            minutes = (time.perf_counter() - started) / 60
            print(f"{len(part)} submissions, {sum(points):g} points: {len(part) / minutes:.0f} a minute; {memory()}")
    while not boxes.empty():
        boxes.get().close()


if __name__ == "__main__":
    main(*sys.argv[1:])
