"""The errors for data that cannot be had or read."""


class DataError(RuntimeError):
    """A data set could not be downloaded or read; the message names the file and the way out."""


class NoValidation(AttributeError, ValueError):
    """A data set was asked for a validation split that nobody held out. `getattr(dataset, "valid", None)` is None."""
