"""The bias and variance notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.course.running import NotebookRuns

TOPIC = "02_bias_variance"
# what the prose speaks of -> what the notebook's own variables say
QUESTIONS = {
    "cases": "[[list(split[name]), sorted(verdicts[name])] for name in split]",
    "fits": "[[float(np.mean((fit(x) - y) ** 2)), float(np.mean((fit(grid) - truth(grid)) ** 2))] for fit in three_fits.values()]",
    "parts": "[few['bias²'].tolist(), few['variance'].tolist(), few['test error'].tolist(), few['training error'].tolist()]",
    "many": "[many['training error'].tolist(), many['test error'].tolist()]",
    "noise": "NOISE**2",
    "patients": "{name: [float(e) for e in errors] for name, errors in patients.items()}",
    "patients by hand": "[linear.shape[1], with_products.shape[1], float(progression.std()), len(progression)]",
    "descent": "[[float(d) for d in distances] for distances in steps_away.values()]",
    "length of w": "float(np.linalg.norm(w_best))",
    "by size": "{name: np.mean(errors, axis=1).tolist() for name, errors in by_size.items()}",
    "by depth": "{name: np.mean(errors, axis=1).tolist() for name, errors in by_depth.items()}",
    "advice by depth": "[next_step(*pair) for pair in np.mean(list(by_depth.values()), axis=2).T.tolist()]",
    "by width": "{name: np.mean(errors, axis=1).tolist() for name, errors in by_width.items()}",
    "recipe": "[[float(p) for p in pieces[name]] + [advice[name]] for name in pieces]",
    "test": "digits_error(params, X_test, y_test, activation)",
    "images": "[len(X_train), len(X_dev), len(X_test)]",
}


class TestNotebook(NotebookRuns):
    n_figures = 11


def test_the_four_cases_and_a_bayes_error_of_14_percent(executed: Any, prose: str) -> None:
    names = {"A": ["high variance"], "B": ["high bias"], "C": ["high bias", "high variance"], "D": []}
    (a, b, c, d, b_blurred, c_blurred) = executed.answers["cases"]
    for row, errors, case in zip(
        (a, b, c, d), ("1 % | 11 %", "15 % | 16 %", "15 % | 30 %", "0.5 % | 1 %"), "ABCD", strict=True
    ):
        assert f"| {case} | {errors} |" in prose
        assert row[1] == names[case]
    assert "with a Bayes error of 0 nearly the whole bar is avoidable bias" in prose
    assert b[0] == pytest.approx([0, 0.15, 0.01])
    assert "with 14 % the same two numbers say that there is nothing left to win" in prose
    assert b_blurred == [pytest.approx([0.14, 0.01, 0.01]), []]
    assert "the same change leaves only its variance" in prose
    assert c_blurred == [pytest.approx([0.14, 0.01, 0.15]), ["high variance"]]


def test_three_fits_of_twenty_points(executed: Any, prose: str) -> None:
    straight, _, wild = executed.answers["fits"]
    assert (
        "Which of the two does the caption of the picture call better *on the points*? And which against the truth?"
        in prose
    )
    assert wild[0] < straight[0] / 10
    assert wild[1] > 3 * straight[1]


def test_bias_and_variance_against_the_degree(executed: Any, prose: str) -> None:
    bias2, variance, test_error, _ = executed.answers["parts"]
    assert "$0.3^2 = 0.09$" in prose
    assert executed.answers["noise"] == pytest.approx(0.09)
    assert "They must be one line" in prose
    sums = [0.09 + b + v for b, v in zip(bias2, variance, strict=True)]
    assert test_error == pytest.approx(sums, rel=0.04)
    assert "bias falls and variance rises; their sum has its lowest point at degree 3" in prose
    assert sums.index(min(sums)) == test_error.index(min(test_error)) == 2
    assert variance == sorted(variance)
    assert max(bias2[4:]) < bias2[2] < bias2[0]
    assert "Where bias² is below a hundredth of the variance" in prose
    assert all(b < v / 100 for b, v in zip(bias2[4:], variance[4:], strict=True))


def test_training_and_test_error_against_the_degree(executed: Any, prose: str) -> None:
    *_, few_test, few_train = executed.answers["parts"]
    many_train, many_test = executed.answers["many"]
    assert "The training error only ever falls" in prose
    for errors in (few_train, many_train):
        assert errors == sorted(errors, reverse=True)
    assert "With 20 points it sinks far below the Bayes error of 0.09" in prose
    assert few_train[-1] < 0.09 / 3
    assert "With 100 points the same degrees do hardly any harm" in prose
    assert many_test[-1] < 1.1 * min(many_test)
    assert few_test[-1] > 5 * min(few_test)


def test_the_learning_curves_of_the_patients(executed: Any, prose: str) -> None:
    curves = executed.answers["patients"]
    assert "66 features with the column of ones" in prose
    assert "guessing the mean for everybody would give 77" in prose
    assert "442 diabetes patients" in prose
    assert executed.answers["patients by hand"] == [11, 66, pytest.approx(77, abs=0.5), 442]
    assert "nearly met, at 53 and 56.5, and lie flat from 100 patients on" in prose
    train, dev = curves["10 measures, training"], curves["10 measures, dev"]
    assert (train[-1], dev[-1]) == (pytest.approx(53, abs=0.5), pytest.approx(56.5, abs=0.05))
    assert max(train) - min(train) < 2
    assert max(dev) - min(dev) < 2
    assert "With 66 features the gap is huge and still closing" in prose
    wide_train, wide_dev = curves["66 features, training"], curves["66 features, dev"]
    gaps = [d - t for t, d in zip(wide_train, wide_dev, strict=True)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] > 20
    assert "with the 300 there are, the small model is better" in prose
    assert dev[-1] < wide_dev[-1]


def test_small_steps_lead_to_the_analytical_weights(executed: Any, prose: str) -> None:
    everything, constant, falling = executed.answers["descent"]
    assert "the distance soon shrinks by the same factor every time" in prose
    factors = [b / a for a, b in pairwise(everything[10:41])]
    assert factors == pytest.approx([factors[0]] * len(factors), rel=0.01)
    assert everything[-1] < 1e-6
    assert "so with a constant learning rate the weights never come to rest" in prose
    assert "they stay about 1 away, of a length of 44" in prose
    assert 0.5 < sum(constant[30:]) / 30 < 1.5
    assert executed.answers["length of w"] == pytest.approx(44, abs=0.5)
    assert "Let the learning rate fall, and they come ten times nearer" in prose
    assert sum(constant[30:]) > 10 * sum(falling[30:])


def test_two_networks_and_their_learning_curves(executed: Any, prose: str) -> None:
    curves = executed.answers["by size"]
    small_train, small_dev, large_train, large_dev = curves.values()
    assert "meet too high: 21 % and 25 % with all images" in prose
    assert (small_train[-1], small_dev[-1]) == (pytest.approx(0.21, abs=0.005), pytest.approx(0.25, abs=0.005))
    assert "could close the last four points at most" in prose
    assert small_dev[-1] - small_train[-1] == pytest.approx(0.04, abs=0.005)
    assert "The training error *rises* with the data" in prose
    assert small_train == sorted(small_train)
    assert "the training error is 0 % everywhere, and the dev error falls from 14 % to 3 %" in prose
    assert max(large_train) < 0.0005
    assert large_dev == sorted(large_dev, reverse=True)
    assert (large_dev[0], large_dev[-1]) == (pytest.approx(0.14, abs=0.005), pytest.approx(0.03, abs=0.005))
    assert "learn from the first 50 to 997 images" in prose
    assert executed.answers["images"] == [997, 400, 400]


def test_the_deep_networks_fail_on_training_data(executed: Any, prose: str) -> None:
    train, dev = executed.answers["by depth"].values()
    assert "The training error climbs from 1 % to 75 %" in prose
    assert (train[0], train[-1]) == (pytest.approx(0.01, abs=0.005), pytest.approx(0.75, abs=0.005))
    assert train == sorted(train)
    assert "the gap between dev and training stays below 7 points all the way" in prose
    assert all(0 < d - t < 0.07 for t, d in zip(train, dev, strict=True))
    assert "so this is bias, and from 6 layers on your `next_step` says so" in prose
    assert executed.answers["advice by depth"] == ["reduce variance"] * 2 + ["reduce bias"] * 3


def test_bigger_networks_and_more_images_without_a_trade_off(executed: Any, prose: str) -> None:
    few_train, few_dev, many_train, many_dev = executed.answers["by width"].values()
    assert "No curve turns up again by more than one image in 400" in prose
    for curve in (few_train, few_dev, many_train, many_dev):
        assert all(later < earlier + 1.01 / 400 for earlier, later in pairwise(curve))
    assert (
        "From 8 to 256 units the dev error falls from 17 % to 10 % with 100 images and from 7 % to 2 % with 997"
        in prose
    )
    assert (few_dev[2], few_dev[-1]) == (pytest.approx(0.17, abs=0.005), pytest.approx(0.10, abs=0.005))
    assert (many_dev[2], many_dev[-1]) == (pytest.approx(0.07, abs=0.005), pytest.approx(0.02, abs=0.005))
    assert "more than thirty times the weights" in prose
    assert 256 * (64 + 10) > 30 * 8 * (64 + 10)
    assert "the 256 units lose nothing on training data" in prose
    assert few_train[-1] == many_train[-1] == 0


def test_the_recipe_at_work(executed: Any, prose: str) -> None:
    steps = executed.answers["recipe"]
    assert [step[-1] for step in steps] == ["reduce bias", "reduce variance", "reduce variance", "evaluate on test"]
    assert "What is left, 2.5 %, is just above the tolerance" in prose
    assert sum(steps[2][:3]) == pytest.approx(0.025, abs=1e-9)
    assert "bring it to 1.8 %" in prose
    assert sum(steps[3][:3]) == pytest.approx(0.018, abs=0.0006)
    assert "It says 2.75 %" in prose
    assert executed.answers["test"] == pytest.approx(0.0275, abs=1e-9)
    assert "with 400 images a single one counts a quarter of a percent" in prose
    _, n_dev, n_test = executed.answers["images"]
    assert 1 / n_dev == 1 / n_test == 0.0025
    assert "these are four images more" in prose
    assert executed.answers["test"] * n_test - sum(steps[3][:3]) * n_dev == pytest.approx(4)
