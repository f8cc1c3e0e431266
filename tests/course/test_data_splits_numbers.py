"""The solution notebook of data splits runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.course.running import NotebookRuns

TOPIC = "01_data_splits"
# sentence in the prose -> what the notebook's own variables say
QUESTIONS = {
    "growers": "np.bincount(y_wine).tolist()",
    "last fifth": "np.unique(y_wine[-len(y_wine) // 5:]).tolist()",
    "wines": "[float(error) for error in wine_errors.values()]",
    "unseen grower": "[sorted(set(y_wine[rows].tolist())) for rows in (cut[0], cut[2])]",
    "tumours": "[len(y_rare), int(np.sum(y_rare == 0))]",
    "malignant": "[np.bincount(counts, minlength=11).tolist() for counts in malignant.values()]",
    "world": "[len(missed), float(true_error)]",
    "scores of 100": "[float(scores[100].min()), float(scores[100].max())]",
    "spread": "[spread.tolist(), formula.tolist(), many_sizes.tolist()]",
    "scans": "[[float(np.mean(errors)) for errors in row.values()] for row in scan_errors.values()]",
    "photos": "[[[float(error) for error in errors] for errors in row.values()] for row in photo_errors.values()]",
    "ideas": "[errors.mean(axis=1)[[0, -1]].tolist() for errors in chosen.values()]",
    "leaks": "[[float(np.mean(errors)) for errors in row.values()] for row in leaks.values()]",
    "scaling": "[int(np.sum(before < after)), int(np.sum(before > after)), len(before)]",
    "estimates": "[[float(np.mean(errors)), float(np.std(errors))] for errors in estimates.values()]",
    "true": "float(np.mean(true_errors))",
}


class TestNotebook(NotebookRuns):
    n_figures = 7


def test_the_opening_numbers(executed: Any, prose: str) -> None:
    (own, honest), _ = executed.answers["scans"]
    assert "misreads one test scan in five hundred" in prose
    assert own == pytest.approx(1 / 500, abs=0.0007)
    assert "misreads one in twelve" in prose
    assert round(1 / honest) == 12


def test_how_far_a_score_strays(executed: Any, prose: str) -> None:
    assert "With $p = 5\\,\\%$ that is 1.5 percentage points for 200 rows and 0.2 for 10 000" in prose
    assert 100 * np.sqrt(0.05 * 0.95 / 200) == pytest.approx(1.5, abs=0.05)
    assert 100 * np.sqrt(0.05 * 0.95 / 10_000) == pytest.approx(0.2, abs=0.05)
    n_world, true_error = executed.answers["world"]
    assert "The other 1597 are its world" in prose
    assert n_world == 1597
    low, high = executed.answers["scores of 100"]
    assert "with 100 test rows its error came out as anything from 0 % to 13 %" in prose
    assert low < 0.005
    assert high == pytest.approx(0.13, abs=0.005)
    spread, formula, sizes = executed.answers["spread"]
    assert "Four times the rows halve the spread" in prose
    assert spread[0] / spread[2] == pytest.approx(2, rel=0.2)
    assert np.allclose(spread[:3], 100 * np.sqrt(true_error * (1 - true_error) / np.array([25, 50, 100])), rtol=0.15)
    assert "At 10 000 rows it is a quarter of a percentage point" in prose
    assert formula[sizes.index(10_000)] == pytest.approx(0.25, abs=0.02)
    assert "would only bring it down to a twentieth" in prose
    assert formula[sizes.index(200_000)] == pytest.approx(0.05, abs=0.005)
    assert "At 400 rows the measured spread lies below the formula: those test sets hold a quarter" in prose
    assert spread[4] < formula[sizes.index(400)]
    assert 400 / n_world == pytest.approx(0.25, abs=0.005)


def test_the_wines(executed: Any, prose: str) -> None:
    assert "59 rows of the first, then 71 of the second, then 48 of the third" in prose
    assert executed.answers["growers"] == [59, 71, 48]
    assert "Cut off the last fifth, and all of it is from one grower" in prose
    assert executed.answers["last fifth"] == [2]
    assert (
        "Cut as it comes, every test wine is from a grower of whom the model has seen no wine: an error of 100 %"
        in prose
    )
    assert executed.answers["unseen grower"] == [[0, 1], [2]]
    as_it_comes, dealt = executed.answers["wines"]
    assert as_it_comes == 1
    assert dealt < 0.1


def test_the_tumours(executed: Any, prose: str) -> None:
    assert "Of 377 tumours 20 are malignant, and you hold out a fifth: 75 rows, of which 4 should be malignant" in prose
    assert executed.answers["tumours"] == [377, 20]
    plain, stratified = executed.answers["malignant"]
    assert "Draw them at random and it may be 1 or 8" in prose
    assert min(plain[1], plain[8]) > 0
    assert "Your stratified split has the same number every time" in prose
    assert stratified[4] == 1000


def test_the_scans(executed: Any, prose: str) -> None:
    (own, honest), (group_own, group_honest) = executed.answers["scans"]
    assert "the last column says 9 % for each" in prose
    assert [round(100 * error) for error in (honest, group_honest)] == [9, 9]
    assert "The random split promises 0.2 %" in prose
    assert own == pytest.approx(0.002, abs=0.0005)
    assert "Your `group_split` promises 9 %, and that comes true" in prose
    assert round(100 * group_own) == 9


def test_the_photos(executed: Any, prose: str) -> None:
    plain, noisy = np.mean(executed.answers["photos"], axis=2)
    assert "it promises 3 % where users see 35 %, and it chooses the wrong network" in prose
    assert [round(100 * plain[0]), round(100 * plain[2])] == [3, 35]
    assert plain[0] < noisy[0]
    assert "chooses the right one, and what it promises comes true in test: 25 %" in prose
    assert noisy[1] < plain[1]
    assert noisy[2] < plain[2]
    assert noisy[1:] == pytest.approx([0.25, 0.25], abs=0.007)


def test_the_ideas(executed: Any, prose: str) -> None:
    choosing, judging = executed.answers["ideas"]
    assert "both errors are the same on average" in prose
    assert choosing[0] == pytest.approx(judging[0], abs=0.03)
    assert "the winner has 15 % on the rows that chose it and 24 % elsewhere" in prose
    assert choosing[1] == pytest.approx(0.15, abs=0.005)
    assert judging[1] == pytest.approx(0.24, abs=0.005)
    assert "Choosing did help, from 34 % to 24 %" in prose
    assert judging[0] == pytest.approx(0.34, abs=0.005)


def test_before_the_split(executed: Any, prose: str) -> None:
    (noise_before, scaling_before), (noise_after, scaling_after) = executed.answers["leaks"]
    assert "look like one with an error of 27 %" in prose
    assert noise_before == pytest.approx(0.27, abs=0.005)
    assert "the true error of any model is 50 %" in prose
    assert noise_after == pytest.approx(0.5, abs=0.025)
    assert "the error is lower in 6 of 100 splits and higher in 8" in prose
    assert executed.answers["scaling"] == [6, 8, 100]
    assert scaling_before == pytest.approx(scaling_after, abs=0.01)


def test_one_split_or_five_folds(executed: Any, prose: str) -> None:
    (one_mean, one_spread), (fold_mean, fold_spread) = executed.answers["estimates"]
    assert "With 60 rows, a dev set of 12 says little: one mistake is 8 percentage points" in prose
    assert round(100 / 12) == 8
    assert "Both have nearly the same mean, but five folds stray half as far as one split" in prose
    assert one_mean == pytest.approx(fold_mean, abs=2 * one_spread / np.sqrt(300))
    assert fold_spread == pytest.approx(one_spread / 2, rel=0.1)
    assert "Both are a little above the true error" in prose
    assert 1 < min(one_mean, fold_mean) - executed.answers["true"] < 4


def test_numbers_worked_by_hand(prose: str) -> None:
    assert "of 11 rows in 4 folds, three folds have 3 rows and one has 2" in prose
    assert sorted(map(len, np.array_split(np.arange(11), 4))) == [2, 3, 3, 3]
    assert "Up to 50 000: a fifth of that is 10 000" in prose
    assert 0.2 * 50_000 == 10_000
    assert "One on average, of a thousand rows as of a million" in prose
    rng = np.random.default_rng(0)
    kept = [np.sum(rng.permutation(100) == rng.permutation(100)) for _ in range(2000)]
    assert np.mean(kept) == pytest.approx(1, abs=0.1)
