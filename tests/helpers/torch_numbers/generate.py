"""Write `numbers.json`: what torch computes from inputs that the file holds as well.

Run it where torch is installed, `python tests/helpers/torch_numbers/generate.py`; the tests need only the file. The same
versions on the same kind of processor write the same bytes. It must not know of `helpers`: every number comes from
torch and is stored under torch's names and conventions; `test_torch_numbers` converts them, and says how.
"""

from __future__ import annotations

import json
import platform
import re
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":  # pytest imports every module in search of examples, and must find nothing missing
    import torch

TARGET = Path(__file__).with_name("numbers.json")
SEED = 2024
STEPS = 20
SHAPES = {"W1": (3, 2), "b1": (3,), "W2": (1, 3), "b2": (1,)}

# The name in the file -> torch's class and its arguments. What is not given is torch's default.
OPTIMIZERS: dict[str, tuple[str, dict[str, float]]] = {
    "sgd": ("SGD", {"lr": 0.1}),
    "sgd, weight_decay": ("SGD", {"lr": 0.1, "weight_decay": 0.3}),
    "momentum": ("SGD", {"lr": 0.01, "momentum": 0.9}),
    "momentum, small": ("SGD", {"lr": 0.2, "momentum": 0.3}),
    "momentum, dampening": ("SGD", {"lr": 0.05, "momentum": 0.9, "dampening": 0.9}),
    "adagrad": ("Adagrad", {"lr": 0.1, "eps": 1e-8}),
    "adagrad, large eps": ("Adagrad", {"lr": 0.5, "eps": 1e-2}),
    "adagrad, warm": ("Adagrad", {"lr": 0.1, "eps": 1e-8, "initial_accumulator_value": 0.7}),
    "rmsprop": ("RMSprop", {"lr": 0.01, "alpha": 0.9}),
    "rmsprop, torch's alpha": ("RMSprop", {"lr": 0.01}),
    "rmsprop, large eps": ("RMSprop", {"lr": 0.05, "alpha": 0.5, "eps": 1e-2}),
    "adam": ("Adam", {"lr": 0.01}),
    "adam, other betas": ("Adam", {"lr": 0.05, "beta1": 0.6, "beta2": 0.8}),
    "adam, large eps": ("Adam", {"lr": 0.02, "beta1": 0.8, "beta2": 0.95, "eps": 1e-2}),
}

# The name in the file -> sizes of the batches in turn, and the arguments of BatchNorm1d.
BATCH_NORMS: dict[str, tuple[list[int], dict[str, float]]] = {
    "default": ([4, 4, 4], {}),
    "two rows": ([2, 2, 2, 2], {"momentum": 0.4}),
    "large eps": ([3, 3], {"eps": 0.5}),
    "changing sizes": ([2, 4, 3, 7], {"eps": 1e-2, "momentum": 0.25}),
}


def tensor(values: Any) -> Any:
    """Return the values as a float64 tensor with memory of its own."""
    return torch.tensor(np.asarray(values, dtype=np.float64))


def as_lists(arrays: dict[str, Any]) -> dict[str, list]:
    """Return arrays or tensors as JSON can hold them."""
    return {name: array.tolist() for name, array in arrays.items()}


def make_gradients(rng: np.random.Generator) -> list[dict[str, np.ndarray]]:
    """Draw one gradient a step: sizes from 1e-3 to 10, turning signs, some entries exactly 0."""
    gradients = []
    for step in range(STEPS):
        size = 10.0 ** rng.uniform(-3, 1)
        grads = {name: size * (rng.normal(size=shape) + np.cos(step)) for name, shape in SHAPES.items()}
        grads["W1"][step % 3, step % 2] = 0.0
        gradients.append(grads)
    return gradients


def run_optimizer(name: str, arguments: dict[str, float], start: dict, gradients: list[dict]) -> dict[str, Any]:
    """Take all steps with given gradients: the parameters after each, and torch's state after the last."""
    options: dict[str, Any] = dict(arguments)
    if "beta1" in options:
        options["betas"] = (options.pop("beta1"), options.pop("beta2"))
    params = {key: torch.nn.Parameter(tensor(value)) for key, value in start.items()}
    optimizer = getattr(torch.optim, name)(params.values(), foreach=False, **options)
    after = []
    for grads in gradients:
        for key, param in params.items():
            param.grad = tensor(grads[key])
        optimizer.step()
        after.append(as_lists(params))
    state = {key: as_lists(optimizer.state[param]) for key, param in params.items()}
    return {"class": name, "arguments": arguments, "params": after, "state": state}


def run_batch_norm(sizes: list[int], arguments: dict[str, float], rng: np.random.Generator) -> dict[str, Any]:
    """Run training batches forward and backward, then evaluate a few rows, one alone among them."""
    n = 3
    layer = torch.nn.BatchNorm1d(n, dtype=torch.float64, **arguments)
    gamma, beta = rng.normal(1, 0.5, n), rng.normal(0, 1, n)
    with torch.no_grad():
        layer.weight.copy_(tensor(gamma))
        layer.bias.copy_(tensor(beta))
    batches = []
    for m in sizes:
        Z = tensor(rng.normal([0, 5, -20], [1, 0.2, 7], (m, n))).requires_grad_()
        dout = tensor(rng.normal(size=(m, n)))
        layer.zero_grad()
        out = layer(Z)
        out.backward(dout)
        numbers = {
            "Z": Z,
            "out": out,
            "dout": dout,
            "dZ": Z.grad,
            "dgamma": layer.weight.grad,
            "dbeta": layer.bias.grad,
        }
        numbers |= {"running_mean": layer.running_mean, "running_var": layer.running_var}
        batches.append(as_lists(numbers))
    layer.eval()
    Z_eval = tensor(rng.normal([0, 5, -20], [1, 0.2, 7], (4, n)))
    evaluation = {"Z": Z_eval, "out": layer(Z_eval), "out_of_first_row": layer(Z_eval[:1])}
    linear = torch.nn.Linear(2, n, dtype=torch.float64).eval()
    with torch.no_grad():
        linear.weight.copy_(tensor(rng.normal(size=(n, 2))))
        linear.bias.copy_(tensor(rng.normal(size=n)))
    fused = torch.nn.utils.fusion.fuse_linear_bn_eval(linear, layer)
    X = tensor(rng.normal(size=(2, 2)))
    fusion = {"W": linear.weight, "b": linear.bias, "fused_W": fused.weight, "fused_b": fused.bias, "X": X}
    fusion |= {"linear": linear(X), "linear_then_eval": layer(linear(X))}
    return {
        "arguments": arguments,
        **as_lists({"gamma": gamma, "beta": beta}),
        "batches": batches,
        "eval": as_lists(evaluation),
        "fusion": as_lists(fusion),
    }


def make_scores(rng: np.random.Generator) -> dict[str, tuple[np.ndarray, list[int]]]:
    """Scores and labels: everyday ones, and those at which a plain exp overflows or a plain log meets 0."""
    return {
        "ordinary": (rng.normal(0, 2, (5, 4)), [3, 0, 1, 1, 2]),
        "one row": (rng.normal(0, 3, (1, 3)), [2]),
        "one class": (rng.normal(0, 3, (2, 1)), [0, 0]),
        "equal scores": (np.full((2, 5), 7.25), [0, 4]),
        "thousands, right": (np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.5, -1001.0]]), [0, 1]),
        "thousands, wrong": (np.array([[1000.0, -1000.0, 0.0], [1000.0, 999.0, -1000.0]]), [1, 2]),
        "huge": (np.array([[1e300, -1e300], [1e300, 1e300]]), [1, 0]),
        "close calls": (np.array([[1000.0, 1000.25], [-1000.0, -999.5], [30.0, -30.0]]), [0, 1, 1]),
    }


def run_cross_entropy(scores: np.ndarray, labels: list[int]) -> dict[str, Any]:
    """Mean cross-entropy of scores, its gradient, and the logarithms and probabilities on the way."""
    Z, y = tensor(scores).requires_grad_(), torch.tensor(labels)
    cost = torch.nn.functional.cross_entropy(Z, y)
    cost.backward()
    return {
        "Z": scores.tolist(),
        "y": labels,
        "cross_entropy": cost.item(),
        "gradient": Z.grad.tolist(),
        "log_softmax": torch.log_softmax(Z, dim=1).tolist(),
        "softmax": torch.softmax(Z, dim=1).tolist(),
    }


def generate() -> dict[str, Any]:
    """Compute everything that the file holds."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    def fresh(part: int) -> np.random.Generator:  # one part can change and leave the others as they are
        return np.random.default_rng([SEED, part])

    rng = fresh(0)
    start = {name: rng.normal(size=shape) for name, shape in SHAPES.items()}
    gradients = make_gradients(rng)
    rng_norm = fresh(1)
    return {
        "about": {
            "torch": torch.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "seed": SEED,
            "precision": "float64 throughout; each number is the shortest that reads back exactly",
            "conventions": "torch's own, weights are (n_out, n_in); tests/helpers/test_torch_numbers.py converts them",
            "written by": "tests/helpers/torch_numbers/generate.py",
        },
        "optimizers": {
            "start": as_lists(start),
            "gradients": [as_lists(grads) for grads in gradients],
            "runs": {name: run_optimizer(*run, start, gradients) for name, run in OPTIMIZERS.items()},
        },
        "batch_norm": {name: run_batch_norm(*run, rng_norm) for name, run in BATCH_NORMS.items()},
        "cross_entropy": {name: run_cross_entropy(*case) for name, case in make_scores(fresh(2)).items()},
    }


def write(numbers: dict[str, Any]) -> str:
    """Return the numbers as JSON text with one line for each row of a matrix."""
    text = json.dumps(numbers, indent=1, allow_nan=False)
    return re.sub(r"\[\s+([^][{}]*?)\s+\]", lambda row: "[" + re.sub(r"\s+", " ", row[1]) + "]", text) + "\n"


if __name__ == "__main__":
    TARGET.write_text(write(generate()), encoding="utf-8")
