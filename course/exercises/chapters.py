"""The exercises of all chapters."""

from course.exercises.chapter01 import EXERCISES as CHAPTER_01
from course.exercises.chapter02 import EXERCISES as CHAPTER_02
from course.exercises.chapter03 import EXERCISES as CHAPTER_03
from course.exercises.chapter04 import EXERCISES as CHAPTER_04
from course.exercises.chapter05 import EXERCISES as CHAPTER_05
from course.exercises.chapter06 import EXERCISES as CHAPTER_06
from course.exercises.chapter07 import EXERCISES as CHAPTER_07
from course.exercises.exercise import Exercise

CHAPTERS: dict[str, tuple[Exercise, ...]] = {
    "01": CHAPTER_01, "02": CHAPTER_02, "03": CHAPTER_03, "04": CHAPTER_04, "05": CHAPTER_05,
    "06": CHAPTER_06, "07": CHAPTER_07,
}  # fmt: skip


def of_chapter(chapter: int | str) -> tuple[Exercise, ...]:
    """The exercises of a chapter, in its order; none if it has none yet."""
    return CHAPTERS.get(f"{int(chapter):02d}", ())
