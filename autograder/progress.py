"""How far a grading is: a bar with rate and time left on a terminal, plain lines elsewhere.

On stderr, as stdout is for results. Knows only names and counts.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import Task
    from rich.text import Text


class Progress:
    """Counts submissions; use as a context manager.

    Parameters
    ----------
    total : int
        Number of submissions.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._bar: Bar | None = _make_bar() if sys.stderr.isatty() else None
        self._task = self._bar.add_task("starting", total=total, start=False) if self._bar else None

    def __enter__(self) -> Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._bar:
            self._bar.stop()

    def begin(self, unchanged: int) -> None:
        """All is ready, and the clock of the rate starts; so many submissions need no work."""
        self._total -= unchanged
        if self._bar and self._task is not None:
            self._bar.update(self._task, total=self._total, description="grading")
            self._bar.start_task(self._task)
        if unchanged:
            self.tell(f"{unchanged} unchanged since the last grading.")

    def advance(self, student: str, score: str, note: str) -> None:
        """One submission is done."""
        self._done += 1
        if self._bar and self._task is not None:
            self._bar.update(self._task, advance=1)
        else:
            self.tell(printable(f"[{self._done}/{self._total}] {student}: {score}{f' ({note})' if note else ''}"))

    def tell(self, sentence: str) -> None:
        """Say something without disturbing the bar."""
        if self._bar:
            self._bar.console.print(sentence, markup=False, highlight=False)
        else:
            print(sentence, file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """The text without characters that a terminal would obey: names of folders and files come from students."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _make_bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    return RichProgress(*columns, console=Console(stderr=True))
