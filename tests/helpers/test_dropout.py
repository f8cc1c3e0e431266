"""The references of topic 05 against derivatives, enumerations of all masks, scikit-learn and their contracts."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chisquare
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from helpers import dropout

modest = settings(deadline=None, max_examples=60, derandomize=True)
finite = st.floats(-100, 100)
matrices = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=finite)
probabilities = st.floats(0.05, 1.0)
seeds = st.integers(0, 2**32)


def make_rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def protect(*values: np.ndarray) -> None:
    for value in values:
        value.flags.writeable = False


def make_params(layer_dims: list[int], seed: int = 0) -> dict[str, Any]:
    """Draw a net of which no bias is 0, read-only."""
    rng, params = make_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        params[f"W{layer}"] = rng.normal(size=(n_out, n_in))
        params[f"b{layer}"] = rng.uniform(0.2, 1, size=n_out)
    protect(*params.values())
    return params


# --- dropout_mask ----------------------------------------------------------------------------------------------------


def test_all_masks_are_drawn_as_often_as_independent_entries_want() -> None:
    rng = make_rng()
    drawn = Counter(tuple(dropout.dropout_mask((2, 2), 0.7, rng).ravel().tolist()) for _ in range(8000))
    masks = list(itertools.product((False, True), repeat=4))
    expected = [8000 * 0.7 ** sum(mask) * 0.3 ** (4 - sum(mask)) for mask in masks]
    assert chisquare([drawn[mask] for mask in masks], expected).pvalue > 1e-3


def test_a_draw_from_0_to_1_keeps_below_keep_prob_and_not_at_it() -> None:
    draw = make_rng().random()
    assert not dropout.dropout_mask((1,), draw, make_rng())[0]
    assert dropout.dropout_mask((1,), np.nextafter(draw, 1), make_rng())[0]
    assert dropout.dropout_mask((50, 50), 1, make_rng()).all()


@pytest.mark.parametrize("shape", [(2, 3), [2, 3], (np.int64(2), 3), np.array([2, 3]), (0, 3), (4,), (2, 1, 3), ()])
def test_a_mask_has_the_shape_that_was_asked_for(shape: Any) -> None:
    mask = dropout.dropout_mask(shape, 0.5, make_rng())
    assert mask.shape == tuple(shape)
    assert mask.dtype == bool


def test_a_number_is_the_shape_of_a_vector() -> None:
    assert dropout.dropout_mask(3, 0.5, make_rng()).shape == (3,)  # type: ignore[arg-type]


# --- dropout_forward, dropout_backward -------------------------------------------------------------------------------


@given(matrices, probabilities, seeds)
@modest
def test_forward_keeps_exactly_what_the_mask_says(A: np.ndarray, keep_prob: float, seed: int) -> None:
    protect(A)
    A_out, mask = dropout.dropout_forward(A, keep_prob, make_rng(seed))
    assert mask.dtype == bool
    np.testing.assert_allclose(A_out, np.where(mask, A / keep_prob, 0))


@given(matrices, probabilities)
@modest
def test_outside_training_nothing_happens(A: np.ndarray, keep_prob: float) -> None:
    protect(A)
    for rng in (None, make_rng(), 0):
        A_out, mask = dropout.dropout_forward(A, keep_prob, rng, training=False)  # type: ignore[arg-type]
        np.testing.assert_array_equal(A_out, A)
        np.testing.assert_array_equal(mask, np.full(A.shape, True), strict=True)


def test_the_generator_stands_still_outside_training() -> None:
    rng = make_rng()
    dropout.dropout_forward(np.ones((2, 2)), 0.5, rng, training=False)
    dropout.forward_with_dropout(np.ones((2, 3)), make_params([3, 4, 1]), [0.5], rng, training=False)
    assert rng.random() == make_rng().random()


def test_the_mean_over_masks_is_the_input() -> None:
    A = np.array([[1.0, -2.0, 3.0]])
    outputs = np.array([dropout.dropout_forward(A, 0.7, make_rng(seed))[0][0] for seed in range(2000)])
    np.testing.assert_allclose(outputs.mean(axis=0), A[0], rtol=0.1)  # its standard deviation is below 0.015 |A|
    kept = (outputs != 0).mean(axis=0)
    np.testing.assert_allclose(kept, 0.7, atol=0.06)


@given(matrices, probabilities, seeds)
@modest
def test_backward_is_the_transpose_of_forward(A: np.ndarray, keep_prob: float, seed: int) -> None:
    dA_out = make_rng(seed + 1).normal(size=A.shape)
    A_out, mask = dropout.dropout_forward(A, keep_prob, make_rng(seed))
    protect(dA_out, mask)
    dA = dropout.dropout_backward(dA_out, mask, keep_prob)
    assert np.sum(dA * A) == pytest.approx(np.sum(dA_out * A_out), rel=1e-9, abs=1e-9)
    assert not dA[~mask].any()


def test_backward_is_the_complex_step_derivative_of_forward() -> None:
    rng = make_rng()
    A, upstream = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    mask = rng.random((3, 4)) < 0.6
    expected = np.empty_like(A)
    for index in np.ndindex(*A.shape):
        moved = A.astype(complex)
        moved[index] += 1e-30j
        expected[index] = np.sum(upstream * (moved * mask / 0.6)).imag / 1e-30
    np.testing.assert_allclose(dropout.dropout_backward(upstream, mask, 0.6), expected)


@pytest.mark.parametrize("kind", [bool, np.int8, np.uint8, np.int64, np.float32, np.float64])
def test_a_mask_of_any_dtype_gives_the_same_gradient_in_that_of_the_gradient(kind: type) -> None:
    mask: np.ndarray = np.array([[1, 0], [0, 1]]).astype(kind)
    for precision in (np.float32, np.float64):
        dA = dropout.dropout_backward(np.array([[1, 2], [3, 4]], precision), mask, 0.5)
        np.testing.assert_array_equal(dA, np.array([[2, 0], [0, 8]], precision), strict=True)


@pytest.mark.parametrize("mask", [[[2.0, 0.0]], [[1.0, 0.5]], [[-1, 0]], [[math.nan, 1]], [["1", "0"]], [[None, 1]]])
def test_a_mask_with_anything_else_than_0_and_1_is_refused(mask: Any) -> None:
    with pytest.raises(ValueError, match="^mask must hold 0 and 1, or bool, got"):
        dropout.dropout_backward(np.ones((1, 2)), mask, 0.5)


# --- forward_with_dropout --------------------------------------------------------------------------------------------


def test_the_network_is_logistic_regression_without_hidden_layers() -> None:
    X = make_rng(1).normal(size=(50, 3))
    model = LogisticRegression().fit(X, X[:, 0] > 0.2)
    params = {"W1": model.coef_, "b1": model.intercept_}
    np.testing.assert_allclose(dropout.forward_with_dropout(X, params, [], None), model.predict_proba(X)[:, 1])


@pytest.mark.filterwarnings("ignore:.*Maximum iterations")
@pytest.mark.parametrize("n_outputs", [1, 2])
def test_a_three_layer_network_without_dropout_is_that_of_scikit_learn(n_outputs: int) -> None:
    X = make_rng(2).normal(size=(60, 3))
    y = X[:, :n_outputs] * X[:, 1:2] > 0
    model = MLPClassifier((5, 4), max_iter=30, random_state=0).fit(X, y if n_outputs == 2 else y[:, 0])
    params = {f"W{layer}": W.T for layer, W in enumerate(model.coefs_, start=1)}
    params |= {f"b{layer}": b for layer, b in enumerate(model.intercepts_, start=1)}
    assert all(np.abs(params[f"b{layer}"]).min() > 1e-3 for layer in (1, 2, 3))
    expected = model.predict_proba(X)[:, 1] if n_outputs == 1 else model.predict_proba(X)
    protect(X, *params.values())
    for m in (60, 1):
        evaluated = dropout.forward_with_dropout(X[:m], params, [0.3, 0.6], None, training=False)
        all_kept = dropout.forward_with_dropout(X[:m], params, [1.0, 1], make_rng())
        for observed in (evaluated, all_kept):
            assert observed.shape == ((m,) if n_outputs == 1 else (m, 2))
            np.testing.assert_allclose(observed, expected[:m], rtol=1e-10)


def test_training_draws_every_thinned_network_as_often_as_the_keep_probs_want() -> None:
    x, m, keep_probs = np.array([0.5, -0.25]), 6000, (0.8, 0.4)  # distinct, and not in ascending order
    params = {
        "W1": np.array([[1.0, -0.5], [0.25, 0.75]]),
        "b1": np.array([0.5, 0.375]),
        "W2": np.array([[0.75, 1.5], [-0.5, 0.25]]),
        "b2": np.array([0.125, 1.0]),
        "W3": np.array([[1.0, -1.75]]),
        "b3": np.array([0.375]),
    }
    expected: defaultdict[float, float] = defaultdict(float)
    for first in itertools.product((0, 1), repeat=2):
        for second in itertools.product((0, 1), repeat=2):
            A1 = np.maximum(params["W1"] @ x + params["b1"], 0) * first / 0.8
            A2 = np.maximum(params["W2"] @ A1 + params["b2"], 0) * second / 0.4
            p = 0.8 ** sum(first) * 0.2 ** (2 - sum(first)) * 0.4 ** sum(second) * 0.6 ** (2 - sum(second))
            expected[round(1 / (1 + math.exp(-(params["W3"] @ A2 + params["b3"]).item())), 9)] += m * p
    assert len(expected) == 1 + 3 * 4  # where all of the second hidden layer is dropped, the first does not matter
    drawn = Counter(dropout.forward_with_dropout(np.tile(x, (m, 1)), params, keep_probs, make_rng()).round(9).tolist())
    assert drawn.keys() <= expected.keys()  # each example has masks of its own; inputs and output are never dropped
    assert chisquare([drawn[value] for value in expected], list(expected.values())).pvalue > 1e-3


def test_the_network_survives_large_scores_without_a_warning() -> None:
    params = {"W1": np.array([[1.0]]), "b1": np.zeros(1)}
    X = np.array([[-1e300], [-1000.0], [0.0], [1000.0], [1e300]])
    np.testing.assert_array_equal(dropout.forward_with_dropout(X, params, [], None), [0.0, 0.0, 0.5, 1.0, 1.0])


def test_mixed_precision_is_computed_in_double_from_the_first_layer_on() -> None:
    double = make_params([3, 5, 4, 1])
    X = make_rng().normal(size=(6, 3)).astype(np.float32)
    single = {name: value.astype(np.float32) for name, value in double.items()}
    for name in double:
        mixed: dict[str, Any] = single | {name: double[name]}
        widened = {key: value.astype(np.float64) for key, value in mixed.items()}
        observed = dropout.forward_with_dropout(X, mixed, [0.5, 0.9], make_rng(1))
        expected = dropout.forward_with_dropout(X.astype(np.float64), widened, [0.5, 0.9], make_rng(1))
        np.testing.assert_array_equal(observed, expected, strict=True)


def test_keep_probs_may_come_in_any_sequence_and_layers_in_any_order() -> None:
    X, params = make_rng().normal(size=(6, 3)), make_params([3, 5, 4, 1])
    first = dropout.forward_with_dropout(X, params, [0.5, 0.9], make_rng(1))
    for keep_probs in ((0.5, 0.9), np.array([0.5, 0.9])):
        again = dropout.forward_with_dropout(X, dict(reversed(params.items())), keep_probs, make_rng(1))  # type: ignore[arg-type]
        np.testing.assert_array_equal(first, again)


# --- scale_weights, ensemble_average ---------------------------------------------------------------------------------


@given(matrices, probabilities)
@modest
def test_scaled_weights_are_a_share_of_the_weights(W: np.ndarray, keep_prob: float) -> None:
    protect(W)
    np.testing.assert_allclose(dropout.scale_weights(W, keep_prob), [[keep_prob * w for w in row] for row in W])


def test_scaled_weights_give_what_all_masks_give_on_average() -> None:
    W, x = make_rng().normal(size=(2, 4)), make_rng(1).normal(size=4)
    scores = dropout.scale_weights(W, 0.3) @ x
    np.testing.assert_allclose(scores, [dropout.ensemble_average(x, w, 0.3) for w in W])


@given(arrays(np.float64, 5, elements=finite), arrays(np.float64, 5, elements=finite), probabilities)
@modest
def test_ensemble_average_is_the_sum_over_masks(x: np.ndarray, w: np.ndarray, keep_prob: float) -> None:
    protect(x, w)
    total = 0.0
    for mask in itertools.product((0, 1), repeat=5):
        kept = sum(mask)
        total += keep_prob**kept * (1 - keep_prob) ** (5 - kept) * float(w @ (x * mask))
    average = dropout.ensemble_average(x, w, keep_prob)
    assert type(average) is float
    assert average == pytest.approx(total, abs=1e-8)


def test_ensemble_average_is_computed_in_double_precision() -> None:
    x = np.array([3e30, 1.0], np.float32)
    average = dropout.ensemble_average(x, x, np.float32(0.5))  # type: ignore[arg-type]
    assert type(average) is float
    assert average == pytest.approx(4.5e60, rel=1e-6)
    assert dropout.ensemble_average([2, 3], [-1, 1], 0.5) == 0.5  # type: ignore[arg-type]
    assert dropout.ensemble_average(np.array([100], np.int8), np.array([100], np.int8), 1) == 10_000


# --- all -------------------------------------------------------------------------------------------------------------


def test_single_precision_stays_and_everything_else_becomes_double() -> None:
    rng = make_rng(2)
    kinds = dict.fromkeys((np.float16, np.float64, np.int64, np.uint8), np.float64) | {np.float32: np.float32}
    for kind, expected in kinds.items():
        A = np.ones((3, 2), dtype=kind)
        assert dropout.dropout_forward(A, 0.5, rng)[0].dtype == expected
        assert dropout.dropout_forward(A, 0.5, rng, training=False)[0].dtype == expected
        assert dropout.dropout_backward(A, np.ones((3, 2), bool), 0.5).dtype == expected
        assert dropout.scale_weights(A, 0.5).dtype == expected
    single = {name: value.astype(np.float32) for name, value in make_params([2, 4, 1]).items()}
    X = np.ones((3, 2), np.float32)
    assert dropout.forward_with_dropout(X, single, [0.5], rng).dtype == np.float32
    assert dropout.forward_with_dropout(X.astype(int), single, [0.5], rng).dtype == np.float64
    assert dropout.forward_with_dropout(X, single | {"b2": np.zeros(1, np.int8)}, [0.5], rng).dtype == np.float64


def test_a_numpy_scalar_does_not_widen_single_precision() -> None:
    A, keep_prob, rng = np.ones((3, 2), np.float32), np.float64(0.5), make_rng()
    A_out, mask = dropout.dropout_forward(A, keep_prob, rng)
    assert A_out.dtype == dropout.dropout_backward(A, mask, keep_prob).dtype == np.float32
    assert dropout.scale_weights(A, keep_prob).dtype == np.float32


RANDOM: dict[str, Callable[[Any], Any]] = {
    "mask": lambda rng: dropout.dropout_mask((6, 6), 0.5, rng),
    "forward": lambda rng: dropout.dropout_forward(np.ones((6, 6)), 0.5, rng)[0],
    "network": lambda rng: dropout.forward_with_dropout(np.ones((6, 3)), make_params([3, 9, 9, 2]), [0.5, 0.9], rng),
}
each_random = pytest.mark.parametrize("draw", RANDOM.values(), ids=RANDOM)


@each_random
def test_only_the_generator_decides(draw: Callable[[Any], Any]) -> None:
    first, again, other = (draw(make_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)
    rng = make_rng(1)
    np.testing.assert_array_equal(draw(rng), first)
    assert np.any(draw(rng) != first)


@each_random
@pytest.mark.parametrize("rng", [None, 0, np.random], ids=str)
def test_what_is_no_generator_is_refused_by_name(draw: Callable[[Any], Any], rng: Any) -> None:
    with pytest.raises(ValueError, match=r"^rng must be a numpy\.random\.Generator, got"):
        draw(rng)


@pytest.mark.parametrize("keep_prob", [0.0, -0.1, 1.5, float("nan"), "half"])
def test_a_keep_prob_that_is_no_probability_is_refused_before_anything_is_drawn(keep_prob: Any) -> None:
    A, rng = np.ones((2, 2)), make_rng()
    calls = [
        lambda: dropout.dropout_mask((2, 2), keep_prob, rng),
        lambda: dropout.dropout_forward(A, keep_prob, rng),
        lambda: dropout.dropout_forward(A, keep_prob, rng, training=False),
        lambda: dropout.dropout_backward(A, A, keep_prob),
        lambda: dropout.scale_weights(A, keep_prob),
        lambda: dropout.ensemble_average(A[0], A[0], keep_prob),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"^keep_prob must be a probability in \(0, 1\], got"):
            call()
    for training in (True, False):
        with pytest.raises(ValueError, match=r"^keep_probs\[1\] must be a probability in \(0, 1\], got"):
            dropout.forward_with_dropout(A, make_params([2, 3, 3, 1]), [0.5, keep_prob], rng, training)
    assert rng.random() == make_rng().random()


ONE_LAYER: dict[str, Any] = {"W1": np.ones((1, 2)), "b1": np.ones(1)}
REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("each size in shape must be a whole number >= 0, got -1", lambda: dropout.dropout_mask((2, -1), 0.5, make_rng())),
    (r"each size in shape must be .*, got 2\.0", lambda: dropout.dropout_mask((2.0, 2.5), 0.5, make_rng())),  # type: ignore[arg-type]
    ("each size in shape must be .*, got 'ab'", lambda: dropout.dropout_mask("ab", 0.5, make_rng())),  # type: ignore[arg-type]
    ("each size in shape must be .*, got None", lambda: dropout.dropout_mask(None, 0.5, make_rng())),  # type: ignore[arg-type]
    (r"mask must have shape \(2, 2\), got \(3,\)", lambda: dropout.dropout_backward(np.ones((2, 2)), np.ones(3), 0.5)),
    (
        r"mask must have shape \(2, 2\), got \(1, 2\)",
        lambda: dropout.dropout_backward(np.ones((2, 2)), np.ones((1, 2)), 0.5),
    ),
    (r"w must have shape \(2,\), got \(3,\)", lambda: dropout.ensemble_average(np.ones(2), np.ones(3), 0.5)),
    (
        r"x must have shape \(n,\), got \(1, 2\)",
        lambda: dropout.ensemble_average(np.ones((1, 2)), np.ones((1, 2)), 0.5),
    ),
    (
        r"keep_probs must have one entry for each of the 0 hidden layers, got \[0\.5\]",
        lambda: dropout.forward_with_dropout(np.ones((1, 2)), ONE_LAYER, [0.5], None),
    ),
    (
        r"keep_probs must have one entry for each of the 2 hidden layers, got \[0\.5\]",
        lambda: dropout.forward_with_dropout(np.ones((1, 2)), make_params([2, 3, 3, 1]), [0.5], make_rng()),
    ),
    (
        r"keep_probs must be a sequence, got 0\.5",
        lambda: dropout.forward_with_dropout(np.ones((1, 2)), make_params([2, 3, 1]), 0.5, make_rng()),  # type: ignore[arg-type]
    ),
    (
        r"params\['W1'\] must have shape \(n_1, 3\), got \(1, 2\)",
        lambda: dropout.forward_with_dropout(np.ones((1, 3)), ONE_LAYER, [], None),
    ),
    (
        r"X must have shape \(m, n_0\), got \(2,\)",
        lambda: dropout.forward_with_dropout(np.ones(2), ONE_LAYER, [], None),
    ),
]


@pytest.mark.parametrize(("message", "call"), REFUSED, ids=[message for message, _ in REFUSED])
def test_bad_arguments_are_refused_by_name(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        call()
