"""Sandboxes whose child runs what a test sends to it.

These tests fail where a machine cannot isolate: a jail that nobody has tried must not look tested. Who has to run them
elsewhere sets AUTOGRADER_TEST_WITHOUT_JAIL, and they are skipped.
"""

from __future__ import annotations

import copy
import inspect
import json
import os
import socket
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.jail.sandbox import Premises, Sandbox
from tests.autograder.jail import answering

WITHOUT_JAIL = "AUTOGRADER_TEST_WITHOUT_JAIL"
CHECKOUT = Path(__file__).parents[3]
SECONDS = 60.0  # for an answer that must come; far more than it takes


class Refused(Exception):
    """What a function in the jail raised: its type's name and its text."""


class Jail:
    """A sandbox, and its child's end of the connection."""

    def __init__(self, premises: Premises, **options: Any) -> None:
        hidden = (*premises.hidden, Path(answering.__file__).parent, CHECKOUT)
        modules = (*premises.modules, "answering")
        premises = Premises(premises.packages, modules, premises.withheld, premises.data, hidden)
        options = {"warm": False, "server": "answering", **options}
        self.sandbox = Sandbox(premises, **options)
        self._connection: socket.socket | None = None

    def clone(self) -> Jail:
        """A jail around a clone of the sandbox."""
        made = copy.copy(self)
        made.sandbox, made._connection = self.sandbox.clone(), None
        return made

    def start(self) -> None:
        """Have a new child."""
        self.hang_up()
        self._connection = self.sandbox.spawn()
        self._connection.settimeout(SECONDS)

    def send(self, function: Callable[..., Any], *arguments: object) -> None:
        """Let the child begin with a function, whose source it gets."""
        if self._connection is None:
            self.start()
        assert self._connection is not None
        request = {"source": textwrap.dedent(inspect.getsource(function)), "name": function.__name__}
        self._connection.sendall((json.dumps({**request, "arguments": arguments}) + "\n").encode())

    def receive(self) -> Any:
        """Give what the function returned in the jail, as JSON has it."""
        assert self._connection is not None
        with self._connection.makefile("r", encoding="utf-8") as lines:
            line = lines.readline()
        if not line:
            raise EOFError("the child has ended")
        answer = json.loads(line)
        if "result" not in answer:
            raise Refused(f"{answer['type']}: {answer['text']}")
        return answer["result"]

    def run(self, function: Callable[..., Any], *arguments: object) -> Any:
        self.send(function, *arguments)
        return self.receive()

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        self.hang_up()
        self.sandbox.close()


MakeJail = Callable[..., Jail]


@pytest.fixture(scope="session", autouse=True)
def _needs_jail() -> None:
    if os.environ.get(WITHOUT_JAIL):
        pytest.skip(f"{WITHOUT_JAIL} is set")


@pytest.fixture(scope="module")
def shared_jail() -> Iterator[Jail]:
    jail = Jail(Premises())
    yield jail
    jail.close()


@pytest.fixture
def jail(shared_jail: Jail) -> Jail:
    """A new child in a sandbox that the tests of a module share."""
    shared_jail.start()
    return shared_jail


@pytest.fixture
def make_jail() -> Iterator[MakeJail]:
    made: list[Jail] = []

    def make(premises: Premises | None = None, **options: Any) -> Jail:
        made.append(Jail(premises or Premises(), **options))
        return made[-1]

    yield make
    for jail in made:
        jail.close()
