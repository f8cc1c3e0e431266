"""The reader's own functions, called as their exercises say; what comes back is checked, so that a message names them.

`network.train` passes what it was given through here. This module knows no reference and no network.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from helpers.validate import require_count, require_number

Array = NDArray[Any]  # of float32 or float64
Params = dict[str, Array]


class Normalizer(Protocol):
    """What `train` needs of a batch-norm layer: the contract of the exercise `BatchNorm`."""

    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array

    def forward(self, Z: Array, training: bool) -> Array: ...

    def backward(self, dout: Array) -> Array: ...


# initializer(layer_dims, rng) or initializer(layer_dims) -> params
Initializer = Callable[..., Params]
# mini_batches(X, y, batch_size, rng) -> pairs (X, y)
MiniBatches = Callable[[Array, NDArray, int, np.random.Generator], Iterable[tuple[Array, NDArray]]]
# A step of topic 08: (params, grads, what it keeps, lr) -> (params, what it keeps), or (params, grads, lr) -> params
Optimizer = Callable[..., Any]
Schedule = Callable[..., float]
# (penalty(weights, lambd, m), gradient(W, lambd, m)) and (dropout_forward, dropout_backward)
Penalty = tuple[Callable[..., float], Callable[..., Array]]
DropoutForward = Callable[..., tuple[Array, NDArray]]
Dropout = tuple[DropoutForward, Callable[..., Array]]
BatchNorm = Callable[[int], Normalizer]
EarlyStopping = Callable[[Sequence[float], int], tuple[int, int]]


def draw_start(initializer: Initializer, dims: list[int], rng: np.random.Generator) -> Params:
    """Call an initializer, whether it draws or not (`init_zeros`), and check what it returns."""
    start = _call_initializer(initializer, dims, rng)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer, n in enumerate(dims[1:], start=1):
        shapes |= {f"W{layer}": (n, dims[layer - 1]), f"b{layer}": (n,)}
    require_arrays("initializer", initializer, start, shapes)
    for name, value in start.items():
        if not np.isfinite(value).all():
            raise ValueError(f"initializer ({name_of(initializer)}) must return finite numbers, got others in {name}")
    return {name: np.asarray(start[name]) for name in shapes}


def make_normalizers(batch_norm: BatchNorm, sizes: list[int]) -> list[Normalizer]:
    """Make a batch-norm layer for each hidden layer."""
    if not callable(batch_norm):
        raise ValueError(f"batch_norm must be the class BatchNorm or a function n -> layer, got {batch_norm!r}")
    return [batch_norm(n) for n in sizes]


def gather_batches(X: Array, y: NDArray, batch_size: int, rng: np.random.Generator) -> Iterator[tuple[Array, NDArray]]:
    """Yield shuffled batches one by one; all rows in their own order when one batch holds them all."""
    if batch_size >= len(X):
        yield X, y
        return
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


def iterate_batches(
    mini_batches: MiniBatches, X: Array, y: NDArray, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[Array, NDArray]]:
    """Go through one epoch's batches. The data are locked meanwhile: they are the caller's own."""
    X, y = lock(X), lock(y)
    batch = None
    for batch in _require_answer("mini_batches", mini_batches, mini_batches(X, y, batch_size, rng), Iterable, "a list"):
        X_batch, y_batch = require_pair("mini_batches", mini_batches, batch, "pairs (X, y)")
        if len(X_batch) != len(y_batch) or not len(y_batch):
            raise ValueError(
                f"mini_batches ({name_of(mini_batches)}) must return pairs with as many labels as rows, at least one, "
                f"got {len(X_batch)} rows and {len(y_batch)} labels"
            )
        yield X_batch, y_batch
    if batch is None:
        raise ValueError(f"mini_batches ({name_of(mini_batches)}) must return at least one batch, got none")


def take_learning_rate(schedule: Schedule, lr: float, epoch: int) -> float:
    """Ask a schedule for one epoch's learning rate."""
    return require_number(f"what schedule ({name_of(schedule)}) returns", schedule(lr, epoch=epoch), at_least=0)


def measure_penalty(penalty: Callable[..., float], weights: list[Array], lambd: float, m: int) -> float:
    """Ask for the penalty's cost; not a finite one where training has diverged."""
    cost: Any = penalty(weights, lambd, m)
    if not isinstance(cost, Real):
        raise ValueError(f"penalty ({name_of(penalty)}) must return a number, got {describe(cost)}")
    return float(cost)


def ask_early_stopping(early_stopping: EarlyStopping, dev_errors: Sequence[float], patience: int) -> tuple[int, int]:
    """Ask where training stops and which epoch is kept."""
    epochs = require_pair("early_stopping", early_stopping, early_stopping(dev_errors, patience), "(best, stop) epochs")
    best, stop = (
        require_count(f"each epoch that early_stopping ({name_of(early_stopping)}) returns", epoch, at_least=0)
        for epoch in epochs
    )
    if max(best, stop) >= len(dev_errors):
        raise ValueError(
            f"early_stopping ({name_of(early_stopping)}) must return epochs 0 .. {len(dev_errors) - 1} for "
            f"{len(dev_errors)} errors, got {best} and {stop}"
        )
    return best, stop


def lock(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view that can't be written to: NumPy then names a function that changes its argument."""
    view = array.view()
    view.flags.writeable = False
    return view


def require_functions(name: str, pair: Any, wanted: str) -> None:
    """Raise `ValueError` unless a pair of functions was given."""
    if not (isinstance(pair, tuple | list) and len(pair) == 2 and all(map(callable, pair))):
        raise ValueError(f"{name} must be a pair of functions {wanted}, got {describe(pair)}")


def require_pair(piece: str, function: Callable, answer: Any, wanted: str) -> tuple[Any, Any]:
    """Return the two things that a function answered."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise ValueError(f"{piece} ({name_of(function)}) must return {wanted}, got {describe(answer)}")
    return answer[0], answer[1]


def require_arrays(piece: str, function: Callable, answer: Any, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Raise `ValueError` unless a function answered with a dict of arrays of these shapes."""
    answer = _require_answer(piece, function, answer, Mapping, "a dict of arrays")
    got = {name: np.shape(value) for name, value in answer.items()}
    for name in [*shapes, *(name for name in got if name not in shapes)]:
        if got.get(name) != shapes.get(name):
            wanted = f"of shape {shapes[name]}" if name in shapes else "not at all"
            came = f"shape {got[name]}" if name in got else "none"
            raise ValueError(f"{piece} ({name_of(function)}) must return {name} {wanted}, got {came}")


def name_of(function: Callable) -> str:
    """What a reader calls the function: `my_step`, also where it is wrapped in `functools.partial`."""
    return getattr(getattr(function, "func", function), "__name__", repr(function))


def describe(answer: Any) -> str:
    """Say in a few words what came back."""
    if isinstance(answer, Mapping):
        return f"a dict with the keys {', '.join(map(str, answer)) or '(none)'}"
    if isinstance(answer, np.ndarray):
        return f"an array of shape {answer.shape}"
    if isinstance(answer, tuple | list):
        return f"a {type(answer).__name__} of {len(answer)}"
    return f"the function {name_of(answer)}" if callable(answer) else repr(answer)


def _require_answer(piece: str, function: Callable, answer: Any, kind: Any, wanted: str) -> Any:
    if not isinstance(answer, kind):
        raise ValueError(f"{piece} ({name_of(function)}) must return {wanted}, got {describe(answer)}")
    return answer


def _call_initializer(initializer: Initializer, dims: list[int], rng: np.random.Generator) -> Any:
    signature = inspect.signature(initializer)
    if "rng" in signature.parameters:  # by name, so that `partial` may have set what stands before it
        return initializer(dims, rng=rng)
    try:
        signature.bind(dims, rng)
    except TypeError:
        return initializer(dims)
    return initializer(dims, rng)
