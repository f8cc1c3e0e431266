"""The solution notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Lasso, Ridge

from helpers import datasets
from tests.course.running import NotebookRuns

ROOT = Path(__file__).parents[2]
TOPIC = "04_regularization"
# sentence in the prose -> what the notebook's own variables say
QUESTIONS = {
    "opening": "[network.measure_error(X_moons, y_moons, first_net), network.measure_error(X_new, y_new, first_net)]",
    "small weight": "[track[:, 1].tolist() for track in shrinking.values()]",
    "large weight": "[float(track[20, 0]) for track in shrinking.values()]",
    "moons": "{str(lambd): [network.measure_error(X_moons, y_moons, p), network.measure_error(X_new, y_new, p), "
    "float(network.compute_cost(X_moons, y_moons, p))] for lambd, p in moon_nets.items()}",
    "straight": "(lambda P: float(np.linalg.lstsq(np.c_[X_new, np.ones(2000)], np.log(P / (1 - P)), rcond=None)[1][0] "
    "/ 2000 / np.var(np.log(P / (1 - P)))))(network.predict_probabilities(X_new.astype(float), moon_nets[3]))",
    "units": "{label: int(np.sum(np.array(values) < 0.1)) for label, values in lengths.items()}",
    "linear": "[float(share) for share in linear_share.values()]",
    "sweep": "[strengths, *np.mean([swept['training'], swept['dev']], axis=2).tolist()]",
    "lengths": "np.mean([length[name] for name in length], axis=2).tolist()",
    "wrong labels": "float(np.mean(y_train != datasets.digits(np.random.default_rng(0), 500)[0][1]))",
    "paths": "[np.array(path).tolist() for path in paths.values()]",
    "hops": "int(vector_norms(descend(sign_step, 16.0, np.zeros((1, 10)))[0])['l0'])",
    "strengths": "patient_strengths.tolist()",
    "twins": "float(np.corrcoef(X_patients[:, 4], X_patients[:, 5])[0, 1])",
    "ends": "{name: [int(epoch) + 1 for epoch in pair] for name, pair in ends.items()}",
    "fast": "[float(fast['dev_error'].min()), float(fast['dev_error'][-1])]",
    "stopped": "[float(stopped_error), len(stopped['cost'])]",
    "growing": "[float(np.mean(np.diff(growing) > 0)), *map(float, (growing[0], growing[9], growing[-1]))]",
    "copies": "{name: [float(np.mean(v)) for v in row.values()] + [float(np.std(v)) for v in row.values()] "
    "for name, row in copies_table.items()}",
    "accuracy": "{name: [100 * float(np.mean(row[part])) for part in ('training', 'test')] + "
    "[100 * float(np.std(row['test']))] for name, row in accuracy.items()}",
    "seeds": "len(accuracy['no regularization']['test'])",
}


class TestNotebook(NotebookRuns):
    n_figures = 11


def test_the_opening(executed: Any, prose: str) -> None:
    on_points, on_new = executed.answers["opening"]
    assert "gets every one of them right" in prose
    assert on_points == 0
    assert "Of the next two thousand points it gets one in six wrong" in prose
    assert on_new == pytest.approx(1 / 6, abs=0.01)


def test_large_and_small_weights(executed: Any, prose: str) -> None:
    decay, signs, soft = executed.answers["small weight"]
    assert "it lies on 0 from the fourth step on" in prose
    assert soft[3] != 0
    assert not any(soft[4:])
    assert "ends in a zigzag about 0" in prose
    assert all(a * b < 0 for a, b in itertools.pairwise(signs[3:]))
    assert "at first L2 takes most from the large weight, then less and less, and never reaches 0" in prose
    assert min(decay) > 0
    large = executed.answers["large weight"]
    assert large[0] < large[1] == pytest.approx(large[2])


def test_the_borders(executed: Any, prose: str) -> None:
    says = executed.answers["moons"]
    assert "At λ = 1 the network gives up on 12 of its hundred points, and errs on 8.7 % of the new ones" in prose
    assert says["1"][:2] == [pytest.approx(0.12), pytest.approx(0.087, abs=0.0005)]
    assert "instead of 16.2 %" in prose
    assert says["0"][1] == pytest.approx(0.162, abs=0.0005)
    assert "At λ = 3 the border is a straight line, and both errors are high" in prose
    assert executed.answers["straight"] < 0.02
    assert min(says["3"][:2]) > 0.16
    assert "At λ = 30 there is no border any more: the cost is $\\ln 2 = 0.693$" in prose
    assert says["30"][:2] == [0.5, 0.5]
    assert says["30"][2] == pytest.approx(math.log(2), abs=1e-4)


def test_what_has_happened_inside(executed: Any, prose: str) -> None:
    units, (without, with_penalty) = executed.answers["units"], executed.answers["linear"]
    assert "Without a penalty all 40 units are at work, and five in six of the sums lie where tanh bends" in prose
    assert units["λ = 0"] == 0
    assert without == pytest.approx(1 / 6, abs=0.02)
    assert "With λ = 1 the incoming weights of two in three ReLU units are shorter than 0.1" in prose
    assert units["λ = 1"] / 40 == pytest.approx(2 / 3, abs=0.06)
    assert "Nearly all sums, 98 %" in prose
    assert with_penalty == pytest.approx(0.98, abs=0.005)


def test_choosing_the_strength(executed: Any, prose: str) -> None:
    strengths, training, dev = executed.answers["sweep"]
    assert "almost no error on training, 14 % on dev" in prose
    assert training[0] < 0.005
    assert dev[0] == pytest.approx(0.14, abs=0.005)
    assert "The valley lies at λ = 3 and 5, with a dev error of 6 %" in prose
    lowest = sorted(range(len(dev)), key=dev.__getitem__)[:2]
    assert {strengths[place] for place in lowest} == {3, 5}
    assert all(dev[place] == pytest.approx(0.06, abs=0.005) for place in lowest)
    assert "At λ = 5 the training error is 20 %, just the share of wrong labels" in prose
    assert training[strengths.index(5)] == pytest.approx(0.2, abs=0.005)
    assert executed.answers["wrong labels"] == pytest.approx(0.2)
    assert "at λ = 50 both errors are above 50 %" in prose
    assert min(training[-1], dev[-1]) > 0.5
    assert "all three matrices shrink as λ grows" in prose
    assert np.all(np.diff(executed.answers["lengths"], axis=1) < 0)


def test_ridge_and_lasso(executed: Any, prose: str) -> None:
    strengths, paths = executed.answers["strengths"], np.array(executed.answers["paths"])
    zeros = np.sum(paths == 0, axis=2)
    place = strengths.index(16.0)
    assert "three of ten are out at λ = 16, all of them in the end" in prose
    assert [zeros[0, place], zeros[0, -1]] == [3, 10]
    assert "Under L2 the vector of weights grows shorter as a whole" in prose
    assert np.all(np.diff(np.linalg.norm(paths[1], axis=1)) < 0)
    assert "single weights may grow meanwhile or change their sign, but none stays at 0" in prose
    assert np.any(np.diff(np.abs(paths[1]), axis=0) > 0)
    assert np.any(paths[1][0] * paths[1][-1] < 0)
    assert not zeros[1].any()
    assert "Along `l1_gradient` they hop about 0 and none is 0 either" in prose
    assert executed.answers["hops"] == 10
    assert "the last to go are the body mass index and the log of the triglycerides" in prose
    names = datasets.diabetes().feature_names
    left = [names[i] for i in np.flatnonzero(paths[0, np.max(np.flatnonzero(zeros[0] <= 8))])]
    assert left == ["body mass index", "log of serum triglycerides"]
    assert "(correlation 0.90)" in prose
    assert executed.answers["twins"] == pytest.approx(0.90, abs=0.005)
    cholesterol, low_density = paths[:, :, 4], paths[:, :, 5]
    assert cholesterol[1, 0] < -0.2 < 0.1 < low_density[1, 0]
    assert low_density[0, strengths.index(2.0)] == 0
    assert "near λ = 90, they have about the same small weight" in prose
    near = int(np.argmin(np.abs(np.array(strengths) - 90)))
    assert abs(cholesterol[1, near] - low_density[1, near]) < 0.02
    assert max(abs(cholesterol[1, near]), abs(low_density[1, near])) < 0.07


def test_ridge_and_lasso_are_those_of_scikit_learn(executed: Any) -> None:
    X, y, _ = datasets.diabetes()
    X, y = ((part - part.mean(axis=0)) / part.std(axis=0) for part in (X.astype(float), y.astype(float)))
    for lambd, lasso, ridge in zip(executed.answers["strengths"], *executed.answers["paths"], strict=True):
        by_lasso = Lasso(alpha=lambd / len(X), fit_intercept=False, tol=1e-10, max_iter=100_000).fit(X, y)
        np.testing.assert_allclose(lasso, by_lasso.coef_, atol=2e-3)
        np.testing.assert_allclose(ridge, Ridge(alpha=lambd, fit_intercept=False).fit(X, y).coef_, atol=2e-3)


def test_stopping_early(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "The first run is best in epoch 10, with a dev error of 5.8 %, and is stopped in epoch 20" in prose
    assert says["ends"]["fast"] == [10, 20]
    assert says["fast"][0] == pytest.approx(0.058, abs=0.00051)
    assert says["stopped"] == [pytest.approx(0.058, abs=0.00051), 20]
    assert "it would have ended at 14 %" in prose
    assert says["fast"][1] == pytest.approx(0.14, abs=0.005)
    assert "a single run of 20 epochs" in prose
    assert "The slower run is best in epoch 32 and stops in epoch 42" in prose
    assert says["ends"]["slow"] == [32, 42]
    assert "they grow from epoch to epoch" in prose
    share, first, best, last = says["growing"]
    assert share > 0.95
    assert first < best < last


def test_copies(executed: Any, prose: str) -> None:
    plain, shifted, mirrored = executed.answers["copies"].values()
    assert (
        "misreads 62 % of them when they are moved by a pixel at most. With one shifted copy of each it is 26 %"
        in prose
    )
    assert [plain[2], shifted[2]] == [pytest.approx(0.62, abs=0.005), pytest.approx(0.26, abs=0.005)]
    assert "4.4 % against 4.7 % is less than the spread of the seeds" in prose
    assert [shifted[0], plain[0]] == [pytest.approx(0.044, abs=0.0005), pytest.approx(0.047, abs=0.0005)]
    assert abs(shifted[0] - plain[0]) < min(shifted[3], plain[3])
    assert "its error on real 2s and 5s more than doubles, from 3.3 % to 8.0 %" in prose
    assert [plain[1], mirrored[1]] == [pytest.approx(0.033, abs=0.0005), pytest.approx(0.08, abs=0.0005)]


def test_the_famous_table(executed: Any, prose: str) -> None:
    none, l2, dropout, one_mask = executed.answers["accuracy"].values()
    assert "Twelve seeds" in prose
    assert executed.answers["seeds"] == 12
    assert "On test data the order is the published one, none < L2 < dropout" in prose
    assert none[1] < l2[1] < dropout[1]
    assert "in training it is the other way round" in prose
    assert none[0] > l2[0] > dropout[0]
    assert "It costs 3 points of test accuracy against fresh masks" in prose
    assert dropout[1] - one_mask[1] == pytest.approx(3, abs=0.5)
    assert "spread by 3 to 6 points, and the last three rows lie within about 3 points of each other" in prose
    tests = [row[1] for row in (l2, dropout, one_mask)]
    assert max(tests) - min(tests) == pytest.approx(3, abs=0.5)
    assert all(2.5 <= row[2] < 6.5 for row in (none, l2, dropout, one_mask))


def test_what_the_benchmarks_measured(prose: str) -> None:
    assert (
        "measured test accuracies of 83.7 % without regularization, 88.8 % with L2, 93.6 % with dropout and 90.2 % with one mask"
        in prose
    )
    lines = (ROOT / "benchmarks" / "headlines.md").read_text(encoding="utf-8").splitlines()
    rows = {cells[1].strip(): cells[4] for line in lines if len(cells := line.split("|")) == 6}
    for name, accuracy in (
        ("none", 83.7),
        ("L2", 88.8),
        ("dropout", 93.6),
        ("dropout, one mask for all steps", 90.2),
    ):
        assert float(rows[name].split("±")[0]) == accuracy
    text = " ".join(lines)
    assert "10 000 steps, λ 0.12, keep_prob 0.4" in text
    assert "over 24 seeds" in text
    assert "94.7 / 93.1 (mean of 8 runs), as good as L2" in text
    assert "94.7 / 93.1 % (mean of eight runs), as good as L2" in prose
    for published in ("94.8 / 91.5", "93.8 / 93.0", "92.9 / 95.0"):
        assert published in prose
        assert published in text
