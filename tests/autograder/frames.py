"""A codec without references, and frames made by hand, for the tests of the wire."""

from __future__ import annotations

from typing import Any

import msgpack

from autograder.plaindata import KINDS
from autograder.wire import LIST_CODE, Codec


def refuse(value: Any) -> None:
    return None


CODEC = Codec(refuse, lambda reference: reference)
NAMED, NAMEDTUPLE, HANDLE, REFERENCE, CALLBACK = 0, *range(LIST_CODE + 1, LIST_CODE + 5)


class Tagged(list[Any]):
    """A list that begins with a number of a kind already."""


def code_of(kind: type) -> int:
    return next(code for code, entry in enumerate(KINDS) if kind in entry.types)


def tagged(kind: Any, *parts: Any) -> Tagged:
    """What a header has for a value of a class, or of a kind's number; or with anything else in the number's place."""
    return Tagged([code_of(kind) if isinstance(kind, type) else kind, *parts])


def pack(tree: Any) -> bytes:
    """Give the header of this tree."""
    packed: bytes = msgpack.packb(_number(tree), unicode_errors="surrogatepass")
    return packed


def decode(tree: Any, *arrays: bytes) -> Any:
    return CODEC.decode((pack(tree), b"".join(arrays)))


def _number(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _number(item) for key, item in tree.items()}
    if isinstance(tree, list):
        return [*([] if isinstance(tree, Tagged) else [LIST_CODE]), *map(_number, tree)]
    return tree
