"""What crosses between the two processes: every type exactly, nothing else, and no bytes that do harm."""

from __future__ import annotations

import array as arrays
import collections
import datetime
import decimal
import re
from typing import Any, NamedTuple

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder import limits
from autograder.plaindata import NAMED_CODE, find_code
from autograder.wire import Callback, Codec, Handle, Reference, WireError
from tests.autograder.frames import CODEC, refuse

Point = collections.namedtuple("Point", "x y")

Renamed: Any = collections.namedtuple("Renamed", ["a", "a"], rename=True)  # its second field is _1


class Labelled(NamedTuple):
    label: str
    value: float = 0.0


class Odd(NamedTuple):
    x: int

    def double(self) -> int:
        return 2 * self.x


def cross(value: Any) -> Any:
    """Encode with one codec, decode with another, as two processes do."""
    return Codec(refuse, lambda reference: reference).decode(CODEC.encode(value))


def are_same(a: Any, b: Any) -> bool:
    """Whether two values have the same types all through, and the same content; NaN is like NaN."""
    if type(a) is not type(b):
        return type(a).__name__ == type(b).__name__ == "Point" and a._fields == b._fields and are_same([*a], [*b])
    if isinstance(a, collections.deque):
        return a.maxlen == b.maxlen and are_same([*a], [*b])
    if isinstance(a, arrays.array):
        return a.typecode == b.typecode and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(are_same, a, b))
    if isinstance(a, (set, frozenset)):
        return len(a) == len(b) and all(any(are_same(x, y) for y in b) for x in a)
    if isinstance(a, dict):
        return are_same([*a.items()], [*b.items()])
    if isinstance(a, np.ndarray):
        return a.dtype.str == b.dtype.str and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (float, complex, np.generic, decimal.Decimal)):
        return repr(a) == repr(b)
    if isinstance(a, slice):
        return are_same([a.start, a.stop, a.step], [b.start, b.stop, b.step])
    return bool(a == b)


DTYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    hnp.complex_number_dtypes(endianness="?", sizes=(64, 128)),
    hnp.datetime64_dtypes(),
    hnp.timedelta64_dtypes(),
    hnp.unicode_string_dtypes(min_len=1, max_len=4),
    hnp.byte_string_dtypes(min_len=1, max_len=4),
)
HASHABLE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(2**300), max_value=2**300),
    st.floats(),
    st.complex_numbers(),
    st.text(st.characters(exclude_categories=())),  # with lone surrogates
    st.binary(),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.sampled_from([None, datetime.UTC, datetime.timezone(datetime.timedelta(hours=-3))])),
    st.timedeltas(),
    st.decimals(),
    st.fractions(),
    st.builds(range, st.integers(-50, 50), st.integers(-50, 50), st.sampled_from([-2, 1, 3])),
    st.sampled_from([int, str, type(None), ValueError, np.float32, np.floating, np.add, ..., NotImplemented]),
    st.sampled_from([np.dtype("f4"), np.dtype(">i2"), np.dtype("U3"), np.dtype("M8[ns]")]),
    st.builds(np.str_, st.text()),
    st.builds(np.bytes_, st.binary()),
    st.builds(np.longdouble, st.floats()),
    st.builds(np.clongdouble, st.complex_numbers()),
    st.sampled_from([re.compile(r"(\w+)\s", re.I | re.M), re.compile(b"(?x) a # b")]),
)
HASHABLE = HASHABLE.filter(lambda value: not (isinstance(value, decimal.Decimal) and value.is_snan()))
HASHABLE = HASHABLE | st.tuples(HASHABLE) | st.frozensets(HASHABLE, max_size=3)
LEAVES = st.one_of(
    HASHABLE,
    st.builds(bytearray, st.binary()),
    st.builds(slice, HASHABLE, HASHABLE),
    st.builds(collections.deque, st.lists(HASHABLE, max_size=4), st.none() | st.integers(4, 9)),
    st.builds(arrays.array, st.just("h"), st.lists(st.integers(-99, 99))),
    st.builds(arrays.array, st.just("d"), st.lists(st.floats())),
    hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, min_side=0, max_dims=3, max_side=4)),
    DTYPES.flatmap(hnp.from_dtype).map(lambda value: np.array(value)[()]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.lists(inner, max_size=4).map(collections.deque),
        st.dictionaries(st.text(), inner, max_size=4),
        st.dictionaries(HASHABLE, inner, max_size=4),
        st.dictionaries(HASHABLE, inner, max_size=4).map(collections.OrderedDict),
        st.dictionaries(HASHABLE, inner, max_size=4).map(lambda items: collections.defaultdict(list, items)),
        st.lists(HASHABLE, max_size=4).map(collections.Counter),
        st.sets(HASHABLE, max_size=4),
        st.builds(Point, inner, inner).filter(lambda point: not any(find_code(item) == NAMED_CODE for item in point)),
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("item", [int, np.sin, len, lambda: 1])
def test_a_named_tuple_with_something_to_call_is_no_plain_data(item: Any) -> None:
    with pytest.raises(WireError, match="Point is not plain data"):
        CODEC.encode(Point(1, item))


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of the strategy, where a value is filtered out
@settings(deadline=None, max_examples=300)
@given(VALUES)
def test_plain_data_crosses_with_its_exact_types(value: Any) -> None:
    assert are_same(value, cross(value))


def test_the_order_of_an_ordered_dict_is_its_own() -> None:
    value = collections.OrderedDict(a=1, b=2, c=3)
    value.move_to_end("a")
    assert list(cross(value)) == ["b", "c", "a"]


def test_a_defaultdict_keeps_a_builtin_factory_and_no_other() -> None:
    assert cross(collections.defaultdict(int, a=1))["missing"] == 0
    assert cross(collections.defaultdict(lambda: 1)).default_factory is None


@pytest.mark.parametrize(
    "array",
    [
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(6.0).reshape(2, 3),
        np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2),
        np.arange(10)[::-2],
        np.array(3.0),
        np.empty((0, 3)),
        np.broadcast_to(np.float32(1), (3, 2)),
        np.ones(200_000),
    ],
    ids=["Fortran", "C", "neither", "strided", "0-d", "empty", "broadcast", "large"],
)
def test_an_array_keeps_its_order_and_is_writable_and_its_own(array: np.ndarray[Any, Any]) -> None:
    got = cross(array)
    np.testing.assert_array_equal(got, array, strict=True)
    assert got.flags.writeable and got.flags.owndata
    if array.flags.f_contiguous or array.flags.c_contiguous:
        assert (got.flags.f_contiguous, got.flags.c_contiguous) == (array.flags.f_contiguous, array.flags.c_contiguous)


def test_a_frame_is_a_copy() -> None:
    array = np.zeros(100_000)
    frame = CODEC.encode(array)
    array[:] = 1
    assert not CODEC.decode(frame).any()


def test_equal_namedtuples_become_one_class() -> None:
    codec = Codec(refuse, refuse)
    first, second = codec.decode(CODEC.encode([Point(1, 2), Point(3, 4)]))
    assert type(first) is type(second) and first == (1, 2) and second.y == 4
    assert repr(codec.decode(CODEC.encode(Labelled("a")))) == "Labelled(label='a', value=0.0)"


def test_a_namedtuple_that_went_out_comes_back_as_the_same_class() -> None:
    here, there = Codec(refuse, refuse), Codec(refuse, refuse)
    assert type(here.decode(there.encode(there.decode(here.encode(Point(1, 2)))))) is Point


def test_tables_of_pandas_cross_where_both_sides_have_it() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"n": [1, 2], "t": ["x", None], "mixed": pandas.Series([1, "q"], dtype=object)})
    frame.insert(1, "n", [0.5, np.nan], allow_duplicates=True)
    for table in (frame, frame[frame["t"] == "x"], pandas.DataFrame()):
        pandas.testing.assert_frame_equal(cross(table), table)
    pandas.testing.assert_series_equal(cross(frame["t"]), frame["t"])
    for other in (pandas.Categorical(["a"]), [[1]], pandas.to_datetime(["2020-01-01"]).tz_localize("UTC")):
        with pytest.raises(WireError, match="Series"):
            CODEC.encode(pandas.Series(other))


class Agreeable(type):
    """Its classes are equal to every other class."""

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(list)


class Impostor(metaclass=Agreeable):
    __class__ = list  # type: ignore[assignment]


def subclass_of(kind: type) -> Any:
    return type("Mine", (kind,), {})


@pytest.mark.parametrize(
    "value",
    [
        subclass_of(int)(1),
        subclass_of(float)(1),
        subclass_of(str)("a"),
        subclass_of(list)(),
        subclass_of(dict)(),
        subclass_of(tuple)(),
        subclass_of(collections.OrderedDict)(),
        subclass_of(Point)._make([1, 2]),
        Odd(1),
        Renamed(1, 2),
        np.ones(2).view(subclass_of(np.ndarray)),
        np.ma.masked_array([1.0]),
        np.array([object()]),
        np.zeros(2, "f8,i4"),
        np.dtype("O"),
        np.void(b"ab"),
        re.compile("a" * 501),
        re.compile(subclass_of(str)("a")),
        arrays.array("u", "ab"),
        subclass_of(collections.deque)(),
        np.frompyfunc(len, 1, 1),
        Impostor(),
        Impostor,
        object(),
        len,
        collections,
        memoryview(b"a"),
        msgpack.ExtType(1, b""),
        msgpack.Timestamp(1),
        (item for item in "ab"),
        datetime.datetime(2020, 1, 1, tzinfo=type("Zone", (datetime.tzinfo,), {})()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_data_crosses_only_by_reference(value: Any) -> None:
    with pytest.raises(WireError, match=f"type {type.__dict__['__qualname__'].__get__(type(value))}"):
        CODEC.encode([value])
    seen: list[Any] = []

    def note(item: Any) -> Callback:
        seen.append(item)
        return Callback(7, "f")

    codec = Codec(note, lambda reference: reference)
    assert codec.decode(codec.encode([value])) == [Callback(7, "f")]
    assert seen[0] is value


def test_a_handle_crosses_with_its_long_texts_cut() -> None:
    handle = Handle(3, "class", "type", "n" * 999, "d" * 9999, 1, ("Exception",) * 99)
    codec = Codec(lambda item: handle, lambda reference: reference)
    cut = handle._replace(name="n" * 100, doc="d" * 2000, bases=("Exception",) * 20)
    assert codec.decode(codec.encode(object())) == cut


def test_what_is_on_its_way_back_crosses_as_its_number() -> None:
    codec = Codec(lambda item: Reference(2**62), lambda reference: reference)
    assert codec.decode(codec.encode([object()])) == [Reference(2**62)]


def nest(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def cyclic() -> list[Any]:
    value: list[Any] = []
    value.append((value,))
    return value


def shared(levels: int = 60) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (nest(limits.MESSAGE_DEPTH + 1), "64 levels"),
        (cyclic(), "64 levels"),
        (shared(), "1 MiB"),
        ("a" * (limits.MESSAGE_HEADER_BYTES + 1), "1 MiB"),
        ("a" * limits.MESSAGE_HEADER_BYTES, "1 MiB"),
        ([0] * (limits.MESSAGE_HEADER_BYTES + 1), "1 MiB"),
        ([1.5] * (limits.MESSAGE_HEADER_BYTES // 4), "1 MiB"),
        ([np.empty(0)] * limits.MESSAGE_HEADER_BYTES, "1 MiB"),
        (np.broadcast_to(np.int8(0), limits.MESSAGE_BUFFER_BYTES + 1), "64 MiB"),
        ([np.broadcast_to(np.int8(0), limits.MESSAGE_BUFFER_BYTES // 2 + 1)] * 2, "64 MiB"),
        (np.empty((0, limits.MESSAGE_BUFFER_BYTES + 1), np.int8), "64 MiB"),
        (1 << 8 * limits.INTEGER_BYTES, "16 KiB"),
        (range(limits.MESSAGE_HEADER_BYTES + 1), "1 MiB"),
        ([range(limits.MESSAGE_HEADER_BYTES // 2)] * 3, "1 MiB"),
        (range(10**30), "1 MiB"),
        (decimal.Decimal("1e9999"), "Decimal"),
        (decimal.Decimal("1" * 9999), "Decimal"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_beyond_a_limit_is_refused_with_the_limit(value: Any, reason: str) -> None:
    with pytest.raises(WireError, match=reason):
        CODEC.encode(value)


def test_values_at_the_limits_cross() -> None:
    for value in (
        nest(limits.MESSAGE_DEPTH),
        [0] * 1_000_000,
        range(-(10**6), 0),
        (1 << 8 * limits.INTEGER_BYTES - 1) - 1,
        [{"a": (1.5, [-1, 255])}] * 1000,
    ):
        assert cross(value) == value
