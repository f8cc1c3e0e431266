"""A reader's own function that does not return what its exercise says is named, with what came."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers import initialization, network, pieces
from helpers.batch_normalization import BatchNorm
from helpers.dropout import dropout_backward, dropout_forward
from helpers.regularization import l2_gradient, l2_penalty

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(20, 3)), RNG.integers(0, 2, 20)
DEV: dict[str, Any] = {"X_dev": X[:5], "y_dev": Y[:5]}


def train(**settings: Any) -> tuple[pieces.Params, network.History]:
    return network.train(X, Y, [3, 4, 2], np.random.default_rng(0), **({"epochs": 2, "batch_size": 8} | settings))


def forget(layer_dims: list[int], rng: np.random.Generator) -> dict:
    start = initialization.init_he(layer_dims, rng)
    del start["W2"]
    return start


def transpose(layer_dims: list[int], rng: np.random.Generator) -> dict:
    return {name: value.T for name, value in initialization.init_he(layer_dims, rng).items()}


def add_gamma(layer_dims: list[int]) -> dict:
    return initialization.init_zeros(layer_dims) | {"gamma1": np.ones(4)}


def start_at_nan(layer_dims: list[int]) -> dict:
    return initialization.init_zeros(layer_dims) | {"b1": np.array([0.0, np.inf, 0.0, 0.0])}


def swap(params: dict, grads: dict, state: dict, lr: float) -> tuple[dict, dict]:
    return state, params


def step_in_place(params: dict, grads: dict, lr: float) -> None:
    for name in params:
        params[name] -= lr * grads[name]


def shrink(params: dict, grads: dict, lr: float) -> dict:
    return {name: value.mean(axis=0) for name, value in params.items()}


class Silent(BatchNorm):
    def forward(self, Z: NDArray, training: bool) -> NDArray:
        super().forward(Z, training)
        return None  # type: ignore[return-value]


class Scalar(BatchNorm):
    def backward(self, dout: NDArray) -> NDArray:
        dZ = super().backward(dout)
        self.dgamma = self.dgamma.sum()
        return dZ


class Summed(BatchNorm):
    def backward(self, dout: NDArray) -> NDArray:
        return super().backward(dout).sum(axis=0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"initializer": lambda layer_dims: None}, "initializer (<lambda>) must return a dict of arrays, got None"),
        ({"initializer": forget}, "initializer (forget) must return W2 of shape (2, 4), got none"),
        ({"initializer": transpose}, "initializer (transpose) must return W1 of shape (4, 3), got shape (3, 4)"),
        ({"initializer": add_gamma}, "initializer (add_gamma) must return gamma1 not at all, got shape (4,)"),
        ({"initializer": start_at_nan}, "initializer (start_at_nan) must return finite numbers, got others in b1"),
        ({"mini_batches": lambda X, y, size, rng: None}, "mini_batches (<lambda>) must return a list, got None"),
        ({"mini_batches": lambda X, y, size, rng: 5}, "mini_batches (<lambda>) must return a list, got 5"),
        ({"initializer": lambda layer_dims: {}}, "initializer (<lambda>) must return W1 of shape (4, 3), got none"),
        ({"optimizer": lambda params, grads, s, lr: {}}, "must return (params, s), got a dict with the keys (none)"),
        (
            {"mini_batches": lambda X, y, size, rng: []},
            "mini_batches (<lambda>) must return at least one batch, got none",
        ),
        (
            {"mini_batches": lambda X, y, size, rng: [X]},
            "mini_batches (<lambda>) must return pairs (X, y), got an array of shape (20, 3)",
        ),
        (
            {"mini_batches": lambda X, y, size, rng: [(X, y[:3])]},
            "mini_batches (<lambda>) must return pairs with as many labels as rows, at least one, got 20 rows and 3 labels",
        ),
        ({"mini_batches": lambda X, y, size, rng: [(X[:0], y[:0])]}, "at least one, got 0 rows and 0 labels"),
        ({"optimizer": swap}, "optimizer (swap) must return W1 of shape (4, 3), got none"),
        ({"optimizer": step_in_place}, "optimizer (step_in_place) must return a dict of arrays, got None"),
        ({"optimizer": shrink}, "optimizer (shrink) must return W1 of shape (4, 3), got shape (3,)"),
        (
            {"optimizer": lambda params, grads, s, lr: params},
            "optimizer (<lambda>) must return (params, s), got a dict with the keys W1, b1, W2, b2",
        ),
        (
            {"optimizer": lambda params, grads, v, lr: params},
            "is named lr, velocity, s or state after what it keeps, got <lambda>(params, grads, v, lr)",
        ),
        ({"optimizer": lambda params, lr: params}, "s or state after what it keeps, got <lambda>(params, lr)"),
        ({"schedule": lambda lr0, epoch: None}, "what schedule (<lambda>) returns must be a number >= 0, got None"),
        ({"schedule": lambda lr0, epoch: -lr0}, "what schedule (<lambda>) returns must be a number >= 0, got -0.001"),
        (
            {"lambd": 1, "penalty": l2_penalty},
            "penalty must be a pair of functions (penalty, gradient), got the function",
        ),
        (
            {"lambd": 1, "penalty": (l2_penalty, 1)},
            "penalty must be a pair of functions (penalty, gradient), got a tuple of",
        ),
        (
            {"lambd": 1, "penalty": (l2_penalty, lambda W, lambd, m: 1.0)},
            "what penalty's gradient returns must have shape (4, 3), got ()",
        ),
        ({"lambd": 1, "penalty": (lambda *a: None, l2_gradient)}, "penalty (<lambda>) must return a number, got None"),
        ({"keep_probs": 0.5}, "keep_probs must have one entry for each of the 1 hidden layers, got 0.5"),
        (
            {"keep_probs": [0.5], "dropout": dropout_forward},
            "dropout must be a pair of functions (dropout_forward, dropout_backward), got the function dropout_forward",
        ),
        (
            {"keep_probs": [0.5], "dropout": (lambda A, keep_prob, rng: A, dropout_backward)},
            "dropout_forward (<lambda>) must return (A_out, mask), got an array of shape (8, 4)",
        ),
        (
            {"keep_probs": [0.5], "dropout": (lambda A, keep_prob, rng: (A[0], A > 0), dropout_backward)},
            "the activations that dropout_forward returns must have shape (8, 4), got (4,)",
        ),
        (
            {"keep_probs": [0.5], "dropout": (dropout_forward, lambda dA, mask, keep_prob: None)},
            "what dropout_backward returns must have shape (8, 4), got ()",
        ),
        ({"batch_norm": BatchNorm(4)}, "batch_norm must be the class BatchNorm or a function n -> layer, got <"),
        ({"batch_norm": True}, "batch_norm must be the class BatchNorm or a function n -> layer, got True"),
        ({"batch_norm": Silent}, "what batch_norm's forward returns must have shape (8, 4), got ()"),
        ({"batch_norm": Summed}, "what batch_norm's backward returns must have shape (8, 4), got (4,)"),
        ({"batch_norm": Scalar}, "batch_norm's dgamma must have shape (4,), got ()"),
        (
            DEV | {"patience": 1, "early_stopping": lambda errors, patience: 0},
            "early_stopping (<lambda>) must return (best, stop) epochs, got 0",
        ),
        (
            DEV | {"patience": 1, "early_stopping": lambda errors, patience: (0, 2)},
            "early_stopping (<lambda>) must return epochs 0 .. 1 for 2 errors, got 0 and 2",
        ),
        (
            DEV | {"patience": 1, "early_stopping": lambda errors, patience: (-1, 0)},
            "each epoch that early_stopping (<lambda>) returns must be a whole number >= 0, got -1",
        ),
    ],
)
def test_the_piece_is_named_with_what_came(settings: dict, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        train(**settings)
    assert message in str(caught.value)
    assert str(caught.value).startswith(("what", "the act", "batch_norm", "each epoch", *settings))


def test_an_initializer_may_draw_or_not_and_have_its_numbers_set() -> None:
    params, _ = train(initializer=initialization.init_zeros, optimizer=lambda params, grads, lr: params)
    assert not params["W1"].any()
    params, _ = train(
        initializer=partial(initialization.init_normal, scale=10), optimizer=lambda params, grads, lr: params
    )
    expected = initialization.init_normal([3, 4, 2], 10, np.random.default_rng(0))
    np.testing.assert_array_equal(params["W1"], expected["W1"])


def test_an_initializer_may_name_its_arrays_in_any_order() -> None:
    start = dict(reversed(initialization.init_he([3, 4, 2], np.random.default_rng(5)).items()))
    params, _ = train(initializer=lambda layer_dims: start)
    again, _ = train(initializer=lambda layer_dims: dict(reversed(start.items())))
    np.testing.assert_array_equal(params["W2"], again["W2"])


@pytest.mark.parametrize(
    "initializer",
    [
        lambda d, r: initialization.init_he(d, r),
        lambda *given: initialization.init_he(*given),
        lambda layer_dims, rng: initialization.init_he(layer_dims, rng),
        lambda layer_dims, *, rng: initialization.init_he(layer_dims, rng),
    ],
)
def test_an_initializer_may_call_its_generator_what_it_likes(initializer: pieces.Initializer) -> None:
    np.testing.assert_array_equal(train(initializer=initializer)[0]["W1"], train()[0]["W1"])


def test_batches_and_activations_are_locked_against_writing() -> None:
    before = X.copy()

    def shuffle_in_place(X: NDArray, y: NDArray, size: int, rng: np.random.Generator) -> list:
        rng.shuffle(X)
        return [(X, y)]

    def drop_in_place(A: NDArray, keep_prob: float, rng: np.random.Generator) -> tuple[NDArray, NDArray]:
        A *= 0.5
        return A, A > 0

    for settings in (
        {"mini_batches": shuffle_in_place},
        {"keep_probs": [0.5], "dropout": (drop_in_place, dropout_backward)},
    ):
        with pytest.raises(ValueError, match="read-only"):
            train(**settings)
    np.testing.assert_array_equal(X, before)


def test_what_a_step_keeps_may_be_its_own_arguments() -> None:
    seen = []

    def keep_the_gradient(params: dict, grads: dict, velocity: dict, lr: float) -> tuple[dict, dict]:
        seen.append((velocity["W1"].copy(), grads["W1"].copy()))
        return {name: value - lr * grads[name] for name, value in params.items()}, grads

    train(optimizer=keep_the_gradient)
    for (_, gradient), (kept, _) in pairwise(seen):
        np.testing.assert_array_equal(kept, gradient)


def test_what_layers_keep_of_their_results_is_not_written_over() -> None:
    kept = []

    class Keeping(BatchNorm):
        def forward(self, Z: NDArray, training: bool) -> NDArray:
            out = super().forward(Z, training)
            kept.append((out, out.copy()))
            return out

    def backward(dA: NDArray, mask: NDArray, keep_prob: float) -> NDArray:
        dA_in = dropout_backward(dA, mask, keep_prob)
        kept.append((dA_in, dA_in.copy()))
        return dA_in

    train(batch_norm=Keeping, keep_probs=[0.5], dropout=(dropout_forward, backward))
    assert kept
    for array, before in kept:
        np.testing.assert_array_equal(array, before)


def test_a_penalty_gets_all_weights_and_nothing_else_and_the_size_of_the_training_set() -> None:
    seen: list[Any] = []

    def penalty(weights: list[NDArray], lambd: float, m: int) -> float:
        seen.append(([W.shape for W in weights], lambd, m))
        return l2_penalty(weights, lambd, m)

    def gradient(W: NDArray, lambd: float, m: int) -> NDArray:
        seen.append((W.shape, lambd, m))
        return l2_gradient(W, lambd, m)

    train(lambd=0.5, penalty=(penalty, gradient), batch_norm=BatchNorm, epochs=1)
    batch = [([(4, 3), (2, 4)], 0.5, 20), ((4, 3), 0.5, 20), ((2, 4), 0.5, 20)]
    assert seen == batch * 3


def test_a_run_that_diverges_by_a_readers_function_says_so() -> None:
    def multiply_by_nan(params: dict, grads: dict, lr: float) -> dict:
        return {name: value * np.nan for name, value in params.items()}

    with pytest.raises(
        network.Diverged, match=r"smaller learning rate than lr = 0\.001, or look at what your function"
    ):
        train(optimizer=multiply_by_nan)
    for lambd in (0.0, 1.0):
        with pytest.raises(network.Diverged, match=r"smaller learning rate than lr = 1e\+200\.$"):
            train(optimizer="sgd", lr=1e200, lambd=lambd, epochs=3)


def test_functions_are_called_what_the_reader_called_them() -> None:
    assert pieces.name_of(l2_gradient) == "l2_gradient"
    assert pieces.name_of(partial(l2_gradient, lambd=1.0)) == "l2_gradient"
    assert pieces.name_of(BatchNorm) == "BatchNorm"

    class Step:
        def __repr__(self) -> str:
            return "a step of mine"

        def __call__(self) -> None: ...

    assert pieces.name_of(Step()) == "a step of mine"


def test_the_cost_is_the_mean_over_the_rows_that_the_batches_held() -> None:
    settings: dict[str, Any] = {"optimizer": lambda params, grads, lr: params, "epochs": 1}
    whole = train(**settings)[1]["cost"][0]
    some = train(mini_batches=lambda X, y, size, rng: [(X[:12], y[:12])], **settings)[1]["cost"][0]
    twice = train(mini_batches=lambda X, y, size, rng: [(X, y), (X, y)], **settings)[1]["cost"][0]
    start = initialization.init_he([3, 4, 2], np.random.default_rng(0))
    assert whole == pytest.approx(network.compute_cost(X, Y, start))
    assert some == pytest.approx(network.compute_cost(X[:12], Y[:12], start))
    assert twice == pytest.approx(whole)
