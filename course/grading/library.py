"""The library as it lies in the box: a copy of `course` without exercises, solutions and recordings, in which what the
chapter asks for is not written yet.
"""

from __future__ import annotations

import ast
import shutil
import threading
from pathlib import Path

import course

SOURCE = Path(course.__file__).parent
LEFT_OUT = ("__pycache__", "recordings", "page", "report", "cli.py", "compare.py", "doctor.py", "release.py")
KEPT = {
    "exercises": ("exercise.py", "given.py", "inputs.py", "observing.py", "operations.py", "timeout.py"),
    "grading": ("confinement.py", "reading.py", "zygote.py"),
}
NO_CHECK = '''"""Here nothing is checked: the judge does it. So an answer is the student's own."""


def check(name, answer):
    return True


def yours(name, answer):
    return answer
'''
ONE_AT_A_TIME = threading.Lock()  # boxes start in threads, and with two of them in it Python 3.11's ast.parse may fail
NOT_HERE = "the library's own answer to an exercise is not there while answers are graded"

# What answers a chapter's exercises in the library, under whatever name. Missing is `initializers.he_normal_`, with
# which inputs of chapter 3 are made: it is only noticed where it stands itself under the exercise's name.
ANSWERS: dict[str, dict[str, tuple[str, ...]]] = {
    "01": {"measure/checking.py": ("gradient_check",), "training/optimizers.py": ("sgd_update",),
           "training/rates.py": ("largest_stable_learning_rate",)},
    "02": {"blocks/from_scratch.py": ("Dropout", "BatchNorm")},
    "03": {"measure/counting.py": ("count_parameters",), "networks/identity.py": ("deepen_with_identity",),
           "measure/layers.py": ("gradient_norms", "activation_cosines"), "measure/signals.py": ("arc_cosine_map",)},
    "04": {"blocks/dense.py": ("Highway",), "networks/mlp.py": ("gate_bias_for_depth",),
           "measure/highway.py": ("gate_activity",), "measure/lesions.py": ("lesion", "delete_blocks")},
    "05": {"blocks/dense.py": ("Residual",), "blocks/conv.py": ("ShortcutA",), "networks/resnets.py": ("cifar_resnet",),
           "measure/paths.py": ("path_lengths",), "measure/lesions.py": ("delete_blocks",)},
    "06": {"blocks/stochastic.py": ("survival_probabilities", "expected_blocks", "StochasticDepth", "DropPath")},
    "07": {"measure/gradients.py": ("input_gradient", "autocorrelation"), "initializers.py": ("looks_linear_",),
           "blocks/dense.py": ("CReLU", "LooksLinear")},
}  # fmt: skip


def copy(to: Path, chapter: str) -> Path:
    """Write the copy for a chapter into the new folder `to`, from which it can be imported; returns the folder."""
    home = to / "course"
    shutil.copytree(SOURCE, home, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for room, kept in KEPT.items():
        shutil.rmtree(home / room)
        (home / room).mkdir()
        (home / room / "__init__.py").write_text(NO_CHECK if room == "exercises" else '"""In the box."""\n')
        for name in kept:
            shutil.copyfile(SOURCE / room / name, home / room / name)
    for file, names in ANSWERS.get(chapter, {}).items():
        (home / file).write_text(without((SOURCE / file).read_text(encoding="utf-8"), names), encoding="utf-8")
    for path in [to, *to.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return to


def without(source: str, names: tuple[str, ...]) -> str:
    """A module's source in which calling these functions and classes raises NotImplementedError.

    Raises ValueError for a name that the module does not define.
    """
    with ONE_AT_A_TIME:
        return _without(source, names)


def _without(source: str, names: tuple[str, ...]) -> str:
    tree = ast.parse(source)
    raises = ast.parse(f"raise NotImplementedError({NOT_HERE!r})").body
    makes = ast.parse(f"def __init__(self, *given, **named):\n    raise NotImplementedError({NOT_HERE!r})").body
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for name in names:
        if name not in found:
            raise ValueError(f"the library defines no {name!r} to leave out; there are {', '.join(found)}")
        found[name].body = list(makes if isinstance(found[name], ast.ClassDef) else raises)
    return ast.unparse(tree)
