"""The solution notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.course.running import NotebookRuns

TOPIC = "05_dropout"
# sentence in the prose -> what the notebook's own variables say
QUESTIONS = {
    "one in seven": "network.measure_error(X_dev, y_dev, plain_params)",
    "100 of the 500 training labels": "[int(np.sum(y_train != datasets.digits(np.random.default_rng(0), 500)[0][1])), len(y_train)]",
    "three are wrong": "int(np.sum(y_train[:10] != datasets.digits(np.random.default_rng(0), 500)[0][1][:10]))",
    "goes to 0 %": "float(plain_history['train_error'][-1])",
    "lowest": "[float(plain_history['dev_error'].min()), int(plain_history['dev_error'].argmin()) + 1]",
    "climbs to 14 %": "float(plain_history['dev_error'][-1])",
    "ends at 13 %": "float(dropout_history['train_error'][-1])",
    "ends at 6 %": "float(dropout_history['dev_error'][-1])",
    "dial": "np.mean([swept['training'], swept['dev']], axis=2).tolist()",
    "removed": "[float(np.mean(removal[label][5])) for label in removal]",
    "squares": "[float(np.sum(params['W2'] ** 2)) for params in (plain_params, dropout_params)]",
    "crowd": "[float(np.mean(crowd[0])), float(np.mean(crowd[-1])), full]",
    "leaps": "[float(off['cost'][-1]), float(on['cost'][0])]",
    "rises": "[int(np.sum(np.diff(run) > 0)) for run in (off['cost'], on['cost'])]",
    "by layer": "np.mean(by_layer, axis=1).tolist()",
}


class TestNotebook(NotebookRuns):
    n_figures = 10


def test_the_opening_numbers(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "misreads one in seven" in prose
    assert says["one in seven"] == pytest.approx(1 / 7, abs=0.01)
    assert "Ten of your training digits, each under its label. Three labels are wrong" in prose
    assert says["three are wrong"] == 3
    assert "100 of the 500 training labels are wrong" in prose
    assert says["100 of the 500 training labels"] == [100, 500]


def test_the_learning_curves(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "the training error goes to 0 %" in prose
    assert says["goes to 0 %"] == 0
    assert "falls to 6 % in the tenth epoch and then climbs to 14 %" in prose
    assert says["lowest"] == [pytest.approx(0.06, abs=0.005), 10]
    assert says["climbs to 14 %"] == pytest.approx(0.14, abs=0.0051)
    assert "With dropout the training error ends at 13 %" in prose
    assert says["ends at 13 %"] == pytest.approx(0.13, abs=0.005)
    assert "Its dev error ends at 6 %, without the climb" in prose
    assert says["ends at 6 %"] == pytest.approx(0.06, abs=0.005)


def test_the_dial(executed: Any, prose: str) -> None:
    training, dev = executed.answers["dial"]
    assert "training error 0 %, dev error 14 %" in prose
    assert training[-1] < 0.005
    assert dev[-1] == pytest.approx(0.14, abs=0.005)
    assert "both errors are above 60 %" in prose
    assert min(training[0], dev[0]) > 0.6
    assert "The valley lies between 0.3 and 0.5" in prose
    assert sorted(dev)[:2] == sorted(dev[2:4])


def test_removed_units_and_weights(executed: Any, prose: str) -> None:
    plain, thinned = executed.answers["removed"]
    assert "the first network misreads six digits in ten, the second one in six" in prose
    assert plain == pytest.approx(0.6, abs=0.02)
    assert thinned == pytest.approx(1 / 6, abs=0.015)
    assert "about 560 became about 400 in the second layer" in prose
    assert executed.answers["squares"] == [pytest.approx(560, abs=10), pytest.approx(400, abs=10)]


def test_the_crowd(executed: Any, prose: str) -> None:
    one, thirty, full = executed.answers["crowd"]
    assert "A single thinned network misreads one digit in six. Thirty of them together misread 6 %." in prose
    assert one == pytest.approx(1 / 6, abs=0.015)
    assert thirty == pytest.approx(0.06, abs=0.005)
    assert full <= thirty + 0.005


def test_the_cost_that_jumps(executed: Any, prose: str) -> None:
    assert "The cost leaps from 0.7 to 2.0" in prose
    assert executed.answers["leaps"] == [pytest.approx(0.7, abs=0.05), pytest.approx(2.0, abs=0.05)]
    rises_off, rises_on = executed.answers["rises"]
    assert rises_off == 0 < rises_on


def test_a_keep_prob_for_each_layer(executed: Any, prose: str) -> None:
    none, wide, narrow, both = executed.answers["by layer"]
    assert (
        "Dropping from the wide layer halves the dev error. Dropping from the narrow one more than doubles it" in prose
    )
    assert wide == pytest.approx(none / 2, rel=0.15)
    assert narrow > 2 * none
    assert both > 1.5 * none
    assert "The first has 32 768 weights" in prose
    assert 64 * 512 == 32_768
