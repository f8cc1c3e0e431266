"""The solution notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.course.running import NotebookRuns

TOPIC = "10_softmax"
# what a sentence in the prose is about -> what the notebook's own variables say
QUESTIONS = {
    "sizes": "[W.size + b.size, len(X_train), len(X_dev), sum(value.size for value in deep_params.values())]",
    "errors": "[[float(error(X, y, *fit)) for fit in fits] for X, y in ((X_train, y_train), (X_dev, y_dev))]",
    "dev cost": "J_dev",
    "furthest": "[float(furthest), float(np.abs(W).max())]",
    "with a hidden layer": "deep_error",
    "weights": "W.reshape(10, 8, 8).tolist()",
    "ink": "X_train.max(axis=0).tolist()",
    "confusion": "confusion_matrix(y_dev, labels, 10).tolist()",
    "costs of the misread": "costs[wrong].tolist()",
    "share of the cost": "float(share)",
    "dearest": "[int(y_dev[costs.argmax()]), int(labels[costs.argmax()]), float(costs.max())]",
    "the first misread": "[int(y_dev[first]), *(softmax((X_dev[first : first + 1] @ W.T + b) / T)[0].tolist() for T in (0.25, 1, 4))]",
    "by temperature": "[[temperatures.tolist(), *map(list, by_temperature.values())]]",
    "sure and right": "[[float(softmax(Z).max(axis=1).mean()), float(np.mean(Z.argmax(axis=1) == y_dev))] for Z in all_scores.values()]",
    "by heart": "float(error(X_train[:100], y_train[:100], W_few, b_few))",
    "belief": "[float(beliefs[np.argmin(cost_of_belief)]), float(min(cost_of_belief)), *learned.tolist()]",
    "logistic": "[float(np.abs(W_pair[1] - W_pair[0] - w).max()), float(np.abs(w).max())]",
    "still growing": "[float(np.linalg.norm(fit_softmax(X_train, y_train, 10, lr, epochs)[0])) for epochs in (300, 330)]",
    "rows sum to": "float(np.abs(W.sum(axis=0)).max())",
    "softmax twice": "float(cross_entropy(np.eye(10), np.arange(10)))",
    "1 - 2 - 1000": "[cross_entropy(np.log([[p, 1 - p]]), np.array([0])) for p in (0.5, 0.001, 0.1, 0.75, 0.25)]",
}


class TestNotebook(NotebookRuns):
    n_figures = 11


def test_numbers_that_are_too_large_for_floats(prose: str) -> None:
    assert "$e^{710}$ is larger than the largest float64, and $e^{89}$ than the largest float32" in prose
    assert "scores above 709 (float32: 88)" in prose
    with np.errstate(over="ignore", under="ignore"):
        assert np.isinf(np.exp(710.0)) and np.isfinite(np.exp(709.0))
        assert np.isinf(np.exp(np.float32(89))) and np.isfinite(np.exp(np.float32(88)))
        assert "$e^{-750}$ is 0" in prose
        assert np.exp(-750.0) == np.exp(-1000.0) == 0


def test_what_beliefs_cost(executed: Any, prose: str) -> None:
    half, thousandth, tenth, three_quarters, quarter = executed.answers["1 - 2 - 1000"]
    assert r"with 1/2 it costs $\ln 2 = 0.69$; with 1/1000, 6.9" in prose
    assert "no mistake would cost more than 27.6" in prose
    assert round(-math.log(1e-12), 1) == 27.6
    assert (round(half, 2), round(thousandth, 1)) == (0.69, 6.9)
    assert "the second one's is three times as large" in prose
    assert thousandth / tenth == pytest.approx(3)
    assert "which cost 0.288 and 1.386; their mean is $J = 0.837$" in prose
    assert (round(three_quarters, 3), round(quarter, 3)) == (0.288, 1.386)
    assert round((three_quarters + quarter) / 2, 3) == 0.837
    assert r"(-\ln 4,\ \ln 3 - \ln 4) = (-1.386, -0.288)" in prose
    assert "ln 10<sup>−12</sup> = −27.6" in prose and "J = ln 10 = 2.30" in prose
    assert "e / (e + 1) = 0.731 and 1 / (e + 1) = 0.269" in prose
    assert (round(math.e / (math.e + 1), 3), round(1 / (math.e + 1), 3)) == (0.731, 0.269)
    assert "the cost never falls below about 1.46 with ten classes" in prose
    assert executed.answers["softmax twice"] == pytest.approx(1.46, abs=0.005)
    assert round(math.e / (math.e + 9), 2) == 0.23  # in the quiz's explanation


def test_sizes(executed: Any, prose: str) -> None:
    assert "this notebook's 650 parameters" in prose and "with 650 parameters for 997 digits" in prose
    assert "with 9 610 parameters instead of 650" in prose
    assert executed.answers["sizes"] == [650, 997, 400, 9_610]


def test_the_learning_curve(executed: Any, prose: str) -> None:
    training, dev = executed.answers["errors"]
    assert "misreads nine digits in ten" in prose
    assert training[0] == pytest.approx(0.9, abs=0.03) and dev[0] == pytest.approx(0.9, abs=0.03)
    assert "One step takes the dev error from guessing to 28 %" in prose
    assert dev[1] == pytest.approx(0.28, abs=0.0051)
    assert "After 300 steps 2.3 % of the training digits and 4.0 % of the dev digits are misread" in prose
    assert training[-1] == pytest.approx(0.023, abs=0.0015) and dev[-1] == pytest.approx(0.04, abs=0.0026)
    assert "The dev cost is 0.188 nats, and $e^{-0.188} = 0.83$" in prose
    assert executed.answers["dev cost"] == pytest.approx(0.188, abs=0.0006)
    assert round(math.exp(-0.188), 2) == 0.83
    assert np.all(np.diff(dev) < 0) and np.all(np.diff(training) < 0)
    assert "From 30 steps on the curves lie less than 2 points apart" in prose
    assert all(abs(one - other) < 0.02 for one, other in zip(training[4:], dev[4:], strict=True))


def test_a_network_of_one_layer_and_one_of_two(executed: Any, prose: str) -> None:
    furthest, largest = executed.answers["furthest"]
    assert "it must arrive at your weights" in prose
    assert furthest < 1e-4 * largest
    assert "brings the dev error from 4.0 % to 2.5 %" in prose
    assert executed.answers["with a hidden layer"] == pytest.approx(0.025, abs=0.0051)


def test_what_the_weights_look_like(executed: Any, prose: str) -> None:
    W, ink = np.array(executed.answers["weights"]), np.array(executed.answers["ink"]).reshape(8, 8)
    assert "its strongest weights are those *against* ink in the centre" in prose
    row, column = np.unravel_index(np.abs(W[0]).argmax(), (8, 8))
    assert W[0, row, column] < 0 and {row, column} <= {2, 3, 4, 5}
    assert "the gap in the left side of the 3" in prose
    assert W[3, 1:7, 1:3].mean() < 0 < W[3, 1:7, 3:6].mean()
    assert "the upper right of the 6, where it wants nothing" in prose
    assert W[6, 1:4, 4:7].max() < 0
    assert "Where no digit has ink, $X$ is 0, so is the gradient, and the weight stays at the 0" in prose
    assert np.all(W[:, ink == 0] == 0)
    assert np.sum(ink == 0) >= 1
    assert "The outermost columns are nearly white, for digits seldom reach them" in prose
    assert np.abs(W[:, :, [0, 7]]).mean() < 0.06 < 0.2 < np.abs(W[:, :, 1:7]).mean()
    assert "From zeros the ten rows of `W` always add up to 0" in prose
    assert executed.answers["rows sum to"] < 1e-4


def test_who_is_taken_for_whom(executed: Any, prose: str) -> None:
    counts = np.array(executed.answers["confusion"])
    mistakes = counts - np.diag(np.diag(counts))
    assert "of the five 8's that were missed, no more than two went to the same digit" in prose
    assert mistakes[8].sum() == 5 and mistakes[8].max() == 2
    assert "five of the digits that were called 1 are something else" in prose
    assert mistakes[:, 1].sum() == 5
    assert "Sixteen are wrong" in prose
    assert mistakes.sum() == 16 and not np.array_equal(counts, counts.T)
    assert "These sixteen are 4 % of the digits and carry 37 % of the cost" in prose
    assert executed.answers["share of the cost"] == pytest.approx(0.37, abs=0.005)
    assert "The costliest is a 4 that was read as 8: 4.9 nats, since the 4 was given less than 1 %" in prose
    assert executed.answers["dearest"] == [4, 8, pytest.approx(4.9, abs=0.05)]
    assert math.exp(-4.9) < 0.01
    assert "Ten of the others cost less than 1.5 nats: their true digits were given more than 20 %" in prose
    assert np.sum(np.array(executed.answers["costs of the misread"]) < 1.5) == 10
    assert math.exp(-1.5) > 0.2
    assert "three 1's were read as 9, in row 1, column 9" in prose
    assert mistakes[1, 9] == 3


def test_temperature(executed: Any, prose: str) -> None:
    true, cold, plain, hot = executed.answers["the first misread"]
    assert "It is a 9. At $T = 1$ the classifier leans towards 1 and keeps 40 % for the 9" in prose
    assert true == 9 and np.argmax(plain) == 1 and plain[9] == pytest.approx(0.4, abs=0.005)
    assert cold[1] > 0.8 and max(hot) < 0.3
    ((temperatures, own, few),) = executed.answers["by temperature"]
    assert "its lowest cost is at $T = 0.5$, which doubles its scores" in prose
    assert temperatures[int(np.argmin(own))] == 0.5
    assert r"its lowest cost is at $T \approx 1.4$" in prose
    assert temperatures[int(np.argmin(few))] == pytest.approx(1.4, abs=0.05)
    assert "It was still growing its weights when the 300 epochs were over" in prose
    now, later = executed.answers["still growing"]
    assert later > 1.01 * now
    (own_sure, own_right), (few_sure, few_right) = executed.answers["sure and right"]
    assert "it says 89 % on average and is right in 96 %" in prose
    assert (own_sure, own_right) == (pytest.approx(0.89, abs=0.005), pytest.approx(0.96, abs=0.005))
    assert "it says 93 % and is right in 88 %" in prose
    assert (few_sure, few_right) == (pytest.approx(0.93, abs=0.005), pytest.approx(0.885, abs=0.0051))
    assert "on its hundred digits it was never wrong" in prose
    assert executed.answers["by heart"] == 0


def test_likelihood_and_logistic_regression(executed: Any, prose: str) -> None:
    best, lowest, *learned = executed.answers["belief"]
    assert "The lowest cost is at 0.6" in prose
    assert best == pytest.approx(0.6)
    assert learned == [pytest.approx(0.4, abs=1e-4), pytest.approx(0.6, abs=1e-4)]
    assert r"(0.673 here; $\ln 10 = 2.30$ for ten equally frequent digits)" in prose
    assert (round(lowest, 3), round(math.log(10), 2)) == (0.673, 2.3)
    apart, largest = executed.answers["logistic"]
    assert "One line hides the other" in prose
    assert apart < 1e-5 * largest
