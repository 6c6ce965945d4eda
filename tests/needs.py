"""What tests need beside Python. Without it they are skipped, but not where `CI` is set: there they would never run."""

import os
import shutil

import pytest


def program(*names):
    """The path of a program, by the first of its names that is there."""
    return next(filter(None, map(shutil.which, names)), None) or missing(f"{names[0]} is not installed")


def missing(reason):
    """Skip, or fail where `CI` is set."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
