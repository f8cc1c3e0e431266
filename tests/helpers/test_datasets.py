"""The data are what their docstrings say."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from helpers import datasets


def test_digits_are_all_of_scikit_learns_once() -> None:
    parts = datasets.digits(np.random.default_rng(0))
    assert [X.shape for X, _ in parts] == [(997, 64), (400, 64), (400, 64)]
    rows = np.column_stack([np.concatenate([X for X, _ in parts]) * 16, np.concatenate([y for _, y in parts])])
    images, labels = load_digits(return_X_y=True)
    expected = np.column_stack([images, labels])
    np.testing.assert_array_equal(rows[np.lexsort(rows.T)], expected[np.lexsort(expected.T)])


def test_digits_are_small_numbers_from_0_to_1() -> None:
    for X, y in datasets.digits(np.random.default_rng(0)):
        assert X.dtype == np.float32
        assert X.min() == 0
        assert X.max() == 1
        assert set(y.tolist()) == set(range(10))


def test_dev_and_test_digits_depend_on_the_generator_alone() -> None:
    (X_all, _), *held_out = datasets.digits(np.random.default_rng(5))
    (X_few, _), *again = datasets.digits(np.random.default_rng(5), m_train=250, wrong_labels=0.2)
    for (X, y), (X_again, y_again) in zip(held_out, again, strict=True):
        np.testing.assert_array_equal(X, X_again)
        np.testing.assert_array_equal(y, y_again)
    np.testing.assert_array_equal(X_few, X_all[:250])
    assert not np.array_equal(datasets.digits(np.random.default_rng(6))[0][0], X_all)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_wrong_labels_are_exactly_the_share_that_was_asked_for(share: float) -> None:
    right = datasets.digits(np.random.default_rng(1), 250)[0][1]
    given = datasets.digits(np.random.default_rng(1), 250, share)[0][1]
    assert np.sum(given != right) == 250 * share
    assert given.min() >= 0
    assert given.max() <= 9


def test_noisy_line_has_right_test_labels_and_fifteen_wrong_training_labels() -> None:
    (X, y), (X_test, y_test) = datasets.noisy_line(np.random.default_rng(0))
    assert X.shape == (100, 2)
    assert X_test.shape == (2_000, 2)
    assert X.dtype == np.float32
    assert np.abs(X_test).max() <= 0.6
    np.testing.assert_array_equal(y_test, X_test[:, 1] > 0.9 * X_test[:, 0])
    assert np.sum(y != (X[:, 1] > 0.9 * X[:, 0])) == 15


def test_bad_input_is_refused_by_name() -> None:
    rng = np.random.default_rng(0)
    for m_train in (0, 998):
        with pytest.raises(ValueError, match=f"m_train: expected 1 .. 997 images, got {m_train}"):
            datasets.digits(rng, m_train)
    with pytest.raises(ValueError, match="wrong_labels: expected a share"):
        datasets.digits(rng, wrong_labels=1.5)
    with pytest.raises(ValueError, match="wrong_labels: expected a share"):
        datasets.noisy_line(rng, wrong_labels=-0.1)
    with pytest.raises(ValueError, match="m_train, m_test"):
        datasets.noisy_line(rng, m_train=0)
