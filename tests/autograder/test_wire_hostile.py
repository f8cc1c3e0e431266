"""Messages that no honest process sends: whatever the bytes, a WireError and nothing else."""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import fractions
import struct
import sys
import tracemalloc
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import limits
from autograder.plaindata import PANDAS_CODE
from autograder.wire import Codec, Handle, WireError
from tests.autograder.frames import CALLBACK, CODEC, HANDLE, NAMED, NAMEDTUPLE, code_of, decode, refuse, tagged

Point = collections.namedtuple("Point", "x y")

WRONG = {
    "extension alone": msgpack.ExtType(2, b""),
    "extension with content": [msgpack.ExtType(2, b"x")],
    "extension inside": [1, msgpack.ExtType(2, b"")],
    "extension unknown": tagged(100),
    "time stamp": msgpack.Timestamp(1),
    "named: unknown": tagged(NAMED, "numpy.load"),
    "named: a builtin function": tagged(NAMED, "eval"),
    "named: not text": tagged(NAMED, ["int"]),
    "set of lists": tagged(set, [1]),
    "dict with a list as key": tagged(dict, [1], 2),
    "dict without a value": tagged(dict, 1),
    "dict with a number as plain key": {1: 2},
    "keys of equal hash": tagged(set, *(tagged(int, (k * (2**61 - 1)).to_bytes(12, "little")) for k in range(500))),
    "long integer": tagged(int, b"\1" * (limits.INTEGER_BYTES + 1)),
    "long range": tagged(range, 0, 2**62, 1),
    "endless range": tagged(range, 0, 1, 0),
    "ranges that are long together": [tagged(range, 0, 2**19, 1)] * 3,
    "fraction of nothing": tagged(fractions.Fraction, 1, 0),
    "decimal: large": tagged(decimal.Decimal, "1e999999999"),
    "decimal: long": tagged(decimal.Decimal, "1" * 100_000),
    "decimal: text": tagged(decimal.Decimal, "one"),
    "date": tagged(datetime.date, "2020-13-01"),
    "complex of text": tagged(complex, "1", "2"),
    "bytes for a string": tagged(np.str_, b"a"),
    "defaultdict with a function": tagged(collections.defaultdict, tagged(HANDLE, 1, "callable", "", "", "", 0, [])),
    "dtype: object": tagged(code_of(type(np.dtype("f8"))), "|O"),
    "dtype: structure": tagged(code_of(type(np.dtype("f8"))), "f8,f8"),
    "dtype: other digits": tagged(code_of(type(np.dtype("f8"))), "<f٨"),
    "dtype: large": tagged(code_of(type(np.dtype("f8"))), "<U999999"),
    "array: object": tagged(np.ndarray, "|O", False, 1),
    "array: too large": tagged(np.ndarray, "<f8", False, 2),
    "array: too small": tagged(np.ndarray, "<f8", False, 0),
    "array: overflow": tagged(np.ndarray, "<f8", False, 2**63 - 1, 2, 2**62),
    "array: negative": tagged(np.ndarray, "<f8", False, -1, -1),
    "array: truth as a size": tagged(np.ndarray, "<f8", False, True),
    "array: order": tagged(np.ndarray, "<f8", 0, 1),
    "array: no such character": tagged(np.ndarray, "<U1", False, 2),
    "array: dimensions": tagged(np.ndarray, "<f8", False, *[1] * 65),
    "array: nothing": tagged(np.ndarray),
    "array used twice": [tagged(np.ndarray, "<f8", False, 1)] * 2,
    "scalar: size": tagged(np.int8, "<i4", b"a"),
    "scalar: truth of 2": tagged(np.int8, "|b1", b"\2"),
    "namedtuple: name": tagged(NAMEDTUPLE, "A(object): pass #", []),
    "namedtuple: field": tagged(NAMEDTUPLE, "A", ["__class__"], 1),
    "namedtuple: field of code": tagged(NAMEDTUPLE, "A", ["x=print()"], 1),
    "namedtuple: long name": tagged(NAMEDTUPLE, "A" * 101, []),
    "namedtuple: items": tagged(NAMEDTUPLE, "A", ["x"], 1, 2),
    "namedtuple: fields as text": tagged(NAMEDTUPLE, "A", "x y", 1, 2),
    "handle: kind": tagged(HANDLE, 1, "code", "", "", "", 0, []),
    "handle: number": tagged(HANDLE, -1, "class", "", "", "", 0, []),
    "handle: truth as a number": tagged(HANDLE, True, "class", "", "", "", 0, []),
    "handle: long text": tagged(HANDLE, 1, "class", "", "", "d" * 2001, 0, []),
    "handle: bases": tagged(HANDLE, 1, "class", "", "", "", 0, [1]),
    "handle: short": tagged(HANDLE, 1, "class"),
    "call-back": tagged(CALLBACK, "1", ""),
    "generator: kind": tagged(np.random.Generator, "seed", {}, None),
    "generator: state": tagged(np.random.Generator, "PCG64", {"bit_generator": "PCG64"}, None),
    "seeds": tagged(np.random.SeedSequence, True, ["a"], [], 0),
}


@pytest.mark.parametrize("buffers", [(), (b"\xff" * 8,)], ids=["no buffer", "a buffer"])
@pytest.mark.parametrize("tree", WRONG.values(), ids=WRONG)
def test_a_malformed_message_is_a_wire_error(tree: Any, buffers: tuple[bytes, ...]) -> None:
    with pytest.raises(WireError):
        decode(tree, *buffers)


def test_a_table_is_refused_where_pandas_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    with pytest.raises(WireError, match="pandas, which is not imported"):
        decode(tagged(PANDAS_CODE + 3, None, None))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("MT19937", lambda s: s["state"].update(pos=10**6)),
        ("MT19937", lambda s: s["state"].update(pos=-1)),
        ("MT19937", lambda s: s["state"].update(key=np.zeros(624, np.uint32))),
        ("MT19937", lambda s: s["state"].update(key=[0] * 624)),
        ("Philox", lambda s: s.update(buffer_pos=-1)),
        ("Philox", lambda s: s.update(buffer=np.zeros(3, np.uint64))),
        ("PCG64", lambda s: s["state"].update(inc=2)),
        ("PCG64", lambda s: s["state"].update(state=-1)),
        ("PCG64", lambda s: s.update(bit_generator="Philox")),
        ("SFC64", lambda s: s.update(uinteger=-1)),
    ],
)
def test_a_generator_in_an_impossible_state_is_refused(name: str, change: Any) -> None:
    state = getattr(np.random, name)(1).state
    change(state)
    header, buffers = CODEC.encode(state)
    with pytest.raises(WireError, match="random generator|malformed"):
        decode(tagged(np.random.Generator, name, msgpack.unpackb(header), None), *buffers)


def test_a_codec_makes_a_limited_number_of_classes() -> None:
    header = msgpack.packb([tagged(NAMEDTUPLE, f"A{number}", []) for number in range(257)])
    with pytest.raises(WireError, match="256 kinds"):
        Codec(refuse, refuse).decode((header, []))


def test_no_list_is_made_longer_than_what_follows() -> None:
    claims = struct.pack(">BI", 0xDD, 1_000_000) * 900  # each says: a list of a million
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            CODEC.decode((claims + b"\0" * 1_040_000, []))
        assert tracemalloc.get_traced_memory()[1] < 16 * limits.MIB
    finally:
        tracemalloc.stop()


EXAMPLE = [
    *(1, -(2**70), 1.5, "é", b"b", None, True, 1j, (1, [2]), {1, 2}, {"a": {2: 3}}, slice(1), range(3)),
    *(np.arange(6.0).reshape(2, 3), np.array(["ab"]), np.array([True]), np.float32(1), np.int8(3), np.dtype("f4")),
    *(Point(1, 2), decimal.Decimal("1.5"), fractions.Fraction(1, 3), datetime.datetime(2020, 1, 2), int, np.add),
    *(np.random.default_rng(1), np.random.Generator(np.random.Philox(1)), collections.Counter("ab")),
    object(),
]
FRAME = Codec(lambda value: Handle(1, "object", "object", "", "", 0, ()), refuse).encode(EXAMPLE)


def decode_or_refuse(header: bytes, buffers: list[bytes]) -> None:
    with contextlib.suppress(WireError):
        Codec(refuse, lambda reference: reference).decode((header, buffers))


def test_a_frame_that_is_cut_anywhere_is_refused() -> None:
    header, buffers = FRAME
    for end in range(len(header)):
        with pytest.raises(WireError):
            CODEC.decode((header[:end], buffers))
    for number, buffer in enumerate(buffers):
        with pytest.raises(WireError):
            CODEC.decode((header, [*buffers[:number], buffer[:-1], *buffers[number + 1 :]]))
        with pytest.raises(WireError):
            CODEC.decode((header, buffers[:number]))
    with pytest.raises(WireError, match="belong to nothing"):
        CODEC.decode((header, [*buffers, b""]))


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.tuples(st.integers(0, len(FRAME[0]) - 1), st.integers(0, 255)), min_size=1, max_size=3), st.randoms()
)
def test_changed_bytes_do_no_more_than_a_wire_error(changes: list[tuple[int, int]], random: Any) -> None:
    header, buffers = bytearray(FRAME[0]), [*FRAME[1]]
    for place, byte in changes:
        header[place] = byte
    random.shuffle(buffers)
    decode_or_refuse(bytes(header), buffers)


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200), st.lists(st.binary(max_size=20), max_size=3))
def test_any_bytes_do_no_more_than_a_wire_error(header: bytes, buffers: list[bytes]) -> None:
    decode_or_refuse(header, buffers)
