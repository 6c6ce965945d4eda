"""All claims, of every paper and of the course, by their ids."""

from __future__ import annotations

from course.papers import (
    balduzzi2017,
    basics,
    batchnorm2015,
    before2015,
    dropout2014,
    he2015,
    he2016,
    huang2016,
    plain_signals,
    rate_audit,
    srivastava2015,
    this_course,
    veit2016,
)
from course.papers.claim import Claim

MODULES = (
    basics, dropout2014, batchnorm2015, before2015, he2015, srivastava2015, he2016, veit2016, huang2016,
    balduzzi2017, plain_signals, this_course, rate_audit,
)  # fmt: skip
CLAIMS: dict[str, Claim] = {claim.id: claim for module in MODULES for claim in module.CLAIMS}


def claim(name: str) -> Claim:
    """The claim of this id. Raises ValueError, with all ids, if there is none."""
    if name not in CLAIMS:
        raise ValueError(f"there is no claim {name!r}; there are {', '.join(CLAIMS)}")
    return CLAIMS[name]
