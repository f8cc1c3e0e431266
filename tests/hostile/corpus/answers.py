"""Right answers in unusual forms: other types, other kinds of functions and classes, other ways to write them."""

from __future__ import annotations

from tests.hostile.case import Case, honest
from tests.hostile.course import RIGHT, solved


def instead(name: str, why: str, **answers: str) -> Case:
    """A right notebook with other right answers."""
    return honest(name, why, solved(**answers))


CASES = [
    instead(
        "float32",
        "answers in single precision",
        standardize="def standardize(X):\n    X = X.astype(np.float32)\n    return (X - X.mean(0)) / X.std(0)\n",
    ),
    instead(
        "lists-for-arrays",
        "a nested list where an array is compared",
        standardize="def standardize(X):\n    return np.array([[(v - m) / s for v, m, s in zip(row, X.mean(0), X.std(0))] for row in X.tolist()])\n",
    ),
    instead(
        "numpy-scalars",
        "NumPy scalars where Python's numbers are compared",
        clamp="def clamp(x, low, high):\n    return np.float64(np.clip(x, low, high))\n",
        derivative="def derivative(f, x, h=1e-5):\n    return np.float64((f(np.float64(x) + h) - f(np.float64(x) - h)) / (2 * h))\n",
        best="best = dict(row=np.int64(np.argmax(scores.sum(1))), mean=np.mean(scores))\n",
        sum_of_squares="def sum_of_squares(n):\n    return np.sum(squares(n))\n",
    ),
    instead(
        "zero-dimensional",
        "0-dimensional arrays where numbers are compared",
        clamp="def clamp(x, low, high):\n    return np.clip(np.array(x), low, high)\n",
    ),
    instead(
        "booleans-and-fractions",
        "fractions and decimals where numbers are compared",
        clamp="from fractions import Fraction\ndef clamp(x, low, high):\n    return min(max(Fraction(x), Fraction(low)), Fraction(high))\n",
    ),
    instead(
        "counter",
        "a Counter where a dict is compared",
        count_words="from collections import Counter\ndef count_words(text):\n    return Counter(text.split())\n",
    ),
    instead(
        "default-dict",
        "a defaultdict where a dict is compared",
        count_words="from collections import defaultdict\ndef count_words(text):\n    counts = defaultdict(int)\n    for word in text.split():\n        counts[word] += 1\n    return counts\n",
    ),
    instead(
        "ordered-dict",
        "an OrderedDict as a value",
        best="from collections import OrderedDict\nbest = OrderedDict(row=int(scores.sum(1).argmax()), mean=scores.mean())\n",
    ),
    instead(
        "lambda",
        "lambdas as answers",
        clamp="clamp = lambda x, low, high: min(max(x, low), high)\n",
        squares="squares = lambda n: [i**2 for i in range(1, n + 1)]\n",
    ),
    instead(
        "partial",
        "functools.partial as an answer",
        clamp="from functools import partial\ndef pick(index, x, low, high):\n    return sorted((low, x, high))[index]\nclamp = partial(pick, 1)\n",
    ),
    instead(
        "calls-back-from-a-pool",
        "threads that call the check's function at the same time",
        derivative="from concurrent.futures import ThreadPoolExecutor\ndef derivative(f, x, h=1e-5):\n    with ThreadPoolExecutor(8) as pool:\n        values = list(pool.map(f, [x + k * h for k in range(-20, 21)]))\n    return (values[21] - values[19]) / (2 * h)\n",
    ),
    instead(
        "callable-object",
        "an object with __call__ as an answer",
        clamp="class Clamp:\n    def __call__(self, x, low, high):\n        return min(max(x, low), high)\nclamp = Clamp()\n",
    ),
    instead(
        "decorated",
        "decorated and cached functions",
        squares="from functools import lru_cache, wraps\ndef as_list(f):\n    @wraps(f)\n    def inner(*args):\n        return list(f(*args))\n    return inner\n@as_list\n@lru_cache\ndef squares(n):\n    return tuple(i * i for i in range(1, n + 1))\n",
    ),
    instead(
        "bound-method",
        "a method as an answer",
        clamp="class Tools:\n    def clamp(self, x, low, high):\n        return min(max(x, low), high)\nclamp = Tools().clamp\n",
    ),
    instead(
        "builtin-as-answer",
        "a function of NumPy as an answer",
        clamp="clamp = np.clip\n",
        sort_in_place="sort_in_place = list.sort\n",
    ),
    instead(
        "generator-inside",
        "generators and iterators inside an answer",
        squares="def squares(n):\n    def make():\n        for i in range(1, n + 1):\n            yield i * i\n    return list(make())\n",
    ),
    instead(
        "recursion",
        "recursion 300 levels deep",
        sum_of_squares="def sum_of_squares(n):\n    def add(items):\n        return items[0] + add(items[1:]) if items else 0\n    return add(squares(n)) + 0 * add([0] * 300)\n",
    ),
    instead(
        "type-hints",
        "type hints, keyword-only defaults, walrus and match",
        clamp="from typing import TypeVar\nT = TypeVar('T', int, float)\ndef clamp(x: T, low: T, high: T, *, strict: bool = False) -> T:\n"
        "    match (x < low, x > high):\n        case (True, _):\n            return low\n        case (_, True):\n            return high\n    return y if (y := x) is not None else low\n",
    ),
    instead(
        "unicode-names",
        "names in Greek, German and with accents",
        standardize="def standardize(X):\n    μ, größe = X.mean(axis=0), X.std(axis=0)\n    return (X - μ) / größe\n",
    ),
    instead(
        "dataclass",
        "a dataclass as the class",
        account="from dataclasses import dataclass\n@dataclass\nclass Account:\n    owner: str\n    balance: float = 0.0\n    def deposit(self, amount: float) -> float:\n        if amount <= 0:\n            raise ValueError(amount)\n        self.balance += amount\n        return self.balance\n"
        "    def withdraw(self, amount: float) -> float:\n        if amount > self.balance:\n            raise ValueError(amount)\n        self.balance -= amount\n        return self.balance\n",
    ),
    instead(
        "properties-and-slots",
        "properties, slots and a base class",
        account="class Base:\n    __slots__ = ('owner', '_balance')\n    def __init__(self, owner, balance=0.0):\n        self.owner, self._balance = owner, balance\n    @property\n    def balance(self):\n        return self._balance\n"
        "class Account(Base):\n    __slots__ = ()\n    class Empty(ValueError):\n        pass\n    def deposit(self, amount):\n        if amount <= 0:\n            raise ValueError\n        self._balance += amount\n        return self.balance\n"
        "    def withdraw(self, amount):\n        if amount > self.balance:\n            raise self.Empty('not enough')\n        self._balance -= amount\n        return self.balance\n",
    ),
    instead(
        "sorts-by-hand",
        "sorts in place by swapping",
        sort_in_place="def sort_in_place(values):\n    for end in range(len(values), 1, -1):\n        for i in range(end - 1):\n            if values[i] > values[i + 1]:\n                values[i], values[i + 1] = values[i + 1], values[i]\n",
    ),
    instead(
        "sorts-by-slice",
        "sorts in place by assigning to a slice",
        sort_in_place="def sort_in_place(values):\n    values[:] = sorted(values)\n",
    ),
    instead(
        "imports-inside",
        "imports inside functions",
        standardize="def standardize(X):\n    import numpy as numerics\n    from numpy import std\n    return (X - numerics.mean(X, 0)) / std(X, 0)\n",
        sum_of_squares="def sum_of_squares(n):\n    from functools import reduce\n    from operator import add\n    return reduce(add, squares(n))\n",
    ),
    instead(
        "prints-a-lot",
        "prints in every call",
        clamp="def clamp(x, low, high):\n    print(f'{x=} {low=} {high=}')\n    return min(max(x, low), high)\n",
    ),
    instead(
        "test-calls-below",
        "tries its functions at the end of the cells",
        clamp=RIGHT["clamp"] + "print(clamp(1, 2, 3))\nclamp(4, 2, 3)\n",
        best=RIGHT["best"] + "best\n",
    ),
    instead(
        "contiguous-and-not",
        "views, transposed and Fortran-ordered arrays",
        standardize="def standardize(X):\n    T = np.asfortranarray(X).T[:, ::-1]\n    return ((T - T.mean(1, keepdims=True)) / T.std(1, keepdims=True))[:, ::-1].T\n",
    ),
    instead(
        "class-of-another-name",
        "a class of another name, bound to the name that is asked for",
        account=RIGHT["account"].replace("class Account", "class BankAccount") + "Account = BankAccount\n",
    ),
    instead(
        "class-made-by-a-call",
        "a class made by a function, with a decorator",
        account="def with_repr(cls):\n    cls.__repr__ = lambda self: f'{self.owner}: {self.balance}'\n    return cls\n"
        "def make():\n"
        + "".join(f"    {line}\n" for line in ("@with_repr\n" + RIGHT["account"]).splitlines())
        + "    return Account\nAccount = make()\n",
    ),
    instead(
        "operators-on-arrays",
        "a class with operators on top of a NumPy array",
        vector="class Vector:\n    def __init__(self, x, y):\n        self._values = np.array([x, y])\n    x = property(lambda self: self._values[0])\n"
        "    y = property(lambda self: self._values[1])\n    def __add__(self, other):\n        return Vector(*(self._values + other._values))\n"
        "    def __mul__(self, factor):\n        return Vector(*(self._values * factor))\n    def __abs__(self):\n        return float(np.linalg.norm(self._values))\n"
        "    def __eq__(self, other):\n        return bool((self._values == other._values).all())\n    def __repr__(self):\n        return f'Vector({self.x}, {self.y})'\n",
    ),
    instead(
        "operators-of-a-dataclass",
        "a frozen dataclass with operators, which is hashable and orders itself",
        vector="from dataclasses import dataclass\nimport math\n@dataclass(frozen=True, order=True)\nclass Vector:\n    x: float\n    y: float\n"
        "    def __add__(self, other: 'Vector') -> 'Vector':\n        return Vector(self.x + other.x, self.y + other.y)\n"
        "    def __mul__(self, factor):\n        return Vector(self.x * factor, self.y * factor) if isinstance(factor, (int, float)) else NotImplemented\n    __rmul__ = __mul__\n"
        "    def __abs__(self):\n        return math.hypot(self.x, self.y)\n    def __repr__(self):\n        return f'Vector({self.x!r}, {self.y!r})'\n",
    ),
]
