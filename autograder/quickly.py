"""Imports nbgrader in a third of the time that it takes: without a grammar that nothing here uses.

nbgrader imports nbformat, that imports jsonschema, and that `rfc3987_syntax`, which compiles a grammar for each of 35
rules. It is for values of the formats "iri" and "iri-reference"; no schema of a notebook has one. Where the package is
not installed jsonschema does without. Must not change any package, nor what is imported later.
"""

from __future__ import annotations

import gc
import importlib
import sys

GRAMMAR = "rfc3987_syntax"


def import_nbgrader() -> None:
    """Import nbgrader's API, and nbformat with it. Later `import` statements find them."""
    if "nbgrader.api" in sys.modules:
        return
    was_collecting = gc.isenabled()
    gc.disable()  # nothing that an import makes is garbage; looking for it takes an eighth of the time
    try:
        _import_jsonschema()
        importlib.import_module("nbgrader.api")
    finally:
        if was_collecting:
            gc.enable()


def _import_jsonschema() -> None:
    if "jsonschema" in sys.modules or GRAMMAR in sys.modules:
        return
    sys.modules[GRAMMAR] = None  # type: ignore[assignment]  # the import system's word for "there is none"
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[GRAMMAR]
