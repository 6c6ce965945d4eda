"""Claims of papers, and of this course, beside our own recordings. Nothing stands in a table that nobody measured."""

from course.papers.before2015 import ILSVRC
from course.papers.catalogue import CLAIMS, claim
from course.papers.claim import Claim
from course.papers.claims_table import Table, ours, table
from course.papers.recording import FOLDER, audit, header, holds, record, recorded, state, values, weights

__all__ = [
    "CLAIMS", "FOLDER", "ILSVRC", "Claim", "Table", "audit", "claim", "header", "holds", "ours", "record", "recorded",
    "state", "table", "values", "weights",
]  # fmt: skip
