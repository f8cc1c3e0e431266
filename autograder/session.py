"""One submission's jailed process, as the trusted process sees it: requests, replies, call-backs, and its end.

Whatever comes back is data of the wire's closed set of types. The first message that is not what was asked for, or is
malformed, ends the process. Must not know of cells, checks or scores.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from types import FunctionType
from typing import Any, Protocol
from weakref import WeakValueDictionary

import numpy as np

from autograder import arguments, limits, proxies, received
from autograder.proxies import Lease
from autograder.undo import Undo
from autograder.wire import Callback, Channel, Codec, Frame, Handle, Reference, WireError

_KILLED = f"was ended: more than {limits.CPU_SECONDS:g} s of processor time, or the machine had no memory left"
_DEFAULT_ERRSTATE = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


class Stopped(BaseException):
    """The submission's process has ended; no check passes after that.

    Not an Exception: a check that catches those must not go on with a process that is not there.
    """

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Jail(Protocol):
    """What starts and ends jailed processes: `jail.sandbox.Sandbox`."""

    def spawn(self) -> Any:
        """Start one and give the socket on which it serves."""

    def end(self) -> bool:
        """Kill it and everything in it; gives whether the kernel had done so before."""


class Session:
    """The jailed process of one submission.

    Parameters
    ----------
    jail : Jail
        Starts and ends processes.
    show : callable
        Takes an output (a dict) that a call has shown.
    is_withheld : callable
        Whether a function or class is part of what no submission may get hold of.
    operators : mapping
        Name of a class → the special methods that the instructor's version of it defines.
    """

    def __init__(
        self,
        jail: Jail,
        show: Callable[[dict[str, Any]], None],
        is_withheld: Callable[[Any], bool],
        operators: Mapping[str, Collection[str]],
    ) -> None:
        self._jail, self._show, self._is_withheld, self._operators = jail, show, is_withheld, operators
        self._codec = Codec(self._to_reference, self._from_reference)
        self._channel: Channel | None = None
        self.generation = 0
        self.stopped: Stopped | None = Stopped("died", "has no process")
        self.files: dict[int, str] = {}
        """Cell number → file name under which this process knows the text of the student's cell."""
        self.before_call: Callable[[], dict[str, Any]] = dict
        """Gives what is to be said of the notebook's names with the next call."""
        self.copies_back = False
        """Whether every call brings back what it did to its arguments."""
        self.shares_random = False
        """Whether the generators of `random` and `numpy.random` are the same on both sides."""
        self.exercise_names: Collection[str] = ()
        """Names that the running check cell mentions."""
        self.methods: Collection[str] = ()
        """Names of methods that get arguments on any object, as the course says."""
        self._class_numbers: dict[str, int] = {}
        self.undo = Undo()
        """What calls of the running check have changed here."""

    def start(self) -> None:
        """Start a process; the objects of an earlier one are gone."""
        self.end()
        self.generation += 1
        self._freed: list[int] = []
        self._alive: WeakValueDictionary[int, Any] = WeakValueDictionary()
        self._leased = 0
        self._callbacks: dict[int, Callable[..., Any]] = {}
        self._seq = secrets.randbits(62)
        self._has_figures = False  # whether it says that figures are open
        self._found: tuple[list[str], dict[str, Any]] = [], {}  # names that the latest run has looked up, its reply
        self._socket = self._jail.spawn()
        self._channel = Channel(self._socket.fileno())
        self.stopped = None

    def end(self, status: str = "died", reason: str = "ended the process that it ran in") -> Stopped:
        """End the process, if there is one; every later request raises what this gives."""
        if self.stopped is None:
            self.stopped = Stopped(status, reason)
            self._socket.close()
            if self._jail.end() and status == "died":
                self.stopped.reason = _KILLED
        assert self.stopped is not None
        return self.stopped

    def ask(self, operation: str, **fields: Any) -> Any:
        """Make a request and give its value; an error of the student's code is raised as such."""
        __tracebackhide__ = True
        reply = self._request({"op": operation, **fields})
        self._show_outputs(reply)
        if "error" in reply:
            raise self._make_error(reply["error"])
        return reply.get("value")

    def run(self, code: str, number: int, names: Sequence[str] = ()) -> dict[str, Any]:
        """Run a cell in the jailed process; gives what `shell.Shell.run` gives there, in whatever form.

        When `names` is called next, with these names, that needs no request of its own.
        """
        reply = self._request({"op": "run", "code": code, "number": number, "names": list(names)})
        if type(reply.get("value")) is not dict:
            raise self.end("died", "could not be run any more in its process")
        self._found = list(names), reply
        value: dict[str, Any] = reply["value"]
        return value

    def flush(self) -> None:
        """Show the figures that calls have left open; a process that cannot do that shows none."""
        if self._has_figures:
            self._show_outputs(self._request({"op": "flush"}))
            self._has_figures = False

    def tell(self, changes: dict[str, Any]) -> None:
        """Say what has become of the notebook's names."""
        self._request({"op": "names", "names": [], **changes})

    def call(
        self,
        lease: Lease,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        *,
        method: str = "",
        back: bool = False,
        times: int = 0,
    ) -> tuple[Any, BaseException | None]:
        """Call an object in the jailed process.

        Parameters
        ----------
        lease : Lease
            The object.
        args, kwargs : tuple, dict
            Plain data, stand-ins, and functions: those are called back.
        method : str, optional
            Call this method of it.
        back : bool
            Whether what the call did to its arguments is done to `args` and `kwargs` too. It is done in any case
            when the call gave None, as a function that works in place does.
        times : int, optional
            Call it so often with copies of the arguments; the value is the list of results.

        Returns
        -------
        (value, error)
            One of them is None: an error is for the caller to raise, so that its traceback is short.
        """
        if lease.belongs_to_a_stranger and (args or kwargs):
            return None, TypeError(proxies.EXPLAIN_STRANGER.format(lease.handle.name or "a part"))
        message: dict[str, Any] = {"op": "call", "target": lease, "args": list(args), "kwargs": kwargs}
        message |= self.before_call()
        if self.shares_random:
            message["random"] = arguments.random_states()
        if method:
            message["method"] = method
        if times:
            message["times"] = times
        asks_back = back or self.copies_back
        if asks_back:
            message["back"] = True
        errstate = np.geterr()
        if errstate != _DEFAULT_ERRSTATE:
            message["errstate"] = {key: how for key, how in errstate.items() if how in ("ignore", "warn", "raise")}
        reply = self._request(message)
        self._show_outputs(reply)
        if self.shares_random:
            self.undo.note_random()
            arguments.follow_random_states(reply.get("random"))
        gave_nothing = "error" not in reply and reply.get("value", self) is None
        self._take_arguments_back(args, kwargs, reply, asks_back or gave_nothing)
        received.warn_again(reply.get("warnings"))
        if "error" in reply:
            return None, self._make_error(reply["error"])
        return reply.get("value"), None

    def names(self, names: Sequence[str]) -> dict[str, Any]:
        """Give those of these names that are defined, with their values or stand-ins."""
        asked, reply = self._found
        if not names or asked != list(names):
            reply = self._request({"op": "names", "names": list(names)})
        self._found = [], {}
        found, signatures = reply.get("found"), reply.get("signatures")
        if type(found) is not dict or type(signatures) is not dict:
            raise self.end("died", "sent something else than was asked for")
        self._class_numbers = {
            name: lease.handle.number
            for name, value in found.items()
            if isinstance(value, type) and (lease := proxies.lease_of(value)) is not None
        }
        for name, parameters in signatures.items():
            if type(found.get(name)) is FunctionType:
                found[name].__signature__ = proxies.make_signature(received.clean_parameters(parameters))
        return {name: found[name] for name in names if name in found}

    def is_of_the_exercise(self, lease: Lease) -> bool:
        """Whether this is an object of a class, or the class, that the instructor asked for and the cell mentions."""
        handle = lease.handle
        number = handle.number if handle.kind == "class" else handle.class_number
        return any(self._class_numbers.get(name) == number for name in self.exercise_names)

    def may_give_arguments(self, lease: Lease, method: str) -> bool:
        """Whether a check may give arguments to this method of an object."""
        return method in self.methods or self.is_of_the_exercise(lease)

    def forget(self, number: int) -> None:
        """Note that nobody here needs this object any more."""
        self._leased -= 1
        self._freed.append(number)

    def adopt(self, stand_in: Any, lease: Lease, new: Lease) -> None:
        """Let a stand-in of the process before stand for what a new one's `new` stands for."""
        lease.move_to(new)
        self._alive[lease.handle.number] = stand_in

    def encode(self, value: Any) -> Frame:
        """Give the header and the arrays' bytes of plain data, for comparing."""
        return self._codec.encode(value)

    def _request(self, message: dict[str, Any]) -> dict[str, Any]:
        if self.stopped is not None:
            raise self.stopped
        assert self._channel is not None
        self._found = [], {}  # whatever is asked now can change what the names stand for
        self._seq += 1
        seq = message["seq"] = self._seq
        if self._freed:
            message["free"], self._freed = self._freed, []
        try:
            frame = self._codec.encode(message)
        except WireError as error:
            self._freed = message.get("free", [])
            raise TypeError(f"this cannot be given to a submission: {error}") from None
        try:
            self._channel.send(frame)
            while True:
                reply = self._codec.decode(self._channel.receive())
                if type(reply) is dict and type(reply.get("seq")) is int and reply["seq"] == seq:
                    self._has_figures = self._has_figures or "figures" in reply
                    return reply
                if type(reply) is not dict or "callback" not in reply:
                    raise WireError("it sent something else than was asked for")
                self._channel.send(self._call_back(reply))
        except (EOFError, OSError):
            raise self.end() from None
        except Exception:
            # Which rule it broke is not said: such a text could hold what a hidden check has sent.
            raise self.end("died", "was ended: it sent what its own side of the engine never sends") from None
        except BaseException:
            # Out of time in the midst of a message: nobody can say any more what the next one belongs to.
            self.end()
            raise

    def _call_back(self, message: dict[str, Any]) -> Any:
        """Let the submission call a function that a check has handed it, and give the answer's frame."""
        number, args, kwargs = message.get("callback"), message.get("args"), message.get("kwargs")
        if type(args) is not list or type(kwargs) is not dict or any(type(key) is not str for key in kwargs):
            raise WireError("it made a malformed call")
        answer: dict[str, Any] = {"answer": None}
        try:
            function = self._callbacks.get(number) if type(number) is int else None
            if function is None:
                raise RuntimeError("this function of the check cannot be called any more")
            answer["answer"] = function(*args, **kwargs)
        except Exception as error:
            answer["error"] = [type(error).__name__, str(error)[:500]]
        answer["generators"] = arguments.states_of([args, kwargs])
        try:
            return self._codec.encode(answer)
        except WireError as error:
            return self._codec.encode({"answer": None, "error": ["TypeError", str(error)], "generators": []})

    def _to_reference(self, value: Any) -> Reference | Callback | None:
        lease = proxies.lease_of(value)
        if lease is not None and lease.session is self:
            if lease.generation != self.generation:
                raise WireError("it belongs to a process that has ended")
            return Reference(lease.handle.number)
        if not callable(value):
            return None
        if self._is_withheld(value):
            raise WireError("a reference is never handed to a submission")
        number = len(self._callbacks) + 1
        self._callbacks[number] = value
        return Callback(number, str(getattr(value, "__name__", ""))[:100])

    def _from_reference(self, reference: Handle | Reference | Callback) -> Any:
        if not isinstance(reference, Handle):
            raise WireError("it sent what only this side sends")
        known = self._alive.get(reference.number)
        if known is not None:
            return known
        if self._leased >= limits.HANDLES:
            raise WireError(f"a check holds more than {limits.HANDLES} of its objects")
        self._leased += 1
        if reference.number in self._freed:
            self._freed.remove(reference.number)
        made = self._make_stand_in(Lease(self, reference))
        self._alive[reference.number] = made
        return made

    def _make_stand_in(self, lease: Lease) -> Any:
        handle = lease.handle
        if handle.kind == "class":
            return proxies.make_class(lease, self._operators.get(handle.name, ()))
        kind = self._alive.get(handle.class_number) if handle.class_number else None
        if isinstance(kind, type) and issubclass(kind, proxies.RemoteObject):
            return proxies.make_instance(lease, kind)
        if handle.kind == "callable" and not handle.class_number:
            return proxies.make_function(lease)
        return proxies.make_instance(lease, proxies.find_kind(handle.type_name))

    def _make_error(self, described: Any) -> BaseException:
        error = received.make_error(described, self.files, self._error_classes())
        if type(described) is dict and isinstance(described.get("self"), proxies.RemoteObject):
            vars(error)["_raised"] = described["self"]
        return error

    def _error_classes(self) -> dict[int, type[BaseException]]:
        return {
            number: kind
            for number, kind in list(self._alive.items())
            if isinstance(kind, type) and issubclass(kind, BaseException)
        }

    def _show_outputs(self, reply: dict[str, Any]) -> None:
        for output in received.clean_outputs(reply.get("outputs")):
            if output["output_type"] == "stream":
                # Through sys: a check may have redirected what is printed.
                (sys.stdout if output["name"] == "stdout" else sys.stderr).write(output["text"])
            elif output["output_type"] == "display_data":
                self._show(output)

    def _take_arguments_back(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], reply: dict[str, Any], may_change: bool
    ) -> None:
        changed = reply.get("changed")
        if not may_change or type(changed) is not list or len(changed) != 2:
            arguments.follow_states([args, kwargs], reply.get("generators"))
        elif type(changed[0]) is list and type(changed[1]) is dict:
            named = [(mine, changed[1].get(name)) for name, mine in kwargs.items()]
            for mine, its in [*zip(args, changed[0], strict=False), *named]:
                self.undo.note(mine)
                arguments.restore(mine, its)

    def end_check(self) -> None:
        """Let no function that was handed out be called back any more."""
        self._callbacks.clear()
