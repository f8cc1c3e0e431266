"""How fast `helpers.network.train` is beside scikit-learn's `MLPClassifier`, torch, and its own matrix products.

    .venv/bin/python -m benchmarks.network_speed [--rounds N] [--write]

All train the same network on the same data in batches of the same size for the same number of epochs: ReLU, softmax,
Adam, float32, one BLAS thread. In each round they run one after the other, so that a busy moment of the machine meets
all alike. A figure is the median of the rounds' ratios. torch is measured where it is installed.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from benchmarks.tables import describe_versions, format_table, publish
from helpers import datasets, network

try:
    import torch
except ModuleNotFoundError:
    torch = None


@dataclass
class Setting:
    """One network with its data; the same for everybody."""

    name: str
    X: NDArray[np.float32]
    y: NDArray[np.int64]
    layer_dims: list[int]
    batch_size: int
    epochs: int


def make_digits(epochs: int = 100) -> Setting:
    """The 8 by 8 digits: 64-128-64-10, batches of 64."""
    (X, y), _, _ = datasets.digits(np.random.default_rng(0))
    return Setting("digits", X, y, [64, 128, 64, 10], 64, epochs)


def make_large(m: int = 20_000, epochs: int = 2) -> Setting:
    """Synthetic rows: 784-512-256-10, batches of 128."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 10, m)
    X = rng.standard_normal((10, 784))[y] * 0.1 + rng.standard_normal((m, 784))
    return Setting("large", X.astype(np.float32), y, [784, 512, 256, 10], 128, epochs)


def train_ours(setting: Setting) -> None:
    """The course's network."""
    network.train(
        setting.X,
        setting.y,
        setting.layer_dims,
        np.random.default_rng(1),
        epochs=setting.epochs,
        batch_size=setting.batch_size,
    )


def train_scikit_learn(setting: Setting) -> None:
    """scikit-learn's, without penalty and without stopping early."""
    model = MLPClassifier(
        setting.layer_dims[1:-1],
        batch_size=setting.batch_size,
        max_iter=setting.epochs,
        alpha=0.0,
        n_iter_no_change=setting.epochs + 1,
        random_state=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(setting.X, setting.y)
    assert model.n_iter_ == setting.epochs


def train_torch(setting: Setting, fused: bool = False) -> None:
    """Torch's layers in a plain loop over shuffled indices, without a DataLoader, which would cost more."""
    torch.manual_seed(1)
    layers: list[torch.nn.Module] = []
    for n_in, n_out in pairwise(setting.layer_dims):
        layers += [torch.nn.Linear(n_in, n_out), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=fused)
    compute_cost = torch.nn.CrossEntropyLoss()
    X, y = torch.from_numpy(setting.X), torch.from_numpy(setting.y)
    for _ in range(setting.epochs):
        for rows in torch.randperm(len(X)).split(setting.batch_size):
            optimizer.zero_grad()
            compute_cost(model(X[rows]), y[rows]).backward()
            optimizer.step()


def multiply_only(setting: Setting) -> None:
    """The matrix products that such a training needs, and nothing else."""
    rng = np.random.default_rng(1)
    weights = [rng.standard_normal((n_out, n_in), dtype=np.float32) for n_in, n_out in pairwise(setting.layer_dims)]
    grads = [np.empty_like(W) for W in weights]
    full, rest = divmod(len(setting.X), setting.batch_size)
    for m, n_batches in ((setting.batch_size, full), (rest, 1 if rest else 0)):
        A = [rng.standard_normal((m, n), dtype=np.float32) for n in setting.layer_dims]
        out = [np.empty_like(a) for a in A]
        for _ in range(setting.epochs * n_batches):
            for layer, W in enumerate(weights):
                np.matmul(A[layer], W.T, out=out[layer + 1])
                np.matmul(A[layer + 1].T, A[layer], out=grads[layer])
                if layer:
                    np.matmul(A[layer + 1], W, out=out[layer])


# What is measured beside our own time, and what was wanted.
RIVALS: dict[str, Callable[[Setting], None]] = {
    "MLPClassifier": train_scikit_learn,
    "torch": train_torch,
    "torch, fused Adam": partial(train_torch, fused=True),
    "matrix products": multiply_only,
}
WANTED = {"digits": ("at least 2", "at least 2.5", "", ""), "large": ("at least 1", "at least 1", "", "at most 1.6")}


def measure(run: Callable[[Setting], None], setting: Setting) -> float:
    """Seconds of the processor that one run takes."""
    start = time.process_time()
    run(setting)
    return time.process_time() - start


def report(settings: list[Setting], rounds: int) -> str:
    """Measure everything and write the report."""
    rivals = {name: run for name, run in RIVALS.items() if torch is not None or not name.startswith("torch")}
    rows = []
    progress = tqdm(total=len(settings) * rounds, desc="measuring", delay=2, leave=False)
    with threadpool_limits(limits=1), progress:
        if torch is not None:
            torch.set_num_threads(1)
        for setting in settings:
            seconds: dict[str, list[float]] = {name: [] for name in ["ours", *rivals]}
            for _ in range(rounds):
                seconds["ours"].append(measure(train_ours, setting))
                for name, run in rivals.items():
                    seconds[name].append(measure(run, setting))
                progress.update()
            for name, wanted in zip(RIVALS, WANTED[setting.name], strict=True):
                if name in rivals:
                    pairs = list(zip(seconds["ours"], seconds[name], strict=True))
                    ratios = [ours / theirs if name == "matrix products" else theirs / ours for ours, theirs in pairs]
                    rows.append([setting.name, name, describe(ratios), wanted, f"{median(seconds['ours']):.2f} s"])
    return "\n\n".join(
        [
            "# The speed of the network",
            "How many times longer the other one takes than ours; for the matrix products, how many times longer ours "
            f"takes than its products alone. Median, lowest and highest ratio of {rounds} rounds.",
            format_table(["network", "against", "ratio", "wanted", "ours takes"], rows),
            "digits: 997 images, 64-128-64-10, batches of 64, 100 epochs. large: 20 000 rows, 784-512-256-10, batches "
            "of 128, 2 epochs. torch's Adam is measured as it comes, and with its fused kernel, which goes through the "
            "parameters once where NumPy's goes through them ten times.",
            describe_versions("numpy", "scikit-learn", "torch"),
        ]
    )


def describe(ratios: list[float]) -> str:
    """Median and extremes."""
    return f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run (default 7)")
    parser.add_argument("--write", action="store_true", help="keep the report in benchmarks/network_speed.md")
    arguments = parser.parse_args()
    publish(report([make_digits(), make_large()], arguments.rounds), __file__, arguments.write)


if __name__ == "__main__":
    main()
