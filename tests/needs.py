"""What tests need beside Python. Without it they are skipped, but not where `CI` is set: there they would never run."""

import os
import shutil

import pytest


def program(*names):
    """The path of a program, by the first of its names that is there."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = f"{names[0]} is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
