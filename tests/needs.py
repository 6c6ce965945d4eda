"""What tests need beside Python. Without it they are skipped, but not where `CI` is set: there they would never run."""

import os
import shutil

import pytest


def program(name):
    """The path of a program."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found
