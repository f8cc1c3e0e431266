"""What only the softmax lesson has: exercises whose names are words of its prose, so that every check speaks of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder import cli
from autograder.notebook import read
from benchmarks.classes import fill
from tests.lessons import ROOT

WRONG = "def softmax(Z):\n    E = np.exp(Z - Z.max(axis=1, keepdims=True))\n    return E / E.sum()"
BLANK = "def softmax(Z):\n    raise NotImplementedError"
RIGHT = "def softmax_gradient(Z, y):\n    G = softmax(Z)\n    G[np.arange(len(y)), y] -= 1\n    return G / len(y)"


@pytest.mark.parametrize("softmax", [WRONG, BLANK])
def test_a_gradient_that_calls_softmax_is_judged_on_its_own_also_in_the_jail(
    softmax: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    released = read(ROOT / "release" / "10_softmax" / "softmax.ipynb")
    blank = dict.fromkeys(("one_hot", "log_softmax", "cross_entropy", "fit_softmax", "predict", "confusion_matrix"), "")
    answers = {**blank, "softmax": softmax, "softmax_gradient": RIGHT, "quiz_softmax": ""}
    path = tmp_path / "softmax.ipynb"
    path.write_text(json.dumps(fill(released, answers)), encoding="utf-8")
    assert cli.main(["check", str(path), "--course", str(ROOT), "--json"]) == 0
    scores = {e["name"]: e["score"] for e in json.loads(capsys.readouterr().out)[0]["exercises"]}
    assert scores["softmax_gradient"] == 3
    assert scores["softmax"] == 0
