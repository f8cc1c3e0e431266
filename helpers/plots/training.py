"""Training runs: error and cost per epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from helpers.plots.curves import draw_line, draw_marks
from helpers.plots.figures import (
    COLORS,
    DASHES,
    PERCENT,
    add_legend,
    describe_gaps,
    describe_same,
    drawing,
    format_count,
    format_number,
    format_percent,
    join_parts,
    require_entries,
    show,
)


def learning_curves(
    histories: Mapping[str, Mapping[str, ArrayLike]],
    highest: float | None = None,
    marks: Mapping[str, float] | None = None,
) -> None:
    """Training (dashed) and dev error (solid) per epoch of one or several runs.

    Parameters
    ----------
    histories : dict of dicts
        For each run's label its history with ``"train_error"`` and ``"dev_error"``, arrays of shape
        (epochs,), shares 0 .. 1. Runs may differ in length.
    highest : float, optional
        Where the error axis ends, so that the first epochs do not flatten the rest.
    marks : dict of numbers, optional
        Epochs (the first is 1) that get a vertical line with its text, for instance ``{"stop": 12}``.
    """
    runs = _read_histories(histories, ("train_error", "dev_error"), "; train with X_dev and y_dev")
    earlier: dict[str, NDArray] = {}
    with drawing(7.2, 3.8) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for index, (label, errors) in enumerate(runs.items()):
            epochs = np.arange(1, errors.shape[1] + 1)
            draw_line(ax, index, epochs, errors[1], f"{label}, dev")
            draw_line(ax, index, epochs, errors[0], f"{label}, training", ls=DASHES[1], lw=1.5)
            said = [*_describe_errors(errors), *describe_same(errors, earlier)]
            parts.append(f"{label}: {', '.join(said)}")
            earlier[label] = errors
        _name_axes(ax, "error", highest)
        ax.yaxis.set_major_formatter(PERCENT)
        parts += draw_marks(ax, marks or {}, "epoch")
        add_legend(fig, ax)
    show(fig, f"Line chart of training and dev error per epoch, {format_count(len(runs), 'run')}", join_parts(parts))


def cost_curves(histories: Mapping[str, Mapping[str, ArrayLike]], switch_at: int | None = None) -> None:
    """Training cost per epoch of one or several runs.

    Parameters
    ----------
    histories : dict of dicts
        For each run's label its history with ``"cost"``, an array of shape (epochs,). Runs may differ in length.
    switch_at : int, optional
        The epoch after which something was switched; a vertical line marks it.
    """
    runs = {label: run[0] for label, run in _read_histories(histories, ("cost",)).items()}
    earlier: dict[str, NDArray] = {}
    with drawing(7.2, 3.6) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for index, (label, cost) in enumerate(runs.items()):
            draw_line(ax, index, np.arange(1, len(cost) + 1), cost, label, ls=DASHES[index], lw=1.4)
            said = [*_describe_cost(cost), *describe_same(cost, earlier)]
            parts.append(f"{label}: {', '.join(said)}")
            earlier[label] = cost
        _name_axes(ax, "training cost J (nats)")
        if switch_at is not None:
            draw_marks(ax, {"switched": switch_at + 0.5}, "epoch")
        add_legend(fig, ax)
    show(fig, f"Line chart of the training cost per epoch, {format_count(len(runs), 'run')}", join_parts(parts))


def _read_histories(
    histories: Mapping[str, Mapping[str, ArrayLike]], names: tuple[str, ...], hint: str = ""
) -> dict[str, NDArray[np.float64]]:
    """Return for each run an array of shape (names, epochs); a run that diverged at once has no epoch."""
    for label, history in histories.items():
        if not isinstance(history, Mapping):
            raise ValueError(
                f"histories must be {{label: history}}, got {type(history).__name__} instead of a history as {label!r}"
            )
        if not set(names) <= set(history):
            raise ValueError(f"the history of {label} must have {' and '.join(names)}{hint}, got {list(history)}")
    require_entries("histories", histories, len(COLORS))
    runs = {}
    for label, history in histories.items():
        columns = [np.asarray(history[name], dtype=np.float64) for name in names]
        shapes = [column.shape for column in columns]
        if len(set(shapes)) > 1 or columns[0].ndim != 1:
            raise ValueError(f"{label}: {' and '.join(names)} must have shape (epochs,), got {shapes}")
        runs[label] = np.array(columns)
    if not any(run.size for run in runs.values()):
        raise ValueError("histories must have at least one epoch, got none")
    return runs


def _name_axes(ax: Axes, ylabel: str, highest: float | None = None) -> None:
    ax.set(xlabel="epoch", ylabel=ylabel, xlim=(0, None), ylim=(0, highest))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def _describe_errors(errors: NDArray[Any]) -> list[str]:
    finite = np.isfinite(errors).all(axis=0)
    epochs = np.arange(1, len(finite) + 1)
    said = []
    if finite.any():
        train, dev = errors[:, finite]
        best = int(dev.argmin())
        said = [
            f"training error from {format_percent(train[0])} to {format_percent(train[-1])}",
            f"dev error from {format_percent(dev[0])} to {format_percent(dev[-1])} "
            f"(lowest {format_percent(dev[best])} in epoch {epochs[finite][best]})",
        ]
    return [*said, *describe_gaps(errors.sum(axis=0), epochs, "epoch")] or ["no epoch"]


def _describe_cost(cost: NDArray[Any]) -> list[str]:
    finite = cost[np.isfinite(cost)]
    said = []
    if len(finite) > 1:
        rises = int(np.sum(finite[1:] > finite[:-1]))
        said = [
            f"cost from {format_number(finite[0])} to {format_number(finite[-1])}",
            f"rising in {rises} of {len(finite) - 1} epochs",
        ]
    elif len(finite) == 1:
        said = [f"cost {format_number(finite[0])} in its only {'' if len(cost) == 1 else 'finite '}epoch"]
    return [*said, *describe_gaps(cost, np.arange(1, len(cost) + 1), "epoch")] or ["no epoch"]
