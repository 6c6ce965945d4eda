"""The last state of a lab as a picture, under the name by which the page knows it: `fallback` draws."""

from __future__ import annotations

from course.page.fallback import Fallback

Picture = Fallback.of_runs
