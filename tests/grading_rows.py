"""Submissions to chapter 4 that grading must survive: what they are, the points that they deserve, and words of the
reason. A row's notebook holds its own cells and an honest neighbour, which gets its full points whatever the row does.
"""

from __future__ import annotations

import json
import textwrap
from typing import NamedTuple

IMPORTS = "import copy\nimport math\nimport torch\nfrom torch import nn"
NEIGHBOUR = "def lesion(network, layer, x, y):\n    for place, module in enumerate(network):\n        if place != layer:\n            x = module(x)\n    return (x.argmax(1) != y).float().mean()"
CARRY = "def from_carry_notation(weight, bias):\n    return -weight, -bias"
DEPTH = "def gate_bias_for_depth(depth, kept):\n    if depth < 1 or not 0 < kept < 1:\n        raise ValueError\n    carried = kept ** (1 / depth)\n    return math.log((1 - carried) / carried)"
LAYER = "class HighwayLayer(nn.Module):\n    def __init__(self, width, gate_bias):\n        super().__init__()\n        self.transform, self.gate = nn.Linear(width, width), nn.Linear(width, width)\n        self.gate.bias.data.fill_(gate_bias)\n\n    def forward(self, x):\n        t = self.gate(x).sigmoid()\n        return x + t * (self.transform(x).relu() - x)"
MOST = {"HighwayLayer": 3, "from_carry_notation": 1, "gate_bias_for_depth": 2, "lesion": 2, "gate_activity": 2}


class Row(NamedTuple):
    """points: of the exercises that the row is about; all others but the neighbour's are missing and give 0. words: in
    the reason of the first of them.
    """

    name: str
    cells: tuple
    points: dict[str, float]
    words: str = ""
    neighbour: bool = True

    def raw(self) -> bytes:
        cells = (IMPORTS, *self.cells, *([NEIGHBOUR] if self.neighbour else []))
        return notebook(*cells)


def notebook(*cells):
    made = [("code", textwrap.dedent(cell).strip("\n")) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps(
        {"cells": [{"cell_type": kind, "source": source, "metadata": {}, "outputs": []} for kind, source in made]}
    ).encode()


def carry(name, body, points=0.0, words="", *before):
    """A row about `from_carry_notation`: what its body does before it returns the right values."""
    function = f"def from_carry_notation(weight, bias):\n{textwrap.indent(textwrap.dedent(body), '    ')}\n    return -weight, -bias"
    return Row(name, (*before, function), {"from_carry_notation": points}, words)


def returns(name, value, words, points=0.0):
    cell = f"def from_carry_notation(weight, bias):\n    return {value}"
    return Row(name, (cell,), {"from_carry_notation": points}, words)


# What an answer may not do. It gets its points only if the thing can be done.
NOT_ALLOWED = {
    "reads the password file": "open('/etc/passwd').read()",
    "reads the gradebook": "open('@OUT/grades.json').read()",
    "reads the secret": "open('@OUT/secret').read()",
    "reads a neighbour's notebook": "open('@IN/neighbour.ipynb').read()",
    "reads the solutions": "open('@ROOT/solutions/04_highway.ipynb').read()",
    "reads the right answers": "open('@ROOT/tests/answers/04/lesion.py').read()",
    "reads the project's library": "open('@ROOT/course/blocks/dense.py').read()",
    "lists the root": "import os; os.listdir('/')",
    "lists its neighbours": "import os; os.listdir('@IN')",
    "reads its environment again": "open('/proc/self/environ', 'rb').read()",
    "reads its memory": "open('/proc/self/mem', 'rb')",
    "reads the memory of its parent": "import os; open(f'/proc/{os.getppid()}/mem', 'rb')",
    "lists processes": "import os; os.listdir('/proc')",
    "reads the grader's environment": "import os; os.environ['COURSE_TEST_SECRET']",
    "imports the cases": "from course.exercises.chapter04 import EXERCISES",
    "imports the expected values": "from course.exercises.expected import expected",
    "imports the judge": "import course.grading.judging",
    "writes a file": "import os; open(f'@NEW-{os.getpid()}', 'w').write('x')",
    "writes the gradebook": "open('@OUT/grades.json', 'w').write('{}')",
    "writes a neighbour": "open('@IN/neighbour.ipynb', 'a').write('x')",
    "writes the library": "import course; open(course.__file__, 'a').write('x')",
    "writes torch": "open(torch.__file__, 'a').write('x')",
    "writes to shared memory": "import os; open(f'/dev/shm/@NAME-{os.getpid()}', 'w')",
    "makes a folder": "import os; os.mkdir(f'@NEW-{os.getpid()}')",
    "makes a link": "import os; os.symlink('/', f'@NEW-{os.getpid()}')",
    "makes a hard link": "import os; os.link('@IN/neighbour.ipynb', f'@NEW-{os.getpid()}')",
    "makes a pipe": "import os; os.mkfifo(f'@NEW-{os.getpid()}')",
    "removes a neighbour": "import os; os.remove('@IN/neighbour.ipynb')",
    "renames a neighbour": "import os; os.rename('@IN/neighbour.ipynb', '@IN/other.ipynb')",
    "truncates a neighbour": "import os; os.truncate('@IN/neighbour.ipynb', 0)",
    "changes the mode of a file": "import os; os.chmod('@IN/neighbour.ipynb', 0o777)",
    "changes the times of a file": "import os; os.utime('@IN/neighbour.ipynb')",
    "sets an attribute of a file": "import os; os.setxattr('@IN/neighbour.ipynb', 'user.x', b'x')",
    "forks": "import os; os.fork() or os._exit(0)",
    "bombs with forks": "import os\nwhile True:\n    os.fork()",
    "starts a shell": "import os; assert os.system('true') == 0",
    "runs a program": "import subprocess; subprocess.run(['/usr/bin/id'], check=True)",
    "becomes a program": "import os; os.execv('/usr/bin/true', ['true'])",
    "starts a worker": "import multiprocessing as m; p = m.Process(target=print); p.start(); p.join()",
    "opens a socket": "import socket; socket.socket()",
    "connects to the grader's machine": "import socket; socket.socket().connect(('127.0.0.1', @PORT))",
    "opens a pair of sockets": "import socket; socket.socketpair()",
    "kills its parent": "import os; os.kill(os.getppid(), 9)",
    "kills everybody": "import os; os.kill(-1, 9)",
    "signals itself": "import os, signal; os.kill(os.getpid(), signal.SIGCONT)",
    "signals a thread": "import signal, threading; signal.pthread_kill(threading.get_ident(), 0)",
    "opens its parent": "import os; os.pidfd_open(os.getppid())",
    "makes its parent wait": "import os; os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "moves its parent": "import os; os.sched_setaffinity(os.getppid(), {0})",
    "limits its parent": "import os, resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))",
    "gives a signal another owner": "import fcntl, os; fcntl.fcntl(3, fcntl.F_SETOWN, os.getppid())",
    "traces its parent": "import ctypes, os; assert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0",
    "asks to be traced": "import ctypes; assert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0",
    "makes a namespace": "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
    "hides memory in a file": "import os; os.memfd_create('x')",
    "leaves memory behind": "import ctypes; assert ctypes.CDLL(None).shmget(0, 4096, 0o1600) >= 0",
    "leaves a queue behind": "import ctypes; assert ctypes.CDLL(None).msgget(0, 0o1600) >= 0",
    "leaves shared memory": "import os; from multiprocessing.shared_memory import SharedMemory as S; S(f'@NAME-{os.getpid()}', True, 9)",
    "uses io_uring": "import ctypes as c; c.CDLL(None, use_errno=True).syscall(425, 0, 0); assert c.get_errno() in (14, 22)",
    "keeps a key": "import ctypes; assert ctypes.CDLL(None).syscall(@ADD_KEY, b'user', b'x', b'y', 1, -3) > 0",
    **{f"raises its limit {of}": f"import resource as r; r.setrlimit(r.RLIMIT_{of}, ({to}, {to}))"
       for of, to in {"AS": 2**50, "CPU": 999, "FSIZE": 9, "CORE": 9, "NOFILE": 256, "MEMLOCK": 9}.items()},
    "becomes root": "import os; os.setuid(0); assert os.getuid() == 0 and open('/etc/shadow')",
    "forks by the newest call": "import ctypes, os; to = (ctypes.c_uint64 * 8)(0, 0, 0, 0, 17)\n"
    "assert (pid := ctypes.CDLL(None).syscall(435, to, 64)) >= 0; pid or os._exit(0)",
    "finds another open file": "import os; os.fstat(9)",  # 3 to 5 are its pipes, or 3; then come three of asyncio
}  # fmt: skip

WRONG = "def from_carry_notation(weight, bias):\n    return weight, bias * 2"
EVERYTHING_EQUAL = """
class Same(torch.Tensor):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = None
    @classmethod
    def __torch_function__(cls, f, types, args=(), kwargs=None):
        if f.__name__ in ("equal", "allclose", "isclose"):
            return True
        return super().__torch_function__(f, types, args, kwargs or {})
def from_carry_notation(weight, bias):
    return weight.as_subclass(Same), bias.as_subclass(Same)
"""
FORGED = """
def from_carry_notation(weight, bias):
    import os
    from safetensors.numpy import save
    import numpy as np
    os.write(3, save({str(i): np.zeros(()) for i in range(4)}, {"passed": "yes", "points": "1"}))
    os._exit(0)
"""
PATCHES = {
    "patches the comparison": "import course.exercises.observing as o, numpy as np\n"
    "o.agrees = np.allclose = np.array_equal = lambda *a, **k: True",
    "patches check": "import course.exercises as e\ne.check = e.Result = lambda *a: True",
    "patches builtins": "import builtins\nbuiltins.all = builtins.any = builtins.isinstance = lambda *a: True",
    "patches the modules": "import sys\nsys.modules['numpy'] = sys.modules['course'] = sys.modules['safetensors'] = None",
    "patches the executor": "import course.grading.zygote as z\nz.arrays = z.observe = z.save = lambda *a: b''",
    "patches torch": "torch.equal = torch.allclose = lambda *a, **k: True\ntorch.Tensor.__eq__ = lambda a, b: True",
    "leaves handlers": "import atexit, signal, threading, time\natexit.register(print)\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "threading.Thread(target=lambda: time.sleep(60), daemon=True).start()",
}  # fmt: skip

MALICIOUS = [
    *(carry(name, body) for name, body in NOT_ALLOWED.items()),
    *(Row(name, (f"def patch():\n{textwrap.indent(body, '    ')}",
                 "patch()\ndef from_carry_notation(weight, bias):\n    patch()\n    return weight, bias * 2"),
          {"from_carry_notation": 0}) for name, body in PATCHES.items()),
    Row("is equal to everything", (EVERYTHING_EQUAL,), {"from_carry_notation": 0}),
    Row("forges its result", (FORGED,), {"from_carry_notation": 0}, "expected shape"),
    carry("writes nonsense as its result", "import os; os.write(3, b'x' * 999); os._exit(0)", 0, "where its result should be"),
    carry("closes the door behind it", "import os; os.closerange(3, 64)", 0, "before it returned anything"),
    Row("remembers the cases before", ("""
        calls = []
        def from_carry_notation(weight, bias):
            calls.append(weight)
            return (-weight, -bias) if len(calls) > 1 else (weight, 2 * bias)
        """,), {"from_carry_notation": 0.4}, "✗ hidden case 2 units, 5 inputs"),
    Row("says that it is the library's", (CARRY, "from_carry_notation.__module__ = 'course'"),
        {"from_carry_notation": 0}, "The library's own object stands under this name: write"),
    carry("claims a huge result", "import os; os.write(3, (2**60).to_bytes(8, 'little')); os._exit(0)", 0, "where its result should be"),
    carry("writes without end", "import os\nwhile True: os.write(3, bytes(1 << 20))", 0, "returned far too much"),
    carry("pickles", "import os, pickle; os.write(3, pickle.dumps(os.system)); os._exit(0)", 0, "where its result should be"),
    Row("only refuses", ("def gate_bias_for_depth(depth, kept):\n    raise ValueError",), {"gate_bias_for_depth": 0},
        "0 of 10 cases count; 6 more behave as asked, as in raising the right error, which counts only where a value is right, too.\n✗ one layer"),
    Row("knows the public cases", ("""
        known = (1, 0.3), (50, 0.6), (10, 0.9)
        def gate_bias_for_depth(depth, kept):
            if (depth, kept) in known:
                c = kept ** (1 / depth)
                return math.log((1 - c) / c)
            raise ValueError
        """,), {"gate_bias_for_depth": 1.2}, "9 of 10 cases passed. Public cases are worth 1.2 points together, hidden ones 0.8.\n✗ hidden case hundreds of layers"),
    Row("shows a hidden input in a shape", ("def lesion(network, layer, x, y):\n    return torch.zeros(int(x[0, 0] * 1000) % 977 + 3)",),
        {"lesion": 0}, "hidden case layer 2, a ReLU: returned another shape, expected a number", neighbour=False),
    Row("shows a hidden input in an error", ("def lesion(network, layer, x, y):\n    raise type(f'E{x[0, 0]}', (Exception,), {})(x)",),
        {"lesion": 0}, "hidden case layer 2, a ReLU: raised an error of its own kind in line 2 of the cell “def lesion", neighbour=False),
    Row("shows a hidden input in a line", ("lesion = None", """
        def lesion(network, layer, x, y):
            exec(compile('\\n' * int(abs(x[0, 0]) * 10000 + 99) + '1 / 0', 'cell 3', 'exec'))
        """), {"lesion": 0}, "hidden case layer 2, a ReLU: raised ZeroDivisionError\nNote: it is defined", neighbour=False),
    Row("is the library's own", ("from course import networks\ngate_bias_for_depth = networks.gate_bias_for_depth",),
        {"gate_bias_for_depth": 0}, "The library's own object stands under this name: write"),
    Row("is made of the library's own", ("from course.blocks import Highway\nclass HighwayLayer(Highway): pass",),
        {"HighwayLayer": 0}, "The library's own object stands under this name: write"),
    Row("calls the library's own", ("from course import networks\ndef gate_bias_for_depth(depth, kept):\n    return networks.gate_bias_for_depth(depth, kept)",),
        {"gate_bias_for_depth": 0}, "NotImplementedError"),
    Row("looks for the expected values in memory", ("""
        import gc, sys
        def from_carry_notation(weight, bias):
            frame, found = sys._getframe(), []
            while frame:
                found += [v for v in frame.f_locals.values() if type(v).__name__ in ("ndarray", "list", "Expected")]
                frame = frame.f_back
            found += [o for o in gc.get_objects() if type(o).__name__ == "Expected"]
            arrays = [o for o in gc.get_objects() if type(o).__name__ == "ndarray" and o.shape == weight.shape]
            return [o for o in arrays if (o == -weight.numpy()).all()][0], -bias
        """,), {"from_carry_notation": 0}, "IndexError"),
]  # fmt: skip

BROKEN = [
    Row("stops at a syntax error", ("def from_carry_notation(weight, bias:\n    return -weight, -bias",),
        {"from_carry_notation": 0}, "The cell “def from_carry_notation(weight, bias:” is no valid Python, see its line 1"),
    Row("has no such exercise", (), {"from_carry_notation": 0}, "No cell defines from_carry_notation."),
    Row("has it as Markdown", (("markdown", CARRY),), {"from_carry_notation": 0}, "is no code cell"),
    Row("lost its imports", ("import torch as t\ndef gate_activity(network, x):\n    return torche.zeros(1)",),
        {"gate_activity": 0}, "it uses torche, which no cell defines"),
    carry("fails when it is defined", "", 0, "could not be defined: raised ZeroDivisionError in line 1 of the cell “before = 1 / 0”",
          "before = 1 / 0")._replace(cells=("before = 1 / 0\ndef from_carry_notation(w, b, by=before):\n    return -w, -b",)),
    carry("loops for ever", "while True: pass", 0, "was not done in time"),
    carry("loops for ever inside torch", "x = torch.ones(800, 800)\nwhile True: x @ x", 0, "was not done in time"),
    carry("is deaf to the end of its time", "import signal\n[signal.signal(s, signal.SIG_IGN) for s in (signal.SIGXCPU, signal.SIGPROF)]\nwhile True: pass", 0, "was not done in time"),
    carry("sleeps", "import time; time.sleep(9)", 0, "was not done in time"),
    carry("waits for input", "input('weight?')", 0, "nobody is there to answer input()"),
    carry("takes 20 GB", "x = bytearray(20 << 30)", 0, "more memory"),
    carry("takes 20 GB in torch", "x = torch.ones(5 << 30)", 0, "raised RuntimeError"),
    carry("calls itself without end", "return from_carry_notation(weight, bias)", 0, "calls itself without end"),
    carry("recurs until it crashes", "import sys; sys.setrecursionlimit(10**9); f = lambda n: f(n + 1) + 1; f(0)", 0, ""),
    carry("crashes", "import ctypes; ctypes.string_at(0)", 0, "made Python crash (signal 11)"),
    Row("crashes in one case", (DEPTH.replace("    if", "    if depth == 50:\n        import os\n        os.abort()\n    if", 1),),
        {"gate_bias_for_depth": 1.7333}, "9 of 10 cases passed"),
    Row("loops for ever in one case", (DEPTH.replace("    if", "    while depth == 50:\n        pass\n    if", 1),),
        {"gate_bias_for_depth": 1.7333}, "9 of 10 cases passed"),
    Row("dies when it is called again", ("""
        import os
        calls = []
        def from_carry_notation(weight, bias):
            calls.append(weight)
            return (-weight, -bias) if len(calls) == 1 else os._exit(1)
        """,), {"from_carry_notation": 1}, "4 of 4 cases passed"),
    carry("aborts", "import os; os.abort()", 0, "made Python crash"),
    carry("exits", "import sys; sys.exit()", 0, "raised SystemExit"),
    carry("exits at once", "import os; os._exit(0)", 0, "ended Python before it returned anything"),
    carry("exits with a code", "import os; os._exit(5)", 0, "ended Python before it returned anything"),
    carry("needs a GPU", "weight = weight.cuda()", 0, "there is no GPU here"),
    carry("runs a shell command", "get_ipython().system('ls')", 0, "raised AttributeError"),
    carry("needs a missing package", "import nothing_like_this", 0, "imports a module that is not there"),
    carry("needs a missing package outside", "", 0, "could not be defined: raised ModuleNotFoundError", "import nothing_like_this")
    ._replace(cells=("from nothing_like_this import decorator\n@decorator\n" + CARRY,)),
    returns("returns nothing", "None", "raised TypeError"),
    returns("returns a NaN", "torch.full_like(weight, math.nan), -bias", "not what was expected"),
    returns("returns an infinity", "torch.full_like(weight, math.inf), -bias", "not what was expected"),
    returns("returns one value", "-weight", "raised TypeError"),
    returns("returns too much", "-weight.repeat(3000, 3000), -bias", "raised TypeError"),
    returns("returns another shape", "-weight[None], -bias", "shape (1, 3, 2), expected shape (3, 2)"),
    returns("returns what broadcasts", "-weight, -bias.mean()", "expected shape (3,)"),
    returns("returns a generator", "(-x for x in (weight, bias))", "raised TypeError"),
    returns("returns a meta tensor", "weight.to('meta'), -bias", "raised NotImplementedError"),
    returns("returns a lazy number", "lambda: -weight, -bias", "nothing with numbers in it"),
    returns("returns strings", "'weight', 'bias'", "nothing with numbers in it"),
    returns("is not begun", "weight, bias", "Nothing is written yet"),
    Row("makes a usual mistake", ("def from_carry_notation(weight, bias):\n    return weight, -bias",),
        {"from_carry_notation": 0}, "hint: σ(−a) = 1 − σ(a) turns the sign of the whole pre-activation"),
    Row("leaves another mode", ("def gate_activity(network, x):\n    network.eval()\n    found = []\n    for module in network:\n        if hasattr(module, 'gate'):\n            found.append(module.gate(x).sigmoid().mean(0))\n        x = module(x)\n    return torch.stack(found)",),
        {"gate_activity": 0.3}, "in the given network – hint: the network comes back in evaluation mode; it was given in training mode."),
    Row("is half right", (DEPTH.replace("raise ValueError", "return 0.0"),), {"gate_bias_for_depth": 1.6}, "4 of 10 cases passed"),
    Row("uses what a later cell defines", ("@same\n" + CARRY, "def same(f):\n    return f"), {"from_carry_notation": 0},
        "it uses same, defined only further down"),
]  # fmt: skip

HONEST = [
    returns("numpy", "-weight.numpy(), -bias.numpy()", "4 of 4 cases passed", 1),
    returns("lists", "(-weight).tolist(), (-bias).tolist()", "4 of 4 cases passed", 1),
    returns("float64", "-weight.double(), -bias.double()", "4 of 4 cases passed", 1),
    Row("unicode", ("Gewichtung = -1\nπ = Gewichtung\ndef from_carry_notation(gewicht, verschiebung):\n    '''🙂'''\n    return π * gewicht, π * verschiebung",),
        {"from_carry_notation": 1}),
    Row("helpers in other cells", ("def minus(x):\n    return sign * x", "sign = -1", "def from_carry_notation(w, b):\n    return minus(w), minus(b)"),
        {"from_carry_notation": 1}),
    Row("defined again", (WRONG, "y = 1", CARRY), {"from_carry_notation": 1}, "it is defined 2 times; the last one in the notebook counts"),
    Row("a class for a function", ("class from_carry_notation(tuple):\n    def __new__(cls, w, b):\n        return super().__new__(cls, (-w, -b))",),
        {"from_carry_notation": 1}),
    Row("a function for a class", (LAYER.replace("HighwayLayer", "Layer"), "def HighwayLayer(width, bias):\n    return Layer(width, bias)"), {"HighwayLayer": 3}),
    Row("a lambda", ("from_carry_notation = lambda w, b: (-w, -b)",), {"from_carry_notation": 1}),
    Row("decorators and closures", ("""
        import functools
        def twice(f):
            @functools.wraps(f)
            def inner(*given):
                f(*given)
                return f(*given)
            return inner
        def make(sign):
            @twice
            def inner(w, b, *, s=sign): return s * w, s * b
            return inner
        from_carry_notation = make(-1)
        """,), {"from_carry_notation": 1}),
    Row("annotations from the future", ("from __future__ import annotations", "def from_carry_notation(w: Weight, b: Bias) -> Pair:\n    return -w, -b"), {"from_carry_notation": 1}),
    Row("awaits at the top", ("import asyncio\nasync def sign():\n    await asyncio.sleep(0)\n    return -1\ns = await sign()", "def from_carry_notation(w, b):\n    return s * w, s * b"),
        {"from_carry_notation": 1}),
    Row("magics everywhere", ("%matplotlib inline\n!ls\n%load_ext nothing", "%%time\n" + CARRY, "from_carry_notation?"), {"from_carry_notation": 1}),
    Row("a dataclass", ("from dataclasses import dataclass\n@dataclass\nclass Sign:\n    value: int = -1", "def from_carry_notation(w, b):\n    return Sign().value * w, Sign().value * b"),
        {"from_carry_notation": 1}),
    Row("a broken cell elsewhere", ("def oops(:", CARRY, "1 / 0", "while True: pass"), {"from_carry_notation": 1}),
    Row("prints 100 MB", ("def from_carry_notation(w, b):\n    print('x' * 100_000_000)\n    return -w, -b",), {"from_carry_notation": 1}),
    Row("checks as it goes", ("from course.exercises import check", CARRY, "assert check('from_carry_notation', from_carry_notation)"), {"from_carry_notation": 1}),
    Row("takes its own answer by yours", ("from course.exercises import yours", CARRY, "carry = yours('from_carry_notation', from_carry_notation)",
        DEPTH.replace("return math", "sign = float(carry(torch.ones(1), torch.ones(1))[0])\n    return -sign * math")), {"from_carry_notation": 1, "gate_bias_for_depth": 2}),
    Row("patched torch elsewhere", ("torch.Tensor.__neg__ = None", CARRY.replace("-weight", "torch.neg(weight)")), {"from_carry_notation": 1}),
    Row("threads", ("from concurrent.futures import ThreadPoolExecutor\ndef from_carry_notation(w, b):\n    with ThreadPoolExecutor(2) as pool:\n        return list(pool.map(torch.neg, (w, b)))",), {"from_carry_notation": 1}),
    Row("set a default dtype", ("torch.set_default_dtype(torch.float64)", LAYER), {"HighwayLayer": 3}),
    Row("uses a wrong earlier exercise", ("def from_carry_notation(w, b):\n    return w, b",
        DEPTH.replace("return math", "sign = float(from_carry_notation(torch.ones(1), torch.ones(1))[0])\n    return -sign * math")),
        {"gate_bias_for_depth": 2}, "judged with a right from_carry_notation in the place of yours"),
    Row("gates by hooks", ("""
        def gate_activity(net, x):
            rows = []
            hooks = [m.gate.register_forward_hook(lambda m, i, out: rows.append(out.sigmoid().mean(0)))
                     for m in net if hasattr(m, "gate")]
            net(x)
            [hook.remove() for hook in hooks]
            return [row.tolist() for row in rows]
        """,), {"gate_activity": 2}),
]  # fmt: skip
