"""The process inside the box. It imports torch once, gives up its rights, and forks a child for each job; the child
gets a pipe for each part of the job, gives up the rest, and runs a stranger's code. The zygote itself never does: it
passes on the child's bytes without looking at them.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import struct
import sys
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from safetensors.numpy import save

from course.exercises.exercise import Case
from course.exercises.observing import arrays, observe
from course.grading import confinement, reading

Message = dict[str, Any]
NOTHING = {"nothing": np.zeros(0)}
_FUTURE = 0x1000000  # annotations, the one future that is not yet the rule
_COLLAPSE, _LARGE_PAGE = 25, 1 << 21  # MADV_COLLAPSE, Linux 6.1


def send(stream: BinaryIO, message: Message, payload: bytes = b"") -> None:
    """Write a message of JSON and bytes, each with its length before it."""
    head = json.dumps(message).encode()
    stream.write(struct.pack(">QQ", len(head), len(payload)) + head + payload)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[Message, bytes]:
    """Read what `send` wrote. Raises EOFError when the other side has gone."""
    lengths = stream.read(16)
    if len(lengths) < 16:
        raise EOFError
    head, payload = struct.unpack(">QQ", lengths)
    return json.loads(stream.read(head)), stream.read(payload)


def main() -> None:
    """Set up as the first message says, answer that all is ready, then serve job after job until the pipe closes."""
    import resource  # noqa: F401 - wait4 wants it, when nothing may be opened any more

    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    setup, declarations = receive(orders)
    exercises = _imported(setup["imports"], declarations.decode())
    _warm_up(exercises)
    _into_large_pages()
    refuse, mapped = confinement.system_call_filter(), confinement.address_space()
    confinement.no_new_privileges()
    confinement.only_read(map(Path, setup["readable"]), map(Path, setup["listed"]))  # as root still: see `become`
    if setup["user"] is not None:
        confinement.become(setup["user"])
    confinement.hide_memory()
    gc.collect()
    gc.freeze()  # children do not copy what they never change
    send(answers, {"ready": True})

    def lock(job: Message) -> None:
        parts = job["parts"]
        confinement.limit(confinement.Limits(job["seconds"] * parts, job["memory"], 64 + parts), mapped)
        refuse()

    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            job, payload = receive(orders)
            do = partial(_read, payload) if job["kind"] == "read" else partial(_cases, exercises)
            send(answers, *_serve(job, partial(do, job, partial(lock, job))))


def _imported(modules: list[str], declarations: str) -> dict[str, Any]:
    """Import torch, what answers use, and the exercises, whose source lies nowhere in the box."""
    import torch

    torch.set_num_threads(1)
    for name in modules:
        with contextlib.suppress(Exception):  # one that is missing here is missed where it is used
            importlib.import_module(name)
    scope: dict[str, Any] = {"__name__": "exercises"}
    exec(compile(declarations, "exercises", "exec"), scope)
    return {exercise.name: exercise for exercise in scope["EXERCISES"]}


def _warm_up(exercises: dict[str, Any]) -> None:
    """Do once what children do, so that all that they need is loaded: afterwards Python may be out of their reach."""
    import torch

    (torch.ones(2, 2, requires_grad=True) @ torch.ones(2, 2)).sum().backward()
    cell = {"cell_type": "code", "source": "%time import math\nf = lambda x: await_(x)\n!ls"}
    reading.read(json.dumps({"cells": [cell]}).encode(), ["f", "g"])
    asyncio.new_event_loop().close()
    for exercise in exercises.values():
        for case in exercise.cases:
            with contextlib.suppress(Exception):  # an answer that is right in nothing
                observe(case, lambda *given: given[0])


def _into_large_pages() -> None:
    """Ask for large pages for what has been loaded: a fork has fewer entries to copy, and takes half of its time. Where
    the kernel cannot, nothing changes.
    """
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, *_, inode = line.split()[:5]
        start, end = (int(part, 16) for part in span.split("-"))
        first, last = -(-start // _LARGE_PAGE) * _LARGE_PAGE, end // _LARGE_PAGE * _LARGE_PAGE
        if rights.startswith("rw") and inode == "0" and first < last:
            advise(first, last - first, _COLLAPSE)


def _serve(job: Message, do: Callable[[], Iterator[bytes]]) -> tuple[Message, bytes]:
    """Fork, and collect the parts that the child writes, each with its own time, until one is missing. Answers how that
    ended, and for each part its size and CPU time.
    """
    pipes = [os.pipe() for _ in range(job["parts"])]
    pid = os.fork()
    if pid == 0:
        try:
            _child([out for _, out in pipes], do)
        finally:
            os._exit(1)
    for _, out in pipes:
        os.close(out)
    clock, size, begun, ending = ~pid << 3 | 2, 0, [], ""  # Linux's number for a process's CPU time
    written: list[bytes] = []
    for source, _ in pipes:
        begun.append(time.clock_gettime(clock))
        part, ending = _collected(source, time.monotonic() + job["deadline"], job["output"] - size)
        written.append(part)
        size += len(part)
        if not part:
            break
    for source, _ in pipes:
        os.close(source)
    os.kill(pid, signal.SIGKILL)  # changes nothing where it has ended
    _, status, used = os.wait4(pid, 0)
    took = [after - before for before, after in pairwise([*begun, used.ru_utime + used.ru_stime])]
    said = {"ending": ending, "code": os.waitstatus_to_exitcode(status), "sizes": [*map(len, written)], "cpu": took}
    return said, b"".join(written)


def _collected(source: int, deadline: float, most: int) -> tuple[bytes, str]:
    parts: list[bytes] = []
    size = 0
    poll = select.poll()
    poll.register(source, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0 and poll.poll(left * 1000):
        part = os.read(source, 1 << 16)
        if not part:
            return b"".join(parts), "ended"
        parts.append(part)
        size += len(part)
        if size > most:
            return b"", "too much"
    return b"", "too late"


def _child(outs: list[int], do: Callable[[], Iterator[bytes]]) -> None:
    """Keep no file open but the null device, as 0 to 2, and the own pipes, from 3; write each part as it is done."""
    os.setsid()
    os.dup2(0, 2)
    for to, out in enumerate(outs, 3):
        os.dup2(out, to)  # `to` is none of those that follow: each lies above it, as a pipe takes two numbers
    os.closerange(3 + len(outs), 1 << 16)
    for to, part in enumerate(do(), 3):
        with open(to, "wb") as stream:
            stream.write(part)
    os._exit(0)


def _read(payload: bytes, job: Message, lock: Callable[[], None]) -> Iterator[bytes]:
    """The job "read": what a notebook has for each of the names; JSON."""
    lock()
    try:
        yield json.dumps(reading.read(payload, job["names"])).encode()
    except reading.Unreadable as error:
        yield json.dumps({"unreadable": str(error)}).encode()


def _cases(exercises: dict[str, Any], job: Message, lock: Callable[[], None]) -> Iterator[bytes]:
    """The job "cases": build all inputs, lock the door, define the answer, look at it in one case after the other; for
    each safetensors, with words for what went wrong beside them.
    """
    exercise = exercises[job["exercise"]]
    known = {case.label: case for case in exercise.cases}
    cases = [(known[label], known[label].inputs(seed), seed) for label, seed in job["cases"]]
    loop = asyncio.new_event_loop()  # for a cell's `await`: once locked in, none can be made
    lock()
    signal.setitimer(signal.ITIMER_PROF, job["seconds"])
    answer, said = _defined(job, exercise.name, loop)
    for case, inputs, seed in cases:
        yield _seen(replace(case, inputs=lambda _, inputs=inputs: inputs, seed=seed), answer, said)
        signal.setitimer(signal.ITIMER_PROF, job["seconds"])


def _seen(case: Case, answer: Any, said: dict[str, str]) -> bytes:
    seen: list[np.ndarray] = []
    if "undefined" not in said:
        try:
            seen = arrays(observe(case, answer))
        except BaseException as error:  # sys.exit too
            said = said | _said(error)
    return bytes(save({str(i): np.ascontiguousarray(a).reshape(a.shape) for i, a in enumerate(seen)} or NOTHING, said))


def _defined(job: Message, name: str, loop: asyncio.AbstractEventLoop) -> tuple[Any, dict[str, str]]:
    """Run the statements. One that raises is passed over: what the others define stands."""
    module = types.ModuleType("__main__")
    module.__dict__.update(get_ipython=lambda: None, display=print)
    sys.modules["__main__"] = module
    said: dict[str, str] = {}
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    for cell, index in job["program"]:
        nodes = ast.parse(job["cells"][str(cell)]).body
        try:
            chosen = nodes if index is None else [nodes[index]]
            code = compile(ast.Module(chosen, []), f"cell {cell}", "exec", flags, dont_inherit=True)
            flags |= code.co_flags & _FUTURE
            waits = eval(code, module.__dict__)
            if waits is not None:
                loop.run_until_complete(waits)
        except BaseException as error:
            said = said or _said(error)
    answer: Any = module
    try:
        for part in name.split("."):
            answer = getattr(answer, part)
    except AttributeError:
        return None, {"undefined": "yes", **said}
    return answer, {"library": "yes"} if _of_library(answer) else {}


def _of_library(answer: Any) -> bool:
    """Whether it is the course's own, or made of it. An answer that hides it gains nothing: it is not written here."""
    kinds = [answer, *getattr(answer, "__mro__", [type(answer)])]
    return any(str(getattr(kind, "__module__", "")).split(".")[0] == "course" for kind in kinds)


def _said(error: BaseException) -> dict[str, str]:
    """An error's type and the last line of a cell that it went through. Never its words: they could carry anything."""
    at = {}
    trace = error.__traceback__
    while trace is not None:
        place = trace.tb_frame.f_code.co_filename
        if place.startswith("cell "):
            at = {"cell": place[5:], "line": str(trace.tb_lineno)}
        trace = trace.tb_next
    return {"error": type(error).__name__, **at}
