"""Start-up and sweeps: uv run python tests/benchmarks/startup.py

Prints what importing the course adds to torch, what loading data takes (a cached set in the shape of CIFAR-10 is made
for it), and how much faster two worker processes finish the runs of `course compare` than one, their start-up apart.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time

from course.recipes import Recipe
from course.sweeps import Job, cores, sweep

KINDS, DEPTHS = ("plain", "highway", "residual"), (2, 10, 20, 50)
IMPORT = """
import time, torch
t = time.perf_counter()
import course
from course import Recipe, fit
print(time.perf_counter() - t)
"""
DIGITS = """
import time
from course import data
t = time.perf_counter()
data.load("digits", device="cpu")
print(time.perf_counter() - t)
"""
CIFAR = """
import sys, time, torch
from pathlib import Path
from course import data
from course.data import cache

def split(n):
    constants = torch.ones(2, 3, 1, 1)
    return data.Split(torch.randint(256, (n, 3, 32, 32), dtype=torch.uint8), torch.randint(10, (n,)), *constants)

root = Path(sys.argv[1])
if sys.argv[2] == "make":
    made = data.Dataset("cifar10", tuple("0123456789"), split(50_000), split(10_000))
    cache.write(cache.file_for(root, "cifar10"), made)
t = time.perf_counter()
data.load("cifar10", root=root, device="cpu").train[:128]
print(time.perf_counter() - t)
"""


def seconds(code: str, *arguments: str, repeat: int = 5) -> float:
    """The median of what `code` prints in a fresh process."""
    runs = [
        subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
        for _ in range(repeat)
    ]
    return statistics.median(float(run.stdout.split()[-1]) for run in runs)


def timed_sweep(jobs: list[Job], workers: int) -> tuple[float, float]:
    """(seconds for all, seconds until the workers had imported torch and begun)."""
    began, first = time.perf_counter(), [0.0]

    def note(progress: object) -> None:
        first[0] = first[0] or time.perf_counter() - began

    for _ in sweep(jobs, workers=workers, on_progress=note):
        pass
    return time.perf_counter() - began, first[0]


def main() -> None:
    """Print the table."""
    print(f"import course, beyond torch   {seconds(IMPORT):.3f} s")
    print(f"load digits                   {seconds(DIGITS):.3f} s")
    with tempfile.TemporaryDirectory() as root:
        subprocess.run([sys.executable, "-c", CIFAR, root, "make"], check=True, capture_output=True)
        print(f"load cached CIFAR-10          {seconds(CIFAR, root, 'load'):.3f} s")
    jobs = [Job({"kind": k, "depth": d, "width": 50}, Recipe()) for k in KINDS for d in DEPTHS]
    one, start_one = timed_sweep(jobs, 1)
    two, start_two = timed_sweep(jobs, 2)
    print(f"sweep of {len(jobs)} runs on {cores()} cores, start-up in brackets:")
    print(f"  one worker {one:.1f} s ({start_one:.1f} s), two workers {two:.1f} s ({start_two:.1f} s)")
    print(f"  ratio, start-up apart: {(one - start_one) / (two - start_two):.2f}")


if __name__ == "__main__":
    main()
