"""A chapter as a lecture: one file of slides in which networks train, made from its notebook."""

from course.lecture.deck import Deck, decks
from course.lecture.kit import kit
from course.lecture.printing import browser, pdf

__all__ = ["Deck", "browser", "decks", "kit", "pdf"]
