"""Submissions that know the engine's own code and change what serves requests inside the jail.

All of that process is theirs, so every field of every reply can be forged. Where there is no such engine the attempts
come to nothing. Replies that make the trusted side fail may cost the submission its own points, never a verdict.
"""

from __future__ import annotations

from functools import partial

from tests.hostile.case import hostile
from tests.hostile.course import RIGHT

forged = partial(hostile, "forged replies")
arguments = partial(hostile, "arguments")
names = partial(hostile, "names of the notebook")

# `change(server, request, reply)` sees every reply to an operation, and gives another one.
INTERCEPT = """\
import sys
operations = getattr(sys.modules.get("autograder.jail.server"), "_OPERATIONS", {})
def intercept(operation, change):
    real = operations.get(operation)
    if real is not None:
        operations[operation] = lambda server, request: change(server, request, real(server, request))
"""
FAIL = """\
def fail(server, request):
    raise RuntimeError("forged")
"""


def in_calls(change: str) -> str:
    """Text of a cell that changes every reply to a call by these statements."""
    body = "".join(f"    {line}\n" for line in change.splitlines())
    return f"{INTERCEPT}def change(server, request, reply):\n{body}    return reply\nintercept('call', change)"


CASES = [
    forged(
        "sends-changed-arguments-unasked",
        "gives NaN, and says that the call has changed its arguments to NaN, which nobody asked for",
        in_calls(
            "if request['args'] and isinstance(request['args'][0], np.ndarray):\n"
            "    spoiled = np.full_like(request['args'][0], np.nan)\n"
            "    reply['value'], reply['changed'] = spoiled, [[spoiled], {}]"
        ),
    ),
    forged(
        "sends-changed-lists-unasked",
        "says that a call with other arguments has changed them, in number and in type",
        in_calls("reply['changed'] = [[[0]] * 9, {'x': 1, 5: 2}]\nreply['generators'] = [1, 'x', None]"),
    ),
    forged(
        "sends-outputs-with-replies",
        "puts results, records of success and updates into the outputs of a call",
        in_calls(
            "made = {'exercise': 'standardize', 'status': 'passed', 'share': 1.0}\n"
            "reply['outputs'] = [{'output_type': 'execute_result', 'data': {'text/plain': '2.0'}, 'metadata': {}, 'execution_count': 1},\n"
            "    {'output_type': 'display_data', 'data': {'application/vnd.autograder.check+json': made, 'text/plain': ''}, 'metadata': {}},\n"
            "    {'output_type': 'update_display_data', 'data': {'text/plain': '2.0'}, 'transient': {'display_id': ''}}, 7, None]"
        ),
    ),
    forged(
        "sends-odd-warnings",
        "sends warnings of categories that are none",
        in_calls("reply['warnings'] = [['SystemExit', 'x'], ['exec', 'y'], [1, 2], ['UserWarning', 'x' * 10**5], 5]"),
    ),
    forged(
        "sends-forged-errors",
        "sends errors that claim to be of classes of the engine or of the interpreter",
        in_calls(
            "if request['args'] and isinstance(request['args'][0], (str, np.ndarray)):\n"
            "    number = len(request['args'][0]) % 4\n"
            "    reply['error'] = {'type': ['Stopped', 'SystemExit', 'GeneratorExit', 'x' * 10**5][number], 'module': ['builtins', 'autograder.session', None, 5][number],\n"
            "        'bases': [['BaseException'], ['SystemExit', 'int'], 5, ['exec', 'object', 'BaseExceptionGroup']][number], 'args': [[], {}], 'frames': [[1, -1, ''], [10**30, 1, None]],\n"
            "        'class': 10**30, 'text': ['passed']}"
        ),
    ),
    forged(
        "sends-forged-handles",
        "sends handles that claim to be classes, exceptions and modules of odd names",
        INTERCEPT + "server_module = sys.modules.get('autograder.jail.server')\nif server_module is not None:\n"
        "    def to_reference(self, value):\n"
        "        Handle = server_module.Handle\n"
        "        return Handle(10**15, 'class', 'float', '__class__', 'x' * 1000, -1, ('SystemExit', 'bool', '__import__'))\n"
        "    server_module._Server._to_reference = to_reference\n",
        best="class Best:\n    pass\nbest = Best()\n",
        count_words="def count_words(text):\n    return object()\n",
        breaks_itself=True,
    ),
    forged(
        "sends-forged-signatures",
        "sends parameters of wrong kinds and types for its functions",
        INTERCEPT + "def change(server, request, reply):\n"
        "    reply['signatures'] = {'clamp': 5, 'derivative': [[1, 2, 3], ['x']], 'squares': [['x', 99, True]], 'standardize': [['a', 4, 0], ['b', 4, 0]], 7: []}\n"
        "    return reply\nintercept('names', change)",
    ),
    forged(
        "sends-odd-iterators",
        "sends numbers where iterators, lengths and items are asked for",
        INTERCEPT
        + "operations.update(iterator=lambda server, request: {'value': [5, -1]}, length=lambda server, request: {'value': -3},\n"
        "                  next=lambda server, request: {'value': 10**30}, item=lambda server, request: {'value': ...})",
        best="class Best:\n    def __iter__(self):\n        return iter(('row', 'mean'))\n    def __getitem__(self, key):\n        return 3\nbest = Best()\n",
        breaks_itself=True,
    ),
    forged(
        "names-nonsense",
        "answers the question for its names with a number",
        INTERCEPT + "operations['names'] = lambda server, request: {'value': 5, 'signatures': None}",
        breaks_itself=True,
    ),
    *(
        forged(
            f"fails-every-{operation}",
            f"answers every request of the kind {operation!r} with an error",
            f"{INTERCEPT}{FAIL}operations[{operation!r}] = fail",
            breaks_itself=True,
        )
        for operation in ("run", "names", "flush")
    ),
    forged(
        "replies-beyond-the-limit",
        "answers requests with values beyond the size of a message",
        INTERCEPT + "for operation in ('flush', 'run', 'names'):\n"
        "    intercept(operation, lambda server, request, reply: {**reply, 'value': 'x' * 3_000_000})",
        breaks_itself=True,
    ),
    forged(
        "outputs-beyond-the-limit",
        "sends outputs of 3 MB with the reply to a call",
        in_calls("reply['outputs'] = [{'output_type': 'stream', 'name': 'stdout', 'text': 'x' * 3_000_000}]"),
        breaks_itself=True,
    ),
    forged(
        "calls-back-unasked",
        "calls functions of checks back that it was never given, with every number",
        INTERCEPT + "def change(server, request, reply):\n"
        "    for number in (1, 2, 0, -1, 'x', None, 10**20):\n"
        "        server.send({'callback': number, 'args': [scores], 'kwargs': {}})\n        server.receive()\n"
        "    return reply\nintercept('call', change)",
    ),
    forged(
        "answers-a-stale-request",
        "repeats the reply to the request before",
        INTERCEPT
        + "def change(server, request, reply, before=[]):\n    before.append(dict(reply, seq=request['seq']))\n"
        "    if len(before) > 1:\n        server.send(before[-2])\n    return reply\nintercept('call', change)",
        breaks_itself=True,
    ),
    *(
        forged(
            f"ends-a-cell-{name}",
            f"says that its cells have ended {name.replace('-', ' ')}",
            f"{INTERCEPT}def change(server, request, reply):\n    reply['value'].update({end})\n    return reply\n"
            "intercept('run', change)",
        )
        for name, end in (
            ("with-an-array", "status=np.zeros(3), raised=np.zeros(3)"),
            (
                "at-a-huge-line",
                "status='error', raised={'frames': [[10**5000, 1, 'f', 'x'], [1, -(10**5000), 'f', 'x']]}",
            ),
        )
    ),
    *(
        forged(
            f"has-parameters-that-raise-{error}",
            f"sends objects that raise {error} in the place of functions' parameters",
            f"class Parameters:\n    def __iter__(self): raise {error}(0)\n    __hash__ = __len__ = __iter__\n"
            + INTERCEPT
            + "def change(server, request, reply):\n    odd = Parameters()\n"
            "    lists = [odd, [odd], [['x', odd, False]], [[odd, 1, odd]], ['xyz']]\n"
            "    reply['signatures'] = {name: lists[i % 5] for i, name in enumerate(reply['found'])}\n    return reply\n"
            "intercept('run', change)\nintercept('names', change)",
        )
        for error in ("KeyError", "SystemExit")
    ),
    forged(
        "numbers-a-reply-by-an-array",
        "sends an array as the number of the request that it answers, in one exercise",
        in_calls("if getattr(request['target'], '__name__', '') == 'standardize':\n    request['seq'] = np.zeros(3)"),
    ),
    forged(
        "numbers-all-replies-by-arrays",
        "sends an array as the number of each cell's request, also when they run again in a new process",
        f"{INTERCEPT}def change(server, request, reply):\n    request['seq'] = np.zeros(3)\n    return reply\n"
        "intercept('run', change)",
        breaks_itself=True,
    ),
    arguments(
        "spoils-data-by-giving-nothing",
        "zeroes the instructor's array and gives None, so that a later check expects what its wrong answer says",
        standardize="def standardize(X):\n    X[:] = 0\n    return None\n",
        best="best = {'row': 0, 'mean': 0.0}\n",
        besides={"best": 1.0},
    ),
    arguments(
        "fills-the-checks-memory",
        "an answer that gives a megabyte at each step for ever, where the check collects them",
        best="class Best:\n    def __iter__(self):\n        number = 0\n        while True:\n            number += 1\n            yield str(number).ljust(3000)\nbest = Best()\n",
    ),
    names(
        "replaces-the-instructors-modules",
        "binds np, plt and scores anew in the notebook",
        "real = np\nclass Quiet:\n    def __getattr__(self, name):\n        return getattr(real, name)\n"
        "    testing = type('testing', (), {'assert_allclose': staticmethod(lambda *args, **kwargs: None)})\n"
        "    isclose = staticmethod(lambda *args, **kwargs: True)\n    argmax = staticmethod(lambda *args, **kwargs: -1)\nnp = Quiet()",
    ),
    names(
        "binds-builtins-in-the-notebook",
        "binds abs, len, set and isinstance as names of the notebook",
        "def abs(value): return 0.0\ndef set(values): return {'row', 'mean'}\ndef len(values): return 10**9\ndef isinstance(*args): return True\n",
        right=("clamp", "squares", "sum_of_squares"),
        derivative="def derivative(f, x, h=1e-5):\n    return 12345.0\n",
        besides={},
    ),
    names(
        "class-as-function",
        "a function in the place of the class",
        account=RIGHT["account"].replace("class Account", "class Hidden")
        + "def Account(*args):\n    return Hidden(*args)\n",
        besides={"account": 1.0},
        breaks_itself=True,
    ),
    names(
        "errors-named-alike",
        "raises an error that has only the name of the one that is asked for",
        account="class ValueError(Exception):\n    pass\n" + RIGHT["account"],
        besides={"account": 1.0},
    ),
    names(
        "answers-vanish",
        "deletes or replaces its own answers when the check begins to use them",
        clamp="def clamp(x, low, high):\n    global standardize, best\n    standardize = best = None\n"
        + RIGHT["clamp"].split("\n", 1)[1],
        count_words="def count_words(text):\n    del globals()['count_words']\n    return {}\n",
        besides={"count_words": 0.0},
    ),
]
