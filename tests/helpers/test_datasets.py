"""The data are what their docstrings say."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets as oracle

from helpers import datasets, network


def sort_rows(table: Any) -> Any:
    return table[np.lexsort(table.T)]


def make(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_digits_are_all_of_scikit_learns_once() -> None:
    parts = datasets.digits(make())
    assert [X.shape for X, _ in parts] == [(997, 64), (400, 64), (400, 64)]
    rows = np.column_stack([np.concatenate([X for X, _ in parts]) * 16, np.concatenate([y for _, y in parts])])
    images, labels = oracle.load_digits(return_X_y=True)
    expected = np.column_stack([images, labels])
    np.testing.assert_array_equal(sort_rows(rows), sort_rows(expected))


def test_digits_are_small_numbers_from_0_to_1() -> None:
    for X, y in datasets.digits(make()):
        assert X.dtype == np.float32
        assert X.min() == 0
        assert X.max() == 1
        assert set(y.tolist()) == set(range(10))


def test_dev_and_test_digits_depend_on_the_generator_alone() -> None:
    (X_all, _), *held_out = datasets.digits(make(5))
    (X_few, _), *again = datasets.digits(make(5), m_train=250, wrong_labels=0.2)
    for (X, y), (X_again, y_again) in zip(held_out, again, strict=True):
        np.testing.assert_array_equal(X, X_again)
        np.testing.assert_array_equal(y, y_again)
    np.testing.assert_array_equal(X_few, X_all[:250])
    assert not np.array_equal(datasets.digits(make(6))[0][0], X_all)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_wrong_labels_are_exactly_the_share_that_was_asked_for(share: float) -> None:
    right = datasets.digits(make(1), 250)[0][1]
    given = datasets.digits(make(1), 250, share)[0][1]
    assert np.sum(given != right) == 250 * share
    assert given.min() >= 0
    assert given.max() <= 9


def test_noisy_line_has_right_test_labels_and_fifteen_wrong_training_labels() -> None:
    (X, y), (X_test, y_test) = datasets.noisy_line(make())
    assert X.shape == (100, 2)
    assert X_test.shape == (2_000, 2)
    assert X.dtype == np.float32
    assert np.abs(X_test).max() <= 0.6
    np.testing.assert_array_equal(y_test, X_test[:, 1] > 0.9 * X_test[:, 0])
    assert np.sum(y != (X[:, 1] > 0.9 * X[:, 0])) == 15


TABLES: dict[str, Callable[[], Any]] = {
    "breast_cancer": oracle.load_breast_cancer,
    "wine": oracle.load_wine,
    "diabetes": lambda: oracle.load_diabetes(scaled=False),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_scikit_learns_row_by_row(name: str) -> None:
    X, y, feature_names = getattr(datasets, name)()
    expected = TABLES[name]()
    np.testing.assert_array_equal(X, expected.data.astype(np.float32), strict=True)
    dtype = np.float32 if name == "diabetes" else np.int64
    np.testing.assert_array_equal(y, expected.target.astype(dtype), strict=True)
    assert isinstance(feature_names, tuple)
    assert len(set(feature_names)) == X.shape[1] == len(expected.feature_names)


def test_a_column_has_the_name_that_scikit_learn_gives_it() -> None:
    assert list(datasets.breast_cancer().feature_names) == oracle.load_breast_cancer().feature_names.tolist()
    ours = [name.replace(" ", "_").lower() for name in datasets.wine().feature_names]
    theirs = [name.replace("/od315", "_od315").replace("od280_", "od280/") for name in oracle.load_wine().feature_names]
    assert ours == theirs
    names = datasets.diabetes().feature_names
    assert [names[i] for i in (0, 1, 2, 3, 9)] == ["age", "sex", "body mass index", "blood pressure", "blood sugar"]


def test_the_classes_are_as_many_as_the_docstrings_say() -> None:
    assert np.bincount(datasets.breast_cancer().y).tolist() == [212, 357]
    assert np.bincount(datasets.wine().y).tolist() == [59, 71, 48]
    y = datasets.diabetes().y
    assert (y.min(), y.max()) == (25, 346)


def test_a_table_is_a_new_one_for_each_caller() -> None:
    datasets.wine().X[:] = 0
    assert datasets.wine().X.min() > 0


@settings(deadline=None, max_examples=30, derandomize=True)
@given(m=st.integers(2, 60), factor=st.floats(0, 1, exclude_max=True), seed=st.integers(0, 9))
def test_circles_without_noise_are_exactly_scikit_learns(m: int, factor: float, seed: int) -> None:
    X, y = datasets.circles(make(seed), m, noise=0.0, factor=factor)
    X_expected, y_expected = oracle.make_circles(m, shuffle=False, factor=factor)
    expected = np.column_stack([X_expected.astype(np.float32), y_expected])
    np.testing.assert_array_equal(sort_rows(np.column_stack([X, y])), sort_rows(expected))


@settings(deadline=None, max_examples=30, derandomize=True)
@given(m=st.integers(2, 60), seed=st.integers(0, 9))
def test_moons_without_noise_are_exactly_scikit_learns(m: int, seed: int) -> None:
    X, y = datasets.moons(make(seed), m, noise=0.0)
    X_expected, y_expected = oracle.make_moons(m, shuffle=False)
    expected = np.column_stack([X_expected.astype(np.float32), y_expected])
    np.testing.assert_array_equal(sort_rows(np.column_stack([X, y])), sort_rows(expected))


def test_circles_and_moons_have_the_defaults_of_the_published_experiments() -> None:
    X, y = datasets.circles(make(), noise=0.0)
    assert sort_rows(np.hypot(*X.T).round(5)[:, None]).ravel().tolist() == pytest.approx([0.8] * 150 + [1.0] * 150)
    assert np.bincount(y).tolist() == [150, 150]
    X, y = datasets.moons(make(3), noise=0.0)
    assert np.bincount(y).tolist() == [150, 150]
    by_default, again = datasets.circles(make(3)), datasets.circles(make(3), noise=0.05, factor=0.8)
    np.testing.assert_array_equal(by_default[0], again[0])
    np.testing.assert_array_equal(datasets.moons(make(3))[0], datasets.moons(make(3), noise=0.2)[0])


def test_the_noise_is_normal_with_the_spread_that_was_asked_for() -> None:
    X, y = datasets.circles(make(1), 20_000, noise=0.1, factor=0.0)
    inner = X[y == 1].astype(float)  # radius 0: the noise alone
    assert np.abs(inner.mean(axis=0)).max() < 6 * 0.1 / 100
    np.testing.assert_allclose(inner.std(axis=0), 0.1, rtol=0.05)
    assert abs(np.corrcoef(inner.T)[0, 1]) < 0.06
    assert np.mean(np.abs(inner) < 0.1) == pytest.approx(0.6827, abs=0.02)
    (X, y), (smooth, y_smooth) = datasets.moons(make(1), 20_000, noise=0.3), datasets.moons(make(1), 20_000, noise=0.0)
    np.testing.assert_array_equal(y, y_smooth)
    np.testing.assert_allclose((X - smooth).std(axis=0), 0.3, rtol=0.05)


@pytest.mark.parametrize("draw", [datasets.circles, datasets.moons])
def test_points_come_in_random_order_and_in_small_numbers(draw: Callable[..., datasets.Split]) -> None:
    X, y = draw(make(2))
    assert X.dtype == np.float32
    assert y.dtype == np.int64
    assert 40 < np.sum(y[:150]) < 110  # 150 of 300: half of each class, give or take far more than chance does
    np.testing.assert_array_equal(draw(make(2))[0], X)
    assert not np.array_equal(draw(make(3))[0], X)


def test_polynomial_is_the_textbooks_cubic_and_noise() -> None:
    x, y = datasets.polynomial(make(4), 20_000)
    assert x.shape == y.shape == (20_000,)
    assert x.dtype == y.dtype == np.float64
    noise = y - (5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6)
    assert noise.std() == pytest.approx(0.1, rel=0.05)
    assert abs(noise.mean()) < 6 * 0.1 / np.sqrt(20_000)
    assert np.all(np.abs(x) <= 2)
    np.testing.assert_allclose(np.histogram(x, 4, (-2, 2))[0], 5_000, rtol=0.08)
    assert len(datasets.polynomial(make())[0]) == 20
    np.testing.assert_array_equal(datasets.polynomial(make(1)), datasets.polynomial(make(1)))
    assert not np.array_equal(datasets.polynomial(make(1))[0], datasets.polynomial(make(2))[0])


def test_polynomial_takes_other_coefficients_and_another_range() -> None:
    x, y = datasets.polynomial(make(), 50, coefficients=[3, 0, -1], noise=0.0, low=4, high=5)
    np.testing.assert_allclose(y, 3 - x**2)
    assert 4 <= x.min() < x.max() <= 5
    np.testing.assert_array_equal(datasets.polynomial(make(), 2, [7], noise=0.0)[1], [7, 7])


BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "no image": (lambda: datasets.digits(make(), 0), "m_train must be a whole number >= 1, got 0"),
    "too many images": (lambda: datasets.digits(make(), 998), "m_train must be a whole number <= 997, got 998"),
    "wrong digits": (lambda: datasets.digits(make(), wrong_labels=1.5), "wrong_labels must be .* <= 1, got 1.5"),
    "wrong points": (lambda: datasets.noisy_line(make(), wrong_labels=-0.1), "wrong_labels must be .* got -0.1"),
    "no point": (lambda: datasets.noisy_line(make(), m_train=0), "m_train must be a whole number >= 1, got 0"),
    "no test point": (lambda: datasets.noisy_line(make(), m_test=0), "m_test must be a whole number >= 1, got 0"),
    "one circle": (lambda: datasets.circles(make(), 1), "m must be a whole number >= 2, got 1"),
    "half a point": (lambda: datasets.circles(make(), 2.5), "m must be a whole number >= 2, got 2.5"),  # type: ignore[arg-type]
    "circle noise": (lambda: datasets.circles(make(), noise=-0.1), "noise must be a number >= 0, got -0.1"),
    "same circles": (lambda: datasets.circles(make(), factor=1.0), "factor must be .* < 1, got 1.0"),
    "factor": (lambda: datasets.circles(make(), factor=-0.1), "factor must be a number >= 0"),
    "one moon": (lambda: datasets.moons(make(), 1), "m must be a whole number >= 2, got 1"),
    "moon noise": (lambda: datasets.moons(make(), noise=float("nan")), "noise must be a number >= 0, got nan"),
    "no x": (lambda: datasets.polynomial(make(), 0), "m must be a whole number >= 1, got 0"),
    "polynomial noise": (lambda: datasets.polynomial(make(), noise=-1), "noise must be a number >= 0, got -1"),
    "nothing": (lambda: datasets.polynomial(make(), coefficients=[]), "coefficients must have at least one number"),
    "range": (lambda: datasets.polynomial(make(), low=1, high=1), "high must be a number > 1, got 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_by_name(case: str) -> None:
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "draw", [datasets.digits, datasets.noisy_line, datasets.circles, datasets.moons, datasets.polynomial]
)
def test_a_seed_in_the_place_of_a_generator_is_refused_by_name(draw: Callable) -> None:
    with pytest.raises(ValueError, match=r"^rng must be a numpy\.random\.Generator, got 0"):
        draw(0)


def test_the_smallest_sets_are_allowed() -> None:
    assert len(datasets.digits(make(), 1)[0][0]) == 1
    assert len(datasets.noisy_line(make(), 1, 1)[1][0]) == 1
    assert len(datasets.circles(make(), 2)[0]) == len(datasets.moons(make(), 2)[0]) == 2
    assert len(datasets.polynomial(make(), 1)[0]) == 1


def test_no_table_costs_the_import_of_scikit_learn() -> None:
    code = (
        "import sys; from helpers import datasets as d; import numpy as np; d.digits(np.random.default_rng(0));"
        "d.breast_cancer(); d.wine(); d.diabetes(); assert 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_wrong_digits_are_learned_by_heart_as_the_docstring_says() -> None:
    errors = []
    for seed in range(4):
        (X, y), (X_dev, y_dev), _ = datasets.digits(make(seed), 250, 0.2)
        _, history = network.train(X, y, [64, 128, 128, 10], make(seed), X_dev=X_dev, y_dev=y_dev)
        assert history["train_error"][-1] < 0.03
        assert 0.13 <= history["dev_error"][-1] <= 0.23
        errors.append([history["dev_error"].min(), history["dev_error"][-1]])
    assert np.mean(errors, axis=0) == pytest.approx([0.10, 0.18], abs=0.03)


def test_the_streams_on_which_published_numbers_rest_stay_as_they_are() -> None:
    (X, y), (_, y_dev), _ = datasets.digits(make(), 500, 0.2)
    assert (y[:10].tolist(), y_dev[:5].tolist()) == ([5, 2, 3, 3, 5, 6, 7, 3, 0, 0], [6, 6, 6, 2, 5])
    (X, y), _ = datasets.noisy_line(make())
    assert X[0].tolist() == pytest.approx([0.164354, -0.276256], abs=1e-6)
    assert y[:10].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]
