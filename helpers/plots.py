"""Pictures for the experiments, made from what the reader's own functions returned, so that wrong code looks wrong.

Every function draws one figure and displays it with its text alternative: a caption, built from the same data, that
says what the figure shows. A marker, dash or label always says the same as the colour.

This module knows no lesson, no exercise and no network: it is given arrays and callables.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.image import AxesImage
from matplotlib.ticker import NullFormatter
from numpy.typing import ArrayLike, NDArray

from helpers.figures import (
    CARD,
    COLORS,
    DASHES,
    GRID,
    INK,
    MARKERS,
    MUTED,
    PERCENT,
    WEIGHTS,
    drawing,
    format_number,
    format_percent,
    join_parts,
    show,
)

# --- dropout itself --------------------------------------------------------------------------------------------------


def dropout_masks(masks: ArrayLike, keep_prob: float) -> None:
    """Draw masks as images: kept units dark, dropped units pale.

    Parameters
    ----------
    masks : array of shape (k, h, w)
        k masks of 0/1 or bool.
    keep_prob : float
        The share that should be kept.
    """
    masks = np.asarray(masks)
    shares = [float(np.mean(mask != 0)) for mask in masks]
    height, width = masks.shape[1:]
    empty_and_kept = ListedColormap([GRID, COLORS[0]])
    with drawing(1.9 * len(masks), 0.3 + 1.85 * height / width, 1, len(masks)) as (fig, axes):
        for number, (ax, mask, share) in enumerate(zip(axes.flat, masks, shares, strict=True), start=1):
            _draw_image(ax, mask != 0, empty_and_kept, 0, 1)
            # Lines in the card's colour make each unit a tile.
            ax.hlines(np.arange(-0.5, height), -0.5, width - 0.5, color=CARD, lw=1.5)
            ax.vlines(np.arange(-0.5, width), -0.5, height - 0.5, color=CARD, lw=1.5)
            ax.set_title(f"mask {number}: {format_percent(share)} kept", fontsize=9)
    distinct = len({mask.tobytes() for mask in masks})
    show(
        fig,
        f"{len(masks)} dropout masks as grids of kept (dark) and dropped (pale) units",
        f"With keep_prob = {keep_prob:g} the {len(masks)} masks keep {', '.join(map(format_percent, shares))} of their "
        f"units; {distinct} of {len(masks)} are different from each other.",
    )


def mean_activation(keep_probs: ArrayLike, means_by_label: Mapping[str, ArrayLike]) -> None:
    """Mean output of dropout against keep_prob, for an input whose mean is 1.

    Parameters
    ----------
    keep_probs : array of shape (k,)
    means_by_label : dict of arrays of shape (k,)
        Mean of the output, for each way to drop out. Grey guides mark 1 and keep_prob.
    """
    x = np.asarray(keep_probs, dtype=float)
    with drawing(6.2, 3.6) as (fig, axes):
        ax = axes[0, 0]
        ax.plot([0, 1], [1, 1], color=MUTED, lw=1, ls=":")
        ax.plot([0, 1], [0, 1], color=MUTED, lw=1, ls=":")
        parts = []
        for index, (label, means) in enumerate(means_by_label.items()):
            means = np.asarray(means, dtype=float)
            ax.plot(x, means, marker=MARKERS[index], color=COLORS[index], label=label)
            parts.append(
                f"{label}: mean {format_number(means[0])} at keep_prob {x[0]:g}, "
                f"{format_number(means[-1])} at {x[-1]:g}"
            )
        ax.set(xlabel="keep_prob", ylabel="mean output (mean input 1)", xlim=(0, 1.03), ylim=(0, None))
        ax.legend()
    show(fig, "Line chart of the mean output of dropout against keep_prob", join_parts(parts))


# --- training runs ---------------------------------------------------------------------------------------------------


def learning_curves(histories: Mapping[str, Mapping[str, ArrayLike]], highest: float | None = None) -> None:
    """Training (dashed) and dev error (solid) per epoch of one or several runs.

    Parameters
    ----------
    histories : dict of dicts
        For each run's label its history with ``"train_error"`` and ``"dev_error"``, arrays of shape
        (epochs,), shares 0 .. 1.
    highest : float, optional
        Where the error axis ends, so that the first epochs do not flatten the rest.
    """
    with drawing(7.2, 3.8) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for index, (label, history) in enumerate(histories.items()):
            train, dev = (np.asarray(history[name], dtype=float) for name in ("train_error", "dev_error"))
            epochs = np.arange(1, len(dev) + 1)
            ax.plot(epochs, dev, color=COLORS[index], label=f"{label}, dev")
            ax.plot(epochs, train, color=COLORS[index], ls=DASHES[1], lw=1.5, label=f"{label}, training")
            best = int(dev.argmin())
            parts.append(
                f"{label}: training error from {format_percent(train[0])} to {format_percent(train[-1])}, "
                f"dev error from {format_percent(dev[0])} to {format_percent(dev[-1])} "
                f"(lowest {format_percent(dev[best])} in epoch {best + 1})"
            )
        ax.set(xlabel="epoch", ylabel="error", xlim=(0, None), ylim=(0, highest))
        ax.yaxis.set_major_formatter(PERCENT)
        ax.legend()
    show(fig, f"Line chart of training and dev error per epoch, {len(histories)} runs", join_parts(parts))


def cost_curves(histories: Mapping[str, Mapping[str, ArrayLike]], switch_at: int | None = None) -> None:
    """Training cost per epoch of one or several runs.

    Parameters
    ----------
    histories : dict of dicts
        For each run's label its history with ``"cost"``, an array of shape (epochs,).
    switch_at : int, optional
        The epoch after which something was switched; a vertical line marks it.
    """
    with drawing(7.2, 3.6) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for index, (label, history) in enumerate(histories.items()):
            cost = np.asarray(history["cost"], dtype=float)
            ax.plot(np.arange(1, len(cost) + 1), cost, color=COLORS[index], ls=DASHES[index], lw=1.4, label=label)
            rises = int(np.sum(np.diff(cost) > 0))
            parts.append(
                f"{label}: cost from {format_number(cost[0])} to {format_number(cost[-1])}, "
                f"rising in {rises} of {len(cost) - 1} epochs"
            )
        if switch_at is not None:
            ax.axvline(switch_at + 0.5, color=MUTED, lw=1, ls="--")
            ax.annotate(
                "switched", (switch_at + 0.5, 1), (5, -10), ax.get_xaxis_transform(), "offset points", color=MUTED
            )
        ax.set(xlabel="epoch", ylabel="training cost J (nats)", xlim=(0, None), ylim=(0, None))
        ax.legend()
    show(fig, f"Line chart of the training cost per epoch, {len(histories)} runs", join_parts(parts))


def error_by_setting(
    settings: ArrayLike, errors_by_label: Mapping[str, ArrayLike], xlabel: str, log: bool = False
) -> None:
    """Error against a setting, mean of several seeds as a line and their standard deviation as a band.

    Parameters
    ----------
    settings : array of shape (k,)
    errors_by_label : dict of arrays of shape (k, seeds), or (k,) for a single run
        Shares 0 .. 1, for instance of "training" and "dev".
    xlabel : str
        The setting's name, with its unit.
    log : bool
        Put the settings on a logarithmic axis.
    """
    x = np.asarray(settings, dtype=float)
    with drawing(6.6, 3.8) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for index, (label, errors) in enumerate(errors_by_label.items()):
            errors = np.asarray(errors, dtype=float).reshape(len(x), -1)
            mean, spread = errors.mean(axis=1), errors.std(axis=1)
            ax.fill_between(x, mean - spread, mean + spread, color=COLORS[index], alpha=0.15, lw=0)
            ax.plot(x, mean, marker=MARKERS[index], color=COLORS[index], label=label)
            best = int(mean.argmin())
            parts.append(
                f"{label}: {format_percent(mean[0])} at {x[0]:g}, {format_percent(mean[-1])} at {x[-1]:g}, "
                f"lowest {format_percent(mean[best])} at {x[best]:g}"
            )
        if log:
            ax.set_xscale("log")
            ax.set_xticks(x, [f"{value:g}" for value in x])
            ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set(xlabel=xlabel, ylabel="error", ylim=(0, None))
        ax.yaxis.set_major_formatter(PERCENT)
        ax.legend()
    show(fig, f"Line chart of error against {xlabel}", join_parts(parts))


def bars(labels: Sequence[str], values: ArrayLike, ylabel: str, spread: ArrayLike | None = None) -> None:
    """One bar a label, with its value written on it.

    Parameters
    ----------
    labels : sequence of k strings
    values : array of shape (k,)
    ylabel : str
        What the values are, with their unit.
    spread : array of shape (k,), optional
        Drawn as an error bar, for instance the standard deviation over seeds.
    """
    heights = np.asarray(values, dtype=float)
    with drawing(1.4 + 1.4 * len(labels), 3.4) as (fig, axes):
        ax = axes[0, 0]
        error = None if spread is None else np.asarray(spread, dtype=float)
        ax.bar(
            labels,
            heights,
            yerr=error,
            width=0.6,
            color=[COLORS[i % len(COLORS)] for i in range(len(labels))],
            ecolor=INK,
            capsize=4,
        )
        tops = heights if error is None else heights + error
        for place, (height, top) in enumerate(zip(heights, tops, strict=True)):
            ax.annotate(format_number(height), (place, top), (0, 3), textcoords="offset points", ha="center")
        ax.set_ylabel(ylabel)
        ax.grid(visible=False, axis="x")
        ax.margins(y=0.15)
    parts = [f"{label} {format_number(height)}" for label, height in zip(labels, heights, strict=True)]
    if error is not None:
        parts = [f"{part} ± {format_number(width)}" for part, width in zip(parts, error, strict=True)]
    show(fig, f"Bar chart of {ylabel}", f"{ylabel}: {join_parts(parts)}")


# --- what a network has learned --------------------------------------------------------------------------------------


def weight_grid(weights_by_label: Mapping[str, ArrayLike], shape: tuple[int, int], n_units: int = 24) -> None:
    """First-layer weights as images, one small image a unit, with one colour scale for all networks.

    Parameters
    ----------
    weights_by_label : dict of arrays of shape (n_out, h * w)
        The weights of one or several networks.
    shape : (h, w)
        Of an input image.
    n_units : int
        How many units are drawn, those with the largest weights first.
    """
    columns = 8
    matrices = {label: np.asarray(W, dtype=float) for label, W in weights_by_label.items()}
    limit = float(np.quantile(np.abs(np.concatenate([W.ravel() for W in matrices.values()])), 0.995))
    with drawing(3.9 * len(matrices) + 0.8, 0.55 + 0.43 * -(-n_units // columns), 1, len(matrices)) as (fig, axes):
        for ax, (label, W) in zip(axes.flat, matrices.items(), strict=True):
            largest = np.argsort(-np.linalg.norm(W, axis=1))[:n_units]
            image = _draw_image(ax, _tile(W[largest], shape, columns), WEIGHTS, -limit, limit)
            ax.set_title(label)
        fig.colorbar(image, ax=axes, label="weight", pad=0.01, aspect=12)
    parts = [
        f"{label}: a unit's weights have norm {np.linalg.norm(W, axis=1).mean():.2f} on average"
        for label, W in matrices.items()
    ]
    show(fig, f"First-layer weights of {len(matrices)} networks as small images", join_parts(parts))


def histogram_by_label(values_by_label: Mapping[str, ArrayLike], xlabel: str, n_bins: int = 40) -> None:
    """Histograms of several sets of numbers over each other, outlines with their own dash, mean marked.

    Parameters
    ----------
    values_by_label : dict of arrays of any shape
    xlabel : str
        What the numbers are, with their unit.
    n_bins : int
    """
    samples = {label: np.ravel(np.asarray(values, dtype=float)) for label, values in values_by_label.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(samples.values())), n_bins)
    with drawing(6.6, 3.4) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for index, (label, values) in enumerate(samples.items()):
            weights = np.full(len(values), 1 / len(values))
            style = {"bins": edges, "weights": weights, "color": COLORS[index]}
            ax.hist(values, **style, alpha=0.18)
            ax.hist(values, **style, histtype="step", lw=1.8, ls=DASHES[index], label=label)
            parts.append(
                f"{label}: mean {format_number(values.mean())}, standard deviation {format_number(values.std())}"
            )
        ax.set(xlabel=xlabel, ylabel="share of the values")
        ax.yaxis.set_major_formatter(PERCENT)
        ax.legend()
    show(fig, f"Histogram of {xlabel}", join_parts(parts))


def decision_boundaries(
    predict_by_title: Mapping[str, Callable[[NDArray], NDArray]], X: ArrayLike, y: ArrayLike
) -> None:
    """The regions in which models say 0 and 1, side by side, with the points that they learned from.

    Parameters
    ----------
    predict_by_title : dict of functions
        ``predict(X) -> labels`` of 0 and 1, from (m, 2) to (m,).
    X, y : arrays of shape (m, 2) and (m,)
    """
    X, y = np.asarray(X), np.asarray(y)
    margin = 0.05 * np.ptp(X, axis=0)
    (left, bottom), (right, top) = X.min(axis=0) - margin, X.max(axis=0) + margin
    across, up = np.meshgrid(np.linspace(left, right, 240), np.linspace(bottom, top, 240))
    points = np.column_stack([across.ravel(), up.ravel()]).astype(X.dtype)
    with drawing(0.9 + 2.4 * len(predict_by_title), 3.4, 1, len(predict_by_title)) as (fig, axes):
        parts = []
        for ax, (title, predict) in zip(axes.flat, predict_by_title.items(), strict=True):
            region = np.asarray(predict(points)).reshape(across.shape)
            ax.contourf(across, up, region, levels=[-0.5, 0.5, 1.5], colors=[COLORS[1], COLORS[0]], alpha=0.2)
            ax.contour(across, up, region, levels=[0.5], colors=[INK], linewidths=1.2)
            for label in (0, 1):
                members = X[y == label]
                ax.plot(
                    *members.T,
                    MARKERS[1 - label],
                    color=COLORS[1 - label],
                    ms=4,
                    mec=CARD,
                    mew=0.5,
                    label=f"y = {label}",
                )
            ax.set(title=title, xlabel="x₁", xlim=(left, right), ylim=(bottom, top), aspect="equal")
            ax.grid(visible=False)
            ax.label_outer()
            wrong = int(np.sum(np.asarray(predict(X)) != y))
            parts.append(
                f"{title}: {format_percent(region.mean())} of the square is labelled 1, "
                f"{wrong} of {len(y)} points are on the wrong side"
            )
        axes[0, 0].set_ylabel("x₂")
        fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, handletextpad=0.1)
    show(fig, f"Decision regions of {len(predict_by_title)} models in the plane, with the points", join_parts(parts))


def digit_images(images: ArrayLike, titles: Sequence[str], shape: tuple[int, int] = (8, 8)) -> None:
    """Draw a few digits in a row, dark ink on light paper.

    Parameters
    ----------
    images : array of shape (k, h * w)
        Brightness 0 .. 1.
    titles : sequence of k strings
    shape : (h, w)
    """
    pixels = np.asarray(images).reshape(-1, *shape)
    with drawing(1.1 * len(pixels), 1.4, 1, len(pixels)) as (fig, axes):
        for ax, image, title in zip(axes.flat, pixels, titles, strict=True):
            _draw_image(ax, image, "Greys", 0, 1)
            ax.set_title(title, fontsize=9)
    show(
        fig,
        f"{len(pixels)} digits as images of {shape[0]} by {shape[1]} pixels",
        f"From left to right: {', '.join(titles)}.",
    )


def _draw_image(ax: Axes, image: NDArray, cmap: str | Colormap, low: float, high: float) -> AxesImage:
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax.imshow(image, cmap=cmap, vmin=low, vmax=high, interpolation="nearest")


def _tile(rows: NDArray, shape: tuple[int, int], columns: int) -> NDArray:
    """Put rows of h * w numbers as images into a grid with empty lines (NaN) between them."""
    height, width = shape
    n_rows = -(-len(rows) // columns)
    grid = np.full((n_rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for place, row in enumerate(rows):
        top, left = place // columns * (height + 1), place % columns * (width + 1)
        grid[top : top + height, left : left + width] = row.reshape(shape)
    return grid
