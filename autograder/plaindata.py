"""What plain data is: the closed set of types that cross between the two processes, and what each is made of.

A value is taken apart into parts of simpler types and put together from them on the other side. Exists on both sides.
Must not know the bytes of a message, nor what to do with a value of any other type.
"""

from __future__ import annotations

import array as arrays
import builtins
import collections
import datetime
import decimal
import fractions
import functools
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder import generators, limits

_MAX_CLASHES = 100  # keys of equal hash in a dict or set, which make it slow
_MAX_EXPONENT = 5000  # of a Decimal: as an integer it would have so many digits
_MAX_DIGITS = 5000
_MAX_PATTERN = 500  # characters of a regular expression: to compile some of these takes longer than for most programs
_FLAGS = re.A | re.I | re.L | re.M | re.S | re.U | re.X  # not re.DEBUG, which prints
_MAX_DTYPE = 20  # characters of its code; those that are longer are none, and are not to be remembered


class WireError(Exception):
    """A value that cannot cross, or a malformed message; the text names the type or the limit."""


# Checks that both sides make: what is encoded can be decoded.


def _check_decimal(value: decimal.Decimal) -> decimal.Decimal:
    if value.is_finite() and (len(value.as_tuple().digits) > _MAX_DIGITS or abs(value.adjusted()) > _MAX_EXPONENT):
        raise WireError(f"a Decimal of more than {_MAX_DIGITS} digits, or too large or small")
    return value


_DTYPE = re.compile(
    r"\|b1|[|<>][iu][1248]|[<>]f[248]|[<>]c(8|16)|<f16|<c32|<U[1-9][0-9]{0,4}|>U[1-9][0-9]{0,4}|\|S[1-9][0-9]{0,4}"
    r"|[<>][mM]8(\[[0-9]{0,6}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?"
)


@functools.lru_cache(maxsize=256)
def _find_dtype(code: str) -> np.dtype[Any] | None:
    return np.dtype(code) if _DTYPE.fullmatch(code) else None


def _count_bytes(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    """Refuse an array beyond the limit; an empty one too, as it grows when a dimension of 0 is summed over."""
    size = dtype.itemsize
    for length in shape:
        size *= length or 1
        if size > limits.MESSAGE_BUFFER_BYTES:
            raise WireError(f"an array of more than {limits.format_bytes(limits.MESSAGE_BUFFER_BYTES)}")
    return 0 if 0 in shape else size


# Numbers of extended precision: not every pattern of bytes is one, and some of the bytes are none of theirs.

_LONG = np.dtype(np.longdouble)
_LONG_BYTES = 10 if np.finfo(_LONG).nmant == 63 else _LONG.itemsize  # the rest is padding


def _clean_long(data: Any) -> np.ndarray[Any, Any]:
    """Give the numbers in these bytes, parts of complex ones too; what is no number becomes NaN, and padding 0."""
    with np.errstate(all="ignore"):
        numbers = np.frombuffer(data, _LONG) * _LONG.type(1)
    numbers.view(np.uint8).reshape(-1, _LONG.itemsize)[:, _LONG_BYTES:] = 0
    return numbers


def bytes_of(value: Any, order: Any = "C") -> bytes:
    """Give the bytes of an array or scalar that has a dtype, and nothing else that lies between them."""
    data: bytes = value.tobytes(order)
    return _clean_long(data).tobytes() if value.dtype.char in "gG" else data


# How values are taken apart (None: this one is not plain data) and put together. Parts that were decoded can be
# anything of the closed set, and stand-ins: a function here must not call their methods.


def _split_array(array: np.ndarray[Any, Any]) -> list[Any] | None:
    """Give all but its bytes: the message has those of all arrays behind each other."""
    code = array.dtype.str
    dtype = _find_dtype(code)
    if dtype is None:
        return None
    _count_bytes(array.shape, dtype)
    flags = array.flags
    return [code, flags.f_contiguous and not flags.c_contiguous, *array.shape]


def _join_array(data: Any, place: int, code: Any, is_fortran: Any, *shape: Any) -> np.ndarray[Any, Any]:
    """Make an array of these parts, from the bytes that begin at `place`."""
    dtype = _find_dtype(code[:_MAX_DTYPE]) if type(code) is str else None
    if dtype is None or type(is_fortran) is not bool:
        raise WireError("an array of unknown type or order")
    for length in shape:
        if type(length) is not int or length < 0:
            raise WireError("an array of unknown shape")
    size = _count_bytes(shape, dtype)
    if place + size > len(data):
        raise WireError("an array of more bytes than there are")
    if dtype.kind == "b" and _largest(data, place, size, np.uint8) > 1:
        raise WireError("a truth value that is neither true nor false")
    if dtype.kind == "U" and _largest(data, place, size // 4, np.dtype(dtype.byteorder + "u4")) > 0x10FFFF:
        raise WireError("a character that does not exist")
    if dtype.char in "gG":
        data, place = _clean_long(data[place : place + size]), 0
    order: Any = "F" if is_fortran else "C"
    return np.ndarray(shape, dtype, data, place, None, order).copy(order)


def _largest(data: Any, place: int, count: int, dtype: Any) -> Any:
    return np.maximum.reduce(np.ndarray(count, dtype, data, place), initial=0)


def _split_scalar(scalar: np.generic) -> list[Any]:
    return [scalar.dtype.str, bytes_of(scalar)]


def _join_scalar(code: Any, data: Any) -> Any:
    array = _join_array(data, 0, code, False)
    if array.nbytes != len(data):
        raise WireError("a number of other bytes than its type has")
    return array[()]


def _split_dtype(dtype: np.dtype[Any]) -> list[Any] | None:
    return [dtype.str] if _find_dtype(dtype.str) else None


def _join_dtype(code: Any) -> np.dtype[Any]:
    dtype = _find_dtype(code[:_MAX_DTYPE])
    if dtype is None:
        raise WireError("an unknown type of array")
    return dtype


def _split_integer(value: int) -> list[Any]:
    size = value.bit_length() // 8 + 1
    if size > limits.INTEGER_BYTES:
        raise WireError(f"an integer of more than {limits.format_bytes(limits.INTEGER_BYTES)}")
    return [value.to_bytes(size, "little", signed=True)]


def _join_integer(data: bytes) -> int:
    if len(data) > limits.INTEGER_BYTES:
        raise WireError(f"an integer of more than {limits.format_bytes(limits.INTEGER_BYTES)}")
    return int.from_bytes(data, "little", signed=True)


def _check_keys(keys: Any) -> Any:
    if len(keys) > _MAX_CLASHES and len(keys) - len(set(map(hash, keys))) > _MAX_CLASHES:
        raise WireError(f"a dict or set with more than {_MAX_CLASHES} keys of equal hash")
    return keys


def _split_mapping(mapping: dict[Any, Any]) -> list[Any]:
    return [part for pair in type(mapping).items(mapping) for part in pair]


def _fill(mapping: Any, parts: tuple[Any, ...]) -> Any:
    for key, value in zip(_check_keys(parts[::2]), parts[1::2], strict=True):
        mapping[key] = value
    return mapping


def _split_defaultdict(mapping: collections.defaultdict[Any, Any]) -> list[Any]:
    factory = mapping.default_factory
    return [factory if id(factory) in NAMES else None, *_split_mapping(mapping)]


def _join_defaultdict(factory: Any, *parts: Any) -> Any:
    # A stand-in for a class has another type: nothing of a submission's is called when a key is missing.
    if factory is not None and type(factory) is not type:
        raise WireError("a defaultdict with a factory that is not a type")
    return _fill(collections.defaultdict(factory), parts)


def _split_time(value: Any) -> list[Any] | None:
    # Another tzinfo is an object with code of its own.
    return [value.isoformat(), value.fold] if type(value.tzinfo) in (type(None), datetime.timezone) else None


def _join_decimal(text: str) -> decimal.Decimal:
    if len(text) > 2 * _MAX_DIGITS:
        raise WireError(f"a Decimal of more than {_MAX_DIGITS} digits")
    return _check_decimal(decimal.Decimal(text))


def _join_deque(limit: Any, *items: Any) -> collections.deque[Any]:
    if limit is not None and (type(limit) is not int or limit < len(items)):
        raise WireError("a deque that is longer than it can be")
    return collections.deque(items, limit)


def _split_array_of_python(numbers: arrays.array[Any]) -> list[Any] | None:
    return [numbers.typecode, numbers.tobytes()] if numbers.typecode in "bBhHiIlLqQfd" else None


def _join_array_of_python(code: str, data: bytes) -> arrays.array[Any]:
    if code not in tuple("bBhHiIlLqQfd"):
        raise WireError("an array of Python's of unknown type")
    return arrays.array(code, data)


def _split_pattern(pattern: re.Pattern[Any]) -> list[Any] | None:
    text, flags = pattern.pattern, pattern.flags
    is_plain = type(text) in (str, bytes) and len(text) <= _MAX_PATTERN and not flags & ~_FLAGS
    return [text, flags] if is_plain else None


def _join_pattern(text: Any, flags: Any) -> re.Pattern[Any]:
    if type(text) not in (str, bytes) or len(text) > _MAX_PATTERN or type(flags) is not int or flags & ~_FLAGS:
        raise WireError("a malformed regular expression")
    with warnings.catch_warnings(action="ignore"):
        return re.compile(text, flags)


NAMED: dict[str, Any] = {
    **{name: value for name, value in vars(builtins).items() if type(value) is type and not name.startswith("_")},
    **{f"numpy.{name}": value for name, value in vars(np).items() if type(value) is np.ufunc},
    **{f"numpy.{name}": v for name, v in vars(np).items() if type(v) is type and issubclass(v, np.generic)},
    "NoneType": type(None),
    "Ellipsis": ...,
    "NotImplemented": NotImplemented,
}
NAMES: dict[int, str] = {id(value): name for name, value in NAMED.items()}


# pandas: its objects are made by their constructors, from arrays and from cells of these types.

_CELL_TYPES = frozenset({type(None), bool, int, float, str})
_PANDAS_TYPES = ("Index", "RangeIndex", "Series", "DataFrame")


def _pandas() -> Any:
    if "pandas" not in sys.modules:
        raise WireError("an object of pandas, which is not imported here")
    return sys.modules["pandas"]


def _split_column(column: Any) -> list[Any] | None:
    """Give values, dtype where the values do not tell it, and name."""
    if type(column.name) not in _CELL_TYPES:
        return None
    values = column.to_numpy()
    if id(type(column.dtype)) in CODES:
        return [values, "", column.name]
    cells = values.tolist()
    is_plain = str(column.dtype) in ("object", "str") and all(type(cell) in _CELL_TYPES for cell in cells)
    return [cells, str(column.dtype), column.name] if is_plain else None


def _join_column(make: Callable[..., Any], values: Any, dtype: Any, name: Any, **others: Any) -> Any:
    is_array = type(values) is np.ndarray and values.ndim == 1
    is_list = type(values) is list and dtype in ("object", "str") and all(type(cell) in _CELL_TYPES for cell in values)
    if type(dtype) is not str or not (is_list or (is_array and not dtype)) or type(name) not in _CELL_TYPES:
        raise WireError("a malformed column of pandas")
    return make(values, dtype=dtype or None, name=name, **others)


def _split_range_index(index: Any) -> list[Any] | None:
    is_plain = type(index.name) in _CELL_TYPES
    return [range(index.start, index.stop, index.step), index.name] if is_plain else None


def _join_range_index(numbers: Any, name: Any) -> Any:
    if type(numbers) is not range or type(name) not in _CELL_TYPES:
        raise WireError("a malformed index of pandas")
    return _pandas().RangeIndex(numbers, name=name)


def _is_plain_index(index: Any) -> bool:
    code = find_code(index)
    return code in (PANDAS_CODE, PANDAS_CODE + 1) and KINDS[code].split(index) is not None


def _check_index(index: Any) -> Any:
    if type(index) not in (_pandas().Index, _pandas().RangeIndex):
        raise WireError("a malformed index of pandas")
    return index


def _split_series(series: Any) -> list[Any] | None:
    column = _split_column(series)
    return [series.index, *column] if column and _is_plain_index(series.index) else None


def _join_series(index: Any, values: Any, dtype: Any, name: Any) -> Any:
    return _join_column(_pandas().Series, values, dtype, name, index=_check_index(index))


def _split_frame(frame: Any) -> list[Any] | None:
    if not _is_plain_index(frame.index) or not _is_plain_index(frame.columns):
        return None
    columns = [_split_column(frame.iloc[:, place]) for place in range(frame.shape[1])]
    return None if None in columns else [frame.index, frame.columns, *columns]


def _join_frame(index: Any, labels: Any, *columns: Any) -> Any:
    if any(type(column) is not list for column in columns):
        raise WireError("a malformed table of pandas")
    series = {place: _join_series(index, *column) for place, column in enumerate(columns)}
    frame = _pandas().DataFrame(series, index=_check_index(index))
    frame.columns = _check_index(labels)
    return frame


class Kind(NamedTuple):
    """How the values of exactly these types cross."""

    types: tuple[Any, ...]
    split: Callable[[Any], Sequence[Any] | None]
    join: Callable[..., Any]
    parts: tuple[type, ...] | None = None
    """Their exact types; None where `join` takes any. An array's `join` takes all arrays' bytes and a place before."""


_MAPS: list[type[Any]] = [dict, collections.OrderedDict, collections.Counter]
_NUMBERS = [np.dtype(code) for code in "?bhilqBHILQefdgFDGmM"]
KINDS = [
    Kind((), lambda value: [NAMES[id(value)]], lambda name: NAMED[name], (str,)),
    Kind((np.ndarray,), _split_array, _join_array),
    Kind((tuple,), tuple, lambda *parts: parts),
    Kind((set,), list, lambda *parts: set(_check_keys(parts))),
    Kind((frozenset,), list, lambda *parts: frozenset(_check_keys(parts))),
    *(Kind((kind,), _split_mapping, lambda *parts, kind=kind: _fill(kind(), parts)) for kind in _MAPS),
    Kind((collections.defaultdict,), _split_defaultdict, _join_defaultdict),
    Kind((collections.deque,), lambda items: [items.maxlen, *items], _join_deque),
    Kind((arrays.array,), _split_array_of_python, _join_array_of_python, (str, bytes)),
    Kind((re.Pattern,), _split_pattern, _join_pattern),
    Kind((int,), _split_integer, _join_integer, (bytes,)),
    Kind((complex,), lambda value: [value.real, value.imag], complex, (float, float)),
    Kind((bytearray,), lambda value: [bytes(value)], bytearray, (bytes,)),
    Kind((slice,), lambda value: [value.start, value.stop, value.step], lambda *parts: slice(*parts)),
    Kind((range,), lambda value: [value.start, value.stop, value.step], range, (int, int, int)),
    Kind((decimal.Decimal,), lambda value: [str(_check_decimal(value))], _join_decimal, (str,)),
    Kind((fractions.Fraction,), lambda f: [f.numerator, f.denominator], fractions.Fraction, (int, int)),
    Kind((datetime.date,), lambda value: [value.isoformat()], datetime.date.fromisoformat, (str,)),
    *(
        Kind(
            (kind,), _split_time, lambda text, fold, kind=kind: kind.fromisoformat(text).replace(fold=fold), (str, int)
        )
        for kind in (datetime.datetime, datetime.time)
    ),
    Kind((datetime.timedelta,), lambda t: [t.days, t.seconds, t.microseconds], datetime.timedelta, (int, int, int)),
    Kind((datetime.timezone,), lambda value: [value.utcoffset(None)], datetime.timezone, (datetime.timedelta,)),
    Kind(tuple(dtype.type for dtype in _NUMBERS), _split_scalar, _join_scalar, (str, bytes)),
    Kind((np.float64,), lambda value: [float(value)], np.float64, (float,)),
    Kind((np.str_,), lambda value: [str(value)], np.str_, (str,)),
    Kind((np.bytes_,), lambda value: [bytes(value)], np.bytes_, (bytes,)),
    Kind(tuple(type(np.dtype(code)) for code in "?bhilqBHILQefdgFDGmMUS"), _split_dtype, _join_dtype, (str,)),
    Kind((np.random.Generator,), generators.split_generator, generators.join_generator),
    Kind((np.random.SeedSequence,), generators.split_seeds, generators.join_seeds, generators.SEED_PARTS),
    Kind((np.random.RandomState,), generators.split_random_state, generators.join_random_state),
    Kind((generators.GeneratorState,), generators.split_state, generators.join_state),
    Kind((), _split_column, lambda *parts: _join_column(_pandas().Index, *parts)),
    Kind((), _split_range_index, _join_range_index),
    Kind((), _split_series, _join_series),
    Kind((), _split_frame, _join_frame),
]
NAMED_CODE, ARRAY_CODE, PANDAS_CODE = 0, 1, len(KINDS) - len(_PANDAS_TYPES)
# By identity: a student's metaclass can have an equality of its own.
CODES = {id(kind): code for code, entry in enumerate(KINDS) for kind in entry.types}


def find_code(value: Any) -> int | None:
    """Give the number in `KINDS` of a value's kind; None where it is not plain data."""
    if id(value) in NAMES:
        return NAMED_CODE
    code = CODES.get(id(type(value)))
    if code is not None or "pandas" not in sys.modules:
        return code
    kinds = [getattr(sys.modules["pandas"], name, None) for name in _PANDAS_TYPES]
    return next((code for code, kind in enumerate(kinds, PANDAS_CODE) if type(value) is kind), None)
