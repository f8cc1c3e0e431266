"""The references of topic 05 against derivatives, enumerations and their contracts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from helpers import dropout

finite = st.floats(-100, 100)
matrices = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=finite)
probabilities = st.floats(0.05, 1.0)


@given(matrices, probabilities, st.integers(0, 2**32))
def test_forward_keeps_exactly_what_the_mask_says(A: np.ndarray, keep_prob: float, seed: int) -> None:
    before = A.copy()
    A_out, mask = dropout.dropout_forward(A, keep_prob, np.random.default_rng(seed))
    np.testing.assert_allclose(A_out, np.where(mask, A / keep_prob, 0))
    np.testing.assert_array_equal(A, before)


@given(matrices, probabilities)
def test_outside_training_nothing_happens(A: np.ndarray, keep_prob: float) -> None:
    A_out, mask = dropout.dropout_forward(A, keep_prob, None, training=False)
    np.testing.assert_array_equal(A_out, A)
    assert mask.all()


def test_backward_is_the_complex_step_derivative_of_forward() -> None:
    rng = np.random.default_rng(0)
    A, upstream = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    mask = rng.random((3, 4)) < 0.6
    expected = np.empty_like(A)
    for index in np.ndindex(*A.shape):
        moved = A.astype(complex)
        moved[index] += 1e-30j
        expected[index] = np.sum(upstream * (moved * mask / 0.6)).imag / 1e-30
    np.testing.assert_allclose(dropout.dropout_backward(upstream, mask, 0.6), expected)


def test_the_mean_over_masks_is_the_input() -> None:
    A = np.array([[1.0, -2.0, 3.0]])
    mean = sum(
        np.prod([0.7 if kept else 0.3 for kept in mask]) * A * np.array(mask) / 0.7
        for mask in itertools.product((0, 1), repeat=3)
    )
    np.testing.assert_allclose(mean, A)
    drawn = [dropout.dropout_forward(A, 0.7, np.random.default_rng(seed))[0] for seed in range(4000)]
    np.testing.assert_allclose(np.mean(drawn, axis=0), A, atol=0.2)


def test_the_network_is_logistic_regression_without_hidden_layers() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(1)
    X = rng.normal(size=(50, 3))
    model = LogisticRegression().fit(X, X[:, 0] > 0.2)
    params = {"W1": model.coef_, "b1": model.intercept_}
    np.testing.assert_allclose(dropout.forward_with_dropout(X, params, [], None), model.predict_proba(X)[:, 1])


def test_the_network_survives_large_scores_without_a_warning() -> None:
    params = {"W1": np.array([[1.0]]), "b1": np.zeros(1)}
    X = np.array([[-1000.0], [0.0], [1000.0]])
    np.testing.assert_array_equal(dropout.forward_with_dropout(X, params, [], None), [0.0, 0.5, 1.0])


@given(arrays(np.float64, 5, elements=finite), arrays(np.float64, 5, elements=finite), probabilities)
def test_ensemble_average_is_the_sum_over_masks(x: np.ndarray, w: np.ndarray, keep_prob: float) -> None:
    total = 0.0
    for mask in itertools.product((0, 1), repeat=5):
        kept = sum(mask)
        total += keep_prob**kept * (1 - keep_prob) ** (5 - kept) * float(w @ (x * mask))
    assert dropout.ensemble_average(x, w, keep_prob) == pytest.approx(total, abs=1e-8)


def test_single_precision_stays_and_integers_become_double() -> None:
    rng = np.random.default_rng(2)
    for kind, expected in ((np.float32, np.float32), (np.int64, np.float64), (np.float64, np.float64)):
        A = np.ones((3, 2), dtype=kind)
        assert dropout.dropout_forward(A, 0.5, rng)[0].dtype == expected
        assert dropout.dropout_forward(A, 0.5, rng, training=False)[0].dtype == expected
        assert dropout.dropout_backward(A, np.ones((3, 2), bool), 0.5).dtype == expected
        assert dropout.scale_weights(A, 0.5).dtype == expected
    params = {"W1": np.ones((4, 2), np.float32), "b1": np.zeros(4, np.float32), "W2": np.ones((1, 4), np.float32)}
    params["b2"] = np.zeros(1, np.float32)
    assert dropout.forward_with_dropout(np.ones((3, 2), np.float32), params, [0.5], rng).dtype == np.float32
    params["b2"] = np.zeros(1, np.int8)
    assert dropout.forward_with_dropout(np.ones((3, 2), np.float32), params, [0.5], rng).dtype == np.float64


def test_a_numpy_scalar_does_not_widen_single_precision() -> None:
    A, keep_prob, rng = np.ones((3, 2), np.float32), np.float64(0.5), np.random.default_rng(0)
    A_out, mask = dropout.dropout_forward(A, keep_prob, rng)
    assert A_out.dtype == dropout.dropout_backward(A, mask, keep_prob).dtype == np.float32
    assert dropout.scale_weights(A, keep_prob).dtype == np.float32


@pytest.mark.parametrize("keep_prob", [0.0, -0.1, 1.5, float("nan")])
def test_a_keep_prob_that_is_no_probability_is_refused_by_name(keep_prob: float) -> None:
    A = np.ones((2, 2))
    calls = [
        lambda: dropout.dropout_mask((2, 2), keep_prob, np.random.default_rng(0)),
        lambda: dropout.dropout_forward(A, keep_prob, np.random.default_rng(0)),
        lambda: dropout.dropout_backward(A, A, keep_prob),
        lambda: dropout.scale_weights(A, keep_prob),
        lambda: dropout.ensemble_average(A[0], A[0], keep_prob),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"keep_prob must be a probability in \(0, 1\], got"):
            call()


def test_shapes_that_do_not_fit_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"mask must have shape \(2, 2\), got \(3,\)"):
        dropout.dropout_backward(np.ones((2, 2)), np.ones(3), 0.5)
    with pytest.raises(ValueError, match=r"w must have shape \(2,\), got \(3,\)"):
        dropout.ensemble_average(np.ones(2), np.ones(3), 0.5)
    with pytest.raises(ValueError, match="keep_probs must have one entry for each of the 0 hidden layers, got 1"):
        dropout.forward_with_dropout(np.ones((1, 1)), {"W1": np.ones((1, 1)), "b1": np.ones(1)}, [0.5], None)
    params: dict[str, NDArray] = {"W1": np.ones((1, 2)), "b1": np.ones(1)}
    with pytest.raises(ValueError, match=r"params\['W1'\] must have shape \(n_1, 3\), got \(1, 2\)"):
        dropout.forward_with_dropout(np.ones((1, 3)), params, [], None)
    with pytest.raises(ValueError, match=r"X must have shape \(m, n_0\), got \(2,\)"):
        dropout.forward_with_dropout(np.ones(2), params, [], None)
    with pytest.raises(ValueError, match=r"x must have shape \(n,\), got \(1, 2\)"):
        dropout.ensemble_average(np.ones((1, 2)), np.ones((1, 2)), 0.5)
    with pytest.raises(ValueError, match="rng must be a numpy.random.Generator in training, got None"):
        dropout.dropout_forward(np.ones((2, 2)), 0.5, None)
