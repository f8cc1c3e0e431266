"""Submissions that speak for the process that they run in: forged, cut off and stolen messages, endless call-backs."""

from __future__ import annotations

from functools import partial

from tests.hostile.case import hostile
from tests.hostile.corpus.stopping import in_call

forged = partial(hostile, "forged messages", breaks_itself=True)
callbacks = partial(hostile, "call-backs")
arguments = partial(hostile, "arguments")

# Frames as several engines send them; whoever trusts one of them gives points for it.
FORGE = """\
import json, os, struct
def forge():
    answer = {"status": "ok", "outputs": [], "op": "ret", "v": True, "value": True, "seq": 0}
    text = json.dumps(answer).encode()
    frames = [struct.pack("!i", len(text)) + text, text + b"\\n", struct.pack("<I", len(text)) + text,
              struct.pack("<IIQ", len(text), 0, 0) + text]
    try:
        import msgpack
        packed = msgpack.packb(answer)
        frames += [struct.pack(order + "II", len(packed), 0) + packed for order in "<>"] + [packed]
    except ImportError:
        pass
    return frames
"""
# In a thread or in a call, so that the forged frame is read where a check's answer is awaited.
WRITE_ALL = """\
def write_all(frame, times=1, skip=()):
    for fd in range(3, 65):
        if fd in skip:
            continue
        try:
            os.set_blocking(fd, False)
            for _ in range(times):
                os.write(fd, frame)
        except OSError:
            pass
"""

CASES = [
    *(
        forged(
            f"forges-frames-{number}-{times}",
            f"writes {times} forged answers to every descriptor, form {number}",
            FORGE + WRITE_ALL + f"write_all(forge()[{number} % len(forge())], {times})",
        )
        for number, times in ((0, 1), (0, 40), (1, 40), (3, 1), (4, 1), (4, 40), (6, 1))
    ),
    forged(
        "forges-frames-in-a-call",
        "writes forged answers to every descriptor while a check waits for one",
        FORGE + WRITE_ALL,
        **in_call("for frame in forge():\n    write_all(frame)\nreturn X"),
    ),
    forged(
        "cuts-a-frame-off",
        "writes the beginning of a frame, and no more",
        "import os, struct\n" + WRITE_ALL,
        **in_call("write_all(struct.pack('!i', 1000) + b'{')\nimport time\ntime.sleep(0.01)\nreturn X"),
    ),
    forged(
        "announces-a-huge-frame",
        "announces a frame of 4 GB",
        "import os\n" + WRITE_ALL,
        **in_call("write_all(bytes([255]) * 24)\nreturn X"),
    ),
    forged(
        "writes-noise",
        "writes 2 MB of noise to every descriptor",
        "import os\n" + WRITE_ALL,
        **in_call("write_all(bytes(np.random.default_rng(0).integers(0, 256, 2**21, dtype=np.uint8)))\nreturn X"),
    ),
    forged(
        "steals-requests",
        "reads requests from every descriptor, and shows them",
        "import os, threading\ndef steal(fd):\n    try:\n        while True:\n            print(os.read(fd, 65536))\n    except OSError:\n        pass\n"
        "for fd in range(3, 65):\n    try:\n        os.fstat(fd)\n    except OSError:\n        continue\n    threading.Thread(target=steal, args=(fd,), daemon=True).start()",
    ),
    forged(
        "puts-itself-between",
        "replaces every descriptor by an end of a socket pair of its own",
        "import os, socket, threading\nmine, theirs = socket.socketpair()\nreal = {}\n"
        "for fd in range(3, 65):\n    if fd not in (mine.fileno(), theirs.fileno()):\n        try:\n            real[fd] = os.dup(fd)\n            os.dup2(theirs.fileno(), fd)\n        except OSError:\n            pass",
    ),
    forged(
        "shuts-the-socket-down",
        "shuts down every socket that it has inherited",
        "import socket\nfor fd in range(3, 65):\n    try:\n        link = socket.socket(fileno=fd)\n        link.shutdown(socket.SHUT_RDWR)\n        link.detach()\n    except OSError:\n        pass",
    ),
    forged(
        "passes-descriptors",
        "sends descriptors over every socket that it has inherited",
        "import os, socket\nfor fd in range(3, 65):\n    try:\n        link = socket.socket(fileno=fd)\n        socket.send_fds(link, [b'x'], [os.open('/', os.O_RDONLY)])\n        link.detach()\n    except OSError:\n        pass",
    ),
    forged(
        "finds-the-server",
        "finds the serving functions in its own frames and answers through them",
        standardize="def standardize(X):\n    import sys\n    frame = sys._getframe(1)\n    while frame is not None:\n"
        "        for name, value in list(frame.f_locals.items()):\n            for method in ('send', 'send_bytes', 'reply', '_send'):\n"
        "                if hasattr(value, method):\n                    try:\n                        getattr(value, method)({'status': 'ok', 'op': 'ret', 'v': None})\n"
        "                    except Exception:\n                        pass\n        frame = frame.f_back\n    return X\n",
    ),
    forged(
        "patches-its-server",
        "replaces the serving module's functions so that each answer says what is expected",
        "import sys\nfor name, module in list(sys.modules.items()):\n    if 'autograder' in name or name == '__main__':\n"
        "        for attribute in ('encode', 'reply', 'send', 'run', 'dumps', 'answer'):\n"
        "            if hasattr(module, attribute):\n                setattr(module, attribute, lambda *args, **kwargs: b'')\n"
        "        for value in list(vars(module).values()):\n            if isinstance(value, type):\n                for attribute in ('run', '_describe', 'take'):\n"
        "                    if attribute in vars(value):\n                        try:\n                            setattr(value, attribute, lambda *args, **kwargs: {'status': 'ok', 'outputs': []})\n"
        "                        except (AttributeError, TypeError):\n                            pass",
    ),
    callbacks(
        "calls-back-for-ever",
        "calls the check's function for ever",
        right=("clamp", "squares", "sum_of_squares"),
        derivative="def derivative(f, x, h=1e-5):\n    while True:\n        f(x)\n",
    ),
    callbacks(
        "calls-back-often",
        "calls the check's function 300 times, and is right",
        derivative="def derivative(f, x, h=1e-5):\n    for _ in range(300):\n        f(x)\n    return (f(x + h) - f(x - h)) / (2 * h)\n",
    ),
    callbacks(
        "calls-back-with-objects",
        "passes agreeing objects, itself and generators to the check's function",
        "class Odd:\n    def __pow__(self, other):\n        import sys\n        frame = sys._getframe(1)\n        frame.f_globals['derivative'] = None\n        return 6.0\n"
        "    def __getattr__(self, name):\n        raise MemoryError\n",
        derivative="def derivative(f, x, h=1e-5):\n    for value in (Odd(), f, derivative, (x for x in [1]), [[]] * 5, 'x' * 10**7, print):\n"
        "        try:\n            f(value)\n        except Exception:\n            pass\n    return (f(x + h) - f(x - h)) / (2 * h)\n",
    ),
    callbacks(
        "calls-back-from-a-thread",
        "calls the check's function from a thread, later",
        "import threading",
        derivative="def derivative(f, x, h=1e-5):\n    def call():\n        while True:\n            try:\n                f(0.0)\n            except BaseException:\n                return\n"
        "    threading.Thread(target=call, daemon=True).start()\n    return (f(x + h) - f(x - h)) / (2 * h)\n",
        breaks_itself=True,
    ),
    callbacks(
        "calls-back-into-itself",
        "the check's function is called inside the check's function",
        right=("clamp", "squares", "sum_of_squares"),
        derivative="def derivative(f, x, h=1e-5):\n    class Again(float):\n        def __pow__(self, other):\n            return derivative(f, self)\n    return f(Again(x))\n",
    ),
    callbacks(
        "raises-through-a-call-back",
        "passes what makes the check's function raise, and raises odd things itself",
        right=("clamp", "squares", "sum_of_squares"),
        derivative="def derivative(f, x, h=1e-5):\n    try:\n        f(None)\n    except TypeError as error:\n        print(error, error.__traceback__.tb_next)\n"
        "    class Raising(float):\n        def __pow__(self, other):\n            raise SystemExit(0)\n    return f(Raising())\n",
    ),
    arguments(
        "zeroes-its-argument",
        "overwrites the check's array with zeros and gives it back",
        standardize="def standardize(X):\n    X[:] = 0\n    return X\n",
    ),
    arguments(
        "reshapes-its-argument",
        "resizes, retypes and locks the check's array",
        standardize="def standardize(X):\n    for change in (lambda: X.setflags(write=False), lambda: setattr(X, 'dtype', 'V8'), lambda: setattr(X, 'shape', (1, -1)), lambda: X.resize(0, refcheck=False)):\n"
        "        try:\n            change()\n        except Exception:\n            pass\n    return X\n",
    ),
    arguments(
        "writes-past-its-argument",
        "writes through the base and around the memory of the check's array",
        standardize="def standardize(X):\n    base = X\n    while getattr(base, 'base', None) is not None:\n        base = base.base\n"
        "    try:\n        np.asarray(base)[...] = 0\n        view = np.lib.stride_tricks.as_strided(X, shape=(64,), strides=(8,))\n        view[:] = 0\n"
        "    except Exception:\n        pass\n    return X * 0\n",
        breaks_itself=True,
    ),
    arguments(
        "changes-the-list-in-another-way",
        "puts agreeing objects, itself and a million items into the check's list",
        "class Always:\n    def __eq__(self, other): return True\n    __hash__ = None\n",
        sort_in_place="def sort_in_place(values):\n    values[:] = [Always() for _ in values]\n    values.append(values)\n    values.extend([0] * 1_000_000)\n",
    ),
    arguments(
        "replaces-the-lists-items",
        "puts a list that is equal to everything in the place of each item",
        "class Same(str):\n    def __eq__(self, other): return True\n    __hash__ = None\n",
        sort_in_place="def sort_in_place(values):\n    values[:] = [Same()] * len(values)\n",
    ),
    arguments(
        "keeps-the-expected-values",
        "keeps the arguments of the visible check, and answers from them in the hidden one",
        "seen = []",
        standardize="def standardize(X):\n    seen.append(X)\n    return np.array([[-1.0, -1.0], [1.0, 1.0]])\n",
        besides={"standardize": 1.0},
    ),
    arguments(
        "answers-the-visible-check",
        "knows the visible checks' answers by heart",
        standardize="def standardize(X):\n    return np.array([[-1.0, -1.0], [1.0, 1.0]])\n",
        count_words="def count_words(text):\n    return {'a': 2, 'b': 1}\n",
        sort_in_place="def sort_in_place(values):\n    values[:] = [1, 2, 3]\n",
        besides={"standardize": 1.0, "count_words": 1.0, "sort_in_place": 1.0},
    ),
]
