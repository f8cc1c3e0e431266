"""The references against torch's stored numbers, each convention of torch's converted in one line that names it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers import batch_normalization, optimizers, regularization, softmax
from tests.helpers.torch_numbers import generate

TEXT = generate.TARGET.read_text(encoding="utf-8")
NUMBERS = json.loads(TEXT)
RUNS = NUMBERS["optimizers"]["runs"]
NORMS = NUMBERS["batch_norm"]
ENTROPIES = NUMBERS["cross_entropy"]


def as_arrays(lists: dict[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.array(values) for name, values in lists.items()}


START = as_arrays(NUMBERS["optimizers"]["start"])
GRADIENTS = [as_arrays(grads) for grads in NUMBERS["optimizers"]["gradients"]]


def zeros() -> dict[str, np.ndarray]:
    return {name: np.zeros_like(value) for name, value in START.items()}


def assert_close(ours: Any, torchs: Any) -> None:
    np.testing.assert_allclose(ours, torchs, rtol=1e-11, atol=1e-13)


def assert_dicts_close(ours: dict[str, np.ndarray], torchs: dict[str, Any]) -> None:
    assert set(ours) == set(torchs)
    for name, value in ours.items():
        assert_close(value, torchs[name])


def torch_state(run: dict[str, Any], kind: str) -> dict[str, np.ndarray]:
    """Torch keeps its state by parameter, we keep a dict of our own for each kind."""
    return {name: np.array(state[kind]) for name, state in run["state"].items()}


def named(prefix: str) -> list[str]:
    return [name for name in RUNS if name.startswith(prefix)]


class TestFile:
    def test_it_is_what_the_script_writes(self) -> None:
        assert generate.write(NUMBERS) == TEXT
        assert {name: (run["class"], run["arguments"]) for name, run in RUNS.items()} == generate.OPTIMIZERS
        for name, (sizes, arguments) in generate.BATCH_NORMS.items():
            assert [len(batch["Z"]) for batch in NORMS[name]["batches"]] == sizes
            assert NORMS[name]["arguments"] == arguments
        assert list(NORMS) == list(generate.BATCH_NORMS)

    def test_it_says_where_it_comes_from_and_is_small(self) -> None:
        assert {"torch", "numpy", "python", "seed", "conventions"} <= set(NUMBERS["about"])
        assert NUMBERS["about"]["seed"] == generate.SEED
        assert (Path(__file__).parents[2] / NUMBERS["about"]["written by"]).is_file()
        assert len(TEXT) < 200_000

    def test_its_gradients_change_in_size_and_sign_and_some_are_zero(self) -> None:
        assert len(GRADIENTS) == 20 and all(len(run["params"]) == 20 for run in RUNS.values())
        assert {name: value.shape for name, value in START.items()} == generate.SHAPES
        W1 = np.array([grads["W1"] for grads in GRADIENTS])
        assert np.all(W1.min(axis=0) < -0.1) and np.all(W1.max(axis=0) > 0.03)
        assert np.all(np.sum(W1 == 0, axis=0) > 0)


class TestOptimizers:
    def test_sgd(self) -> None:
        params = START
        for grads, after in zip(GRADIENTS, RUNS["sgd"]["params"], strict=True):
            params = optimizers.sgd_step(params, grads, RUNS["sgd"]["arguments"]["lr"])
            assert_dicts_close(params, after)

    def test_weight_decay(self) -> None:
        run, params, m = RUNS["sgd, weight_decay"], START, 50
        for grads, after in zip(GRADIENTS, run["params"], strict=True):
            # Torch's weight_decay is our lambd / m; it decays the biases as well (in a lesson ours never do).
            lr, lambd = run["arguments"]["lr"], run["arguments"]["weight_decay"] * m
            params = {
                name: regularization.weight_decay_step(params[name], grads[name], lr, lambd, m) for name in params
            }
            assert_dicts_close(params, after)

    @pytest.mark.parametrize("name", ["momentum", "momentum, small"])
    def test_momentum(self, name: str) -> None:
        run, params, velocity = RUNS[name], START, zeros()
        beta = run["arguments"]["momentum"]
        # Torch adds g undamped, v = beta v + g: its steps are ours with lr / (1 - beta), its v is ours / (1 - beta).
        lr = run["arguments"]["lr"] / (1 - beta)
        for grads, after in zip(GRADIENTS, run["params"], strict=True):
            params, velocity = optimizers.momentum_step(params, grads, velocity, lr, beta)
            assert_dicts_close(params, after)
        assert_dicts_close({k: v / (1 - beta) for k, v in velocity.items()}, torch_state(run, "momentum_buffer"))

    def test_momentum_with_dampening(self) -> None:
        run, params = RUNS["momentum, dampening"], START
        assert run["arguments"]["dampening"] == run["arguments"]["momentum"]  # v = beta v + (1 - beta) g, as ours
        # Torch's first step takes v = g, undampened, where ours takes (1 - beta) g: ours starts from v = g instead of 0.
        velocity = GRADIENTS[0]
        for grads, after in zip(GRADIENTS, run["params"], strict=True):
            params, velocity = optimizers.momentum_step(params, grads, velocity, run["arguments"]["lr"])
            assert_dicts_close(params, after)
        assert_dicts_close(velocity, torch_state(run, "momentum_buffer"))

    @pytest.mark.parametrize("name", named("adagrad"))
    def test_adagrad(self, name: str) -> None:
        run, params = RUNS[name], START
        arguments = dict(run["arguments"])
        # Torch's eps is 1e-10 by default, ours 1e-8; both stand outside the root.
        if arguments["eps"] == 1e-8:
            del arguments["eps"]
        # Torch starts the sum at an argument, we at the s that is handed in.
        initial = arguments.pop("initial_accumulator_value", 0.0)
        s = {key: np.full_like(value, initial) for key, value in START.items()}
        for grads, after in zip(GRADIENTS, run["params"], strict=True):
            params, s = optimizers.adagrad_step(params, grads, s, **arguments)
            assert_dicts_close(params, after)
        assert_dicts_close(s, torch_state(run, "sum"))

    @pytest.mark.parametrize("name", named("rmsprop"))
    def test_rmsprop(self, name: str) -> None:
        run, params, s = RUNS[name], START, zeros()
        arguments = dict(run["arguments"])
        # Torch calls our beta alpha, and takes 0.99 by default where ours is 0.9; eps stands outside the root in both.
        beta = arguments.pop("alpha", 0.99)
        if beta != 0.9:
            arguments["beta"] = beta
        for grads, after in zip(GRADIENTS, run["params"], strict=True):
            params, s = optimizers.rmsprop_step(params, grads, s, **arguments)
            assert_dicts_close(params, after)
        assert_dicts_close(s, torch_state(run, "square_avg"))

    @pytest.mark.parametrize("name", named("adam"))
    def test_adam(self, name: str) -> None:
        run, params = RUNS[name], START
        # Torch's defaults and the place of eps, outside the root of the corrected moment, are ours; betas is a pair there.
        state: dict[str, Any] = {"t": 0, "v": zeros(), "s": zeros()}
        for grads, after in zip(GRADIENTS, run["params"], strict=True):
            params, state = optimizers.adam_step(params, grads, state, **run["arguments"])
            assert_dicts_close(params, after)
        assert state["t"] == 20
        # Torch calls our v exp_avg and our s exp_avg_sq; both are kept uncorrected.
        assert_dicts_close(state["v"], torch_state(run, "exp_avg"))
        assert_dicts_close(state["s"], torch_state(run, "exp_avg_sq"))


@pytest.mark.parametrize("name", NORMS)
class TestBatchNorm:
    @staticmethod
    def arguments(run: dict[str, Any]) -> tuple[dict[str, Any], float]:
        """What to hand to our functions: eps where it is not the default (1e-5 in both), and our momentum."""
        # Torch's momentum weighs the new value and is 0.1 by default; ours weighs the old one.
        momentum = 1 - run["arguments"].get("momentum", 0.1)
        return {key: value for key, value in run["arguments"].items() if key == "eps"}, momentum

    @staticmethod
    def population_var(old: np.ndarray, new: np.ndarray, momentum: float, m: int) -> np.ndarray:
        """The batch's population variance, from two of torch's running variances in turn."""
        # Torch moves its running variance towards the unbiased one (divided by m - 1): take (m - 1) / m of that.
        return (new - momentum * old) / (1 - momentum) * (m - 1) / m

    def test_training_and_backward(self, name: str) -> None:
        run = NORMS[name]
        eps, _ = self.arguments(run)
        for batch in map(as_arrays, run["batches"]):
            out, cache = batch_normalization.batchnorm_forward(batch["Z"], run["gamma"], run["beta"], **eps)
            assert_close(out, batch["out"])
            dZ, dgamma, dbeta = batch_normalization.batchnorm_backward(batch["dout"], cache)
            # With two rows dZ is a small difference of large numbers, so the last digits are lost in both.
            np.testing.assert_allclose(dZ, batch["dZ"], rtol=1e-8, atol=1e-11)
            assert_close(dgamma, batch["dgamma"])
            assert_close(dbeta, batch["dbeta"])

    def test_running_statistics(self, name: str) -> None:
        run = NORMS[name]
        _, momentum = self.arguments(run)
        mean: np.ndarray = np.zeros(3)
        var: np.ndarray = np.ones(3)
        for batch in map(as_arrays, run["batches"]):
            m = len(batch["Z"])
            _, cache = batch_normalization.batchnorm_forward(batch["Z"], run["gamma"], run["beta"])
            mean = batch_normalization.update_running(mean, cache["mean"], momentum)
            # Torch's running variance is that of unbiased variances: m / (m - 1) times our population variance.
            var = batch_normalization.update_running(var, cache["var"] * m / (m - 1), momentum)
            assert_close(mean, batch["running_mean"])
            assert_close(var, batch["running_var"])

    def test_inference(self, name: str) -> None:
        run = NORMS[name]
        eps, _ = self.arguments(run)
        evaluation, last = as_arrays(run["eval"]), as_arrays(run["batches"][-1])
        learned = run["gamma"], run["beta"], last["running_mean"], last["running_var"]
        assert_close(batch_normalization.batchnorm_inference(evaluation["Z"], *learned, **eps), evaluation["out"])
        alone = batch_normalization.batchnorm_inference(evaluation["Z"][:1], *learned, **eps)
        assert_close(alone, evaluation["out_of_first_row"])

    def test_layer(self, name: str) -> None:
        run = NORMS[name]
        eps, momentum = self.arguments(run)
        layer = batch_normalization.BatchNorm(3, momentum, **eps)
        layer.gamma, layer.beta = np.array(run["gamma"]), np.array(run["beta"])
        torchs_var = expected_var = np.ones(3)
        for batch in map(as_arrays, run["batches"]):
            assert_close(layer.forward(batch["Z"], training=True), batch["out"])
            np.testing.assert_allclose(layer.backward(batch["dout"]), batch["dZ"], rtol=1e-8, atol=1e-11)
            assert_close(layer.dgamma, batch["dgamma"])
            assert_close(layer.dbeta, batch["dbeta"])
            assert_close(layer.running_mean, batch["running_mean"])
            var = self.population_var(torchs_var, batch["running_var"], momentum, len(batch["Z"]))
            torchs_var = batch["running_var"]
            expected_var = momentum * expected_var + (1 - momentum) * var
            assert_close(layer.running_var, expected_var)
        # From here on with torch's unbiased variance, as its layer has it.
        layer.running_var = torchs_var
        evaluation = as_arrays(run["eval"])
        assert_close(layer.forward(evaluation["Z"], training=False), evaluation["out"])

    def test_folding(self, name: str) -> None:
        run = NORMS[name]
        eps, _ = self.arguments(run)
        fusion, last = as_arrays(run["fusion"]), as_arrays(run["batches"][-1])
        # Torch's Linear has our layout, W (n_out, n_in): nothing is transposed on the way.
        assert_close(fusion["X"] @ fusion["W"].T + fusion["b"], fusion["linear"])
        learned = run["gamma"], run["beta"], last["running_mean"], last["running_var"]
        W, b = batch_normalization.fold_batchnorm(fusion["W"], fusion["b"], *learned, **eps)
        assert_close(W, fusion["fused_W"])
        assert_close(b, fusion["fused_b"])
        assert_close(fusion["X"] @ W.T + b, fusion["linear_then_eval"])


@pytest.mark.parametrize("name", ENTROPIES)
class TestCrossEntropy:
    """Torch takes scores too (it calls them logits), means over rows and has integer labels: nothing to convert."""

    def test_cost_and_gradient(self, name: str) -> None:
        case = ENTROPIES[name]
        Z, y = np.array(case["Z"]), np.array(case["y"])
        assert_close(softmax.cross_entropy(Z, y), case["cross_entropy"])
        assert_close(softmax.softmax_gradient(Z, y), case["gradient"])

    def test_probabilities_and_their_logarithms(self, name: str) -> None:
        case = ENTROPIES[name]
        assert_close(softmax.softmax(np.array(case["Z"])), case["softmax"])
        assert_close(softmax.log_softmax(np.array(case["Z"])), case["log_softmax"])
