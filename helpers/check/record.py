"""The protocol by which a check cell tells a grading engine more than passed or failed; any course's checks can use it.

The cell displays one output of two types: `text/plain`, what a learner reads, and `MIME`, a JSON object:

| key | holds |
|---|---|
| `exercise` | the exercise's name |
| `status` | `passed`, `failed` or `not attempted` |
| `share` | share of the cell's points that is earned, 0 to 1 |
| `message` | the first line that a learner reads; "" when passed; in hidden checks without inputs or values |
| `cause`, `misconception` | the diagnosis, its sentence and its name, or "" twice; the last record overrules |
| `properties` | a list of `{"name", "passed", "note"}`: what was checked, in words |

A record adds words; it never turns a cell that raised into a passed one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MIME = "application/vnd.autograder.check+json"


@dataclass(frozen=True)
class Record:
    """What one check cell has to say; the fields are those of the table above."""

    exercise: str
    status: str
    share: float
    message: str = ""
    cause: str = ""
    misconception: str = ""
    properties: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, text: str) -> None:
        """Display the record with `text` beside it; outside Jupyter, print the text alone."""
        try:
            from IPython import get_ipython
            from IPython.display import display
        except ImportError:
            shell = None
        else:
            shell = get_ipython()
        if shell is None:
            print(text)
        else:
            display({"text/plain": text, MIME: {**vars(self)}}, raw=True)
