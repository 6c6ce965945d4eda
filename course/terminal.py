"""Saying something on whatever is there: a terminal of an old encoding, a pipe, a file. Nothing that was computed is
lost because a character cannot be shown: it gets another one.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
import unicodedata

INSTEAD = {
    "–": "-", "—": "-", "−": "-", "…": "...", "·": "|", "×": "x", "✓": "+", "✗": "x", "→": "->", "∞": "inf", "’": "'",
    "●": "*", "○": "o", "≤": "<=", "≥": ">=", "≈": "~",
}  # fmt: skip
RAISED = re.compile("(·10)?([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")  # an exponent, from the first character that may be lacking
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")  # all but the end of a line


def say(text: str, *, error: bool = False) -> None:
    """Print a line to stdout, or stderr for an error; characters that the stream lacks are replaced."""
    stream = sys.stderr if error else sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(printable(text).encode(encoding, "course.instead").decode(encoding), file=stream)


def printable(text: str) -> str:
    r"""The text with its control characters written out: a file's name may hold some, and they would move the cursor.

    >>> print(printable("cats\x1b[2J"))
    cats\x1b[2J
    """
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def adapt() -> None:
    """From now on no character that stdout or stderr cannot encode raises an error, whoever writes it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="course.instead")


def _instead(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    if power := RAISED.match(error.object, error.start):
        return f"{'*10' * bool(power[1])}^{''.join(map(_plain, power[2]))}", power.end()
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    """ASCII for one character: é is e, a narrow space a space; a byte that was no text is written out."""
    if "\ud800" <= character <= "\udfff":
        return f"\\u{ord(character):04x}"
    parts = unicodedata.normalize("NFKD", character)
    found = "".join(INSTEAD.get(part, part) for part in parts)
    return found.encode("ascii", "ignore").decode() or "?"


codecs.register_error("course.instead", _instead)
