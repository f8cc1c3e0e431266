"""Runs a rebuilt notebook with two processes: the student's cells in the jailed one, the checks in this one.

A check cell sees the names that the instructor's solution cells define, as stand-ins for what the student's cells have
made of them. What a check cell does to those names (taking one away, putting a function in its place) happens in the
jailed process too. Must not know points or verdicts.
"""

from __future__ import annotations

import functools
import json
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from autograder import limits
from autograder.definitions import find_mentions
from autograder.execute import set_unfinished
from autograder.proxies import Lease, lease_of
from autograder.received import clean_end, clean_outputs
from autograder.session import Jail, Session, Stopped
from autograder.shell import Shell
from autograder.wire import WireError

_MISSING = object()
_MOST_COMPARED_BYTES = 2**20


@dataclass(frozen=True)
class Cell:
    """One cell to run.

    Attributes
    ----------
    number : int
        Its execution count.
    source : str
        What runs in the jailed process; for a check, in the trusted one.
    is_check : bool
        Whether it is a check.
    trusted_source : str
        What runs in the trusted process besides: the instructor's text of a cell that is not graded.
    copies_back : bool
        For a check: whether it sees what every call does to its arguments.
    """

    number: int
    source: str
    is_check: bool = False
    trusted_source: str = ""
    copies_back: bool = False


@dataclass(frozen=True)
class Rules:
    """What holds for all submissions of an assignment.

    Attributes
    ----------
    names : list of str
        What the instructor's solution cells define.
    unknown : list of str
        What checks use besides; the student's where nothing here has the name.
    operators : dict
        Class → special methods that the instructor's version of it defines.
    withheld : list of str
        Modules of which no function is handed to a submission.
    prepared : list of (str, dict)
        Texts of the cells that both processes have run before they were forked, and the jailed one's replies.
    cell_seconds, submission_seconds : float
        Limits.
    copy_arguments_back : bool
        Whether each call shows what it did to its arguments.
    methods : list of str
        Methods that get arguments on any object.
    imported : list of str
        Names that the instructor's solution cells import.
    """

    names: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    operators: dict[str, list[str]] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)
    prepared: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    cell_seconds: float = limits.CELL_SECONDS
    submission_seconds: float = limits.SUBMISSION_SECONDS
    copy_arguments_back: bool = False
    methods: list[str] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)


Result = dict[str, Any]  # a cell's "outputs", and in its "metadata" how it ended


class Runner:
    """One submission's run.

    Parameters
    ----------
    shell : Shell
        Runs the checks.
    jail : Jail
        Starts the jailed process, and starts it again after a cell that hung or ended it.
    rules : Rules
        The assignment's.
    cells : sequence of Cell
        The notebook.
    """

    def __init__(self, shell: Shell, jail: Jail, rules: Rules, cells: Sequence[Cell]) -> None:
        self._shell, self._rules, self._cells = shell, rules, cells
        self._session = Session(jail, shell.outputs.add, self._is_withheld, rules.operators)
        self._session.before_call = self._follow_names
        self._session.methods = rules.methods
        self._imports = {name: shell.user_ns[name] for name in rules.imported if name in shell.user_ns}
        self._own: dict[str, Any] = {}  # name -> stand-in or value of what the student has defined
        self._told: dict[str, Any] = {}  # name -> what the jailed process has under it, seen from here
        self._before: dict[str, Any] = {}  # the names of this process as the running check found them
        self._finished: list[Cell] = []
        self._restarts = 0
        self._timed_out = False

    def run(
        self, announce: Callable[[float | None], None] = lambda seconds: None, wait: Callable[[], object] = lambda: None
    ) -> Iterator[Result]:
        """Run all cells; whatever they do, there is a result for each, in order.

        Parameters
        ----------
        announce : callable
            Takes the number of seconds after which what begins now is stopped: an alarm does that, and it cannot
            interrupt code in C. None: a jailed process is started.
        wait : callable
            Called when all is ready; no cell runs, and no time is counted, before it returns.
        """
        self._announce = announce
        self._room = limits.OUTPUT_CHARACTERS
        self._session.start()
        self._session.tell({})  # nothing: but a first message takes long, and now is the time
        wait()
        self._deadline = time.monotonic() + self._rules.submission_seconds
        signal.signal(signal.SIGALRM, self._ring)
        try:
            self._prepared = self._count_prepared()
            for position, cell in enumerate(self._cells):
                yield self._cut(self._run_within_limits(position, cell))
        finally:
            self._session.end()

    def _cut(self, result: Result) -> Result:
        """Leave out the outputs for which the submission has no room."""
        self._room -= len(json.dumps(result["outputs"]))
        if self._room >= 0:
            return result
        note = {"output_type": "stream", "name": "stdout", "text": "[the rest of the outputs is left out]\n"}
        return {**result, "outputs": [note]}

    def _count_prepared(self) -> int:
        """How many of the first cells have run already; the student's own first cell ends that."""
        count = 0
        for cell, (text, _) in zip(self._cells, self._rules.prepared, strict=False):
            if cell.is_check or cell.source != text or cell.trusted_source != text:
                break
            count += 1
        return count

    def _run_within_limits(self, position: int, cell: Cell) -> Result:
        if position < self._prepared:
            return _finish(self._rules.prepared[position][1])
        left = self._deadline - time.monotonic()
        is_up = self._session.stopped is None
        result: Result = {"outputs": [], "metadata": {}}
        if left <= 0:
            reason = f"cells above it used up the {self._rules.submission_seconds:.3g} s of the whole notebook"
            return set_unfinished(result, "not run", "NotRun", f"was not run: {reason}")
        if not is_up:
            reason = f"cells above it ended or hung more than {limits.MAX_RESTARTS} times"
            return set_unfinished(result, "not run", "NotRun", f"was not run: {reason}")
        seconds = min(self._rules.cell_seconds, left)
        run: Callable[[Cell], Result] = self._check if cell.is_check else self._execute
        try:
            with self._time_limit(seconds):
                self._position = position
                result = run(cell)
        except Stopped:
            pass
        except (Exception, SystemExit):
            # What the submission has sent can be an object that raises something whatever it is asked.
            self._session.end("died", "was ended: it sent something else than was asked for")
        stopped = self._session.stopped
        if self._timed_out:
            self._session.end()
            result = set_unfinished(result, "timeout", "TimeoutError", f"was stopped after {seconds:.3g} s")
        elif stopped is not None:
            result = set_unfinished(result, stopped.status, "ProcessDied", stopped.reason)
        else:
            if not cell.is_check:
                self._finished.append(cell)
            return result
        self._session.undo.put_back(Exception, Stopped)
        self._restart()
        return result

    def _execute(self, cell: Cell) -> Result:
        """Run a cell of the student's, and what the instructor has in its place here."""
        self._session.files[cell.number] = self._shell.compile.cache(cell.source, cell.number)
        following = self._cells[self._position + 1 : self._position + 2]
        names = [*self._list_names(), *self._imports] if any(cell.is_check for cell in following) else []
        result = _finish(self._session.run(cell.source, cell.number, names))
        if cell.trusted_source and cell.trusted_source not in {text for text, _ in self._rules.prepared}:
            self._bind_names()
            reply = self._shell.run(cell.trusted_source, cell.number)
            self._release_names(reply["status"] == "ok")
        return result

    def _check(self, cell: Cell) -> Result:
        self._bind_names()
        words = words_of(cell.source)
        self._session.exercise_names = words.intersection(self._rules.names)
        self._session.shares_random = "seed" in words and bool(re.search(r"\bseed\(", cell.source))
        self._session.copies_back = cell.copies_back or self._rules.copy_arguments_back
        reply = self._shell.run(cell.source, cell.number)
        if self._session.stopped is None and not self._timed_out:
            self._release_names(reply["status"] == "ok")
            self._session.flush()
        end = {key: reply[key] for key in ("status", "raised") if key in reply}
        outputs = self._shell.outputs.take()
        outputs = outputs if self._session.stopped is None else _without_end(outputs)
        return {"outputs": outputs, "metadata": {"autograder": end}}

    # The notebook's names.

    def _bind_names(self) -> None:
        """Put what the student has defined under the instructor's names, each check cell anew."""
        names = self._list_names()
        found = self._session.names([*names, *self._imports])
        for name, module in self._imports.items():
            # What a solution imports is here as the instructor has it, for a student who imports it too.
            if name in found:
                self._shell.user_ns[name] = module
            else:
                self._shell.user_ns.pop(name, None)
        for name in names:
            old = self._own.pop(name, _MISSING)
            if name in found:
                self._own[name] = self._keep_identity(old, found[name])
                self._shell.user_ns[name] = self._own[name]
            else:
                self._shell.user_ns.pop(name, None)
        self._told = dict(self._own)
        self._before = dict(self._shell.user_ns)

    def _list_names(self) -> list[str]:
        """The names that a check takes from the student."""
        missing = [n for n in self._rules.unknown if n in self._own or n not in self._shell.user_ns]
        return [*self._rules.names, *missing]

    def _keep_identity(self, old: Any, new: Any) -> Any:
        """The object of the last time where the answer is the same: checks tell by it whether it was changed."""
        lease, new_lease = lease_of(old), lease_of(new)
        if lease is not None and new_lease is not None:
            return self._follow_restart(old, lease, new, new_lease)
        if new_lease is not None or old is _MISSING or type(old) is not type(new):
            return new
        try:
            frames = [self._session.encode(value) for value in (old, new)]
        except WireError:
            return new
        is_small = sum(map(len, frames[1])) <= _MOST_COMPARED_BYTES
        return old if is_small and frames[0] == frames[1] else new

    def _follow_restart(self, old: Any, lease: Lease, new: Any, new_lease: Lease) -> Any:
        """After a restart the replayed cells have made the same things again."""
        is_the_same = lease.handle[1:5] == new_lease.handle[1:5] and type(old) is type(new)
        if lease.generation == self._session.generation or not is_the_same:
            return new
        self._session.adopt(old, lease, new_lease)
        return old

    def _follow_names(self) -> dict[str, Any]:
        """What a check has done to the names since the jailed process was told last."""
        namespace = self._shell.user_ns
        rebind, unbind = {}, []
        for name in dict.fromkeys([*self._rules.names, *self._told]):
            now = namespace.get(name, _MISSING)
            if now is self._told.get(name, _MISSING):
                continue
            if now is _MISSING:
                unbind.append(name)
                del self._told[name]
            elif (crossing := self._let_cross(name, now)) is not _MISSING:
                rebind[name] = crossing
                self._told[name] = now
        return {key: value for key, value in (("rebind", rebind), ("unbind", unbind)) if value}

    def _let_cross(self, name: str, value: Any) -> Any:
        """What stands for a check's own function in the jailed process; _MISSING when nothing can.

        Data does not cross: it may be what the check expects. A reference may stand in for an exercise that neither
        this nor a later check speaks of, so that a later exercise is checked on its own.
        """
        if lease_of(value) is not None:
            return value
        if not callable(value) or isinstance(value, type):
            return _MISSING
        if self._is_withheld(value) and self._is_asked_for({name, getattr(value, "__name__", name)}):
            return _MISSING
        return lambda *args, **kwargs: value(*args, **kwargs)

    def _is_asked_for(self, names: set[str]) -> bool:
        """Whether the running check or a later one speaks of one of these names."""
        checks = (cell.source for cell in self._cells[self._position :] if cell.is_check)
        return any(names & find_mentions(source) for source in checks)

    def _release_names(self, passed: bool) -> None:
        """Undo what a check did to the names, and its calls to their arguments; what it handed out is of no use now.

        The calls of a check that has passed leave their mark on what the check itself has made, and on nothing else,
        a module's data for instance: its own names stand for copies then.
        """
        self._shell.user_ns.update(self._own)
        changes = self._follow_names()
        if changes:
            self._session.tell(changes)
        own = {name: value for name, value in self._shell.user_ns.items() if value is not self._before.get(name)}
        copies = self._session.undo.copies(own if passed else {})
        self._session.undo.put_back()
        self._shell.user_ns.update(copies)
        self._session.end_check()

    def _is_withheld(self, value: Any) -> bool:
        owners = (value, getattr(value, "__func__", None), type(value))
        modules = {str(getattr(owner, "__module__", None)) for owner in owners}
        return any(map(self._names_withheld, modules))

    def _names_withheld(self, module: str) -> bool:
        return any(
            module.startswith(name[:-1]) if name.endswith(".*") else module == name for name in self._rules.withheld
        )

    # Time, and starting again.

    @contextmanager
    def _time_limit(self, seconds: float) -> Iterator[None]:
        self._timed_out = False
        self._announce(seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again each second: a check may catch everything
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        self._timed_out = True
        raise Stopped("timeout", "was stopped")

    def _restart(self) -> None:
        """Make a new process in the state before the cell that failed: all cells that have finished run again."""
        while self._restarts < limits.MAX_RESTARTS:
            self._restarts += 1
            self._announce(None)
            self._session.start()
            if all(map(self._replay, self._finished)):
                return
            self._session.end()

    def _replay(self, cell: Cell) -> bool:
        left = self._deadline - time.monotonic()
        if left <= 0:
            return False
        try:
            with self._time_limit(min(self._rules.cell_seconds, left)):
                self._session.run(cell.source, cell.number)
        except Stopped:
            return False
        return not self._timed_out


@functools.cache  # of checks, which a class shares
def words_of(text: str) -> frozenset[str]:
    """Give the words of a check cell."""
    return frozenset(re.findall(r"\w+", text))


def _finish(reply: Any) -> Result:
    """A cell's result from what the jailed process says of it."""
    outputs = clean_outputs(reply.get("outputs")) if type(reply) is dict else []
    return {"outputs": outputs, "metadata": {"autograder": clean_end(reply)}}


def _without_end(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A check's outputs without the error that only says that the process has ended."""
    return outputs[:-1] if outputs and outputs[-1].get("ename") == "Stopped" else outputs
