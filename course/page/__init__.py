"""The lab on the page: two widgets, the messages between them and the lab, and a thread that sends what is new.

The page asks on one comm and everything that grows is sent on another. The first carries answers only from inside its
handlers: kernels that run comms beside busy cells (ipykernel 7.4) go by where a comm was last used, and Stop must not
wait for a cell. A message says which rows it holds; a page that missed some asks for all.
"""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from course.labs.environment import detect
from course.page import messages
from course.page.picture import Picture
from course.page.style import script, stylesheet

if TYPE_CHECKING:
    from course.labs.lab import Lab

PERIOD = 0.1  # seconds between two messages
FIRST = 0.02  # until the first point is on its way
UNANSWERED = 600  # messages, about a minute: beyond it nobody reads, and the server must not keep what piles up


class Controls(anywidget.AnyWidget):
    """What the reader sees and moves; it draws what `Curves` receives."""

    _esm = script("lab.js")
    _css = stylesheet()
    declaration = traitlets.Dict().tag(sync=True)
    curves = traitlets.Unicode().tag(sync=True)  # the model that receives


class Curves(anywidget.AnyWidget):
    """Receives all that grows; it has no view of its own."""

    _esm = "export default {}"


class Page:
    """One lab's widgets. All methods may be called from any thread."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self.curves = Curves()
        self.controls = Controls(declaration=messages.declaration(lab), curves=self.curves.model_id)
        self.controls.on_msg(self._hear)
        self.pushes = detect().labs != "pull"  # False where nothing arrives while no cell runs: the page asks then
        self._sent: messages.Sent = {}
        self._settings = dict(lab.settings)  # as the page has them
        self._count = self._acknowledged = 0
        self._views: set[str] = set()
        self._lock = threading.RLock()
        self._pump: threading.Thread | None = None
        self._more = False
        self._picture: Any = None

    def display(self) -> None:
        """Show the lab in the cell that runs, and below it a picture for whoever reads it without a kernel."""
        from IPython.display import display

        display(self.controls)
        self._picture = display(Picture(self.lab.runs), display_id=True)

    def follow(self) -> None:
        """Send what is new, and go on until the lab rests."""
        with self._lock:
            self._more = True
            if self._pump is None or not self._pump.is_alive():
                push = copy_context().run  # ipykernel 7.0 knows nowhere to send to outside the context of a request
                self._pump = threading.Thread(target=push, args=(self._push,), name="course-lab-page", daemon=True)
                self._pump.start()

    def _push(self) -> None:
        """Send at most ten times a second. The end of a run is sent and drawn before the thread ends."""
        pause = threading.Event()
        while True:
            with self._lock:
                active = self.lab.active
                if not active and not self._more:
                    self._pump = None
                    break
                self._more = active  # after the end there is one more message, which says so
            if (self.pushes or self.lab.in_cell) and self._count - self._acknowledged < UNANSWERED:
                self.send(pushed=True)
            pause.wait(PERIOD if self.lab.runs and self.lab.runs[-1].begun else FIRST)
        if self._picture is not None:
            self._picture.update(Picture(self.lab.runs))

    def send(self, everything: bool = False, **how: bool) -> None:
        """One message with what is new, or with everything; `how` tells the page why it comes: pushed or pulled."""
        with self._lock:
            head, buffer = messages.message(self.lab.runs, self.lab.controls, {} if everything else self._sent)
            head |= {
                "busy": self.lab.active,
                "trouble": self.lab.trouble,
                "says": self.lab.says,
                "count": self._count,
            } | how
            if self.lab.settings != self._settings:  # moved by a line of Python, not by the page
                head["settings"] = self._settings = dict(self.lab.settings)
            if self.lab.question is not None:
                head["answer"] = {"done": self.lab.question.done, "text": self.lab.question.answer}
            self._count += 1
            self.curves.send(head, [buffer])

    def _hear(self, widget: Any, said: dict[str, Any], buffers: Any) -> None:
        """What the page says. An error becomes a line on the page, never a traceback in a log."""
        try:
            answer = {"done": said["do"]}
            getattr(self, f"_on_{said['do']}")(**{k: v for k, v in said.items() if k != "do"})
        except ValueError as error:
            answer = {"refused": str(error)}
        self.controls.send(answer)  # from inside the handler: the next message is heard where this one was

    def _on_hello(self, view: str) -> None:
        self._views.add(view)
        self._acknowledged = self._count
        self.send(everything=True)
        self.lab.warm_up()

    def _on_bye(self, view: str) -> None:
        """A view was closed, not merely reloaded; with the last one the run under way stops."""
        self._views.discard(view)
        if not self._views:
            self.lab.stop()

    def _on_ask(self) -> None:
        self._acknowledged = self._count
        self.send(everything=True)

    def _on_ack(self) -> None:
        self._acknowledged = self._count

    def _on_pull(self) -> None:
        self._acknowledged = self._count
        self.send(pulled=True)

    def _on_train(self, settings: dict[str, Any]) -> None:
        self._settings = dict(settings)
        self.lab.launch(**settings)

    def _on_stop(self) -> None:
        self.lab.stop()
        self.lab.wait(PERIOD / 2)  # a step takes less, and the page need not wait for the pump
        self.send(pushed=self.pushes)

    def _on_reset(self) -> None:
        self.lab.reset()

    def _on_remove(self, number: int) -> None:
        self.lab.remove(number)

    def _on_recorded(self, settings: dict[str, Any]) -> None:
        self._settings = dict(settings)
        self.lab.stop()
        self.lab.wait()
        self.lab.set(**settings)
        self.lab.show_recorded()

    def _on_answer(self, chosen: int | None) -> None:
        if self.lab.question is not None:
            self.lab.question.answer_with(chosen)
            self.send()
