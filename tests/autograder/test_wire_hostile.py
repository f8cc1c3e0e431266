"""Messages that no honest process sends: whatever the bytes, a WireError and nothing else."""

from __future__ import annotations

import array as arrays
import collections
import contextlib
import datetime
import decimal
import fractions
import re
import struct
import sys
import tracemalloc
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import limits, wire
from autograder.generators import GeneratorState, split_state
from autograder.plaindata import KINDS, PANDAS_CODE
from autograder.wire import Codec, Handle, WireError
from tests.autograder.frames import (
    CALLBACK,
    CODEC,
    HANDLE,
    NAMED,
    NAMEDTUPLE,
    REFERENCE,
    Tagged,
    code_of,
    decode,
    pack,
    refuse,
    tagged,
)

Point = collections.namedtuple("Point", "x y")

STATE: Any = np.random.PCG64(1).state
SOUND = split_state(GeneratorState("PCG64", STATE))
WRONG = {
    "extension alone": msgpack.ExtType(2, b""),
    "extension with content": [msgpack.ExtType(2, b"x")],
    "extension inside": [1, msgpack.ExtType(2, b"")],
    "extension in the number's place": tagged(msgpack.ExtType(2, b""), 1),
    "extension in a map": {"a": msgpack.ExtType(2, b"")},
    "time stamp": msgpack.Timestamp(1),
    "time stamp inside": [1, {"a": [msgpack.Timestamp(2**33)]}],
    "time stamp that is long": [msgpack.Timestamp(-1, 1)],
    "kind: none": Tagged(),
    "kind: unknown": tagged(100),
    "kind: negative": tagged(code_of(tuple) - len(KINDS), 1),
    "kind: large": tagged(2**63),
    "kind: truth": tagged(True, "<f8", False, 1),
    "kind: untruth": tagged(False, "int"),
    "kind: fraction": tagged(2.0, 1),
    "kind: text": tagged("2", 1),
    "kind: a list": tagged([2], 1),
    "kind: an array": tagged(tagged(np.ndarray, "|i1", False), 1),
    "kind: an object": tagged(tagged(HANDLE, 1, "object", "", "", "", 0, []), 1),
    "reference": tagged(REFERENCE, "1"),
    "reference: negative": tagged(REFERENCE, -1),
    "reference: long": tagged(REFERENCE, 1, 2),
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
    "deque: longer than it can be": tagged(collections.deque, 1, 1, 2),
    "deque: negative": tagged(collections.deque, -1),
    "deque: truth as a length": tagged(collections.deque, True, 1),
    "deque: nothing": tagged(collections.deque),
    "deque: endless": tagged(collections.deque, 2**63),
    "array of Python's: type": tagged(arrays.array, "u", b"abcd"),
    "array of Python's: two types": tagged(arrays.array, "bB", b"abcd"),
    "array of Python's: bytes": tagged(arrays.array, "i", b"abc"),
    "array of Python's: text": tagged(arrays.array, "b", "abc"),
    "expression: long": tagged(re.Pattern, "a" * 501, 0),
    "expression: malformed": tagged(re.Pattern, "(", 0),
    "expression: deep": tagged(re.Pattern, "(?:" * 166, 0),
    "expression: a list": tagged(re.Pattern, ["a"], 0),
    "expression: one that prints": tagged(re.Pattern, "a", re.DEBUG.value),
    "expression: flags": tagged(re.Pattern, "a", 2**40),
    "expression: flags that are negative": tagged(re.Pattern, "a", -1),
    "expression: truth as flags": tagged(re.Pattern, "a", True),
    "expression: flags of bytes": tagged(re.Pattern, "a", re.L.value),
    "array: extended precision of the other order": tagged(np.ndarray, ">f16", False),
    "array: object": tagged(np.ndarray, "|O", False, 1),
    "array: too large": tagged(np.ndarray, "<f8", False, 2),
    "array: too small": [tagged(np.ndarray, "<f4", False, 1), tagged(np.ndarray, "<f8", False, 0), 0.0],
    "array: beyond the limit": tagged(np.ndarray, "<f8", False, 2**30),
    "array: beyond the limit when it grows": tagged(np.ndarray, "<f8", False, 0, 2**30),
    "array: endless shape": tagged(np.ndarray, "<f8", False, *[2**62] * 50_000),
    "array: truth of 255": tagged(np.ndarray, "|b1", False, 8),
    "array: long type": tagged(np.ndarray, "<f8" + " " * 1000, False, 1),
    "array: type as bytes": tagged(np.ndarray, b"<f8", False, 1),
    "array: overflow": tagged(np.ndarray, "<f8", False, 2**63 - 1, 2, 2**62),
    "array: negative": tagged(np.ndarray, "<f8", False, -1, -1),
    "array: truth as a size": tagged(np.ndarray, "<f8", False, True),
    "array: order": tagged(np.ndarray, "<f8", 0, 1),
    "array: no such character": tagged(np.ndarray, "<U1", False, 2),
    "array: dimensions": tagged(np.ndarray, "<f8", False, *[1] * 65),
    "array: nothing": tagged(np.ndarray),
    "array used twice": [tagged(np.ndarray, "<f8", False, 1)] * 2,
    "scalar: size": tagged(np.int8, "<i4", b"a"),
    "scalar: more bytes": tagged(np.int8, "|i1", b"ab"),
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
    "generator: kind": tagged(np.random.Generator, None, "seed"),
    "generator: state": tagged(np.random.Generator, None, "PCG64"),
    "generator: old": tagged(np.random.Generator, None, "RandomState", tagged(np.ndarray, "<u4", False, 2), 3, 0, 0.0),
    "generator: seeds": tagged(np.random.Generator, [True, ["a"], [], 0], *SOUND),
    "generator: seeds of other types": tagged(np.random.Generator, [1, [1], [], 0], *SOUND),
    "generator: a seed below 0": tagged(np.random.Generator, -1, *SOUND),
    "generator: truth as a seed": tagged(np.random.Generator, True, *SOUND),
    "generator: few seeds": tagged(np.random.Generator, [True, [1], []], *SOUND),
    "generator: seed without a list": tagged(np.random.Generator, [True, 1, [], 0], *SOUND),
    "random state: new": tagged(np.random.RandomState, *SOUND),
    "state: kind": tagged(GeneratorState, ["PCG64"], *SOUND[1:]),
    "seeds": tagged(np.random.SeedSequence, True, ["a"], [], 0),
}


@pytest.mark.parametrize("buffers", [(), (b"\xff" * 8,)], ids=["no buffer", "a buffer"])
@pytest.mark.parametrize("tree", WRONG.values(), ids=WRONG)
def test_a_malformed_message_is_a_wire_error(tree: Any, buffers: tuple[bytes, ...]) -> None:
    with pytest.raises(WireError):
        decode(tree, *buffers)


@pytest.mark.parametrize(
    "start", [b"\xd6", b"\xd7", b"\xc7\x04", b"\xc7\x08", b"\xc7\x0c", b"\xc8\0\x0c", b"\xc9\0\0\0\x0c"]
)
def test_a_time_stamp_is_refused_however_it_is_packed(start: bytes) -> None:
    stamp = start + b"\xff" + bytes({0xD6: 4, 0xD7: 8}.get(start[0], start[-1]))
    assert type(msgpack.unpackb(stamp)) is msgpack.Timestamp
    with pytest.raises(WireError):
        Codec(refuse, refuse).decode((stamp, b""))


def test_a_table_is_refused_where_pandas_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    with pytest.raises(WireError, match="pandas, which is not imported"):
        decode(tagged(PANDAS_CODE + 3, None, None))


def test_an_expression_is_never_printed_when_it_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    for flags in (re.DEBUG.value, re.DEBUG.value | re.U.value):
        with pytest.raises(WireError, match="regular expression"):
            decode(tagged(re.Pattern, "abc", flags))
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(np.finfo(np.longdouble).nmant != 63, reason="its numbers have another form here")
@pytest.mark.parametrize(
    ("data", "number"),
    [
        (b"\0" * 7 + b"\x80\xff\x3f", "1.0"),
        (b"\0" * 8 + b"\0\x80", "-0.0"),
        (b"\0" * 8 + b"\xff\x3f", "nan"),  # without the bit that is always there
        (b"\1" * 8 + b"\xff\x3f", "nan"),
        (b"\0" * 8 + b"\xff\x7f", "nan"),
        (b"\0" * 8 + b"\xff\xff", "nan"),
        (b"\1" + b"\0" * 7 + b"\xff\x7f", "nan"),
        (b"\0" * 7 + b"\x80\xff\xff", "-inf"),
        (b"\0" * 7 + b"\x80\0\0", "3.3621031431120935063e-4932"),
    ],
)
def test_what_is_no_number_of_extended_precision_becomes_nan(data: bytes, number: str) -> None:
    padded = data + b"\xab" * 6
    for found in (
        decode(tagged(np.longdouble, "<f16", padded)),
        decode(tagged(np.ndarray, "<f16", False, 1), padded)[0],
        decode(tagged(np.ndarray, "<c32", True, 1, 1), b"\0" * 16 + padded).imag[0, 0],
        decode([tagged(np.ndarray, "|i1", False, 3), tagged(np.ndarray, "<c32", False)], b"123" + padded * 2)[1].real,
    ):
        assert str(found) == number
        assert np.array(found).tobytes()[10:] == bytes(6)
    with np.errstate(all="raise"):
        decode(tagged(np.longdouble, "<f16", padded))


def test_what_the_malformed_states_differ_from_is_none_of_them() -> None:
    assert type(decode(tagged(np.random.Generator, [True, [1], [], 0], *SOUND))) is np.random.Generator
    assert type(decode(tagged(GeneratorState, *SOUND))) is GeneratorState


@pytest.mark.parametrize("kind", [np.random.Generator, GeneratorState])
@pytest.mark.parametrize(
    ("name", "place", "part"),
    [
        ("MT19937", 2, 10**6),
        ("MT19937", 2, -1),
        ("MT19937", 1, np.zeros(624, np.uint32)),
        ("MT19937", 1, [0] * 624),
        ("Philox", 4, -1),
        ("Philox", 4, 5),
        ("Philox", 3, np.zeros(3, np.uint64)),
        ("Philox", 3, np.zeros(4, np.int64)),
        ("PCG64", 2, (2).to_bytes(16, "little")),
        ("PCG64", 1, b"\1" * 15),
        ("PCG64", 1, b"\1" * 17),
        ("PCG64", 1, 1),
        ("PCG64", 0, "Philox"),
        ("PCG64", 3, True),
        ("PCG64", 3, 2),
        ("PCG64", 4, 2**32),
        ("SFC64", 3, -1),
        ("SFC64", 4, 0),
    ],
)
def test_a_generator_in_an_impossible_state_is_refused(kind: type, name: str, place: int, part: Any) -> None:
    parts = split_state(GeneratorState(name, getattr(np.random, name)(1).state))
    parts[place : place + 1] = [part]
    header, data = CODEC.encode(parts)
    seeds = [None] if kind is np.random.Generator else []
    with pytest.raises(WireError, match="random generator"):
        CODEC.decode((msgpack.packb([code_of(kind), *seeds, *msgpack.unpackb(header)[1:]]), data))


def test_a_codec_makes_a_limited_number_of_classes() -> None:
    header = pack([tagged(NAMEDTUPLE, f"A{number}", []) for number in range(257)])
    with pytest.raises(WireError, match="256 kinds"):
        Codec(refuse, refuse).decode((header, b""))


@pytest.mark.parametrize("head", [0xDD, 0xDF], ids=["lists", "maps"])
@pytest.mark.parametrize("count", [3, 60, 900])
def test_no_list_is_made_longer_than_what_follows(count: int, head: int) -> None:
    claims = struct.pack(">BI", head, 500_000) * count  # each says: half a million of items
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            CODEC.decode((claims + b"\0" * 1_040_000, b""))
        assert tracemalloc.get_traced_memory()[1] < 16 * limits.MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("count", "size"), [(3, 100_000), (60, 5000), (65, 0)])
def test_a_header_that_claims_much_is_looked_at_before_anything_is_made(
    count: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(header: bytes) -> None:
        raise WireError("looked at")

    monkeypatch.setattr(wire, "_check_structure", note)
    with pytest.raises(WireError, match="looked at"):
        CODEC.decode((pack([]) * count + bytes(size), b""))


@pytest.mark.parametrize("wrap", [lambda v: [v], lambda v: {"a": v}, lambda v: tagged(tuple, v)])
@pytest.mark.parametrize("beside", [b"", b"\xff\x90" * 50], ids=["small", "with bytes like lists"])
def test_what_is_deeper_than_any_value_is_refused(wrap: Any, beside: bytes) -> None:
    tree: Any = beside
    for _ in range(limits.MESSAGE_DEPTH - 1):
        tree = wrap(tree)
    decode([tree])
    for tree_too_deep in ([wrap(tree)], [wrap(tree), 1], {"a": 1, "b": wrap(tree)}):
        with pytest.raises(WireError, match="64 levels"):
            decode(tree_too_deep)


EXAMPLE = [
    *(1, -(2**70), 1.5, "é", b"b", None, True, 1j, (1, [2]), {1, 2}, {"a": {2: 3}}, slice(1), range(3)),
    *(np.arange(6.0).reshape(2, 3), np.array(["ab"]), np.array([True]), np.float32(1), np.int8(3), np.dtype("f4")),
    *(Point(1, 2), decimal.Decimal("1.5"), fractions.Fraction(1, 3), datetime.datetime(2020, 1, 2), int, np.add),
    *(np.random.default_rng(1), np.random.Generator(np.random.Philox(1)), collections.Counter("ab")),
    object(),
]
FRAME = Codec(lambda value: Handle(1, "object", "object", "", "", 0, ()), refuse).encode(EXAMPLE)


def decode_or_refuse(header: bytes, data: bytes) -> None:
    with contextlib.suppress(WireError):
        Codec(refuse, lambda reference: reference).decode((header, data))


def test_a_frame_that_is_cut_anywhere_is_refused() -> None:
    header, data = FRAME
    for end in range(len(header)):
        with pytest.raises(WireError):
            CODEC.decode((header[:end], data))
    for end in range(len(data)):
        with pytest.raises(WireError):
            CODEC.decode((header, data[:end]))
    with pytest.raises(WireError, match="belong to nothing"):
        CODEC.decode((header, data + b"\0"))


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.tuples(st.integers(0, len(FRAME[0]) - 1), st.integers(0, 255)), min_size=1, max_size=3),
    st.permutations(range(len(FRAME[1]))),
)
def test_changed_bytes_do_no_more_than_a_wire_error(changes: list[tuple[int, int]], order: list[int]) -> None:
    header = bytearray(FRAME[0])
    for place, byte in changes:
        header[place] = byte
    decode_or_refuse(bytes(header), bytes(FRAME[1][place] for place in order))


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200), st.binary(max_size=60))
def test_any_bytes_do_no_more_than_a_wire_error(header: bytes, data: bytes) -> None:
    decode_or_refuse(header, data)


PARTS = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 130) | st.floats() | st.text(max_size=3) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@settings(deadline=None, max_examples=400)
@given(PARTS, st.binary(max_size=60))
def test_any_tree_does_no_more_than_a_wire_error(tree: Any, data: bytes) -> None:
    decode_or_refuse(msgpack.packb(tree), data)
