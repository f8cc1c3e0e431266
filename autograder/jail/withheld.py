"""What stands in the place of a course's module that does not exist while a submission is graded.

The stub's text, which `staging` writes, is two lines that call `stand_in`. Other modules of the course import the stub
as they would the real module, so that what they offer beside it still works; a submission that imports it is told why
it cannot. Must not know what the real module holds.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Collection
from typing import Any, NoReturn

SENTENCE = "{} is the reference of this assignment; it does not exist while a submission is graded"


def stand_in(name: str, course: Collection[str]) -> Callable[[str], Any]:
    """Make a stub's `__getattr__`; called by the stub itself.

    Parameters
    ----------
    name : str
        The module's name, for example ``"helpers.dropout"``.
    course : collection of str
        Top-level modules of the course, whose code may import the stub.

    Raises
    ------
    ImportError
        When anything else imports it.
    """
    sentence = SENTENCE.format(name)
    if not _is_course(_importer(), course):
        # The stub, which is dropped now, then is one of the engine's frames: tracebacks leave those out.
        sys._getframe(1).f_globals["__name__"] = __name__
        raise ImportError(sentence, name=name)

    def get_attribute(attribute: str) -> Any:
        if attribute.startswith("__") and attribute.endswith("__"):
            raise AttributeError(attribute)  # Python's own questions, for example whether this is a package
        if not _is_course(sys._getframe(1).f_globals.get("__name__"), course):
            raise ImportError(sentence, name=name)
        return _placeholder(attribute, sentence)

    return get_attribute


def forget(names: Collection[str]) -> None:
    """Make the next import of each stub run it again: it then sees who imports it."""
    for name in names:
        module = sys.modules.pop(name, None)
        package, _, attribute = name.rpartition(".")
        if module is not None and vars(sys.modules.get(package, sys)).get(attribute) is module:
            delattr(sys.modules[package], attribute)


def _placeholder(attribute: str, sentence: str) -> Callable[..., NoReturn]:
    def placeholder(*args: object, **kwargs: object) -> NoReturn:
        raise ImportError(sentence)

    placeholder.__name__ = placeholder.__qualname__ = attribute
    return placeholder


def _importer() -> object:
    """The name of the module whose import runs the stub: the first frame above it that is not Python's own."""
    frame = sys._getframe(3)  # above stand_in and the stub's body
    own = importlib.__name__
    while frame.f_back is not None and str(frame.f_globals.get("__name__", "")).partition(".")[0] in (
        own,
        "_frozen_importlib",
        "_frozen_importlib_external",
    ):
        frame = frame.f_back
    return frame.f_globals.get("__name__")


def _is_course(name: object, course: Collection[str]) -> bool:
    return isinstance(name, str) and name.partition(".")[0] in course
