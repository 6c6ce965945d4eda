"""A lab on the page, trained by the kernel: two widgets, the messages between them and the lab, and a thread that sends
what is new.

The page asks on one comm and everything that grows is sent on another. The first carries answers only from inside its
handlers: kernels that run comms beside busy cells (ipykernel 7.4) go by where a comm was last used, and Stop must not
wait for a cell. A message says which rows it holds; a page that missed some asks for all.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextvars import copy_context
from typing import Any, Literal

import traitlets

from course.labs import Lab, environment
from course.page.declared import declared
from course.page.fallback import Fallback
from course.page.messages import Feed
from course.page.page import Page, Widget
from course.page.protocol import Answered, Settings
from course.page.spare import model_of
from course.page.style import script, stylesheet

PERIOD = 0.1  # seconds between two messages
FIRST = 0.02  # until the first point is on its way
PATIENCE = 5.0  # seconds until a picture that does not come is given up
UNANSWERED = 600  # messages, about a minute: beyond it nobody reads, and the server must not keep what piles up


class Controls(Widget):
    """What the reader sees and moves; it draws what `Curves` receives."""

    _esm = script("lab.js")
    _css = stylesheet()
    declaration = traitlets.Dict().tag(sync=True)
    curves = traitlets.Unicode().tag(sync=True)  # the model that receives
    engine = traitlets.Unicode().tag(sync=True)  # the model of what trains where the kernel is gone; empty for none


class Curves(Widget):
    """Receives all that grows; it has no view of its own."""

    _esm = "export default {}"


class KernelPage(Page):
    """One lab's widgets. All methods may be called from any thread."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self.curves = Curves()
        self.pushes = environment.detect().labs != "pull"  # else nothing arrives while no cell runs: the page asks
        self._feed = Feed(lab)
        self._settings = dict(lab.settings)  # as the page has them
        self._moved = False  # whether a control was moved since the last start
        self._acknowledged = 0  # of so many messages the page has said that it has them
        self._views: set[str] = set()
        self._lock = threading.RLock()
        self._pump: threading.Thread | None = None
        self._more = False
        models = {"curves": self.curves.model_id, "engine": model_of(lab)}
        super().__init__(lab, Controls(declaration=declared(lab), **models))

    def fallback(self) -> Fallback:
        """The curves of all runs, those among them that the lab opens with."""
        return Fallback.of_lab(self.lab)

    def follow(self) -> None:
        """Send what is new, and go on until the lab rests."""
        with self._lock:
            self._more = True
            if self._pump is None or not self._pump.is_alive():
                push = copy_context().run  # ipykernel 7.0 knows nowhere to send to outside the context of a request
                self._pump = threading.Thread(target=push, args=(self._push,), name="course-lab-page", daemon=True)
                self._pump.start()

    def keep(self) -> None:
        """Return once all is sent and the picture is the last one."""
        pump = self._pump
        if pump is not None and pump is not threading.current_thread():
            pump.join(PATIENCE)
        self.refresh()

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
            if (self.pushes or self.lab.in_cell) and self._feed.count - self._acknowledged < UNANSWERED:
                self.send("pushed")
            pause.wait(PERIOD if self.lab.runs and self.lab.runs[-1].begun else FIRST)
        self.refresh()

    def send(self, way: Literal["", "pushed", "pulled"] = "", everything: bool = False) -> None:
        """One message with what is new, or with everything; `way` tells the page why it comes."""
        with self._lock:
            if everything:
                self._feed.forget()
            state, buffer = self._feed.state(self._moved)
            state["way"] = way
            if self.lab.settings != self._settings:  # moved by a line of Python, not by the page
                state["settings"] = self._settings = dict(self.lab.settings)
            self.curves.send(state, [buffer])

    def heard(self, said: Mapping[str, Any]) -> None:
        """What the page says, as `protocol.Said`; the answer says what was wrong with it."""
        answer: Answered = {"done": said.get("do", ""), "error": self.act(said)}
        self.widget.send(answer)  # from inside the handler: the next message is heard where this one was

    def on_hello(self, view: str) -> None:
        self._views.add(view)
        self.on_ask()

    def on_bye(self, view: str) -> None:
        """A view was closed, not merely reloaded; with the last one the run under way stops."""
        self._views.discard(view)
        if not self._views:
            self.lab.stop()

    def on_ask(self) -> None:
        self.on_ack()
        self.send(everything=True)

    def on_ack(self) -> None:
        self._acknowledged = self._feed.count

    def on_pull(self) -> None:
        self.on_ack()
        self.send("pulled")

    def on_set(self, settings: Settings) -> None:
        self._settings = dict(settings)
        self._moved = not self.lab.active
        self.lab.controls.set(**settings)
        self.send()

    def on_train(self, settings: Settings) -> None:
        if self.lab.question is not None and not self.lab.question.done:
            raise ValueError("Answer the question first, or skip it.")
        self._settings, self._moved = dict(settings), False
        self.lab.launch(**settings)

    def on_stop(self) -> None:
        self.lab.stop()
        self.lab.wait(PERIOD / 2)  # a step takes less, and the page need not wait for the pump
        self.send("pushed" if self.pushes else "")

    def on_reset(self) -> None:
        self._moved = False
        self.lab.reset()

    def on_remove(self, number: int) -> None:
        self._moved = False
        self.lab.remove(number)

    def on_leave_out(self, number: int, layers: list[int]) -> None:
        self._moved = False
        self.lab.leave_out(*layers, number=number)

    def on_put_back(self, number: int, layers: list[int]) -> None:
        self._moved = False
        self.lab.put_back(*layers, number=number)

    def on_swap(self, number: int, layers: list[int]) -> None:
        self._moved = False
        one, other = layers
        self.lab.swap(one, other, number=number)

    def on_recorded(self, settings: Settings) -> None:
        self._settings, self._moved = dict(settings), False
        self.lab.stop()
        self.lab.wait()
        self.lab.set(**settings)
        self.lab.show_recorded()

    def on_answer(self, chosen: int | None) -> None:
        if self.lab.question is not None:
            self.lab.question.answer_with(chosen)
            self.send()
