"""What a reader sees of labs and questions: widgets that subscribe to them, and the typed protocol between the two."""

from course.page.alone import write
from course.page.pages import page_of, show

__all__ = ["page_of", "show", "write"]
