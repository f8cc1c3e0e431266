"""A server that runs in the jail in the place of the engine's: it runs functions that a test sends, line by line.

Copied into the jail as a module of a course, so it imports the standard library alone.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any, NoReturn


def serve(fd: int, shell: object) -> NoReturn:
    """Answer ``{"source", "name", "arguments"}`` with what the function returns, or how it failed."""
    sys.modules["__main__"].__dict__["shell"] = shell
    with os.fdopen(os.dup(fd), "r", encoding="utf-8") as lines:
        for line in lines:
            os.write(fd, (json.dumps(_answer(json.loads(line)), default=repr) + "\n").encode())
    os._exit(0)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    # As in a cell: the name of the module is __main__.
    namespace: dict[str, Any] = {"__name__": "__main__", "shell": sys.modules["__main__"].__dict__["shell"]}
    try:
        exec(request["source"], namespace)
        return {"result": namespace[request["name"]](*request["arguments"])}
    except BaseException as error:
        return {"type": type(error).__name__, "text": str(error), "traceback": traceback.format_exc()}
