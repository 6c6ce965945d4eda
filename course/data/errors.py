"""The error for data that cannot be had or read."""


class DataError(RuntimeError):
    """A data set could not be downloaded or read; the message names the file and the way out."""
