"""The solution notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.course.running import NotebookRuns

TOPIC = "09_batch_normalization"
# sentence in the prose -> what the notebook's own variables say
QUESTIONS = {
    "opening": "[float(np.mean([train_digits(0.5, seed, kind)[1]['dev_error'][-1] for seed in range(5)])) for kind in (None, BatchNorm)]",
    "lr 0.1": "[float(train_digits(0.1, seed)[1]['dev_error'][-1]) for seed in range(3)]",
    "network": "[layer_dims, len(X_train), len(runs['without, lr 0.1']['cost']), str(X_train.dtype), len(X_dev)]",
    "depth": "[[float(Z.std()) for Z in scores_by_layer(X_train, 0.1, normalize)] for normalize in (False, True)]",
    "explodes": "[float(scores_by_layer(X_train, 1.0, normalize)[-1].std()) for normalize in (False, True)]",
    "back": "[float(np.abs([dZ_.sum(), (dZ_ * x_).sum()]).max()) for x_, c_ in [batchnorm_forward(rng_.normal(3, 2, (10, 1)), "
    "np.ones(1), np.zeros(1)) for rng_ in [np.random.default_rng(2)]] for dZ_ in [batchnorm_backward(x_**3, c_)[0]]]",
    "curves": "{label: float(run['dev_error'][-1]) for label, run in runs.items()}",
    "valleys": "{label: np.mean(errors, axis=1).tolist() for label, errors in valleys.items()}",
    "spread": "{label: np.std(errors, axis=1).tolist() for label, errors in valleys.items()}",
    "high rates": "[[len(train_digits(lr, seed)[1]['cost']) for seed in range(3)] for lr in (1.0, 3.0)]",
    "high ends": "np.ravel(valleys['without'][4:]).tolist()",
    "company": "[*(float(np.mean(errors)) for errors in by_batch), float(by_running)]",
    "answers": "len(answers)",
    "fold": "[float(same), float(np.abs(P_mine - P_train).max()), float(max(np.abs(raw[f'b{i}']).max() for i in range(1, 9))), "
    "float(np.abs(raw['b9']).max())]",
    "noise": "[float(value) for value in shaking]",
    "own deviation": "float(np.std([batchnorm_forward(Z, np.ones(32), np.zeros(32))[0]]))",
    "groups": "[np.mean(noisy[label], axis=1).tolist() for label in ('training', 'dev')]",
    "wrong labels": "float(np.mean(y_few != datasets.digits(np.random.default_rng(0), 500)[0][1]))",
    "late": "[[float(train_digits(0.5, seed, lambda n: BatchNorm(n, momentum=keep))[1]['dev_error'][-1]) for seed in range(3)] for keep in (0.9, 0.999)]",
    "late, training": "[[float(train_digits(0.5, seed, lambda n: BatchNorm(n, momentum=keep))[1]['cost'][-1]) for seed in range(3)] for keep in (0.9, 0.999)]",
}


class TestNotebook(NotebookRuns):
    n_figures = 6


def test_the_opening_numbers(executed: Any, prose: str) -> None:
    without, with_it = executed.answers["opening"]
    assert "With a learning rate of 0.1 it learns, if not every time" in prose
    assert min(executed.answers["lr 0.1"]) < 0.15 and max(executed.answers["lr 0.1"]) > 0.5
    assert "after ten epochs it misreads nine digits in ten" in prose
    assert without == pytest.approx(0.9, abs=0.02)
    assert "the network now misreads one digit in twenty" in prose
    assert with_it == pytest.approx(1 / 20, abs=0.006)
    dims, m, epochs, dtype, m_dev = executed.answers["network"]
    assert "eight hidden layers of 32 ReLU units" in prose and dims == [64] + [32] * 8 + [10]
    assert "160 steps are too few" in prose and epochs * -(-m // 64) == 160
    assert "the digits are float32" in prose and dtype == "float32"
    assert "so all 400 get the same answer" in prose and m_dev == 400


def test_the_histograms(executed: Any, prose: str) -> None:
    plain, normalized = executed.answers["depth"]
    assert "from a deviation of 0.38 down to 0.014" in prose
    assert (plain[0], plain[-1]) == (pytest.approx(0.38, abs=0.005), pytest.approx(0.014, abs=0.0005))
    assert all(later < earlier for earlier, later in itertools.pairwise(plain))
    assert normalized == pytest.approx([1] * 10, abs=0.005)
    exploded, held = executed.answers["explodes"]
    assert "the scores of the tenth layer have a deviation of 140 million" in prose
    assert exploded == pytest.approx(1.4e8, rel=0.02) and held == pytest.approx(1, abs=0.001)


def test_what_is_taken_off_the_gradient(executed: Any, prose: str) -> None:
    assert "Both numbers should be nearly 0" in prose
    assert executed.answers["back"][0] < 1e-4


def test_the_learning_rates(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "Without batch norm the rate of 0.5 leads nowhere" in prose
    assert says["curves"]["without, lr 0.5"] > 0.85
    assert "A rate of 0.1 works. With batch norm the rate of 0.5 works as well, and better." in prose
    assert says["curves"]["batch norm, lr 0.5"] < says["curves"]["without, lr 0.1"] < 0.15
    assert "This network ends at 2.8 %; the mean of five sets of first weights is 5 %" in prose
    assert says["curves"]["batch norm, lr 0.5"] == pytest.approx(0.028, abs=0.0006)
    assert says["opening"][1] == pytest.approx(0.05, abs=0.005)
    without, with_it = says["valleys"]["without"], says["valleys"]["batch norm"]
    assert "the best of the six rates is 0.1, and there the three networks end at 38 % on average" in prose
    assert min(without) == without[2] == pytest.approx(0.38, abs=0.005)
    assert says["spread"]["without"][2] > 0.15
    assert "At 1 and 3 three of the six runs have diverged, the other three are guessing" in prose
    assert sum(length < 10 for run in says["high rates"] for length in run) == 3
    assert says["high ends"] == pytest.approx([0.9] * 6, abs=0.02)
    assert "the rates from 0.1 to 1 all end below 8 %, the best one, 0.3, at 4.2 %" in prose
    assert max(with_it[2:5]) < 0.08 and min(with_it) == with_it[3] == pytest.approx(0.042, abs=0.0006)
    assert "even a rate of 3 learns something" in prose and with_it[5] < 0.2


def test_inference(executed: Any, prose: str) -> None:
    *by_batch, running = executed.answers["company"]
    assert "all 400 get the same answer, and 90 % of the answers are wrong" in prose
    assert executed.answers["answers"] == 1 and by_batch[0] == pytest.approx(0.9, abs=0.005)
    assert "Pairs are misread in 80 % of the cases, and with ten digits at a time it is still a quarter" in prose
    assert (by_batch[1], by_batch[3]) == (pytest.approx(0.8, abs=0.005), pytest.approx(0.25, abs=0.005))
    assert "200 together do nearly as well as the running averages, 3.4 against 2.8 %" in prose
    assert (by_batch[-1], running) == (pytest.approx(0.034, abs=0.0006), pytest.approx(0.028, abs=0.0006))


def test_the_fold_and_the_biases(executed: Any, prose: str) -> None:
    same, gap, biases, output_bias = executed.answers["fold"]
    assert "No label changes, and the probabilities agree up to rounding" in prose
    assert same == 1 and gap < 1e-5
    assert "The eight biases before batch norm have not moved from 0, but for rounding" in prose
    assert biases < 1e-5 < 0.1 < output_bias


def test_the_noise(executed: Any, prose: str) -> None:
    noise = executed.answers["noise"]
    assert "In a batch of 4 a score, whose own deviation is about 1, is shaken by 0.59; in one of 64 by 0.13" in prose
    assert executed.answers["own deviation"] == pytest.approx(1, abs=0.01)
    assert (noise[0], noise[4]) == (pytest.approx(0.59, abs=0.005), pytest.approx(0.13, abs=0.005))
    assert "leave about a quarter of the noise" in prose and noise[4] / noise[0] == pytest.approx(1 / 4, abs=0.04)
    training, dev = executed.answers["groups"]
    assert (
        "(training error 5 %; a network that ignored them all would have 20 %), and it misreads 13 % of the new digits"
        in prose
    )
    assert (training[-1], dev[-1]) == (pytest.approx(0.05, abs=0.005), pytest.approx(0.13, abs=0.005))
    assert executed.answers["wrong labels"] == pytest.approx(0.2)
    assert "With groups of 4 the training error is 21 % and the dev error 8 %" in prose
    assert (training[0], dev[0]) == (pytest.approx(0.21, abs=0.005), pytest.approx(0.08, abs=0.005))


def test_averages_that_are_late(executed: Any, prose: str) -> None:
    usual, late = executed.answers["late"]
    assert "half of the digits go wrong, although the network is as good as before" in prose
    assert sum(late) / 3 == pytest.approx(0.5, abs=0.06) and max(usual) < 0.1
    costs, late_costs = executed.answers["late, training"]
    assert late_costs == pytest.approx(costs, rel=1e-6), "momentum has no part in training"


def test_the_two_variances_of_torch(prose: str) -> None:
    assert "for batches of 64 that is a difference of 1.6 %" in prose
    m = 64
    assert m / (m - 1) == pytest.approx(1.016, abs=0.0005)
