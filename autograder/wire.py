"""The one format of messages between the trusted process and the jailed one: a closed set of types, no pickle.

A frame is a header (MessagePack) and the bytes of all its arrays, one behind the other. Whatever bytes come, decoding
gives a value of the closed set or raises WireError. Exists on both sides, so it must know nothing of cells, checks or
what a reference stands for.

In the header a dict with text or bytes as keys is a map. Every other value that is not MessagePack's own is a list
that begins with the number of the value's kind, in `plaindata.KINDS` or behind them; the list goes on with the kind's
parts. A list is such a value too. An array takes as many of the bytes that are left as its type and shape say; in the
end none are left.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, NoReturn

import msgpack

from autograder import limits
from autograder.channel import Channel, Frame, check_lengths
from autograder.plaindata import ARRAY_CODE, CODES, KINDS, NAMED_CODE, WireError, bytes_of, find_code

__all__ = ["Callback", "Channel", "Codec", "Frame", "Handle", "Reference", "WireError"]

_HANDLE_KINDS = frozenset({"callable", "class", "object", "module"})
_MAX_NAME, _MAX_DOC, _MAX_BASES = 100, 2000, 20  # of a handle; the rest is cut off
_MAX_NAMEDTUPLES = 256  # classes that one codec makes
_MAX_FIELDS = 100


class Handle(NamedTuple):
    """What crosses in place of an object that stays in the jailed process; texts that are too long are cut."""

    number: int
    kind: str
    """"callable", "class", "object" or "module"."""
    type_name: str
    name: str
    doc: str
    class_number: int
    """Number of the object's class; 0 where that is not of interest."""
    bases: tuple[str, ...]


class Reference(NamedTuple):
    """What crosses in place of such an object on its way back to the jailed process."""

    number: int


class Callback(NamedTuple):
    """What crosses in place of a function of the trusted process that the jailed one may call back."""

    number: int
    name: str


LIST_CODE, _NAMEDTUPLE_CODE, _HANDLE_CODE, _REFERENCE_CODE, _CALLBACK_CODE = range(len(KINDS), len(KINDS) + 5)
_NAMEDTUPLE_OWN = vars(Handle).keys() - set(Handle._fields)
_NATIVE = frozenset({type(None), bool, int, float, str, bytes})
# Bytes by which a list or map can begin: a header with few of them is not deep, and claims no more lists than these.
_BEGINNINGS = bytes([*range(0x80, 0xA0), *range(0xDC, 0xE0)])
# MessagePack's time is an extension with the code -1, of 4, 8 or 12 bytes.
_TIMESTAMP = re.compile(rb"[\xd6\xd7\x04\x08\x0c]\xff")
_LIGHT = 2**18  # items of lists that are made before any of them is there


class Codec:
    """Encodes and decodes values; what is not plain data crosses by reference.

    Parameters
    ----------
    to_reference : callable
        Gives what crosses in place of an object that is not plain data; None where it may not cross.
    from_reference : callable
        Gives the object for what has come.
    """

    def __init__(
        self,
        to_reference: Callable[[Any], Handle | Reference | Callback | None],
        from_reference: Callable[[Handle | Reference | Callback], Any],
    ) -> None:
        self.to_reference = to_reference
        self.from_reference = from_reference
        self._namedtuples: dict[tuple[str, tuple[str, ...]], type[Any]] = {}

    def encode(self, value: Any) -> Frame:
        """Give a value's frame, a copy of all that it holds.

        Parameters
        ----------
        value : object
            Plain data, or what `to_reference` knows.

        Raises
        ------
        WireError
            When part of it cannot cross, or it is beyond a limit.
        """
        writer = _Writer(self)
        try:
            header = _PACKER.pack(writer.write(value, 0))
        except (WireError, MemoryError):
            raise
        except Exception as error:  # a signal's exception must be a BaseException, or it would be one too
            raise _explained("a value that cannot be passed on", error) from None
        data = b"".join(writer.buffers)
        check_lengths(len(header), len(data))
        return header, data

    def decode(self, frame: Frame) -> Any:
        """Give the value of a frame, of which every byte may be hostile.

        Raises
        ------
        WireError
            When it is malformed or beyond a limit.
        """
        header, data = frame
        check_lengths(len(header), len(data))
        reader = _Reader(self, data)
        try:
            value = _unpack(header, reader.join)
        except (WireError, MemoryError):
            raise
        except Exception as error:
            raise _explained("a malformed message", error) from None
        if reader.place != len(data):
            raise WireError("a malformed message: it has bytes that belong to nothing")
        return value

    def knows_namedtuple(self, kind: type[Any], fields: tuple[str, ...]) -> bool:
        """Whether the other side can make a class like this one; what comes back is of this one again."""
        key = kind.__name__, fields
        if key not in self._namedtuples:
            try:
                self.namedtuple_of(*key)
            except (WireError, ValueError):
                return False
            self._namedtuples[key] = kind
        return True

    def namedtuple_of(self, name: Any, fields: Any) -> type[Any]:
        """Give the one class of this name and fields."""
        key = name, fields
        if key not in self._namedtuples:
            if len(self._namedtuples) >= _MAX_NAMEDTUPLES or len(fields) > _MAX_FIELDS:
                raise WireError(f"more than {_MAX_NAMEDTUPLES} kinds of namedtuple, or {_MAX_FIELDS} fields")
            if any(len(text) > _MAX_NAME for text in (name, *fields)):
                raise WireError(f"a namedtuple with a name of more than {_MAX_NAME} characters")
            self._namedtuples[key] = collections.namedtuple(name, fields)
        return self._namedtuples[key]


class _Writer:
    """Makes one message."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self.buffers: list[bytes] = []
        self._room = limits.MESSAGE_HEADER_BYTES
        self._buffer_room = limits.MESSAGE_BUFFER_BYTES

    def write(self, value: Any, depth: int) -> Any:
        """Give what MessagePack is to pack for a value. Its type decides, never what it says of itself."""
        kind = type(value)
        if kind is float or value is None or kind is bool:
            return value
        if kind is str or kind is bytes:
            self._take(len(value))
            return value
        if kind is int and -(2**63) <= value < 2**64:
            return value
        if depth >= limits.MESSAGE_DEPTH:
            raise WireError(f"a value of more than {limits.MESSAGE_DEPTH} levels")
        if kind is list:
            return self._write_all(LIST_CODE, value, depth)
        if kind is dict:
            return self._write_dict(value, depth)
        return self._write_other(value, CODES.get(id(kind)), depth)

    def _write_dict(self, value: dict[Any, Any], depth: int) -> Any:
        room = len(value)
        for key in value:
            if type(key) is not str and type(key) is not bytes:
                return self._write_other(value, CODES[id(dict)], depth)
            room += len(key)
        self._take(room)
        return {key: self.write(item, depth + 1) for key, item in value.items()}

    def _write_all(self, code: int, parts: Iterable[Any], depth: int) -> list[Any]:
        parts = [*parts]
        self._take(len(parts))
        return [code, *[part if type(part) is float else self.write(part, depth + 1) for part in parts]]

    def _write_other(self, value: Any, code: int | None, depth: int) -> list[Any]:
        code = find_code(value) if code is None else code
        parts = self._split_namedtuple(value) if code is None else KINDS[code].split(value)
        if parts is None:
            return self._write_reference(value)
        if code == ARRAY_CODE:
            self._add_bytes(value, "F" if parts[1] else "C")
            return [code, *parts]
        if type(value) is range:
            self._take(_length(value))
        return self._write_all(_NAMEDTUPLE_CODE if code is None else code, parts, depth)

    def _add_bytes(self, array: Any, order: Any) -> None:
        self._take(array.ndim + 1)
        self._buffer_room -= array.nbytes
        if self._buffer_room < 0:
            raise WireError(f"arrays of more than {limits.format_bytes(limits.MESSAGE_BUFFER_BYTES)}")
        self.buffers.append(bytes_of(array, order))

    def _write_reference(self, value: Any) -> list[Any]:
        reference = self._codec.to_reference(value)
        if type(reference) is Reference:
            return [_REFERENCE_CODE, reference.number]
        if type(reference) is Callback:
            return [_CALLBACK_CODE, reference.number, _cut(reference.name)]
        if reference is None:
            raise WireError(f"a value of type {_name_of(type(value))} is not plain data")
        assert type(reference) is Handle
        number, kind, type_name, name, doc, class_number, bases = reference
        texts = [kind, _cut(type_name), _cut(name), _cut(doc, _MAX_DOC)]
        names = [_cut(base) for base in bases[:_MAX_BASES]]
        return [_HANDLE_CODE, number, *texts, class_number, [LIST_CODE, *names]]

    def _split_namedtuple(self, value: Any) -> list[Any] | None:
        kind = type(value)
        if type(kind) is not type or len(kind.__bases__) != 1 or kind.__bases__[0] is not tuple:
            return None
        own = vars(kind)
        fields = own.get("_fields")
        if type(fields) is not tuple or any(type(field) is not str for field in fields):
            return None
        # One with methods of its own is an object like any other.
        if (
            not all(map(_is_inert, value))
            or own.keys() - _NAMEDTUPLE_OWN - set(fields)
            or not self._codec.knows_namedtuple(kind, fields)
        ):
            return None
        return [kind.__name__, list(fields), *tuple.__iter__(value)]

    def _take(self, count: int) -> None:
        """Note that so many bytes at least will be written: what is shared or cyclic must end somewhere."""
        self._room -= count
        if self._room < 0:
            raise WireError(f"a value with more than {limits.format_bytes(limits.MESSAGE_HEADER_BYTES)} beside arrays")


class _Reader:
    """Reads one message, from the inside out."""

    def __init__(self, codec: Codec, data: Any) -> None:
        self._codec = codec
        self._data = data
        self._room = limits.MESSAGE_HEADER_BYTES
        self.place = 0
        """Where the bytes begin that no array has taken yet."""

    def join(self, parts: list[Any]) -> Any:
        """Give the value for a list in the header, whose items are values already."""
        code = parts.pop(0)
        if type(code) is not int or not 0 <= code <= _CALLBACK_CODE:
            raise WireError("a malformed message: an unknown kind of value")
        if code == LIST_CODE:
            return parts
        if code == ARRAY_CODE:
            array = KINDS[code].join(self._data, self.place, *parts)
            self.place += array.nbytes
            return array
        if code > LIST_CODE:
            return self._join_special(code, parts)
        kind = KINDS[code]
        if kind.parts is not None and tuple(map(type, parts)) != kind.parts:
            raise WireError("a malformed message: parts of the wrong type")
        value = kind.join(*parts)
        if type(value) is range:
            self._take(_length(value))
        return value

    def _join_special(self, code: int, parts: list[Any]) -> Any:
        if code == _REFERENCE_CODE:
            [number] = parts
            if not _is_number(number):
                raise WireError("a malformed reference")
            return self._codec.from_reference(Reference(number))
        if code == _HANDLE_CODE:
            return self._codec.from_reference(_join_handle(*parts))
        if code == _CALLBACK_CODE:
            number, name = parts
            if not _is_number(number) or not _is_name(name):
                raise WireError("a malformed call-back")
            return self._codec.from_reference(Callback(number, name))
        name, fields, *items = parts
        if type(name) is not str or type(fields) is not list or any(type(field) is not str for field in fields):
            raise WireError("a malformed namedtuple")
        kind = self._codec.namedtuple_of(name, tuple(fields))
        if len(items) != len(fields) or not all(map(_is_inert, items)):
            raise WireError("a namedtuple with other items than it has fields")
        return tuple.__new__(kind, items)

    def _take(self, count: int) -> None:
        self._room -= count
        if self._room < 0:
            raise WireError(f"ranges of more than {limits.format_count(limits.MESSAGE_HEADER_BYTES)} numbers")


def _is_inert(item: Any) -> bool:
    """Whether a namedtuple with this item is data: one with a function in a field could answer like an object."""
    kind = type(item)
    if kind in _NATIVE or kind is list or kind is dict or kind is int:
        return True
    is_namedtuple = type(kind) is type and kind.__bases__ == (tuple,)
    return is_namedtuple or find_code(item) not in (None, NAMED_CODE)


def _join_handle(*fields: Any) -> Handle:
    number, kind, type_name, name, doc, class_number, bases = fields
    are_numbers = _is_number(number) and _is_number(class_number)
    are_texts = _is_name(type_name) and _is_name(name) and type(doc) is str and len(doc) <= _MAX_DOC
    if not are_numbers or not are_texts or type(kind) is not str or kind not in _HANDLE_KINDS:
        raise WireError("a malformed handle")
    if type(bases) is not list or len(bases) > _MAX_BASES or not all(map(_is_name, bases)):
        raise WireError("a malformed handle")
    return Handle(number, kind, type_name, name, doc, class_number, tuple(bases))


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _is_name(value: Any) -> bool:
    return type(value) is str and len(value) <= _MAX_NAME


def _cut(text: Any, length: int = _MAX_NAME) -> str:
    return text[:length] if type(text) is str else ""


def _name_of(kind: type[Any]) -> str:
    """A class's name, also where its metaclass says something else."""
    name: str = type.__dict__["__qualname__"].__get__(kind)
    return name


def _length(numbers: range) -> int:
    # len() fails beyond 64 bits.
    return (numbers[-1] - numbers[0]) // numbers.step + 1 if numbers else 0


def _explained(what: str, error: Exception) -> WireError:
    return WireError(f"{what} ({_name_of(type(error))}: {str(error)[:200]})")


# One for all messages: making one costs as much as packing a small message.
_PACKER = msgpack.Packer(strict_types=True, unicode_errors="surrogatepass")


def _unpack(header: bytes | bytearray, join: Callable[[list[Any]], Any]) -> Any:
    count = len(header) - len(header.translate(None, _BEGINNINGS))
    if count > limits.MESSAGE_DEPTH or count * len(header) > _LIGHT or _TIMESTAMP.search(header):
        _check_structure(header)
    return _unpack_with(header, join)


def _unpack_with(header: bytes | bytearray, join: Callable[[list[Any]], Any] | None) -> Any:
    return msgpack.unpackb(
        header, list_hook=join, ext_hook=_refuse_extension, strict_map_key=True, unicode_errors="surrogatepass"
    )


def _check_structure(header: bytes | bytearray) -> None:
    """Refuse what is too deep, and what MessagePack would make something of that no list or map is."""
    # A list is made in its full length before its items are there: none may claim more than what follows.
    scout = msgpack.Unpacker()
    scout.feed(header)
    scout.skip()
    level = [_unpack_with(header, None)]
    for _ in range(limits.MESSAGE_DEPTH + 1):
        if any(type(item) is msgpack.Timestamp for item in level):
            _refuse_extension()
        nodes = [item for item in level if type(item) is list or type(item) is dict]
        if not nodes:
            return
        level = [item for node in nodes for item in (node.values() if type(node) is dict else node)]
    raise WireError(f"a value of more than {limits.MESSAGE_DEPTH} levels")


def _refuse_extension(code: int = -1, data: bytes = b"") -> NoReturn:
    raise WireError("a malformed message: an extension")
