"""Numbers and durations read the same in Python and on the page."""

import json
import math
import subprocess
from pathlib import Path

import needs
import pytest

from course import wording

TABLE = Path(__file__).parent / "page" / "words_table.mjs"
SPECIAL = [None, math.nan, math.inf, -math.inf, 0.0, -0.0]
TIES = [0.125, 12.25, 0.375, 1.125, 2.5, 0.5, 0.03125, 3.125, 1025.0, 1050.0, 125000.0, 0.0625, 10.25, 31.25, 0.0078125]
EDGES = [
    *(1e-5, 9.94e-5, 9.95e-5, 9.995e-5, 9.9949e-5, 9.9999e-5, 1e-4, 1.04e-4, 1.05e-4, 0.00051, 0.000999, 0.00126),
    *(0.00995, 0.0099499, 0.0996, 0.126, 0.994, 0.995, 0.9949, 0.996, 0.999, 0.9999, 0.99999, 1.0, 1.004, 1.005, 1.006),
    *(2.3026, 4.995, 9.994, 9.995, 9.996, 9.999, 10.0, 10.04, 10.05, 12.34, 23.4, 99.94, 99.95, 99.96, 99.999, 100.0),
    *(101.5, 330.0, 999.4, 999.49, 999.5, 999.7, 1000.0, 1049.0, 1051.0, 9949.0, 9950.0, 9999.0, 12345.0, 93000.0),
    *(99949.0, 99950.0, 100000.0, 123456.0, 999499.0, 999500.0, 999999.0, 1e6, 1.5e6, 1e7, 4e15, 1e20, 1e21, 1.7e22),
    *(1e-6, 1e-7, 1.5e-7, 3e-5, 2.5e-9, 1e-15, 1e-30, 1e-300, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1 / 3, 2 / 3),
]
RATES = [m * 2.0**-n for n in range(13) for m in (1, 3)]  # the rule's ladder, and between its rungs
GRID = [m * 10.0**e for e in range(-7, 8) for m in (1.05, 1.45, 1.5, 4.995, 9.95, 9.995, 9.9951)]
DURATIONS = [
    *(0.0, 0.05, 0.0999, 0.1, 0.14, 0.15, 0.25, 3.14, 9.94, 9.95, 9.96, 9.999, 10.0, 10.4, 10.5, 42.3, 59.4, 59.5),
    *(59.7, 59.99, 60.0, 60.4, 61.0, 89.5, 90.5, 119.4, 119.5, 119.8, 120.0, 125.0, 3540.0, 3599.4, 3599.5, 3599.9),
    *(3600.0, 3700.0, 3779.0, 3780.0, 5400.0, 7199.9, 86400.0, 1e6, 1e9, -0.5, -70.0),
]
NUMBERS = [*SPECIAL, *TIES, *EDGES, *RATES, *GRID, *(-v for v in [*TIES, *EDGES, 1e-9])]
SHARES = [0.978, 0.9785, 0.97849, 0.9995, 0.99949, 1.0, 0.0005, 0.00049, -0.0004, -0.0005, -0.25, 0.0625, 0.125, 0.3335]
VALUES = [
    *((form, value) for form in ("number", "rate") for value in NUMBERS),
    *(("percent", value) for value in [*SPECIAL, *SHARES, *(n / 360 for n in range(0, 361, 7))]),
    *(("decimals", value) for value in [*SPECIAL, *TIES, *SHARES, *(-v for v in [*TIES, 0.001, 27.4])]),
    *(("seconds", value) for value in [*SPECIAL, *DURATIONS, *(n / 8 for n in range(0, 1000, 13))]),
    *(("tick", exponent) for exponent in range(-12, 9)),
    *(("general", value) for value in NUMBERS),
]


@pytest.fixture(scope="module")
def on_the_page():
    """The same table as the page writes it."""
    sent = [
        (form, repr(value) if isinstance(value, float) and not math.isfinite(value) else value)
        for form, value in VALUES
    ]
    done = subprocess.run([needs.program("node"), TABLE], input=json.dumps(sent), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_python_and_the_page_write_the_same_words(on_the_page):
    assert len(on_the_page) == len(VALUES) > 500
    said = [(*asked, getattr(wording, asked[0])(asked[1])) for asked in VALUES]
    assert not [(ours, page) for ours, page in zip(said, on_the_page, strict=True) if ours[-1] != page]


def test_ranges_are_the_same_on_the_page():
    lists = [[], [6], [2, 3], [2, 3, 4, 7], [1, 3, 5], [2, 4, 5, 6, 49]]
    sent = json.dumps([("ranges", numbers) for numbers in lists])
    said = json.loads(subprocess.check_output([needs.program("node"), TABLE], input=sent, text=True))
    assert said == [wording.ranges(numbers) for numbers in lists]
    assert said == ["", "6", "2–3", "2–4, 7", "1, 3, 5", "2, 4–6, 49"]


@pytest.mark.parametrize(("form", "value", "words"), [
    ("seconds", 119.8, "2 min 0 s"),
    ("seconds", 3599.9, "1.0 h"),
    ("seconds", 3700.0, "1.0 h"),
    ("seconds", 59.7, "1 min 0 s"),
    ("seconds", 9.96, "10 s"),
    ("number", 0.125, "0.13"),
    ("number", 12.25, "12.3"),
    ("number", -0.5, "−0.50"),
    ("number", -3e-5, "−3.0·10⁻⁵"),
    ("number", math.nan, "–"),
    ("number", -math.inf, "−∞"),
    ("rate", 1e-5, "10⁻⁵"),
    ("rate", 100000.0, "100000"),
    ("rate", 1437, "1437"),
    ("rate", 1e21, "10²¹"),
    ("rate", -4.7, "−4.7"),
    ("percent", -0.0004, "0.0\u202f%"),
    ("percent", None, "–"),
])  # fmt: skip
def test_a_value_at_the_edge_of_two_forms_is_rounded_before_it_is_written(form, value, words):
    assert getattr(wording, form)(value) == words
