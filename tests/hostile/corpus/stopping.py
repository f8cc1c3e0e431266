"""Submissions that end, stop, hold up or outlive the process that they run in, or use up the machine.

Run without any confinement they stay harmless: at most 200 short-lived processes, 4 GB of memory for a moment, and
signals only to processes that carry the grading's marker.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.hostile.case import KEPT, Case, attack, damaged, hostile, points_for

stops = partial(hostile, "exits, kills and signals")
loops = partial(hostile, "loops and waits")
later = partial(hostile, "acting later")
bombs = partial(hostile, "using up the machine")

# Signals to every process that carries the marker of the grading: what `kill -1` would do, but to nobody else.
KILL_MARKED = """\
import os, signal
from pathlib import Path
for folder in Path('/proc').glob('[0-9]*'):
    try:
        marked = b'@MARKER@' in (folder / 'environ').read_bytes()
        if marked and int(folder.name) != os.getpid():
            os.kill(int(folder.name), signal.SIGKILL)
    except OSError:
        pass
"""


def in_call(text: str) -> dict[str, Any]:
    """The text as what `standardize` does when the check calls it."""
    body = "".join(f"    {line}\n" for line in text.splitlines())
    return {"standardize": f"def standardize(X):\n{body}"}


CASES = [
    stops("exits-in-a-cell", "os._exit(0) in a cell", "import os\nos._exit(0)"),
    stops("exits-in-a-call", "os._exit(0) when the check calls", **in_call("import os\nos._exit(0)")),
    stops("sys-exit", "sys.exit(0), exit() and quit() in a cell", ["import sys\nsys.exit(0)", "exit()", "quit()"]),
    stops("aborts", "os.abort() in a cell", "import os\nos.abort()"),
    stops("crashes", "reads address 0 when the check calls", **in_call("import ctypes\nreturn ctypes.string_at(0)")),
    stops("kills-itself", "SIGKILL to its own process", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    stops(
        "stops-itself",
        "SIGSTOP to its own process, which then answers no more",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    ),
    stops(
        "terminates-its-group", "SIGTERM to its own process group", "import os, signal\nos.killpg(0, signal.SIGTERM)"
    ),
    stops(
        "kills-its-parent",
        "SIGKILL to the process that started it",
        "import os, signal\nif os.getppid() > 1:\n    os.kill(os.getppid(), signal.SIGKILL)",
    ),
    stops("kills-the-grading", "SIGKILL to every process of the grading that it can find", KILL_MARKED),
    stops(
        "ignores-all-signals",
        "ignores every signal, and blocks them all",
        "import signal\nfor number in range(1, 65):\n    try:\n        signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))",
    ),
    stops(
        "closes-every-descriptor",
        "closes every file descriptor from 0 to 4096",
        "import os\nos.closerange(0, 4096)",
        breaks_itself=True,
    ),
    loops("endless-loop", "never returns from a call", **in_call("while True:\n    pass")),
    loops(
        "endless-loop-that-swallows",
        "swallows KeyboardInterrupt and everything else in an endless loop",
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        continue",
    ),
    loops(
        "endless-loop-in-c",
        "loops inside C, where no signal handler runs",
        "import itertools\nsum(itertools.repeat(0))",
    ),
    loops("endless-power", "computes 9**9**9 in one bytecode", "x = 9\ny = x**x**x"),
    loops("endless-pattern", "matches a pattern that takes for ever", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"),
    loops("sleeps", "sleeps for a day", "import time\ntime.sleep(86400)"),
    loops(
        "deadlocks",
        "waits for a lock that it holds",
        "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    ),
    loops(
        "waits-for-input",
        "asks for input, starts the debugger, reads standard input",
        ["input('points? ')", "import sys\nsys.stdin.read()", "import pdb\npdb.set_trace()", "breakpoint()"],
    ),
    loops(
        "many-sleeping-cells",
        "25 cells that sleep 0.3 s each, all below the limit",
        ["import time\ntime.sleep(0.3)"] * 25,
    ),
    loops(
        "many-hanging-cells", "5 cells that never end, more than there are restarts", ["while True: pass"] * 5, right=()
    ),
    later(
        "thread-patches-later",
        "a thread that patches numpy.testing once the checks run",
        "import threading, time\ndef patch():\n    while True:\n"
        "        np.testing.assert_allclose = lambda *args, **kwargs: None\n        time.sleep(0.001)\n"
        "threading.Thread(target=patch, daemon=True).start()",
    ),
    later(
        "thread-that-stays",
        "a thread that is no daemon and keeps the process from ending",
        "import threading\nthreading.Thread(target=threading.Event().wait).start()",
    ),
    later(
        "thread-that-prints",
        "a thread that prints results for ever, into the checks' outputs",
        "import threading, time\ndef shout():\n    while True:\n        print('3.0')\n        time.sleep(0.002)\n"
        "threading.Thread(target=shout, daemon=True).start()",
    ),
    later(
        "timer-signal",
        "an interval timer whose handler patches numpy.testing and raises in the check",
        "import signal\ndef patch(*args):\n    np.testing.assert_allclose = lambda *args, **kwargs: None\n"
        "signal.signal(signal.SIGALRM, patch)\nsignal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)",
        breaks_itself=True,
    ),
    later(
        "fatal-timer",
        "an alarm that ends the process some checks later",
        "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01)",
        breaks_itself=True,
    ),
    later(
        "at-exit",
        "handlers at exit that loop, and that write to where everyone may",
        "import atexit, time\natexit.register(time.sleep, 600)\n"
        "atexit.register(lambda: open('@CANARY@/at-exit', 'w').write('x'))",
    ),
    later(
        "asynchronous-task",
        "leaves a task on the event loop that patches the checks",
        "import asyncio\nasync def patch():\n    while True:\n"
        "        np.testing.assert_allclose = lambda *args, **kwargs: None\n        await asyncio.sleep(0)\n"
        "task = asyncio.ensure_future(patch())\nawait asyncio.sleep(0)",
    ),
    later(
        "forks-and-answers-twice",
        "forks, so that two processes go on with the same connection",
        "import os\nos.fork()",
        breaks_itself=True,
    ),
    later(
        "leaves-a-process-behind",
        "starts a process in a session of its own that sleeps on",
        [
            "import subprocess\nsubprocess.Popen(['sleep', '120'], start_new_session=True)",
            "import os\nos.system('setsid sleep 120 &')",
            "!sleep 120 &",
            "get_ipython().system('nohup sleep 120 &')",
            "import os\nif os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(120)\n    os._exit(0)",
        ],
        breaks_itself=True,
    ),
    later(
        "process-that-patches-others",
        "starts a process that waits for other submissions' files in /tmp and changes them",
        "import subprocess, sys\ncode = '''\nimport glob, time\nfor _ in range(200):\n"
        "    for path in glob.glob('@COURSE@/../scratch/autograder-*/*/scores.csv'):\n        open(path, 'w').write('0,0,0')\n"
        "    time.sleep(0.05)\n'''\nsubprocess.Popen([sys.executable, '-c', code], start_new_session=True)",
    ),
    bombs(
        "fork-bomb",
        "forks as often as it may (here at most 200 times)",
        "import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        time.sleep(2)\n        os._exit(0)",
    ),
    bombs(
        "memory-bomb",
        "takes memory until there is none (here at most 4 GB)",
        "hoard = []\nfor _ in range(40):\n    hoard.append(bytearray(100 * 2**20))",
    ),
    bombs(
        "memory-bomb-in-a-call",
        "takes 4 GB when the check calls",
        **in_call("return np.ones(500_000_000)"),
    ),
    bombs(
        "memory-outside-the-heap",
        "takes memory by memfd, shared memory and files in /dev/shm (here at most 2 GB)",
        "import os\nkept = []\nfor number in range(20):\n    try:\n        kept.append(os.memfd_create(f'bomb{number}'))\n"
        "    except OSError:\n        kept.append(os.open(f'/dev/shm/bomb-@MARKER@', os.O_CREAT | os.O_RDWR | os.O_APPEND))\n"
        "    os.write(kept[-1], bytes(100 * 2**20))\n",
    ),
    bombs(
        "thread-bomb",
        "starts 2 000 threads",
        "import threading, time\nfor _ in range(2000):\n    threading.Thread(target=time.sleep, args=(3,), daemon=True).start()",
    ),
    bombs(
        "disk-bomb",
        "fills the disk (here at most 300 MB in one file and 20 000 small ones)",
        "import os\nos.makedirs('bomb')\nfor number in range(20_000):\n    open(f'bomb/{number}', 'w').close()",
    ),
    bombs(
        "one-large-file",
        "writes one large file (here at most 300 MB)",
        "with open('large', 'wb') as file:\n    for _ in range(300):\n        file.write(bytes(2**20))",
    ),
    bombs(
        "open-files",
        "opens 5 000 files and keeps them",
        "kept = [open('/dev/null') for _ in range(5000)]",
        breaks_itself=True,
    ),
    bombs(
        "deep-recursion",
        "recurses until the stack is full",
        **in_call(
            "import sys\nsys.setrecursionlimit(10**8)\ndef down(n):\n    return max([n], key=lambda n: down(n + 1))\nreturn down(0)"
        ),
    ),
    bombs("thousands-of-cells", "1 800 added cells", ["counter = 1"] * 1800),
    damaged("too-many-cells", "2 600 cells, more than the limit", attack(["pass"] * 2600)),
    Case(
        "breaks-the-parser",
        "using up the machine",
        False,
        attack("x = " + "(" * 5000 + ")" * 5000 + "\n" + "-" * 100_000 + "1"),
        points_for(KEPT),
        "a cell whose text breaks the parser",
    ),
]
