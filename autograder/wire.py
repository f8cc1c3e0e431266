"""The one format of messages between the trusted process and the jailed one: a closed set of types, no pickle.

A frame is a header (MessagePack) and the raw bytes of arrays. Whatever bytes come, decoding gives a value of the closed
set or raises WireError. Exists on both sides, so it must know nothing of cells, checks or what a reference stands for.

In the header a list is a list and a dict with text or bytes as keys is a map. Every other value is a list that begins
with an empty extension value, whose code is the number of the value's kind in `plaindata.KINDS`; the list goes on with
the kind's parts. The bytes of an array are the next of the frame's buffers, so that none is used twice.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import msgpack

from autograder import limits
from autograder.channel import Channel, Frame, check_lengths
from autograder.plaindata import ARRAY_CODE, KINDS, NAMED_CODE, WireError, find_code

__all__ = ["Callback", "Channel", "Codec", "Frame", "Handle", "WireError"]

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


class Callback(NamedTuple):
    """What crosses in place of a function of the trusted process that the jailed one may call back."""

    number: int
    name: str


_NAMEDTUPLE_CODE, _HANDLE_CODE, _CALLBACK_CODE = range(len(KINDS), len(KINDS) + 3)
_TAGS = [msgpack.ExtType(code, b"") for code in range(_CALLBACK_CODE + 1)]
_NAMEDTUPLE_OWN = vars(Handle).keys() - set(Handle._fields)
_NATIVE = frozenset({type(None), bool, int, float, str, bytes})


class _Tag(int):
    """The code at the beginning of a list that is not one."""


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
        to_reference: Callable[[Any], Handle | Callback | None],
        from_reference: Callable[[Handle | Callback], Any],
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
        header: bytes = _guarded(lambda: _pack(writer.write(value, 0)), "a value that cannot be passed on")
        check_lengths(len(header), [len(buffer) for buffer in writer.buffers])
        return header, writer.buffers

    def decode(self, frame: Frame) -> Any:
        """Give the value of a frame, of which every byte may be hostile.

        Raises
        ------
        WireError
            When it is malformed or beyond a limit.
        """
        header, buffers = frame
        check_lengths(len(header), [len(buffer) for buffer in buffers])
        reader = _Reader(self, buffers)
        value = _guarded(lambda: reader.read(_unpack(header), 0), "a malformed message")
        if reader.buffers:
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
        if kind is int and -(2**63) <= value < 2**64:
            return value
        if kind is str or kind is bytes:
            self._take(len(value))
            return value
        _check_depth(depth)
        if kind is list:
            return self._write_all(value, depth)
        if kind is dict and all(type(key) is str or type(key) is bytes for key in value):
            self._take(sum(map(len, value), start=len(value)))
            return {key: self.write(item, depth + 1) for key, item in value.items()}
        return self._write_other(value, depth)

    def _write_other(self, value: Any, depth: int) -> list[Any]:
        code = find_code(value)
        parts = self._split_namedtuple(value) if code is None else KINDS[code].split(value)
        if parts is None:
            return self._write_reference(value, depth)
        if code == ARRAY_CODE:
            *parts, array = parts
            self._add_buffer(array, "F" if parts[1] else "C")
        if type(value) is range:
            self._take(_length(value))
        return [_TAGS[_NAMEDTUPLE_CODE if code is None else code], *self._write_all(parts, depth)]

    def _write_all(self, items: Iterable[Any], depth: int) -> list[Any]:
        items = [*items]
        self._take(len(items))
        return [item if type(item) is float else self.write(item, depth + 1) for item in items]

    def _write_reference(self, value: Any, depth: int) -> list[Any]:
        reference = self._codec.to_reference(value)
        if reference is None:
            raise WireError(f"a value of type {_name_of(type(value))} is not plain data")
        if type(reference) is Callback:
            return [_TAGS[_CALLBACK_CODE], reference.number, _cut(reference.name)]
        assert type(reference) is Handle
        number, kind, type_name, name, doc, class_number, bases = reference
        texts = [kind, _cut(type_name), _cut(name), _cut(doc, _MAX_DOC)]
        return [_TAGS[_HANDLE_CODE], number, *texts, class_number, [_cut(base) for base in bases[:_MAX_BASES]]]

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

    def _add_buffer(self, array: Any, order: Any) -> None:
        self._buffer_room -= array.nbytes
        if self._buffer_room < 0:
            raise WireError(f"arrays of more than {limits.format_bytes(limits.MESSAGE_BUFFER_BYTES)}")
        self.buffers.append(array.tobytes(order))


class _Reader:
    """Reads one message."""

    def __init__(self, codec: Codec, buffers: Sequence[Any]) -> None:
        self._codec = codec
        self._room = limits.MESSAGE_HEADER_BYTES
        self.buffers = list(reversed(buffers))

    def read(self, node: Any, depth: int) -> Any:
        """Give the value for what MessagePack has unpacked."""
        if type(node) in _NATIVE:
            return node
        _check_depth(depth)
        if type(node) is dict:
            return {key: self.read(item, depth + 1) for key, item in node.items()}
        if type(node) is not list:
            raise WireError("a malformed message: an extension in the wrong place")
        if node and type(node[0]) is _Tag:
            return self._join(node[0], self._read_all(node[1:], depth))
        return self._read_all(node, depth)

    def _read_all(self, nodes: list[Any], depth: int) -> list[Any]:
        return [node if type(node) in _NATIVE else self.read(node, depth + 1) for node in nodes]

    def _join(self, code: int, parts: list[Any]) -> Any:
        if code >= len(KINDS):
            return self._join_special(code, parts)
        kind = KINDS[code]
        if kind.parts is not None and tuple(map(type, parts)) != kind.parts:
            raise WireError("a malformed message: parts of the wrong type")
        if code == ARRAY_CODE:
            parts.append(self.buffers.pop())
        value = kind.join(*parts)
        if type(value) is range:
            self._take(_length(value))
        return value

    def _join_special(self, code: int, parts: list[Any]) -> Any:
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


def _check_depth(depth: int) -> None:
    if depth >= limits.MESSAGE_DEPTH:
        raise WireError(f"a value of more than {limits.MESSAGE_DEPTH} levels")


def _guarded(work: Callable[[], Any], what: str) -> Any:
    """Let every failure be a WireError; a signal's exception must be a BaseException, or it would be one too."""
    try:
        return work()
    except (WireError, MemoryError):
        raise
    except Exception as error:
        raise WireError(f"{what} ({_name_of(type(error))}: {str(error)[:200]})") from None


def _pack(tree: Any) -> bytes:
    packed: bytes = msgpack.packb(tree, strict_types=True, unicode_errors="surrogatepass")
    return packed


def _unpack(header: bytes | bytearray) -> Any:
    # A list is made in its full length before its items are there: none may claim more than what follows.
    scout = msgpack.Unpacker()
    scout.feed(header)
    scout.skip()
    return msgpack.unpackb(header, ext_hook=_make_tag, strict_map_key=True, unicode_errors="surrogatepass")


def _make_tag(code: int, data: bytes) -> _Tag:
    if data or not 0 <= code <= _CALLBACK_CODE:
        raise WireError("a malformed message: an unknown extension")
    return _Tag(code)
