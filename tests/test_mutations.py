"""Each mutant of `tests/mutations.py` still fits the course. That a test fails for it takes minutes; this does not."""

import pytest
from mutations import MUTANTS, ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what)
def test_what_a_mutant_changes_stands_once_in_its_file_and_its_tests_are_there(mutant):
    text = (ROOT / "course" / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1 and mutant.new != mutant.old
    assert all((ROOT / "tests" / f"test_{name}.py").is_file() for name in mutant.tests.split())
