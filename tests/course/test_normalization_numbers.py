"""The solution notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.course.running import NotebookRuns

TOPIC = "06_normalization"
# sentence in the prose -> what the notebook's own variables say
QUESTIONS = {
    "wines": "[*X_wine.shape, len(X_train), len(X_dev), len(X_test)]",
    "means": "[float(X_wine[:, wine_names.index(name)].mean()) for name in ('proline', 'hue')]",
    "spreads": "sorted(float(s) for s in fit_standardizer(X_train)[1])",
    "narrowest": "wine_names[int(np.argmin(fit_standardizer(X_train)[1]))]",
    "blank": "[int(blank.sum()), float(speck), int((digits[:, blank] == 0).all())]",
    "speck": "float(((more_digits - fit_standardizer(digits)[0]) / (fit_standardizer(digits)[1] + 1e-8))[:, blank].max())",
    "largest": "[float(np.abs(kept := standardize(more_digits, *fit_standardizer(digits))[:, ~blank]).max()), "
    "float(more_digits[:, ~blank].flat[np.abs(kept).argmax()])]",
    "speck kept": "float(standardize(more_digits, *fit_standardizer(digits))[:, blank].max())",
    "mistyped": "[len(proline), int(np.sum(minmax_scale(mistyped, mistyped.min(axis=0), mistyped.max(axis=0)) < 0.1))]",
    "wider": "[float(width(mistyped) / width(proline)) for width in (np.ptp, np.std)]",
    "true variance": "float(np.var(deviations))",
    "variances": "[float(max(merged_error)), float(max(squares_error))]",
    "float spacing": "float(np.spacing(1e16))",
    "condition": "[[float(condition_number(t)) for t in (X, X - fit_standardizer(X.astype(float))[0], "
    "standardize(X, *fit_standardizer(X.astype(float))))] for X in (X_wine, X_diabetes)]",
    "patients": "[len(measures), *map(float, measures.mean(axis=0)), *map(float, measures.std(axis=0))]",
    "gorge": "[*map(float, np.linalg.lstsq(measures, progress)[0]), "
    "*(float(walk(measures, progress, f * 2 / largest_curvature(measures), 40)[-1][0]) for f in (0.5, 0.95))]",
    "first step": "[float(np.mean((measures @ gradient_descent(measures, progress, 1 / largest_curvature(measures), 1)[0] "
    "- progress) ** 2) / 2), float(gradient_descent(measures, progress, 0.0, 1)[1][0])]",
    "round": "[float(condition_number(Z)), float(np.corrcoef(measures.T)[0, 1]), "
    "float(np.abs(walk(Z, centred_progress, 1 / largest_curvature(Z), 10)[-1] / np.linalg.lstsq(Z, centred_progress)[0] - 1).max())]",
    "steps": "[needed, [float(k) for k in numbers]]",
    "cliffs": "[marks[f'limit, {label}'] for label in ('as measured', 'standardized')]",
    "finite": "[float(rates[np.isfinite(after[label])].max()) for label in ('as measured', 'standardized')]",
    "best rate": "[float(np.nanmin(after['as measured'])), float(gradient_descent(measures, centred_progress, 0.0, 1)[1][0]), "
    "float(np.mean((measures @ np.linalg.lstsq(measures, centred_progress)[0] - centred_progress) ** 2) / 2)]",
    "bottom": "[float(lowest), float(np.max(after['standardized'][(rates >= 0.05) & (rates < 0.99 * marks['limit, standardized'])]))]",
    "at 40": "{label: float(errors[39].mean()) for label, errors in dev_errors.items()}",
    "at 60": "{label: float(errors[59].mean()) for label, errors in dev_errors.items()}",
    "band": "{label: float(errors[59].std()) for label, errors in dev_errors.items()}",
    "ahead": "bool((dev_errors['standardized'][:15].mean(axis=1) < dev_errors['from 0 to 1'][:15].mean(axis=1)).all())",
    "alone": "[float(np.mean(errors)) for errors in own_ruler] + [float(right_ruler)]",
    "one grower for all": "len(np.unique(np.concatenate([predict_alone(X_new[[i]]) for i in range(72)])))",
    "deliveries": "[[float(error) for error in row.values()] for row in by_grower.values()]",
    "dead": "len(np.unique(network.predict(X_dev, network.train(X_train, y_train, [13, 16, 3], np.random.default_rng(0), "
    "epochs=60, batch_size=32, lr=0.1, optimizer='sgd')[0])))",
    "tenths": "[float(fit_standardizer(np.full((3, 1), 0.1))[1][0]), "
    "*(float(value[0]) for value in fit_standardizer(np.full((3, 1), 0.1) - 0.1)), "
    "float(standardize(np.full((3, 1), 0.1), *fit_standardizer(np.full((3, 1), 0.1)))[0, 0])]",
}


class TestNotebook(NotebookRuns):
    n_figures = 9


def test_the_opening_numbers(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "178 wines, thirteen measures of each" in prose
    assert says["wines"] == [178, 13, 106, 36, 36]
    assert "One measure is about 750, another about 1" in prose
    assert says["means"] == [pytest.approx(750, abs=5), pytest.approx(1, abs=0.05)]
    assert "more than one new wine in three wrong after 40 epochs" in prose
    assert says["at 40"]["as measured"] == pytest.approx(0.37, abs=0.0051) and says["at 40"]["as measured"] > 1 / 3
    assert "gets one in twenty wrong" in prose
    assert says["at 40"]["standardized"] == pytest.approx(1 / 20, abs=0.005)


def test_columns_and_constant_pixels(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "proline spreads more than two thousand times as far as the nonflavanoid phenols" in prose
    assert says["narrowest"] == "nonflavanoid phenols"
    assert 2000 < says["spreads"][-1] / says["spreads"][0] < 3000
    assert "a column whose true deviation is $10^{-9}$ would come out eleven times too small" in prose
    true_sigma = 1e-9
    assert (true_sigma + 1e-8) / true_sigma == pytest.approx(11)
    assert "Four of the 64 pixels are blank in all 500 digits" in prose
    assert "a speck there, of brightness 0.125" in prose
    assert says["blank"] == [4, 0.125, 1]
    assert (
        "with your function it is 0.125, or whatever you chose; with the epsilon it is twelve and a half million"
        in prose
    )
    assert says["speck kept"] == 0.125
    assert "one with a half-grey pixel that becomes a value of 60" in prose
    assert says["largest"][0] == pytest.approx(60, abs=0.5)
    assert says["largest"][1] == 0.5
    assert says["speck"] == pytest.approx(12.5e6)


def test_a_mistyped_value(executed: Any, prose: str) -> None:
    assert "one zero too many into one of its 106 values. Look at where the other 105 went" in prose
    assert executed.answers["mistyped"] == [106, 105]
    assert "the range is twelve times as wide now (the deviation, five times)" in prose
    assert executed.answers["wider"] == [pytest.approx(12, abs=0.5), pytest.approx(5, abs=0.1)]


def test_variances_far_from_zero(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "its square is $10^{16}$, and up there float64 numbers are 2 apart" in prose
    assert says["float spacing"] == 2
    assert "The same 2 000 numbers of deviation 1" in prose
    assert says["true variance"] == pytest.approx(1, abs=0.005)
    merged, squares = says["variances"]
    assert merged < 1e-7
    assert squares >= 1


def test_condition_numbers(executed: Any, prose: str) -> None:
    (_, centred_wine, wine), (diabetes, centred_diabetes, standard_diabetes) = executed.answers["condition"]
    assert "For diabetes, centring takes away a factor of thirteen" in prose
    assert diabetes / centred_diabetes == pytest.approx(13.5, abs=0.5)
    assert "scaling brings the wines from twelve million to 46" in prose
    assert centred_wine == pytest.approx(12e6, rel=0.02)
    assert "What is left, 46 and 470" in prose
    assert [round(wine), round(standard_diabetes)] == [46, 470]
    assert "with a condition number of a million" in prose
    assert diabetes == pytest.approx(1e6, rel=0.05)


def test_two_valleys(executed: Any, prose: str) -> None:
    says = executed.answers
    assert (
        "Two measures of 442 diabetes patients, the body mass index (26 ± 4 kg/m²) and the blood pressure (95 ± 14 mmHg)"
        in prose
    )
    assert [round(value) for value in says["patients"]] == [442, 26, 95, 4, 14]
    *lowest, half, longer = says["gorge"]
    assert "at (5.6, 0.1)" in prose
    assert lowest == [pytest.approx(5.6, abs=0.05), pytest.approx(0.1, abs=0.05)]
    assert "After 40 steps neither has done a quarter of the way" in prose
    assert max(half, longer) < lowest[0] / 4
    first, start = says["first step"]
    assert first < 0.2 * start
    number, together, gap = says["round"]
    assert r"only half as long again as wide, $\sqrt{2.3} \approx 1.5$" in prose
    assert number == pytest.approx(2.3, abs=0.05)
    assert number**0.5 == pytest.approx(1.5, abs=0.05)
    assert "heavier patients tend to have a higher blood pressure" in prose
    assert together > 0.3
    assert "with half of the limit ten steps are plenty" in prose
    assert gap < 0.01


def test_steps_and_rates(executed: Any, prose: str) -> None:
    says = executed.answers
    needed, numbers = says["steps"]
    assert "about twice as many steps as the condition number says" in prose
    assert [steps / number for steps, number in zip(needed[2:], numbers[2:], strict=True)] == [
        pytest.approx(2, abs=0.1)
    ] * 4
    assert "numbers 5 times as large take 58 steps, numbers 50 times as large take 5819" in prose
    assert [needed[2], needed[5]] == [58, 5819]
    measured, standard = says["cliffs"]
    assert "Each line ends at its mark, as the formula says, a factor of 7 000 apart" in prose
    assert standard / measured == pytest.approx(7000, rel=0.02)
    for limit, last in zip(says["cliffs"], says["finite"], strict=True):
        assert last == pytest.approx(limit, rel=0.3)
    assert "the best rate of all has come half of the way down to 2835" in prose
    best, start, bottom = says["best rate"]
    assert bottom == pytest.approx(2835, abs=1)
    assert (start - best) / (start - bottom) == pytest.approx(0.5, abs=0.06)
    assert "every rate from 0.05 to the limit ends at the bottom" in prose
    lowest, highest = says["bottom"]
    assert highest < 1.001 * lowest


def test_a_real_network(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "27 % wrong after 60 epochs" in prose
    assert "Centring brings it to 9 %, a range from 0 to 1 to 5 %, standardizing to 4 %" in prose
    assert [round(100 * error) for error in says["at 60"].values()] == [27, 9, 5, 4]
    assert says["band"]["as measured"] > 3 * max(v for k, v in says["band"].items() if k != "as measured")
    assert "After 40 epochs it was 37 against 5 %" in prose
    assert "standardizing is ahead in the first 15 epochs" in prose
    assert says["ahead"] is True
    assert "the network answers the same for every wine" in prose
    assert says["dead"] == 1


def test_another_ruler(executed: Any, prose: str) -> None:
    says = executed.answers
    one, two, *_, all_together, right = says["alone"]
    assert "The network gives them all to one grower: 65 % wrong. Even of pairs 30 % are wrong" in prose
    assert says["one grower for all"] == 1
    assert [one, two] == [pytest.approx(0.65, abs=0.005), pytest.approx(0.30, abs=0.01)]
    assert "5.6 against 4.2 %" in prose
    assert [all_together, right] == [pytest.approx(0.056, abs=0.0005), pytest.approx(0.042, abs=0.0005)]
    assert "misread in 55, 56 and 84 % of the cases, against 4 or 5 %" in prose
    own, training = says["deliveries"]
    assert [100 * error for error in own] == [pytest.approx(want, abs=0.6) for want in (55, 56, 84)]
    assert all(0.035 < error < 0.055 for error in training)


def test_three_tenths(executed: Any, prose: str) -> None:
    sigma, shifted_mean, shifted_sigma, z = executed.answers["tenths"]
    assert "it says 1.4e-17, not 0" in prose
    assert sigma == pytest.approx(1.4e-17, rel=0.05)
    assert "a constant column that becomes −1 everywhere" in prose
    assert z == -1
    assert "Take mean and deviation of `X - X[0]`, which is 0 exactly" in prose
    assert [shifted_mean, shifted_sigma] == [0, 0]
