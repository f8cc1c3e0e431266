"""Serves requests in the jailed process: runs the student's cells, and calls what they have defined.

All of this is within the student's reach. It is a convenience for an honest submission; nothing that the trusted side
decides may rest on it. A request and its reply are dicts, see `_OPERATIONS`; while a call runs, its reply may be
preceded by call-backs into the trusted process, from any thread.

The other side has one thread: it hears one call-back at a time, and may ask something before it answers that. What
was asked last is answered first, see `turns`.
"""

from __future__ import annotations

import inspect
import itertools
import json
import os
import sys
import warnings
from collections.abc import Callable
from types import FunctionType
from typing import Any, NoReturn

import numpy as np

from autograder.arguments import can_change, copy_plain, follow_states, random_states, set_random_states, states_of
from autograder.jail.operators import bind
from autograder.jail.turns import Turns
from autograder.shell import Outputs, Shell, text_of
from autograder.wire import Callback, Channel, Codec, Handle, Reference, WireError

_MAX_DOC = 2000
_MAX_WARNINGS = 50
_CHUNK = 256  # items of a container that one request gives


def serve(fd: int, shell: Shell) -> NoReturn:
    """Answer requests until the other side is gone; never returns.

    Parameters
    ----------
    fd : int
        A connected stream socket.
    shell : Shell
        Runs the cells.
    """
    sys.modules["__main__"] = shell.user_module  # pickle and dataclasses look up a cell's classes there
    server = _Server(fd, shell)
    try:
        while True:
            server.answer(server.receive())
    except EOFError:
        pass
    finally:
        os._exit(0)


class _ByReference:
    """Marks a value that is to cross as a handle, although it is plain data: it is too large or too deep."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _Server:
    def __init__(self, fd: int, shell: Shell) -> None:
        self._shell = shell
        self._channel = Channel(fd)
        self._codec = Codec(self._to_reference, self._from_reference)
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}  # id of an object in _objects -> its number
        self._unused = itertools.count(1)
        self._turns = Turns()
        self._told: set[int] = set()  # id of a function whose parameters the other side knows

    def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = self._codec.decode(self._channel.receive())
        return message

    def send(self, message: dict[str, Any]) -> None:
        self._channel.send(self._codec.encode(message))

    def answer(self, request: dict[str, Any]) -> None:
        for number in request.get("free", ()):
            self._forget(number)
        with self._turns.left_to_others():
            try:
                self._rebind(request)
                reply = _OPERATIONS[request["op"]](self, request)
            except BaseException as error:
                reply = {"error": self._describe(error)}
        reply["seq"] = request["seq"]
        if _has_figures():
            reply["figures"] = True
        try:
            frame = self._codec.encode(reply)
        except BaseException as error:
            told = ValueError(f"what came back cannot be handed to a check: {error}")
            frame = self._codec.encode({"seq": reply["seq"], "error": self._describe(told)})
        self._channel.send(frame)

    def _rebind(self, request: dict[str, Any]) -> None:
        """Follow what a check cell has done to the notebook's names."""
        if "rebind" in request:
            self._shell.user_ns.update(request["rebind"])
        for name in request.get("unbind", ()):
            self._shell.user_ns.pop(name, None)

    # What a request may ask for: each takes it and gives the reply.

    def _run(self, request: dict[str, Any]) -> dict[str, Any]:
        reply = self._shell.run(request["code"], request["number"])
        return {"value": {**reply, "outputs": _pack(reply["outputs"])}, **self._names(request)}

    def _names(self, request: dict[str, Any]) -> dict[str, Any]:
        found = {name: self._shell.user_ns[name] for name in request["names"] if name in self._shell.user_ns}
        try:
            self._codec.encode(found)
        except WireError:
            found = {name: _ByReference(value) for name, value in found.items()}
        return {"found": found, "signatures": self._new_signatures(found)}

    def _new_signatures(self, found: dict[str, Any]) -> dict[str, list[list[Any]]]:
        """Parameters of the functions that the other side has not heard of: name, kind, whether it has a default."""
        signatures = {}
        for name, value in found.items():
            if isinstance(value, FunctionType) and id(value) not in self._told:
                self._told.add(id(value))
                parameters = inspect.signature(value).parameters.values()
                signatures[name] = [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]
        return signatures

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        function = request["target"]
        if "method" in request:
            function = bind(function, request["method"])
        args, kwargs = request["args"], request["kwargs"]
        reply: dict[str, Any] = {}
        if "random" in request:
            set_random_states(request["random"])
        with self._shell.capturing() as outputs, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                with np.errstate(**request.get("errstate", {})):
                    if "times" in request:
                        copies = (copy_plain([args, kwargs]) for _ in range(request["times"]))
                        reply["value"] = [function(*a, **k) for a, k in copies]
                    else:
                        reply["value"] = function(*args, **kwargs)
            except BaseException as error:
                reply["error"] = self._describe(error)
        if outputs.items or caught:
            reply |= self._leftovers(outputs, caught)
        if "random" in request:
            reply["random"] = random_states()
        wants_back = request.get("back") or reply.get("value", self) is None
        if wants_back and (can_change(tuple(args)) or can_change(tuple(kwargs.values()))):
            reply["changed"] = [args, kwargs]
        elif states := states_of([args, kwargs]):
            reply["generators"] = states
        return reply

    def _leftovers(self, outputs: Outputs, caught: list[warnings.WarningMessage]) -> dict[str, Any]:
        """What a call has shown and warned of, without the empty parts."""
        left: dict[str, Any] = {}
        if outputs.items:
            left["outputs"] = _pack(outputs.take())
        if caught:
            left["warnings"] = [[w.category.__name__, str(w.message)[:500]] for w in caught[:_MAX_WARNINGS]]
        return left

    def _attribute(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"value": getattr(request["target"], request["name"])}

    def _set_attribute(self, request: dict[str, Any]) -> dict[str, Any]:
        setattr(request["target"], request["name"], request["value"])
        return {"value": None}

    def _item(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"value": request["target"][request["key"]]}

    def _set_item(self, request: dict[str, Any]) -> dict[str, Any]:
        request["target"][request["key"]] = request["value"]
        return {"value": None}

    def _is_instance(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"value": isinstance(request["target"], request["kind"])}

    def _is_subclass(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"value": issubclass(request["target"], request["kind"])}

    def _length(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"value": len(request["target"])}

    def _iterator(self, request: dict[str, Any]) -> dict[str, Any]:
        target = request["target"]
        iterator = iter(target)
        # Reading ahead must not be seen: an iterator gives one item a request, as the next `next()` may be anybody's.
        return {"value": [_ByReference(iterator), 1 if iterator is target else _CHUNK]}

    def _next(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._shell.capturing() as outputs:
            items = [item for _, item in zip(range(request["count"]), request["target"], strict=False)]
        return {"value": items, **self._leftovers(outputs, [])}

    def _flush(self, request: dict[str, Any]) -> dict[str, Any]:
        """Show the figures that calls have left open, as the end of a cell does."""
        with self._shell.capturing() as outputs:
            self._shell.events.trigger("post_execute")
        return {"value": None, **self._leftovers(outputs, [])}

    # How what is not plain data crosses.

    def _to_reference(self, value: Any) -> Handle:
        if type(value) is _ByReference:
            value = value.value
        number = self._number_of(value)
        kind = type(value)
        is_own = getattr(kind, "__module__", "") == "__main__"
        name = doc = ""
        if isinstance(value, type):
            what = "class"
            bases = tuple(base.__name__ for base in value.__mro__ if base.__module__ == "builtins")
        else:
            what = "module" if inspect.ismodule(value) else "callable" if callable(value) else "object"
            bases = ()
        if what in ("class", "callable"):
            name = str(getattr(value, "__name__", ""))[:100]
            doc = str(getattr(value, "__doc__", None) or "")[:_MAX_DOC]
        class_number = self._number_of(kind) if is_own else 0
        return Handle(number, what, kind.__name__[:100], name, doc, class_number, bases)

    def _number_of(self, value: Any) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = next(self._unused)
            self._objects[number] = value
        return number

    def _forget(self, number: int) -> None:
        value = self._objects.pop(number, self)
        self._numbers.pop(id(value), None)

    def _from_reference(self, reference: Handle | Reference | Callback) -> Any:
        if isinstance(reference, Callback):
            return self._make_callback(reference)
        return self._objects[reference.number]

    def _make_callback(self, reference: Callback) -> Callable[..., Any]:
        """Make the function that calls back into the trusted process and serves it while it waits."""
        server, number = self, reference.number

        def callback(*args: Any, **kwargs: Any) -> Any:
            with server._turns.taken():
                server.send({"callback": number, "args": list(args), "kwargs": kwargs})
                while "answer" not in (message := server.receive()):
                    with server._turns.within():
                        server.answer(message)
            follow_states([args, kwargs], message["generators"])
            if "error" in message:
                raise _make_error(*message["error"])
            return message["answer"]

        callback.__name__ = callback.__qualname__ = reference.name or "callback"
        return callback

    def _describe(self, error: BaseException) -> dict[str, Any]:
        """All that the trusted side needs to raise a like exception where the call was made."""
        kind = type(error)
        described: dict[str, Any] = {
            "type": kind.__name__[:100],
            "module": str(kind.__module__)[:100],
            "bases": [base.__name__ for base in kind.__mro__ if base.__module__ == "builtins"],
            "text": text_of(error)[:4000],
            "args": [],
            "frames": [],
            "class": self._numbers.get(id(kind), 0),
        }
        if kind.__module__ == "__main__":
            described["self"] = _ByReference(error)
        try:
            described["frames"] = [frame[:3] for frame in self._shell.frames_of(error)]
            described["args"] = [a for a in error.args if type(a) in (str, int, float, bool, bytes, type(None))][:10]
        except Exception:  # a student's exception class can break any of this; its name and text are enough
            pass
        return described


def _has_figures() -> bool:
    """Whether figures are open that were not shown yet."""
    managers = sys.modules.get("matplotlib._pylab_helpers")
    return managers is not None and bool(managers.Gcf.figs)


def _pack(outputs: list[dict[str, Any]]) -> np.ndarray[Any, Any]:
    """Outputs as the bytes of their JSON, since figures are too large for a message's structure."""
    return np.frombuffer(json.dumps(outputs).encode(), np.uint8)


def _make_error(name: str, text: str) -> BaseException:
    import builtins

    kind = getattr(builtins, name, RuntimeError)
    return kind(text) if isinstance(kind, type) and issubclass(kind, Exception) else RuntimeError(f"{name}: {text}")


_OPERATIONS: dict[str, Callable[[_Server, dict[str, Any]], dict[str, Any]]] = {
    "run": _Server._run,  # code, number, names -> the shell's reply; and what "names" gives, afterwards
    "names": _Server._names,  # names -> those of them that are defined, with their values; signatures of new functions
    "call": _Server._call,  # target, args, kwargs, [method], [times], [errstate], [back]
    "attribute": _Server._attribute,  # target, name
    "set attribute": _Server._set_attribute,  # target, name, value
    "item": _Server._item,  # target, key
    "set item": _Server._set_item,  # target, key, value
    "length": _Server._length,  # target
    "is instance": _Server._is_instance,  # target, kind
    "is subclass": _Server._is_subclass,  # target, kind
    "iterator": _Server._iterator,  # target -> [iterator, how many items to ask for at a time]
    "next": _Server._next,  # target, count -> items, fewer at the end
    "flush": _Server._flush,
}
