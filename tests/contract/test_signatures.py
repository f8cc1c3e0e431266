"""The reference package keeps the course's contract: every exercise is there, called as promised, in order, documented.

`exercises.md` beside this module is a copy of the course's contract, word for word; a change of the contract is a
change of that copy. Its tables of topics 01 to 10 are read here; a row may name several exercises. `N_EXERCISES`
holds their numbers as counted by hand, so that no row can be skipped in silence.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

CONTRACT = (Path(__file__).parent / "exercises.md").read_text(encoding="utf-8")

N_EXERCISES = {
    "01_data_splits": 7,
    "02_bias_variance": 8,
    "03_initialization": 7,
    "04_regularization": 10,
    "05_dropout": 6,
    "06_normalization": 8,
    "07_gradient_checking": 9,
    "08_optimizers": 10,
    "09_batch_normalization": 7,
    "10_softmax": 8,
}


@dataclass(frozen=True)
class Exercise:
    """One exercise as its row promises it."""

    topic: str
    name: str
    signature: str
    """Without annotations: `(Z, gamma, beta, eps=1e-5)`."""
    methods: dict[str, str] = field(default_factory=dict)
    """Of a class: each method's signature without `self`."""
    attributes: dict[str, float | None] = field(default_factory=dict)
    """Of a class: each attribute's first value, None where the row gives none."""

    def __str__(self) -> str:
        return f"{self.topic}-{self.name}"

    @property
    def module(self) -> ModuleType:
        return importlib.import_module(f"helpers.{self.topic[3:]}")

    @property
    def reference(self) -> Any:
        return getattr(self.module, self.name)


def read_rows(contract: str) -> dict[str, list[str]]:
    """Return the first cell of each table row, by topic."""
    rows: dict[str, list[str]] = {}
    for section in re.split(r"^## ", contract, flags=re.M)[1:]:
        heading = re.match(r"(\d\d_\w+) / ", section)
        lines = re.findall(r"^\|.*$", section, flags=re.M)
        if heading and lines:
            titles, rule, *body = lines
            assert (titles, rule) == ("| exercise | contract |", "|---|---|"), section[:80]
            rows[heading[1]] = [line.removeprefix("| ").partition(" | ")[0] for line in body]
    return rows


def read_row(topic: str, cell: str) -> list[Exercise]:
    """Return the exercises that a row names: spans of code that begin with a name and a parenthesis."""
    spans = re.findall(r"`([^`]+)`", cell)
    calls = [match for span in spans if (match := re.match(r"(class )?(\w+)(\(.*?\))( ->|$)", span))]
    methods = {match[1]: match[2] for span in spans if (match := re.match(r"\.(\w+)(\(.*?\)) ->", span))}
    described = spans[-1] if calls and calls[0][1] else ""
    attributes = {
        name: float(first) if first else None for name, first in re.findall(r"(\w+)(?: \((\d)\))?", described)
    }
    return [Exercise(topic, call[2], call[3], methods, attributes) for call in calls]


ROWS = read_rows(CONTRACT)
EXERCISES = [exercise for topic, cells in ROWS.items() for cell in cells for exercise in read_row(topic, cell)]
CLASSES = [exercise for exercise in EXERCISES if exercise.methods]
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=str)
each_class = pytest.mark.parametrize("exercise", CLASSES, ids=str)


def parameters(function: Any) -> list[tuple[str, Any, type, Any]]:
    """Return what a caller must know of each parameter: name, kind, and the default with its type."""
    return [(p.name, p.kind, type(p.default), p.default) for p in inspect.signature(function).parameters.values()]


def promised(signature: str) -> list[tuple[str, Any, type, Any]]:
    """Return the parameters of a signature that is written in the contract."""
    return parameters(eval(f"lambda {signature[1:-1]}: None"))


@cache
def functions_of(module: ModuleType) -> dict[str, ast.AST]:
    """Return the syntax trees of a module's functions and classes."""
    return {node.name: node for node in ast.parse(inspect.getsource(module)).body if hasattr(node, "name")}


def can_raise(module: ModuleType, name: str, asked: frozenset[str] = frozenset()) -> bool:
    """Tell whether a function raises or requires something, itself or in what it calls of its own module."""
    functions = functions_of(module)
    if name not in functions or name in asked:
        return False
    nodes = list(ast.walk(functions[name]))
    called = [node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return (
        any(isinstance(node, ast.Raise) for node in nodes)
        or any(other.startswith("require_") for other in called)
        or any(can_raise(module, other, asked | {name}) for other in called)
    )


def sections(documented: Any) -> dict[str, str]:
    """Return the titled sections of a docstring; of a class also those of its public methods."""
    methods = vars(documented).items() if isinstance(documented, type) else ()
    public = [method for name, method in methods if inspect.isfunction(method) and not name.startswith("_")]
    texts = [inspect.getdoc(part) or "" for part in (documented, *public)]
    found: dict[str, str] = {}
    for text in texts:
        _, *titled = re.split(r"^(\w+)\n-{3,}$", text, flags=re.M)
        for title, body in zip(titled[::2], titled[1::2], strict=True):
            found.setdefault(title, body)
    return found


def test_no_row_of_the_contract_is_skipped() -> None:
    assert {topic: sum(e.topic == topic for e in EXERCISES) for topic in ROWS} == N_EXERCISES
    assert all(read_row(topic, cell) for topic, cells in ROWS.items() for cell in cells)
    # a grade_id and an entry of the bank of misconceptions know an exercise by its name alone
    assert len({exercise.name for exercise in EXERCISES}) == len(EXERCISES) == 80


def test_rows_are_read_as_a_person_reads_them() -> None:
    by_name = {exercise.name: exercise for exercise in EXERCISES}
    assert by_name["split_sizes"].signature == "(m, holdout=0.2, max_holdout=10_000)"
    assert by_name["forward_with_dropout"].signature == "(X, params, keep_probs, rng, training=True)"
    assert [by_name[name].signature for name in ("one_sided", "two_sided", "vector_to_params")] == [
        "(f, x, eps)",
        "(f, x, eps)",
        "(theta, like)",
    ]
    assert by_name["step_decay"].signature == "(lr0, factor, every, epoch)"
    (batch_norm,) = CLASSES
    assert (batch_norm.name, batch_norm.signature) == ("BatchNorm", "(n, momentum=0.9, eps=1e-5)")
    assert batch_norm.methods == {"forward": "(Z, training)", "backward": "(dout)"}
    assert batch_norm.attributes == {
        "gamma": 1,
        "beta": 0,
        "running_mean": 0,
        "running_var": 1,
        "dgamma": None,
        "dbeta": None,
    }


@each_exercise
def test_reference_is_called_as_promised(exercise: Exercise) -> None:
    assert parameters(exercise.reference) == promised(exercise.signature)


@pytest.mark.parametrize("topic", N_EXERCISES)
def test_references_are_defined_in_the_order_of_the_table(topic: str) -> None:
    names = [exercise.name for exercise in EXERCISES if exercise.topic == topic]
    module = importlib.import_module(f"helpers.{topic[3:]}")
    assert [name for name in vars(module) if name in names] == names


@each_exercise
def test_reference_says_what_goes_in_what_comes_out_and_shows_an_example(exercise: Exercise) -> None:
    found = sections(exercise.reference)
    wanted = ["Parameters", "Returns", "Examples"]
    wanted += ["Raises"] if can_raise(exercise.module, exercise.name) else []
    assert [title for title in wanted if title not in found] == []
    assert ">>> " in found["Examples"]
    entries = re.findall(r"^(\w[\w, ]*) : ", found["Parameters"], flags=re.M)
    named = [name for entry in entries for name in entry.split(", ")]
    assert sorted(named) == sorted(inspect.signature(exercise.reference).parameters)


@each_class
def test_methods_are_called_as_promised(exercise: Exercise) -> None:
    made = exercise.reference(3)
    for name, signature in exercise.methods.items():
        assert parameters(getattr(made, name)) == promised(signature), name


@each_class
def test_attributes_have_their_first_values(exercise: Exercise) -> None:
    made = exercise.reference(3)
    firsts = {name: first for name, first in exercise.attributes.items() if first is not None}
    for name, first in firsts.items():
        np.testing.assert_array_equal(getattr(made, name), np.full(3, first), err_msg=name)
    made.backward(made.forward(np.array([[1.0, 2.0, 3.0], [3.0, 5.0, 4.0]]), True))
    for name in exercise.attributes.keys() - firsts.keys():
        assert np.shape(getattr(made, name)) == (3,), name
