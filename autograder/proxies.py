"""Stand-ins, in the trusted process, for what a student has defined in the jailed one.

A function's stand-in is a function, a class's a class, an instance's an instance of that class. A call ships plain
data and gives plain data. Nothing that a check does to compare a result with what it expects reaches an object of the
student's making: not comparison, truth and conversion to an array, nor a method that would be given what is expected.
Only an instance of a class that is itself the exercise is asked more: methods with arguments, and the operators that
the instructor's own version of the class defines.

Must not know how messages travel: `Session` does.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Iterator, Sequence
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.jail.operators import BINARY

if TYPE_CHECKING:
    from autograder.session import Session
    from autograder.wire import Handle

# Operators that a class of an exercise may define, when the instructor's version of it does.
_COMPARISONS = frozenset({"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"})
_BINARY = frozenset(f"__{prefix}{name}__" for prefix in ("", "r", "i") for name in BINARY)
_UNARY = frozenset({"__neg__", "__pos__", "__abs__", "__invert__", "__float__", "__int__", "__round__"})
_ARITHMETIC = _BINARY | _UNARY
_RESULT_TYPES: dict[str, type] = {
    "__bool__": bool,
    "__contains__": bool,
    "__float__": float,
    "__format__": str,
    "__hash__": int,
    "__int__": int,
    "__len__": int,
    "__repr__": str,
    "__str__": str,
}
DELEGATED = _COMPARISONS | _ARITHMETIC | {"__delitem__", "__reversed__"} | _RESULT_TYPES.keys()

# By these IPython asks an object how it wants to be shown; the answer could be a check's record.
_DISPLAY = ("_repr_", "_ipython_")


EXPLAIN_STRANGER = (
    "a check cannot give arguments to {} of an object whose class is not the exercise "
    "(the course can allow it: JailedExecute.methods)"
)


class Lease:
    """The right to an object in the jailed process; when the last stand-in goes, that process may forget the object."""

    def __init__(self, session: Session, handle: Handle) -> None:
        self.session = session
        self.handle = handle
        self.generation = session.generation
        self.belongs_to_a_stranger = False
        """Whether it came as an attribute of an object whose class is not the exercise: it gets no arguments."""
        self.met_a_number = False
        """Whether it is what an operator gave for the exercise's object and something that is not of its class."""

    def move_to(self, other: Lease) -> None:
        """Stand for the other lease's object from now on: the process was restarted, the answer is the same."""
        self.handle, self.generation = other.handle, other.generation
        other.generation = -1

    def __del__(self) -> None:
        if self.generation == self.session.generation:
            self.session.forget(self.handle.number)


def lease_of(value: Any) -> Lease | None:
    """The lease behind a stand-in; None for every other object."""
    if type(value) is Lease:
        return value
    if type(value) is FunctionType:
        lease = value.__dict__.get("_lease")
    elif type(value) is _RemoteClass:
        lease = vars(value).get("_class_lease")
    elif type(type(value)) is _RemoteClass:
        lease = object.__getattribute__(value, "_lease")
    else:
        lease = vars(value).get("_class_lease") if isinstance(value, type) else None
    return lease if type(lease) is Lease else None


def make_function(lease: Lease) -> Callable[..., Any]:
    """Make the stand-in of a function.

    Its attribute `call_with_copy_back` calls it so that what the student's code does to the arguments is seen
    afterwards; `call_repeatedly` takes a number of times first and gives a list of results.
    """
    session, handle = lease.session, lease.handle

    def function(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        value, error = session.call(lease, args, kwargs)
        if error is not None:
            raise error
        return value

    def call_with_copy_back(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        value, error = session.call(lease, args, kwargs, back=True)
        if error is not None:
            raise error
        return value

    def call_repeatedly(times: int, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        values, error = session.call(lease, args, kwargs, times=times)
        if error is not None:
            raise error
        return values

    function.__code__ = _without_file(function.__code__)
    function.__name__ = handle.name or handle.type_name
    function.__qualname__ = function.__name__
    function.__module__ = "__main__"
    function.__doc__ = handle.doc or None
    function.call_with_copy_back = call_with_copy_back  # type: ignore[attr-defined]
    function.call_repeatedly = call_repeatedly  # type: ignore[attr-defined]
    function._lease = lease  # type: ignore[attr-defined]
    return function


@functools.cache
def _without_file(code: CodeType) -> CodeType:
    """The same code, of which `inspect` finds no source: a check that looks into a function must not see the engine."""
    return code.replace(co_filename="<submission>")


def make_signature(parameters: Sequence[tuple[str, int, bool]]) -> inspect.Signature | None:
    """Make what `inspect.signature` gives for a stand-in, every default as ``...``; None for what cannot be one."""
    if not all(name.isidentifier() for name, _, _ in parameters):
        return None
    made = []
    try:
        for name, kind, has_default in parameters:
            default = ... if has_default else inspect.Parameter.empty
            made.append(inspect.Parameter(name, inspect._ParameterKind(kind), default=default))
        return inspect.Signature(made)
    except ValueError:
        return None


def make_class(lease: Lease, operators: Collection[str]) -> type:
    """Make the stand-in of a class.

    Parameters
    ----------
    operators : collection of str
        Special methods that the instructor's version defines; those among `DELEGATED` reach the student's.
    """
    handle = lease.handle
    base = _exception_base(handle.bases)
    name = handle.name if handle.name.isidentifier() else "Class"
    namespace: dict[str, Any] = {"__module__": "__main__", "__doc__": handle.doc or None, "_class_lease": lease}
    if base is not None:
        return type(name, (base,), {**namespace, "__getattr__": _get_from_error})
    namespace["__slots__"] = ()
    for operator in DELEGATED.intersection(operators):
        namespace[operator] = _make_operator(operator)
    if "__eq__" in namespace and "__hash__" not in namespace:
        namespace["__hash__"] = object.__hash__
    return _RemoteClass(name, (RemoteObject,), namespace)


@functools.lru_cache(maxsize=256)
def find_kind(name: str) -> type:
    """Give the class of the stand-ins of all objects whose class has this name and is not known here."""
    return _RemoteClass(name, (RemoteObject,), {"__module__": "__main__", "__slots__": ()})


def make_instance(lease: Lease, kind: type) -> Any:
    """Make the stand-in of an object whose class's stand-in is `kind`."""
    made: Any = object.__new__(kind)
    object.__setattr__(made, "_lease", lease)
    return made


def _exception_base(bases: tuple[str, ...]) -> type[BaseException] | None:
    import builtins

    for name in bases:
        base = getattr(builtins, name, None)
        if isinstance(base, type) and issubclass(base, BaseException):
            return base
    return None


def _get_from_error(error: BaseException, name: str) -> Any:
    """An attribute of an exception that the student's code has raised."""
    raised = vars(error).get("_raised")
    if not isinstance(raised, RemoteObject):
        raise AttributeError(name)
    return getattr(raised, name)


class _RemoteClass(type):
    """Type of the stand-ins of classes: calling one makes an instance in the jailed process."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        lease = lease_of(cls)
        if lease is None:
            raise TypeError("only the submission makes such objects")
        value, error = lease.session.call(lease, args, kwargs)
        if error is not None:
            raise error
        return value

    def __instancecheck__(cls, instance: Any) -> bool:
        if type.__instancecheck__(cls, instance):
            return True
        return _is_kind_of("is instance", cls, lease_of(instance))

    def __subclasscheck__(cls, subclass: type) -> bool:
        if type.__subclasscheck__(cls, subclass):
            return True
        return _is_kind_of("is subclass", cls, lease_of(subclass))

    def __iter__(cls) -> Iterator[Any]:
        return _iterate(cls)

    def __getitem__(cls, key: Any) -> Any:
        lease = vars(cls)["_class_lease"]
        return lease.session.ask("item", target=lease, key=key)

    def __getattr__(cls, name: str) -> Any:
        return _get_attribute(type.__getattribute__(cls, "_class_lease"), name)

    def __setattr__(cls, name: str, value: Any) -> None:
        _set_attribute(type.__getattribute__(cls, "_class_lease"), name, value)


class RemoteObject(metaclass=_RemoteClass):
    """Stand-in of an object of the student's that is neither plain data nor a function."""

    __slots__ = ("__weakref__", "_lease")
    _lease: Lease

    def __getattr__(self, name: str) -> Any:
        return _get_attribute(object.__getattribute__(self, "_lease"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        _set_attribute(self._lease, name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        value, error = self._lease.session.call(self._lease, args, kwargs)
        if error is not None:
            raise error
        return value

    def __getitem__(self, key: Any) -> Any:
        return self._lease.session.ask("item", target=self._lease, key=key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._lease.session.ask("set item", target=self._lease, key=key, value=value)

    def __len__(self) -> int:
        length = self._lease.session.ask("length", target=self._lease)
        if type(length) is not int:
            raise TypeError("the length of the submission's object is no number")
        return length

    def __iter__(self) -> Iterator[Any]:
        return _iterate(self)

    def __enter__(self) -> Any:
        value, error = self._lease.session.call(self._lease, (), {}, method="__enter__")
        if error is not None:
            raise error
        return value

    def __exit__(self, *exc_info: object) -> None:
        _, error = self._lease.session.call(self._lease, (None, None, None), {}, method="__exit__")
        if error is not None:
            raise error

    def __next__(self) -> Any:
        items = self._lease.session.ask("next", target=self._lease, count=1)
        if not items:
            raise StopIteration
        return items[0]

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<an object of the submission's type {self._lease.handle.type_name!r}>"

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"expected numbers, the submission gave an object of type {self._lease.handle.type_name!r}")

    def __float__(self) -> float:
        self.__array__()

    def __int__(self) -> int:
        self.__array__()

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("an object of the submission cannot be copied or pickled")


def _iterate(value: Any) -> Iterator[Any]:
    lease = lease_of(value)
    assert lease is not None
    iterator, count = lease.session.ask("iterator", target=lease)
    while items := lease.session.ask("next", target=iterator, count=count):
        yield from items
        if len(items) < count:
            return


def _is_kind_of(operation: str, kind: type, lease: Lease | None) -> bool:
    own = vars(kind).get("_class_lease")
    return own is not None and lease is not None and own.session.ask(operation, target=lease, kind=own) is True


def _get_attribute(lease: Lease, name: str) -> Any:
    __tracebackhide__ = True
    if name.startswith(("__", *_DISPLAY)):
        raise AttributeError(name)
    value = lease.session.ask("attribute", target=lease, name=name)
    if lease.session.may_give_arguments(lease, name):
        return value
    own = lease_of(value)
    if own is not None and type(value) is not FunctionType:
        own.belongs_to_a_stranger = True
        return value
    return _without_arguments(value, name) if callable(value) else value


def _without_arguments(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A method as a check may call it: with what it expects as an argument, the answer would be no evidence."""

    def method(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if args or kwargs:
            raise TypeError(EXPLAIN_STRANGER.format(name))
        return function()

    method.__name__ = method.__qualname__ = name
    return method


def _set_attribute(lease: Lease, name: str, value: Any) -> None:
    __tracebackhide__ = True
    lease.session.ask("set attribute", target=lease, name=name, value=value)


def _make_operator(name: str) -> Callable[..., Any]:
    """A special method that reaches the student's, or what Python does there without it.

    A comparison does so only with another object of the same class. With anything else, what a check expects for
    instance, an operator can only give another object, and that cannot become a number.
    """

    def operator(self: Any, *args: Any) -> Any:
        __tracebackhide__ = True
        lease: Lease = self._lease
        is_alike = bool(args) and type(args[0]) is type(self)
        if not lease.session.is_of_the_exercise(lease) or (name in _COMPARISONS and not is_alike):
            return _without(name, self)
        value, error = lease.session.call(lease, args, {}, method=name)
        if error is not None:
            raise error
        wanted = _RESULT_TYPES.get(name)
        if wanted is not None and type(value) is not wanted:
            raise TypeError(f"{name} gave {type(value).__name__}, not {wanted.__name__}")
        result = lease_of(value)
        if name in _ARITHMETIC and not is_alike:
            if result is None and value is not NotImplemented and (args or lease.met_a_number):
                raise TypeError(f"{name} gave {type(value).__name__}, not an object of its own class")
            if result is not None:
                result.met_a_number = bool(args) or lease.met_a_number
        return value

    operator.__name__ = name
    return operator


def _without(name: str, value: Any) -> Any:
    """What Python does where a class does not define the operator."""
    if name in ("__str__", "__repr__"):
        return RemoteObject.__repr__(value)
    if name == "__bool__":
        return True
    if name == "__hash__":
        return object.__hash__(value)
    if name in _COMPARISONS | _BINARY:
        return NotImplemented
    raise TypeError(f"{name} of an object whose class is not the exercise")
