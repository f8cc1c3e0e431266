"""The experiments' network against finite differences, complex steps, scikit-learn and arithmetic by hand."""

import re
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import make_blobs
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from helpers import layers, network, pieces
from helpers.regularization import early_stopping

Params = dict[str, NDArray]


def inverted_forward(
    A: NDArray, keep_prob: float, rng: np.random.Generator, training: bool = True
) -> tuple[NDArray, NDArray]:
    mask = rng.random(A.shape) < keep_prob
    return (A * mask / keep_prob).astype(A.dtype), mask


def inverted_backward(dA_out: NDArray, mask: NDArray, keep_prob: float) -> NDArray:
    return (dA_out * mask / keep_prob).astype(dA_out.dtype)


DROPOUT = (inverted_forward, inverted_backward)


def draw_problem(n_L: int, seed: int = 0) -> tuple[NDArray, NDArray, list[int], Params]:
    rng = np.random.default_rng(seed)
    layer_dims = [3, 5, 4, n_L]
    X, y = rng.normal(size=(7, 3)), rng.integers(0, max(n_L, 2), 7)
    params = {}
    for layer in range(1, 4):
        params[f"W{layer}"] = rng.normal(size=(layer_dims[layer], layer_dims[layer - 1]))
        params[f"b{layer}"] = rng.normal(size=layer_dims[layer])
    return X, y, layer_dims, params


def start_at(params: Params) -> Callable[[list[int], np.random.Generator], Params]:
    return lambda layer_dims, rng: params


def take_gradient(X: NDArray, y: NDArray, layer_dims: list[int], params: Params, **settings: Any) -> Params:
    """Read the gradient off one full-batch step of plain gradient descent with lr 1."""
    moved, _ = network.train(
        X,
        y,
        layer_dims,
        np.random.default_rng(3),
        epochs=1,
        batch_size=len(X),
        lr=1.0,
        optimizer="sgd",
        initializer=start_at(params),
        **settings,
    )
    return {name: params[name] - moved[name] for name in params}


def differentiate(cost: Callable[[Params], float], params: Params, eps: float = 1e-5) -> Params:
    gradient = {name: np.zeros_like(value) for name, value in params.items()}
    for name, value in params.items():
        for place in np.ndindex(value.shape):
            costs = []
            for sign in (1, -1):
                moved = {key: array.copy() for key, array in params.items()}
                moved[name][place] += sign * eps
                costs.append(cost(moved))
            gradient[name][place] = (costs[0] - costs[1]) / (2 * eps)
    return gradient


@pytest.mark.parametrize("n_L", [1, 3])
@pytest.mark.parametrize("lambd", [0.0, 0.7])
def test_a_step_follows_the_finite_differences_of_the_cost(n_L: int, lambd: float) -> None:
    X, y, layer_dims, params = draw_problem(n_L)
    gradient = take_gradient(X, y, layer_dims, params, lambd=lambd)
    expected = differentiate(lambda moved: network.compute_cost(X, y, moved, lambd), params)
    for name in params:
        np.testing.assert_allclose(gradient[name], expected[name], atol=1e-8)


def test_a_step_follows_the_complex_steps_of_the_softmax_cost() -> None:
    X, y, layer_dims, params = draw_problem(3)
    gradient = take_gradient(X, y, layer_dims, params)
    relu = layers.Hidden(layers.ACTIVATIONS["relu"])
    for name, value in params.items():
        for place in np.ndindex(value.shape):
            moved = {key: array.astype(complex) for key, array in params.items()}
            moved[name][place] += 1e-30j
            cost, _ = layers.compare_scores(layers.run_forward(X.astype(complex), moved, relu).scores, y)
            np.testing.assert_allclose(gradient[name][place], np.imag(cost) / 1e-30, rtol=1e-10, atol=1e-14)


def test_a_step_with_dropout_follows_the_cost_of_the_same_thinned_network() -> None:
    X, y, layer_dims, params = draw_problem(3)
    gradient = take_gradient(X, y, layer_dims, params, dropout=DROPOUT, keep_probs=[0.5, 0.8])

    def thinned_cost(moved: Params) -> float:
        probabilities = network.predict_probabilities(
            X, moved, dropout_forward=inverted_forward, keep_probs=[0.5, 0.8], rng=np.random.default_rng(3)
        )
        return float(-np.mean(np.log(probabilities[np.arange(len(y)), y])))

    expected = differentiate(thinned_cost, params)
    for name in params:
        np.testing.assert_allclose(gradient[name], expected[name], atol=1e-8)
    assert not np.allclose(gradient["W1"], take_gradient(X, y, layer_dims, params)["W1"])


@pytest.mark.parametrize("n_L", [1, 3])
def test_cost_and_probabilities_agree_with_scikit_learn(n_L: int) -> None:
    X, y, _, params = draw_problem(n_L)
    probabilities = network.predict_probabilities(X, params)
    labels = np.arange(max(n_L, 2))
    assert network.compute_cost(X, y, params) == pytest.approx(log_loss(y, probabilities, labels=labels))
    expected = probabilities.argmax(axis=1) if n_L > 1 else (probabilities > 0.5).astype(int)
    np.testing.assert_array_equal(network.predict(X, params), expected)


def test_finds_the_minimum_that_logistic_regression_finds() -> None:
    X, y = make_blobs(60, centers=3, cluster_std=3.0, random_state=0)
    X = X - X.mean(axis=0)  # centred, gradient descent gets there soon
    lambd = 20.0
    params, _ = network.train(
        X, y, [2, 3], np.random.default_rng(0), epochs=4000, batch_size=60, lr=0.05, optimizer="sgd", lambd=lambd
    )
    oracle = LogisticRegression(C=1 / lambd, tol=1e-10, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(params["W1"], oracle.coef_, atol=1e-4)


def test_equal_generators_train_equal_networks_and_leave_the_data_alone() -> None:
    X, y, layer_dims, _ = draw_problem(3)
    X_before, y_before = X.copy(), y.copy()
    settings: dict[str, Any] = {"epochs": 3, "batch_size": 2, "dropout": DROPOUT, "keep_probs": [0.5, 0.5]}
    one, two, other = (
        network.train(X, y, layer_dims, np.random.default_rng(seed), **settings)[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one["W1"], two["W1"])
    assert not np.array_equal(one["W1"], other["W1"])
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(y, y_before)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_computes_in_the_precision_of_the_data(dtype: type) -> None:
    X, y, layer_dims, _ = draw_problem(3)
    seen = []

    def record(A: NDArray, keep_prob: float, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
        seen.append(A.dtype)
        return inverted_forward(A, keep_prob, rng)

    settings: dict[str, Any] = {"dropout": (record, inverted_backward), "keep_probs": [0.5, 0.5], "epochs": 2}
    params, _ = network.train(X.astype(dtype), y, layer_dims, np.random.default_rng(0), **settings)
    assert {value.dtype for value in params.values()} == {np.dtype(dtype)}
    assert set(seen) == {np.dtype(dtype)}


def test_batches_hold_every_row_once() -> None:
    X, y = np.arange(10.0)[:, None], np.arange(10)
    batches = list(pieces.gather_batches(X, y, 4, np.random.default_rng(0)))
    assert [len(X_batch) for X_batch, _ in batches] == [4, 4, 2]
    assert sorted(label for _, y_batch in batches for label in y_batch) == list(range(10))
    for X_batch, y_batch in batches:
        np.testing.assert_array_equal(X_batch[:, 0], y_batch)


def test_the_history_has_the_costs_and_with_a_dev_set_the_errors() -> None:
    X, y, layer_dims, params = draw_problem(3)
    settings: dict[str, Any] = {"epochs": 4, "batch_size": 7, "initializer": start_at(params), "lambd": 0.5}
    _, short = network.train(X, y, layer_dims, np.random.default_rng(0), **settings)
    assert set(short) == {"cost"}
    assert short["cost"][0] == pytest.approx(network.compute_cost(X, y, params, 0.5))
    trained, history = network.train(
        X,
        y,
        layer_dims,
        np.random.default_rng(0),
        X_dev=X[:3],
        y_dev=y[:3],
        **settings,
    )
    assert {name: values.shape for name, values in history.items()} == dict.fromkeys(
        ["cost", "train_error", "dev_error"], (4,)
    )
    assert (
        history["train_error"][-1] == network.measure_error(X, y, trained) == np.mean(network.predict(X, trained) != y)
    )
    assert history["dev_error"][-1] == network.measure_error(X[:3], y[:3], trained)


def test_hidden_activations_are_the_relu_outputs() -> None:
    X, _, _, params = draw_problem(3)
    first, second = network.hidden_activations(X, params)
    np.testing.assert_allclose(first, np.maximum(X @ params["W1"].T + params["b1"], 0))
    np.testing.assert_allclose(second, np.maximum(first @ params["W2"].T + params["b2"], 0))


def test_a_diverging_run_stops_and_names_epoch_and_learning_rate() -> None:
    X, y, layer_dims, _ = draw_problem(3)
    with pytest.raises(FloatingPointError, match=r"epoch \d+ of 50.*lr = 1e\+200"):
        network.train(X, y, layer_dims, np.random.default_rng(0), epochs=50, lr=1e200, optimizer="sgd")


def test_probabilities_of_extreme_scores_stay_finite() -> None:
    params = {"W1": np.array([[1000.0], [-1000.0]]), "b1": np.zeros(2)}
    np.testing.assert_array_equal(network.predict_probabilities(np.array([[1.0], [-1.0]]), params), [[1, 0], [0, 1]])
    single = {"W1": np.array([[1000.0]]), "b1": np.zeros(1)}
    np.testing.assert_array_equal(network.predict_probabilities(np.array([[1.0], [-1.0]]), single), [1, 0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"X": np.zeros((7, 2))}, r"X must have shape (m, 3), got (7, 2)"),
        ({"X": np.zeros((0, 3)), "y": np.zeros(0, int)}, "X and y must have at least one row"),
        ({"y": np.zeros(6, dtype=int)}, "X and y must have the same number of rows, got 7 and 6"),
        ({"y": np.full(7, 3)}, "y must hold labels 0 .. 2, got 3 .. 3"),
        ({"y": np.full(7, 0.5)}, "y must hold whole numbers 0 .. 2"),
        ({"layer_dims": [3]}, "layer_dims must have at least two sizes"),
        ({"layer_dims": [3, 0, 3]}, "each size in layer_dims must be a whole number >= 1, got 0"),
        ({"rng": 0}, "rng must be a numpy.random.Generator, got 0"),
        ({"layer_dims": 3}, "layer_dims must be a sequence, got 3"),
        ({"epochs": 0}, "epochs must be a whole number >= 1, got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number >= 1, got 0"),
        ({"lr": 0.0}, "lr must be a number > 0, got 0.0"),
        ({"lambd": -1.0}, "lambd must be a number >= 0, got -1.0"),
        ({"activation": "swish"}, "activation must be one of relu, tanh, sigmoid, got 'swish'"),
        ({"optimizer": "adm"}, 'optimizer must be "adam", "sgd" or a step such as momentum_step, whose third argument'),
        ({"dropout": DROPOUT}, "dropout must come with keep_probs, got keep_probs = None"),
        ({"keep_probs": [0.5]}, "keep_probs must have one entry for each of the 2 hidden layers, got [0.5]"),
        ({"keep_probs": [0.5, 0.0]}, "each entry of keep_probs must be a probability in (0, 1], got 0.0"),
        ({"X_dev": np.zeros((2, 3))}, "X_dev and y_dev must be given both or neither"),
        ({"X_dev": np.zeros((2, 2)), "y_dev": np.zeros(2, int)}, "X_dev must have shape (m, 3), got (2, 2)"),
        ({"X_dev": np.zeros((2, 3)), "y_dev": np.full(2, 3)}, "y_dev must hold labels 0 .. 2, got 3 .. 3"),
        ({"patience": 3}, "patience must come with X_dev and y_dev"),
        ({"patience": 0}, "patience must be a whole number >= 1, got 0"),
        ({"early_stopping": early_stopping}, "early_stopping must come with patience, got patience = None"),
    ],
)
def test_bad_input_is_refused_by_name(changes: dict, message: str) -> None:
    X, y, layer_dims, _ = draw_problem(3)
    arguments: dict[str, Any] = {"X": X, "y": y, "layer_dims": layer_dims, "rng": np.random.default_rng(0)} | changes
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        network.train(**arguments)


ONE_UNIT = {"W1": np.ones((1, 3)), "b1": np.zeros(1)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y, p: network.predict(X[0], p), "X must have shape (m, n_0), got (3,)"),
        (lambda X, y, p: network.predict(X[:0], p), "X must have at least one row"),
        (lambda X, y, p: network.predict(X[:, :2], p), "params['W1'] must have shape (n_1, 2), got (5, 3)"),
        (lambda X, y, p: network.predict(X, {}), "params must have the keys W1, b1, ..., WL, bL, got []"),
        (lambda X, y, p: network.hidden_activations(X, {"W1": p["W1"]}), "params must have the keys W1, b1"),
        (lambda X, y, p: network.predict(X, p, activation="cos"), "activation must be one of relu, tanh, sigmoid"),
        (lambda X, y, p: network.measure_error(X, y[:, None], p), "y must have shape (m,), got (7, 1)"),
        (lambda X, y, p: network.measure_error(X, y[:1], p), "X and y must have the same number of rows, got 7 and 1"),
        (lambda X, y, p: network.compute_cost(X, y - 1, p), "y must hold labels 0 .. 2, got -1 .. 1"),
        (lambda X, y, p: network.compute_cost(X, y, ONE_UNIT), "y must hold labels 0 .. 1, got 0 .. 2"),
        (lambda X, y, p: network.compute_gradients(X, y + 1, p), "y must hold labels 0 .. 2, got 1 .. 3"),
        (lambda X, y, p: network.compute_gradients(X, y, p, -1.0), "lambd must be a number >= 0"),
        (
            lambda X, y, p: network.predict_probabilities(X, p, dropout_forward=inverted_forward),
            "dropout_forward must come with keep_probs, got keep_probs = None",
        ),
    ],
)
def test_what_does_not_fit_a_trained_network_is_refused_by_name(call: Callable, message: str) -> None:
    X, y, _, params = draw_problem(3)
    y[:3] = [0, 1, 2]
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        call(X, y, params)


def test_rows_and_parameters_of_different_precision_are_computed_in_double() -> None:
    X, y, _, params = draw_problem(3)
    single = {name: value.astype(np.float32) for name, value in params.items()}
    assert network.predict_probabilities(X.astype(np.float32), single).dtype == np.float32
    assert network.predict_probabilities(X.astype(np.float16), single).dtype == np.float64
    assert network.predict_probabilities(X, single).dtype == np.float64
    assert network.compute_gradients(X.astype(np.float32), y, single)["W1"].dtype == np.float32
    whole = {name: np.ones(value.shape, int).tolist() for name, value in params.items()}
    assert network.compute_gradients(X, y, whole)["W1"].dtype == np.float64


def test_a_short_run_shows_no_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(network.show_progress(range(3), "counting")) == [0, 1, 2]
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_a_long_run_shows_a_bar_after_two_seconds_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(network, "tqdm", lambda items, **settings: seen.update(settings) or items)
    network.show_progress([1], "counting")
    assert seen == {"desc": "counting", "delay": 2, "leave": False, "file": sys.stdout}


def test_one_unit_says_1_where_its_score_is_above_0_and_two_units_say_the_larger() -> None:
    one = {"W1": np.array([[1.0]]), "b1": np.zeros(1)}
    np.testing.assert_array_equal(network.predict([[-2.0], [0.0], [0.5], [2.0]], one), [0, 0, 1, 1])
    assert network.predict([[0.5]], one).dtype.kind == "i"
    two = {"W1": np.array([[1.0], [-1.0]]), "b1": np.zeros(2)}
    np.testing.assert_array_equal(network.predict([[-2.0], [2.0]], two), [1, 0])


def test_rows_whose_scores_lie_far_apart_do_not_disturb_each_other() -> None:
    params = {"W1": np.array([[1.0, 0.0], [0.0, 1.0]]), "b1": np.zeros(2)}
    P = network.predict_probabilities(np.array([[1e4, 1e4], [0.0, np.log(3)], [-1e4, -1e4]]), params)
    np.testing.assert_allclose(P, [[0.5, 0.5], [0.25, 0.75], [0.5, 0.5]])
    assert network.compute_cost(np.array([[1e4, 1e4], [-1e4, -1e4]]), [0, 1], params) == pytest.approx(np.log(2))


def test_a_layer_with_keep_prob_1_is_left_alone() -> None:
    X, y, layer_dims, params = draw_problem(3)
    seen = []

    def record(A: NDArray, keep_prob: float, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
        seen.append((A.shape[1], keep_prob))
        return inverted_forward(A, keep_prob, rng)

    take_gradient(X, y, layer_dims, params, dropout=(record, inverted_backward), keep_probs=[1.0, 0.5])
    take_gradient(X, y, layer_dims, params, dropout=(record, inverted_backward), keep_probs=[0.25, 1.0])
    assert seen == [(4, 0.5), (5, 0.25)]


def test_one_unit_has_two_classes() -> None:
    X, _, _, _ = draw_problem(1)
    with pytest.raises(ValueError, match=r"y must hold labels 0 \.\. 1, got 0 \.\. 2"):
        network.train(X, [0, 1, 2, 0, 1, 2, 0], [3, 1], np.random.default_rng(0))


def test_gradients_have_no_penalty_and_relu_unless_wanted() -> None:
    X, y, _, params = draw_problem(3)
    plain = network.compute_gradients(X, y, params)
    expected = differentiate(lambda moved: network.compute_cost(X, y, moved), params)
    for name in params:
        np.testing.assert_allclose(plain[name], expected[name], atol=1e-8)


def test_a_wrong_own_dropout_is_used_in_prediction_too() -> None:
    X, _, _, params = draw_problem(3)
    everything = network.predict_probabilities(
        X, params, dropout_forward=lambda A, keep_prob, rng: (np.zeros_like(A), A > 0), keep_probs=[0.5, 0.5]
    )
    np.testing.assert_allclose(everything, everything[:1].repeat(7, axis=0))


def test_a_dropout_backward_without_its_mask_shows() -> None:
    X, y, layer_dims, params = draw_problem(3)
    settings: dict[str, Any] = {"keep_probs": [0.5, 0.5]}
    right = take_gradient(X, y, layer_dims, params, dropout=DROPOUT, **settings)
    unmasked = (inverted_forward, lambda dA_out, mask, keep_prob: dA_out / keep_prob)
    wrong = take_gradient(X, y, layer_dims, params, dropout=unmasked, **settings)
    assert not np.allclose(right["W1"], wrong["W1"])
