"""Answers that are objects which agree with everything, and calls that end in odd ways."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.hostile.case import hostile

objects = partial(hostile, "agreeing objects")
endings = partial(hostile, "odd endings")

ALWAYS = """\
class Always:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __bool__(self): return True
    def __hash__(self): return 0
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __len__(self): return 2
    def __contains__(self, item): return True
    def __iter__(self): return iter(('row', 'mean'))
    def __call__(self, *args, **kwargs): return self
    def __getattr__(self, name):
        if name.startswith('__'):
            raise AttributeError(name)
        return self
    def __getitem__(self, key): return self
"""


def answer_all(value: str) -> dict[str, Any]:
    """Texts of the wrong exercises that all give `value`."""
    return {
        "standardize": f"def standardize(X):\n    return {value}\n",
        "account": f"class Account:\n    def __init__(self, *args):\n        self.owner = self.balance = {value}\n"
        f"    def deposit(self, amount): return {value}\n    def withdraw(self, amount):\n"
        f"        if amount == 10: raise ValueError\n        return {value}\n",
        "best": f"best = {value}\n",
        "count_words": f"def count_words(text):\n    return {value}\n",
    }


def subclass(base: str, value: str, body: str = "") -> str:
    """Text of a class `Agreeing(base)` that is equal to everything, and of an `it` made of it."""
    return (
        f"class Agreeing({base}):\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
        f"    def __hash__(self): return 0\n{body}\nit = {value}\n"
    )


CASES = [
    objects("equal-to-everything", "an object whose every operator agrees", ALWAYS, **answer_all("Always()")),
    objects(
        "int-that-agrees",
        "an int subclass that is equal to everything",
        subclass("int", "Agreeing(1)"),
        **answer_all("it"),
    ),
    objects(
        "float-that-agrees",
        "a float subclass whose differences are 0",
        subclass("float", "Agreeing(1)", "    def __sub__(self, other): return 0.0\n    __rsub__ = __sub__\n"),
        right=("clamp", "squares", "sum_of_squares"),
        derivative="def derivative(f, x, h=1e-5):\n    return it\n",
    ),
    objects(
        "str-that-agrees",
        "a str subclass that is equal to everything",
        subclass("str", "Agreeing('row')"),
        **answer_all("it"),
    ),
    objects(
        "dict-that-agrees",
        "a dict subclass with agreeing values",
        ALWAYS + subclass("dict", "Agreeing(row=Always(), mean=Always())"),
        **answer_all("it"),
    ),
    objects(
        "list-that-agrees",
        "a list subclass that is equal to every list",
        subclass("list", "Agreeing([1, 2])"),
        **answer_all("it"),
    ),
    objects(
        "array-that-agrees",
        "an ndarray subclass with its own __array_ufunc__ and __array_function__",
        "class Agreeing(np.ndarray):\n"
        "    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs): return np.True_\n"
        "    def __array_function__(self, function, types, args, kwargs): return np.True_\n"
        "    def all(self, *args, **kwargs): return True\n    def __bool__(self): return True\n",
        standardize="def standardize(X):\n    return np.array(X).view(Agreeing)\n",
        count_words="def count_words(text):\n    return np.zeros(()).view(Agreeing)\n",
    ),
    objects(
        "array-protocol-that-peeks",
        "an object whose __array__ looks for the expected values in its callers' frames",
        "import sys\nclass Peeking:\n    shape = scores.shape\n"
        "    def __array__(self, dtype=None, copy=None):\n        frame = sys._getframe(1)\n        while frame is not None:\n"
        "            for name in ('desired', 'y', 'expected'):\n"
        "                if name in frame.f_locals:\n                    return np.array(frame.f_locals[name], dtype=float)\n"
        "            frame = frame.f_back\n        return np.zeros(2)\n"
        "    def __array_function__(self, function, types, args, kwargs): return 0.0\n",
        standardize="def standardize(X):\n    return Peeking()\n",
    ),
    objects(
        "masked-array",
        "a fully masked array, which numpy.testing takes for equal to anything",
        standardize="def standardize(X):\n    return np.ma.masked_all(X.shape)\n",
    ),
    objects(
        "object-array-that-agrees",
        "an array of dtype object filled with agreeing objects",
        ALWAYS,
        standardize="def standardize(X):\n    result = np.empty(X.shape, dtype=object)\n    result[:] = Always()\n    return result\n",
    ),
    objects(
        "custom-dtype",
        "arrays with structured, void and subarray dtypes",
        standardize="def standardize(X):\n"
        "    return np.zeros(X.shape, dtype=np.dtype([('x', float), ('y', object)], metadata={'x': print}))\n",
        count_words="def count_words(text):\n    return np.zeros(3, dtype='V7')\n",
    ),
    objects(
        "nan-everywhere",
        "gives NaN and overwrites its argument with NaN, so that both sides agree",
        standardize="def standardize(X):\n    X[:] = np.nan\n    return X\n",
    ),
    objects(
        "class-lies",
        "an object whose __class__ says float, dict or ndarray",
        ALWAYS + "class Liar(Always):\n    def __init__(self, kind): self.kind = kind\n"
        "    __class__ = property(lambda self: self.kind)\n",
        **answer_all("Liar(dict)"),
    ),
    objects(
        "metaclass-that-agrees",
        "a class whose metaclass takes every object for an instance",
        ALWAYS + "class Meta(type):\n    def __instancecheck__(cls, thing): return True\n"
        "    def __eq__(cls, other): return True\n    def __hash__(cls): return 0\n"
        "    def __getattr__(cls, name): return Always()\n",
        account="class Account(metaclass=Meta):\n    def __new__(cls, *args): return Always()\n",
    ),
    objects(
        "keys-that-agree",
        "a dict whose keys are equal to every key",
        "class Key(str):\n    def __eq__(self, other): return True\n    def __hash__(self): return hash(str(self))\n"
        "class AnyKey:\n    def __eq__(self, other): return True\n    def __hash__(self): return hash('a')\n",
        best="best = {Key('row'): 1, Key('mean'): AnyKey()}\n",
        count_words="def count_words(text):\n    return {AnyKey(): AnyKey(), Key('b'): AnyKey()}\n",
        right=("clamp", "derivative"),
        squares="def squares(n):\n    return [AnyKey()] * n\n",
        sum_of_squares="def sum_of_squares(n):\n    return AnyKey()\n",
    ),
    objects(
        "thousandfold-truth",
        "an __eq__ that gives 1000, for partial credit beyond the maximum",
        "class Rich:\n    def __eq__(self, other): return 1000\n    def __hash__(self): return 0\n",
        count_words="def count_words(text):\n    return Rich()\n",
    ),
    objects(
        "array-for-partial-credit",
        "gives an array, so that the sum of comparisons is an array too, which nbgrader takes for full marks",
        count_words="def count_words(text):\n    return np.zeros(1)\n",
    ),
    objects(
        "operators-that-agree",
        "operators that are equal, unequal and right at once, and that give agreeing objects",
        ALWAYS,
        vector="class Vector(Always):\n    def __init__(self, *args):\n        self.x = self.y = 4\n"
        "    def __eq__(self, other): return True\n    def __ne__(self, other): return True\n"
        "    def __add__(self, other): return self\n    __mul__ = __add__\n    def __abs__(self): return Always()\n"
        "    def __repr__(self): return 'Vector(1, 2)'\n",
    ),
    objects(
        "operators-that-peek",
        "operators that look for the expected values in their callers' frames and at their other operand",
        "import sys\ndef peek():\n    frame = sys._getframe(1)\n    while frame is not None:\n        print(frame.f_code.co_names, frame.f_lineno)\n"
        "        frame = frame.f_back\n",
        vector="class Vector:\n    def __init__(self, *args):\n        self.x = self.y = 4\n    def __eq__(self, other):\n        peek()\n"
        "        vars(self).update(getattr(other, '__dict__', {}))\n        return True\n    def __add__(self, other):\n        peek()\n        return other\n    __mul__ = __add__\n"
        "    def __abs__(self):\n        peek()\n        return [5]\n",
    ),
    objects(
        "number-that-prints-as-two",
        "an __eq__ whose result adds up to an object that shows itself as 2.0",
        "class Two(float):\n    def __repr__(self): return '2.0'\n    def __add__(self, other): return self\n    __radd__ = __add__\n"
        "class Rich:\n    def __eq__(self, other): return Two()\n    def __hash__(self): return 0\n",
        count_words="def count_words(text):\n    return Rich()\n",
    ),
    objects(
        "reduce-that-runs",
        "an answer whose __reduce__ runs code in whoever unpickles it",
        "class Bomb:\n    def __reduce__(self):\n"
        "        return (exec, (\"open('@CANARY@/unpickled', 'w').write('x')\",))\n",
        **answer_all("Bomb()"),
    ),
    objects(
        "deletes-with-a-surprise",
        "an answer whose __del__ patches numpy.testing when the check lets go of it",
        "class Late:\n    def __del__(self):\n        import numpy.testing\n"
        "        numpy.testing.assert_allclose = lambda *args, **kwargs: None\n",
        standardize="def standardize(X):\n    Late()\n    return [Late(), X][1] * 0\n",
    ),
    objects(
        "getattr-for-everything",
        "an object that has every attribute, dunder ones too",
        "class Everything:\n    def __getattr__(self, name): return lambda *args, **kwargs: True\n"
        "    def __eq__(self, other): return True\n    __hash__ = None\n",
        **answer_all("Everything()"),
    ),
    objects(
        "returns-the-checks-own-function",
        "gives back the function that it was passed, hoping that it stands for a number",
        right=("clamp", "squares", "sum_of_squares"),
        derivative="def derivative(f, x, h=1e-5):\n    return f\n",
    ),
    objects(
        "type-instead-of-value",
        "gives classes, modules and functions where values are expected",
        ALWAYS,
        **answer_all("[Always, np, len, type][1]"),
    ),
    endings(
        "exits-in-eq",
        "ends the process in __eq__ when the check compares",
        "import os\nclass Exit:\n    def __eq__(self, other): os._exit(0)\n    __hash__ = None\n",
        **answer_all("Exit()"),
    ),
    endings(
        "raises-system-exit",
        "leaves the check by SystemExit(0)",
        count_words="def count_words(text):\n    raise SystemExit(0)\n",
        standardize="def standardize(X):\n    raise SystemExit(0)\n",
    ),
    endings(
        "raises-keyboard-interrupt",
        "leaves the check by KeyboardInterrupt, which many take for the user",
        standardize="def standardize(X):\n    raise KeyboardInterrupt\n",
        count_words="def count_words(text):\n    raise KeyboardInterrupt\n",
    ),
    endings(
        "raises-odd-exceptions",
        "raises GeneratorExit, StopIteration, StopAsyncIteration and BdbQuit",
        "import bdb",
        standardize="def standardize(X):\n    raise GeneratorExit\n",
        count_words="def count_words(text):\n    raise StopIteration\n",
        sort_in_place="def sort_in_place(values):\n    raise bdb.BdbQuit\n",
        best="raise StopAsyncIteration\n",
    ),
    endings(
        "raises-skip",
        "raises what test frameworks take for a skipped test",
        "import unittest",
        standardize="def standardize(X):\n    raise unittest.SkipTest('later')\n",
        count_words="def count_words(text):\n    raise unittest.SkipTest('later')\n",
    ),
    endings(
        "raises-an-unprintable-error",
        "raises an exception whose text, arguments and traceback cannot be asked for",
        "class Unprintable(Exception):\n    def __str__(self): raise self\n    __repr__ = __str__\n"
        "    args = property(lambda self: self.missing)\n    __traceback__ = property(lambda self: None)\n",
        standardize="def standardize(X):\n    raise Unprintable\n",
    ),
    endings(
        "raises-with-a-loop-of-causes",
        "raises an exception that is its own cause",
        standardize="def standardize(X):\n    first, second = ValueError(), ValueError()\n"
        "    first.__cause__, second.__cause__ = second, first\n    raise first\n",
    ),
    endings(
        "raises-a-giant-error",
        "raises an exception with a text of 20 MB",
        standardize="def standardize(X):\n    raise ValueError('<b>x</b>' * 2_500_000)\n",
    ),
    endings(
        "raises-a-base-exception",
        "raises a BaseException of its own with a hook at its type's name",
        "class Meta(type):\n    __name__ = property(lambda cls: 'AssertionError')\n    def __str__(cls): return 'passed'\n"
        "class Passed(BaseException, metaclass=Meta):\n    pass\n",
        standardize="def standardize(X):\n    raise Passed\n",
    ),
    endings(
        "endless-generator",
        "gives generators that never end",
        "import itertools\ndef forever():\n    yield from itertools.repeat(('a', 2))\n",
        standardize="def standardize(X):\n    return (row for row in itertools.cycle(X))\n",
        count_words="def count_words(text):\n    return forever()\n",
        best="best = forever()\n",
        right=("clamp", "derivative", "squares"),
    ),
    endings(
        "deep-answer",
        "gives a list 100 000 levels deep, and one that holds itself",
        standardize="def standardize(X):\n    nested = []\n    for _ in range(100_000):\n        nested = [nested]\n    return nested\n",
        count_words="def count_words(text):\n    counts = {}\n    counts['a'] = counts\n    return counts\n",
    ),
    endings(
        "huge-answer",
        "gives an array of 400 MB and an integer of a million digits",
        standardize="def standardize(X):\n    return np.ones((50_000_000,))\n",
        count_words="def count_words(text):\n    return {'a': 1 << 4_000_000}\n",
    ),
    endings(
        "very-many-objects",
        "gives 300 000 objects at once",
        count_words="def count_words(text):\n    return [object() for _ in range(300_000)]\n",
    ),
]
