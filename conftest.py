"""Here, and not in `tests`, so that it also counts for `pytest notebooks/03_plain_vs_deep.ipynb`."""

pytest_plugins = ["notebook_run", "marks"]
