"""Sweeps: results stream to disk, nothing is trained twice, a dead worker costs one retry, Ctrl-C loses nothing."""

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from course import Recipe, data, fit, networks
from course.records import Run
from course.sweeps import Job, sweep

SHORT = Recipe(epochs=1, learning_rate=0.05)


def job(kind="plain", depth=3, **changes):
    return Job({"kind": kind, "depth": depth, "width": 10}, SHORT.replace(**changes), by_rule=False)


def by_key(results):
    return {one.key: run for one, run in results}


@dataclass(frozen=True)
class Fatal(Job):
    """Kills its own process: the first time only, if `mark` names a file."""

    mark: str = ""

    def run(self, report=None):
        if not self.mark or not Path(self.mark).exists():
            if self.mark:
                Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run()


@dataclass(frozen=True)
class Broken(Job):
    """Raises."""

    def run(self, report=None):
        raise RuntimeError("no such network")


def test_a_worker_gives_the_curve_that_this_process_gives():
    one = job("highway", 5)
    ((_, run),) = sweep([one], workers=1)
    digits = data.load("digits", device="cpu")
    here = fit(networks.mlp("highway", 5, width=10), digits, SHORT, progress=False)
    assert [r[:6] for r in run.records] == [r[:6] for r in here.records]
    assert run.status == "finished" and run.model is None


def test_the_largest_run_starts_first_and_finished_runs_are_not_repeated(tmp_path):
    jobs = [job(depth=d) for d in (3, 30, 10)]
    order = [j.network["depth"] for j, _ in sweep(jobs, workers=1, folder=tmp_path)]
    assert order == [30, 10, 3]
    files = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert len(files) == 3
    again = by_key(sweep([*jobs, job(depth=4)], workers=1, folder=tmp_path))
    assert len(again) == 4 and all(p.stat().st_mtime_ns == then for p, then in files.items())


def test_a_damaged_run_file_is_trained_again(tmp_path):
    one = job()
    list(sweep([one], workers=1, folder=tmp_path))
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text()[:40])
    ((_, run),) = sweep([one], workers=1, folder=tmp_path)
    assert run.status == "finished" and Run.load(file).status == "finished"


def test_another_description_has_another_key():
    keys = {job().key, job(seed=1).key, job(depth=4).key, job(learning_rate=0.1).key, job(epochs=2).key}
    assert len(keys) == 5 and job().key == job().key


def test_a_worker_that_dies_costs_one_retry_and_no_other_run(tmp_path):
    fatal = Fatal(job().network, SHORT.replace(seed=9), by_rule=False, mark=str(tmp_path / "died"))
    runs = by_key(sweep([fatal, *(job(seed=s) for s in range(4))], workers=2))
    assert len(runs) == 5 and {run.status for run in runs.values()} == {"finished"}


def test_a_run_that_kills_its_worker_twice_fails_alone():
    fatal = Fatal(job(depth=20).network, SHORT.replace(seed=9), by_rule=False)
    runs = by_key(sweep([fatal, *(job(seed=s) for s in range(3))], workers=2))
    error = runs[fatal.key].header["error"]
    assert runs[fatal.key].status == "failed" and "died twice: was memory short?" in error
    assert error.endswith('A script that calls sweep does so below if __name__ == "__main__":')
    assert [runs[job(seed=s).key].status for s in range(3)] == ["finished"] * 3


def test_a_run_that_raises_fails_alone_and_leaves_no_file(tmp_path):
    broken = Broken(job().network, SHORT.replace(seed=5), by_rule=False)
    runs = by_key(sweep([broken, job()], workers=1, folder=tmp_path))
    assert runs[broken.key].header["error"] == "RuntimeError: no such network"
    assert runs[job().key].status == "finished" and len(list(tmp_path.iterdir())) == 1


def test_any_executor_will_do():
    with ThreadPoolExecutor(1) as executor:
        runs = by_key(sweep([job(), job(seed=1)], executor))
    assert {run.status for run in runs.values()} == {"finished"}


def test_closing_the_sweep_ends_the_workers_and_keeps_what_had_finished(tmp_path):
    results = sweep([job(), job(depth=10, epochs=100_000), job(depth=11, epochs=100_000)], workers=3, folder=tmp_path)
    first, run = next(results)
    assert first == job() and run.status == "finished"
    results.close()

    assert not multiprocessing.active_children()
    assert [p.name for p in tmp_path.iterdir()] == [f"{first.key}.jsonl"]


def test_progress_arrives_while_a_run_trains():
    said = []
    list(sweep([job(depth=50, epochs=8)], workers=1, on_progress=said.append))
    assert said and all(p.job == job(depth=50, epochs=8).key and 1 <= p.epoch <= 8 for p in said)
    assert said[0].records < said[-1].records or len(said) == 1


def test_the_epochs_announced_are_the_epochs_trained():
    described = Job({"kind": "plain", "depth": 2, "width": 10}, Recipe(epochs=15, learning_rate=0.01), by_rule=True)
    assert described.epochs == 115
    records = []
    run = described.run(records.append)
    diverged, added = sum(loss == float("inf") for _, loss in run.header["trials"]), len(run.header["trials"]) - 13
    assert 22 * (115 - 5 * diverged) <= sum(r.split == "train" for r in records) <= 22 * (115 + 15 * added)


def test_the_content_of_the_data_belongs_to_the_description_and_none_leaves_the_key_as_it_was():
    one = job()
    assert one.key == "plain-3-seed0-18594021465f", "recordings are found by it"
    assert len({one.key, replace(one, content="a").key, replace(one, content="b").key}) == 3


def test_a_run_whose_file_cannot_be_written_still_comes_back_and_says_why(tmp_path, monkeypatch):
    def full(run, path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Run, "save", full)
    with ThreadPoolExecutor(1) as executor:
        ((_, run),) = sweep([job()], executor, folder=tmp_path)
    assert run.status == "finished" and run.header["unsaved"].endswith(".jsonl: No space left on device")
