"""Each piece of the training loop can be the reader's own function: it is called as its exercise says, and it counts."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from threadpoolctl import threadpool_info, threadpool_limits

from helpers import dropout, initialization, network, optimizers, regularization
from helpers.batch_normalization import BatchNorm
from helpers.pieces import Params

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = (X[:, 0] * X[:, 1] > 0).astype(int)
X_DEV = RNG.normal(size=(30, 3))
Y_DEV = (X_DEV[:, 0] * X_DEV[:, 1] > 0).astype(int)


def train(**settings: Any) -> tuple[Params, network.History]:
    arguments: dict[str, Any] = {"epochs": 4, "batch_size": 16, "lr": 0.05} | settings
    return network.train(X, Y, [3, 6, 5, 2], np.random.default_rng(1), **arguments)


def assert_same(one: Params, other: Params, rtol: float = 0) -> None:
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=rtol)


@pytest.mark.parametrize(
    ("switch", "given"),
    [
        ({}, {"initializer": initialization.init_he}),
        ({"lambd": 0.5}, {"penalty": (regularization.l2_penalty, regularization.l2_gradient)}),
        ({"keep_probs": [0.5, 0.8]}, {"dropout": (dropout.dropout_forward, dropout.dropout_backward)}),
        (
            {"X_dev": X_DEV, "y_dev": Y_DEV, "patience": 2, "epochs": 30},
            {"early_stopping": regularization.early_stopping},
        ),
    ],
)
def test_the_reference_stands_where_nothing_is_given(switch: dict, given: dict) -> None:
    assert_same(train(**switch)[0], train(**switch, **given)[0])


def test_the_initializer_says_where_training_starts() -> None:
    params, history = train(initializer=lambda dims, rng: initialization.init_zeros(dims), epochs=1, batch_size=40)
    assert history["cost"] == [pytest.approx(np.log(2))]
    assert not params["W1"].any()


def test_a_penalty_may_be_l1() -> None:
    l1 = (regularization.l1_penalty, regularization.l1_gradient)
    settings = {"lambd": 3.0, "optimizer": "sgd", "epochs": 1, "batch_size": 40}
    start = initialization.init_he([3, 6, 5, 2], np.random.default_rng(1))
    free, free_history = train(optimizer="sgd", epochs=1, batch_size=40)
    moved, history = train(penalty=l1, **settings)
    for name in ("W1", "W2", "W3"):
        np.testing.assert_allclose(free[name] - moved[name], 0.05 * 3 / 40 * np.sign(start[name]), rtol=1e-9)
    for name in ("b1", "b2", "b3"):
        np.testing.assert_allclose(free[name], moved[name])
    extra = 3 / 40 * sum(np.abs(start[f"W{layer}"]).sum() for layer in (1, 2, 3))
    assert history["cost"][0] == pytest.approx(free_history["cost"][0] + extra)


def test_mini_batches_are_drawn_anew_in_every_epoch() -> None:
    calls = []

    def own(X: NDArray, y: NDArray, batch_size: int, rng: np.random.Generator) -> list[tuple[NDArray, NDArray]]:
        calls.append(batch_size)
        return optimizers.mini_batches(X, y, batch_size, rng)

    params, _ = train(mini_batches=own)
    assert calls == [16] * 4
    one_batch, _ = train(mini_batches=lambda X, y, batch_size, rng: [(X, y)], optimizer="sgd")
    assert_same(one_batch, train(batch_size=40, optimizer="sgd")[0])
    assert not np.allclose(params["W1"], one_batch["W1"])


def test_the_schedule_sets_the_learning_rate_of_each_epoch() -> None:
    seen = []

    def own(lr0: float, epoch: int) -> float:
        seen.append((lr0, epoch))
        return optimizers.inverse_decay(lr0, 1.0, epoch)

    decayed, _ = train(schedule=own, optimizer="sgd")
    assert seen == [(0.05, 0), (0.05, 1), (0.05, 2), (0.05, 3)]
    assert_same(decayed, train(schedule=partial(optimizers.inverse_decay, rate=1.0), optimizer="sgd")[0])
    still, _ = train(schedule=lambda lr0, epoch: 0.0 * epoch)
    assert_same(still, initialization.init_he([3, 6, 5, 2], np.random.default_rng(1)))


def test_early_stopping_returns_the_parameters_of_the_best_epoch() -> None:
    settings = {"X_dev": X_DEV, "y_dev": Y_DEV, "lr": 0.02}
    _, whole = train(**settings, epochs=60)
    best, stop = regularization.early_stopping(whole["dev_error"].tolist(), 4)
    assert best < stop < 59  # else this test shows nothing
    params, history = train(**settings, epochs=60, patience=4)
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(whole, stop + 1)
    assert network.measure_error(X_DEV, Y_DEV, params) == whole["dev_error"].min(initial=1, where=np.arange(60) <= stop)
    assert_same(params, train(**settings, epochs=best + 1)[0])


def test_patience_longer_than_the_run_keeps_the_best_epoch_all_the_same() -> None:
    settings = {"X_dev": X_DEV, "y_dev": Y_DEV, "lr": 0.02, "epochs": 20}
    params, history = train(**settings, patience=1000)
    assert len(history["cost"]) == 20
    best = int(np.argmin(history["dev_error"]))
    assert_same(params, train(**settings | {"epochs": best + 1})[0])


def test_batch_norm_makes_a_layer_for_each_hidden_layer_and_is_folded_in() -> None:
    made: list[BatchNorm] = []

    def make(n: int) -> BatchNorm:
        made.append(BatchNorm(n, momentum=0.5))
        return made[-1]

    params, history = train(batch_norm=make, epochs=30, X_dev=X_DEV, y_dev=Y_DEV)
    assert [len(layer.gamma) for layer in made] == [6, 5]
    assert sorted(params) == ["W1", "W2", "W3", "b1", "b2", "b3"]
    assert not np.allclose(made[0].gamma, 1)  # the optimizer moves it
    assert history["dev_error"][-1] == network.measure_error(X_DEV, Y_DEV, params)
    assert history["train_error"][-1] < 0.2


def test_batch_norm_does_not_mind_the_scale_of_the_inputs() -> None:
    settings: dict[str, Any] = {"epochs": 30, "batch_size": 16, "lr": 0.3, "optimizer": "sgd"}
    costs = {
        (scale, batch_norm): network.train(
            scale * X, Y, [3, 6, 5, 2], np.random.default_rng(1), batch_norm=batch_norm, **settings
        )[1]["cost"]
        for scale in (1, 30)
        for batch_norm in (None, BatchNorm)
    }
    np.testing.assert_allclose(costs[30, BatchNorm], costs[1, BatchNorm], rtol=1e-4)
    assert costs[30, BatchNorm][-1] < 0.6
    assert costs[30, None][-1] > np.log(2)  # no better than guessing


def test_batch_norm_and_dropout_compute_in_float32() -> None:
    params, _ = network.train(
        X.astype(np.float32), Y, [3, 6, 2], np.random.default_rng(0), epochs=2, batch_norm=BatchNorm, keep_probs=[0.5]
    )
    assert {value.dtype for value in params.values()} == {np.dtype(np.float32)}


def test_tanh_and_sigmoid_networks_learn_and_predict_with_their_own_activation() -> None:
    for activation in ("tanh", "sigmoid"):
        params, history = train(activation=activation, epochs=400, X_dev=X_DEV, y_dev=Y_DEV)
        assert history["train_error"][-1] < 0.15
        assert network.measure_error(X, Y, params, activation=activation) == history["train_error"][-1]
        probabilities = network.predict_probabilities(X, params, activation=activation)
        np.testing.assert_array_equal(probabilities.argmax(axis=1), network.predict(X, params, activation=activation))


def test_parameters_that_overflow_in_the_last_step_are_reported_too() -> None:
    with np.errstate(all="raise", under="ignore"), pytest.raises(FloatingPointError, match=r"epoch 1 of 1: .* lr = "):
        network.train(
            np.full((2, 1), 1e30, np.float32),
            [0, 1],
            [1, 2],
            np.random.default_rng(0),
            epochs=1,
            lr=1e30,
            optimizer="sgd",
        )


def test_gradients_and_cost_belong_together_penalty_included() -> None:
    start = initialization.init_he([3, 6, 5, 2], np.random.default_rng(1))
    grads = network.compute_gradients(X, Y, start, 0.7, activation="tanh")
    for place in ((0, 0), (2, 1)):
        costs = []
        for sign in (1, -1):
            moved = start | {"W1": start["W1"].copy()}
            moved["W1"][place] += sign * 1e-6
            costs.append(network.compute_cost(X, Y, moved, 0.7, activation="tanh"))
        assert grads["W1"][place] == pytest.approx((costs[0] - costs[1]) / 2e-6, abs=1e-8)
    moved, _ = train(epochs=1, batch_size=40, optimizer="sgd", lambd=0.7, activation="tanh")
    for name in start:
        np.testing.assert_allclose(start[name] - 0.05 * grads[name], moved[name], rtol=1e-12)


def test_dropout_left_on_predicts_with_thinned_networks() -> None:
    start = initialization.init_he([3, 6, 5, 2], np.random.default_rng(1))
    one, again, other = (
        network.predict_probabilities(X, start, keep_probs=[0.5, 0.5], rng=np.random.default_rng(seed))
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.allclose(one, other)
    np.testing.assert_allclose(one.sum(axis=1), 1)


def test_a_run_that_diverges_hands_over_the_epochs_before() -> None:
    schedule = {0: 0.05, 1: 0.05, 2: 1e200}
    with pytest.raises(network.Diverged, match=r"epoch 3 of 4: .* lr = 1e\+200") as caught:
        train(schedule=lambda lr0, epoch: schedule[epoch], optimizer="sgd", X_dev=X_DEV, y_dev=Y_DEV)
    _, until_then = train(optimizer="sgd", epochs=2, X_dev=X_DEV, y_dev=Y_DEV)
    assert caught.value.history.keys() == until_then.keys()
    for name, values in until_then.items():
        np.testing.assert_array_equal(caught.value.history[name], values)


def test_a_run_that_diverges_at_once_has_an_empty_history() -> None:
    with pytest.raises(network.Diverged) as caught:
        train(lr=1e200, optimizer="sgd", X_dev=X_DEV, y_dev=Y_DEV)
    assert {name: values.shape for name, values in caught.value.history.items()} == dict.fromkeys(
        ["cost", "train_error", "dev_error"], (0,)
    )


def test_the_callback_sees_a_copy_of_the_parameters_after_each_epoch() -> None:
    seen: dict[int, Params] = {}
    params, _ = train(callback=seen.__setitem__)
    assert list(seen) == [0, 1, 2, 3]
    assert_same(seen[3], params)
    assert not np.allclose(seen[0]["W1"], seen[1]["W1"])
    assert_same(seen[1], train(epochs=2)[0])


def test_dev_errors_are_those_of_the_layers_own_inference() -> None:
    class ByTheBatch(BatchNorm):
        """Forgets its running statistics at inference."""

        def forward(self, Z: NDArray, training: bool) -> NDArray:
            return super().forward(Z, True)

    right, wrong = (
        train(batch_norm=layer, epochs=20, X_dev=X_DEV, y_dev=Y_DEV)[1]["dev_error"]
        for layer in (BatchNorm, ByTheBatch)
    )
    assert not np.array_equal(right, wrong)
    assert wrong[-1] < 0.5  # the mistake is small on a whole dev set, and is not exaggerated


def test_a_layer_starts_with_its_own_scale_and_shift() -> None:
    def make(n: int) -> BatchNorm:
        layer = BatchNorm(n)
        layer.gamma, layer.beta = np.full(n, 0.5), np.full(n, 2.0)
        return layer

    seen: dict[int, Params] = {}
    train(batch_norm=make, optimizer=lambda params, grads, lr: params, callback=seen.__setitem__)
    np.testing.assert_array_equal(seen[0]["gamma1"], np.full(6, 0.5))
    np.testing.assert_array_equal(seen[0]["beta2"], np.full(5, 2.0))


def test_parameters_that_overflow_when_batch_norm_is_folded_are_reported() -> None:
    with pytest.raises(network.Diverged, match="epoch 1 of 1"):
        network.train(
            X.astype(np.float32), Y, [3, 8, 8, 2], np.random.default_rng(0), epochs=1, lr=1e38, batch_size=8,
            optimizer="sgd", activation="tanh", batch_norm=BatchNorm,
        )  # fmt: skip


def test_one_thread_multiplies_and_gradients_have_the_precision_of_the_data() -> None:
    seen = []

    def watch(params: Params, grads: Params, lr: float) -> Params:
        seen.append({info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"})
        assert grads["W1"].dtype == np.float32
        return params

    with threadpool_limits(limits=2, user_api="blas"):
        network.train(X.astype(np.float32), Y, [3, 2], np.random.default_rng(0), epochs=1, optimizer=watch)
    assert seen == [{1}]


def test_the_defaults_are_those_of_the_docstring() -> None:
    defaults = {name: p.default for name, p in inspect.signature(network.train).parameters.items()}
    assert {name: value for name, value in defaults.items() if value not in (None, inspect.Parameter.empty)} == {
        "epochs": 100,
        "batch_size": 64,
        "lr": 0.001,
        "activation": "relu",
        "optimizer": "adam",
        "lambd": 0.0,
    }
