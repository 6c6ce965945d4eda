"""The page's own engine beside PyTorch, and its kernels beside their source."""

import subprocess
from importlib.resources import files
from pathlib import Path

import needs
import parity_values
import pytest

ENGINE = Path(str(files("course.page"))) / "engine"
PAGE_TESTS = Path(__file__).parent / "page"


@pytest.mark.science
def test_the_engine_computes_what_pytorch_does_and_learns_what_the_course_says(tmp_path):
    node = needs.program("node")
    parity_values.write(tmp_path)
    compared = subprocess.run([node, PAGE_TESTS / "parity.mjs", tmp_path], capture_output=True, text=True)
    assert compared.returncode == 0, compared.stdout


def test_the_kernels_are_built_from_their_source(tmp_path):
    clang, node = needs.program("clang-19"), needs.program("node")
    built = tmp_path / "kernels.wasm"
    subprocess.run([ENGINE / "build.sh", built], check=True)
    committed, version = (
        (ENGINE / "kernels.wasm").read_bytes(),
        subprocess.check_output([clang, "--version"], text=True),
    )
    if version.split("version ")[1].split("\n")[0].encode() in committed:  # the compiler says who it is in the file
        assert built.read_bytes() == committed
    for kind in ("plain_bn", "highway", "stochastic_depth", "looks_linear", "rezero"):
        ours, theirs = (
            subprocess.check_output([node, PAGE_TESTS / "losses.mjs", kind, path], text=True)
            for path in (built, ENGINE / "kernels.wasm")
        )
        assert ours == theirs and len(ours.split()) == 22
