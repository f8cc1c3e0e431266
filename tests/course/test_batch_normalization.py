"""Batch norm's own: a backward pass reads the cache of the learner's forward pass, whatever it holds; and a class."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest

from helpers.check import check
from tests.lessons import Lesson

lesson = Lesson("09_batch_normalization")


def forward_that_keeps_everything(Z: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> Any:
    mean, var = Z.mean(axis=0), Z.var(axis=0)
    out = gamma * (Z - mean) / np.sqrt(var + eps) + beta
    return out, {"Z": Z, "mean": mean, "var": var, "g": gamma, "epsilon": eps}


def backward_step_by_step(dout: Any, cache: Any) -> Any:
    m, c = len(dout), cache["Z"] - cache["mean"]
    inverse = (cache["var"] + cache["epsilon"]) ** -0.5
    d_hat = dout * cache["g"]
    d_var = (d_hat * c).sum(axis=0) * -0.5 * inverse**3
    d_mean = -(d_hat * inverse).sum(axis=0)
    dZ = d_hat * inverse + d_var * 2 * c / m + d_mean / m
    return dZ, (dout * c * inverse).sum(axis=0), dout.sum(axis=0)


def forward_with_a_tuple_inside(Z: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> Any:
    mean, var = Z.mean(axis=0), Z.var(axis=0)
    x = (Z - mean) / np.sqrt(var + eps)
    return gamma * x + beta, {"mean": mean, "var": var, 0: (x, [gamma, 1 / np.sqrt(var + eps)])}


def backward_from_the_tuple(dout: Any, cache: Any) -> Any:
    x, (gamma, inverse) = cache[0]
    dbeta, dgamma, m = dout.sum(axis=0), (dout * x).sum(axis=0), dout.shape[0]
    return gamma * inverse / m * (m * dout - dbeta - x * dgamma), dgamma, dbeta


def forward_with_its_way_back(Z: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> Any:
    mean, var = Z.mean(axis=0), Z.var(axis=0)
    root = np.sqrt(var + eps)
    x = (Z - mean) / root

    def go_back(dout: Any) -> Any:
        g = dout * gamma
        return (g - g.mean(axis=0) - x * (g * x).mean(axis=0)) / root, (dout * x).sum(axis=0), dout.sum(axis=0)

    return gamma * x + beta, {"mean": mean, "var": var, "backward": go_back}


def backward_by_a_call(dout: Any, cache: Any) -> Any:
    return cache["backward"](dout)


def forward_in_double(Z: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> Any:
    Z, gamma, beta = (np.asarray(values, dtype=float) for values in (Z, gamma, beta))
    return forward_that_keeps_everything(Z, gamma, beta, eps)


PAIRS = [
    (forward_that_keeps_everything, backward_step_by_step),
    (forward_with_a_tuple_inside, backward_from_the_tuple),
    (forward_with_its_way_back, backward_by_a_call),
]


def run_notebook(**answers: Any) -> dict[str, tuple[str, str]]:
    """Run all check cells in their order, as grading does; return each exercise's visible and hidden status."""
    namespace = lesson.solved() | answers
    check.forget()
    return {
        name: (lesson.run(f"check_{name}", namespace).status, lesson.run(f"hidden_{name}", namespace).status)
        for name in lesson.exercises
    }


def layer_of(forward: Any, backward: Any) -> type:
    """A class made of a learner's functions."""

    class Layer(lesson.solved()["BatchNorm"]):  # type: ignore[misc]
        running_mean: Any
        running_var: Any

        def forward(self, Z: Any, training: Any) -> Any:
            if not training:
                return super().forward(Z, training)
            out, self.cache = forward(Z, self.gamma, self.beta, self.eps)
            keep = self.momentum
            self.running_mean = keep * self.running_mean + (1 - keep) * self.cache["mean"]
            self.running_var = keep * self.running_var + (1 - keep) * self.cache["var"]
            return out

        def backward(self, dout: Any) -> Any:
            dZ, self.dgamma, self.dbeta = backward(dout, self.cache)
            return dZ

    return Layer


@pytest.mark.parametrize(("forward", "backward"), PAIRS)
def test_a_pair_with_a_cache_of_its_own_passes(forward: Any, backward: Any) -> None:
    answers = {"batchnorm_forward": forward, "batchnorm_backward": backward, "BatchNorm": layer_of(forward, backward)}
    assert set(run_notebook(**answers).values()) == {("passed", "passed")}


def test_a_forward_pass_in_the_wrong_precision_costs_nothing_in_the_backward_pass() -> None:
    came = run_notebook(batchnorm_forward=forward_in_double, batchnorm_backward=backward_step_by_step)
    assert came.pop("batchnorm_forward") == ("passed", "failed")
    assert set(came.values()) == {("passed", "passed")}


@pytest.mark.parametrize("name", ["sample_variance", "eps_outside_the_root", "no_eps", "scale_and_shift_exchanged"])
def test_a_wrong_forward_pass_whose_names_are_the_lessons_costs_nothing_in_the_backward_pass(name: str) -> None:
    from helpers.misconceptions import batch_normalization as mistakes

    came = run_notebook(batchnorm_forward=getattr(mistakes, name))
    assert "failed" in came.pop("batchnorm_forward")
    assert set(came.values()) == {("passed", "passed")}


def wrong_forward(kind: str, names: dict[str, str]) -> Any:
    """A forward pass with one mistake, and a cache whose parts have these names."""

    def forward(Z: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> Any:
        mean, var = Z.mean(axis=0), Z.var(axis=0)
        root = np.sqrt(var) + eps if kind == "eps outside" else np.sqrt(var + eps)
        parts = {"x_hat": (Z - mean) / root, "inverse": 1 / root, "gamma": gamma}
        out = gamma * parts["x_hat"] + (0 if kind == "no beta" else beta)
        return out, {"mean": mean, "var": var} | {names[part]: value for part, value in parts.items()}

    return forward


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("eps outside", {"x_hat": "x_norm", "inverse": "inv_std", "gamma": "g"}),
        ("no beta", {"x_hat": "xhat", "inverse": "scale", "gamma": "weights"}),
    ],
)
def test_a_cache_is_put_right_name_by_name(kind: str, names: dict[str, str]) -> None:
    def backward(dout: Any, cache: Any) -> Any:
        x, slope = cache[names["x_hat"]], cache[names["gamma"]] * cache[names["inverse"]]
        dbeta, dgamma, m = dout.sum(axis=0), (dout * x).sum(axis=0), len(dout)
        return slope * (dout - dbeta / m - x * dgamma / m), dgamma, dbeta

    came = run_notebook(batchnorm_forward=wrong_forward(kind, names), batchnorm_backward=backward)
    assert "failed" in came.pop("batchnorm_forward")
    assert set(came.values()) == {("passed", "passed")}


FUNCTIONS = """
def batchnorm_forward(Z, gamma, beta, eps=1e-5):
    mean, var = Z.mean(axis=0), Z.var(axis=0)
    root = np.sqrt(var + eps)
    return gamma * (Z - mean) / root + beta, {"mean": mean, "var": var, "x": (Z - mean) / root, "slope": gamma / root}

def batchnorm_backward(dout, cache):
    m, dbeta, dgamma = len(dout), dout.sum(axis=0), (dout * cache["x"]).sum(axis=0)
    return cache["slope"] * (dout - dbeta / m - cache["x"] * dgamma / m), dgamma, dbeta

class BatchNorm:
    def __init__(self, n, momentum=0.9, eps=1e-5):
        self.momentum, self.eps, self.gamma, self.beta = momentum, eps, np.ones(n), np.zeros(n)
        self.running_mean, self.running_var = np.zeros(n), np.ones(n)

    def forward(self, Z, training):
        if not training:
            return batchnorm_inference(Z, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        out, self.cache = batchnorm_forward(Z, self.gamma, self.beta, self.eps)
        self.running_mean = update_running(self.running_mean, self.cache["mean"], self.momentum)
        self.running_var = update_running(self.running_var, self.cache["var"], self.momentum)
        return out

    def backward(self, dout):
        dZ, self.dgamma, self.dbeta = batchnorm_backward(dout, self.cache)
        return dZ
"""
SLIPS = {
    "none": ("", "", set()),
    "forward": ("gamma * (Z - mean)", "beta * (Z - mean)", {"batchnorm_forward"}),
    "precision of forward": ("/ root + beta", "/ root + beta.astype(float)", {"batchnorm_forward"}),
    "backward": ("dgamma / m), dgamma, dbeta", "dgamma / m), dgamma / m, dbeta", {"batchnorm_backward"}),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_class_of_the_learners_functions_passes_although_one_of_them_does_not(slip: str) -> None:
    right, wrong, expected = SLIPS[slip]
    answers: dict[str, Any] = {}
    namespace = lesson.solved()
    exec(FUNCTIONS.replace(right, wrong) if right else FUNCTIONS, namespace)
    check.forget()
    for name in lesson.exercises:
        answers[name] = {lesson.run(f"{cell}_{name}", namespace).status for cell in ("check", "hidden")}
    failed = {name for name, statuses in answers.items() if statuses != {"passed"}}
    assert failed == expected


def test_a_mistake_is_named_whatever_the_cache_calls_its_parts() -> None:
    def forward(Z: Any, gamma: Any, beta: Any, eps: Any = 1e-5) -> Any:
        out, cache = forward_that_keeps_everything(Z, gamma, beta, eps)
        return out, {"Z": Z, "mean": cache["mean"], "var": cache["var"], "gamma": gamma, "eps": eps}

    def backward(dout: Any, cache: Any) -> Any:
        root = np.sqrt(cache["var"] + cache["eps"])
        x_hat = (cache["Z"] - cache["mean"]) / root
        return dout * cache["gamma"] / root, (dout * x_hat).sum(axis=0), dout.sum(axis=0)

    namespace = lesson.solved() | {"batchnorm_forward": forward, "batchnorm_backward": backward}
    check.forget()
    records = [lesson.run(f"{cell}_batchnorm_backward", namespace) for cell in ("check", "hidden")]
    assert {record.misconception for record in records} == {"batch_normalization.statistics_constant"}


def test_a_backward_pass_that_is_blank_is_not_attempted_also_without_a_forward_pass() -> None:
    def blank(*args: Any, **kwargs: Any) -> None:
        raise NotImplementedError

    came = run_notebook(batchnorm_forward=blank, batchnorm_backward=blank)
    assert came.pop("batchnorm_forward") == came.pop("batchnorm_backward") == ("not attempted",) * 2
    assert set(came.values()) == {("passed", "passed")}


def test_a_blank_class_is_not_attempted_and_half_a_class_is() -> None:
    class Blank:
        def __init__(self, n: Any, momentum: Any = 0.9, eps: Any = 1e-5) -> None:
            raise NotImplementedError

    class Half(lesson.solved()["BatchNorm"]):  # type: ignore[misc]
        def backward(self, dout: Any) -> Any:
            raise NotImplementedError

    assert [record.status for record in lesson.judge("BatchNorm", Blank)] == ["not attempted"] * 2
    assert [record.status for record in lesson.judge("BatchNorm", Half)] == ["failed"] * 2


def test_the_example_in_the_docstring_of_the_class_is_true() -> None:
    namespace = lesson.solved()
    test = doctest.DocTestParser().get_doctest(namespace["BatchNorm"].__doc__, dict(namespace), "BatchNorm", None, 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
