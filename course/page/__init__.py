"""What a reader sees of labs and questions: widgets that subscribe to them, and the typed protocol between the two."""

from course.page.show import page_of, show

__all__ = ["page_of", "show"]
