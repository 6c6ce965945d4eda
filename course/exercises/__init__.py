"""Exercises and their checks. No answer lives here: those are in `solutions/`, from which `course release` computes the
values that ship.
"""

from course.exercises.chapters import CHAPTERS, of_chapter
from course.exercises.checking import Result, check
from course.exercises.exercise import Case, Exercise
from course.exercises.own import yours

__all__ = ["CHAPTERS", "Case", "Exercise", "Result", "check", "of_chapter", "yours"]
