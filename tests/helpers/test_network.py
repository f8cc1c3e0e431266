"""The experiments' network against finite differences, complex steps, scikit-learn and arithmetic by hand."""

import re
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import make_blobs
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from helpers import network
from helpers.initialization import init_zeros
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


def take_gradient(X: NDArray, y: NDArray, layer_dims: list[int], params: Params, **settings: object) -> Params:
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
    for name, value in params.items():
        for place in np.ndindex(value.shape):
            moved = {key: array.astype(complex) for key, array in params.items()}
            moved[name][place] += 1e-30j
            expected = np.imag(network.compute_cost(X.astype(complex), y, moved)) / 1e-30
            np.testing.assert_allclose(gradient[name][place], expected, rtol=1e-10, atol=1e-14)


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
    settings = {"epochs": 3, "batch_size": 2, "dropout": DROPOUT, "keep_probs": [0.5, 0.5]}
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

    settings = {"dropout": (record, inverted_backward), "keep_probs": [0.5, 0.5], "epochs": 2}
    params, _ = network.train(X.astype(dtype), y, layer_dims, np.random.default_rng(0), **settings)
    assert {value.dtype for value in params.values()} == {np.dtype(dtype)}
    assert set(seen) == {np.dtype(dtype)}


def test_batches_hold_every_row_once() -> None:
    X, y = np.arange(10.0)[:, None], np.arange(10)
    batches = list(network._gather_batches(X, y, 4, np.random.default_rng(0)))
    assert [len(X_batch) for X_batch, _ in batches] == [4, 4, 2]
    assert sorted(label for _, y_batch in batches for label in y_batch) == list(range(10))
    for X_batch, y_batch in batches:
        np.testing.assert_array_equal(X_batch[:, 0], y_batch)


def test_the_history_has_the_costs_and_with_a_dev_set_the_errors() -> None:
    X, y, layer_dims, params = draw_problem(3)
    settings = {"epochs": 4, "batch_size": 7, "initializer": start_at(params), "lambd": 0.5}
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
        ({"epochs": 0}, "epochs must be a whole number >= 1, got 0"),
        ({"batch_size": 0}, "batch_size must be a whole number >= 1, got 0"),
        ({"lr": 0.0}, "lr must be a number > 0, got 0.0"),
        ({"lambd": -1.0}, "lambd must be a number >= 0, got -1.0"),
        ({"activation": "swish"}, "activation must be one of relu, tanh, sigmoid, got 'swish'"),
        ({"optimizer": "adm"}, 'optimizer must be "adam", "sgd" or a step whose third argument'),
        ({"optimizer": lambda params, grads: params}, 'optimizer must be "adam", "sgd" or a step whose third argument'),
        ({"initializer": lambda dims, rng: init_zeros([3, 2, 3])}, "W1 of the initializer must have shape (5, 3)"),
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
    arguments = {"X": X, "y": y, "layer_dims": layer_dims, "rng": np.random.default_rng(0)} | changes
    with pytest.raises(ValueError, match=re.escape(message)):
        network.train(**arguments)


def test_a_short_run_shows_no_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(network.show_progress(range(3), "counting")) == [0, 1, 2]
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_a_dropout_backward_without_its_mask_shows() -> None:
    X, y, layer_dims, params = draw_problem(3)
    settings = {"keep_probs": [0.5, 0.5]}
    right = take_gradient(X, y, layer_dims, params, dropout=DROPOUT, **settings)
    unmasked = (inverted_forward, lambda dA_out, mask, keep_prob: dA_out / keep_prob)
    wrong = take_gradient(X, y, layer_dims, params, dropout=unmasked, **settings)
    assert not np.allclose(right["W1"], wrong["W1"])
