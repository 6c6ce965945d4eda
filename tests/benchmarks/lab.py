"""What the open lab costs and how quick it is, in a real JupyterLab and a real browser, all in one run.

    uv run python tests/benchmarks/lab.py [--minutes 10]

Prints: steps per second with the lab open against headless, alternating in one kernel; from a training step to the
screen; from Train to the first point; Stop, idle and beside a busy cell; memory of kernel and page over the minutes.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
import jupyter

SETUP = """
import json, time, resource, pathlib
from course.labs import DepthLab, SGDLab, run_into
lab, bare, long = DepthLab(), DepthLab(), SGDLab()
settings = dict(kind="plain", depth=50, learning_rate=0.001, epochs=60)
stamps, sample = {}, run_into._sample
def stamped(columns, steps, model, record, panel):
    stamps[record.step] = time.time()
    sample(columns, steps, model, record, panel)
run_into._sample = stamped
def rss():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
def speed(which):
    began = time.perf_counter()
    run = which.start(**settings)
    which.wait()
    which.runs = []
    return len(run.run.steps) / (time.perf_counter() - began)
speed(bare)
lab"""
WATCH = """() => {
  window.shown = [];
  const look = () => {
    const step = document.querySelector('.dl .status').textContent.match(/Step (\\d+)/);
    if (step && step[1] !== window.shown.at(-1)?.[0]) window.shown.push([step[1], Date.now() / 1000]);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
UNTIL = """(test) => new Promise((done) => {
  const status = document.querySelector('.dl .status'), began = performance.now();
  const seen = () => (test === 'Train' ? document.querySelector('.dl .dlab') : /Stopped/.test(status.textContent));
  const look = () => (seen() ? done(performance.now() - began) : requestAnimationFrame(look));
  [...document.querySelectorAll('.dl .btn')].find((button) => button.textContent.startsWith(test)).click();
  look();
})"""


def told(notebook, code, cell=1):
    """What a line of Python evaluates to in the kernel, as JSON."""
    source = f"print('<<' + json.dumps({code}) + '>>')"
    notebook.page.evaluate(
        "([i, code]) => window.jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel.setSource(code)",
        [cell, source],
    )
    notebook.run(cell)
    return json.loads(notebook.output(cell).split("<<")[1].split(">>")[0])


def percentile(values, share):
    """The value that a share of all stays under."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def overhead(notebook, rounds=7):
    """Steps per second with the lab open and without, in turns."""
    pairs = [told(notebook, "[speed(bare), speed(lab)]") for _ in range(rounds)]
    bare, open_ = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = [o / b for b, o in pairs]
    print(f"steps a second: headless {bare:.0f}, lab open {open_:.0f}; ratio {statistics.median(ratios):.3f}"
          f" ({min(ratios):.3f} to {max(ratios):.3f}, {rounds} pairs); bar 0.95")  # fmt: skip


def latency(notebook):
    """From a step to the first frame whose status names it or a later one."""
    notebook.page.evaluate(WATCH)
    told(notebook, "[stamps.clear(), speed(lab)][1]")
    stamps = {int(step): moment for step, moment in told(notebook, "stamps").items()}
    shown = [(int(step), moment) for step, moment in notebook.page.evaluate("window.shown")]
    waits = []
    for step, moment in stamps.items():
        seen = next((at for which, at in shown if which >= step and at >= moment), None)
        if seen is not None:
            waits.append(1000 * (seen - moment))
    print(f"step to screen: median {statistics.median(waits):.0f} ms, 95 % {percentile(waits, 0.95):.0f} ms"
          f" ({len(waits)} steps); bars 100, 250")  # fmt: skip


def presses(notebook, rounds=10):
    """Train to the first point, and Stop, idle and beside a busy cell."""
    told(notebook, "lab.set(**settings | dict(epochs=1000))")
    points, stops = [], {"idle": [], "beside a busy cell": []}
    for number in range(2 * rounds):
        busy = number % 2
        points.append(notebook.page.evaluate(UNTIL, "Train"))
        notebook.page.wait_for_timeout(700)
        if busy:
            notebook.run(2, wait=False)
            notebook.page.wait_for_timeout(300)
        stops["beside a busy cell" if busy else "idle"].append(notebook.page.evaluate(UNTIL, "Stop"))
        notebook.rest()
        told(notebook, "lab.reset()")
    words = "; ".join(f"Stop {k}: median {statistics.median(v):.0f} ms, most {max(v):.0f}" for k, v in stops.items())
    print(f"first point: median {statistics.median(points):.0f} ms, most {max(points):.0f}; bar 300. {words}; bar 100")


def memory(notebook, browser_page, minutes):
    """Kernel and page while a run of single images fills the chart."""
    notebook.run(3)
    session = browser_page.context.new_cdp_session(browser_page)
    session.send("Performance.enable")
    told(notebook, "long.start(batch_size=1, learning_rate=0.0005, epochs=200) and None")
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        time.sleep(min(60, 6 * minutes))
        session.send("HeapProfiler.collectGarbage")
        heap = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}[
            "JSHeapUsedSize"
        ] / 1e6
        points, resident = told(notebook, "[sum(len(r.run.records) for r in long.runs), rss()]")
        print(f"  {points:7d} points: kernel {resident:.0f} MB, page {heap:.0f} MB")
        told(notebook, "None if long.active else long.start(seed=len(long.runs)) and None")
    told(notebook, "long.reset()")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        folder = Path(work, "notebooks")
        folder.mkdir()
        with jupyter.server(folder, Path(work, "home")) as (address, token, _):
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            notebook = jupyter.Notebook(page, address, token, folder)
            notebook.open(SETUP, "0", "time.sleep(2)", "long")
            notebook.run(0)
            page.wait_for_timeout(1000)
            overhead(notebook)
            latency(notebook)
            presses(notebook)
            memory(notebook, page, minutes)
            browser.close()


if __name__ == "__main__":
    main()
