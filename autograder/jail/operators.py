"""What Python does for the name of a special method: with the fallbacks that a class without it has.

``a += b`` is a sum where there is no ``__iadd__``, and ``a > b`` asks ``b.__lt__``. Must not know who asks.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "pow": operator.pow,
    "matmul": operator.matmul,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
}


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda value, other: operation(other, value)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    **{f"__{name}__": operation for name, operation in BINARY.items()},
    **{f"__r{name}__": _reflected(operation) for name, operation in BINARY.items()},
    **{f"__i{name}__": getattr(operator, f"__i{name}__") for name in BINARY},
    **{f"__{name}__": getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
    **{f"__{name}__": getattr(operator, name) for name in ("neg", "pos", "abs", "invert", "contains", "delitem")},
    "__bool__": bool,
    "__float__": float,
    "__format__": format,
    "__hash__": hash,
    "__int__": int,
    "__len__": len,
    "__pow__": pow,
    "__repr__": repr,
    "__reversed__": reversed,
    "__round__": round,
    "__str__": str,
}


def bind(value: Any, name: str) -> Callable[..., Any]:
    """Give a function of the other operands that does the operation with `value`; of another name, its attribute."""
    operation = _OPERATIONS.get(name)
    return getattr(value, name) if operation is None else partial(operation, value)
