"""Do the tests bite? One formula at a time is changed in a copy of the course; a test must fail for each.

    uv run python tests/mutations.py [WORD]      only the mutants whose description contains WORD

Prints a table: the mutant and the first test that fails for it. Exit code 1 if one survives. Takes some minutes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Mutant(NamedTuple):
    """Replace `old`, which stands once in `file`, by `new`; `tests` are the test files to run, for JavaScript all."""

    what: str
    file: str
    old: str
    new: str
    tests: str


MUTANTS = [
    Mutant("fits its data: fewer outputs than classes", "training/checking.py", "logits.shape[1] < len(data.classes)", "logits.shape[1] < 1", "machine"),
    Mutant("fits its data: trying moves the averages", "training/checking.py", "logits = model.eval()(", "logits = model.train()(", "machine"),
    Mutant("fits its data: a run goes on with other images", "training/fitting.py", '"digest": data.digest,', '"digest": "",', "training"),
    Mutant("fits its data: recordings of two data sets", "papers/recording.py", "if not any(training.same_data(then, each) for each in now):", "if not now:", "papers"),
    Mutant("as people have them: EXIF ignored", "data/pictures.py", "return ImageOps.exif_transpose(image)", "return image", "odd_folders"),
    Mutant("as people have them: transparent on black", "data/pictures.py", 'above.size, "white")', 'above.size, "black")', "odd_folders"),
    Mutant("as people have them: results keyed by the name", "compare.py", "content=dataset.digest", 'content=""', "terminal"),
    Mutant("as people have them: the widest container counts", "devices/container.py", "min(shares", "max(shares", "machine"),
    Mutant("gate sign", "blocks/dense.py", "t * F.relu(self.transform(x)) + (1 - t) * x", "(1 - t) * F.relu(self.transform(x)) + t * x", "blocks"),
    Mutant("carry without transform", "blocks/dense.py", "+ (1 - t) * x", "+ x", "blocks"),
    Mutant("gate bias of the wrong sign", "blocks/dense.py", '"bias"), self.gate_bias)', '"bias"), -self.gate_bias)', "blocks networks"),
    Mutant("missing skip", "blocks/dense.py", "self.after(self.branch(x) + self.shortcut(x))", "self.after(self.branch(x))", "blocks"),
    Mutant("no ReLU after the sum", "blocks/dense.py", "return self.after(self.branch(x) + self.shortcut(x))", "return self.branch(x) + self.shortcut(x)", "blocks"),
    Mutant("ReZero starts at 1", "blocks/dense.py", "nn.init.zeros_(self.scale)", "nn.init.ones_(self.scale)", "blocks"),
    Mutant("CReLU without the negative half's sign", "blocks/dense.py", "F.relu(-x)]", "F.relu(x)]", "blocks networks"),
    Mutant("biased running variance", "blocks/from_scratch.py", "var * count / (count - 1)", "var", "blocks"),
    Mutant("unbiased batch variance", "blocks/from_scratch.py", "correction=0", "correction=1", "blocks"),
    Mutant("batch norm without eps", "blocks/from_scratch.py", "+ self.eps)", ")", "blocks"),
    Mutant("unscaled dropout mask", "blocks/from_scratch.py", "x * self.mask / keep", "x * self.mask", "blocks"),
    Mutant("dropout: p for 1 - p", "blocks/from_scratch.py", "keep = 1 - self.drop_probability", "keep = self.drop_probability", "blocks"),
    Mutant("survival off by one", "blocks/stochastic.py", "for index in range(1, blocks + 1)", "for index in range(blocks)", "blocks"),
    Mutant("stochastic depth unscaled in eval", "blocks/stochastic.py", "self.survival_probability * self.branch(x) + self", "self.branch(x) + self", "blocks"),
    Mutant("stochastic depth: p for 1 - p", "blocks/stochastic.py", "generator=self.generator) < self.survival", "generator=self.generator) > self.survival", "blocks"),
    Mutant("a dropped block is computed all the same", "blocks/stochastic.py", "self.branch(x) + self.shortcut(x) if self.alive else self.shortcut(x)", "self.alive * self.branch(x) + self.shortcut(x)", "blocks"),
    Mutant("DropPath unscaled", "blocks/stochastic.py", "y * kept / self.survival_probability", "y * kept", "blocks"),
    Mutant("DropPath draws once a batch", "blocks/stochastic.py", "(len(x), *[1] * (x.dim() - 1))", "(1, *[1] * (x.dim() - 1))", "blocks"),
    Mutant("shortcut A pads the front", "blocks/conv.py", "(0, 0, 0, 0, 0, self.extra)", "(0, 0, 0, 0, self.extra, 0)", "blocks"),
    Mutant("bottleneck's stride in the first 1x1", "blocks/conv.py", "        conv(inputs, width, 1), nn.BatchNorm2d(width), nn.ReLU(),\n        conv(width, width, stride=stride), nn.BatchNorm2d(width), nn.ReLU(),\n        conv(width, outputs, 1), nn", "        conv(inputs, width, 1, stride), nn.BatchNorm2d(width), nn.ReLU(),\n        conv(width, width), nn.BatchNorm2d(width), nn.ReLU(),\n        conv(width, outputs, 1), nn", "networks"),
    Mutant("arc-cosine map with the angle for its supplement", "measure/signals.py", "(math.pi - cosine.arccos()) * cosine", "cosine.arccos() * cosine", "measure"),
    Mutant("mean cosine with each signal beside itself", "measure/layers.py", "(total.square().sum() - n).div(n * (n - 1) or torch.nan)", "total.square().sum().div(n * n or torch.nan)", "measure"),
    Mutant("He with fan-out", "initializers.py", "math.sqrt(2 / fans(weight)[0])", "math.sqrt(2 / fans(weight)[1])", "initializers"),
    Mutant("fan without the kernel's area", "initializers.py", "kernel = math.prod(weight.shape[2:])\n    return", "kernel = 1\n    return", "initializers"),
    Mutant("Glorot with 1 instead of 2", "initializers.py", "math.sqrt(2 / sum(fans(weight)))", "math.sqrt(1 / sum(fans(weight)))", "initializers"),
    Mutant("looks-linear with equal halves", "initializers.py", "[half, -half]", "[half, half]", "initializers networks"),
    Mutant("Fixup with the wrong exponent", "initializers.py", "(-1 / (2 * len(weights) - 2))", "(1 / (2 * len(weights) - 2))", "initializers"),
    Mutant("gate bias without the depth", "networks/mlp.py", "kept ** (1 / max(gates, 1))", "kept", "networks"),
    Mutant("depth counts one block too many", "networks/mlp.py", "return (depth - 2) //", "return (depth - 1) //", "networks"),
    Mutant("momentum with (1 - beta)", "training/optimizers.py", "dampening=0.0", "dampening=recipe.momentum", "training"),
    Mutant("decay on biases", "training/optimizers.py", "recipe.decay_all or parameter.dim() > 1", "True", "training"),
    Mutant("Nesterov ignored", "training/optimizers.py", "nesterov=recipe.nesterov", "nesterov=False", "training"),
    Mutant("gradients are summed over steps", "training/optimizers.py", "            p.grad = None", "            pass", "training"),
    Mutant("evaluation in train mode", "training/evaluation.py", "    model.eval()\n    loss, correct", "    loss, correct", "training"),
    Mutant("a new order only once", "training/state.py", "SEED_DISTANCE + epoch)", "SEED_DISTANCE)", "training"),
    Mutant("resuming repeats the epoch", "training/state.py", "self.order(epoch)), done, None)", "self.order(epoch)), 0, None)", "training"),
    Mutant("checkpoints without random numbers", "training/state.py", 'generator.set_state(saved["generators"][name].cpu())', "pass", "training"),
    Mutant("a diverged step is applied", "training/loop.py", "not diverged(loss.item())", "True", "training"),
    Mutant("divergence only at infinity", "records.py", "return not loss <= DIVERGED_ABOVE", "return not loss < math.inf", "training"),
    Mutant("training loss over the whole run", "records.py", "[r.loss for r in steps if r.epoch == steps[-1].epoch]", "[r.loss for r in steps]", "training"),
    Mutant("five go on to the end", "training/rates.py", "(2 / 3, 4)", "(2 / 3, 5)", "rates"),
    Mutant("four go on after a third", "training/rates.py", "(1 / 3, 6)", "(1 / 3, 4)", "rates"),
    Mutant("all train for half of the epochs", "training/rates.py", "((1 / 3, 6)", "((1 / 2, 6)", "rates"),
    Mutant("who has left comes back", "training/rates.py", "sorted(finalists, key=_rank)[:count]", "sorted(trials, key=_rank)[:count]", "rates"),
    Mutant("a stacked gate that carries", "training/stack.py", "torch.lerp(x, h, t)", "torch.lerp(h, x, t)", "stack"),
    Mutant("a stacked gate without its gradient", "training/stack.py", ".baddbmm_(w_t.mT, dt)", "", "stack"),
    Mutant("the worst win", "training/rates.py", "return (loss, -rate) if", "return (-loss, -rate) if", "rates"),
    Mutant("the ladder is extended at its other end", "training/rates.py", 'reverse=end == "top"', 'reverse=end == "bottom"', "rates"),
    Mutant("the ladder's end is that before it was extended", "training/rates.py", '"ladder_end"] = _end(winner, ladder)', '"ladder_end"] = end', "rates"),
    Mutant("a stacked run's gradient is divided by the runs", "training/stack.py", "losses.mean(1).sum().backward()", "losses.mean().backward()", "stack"),
    Mutant("a dropped block moves on in a stack", "training/stack.py", "            if there:\n", "            if True:\n", "stack"),
    Mutant("stacked biases decay", "training/stack.py", "recipe.weight_decay > 0 and decays(p, recipe)", "recipe.weight_decay > 0", "stack"),
    Mutant("stacked runs share batch norm's statistics", "training/stack.py", "(v.reshape(-1) for v in (self.running_mean,", "(v.reshape(-1) for v in (self.running_mean * 0,", "stack"),
    Mutant("a stack without label smoothing", "training/stack.py", "label_smoothing=smoothing)", "label_smoothing=0.0)", "stack"),
    Mutant("a run that leaves still shares its weights", "training/stack.py", "p.data, p.grad = p.data.clone(),", "p.data, p.grad = p.data,", "stack rates"),
    Mutant("a run that leaves draws as one that begins", "training/stack.py", "generator.set_state(self.shared.generators[name].get_state())", "pass", "rates"),
    Mutant("steps fall one step early", "recipes.py", "step > fraction * steps", "step >= fraction * steps", "recipes"),
    Mutant("cosine without its half", "recipes.py", "(1 - self.final) * (1 + math.cos(math.pi * _progress(step, steps))) / 2", "(1 - self.final) * (1 + math.cos(math.pi * _progress(step, steps)))", "recipes"),
    Mutant("normalised by the wrong constants", "data/dataset.py", "(self.images[index].float() - self.mean) / self.std", "self.images[index].float() - self.mean", "data"),
    Mutant("the last, smaller batch is kept", "data/dataset.py", "order[: len(order) // size * size].split(size)", "order.split(size)", "data training"),
    Mutant("validation images stay in training", "data/dataset.py", "self.train.select(order[count:])", "self.train", "data"),
    Mutant("cosines without what came up", "measure/gradients.py", "(d @ d.T) * (h @ h.T)", "(d @ d.T)", "measure"),
    Mutant("centred at each batch", "networks/line_networks.py", "return x - self.mean", "return x - x.detach().mean(0)", "measure"),
    Mutant("autocorrelation without its mean", "measure/gradients.py", "z = rows - rows.mean(1, keepdim=True)", "z = rows", "measure"),
    Mutant("blocks in the order in which they were", "measure/lesions.py", "here, there = units[place], units[taken]", "here = there = units[place]", "measure"),
    Mutant("a lesion: batch norm learns meanwhile", "measure/lesions.py", "preserved(model, training=False), torch", "preserved(model), torch", "measure"),
    Mutant("a lesion: a module that is held twice", "measure/lesions.py", "if place < at:", "if place < 0:", "measure"),
    Mutant("a place is left out, not its block", "measure/lesions.py", "computes = [gone if taken in without", "computes = [gone if place in without", "measure"),
    Mutant("a touched network that is measured whole", "labs/touching.py", "arrangement.order, arrangement.out", "arrangement.order", "labs"),
    Mutant("a second swap takes places for layers", "labs/arrangement.py", "places.get(block, block) for block in self.order", "self.order[places.get(place, place)] for place in range(len(self.order))", "labs"),
    Mutant("a path that also takes the shortcut", "measure/paths.py", "after(branch(x) + shortcut(x).detach())", "after(branch(x) + shortcut(x))", "measure"),
    Mutant("measuring moves running averages", "measure/preserving.py", "b.clone() for", "b for", "measure"),
    Mutant("a case that does not look at what is shared", "exercises/chapter03.py", 'yield given.shared("network", deeper)\n    _train', "_train", "exercises"),
    Mutant("a case that looks at another input", "exercises/chapter02.py", "network(given.probe)", "network(given.x)", "exercises"),
    Mutant("a case that takes the gradient of another loss", "exercises/operations.py", "module(x).square().sum() / 2", "module(x).sum()", "exercises"),
    Mutant("a case that sees the same whatever the answer", "exercises/chapter05.py", 'yield "the list of its blocks, each (before, after, stride), is", given.block.calls\n    yield "the number of its parameters is", parameters(network)\n\n', 'yield "the list of its blocks, each (before, after, stride), is", given.block.calls\n    yield "the number of its parameters is", 1114\n\n', "exercises"),
    Mutant("inputs that do not follow their seed", "exercises/inputs.py", "make(Generator().manual_seed(seed)", "make(Generator().manual_seed(0)", "exercises"),
    Mutant("inputs that two answers share", "exercises/inputs.py", "copy.deepcopy(values)", "dict(values)", "exercises"),
    Mutant("inputs that are not remembered", "exercises/given.py", "{name: State(value) for name, value in inputs.items()}", "{name: State(None) for name, value in inputs.items()}", "exercises"),
    Mutant("nothing is ever changed", "exercises/given.py", "return None if all(same)", "return None if True", "exercises"),
    Mutant("nothing is ever shared", "exercises/given.py", "so = any(", "so = False and any(", "exercises"),
    Mutant("what is equal is the same object", "exercises/given.py", "result is self._inputs[name]", "type(result) is type(self._inputs[name])", "exercises"),
    Mutant("no refusal passes for one", "exercises/operations.py", "so = False", "so = True", "exercises"),
    Mutant("any error passes for the right one", "exercises/operations.py", "except error:", "except Exception:", "exercises"),
    Mutant("an average of one draw", "exercises/operations.py", "in range(times)", "in range(1)", "exercises"),
    Mutant("what was seen may still change", "exercises/observing.py", "numbers(value).copy()", "numbers(value)", "exercises"),
    Mutant("a tolerance ten times as large", "exercises/observing.py", "atol=tolerance * max", "atol=10 * tolerance * max", "exercises"),
    Mutant("shapes that do not fit are broadcast", "exercises/observing.py", "[value.shape for value in seen] != [value.shape for value in expected]", "len(seen) != len(expected)", "exercises"),
    Mutant("a case leaves its random numbers behind", "exercises/observing.py", "with undisturbed(), np", "with np", "exercises"),
    Mutant("a yes is said as a no", "exercises/feedback.py", "said.yes if said.so else said.no", "said.no if said.so else said.yes", "exercises"),
    Mutant("the call is noted after it was answered", "exercises/checking.py", "self.call = self.call or typed(self.name, given)", "self.call = typed(self.name, given) if self.call else 'again'", "exercises"),
    Mutant("nothing is ever written", "exercises/expected.py", "return [_steps(code) for code in written] ==", "return written is not None or [] ==", "exercises"),
    Mutant("each case takes its time", "exercises/checking.py", "given_up = any(", "given_up = False and any(", "exercises"),
    Mutant("a case's hint for every error", "exercises/checking.py", 'case.hint if isinstance(raised, case.on) else ""', "case.hint", "exercises"),
    Mutant("any usual mistake that fits", "exercises/checking.py", "max(names, key=lambda name: fits[name])", "min(names)", "exercises"),
    Mutant("switches stay as an answer left them", "exercises/observing.py", "            _switch(before)\n", "", "exercises"),
    Mutant("the hint of another mistake", "exercises/expected.py", '["hints"][mistake]', '["hints"][min(self.values[exercise.name]["hints"])]', "exercises"),
    Mutant("the hint of a mistake that was not made", "exercises/expected.py", "(self._shows(shown[name], case, seen)", "(not self._shows(shown[name], case, seen)", "exercises"),
    Mutant("points for every case", "exercises/checking.py", "return self.most * got / total if total else 0.0", "return self.most", "exercises"),
    Mutant("an edit may fit twice", "exercises/mistakes.py", "if times != 1:", "if times < 1:", "exercises"),
    Mutant("a mistake that is none", "exercises/mistakes.py", ".replace(mistake.old, mistake.new)", "", "exercises"),
    Mutant("the stub that ships is the worked answer", "release.py", "student(cell_of(notebook, exercise.name))", "cell_of(notebook, exercise.name)", "release"),
    Mutant("words of mistakes that do not ship", "release.py", "{mistake.name: mistake.words for", "{mistake.name: mistake.name for", "release"),
    Mutant("the mistakes' values from the worked answer", "release.py", "_shown(case, wrongly, exercise.seconds)", "_shown(case, answer, exercise.seconds)", "release"),
    Mutant("an answer stays in the students' form", "release.py", "        elif stub is None:\n            kept", "        if not words.startswith(STUB):\n            kept", "release"),
    Mutant("a cell of compare.json keeps the first seed", "compare.py", "jobs[kind, depth, seed] = _job(", "jobs[kind, depth] = _job(", "compare"),
    Mutant("a rate of one's own is searched all the same", "compare.py", "by_rule=settings.learning_rate is None", "by_rule=True", "compare"),
    Mutant("depths are taken as they are wanted", "compare.py", "networks.nearest_depth(kind, wanted)", "wanted", "compare"),
    Mutant("whatever was broken off counts as complete", "compare.py", '"complete": len(finished) == len(plan.jobs)', '"complete": True', "compare"),
    Mutant("the loss of another cell", "compare.py", '"loss": finite(run.loss)', '"loss": finite(run.eval_loss)', "compare"),
    Mutant("a network that learned nothing is praised", "summaries.py", "return loss >= NO_BETTER", "return loss < NO_BETTER", "page report"),
    Mutant("ready says what was asked for, not what is built", "labs/depth.py", "{self.depth(settings)}", "{settings['depth']}", "page"),
    Mutant("a moved control hides what came out", "page/status.py", "latest is None or moved", "latest is None", "page"),
    Mutant("the question does not come first", "page/status.py", "not lab.question.done", "lab.question.done", "page"),
    Mutant("stopped and diverged change places", "page/status.py", "else lab_run.status", "else {'stopped': 'diverged'}.get(lab_run.status, lab_run.status)", "page"),
    Mutant("a name says all settings", "labs/naming.py", "if any(other.get(word, \"\") != mine[word] for other in all_of_them)", "", "page"),
    Mutant("the worst rate leads", "page/messages.py", "min(losses, key", "max(losses, key", "page"),
    Mutant("rows go out twice", "page/messages.py", "records[sent.rows :]", "records", "page"),
    Mutant("smoothing starts anew in each message", "page/messages.py", "means = self.loss.add(record.loss)", "means = RunningMean().add(record.loss)", "page"),
    Mutant("a recording stays beside the run of its settings", "labs/opening.py", "self.recorded and lab_run.settings not in turns", "self.recorded", "page"),
    Mutant("recordings keep a reader's runs off the chart", "labs/opening.py", "room = MOST_RUNS - len(self.runs)", "room = MOST_RUNS - len(self.on_chart)", "page"),
    Mutant("recordings answer a question of the course", "labs/opening.py", "(self.question, self.above)", "(self.question,)", "page"),
    Mutant("the run of the controls' settings does not come last", "labs/opening.py", "[*(settings for settings in declared if settings != now), now]", "declared", "page"),
    Mutant("a film: the lab opens with the first picture", "labs/instant.py", "film[0 if self.asking else -1]", "film[0]", "films"),
    Mutant("a film: an open question is not minded", "labs/instant.py", "film[0 if self.asking else -1]", "film[-1]", "films"),
    Mutant("a film: other settings play it too", "labs/instant.py", "if start | changed == self.settings", "if True", "films"),
    Mutant("a film: a map's least value is lost", "views/storing.py", "blank.scale.low + steps", "steps", "films"),
    Mutant("a film: what measures the machine is played", "labs/time.py", 'anew = "Train measures this machine"', 'anew = ""', "films"),
    Mutant("weights that ship: biases at half precision too", "shipped.py", "v.is_floating_point() and v.ndim > 1", "v.is_floating_point()", "films"),
    Mutant("weights that ship: a network trains all the same", "labs/trained.py", "if at_hand is None or _anew.get():", "if True:", "films"),
    Mutant("blocks by hand: those that are not there stay", "labs/controls.py", "if number <= last)", "if number <= last + 1)", "lesion_lab"),
    Mutant("blocks by hand: one that is out has its bar", "labs/lesion.py", "math.nan if block in out else value", "value", "lesion_lab"),
    Mutant("a landscape's line: at the nearer point", "labs/landscape.py", "places[i] + share * (places[j] - places[i])", "places[i]", "films"),
    Mutant("blocks by hand: one that is out has no cross", "labs/lesion.py", "x=span, out=found.out, percent=True", "x=span, percent=True", "lesion_lab"),
    Mutant("blocks by hand: the base line is the whole network", "labs/lesion.py", "[block - 1 for block in out]", "[]", "lesion_lab"),
    Mutant("a run is read while it is filled", "labs/lab_run.py", "list(run.records), status", "run.records, status", "page"),
    Mutant("the status is read after the records", "labs/lab_run.py", "    status = run.status\n    return Run(run.recipe, list(run.records), status, run.header)", "    records = list(run.records)\n    return Run(run.recipe, records, run.status, run.header)", "page"),
    Mutant("an error becomes a traceback", "page/page.py", "except Exception as error:", "except KeyError as error:", "page"),
    Mutant("a frame that grows while it is drawn", "views/figures.py", "tuple(getattr(self, name))", "getattr(self, name)", "views"),
    Mutant("page: a hole is not noticed", "page/runs.js", "const fresh = series.start <= this.rows;", "const fresh = true;", ""),
    Mutant("page: what comes twice is added twice", "page/runs.js", "Math.max(series.start, this.rows)", "series.start", ""),
    Mutant("page: a divergence is smoothed away", "page/runs.js", "const UNSMOOTHED = 3;", "const UNSMOOTHED = 0;", ""),
    Mutant("page: labels lie on each other", "page/axes.js", "const middle = members.reduce", "const middle = 0 * members.reduce", ""),
    Mutant("page: an axis that cuts off the lowest loss", "page/axes.js", "value < smallest) smallest", "value > smallest) smallest", ""),
    Mutant("page: a question overtakes the one under way", "page/turns.js", "if (underWay) waiting", "if (false) waiting", ""),
    Mutant("page: the first setting stays, not the last", "page/turns.js", "(_, next) => next", "(first) => first", ""),
    Mutant("page: 9.999 has two digits too many", "page/words.js", "const rounded = +size.toPrecision(size < 1 ? 2 : 3);", "const rounded = size;", ""),
]  # fmt: skip


def main() -> int:
    """Try the mutants; the number of survivors is the exit code's truth."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [m for m in MUTANTS if word in m.what]
    survivors = 0
    for mutant in chosen:
        killer = killed_by(mutant)
        survivors += killer is None
        print(f"{mutant.what:44} {killer or 'SURVIVED'}", flush=True)
    print(f"\n{len(chosen)} mutants, {survivors} survived")
    return min(survivors, 1)


def killed_by(mutant: Mutant) -> str | None:
    """The first test that fails in a copy of the course with this change; None if none does."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("course", "tests", "solutions", "notebooks"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        file = copy / "course" / mutant.file
        text = file.read_text()
        assert text.count(mutant.old) == 1, (
            f"{mutant.what}: the line to change stands {text.count(mutant.old)} times in {mutant.file}"
        )
        file.write_text(text.replace(mutant.old, mutant.new))
        return (_by_node if file.suffix == ".js" else _by_pytest)(mutant, copy)


def _by_node(mutant: Mutant, copy: Path) -> str | None:
    tests = sorted(str(file) for file in (copy / "tests" / "page").glob("*.test.mjs"))
    done = subprocess.run(["node", "--test", *tests], cwd=copy, capture_output=True, text=True)
    failed = re.search(r"^\s*not ok \d+ - (.+)$", done.stdout, re.M)
    return failed.group(1) if failed else None


def _by_pytest(mutant: Mutant, copy: Path) -> str | None:
    tests = [f"tests/test_{name}.py" for name in mutant.tests.split()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(copy), *tests]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    failed = re.search(r"^(?:FAILED|ERROR) tests/test_\w+\.py(?:::(\S+))?", done.stdout, re.M)
    assert done.returncode in (0, 1, 2), done.stdout + done.stderr
    return (failed.group(1) or "the tests cannot even be read") if failed else None


if __name__ == "__main__":
    sys.exit(main())
