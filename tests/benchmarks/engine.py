"""How fast the page's engine is in Chromium's worker, beside a loop over tensors in PyTorch, in turns in one run.

    uv run python tests/benchmarks/engine.py [--rounds 5]

Prints for each kind at depth 50 seconds per epoch of the loop, of the engine's steps, and of the whole run in the page
(building, strip, evaluation and drawing included) from the click to its end; then how soon the first point is there,
and how long frames take meanwhile. On an idle machine.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from playwright.sync_api import sync_playwright

from course import data, labs, networks

KINDS = ("plain", "highway", "residual")
DEPTH, EPOCHS, BATCH, RATE = 50, 15, 64, 0.001
STEPS = """async (shape) => {
  const alone = JSON.parse(document.querySelector("#course-lab").textContent);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const worker = new Worker(URL.createObjectURL(new Blob([alone.worker], { type: "text/javascript" })));
  worker.postMessage({ do: "open", kernels: bytes(alone.kernels), images: bytes(alone.images) });
  let last = null;
  const seconds = new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { records, ending, error } }) => {
      last = records.at(-1) ?? last;
      if (ending) error ? reject(error) : resolve(last[1].seconds);
    };
  });
  const job = { id: 1, shape, recipe: { epochs: 3 }, images: 1437, rate: 0.001, panel: "gradients" };
  worker.postMessage({ do: "train", job });
  const took = (await seconds) / 3;
  worker.terminate();
  return took;
}"""
RUN = """() => new Promise((resolve) => {
  const button = [...document.querySelectorAll("button")].find((one) => one.textContent.startsWith("Train"));
  const count = courseLab.runs().length, began = performance.now(), frames = [];
  let first = 0, last = began;
  const look = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    const run = courseLab.runs()[count];
    if (!first && run?.losses.length) first = now - began;
    if (!run || run.state === "running") return requestAnimationFrame(look);
    frames.sort((a, b) => a - b);
    resolve({ first, total: now - began, frame: frames[frames.length >> 1], worst: frames.at(-1), state: run.state });
  };
  button.click();
  requestAnimationFrame(look);
})"""


def tensor_loop(network: torch.nn.Module, dataset: data.Dataset) -> float:
    """Seconds of an epoch of the plain loop: batches by index, PyTorch's own fused SGD, the loss read at each step.
    Frozen: it does not follow the library.
    """
    x, y = dataset.train.x, dataset.train.y
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9, fused=True)
    losses = []
    began = time.perf_counter()
    for index in torch.randperm(len(y)).split(BATCH)[: len(y) // BATCH]:
        optimizer.zero_grad()
        loss = F.cross_entropy(network(x[index]), y[index])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return time.perf_counter() - began


def compare(page, kind, digits, rounds):
    """The three figures of a kind, median of the rounds, and their ratios to the loop."""
    network = networks.mlp(kind, DEPTH)
    tensor_loop(network, digits)
    loops, steps, runs = [], [], []
    for _ in range(rounds):
        loops.append(tensor_loop(network, digits))
        steps.append(page.evaluate(STEPS, {"kind": kind, "depth": DEPTH, "seed": 0, "width": 50, "batch": BATCH}))
        runs.append(page.evaluate(RUN))
    assert all(run["state"] == "finished" for run in runs)
    loop, step = statistics.median(loops), statistics.median(steps)
    whole = statistics.median(run["total"] for run in runs) / 1000
    print(f"{kind} {DEPTH}: loop {loop:.3f} s an epoch; engine's steps {step:.3f}, {step / loop:.2f} of it (bar 0.75); "
          f"with all else {whole / EPOCHS:.3f}, {whole / EPOCHS / loop:.2f} (bar 0.9); {EPOCHS} epochs from the click "
          f"{whole:.2f} s")  # fmt: skip
    first, frame, worst = (statistics.median(run[key] for run in runs) for key in ("first", "frame", "worst"))
    print(f"  first point after {first:.0f} ms (bar 150); median frame {frame:.1f} ms (bar 17), longest {worst:.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    digits = data.load("digits", device="cpu")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for kind in KINDS:
            page = browser.new_page(viewport={"width": 1280, "height": 1000})
            file = labs.DepthLab(kind=kind, depth=DEPTH, learning_rate=RATE).save_html(Path(folder, f"{kind}.html"))
            page.goto(file.as_uri())
            page.wait_for_function("() => window.courseLab")
            compare(page, kind, digits, min(rounds, 8))  # no more runs fit on the chart
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
