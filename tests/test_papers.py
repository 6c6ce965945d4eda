"""Claims and recordings: every recorded claim holds, and nothing is shown that was not measured."""

import re
from contextlib import closing
from dataclasses import replace

import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from course import data, measure, networks, papers, smoothing, training
from course.cli import app
from course.data import Dataset, Split
from course.papers.claim import above
from course.papers.veit2016 import SomeBlocks
from course.recipes import Recipe
from course.records import Run
from course.sweeps import Job

RECORDED = [name for name in papers.CLAIMS if papers.values(name)]


@pytest.mark.parametrize("name", RECORDED)
def test_every_recorded_claim_holds_with_its_seeds_and_says_how_it_was_made(name):
    assert papers.holds(name) is True, papers.table(name)
    (count,) = {len(found) for found in papers.values(name).values()}
    header = papers.header(name)
    said = {"hardware", "threads", "versions", "date", "command", "job_seconds", "peak_memory"}
    command, _, seeds = header["command"].rpartition(" ")
    assert said <= set(header) and command == f"course reproduce {name} --seeds"
    assert count == (len(seeds.split(",")) if "," in seeds else int(seeds))
    for runs in papers.recorded(name).values():
        assert [run.recipe.seed for run in runs] == list(range(count)) and count >= papers.claim(name).fewest_seeds


def test_the_recordings_are_small_and_belong_to_claims():
    files = [file for file in papers.FOLDER.rglob("*.json*") if file.is_file()]
    assert len(RECORDED) >= 3 and {file.parent.name for file in files} == set(RECORDED)
    for chapter in range(9):
        claims = {c.id for c in papers.CLAIMS.values() if (c.chapters or (0,))[0] == chapter}
        assert sum(file.stat().st_size for file in files if file.parent.name in claims) < 500_000, chapter
    assert sum(file.stat().st_size for file in papers.FOLDER.rglob("*.safetensors")) < 600_000


def test_a_table_shows_what_was_published_what_is_ours_and_where_there_is_nothing():
    shown = papers.table(chapter=3)
    text, html = repr(shown), shown.html()
    assert "plain 27.94 and 28.54 %" in text and "cannot here" not in text and "needs ImageNet" in text
    assert "[course-degradation]: training loss, 5 seeds\n" in text
    assert re.search(r"\n  plain 50 1\.\d\d \(1\.\d\d to \d\.\d\d\)\n", text)
    groups = sum(len(values) for _, values, _ in shown.claims)
    assert html.count('scope="row"') == groups and html.count('scope="rowgroup"') == len(shown.claims)
    assert text.count("recorded on: ") == html.count("recorded on: ") == 1, "hardware once"


def test_ours_alone_are_the_measured_rows_without_claim_hardware_or_command():
    shown = papers.ours("course-degradation")
    assert repr(shown).startswith("training loss, 5 seeds\n  plain 10 0.00") and len(repr(shown).splitlines()) == 3
    assert "recorded on" not in shown.html() and shown.html().count('scope="row"') == 2


def test_a_claim_without_recordings_says_not_yet_recorded(tmp_path):
    assert papers.recorded("course-degradation", tmp_path) == {}
    assert papers.holds("course-degradation", tmp_path) is None
    assert papers.state("course-degradation", tmp_path) == "not yet"
    claim = papers.claim("course-degradation")
    assert "not yet recorded" in repr(papers.Table(((claim, {}, {}),)))


def test_the_inequality_asks_for_a_distance_that_seeds_do_not_explain():
    holds = above(1.0, "deep", 0.5, "shallow")
    assert holds({"deep": [1.5, 1.6, 1.7], "shallow": [0.1, 0.2, 0.1]})
    assert not holds({"deep": [0.9, 0.8, 0.9], "shallow": [0.1, 0.2, 0.1]}), "below the margin"
    assert not holds({"deep": [1.5, 1.6, 0.05], "shallow": [0.1, 0.2, 0.1]}), "one run overlaps"
    assert not holds({"deep": [1.1, 9.0, 4.0], "shallow": [0.01, 0.2, 0.1]}), "seeds scatter more than the effect"


def test_recording_goes_on_where_it_stopped_and_refuses_what_belongs_to_another_claim(tmp_path, monkeypatch):
    small = papers.CLAIMS["course-degradation"]
    quick = {group: type(job)(job.network | {"depth": 3}, Recipe(epochs=1)) for group, job in small.groups.items()}
    claim = papers.Claim("quick", "test", "trains", groups={"a": quick["plain 10"]})
    monkeypatch.setitem(papers.CLAIMS, "quick", claim)
    runs = papers.record("quick", (0, 1), tmp_path, workers=1)
    assert next(runs)[0] == "a"
    runs.close()
    assert len(list(tmp_path.rglob("*.jsonl"))) == 1
    assert len(list(papers.record("quick", (0, 1), tmp_path, workers=1))) == 1, "the one that was missing"
    assert [run.recipe.seed for run in papers.recorded("quick", tmp_path)["a"]] == [0, 1]
    assert papers.holds("quick", tmp_path) is None, "two seeds are not three"
    papers.recorded.cache_clear()
    Run(Recipe(epochs=7), header={"group": "a"}).save(tmp_path / "quick" / "foreign.jsonl")
    with pytest.raises(ValueError, match=r"foreign.jsonl is no recording of quick: record it anew"):
        papers.recorded("quick", tmp_path)


def test_an_experiment_is_recorded_seed_by_seed_and_a_budget_is_kept(tmp_path, monkeypatch):
    measured = papers.Claim("odd", "test", "is odd", experiment=lambda seed: {"odd": 2 * seed + 1})
    measured = replace(measured, holds=lambda values: all(v % 2 for v in values["odd"]))
    monkeypatch.setitem(papers.CLAIMS, "odd", measured)
    assert list(papers.record("odd", (0, 1), tmp_path)) == [("odd", 0, 1.0), ("odd", 1, 3.0)]
    assert papers.holds("odd", tmp_path) is None and list(papers.record("odd", (2,), tmp_path, budget=-1)) == []
    assert list(papers.record("odd", (0, 1, 2), tmp_path)) == [("odd", 2, 5.0)], "only the one that was missing"
    assert papers.values("odd", tmp_path) == {"odd": [1, 3, 5]} and papers.holds("odd", tmp_path) is True
    assert papers.header("odd", tmp_path)["peak_memory"] > 1e6 and papers.state("odd", tmp_path) == "recorded"


def test_a_run_that_a_budget_ends_goes_on_from_its_checkpoint_to_the_same_result(tmp_path, monkeypatch):
    recipe = Recipe(epochs=30, learning_rate=0.05)
    job = Job({"kind": "plain", "depth": 3, "width": 200}, recipe, by_rule=False)
    monkeypatch.setitem(papers.CLAIMS, "long", papers.Claim("long", "test", "ends", groups={"a": job}))
    made, calls = [], 0
    while not made:
        made = list(papers.record("long", (0,), tmp_path, budget=0.15))
        calls += 1
    assert calls > 1, "the budget was too large for this test to mean anything"
    assert made == [("a", 0, smoothing.thinned(job.run()).loss)], "bit for bit, at the digits that a recording keeps"
    assert papers.recorded("long", tmp_path)["a"] and not list(tmp_path.rglob("*.checkpoint"))


def test_the_weights_of_a_trained_network_are_kept_at_half_precision(tmp_path, monkeypatch):
    recipe = Recipe(epochs=2, learning_rate=0.05)
    job = Job({"kind": "plain_bn", "depth": 3, "width": 20}, recipe, by_rule=False)
    kept = papers.Claim("kept", "test", "trains", groups={"a": job}, reads="test_accuracy", keeps_weights=True)
    monkeypatch.setitem(papers.CLAIMS, "kept", kept)
    for refused, words in (
        (lambda: papers.weights("kept", tmp_path), "no weights are kept of kept"),
        (lambda: list(papers.record("kept", (0,), tmp_path)), "give a budget, as in 9m"),
        (lambda: papers.weights("course-degradation"), "of these claims they can be: he2015-res"),
    ):
        with pytest.raises(ValueError, match=words):
            refused()
    [(_, _, accuracy)] = papers.record("kept", (0,), tmp_path, budget=60)
    [file] = tmp_path.rglob("*.safetensors")
    network, digits = networks.mlp("plain_bn", 3, 20), data.load("digits", device="cpu")
    assert file.stat().st_size < 2.2 * sum(v.numel() for v in network.state_dict().values()) + 2000
    network.load_state_dict(papers.weights("kept", tmp_path))
    assert training.evaluate(network, digits.test)[1] == pytest.approx(accuracy, abs=0.01)


def test_depths_and_data_choose_what_is_run(tmp_path, monkeypatch):
    jobs = {f"d{d}": Job({"kind": "plain", "depth": d, "width": 8}, Recipe(epochs=1), by_rule=False) for d in (2, 3)}
    monkeypatch.setitem(papers.CLAIMS, "two", papers.Claim("two", "test", "trains", groups=jobs))
    made = list(papers.record("two", (0,), tmp_path, workers=1, depths=(3,), data="digits", budget=60))
    assert [group for group, _, _ in made] == ["d3"]
    with pytest.raises(ValueError, match="two has networks of depth 2, 3; got"):
        list(papers.record("two", (0,), tmp_path, depths=(9,)))
    for options in ({"depths": (3,)}, {"data": "digits"}):
        with pytest.raises(ValueError, match="measured on networks and data of its own: leave out --depths and --data"):
            list(papers.record("course-collapse", (0,), tmp_path, **options))


def test_a_name_that_means_other_images_by_now_is_refused_and_the_recordings_stay(tmp_path, monkeypatch):
    """Of a data set that was recorded before there was a digest, sizes and labels are compared."""
    jobs = {"a": Job({"kind": "plain", "depth": 2, "width": 8}, Recipe(epochs=1, batch_size=4), by_rule=False)}
    monkeypatch.setitem(papers.CLAIMS, "quick", papers.Claim("quick", "test", "trains", groups=jobs))
    pictures = tmp_path / "pictures"
    g = torch.Generator().manual_seed(0)
    for name in [f"{kind}/{number}.png" for kind in ("cat", "dog") for number in range(6)]:
        (pictures / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(torch.randint(0, 256, (8, 8), generator=g, dtype=torch.uint8).numpy()).save(pictures / name)

    def recorded(seed=0, data=str(pictures)):
        return list(papers.record("quick", (seed,), tmp_path, data=data, budget=60))

    assert len(recorded()) == 1 and recorded() == [] and len(recorded(seed=1)) == 1
    kept = {file: file.read_bytes() for file in tmp_path.rglob("*.jsonl")}
    (other := Image.open(pictures / "cat/0.png").copy()).putpixel((0, 0), 255 - other.getpixel((0, 0)))
    other.save(pictures / "cat/0.png")
    for refused in (recorded, lambda: recorded(seed=2), lambda: recorded(data="digits")):
        with pytest.raises(ValueError, match=r"was recorded on pictures, \d+ training images, and .* with --out"):
            refused()
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.jsonl")} == kept and len(kept) == 2
    for file in kept:
        file.write_text(re.sub(r',"digest":"\w+"', "", file.read_text(), count=1))
    assert recorded() == []


def test_what_is_recorded_on_a_folder_is_still_found_by_the_folders_name():
    job, folder = papers.claim("he2015-rates-cifar10").jobs((0,)), papers.FOLDER / "he2015-rates-cifar10"
    keys = {replace(j, data=j.data | {"name_or_folder": "cifar10-jpeg"}).key for _, j in job}
    assert keys == {file.stem for file in folder.glob("*.jsonl")}


def test_the_command_lists_checks_and_refuses_in_words(tmp_path):
    run = CliRunner()
    listed = run.invoke(app, ["reproduce"])
    assert listed.exit_code == 0 and "he2015-imagenet: cannot here: needs ImageNet" in listed.output
    assert run.invoke(app, ["reproduce", "--check"]).exit_code == 0
    for name, words in (("he2016", "there are course-gradient"), ("he2015-imagenet", "nothing of he2015-imagenet")):
        refused = run.invoke(app, ["reproduce", name, "--out", str(tmp_path)])
        assert refused.exit_code == 2 and words in refused.output


@pytest.mark.parametrize(("name", "group", "rate"), [
    ("he2015-cifar10", "plain 20", 0.1),
    ("he2015-cifar10-residual", "residual 20", 0.1),
    ("huang2016-cifar", "stochastic", 0.1),
    ("srivastava2015-mnist", "32 channels", 0.01),
    ("srivastava2015-cifar", "cifar100", 0.025),
])  # fmt: skip
def test_the_paper_scale_recipes_can_take_a_step(name, group, rate):
    job = papers.claim(name).groups[group]
    images = made_up(1, 28) if "mnist" in name else made_up(3, 32)
    with closing(training.train(job.build(images), images, job.recipe)) as records:
        assert next(records).learning_rate == rate


def made_up(channels, size):
    """A batch of noise in the shape of MNIST or CIFAR."""
    g = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (128, channels, size, size), generator=g, dtype=torch.uint8)
    mean, deviation = torch.full((channels, 1, 1), 128.0), torch.full((channels, 1, 1), 64.0)
    split = Split(images, torch.arange(128) % 10, mean, deviation)
    return Dataset("made up", tuple("0123456789"), split, split)


def test_some_blocks_compute_in_each_training_step_others_each_time_and_all_in_evaluation():
    network = SomeBlocks(networks.mlp("residual", 18), 3)
    network.generator, used = torch.Generator().manual_seed(0), []
    for place, block in enumerate(measure.residual_blocks(network)):
        block.branch.register_forward_hook(lambda *_, place=place: used.append(place))
    steps = []
    for _ in range(20):
        network(torch.randn(4, 64))
        steps.append(frozenset(used))
        used.clear()
    assert {len(step) for step in steps} == {3} and len(set(steps)) > 5 and frozenset.union(*steps) == set(range(8))
    network.eval()(torch.randn(4, 64))
    assert used == list(range(8))
