"""The plane of two features or of two weights: regions that models make, and costs with the paths down them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from helpers.plots.figures import (
    CARD,
    COLORS,
    DASHES,
    INK,
    MARKERS,
    MUTED,
    describe_gaps,
    drawing,
    format_count,
    format_number,
    format_percent,
    join_parts,
    label_outer,
    require_entries,
    require_range,
    require_values,
    show,
)
from helpers.validate import as_float, require_labels, require_shape

CLASS_COLORS = (COLORS[1], COLORS[0], *COLORS[2:])
CLASS_MARKERS = ("x", "o", "^", "D", "v", "P")


def decision_boundaries(
    predict_by_title: Mapping[str, Callable[[NDArray], NDArray]], X: ArrayLike, y: ArrayLike
) -> None:
    """The regions that models give to the classes, side by side, with the points that they learned from.

    Parameters
    ----------
    predict_by_title : dict of functions
        ``predict(X) -> labels`` of 0, 1, ..., from (m, 2) to (m,).
    X, y : arrays of shape (m, 2) and (m,)
        Up to six classes.
    """
    require_entries("predict_by_title", predict_by_title)
    X = as_float(X)
    require_values("X", X)
    require_shape("X", X, ("m", 2))
    labels = require_labels("y", y, len(COLORS))
    require_shape("y", labels, (len(X),))
    spread = np.ptp(X, axis=0)
    margin = np.where(spread > 0, 0.05 * spread, 0.5)
    (left, bottom), (right, top) = X.min(axis=0) - margin, X.max(axis=0) + margin
    across, up = np.meshgrid(np.linspace(left, right, 300), np.linspace(bottom, top, 300))
    points = np.column_stack([across.ravel(), up.ravel()])
    regions = {
        title: require_labels(f"the labels of {title}", predict(points), len(COLORS)).reshape(across.shape)
        for title, predict in predict_by_title.items()
    }
    n_classes = 1 + max(1, labels.max(), *(region.max() for region in regions.values()))
    columns = len(regions) if len(regions) <= 3 else 2 if len(regions) == 4 else 3
    rows = -(-len(regions) // columns)
    shape = float(np.clip((top - bottom) / (right - left), 0.5, 1.4))
    size = (0.9 + 2.4 * columns, 1.2 + (0.45 + 2.15 * shape) * rows)
    with drawing(*size, rows, columns) as (fig, axes):
        parts = []
        for ax, (title, region) in zip(axes.flat, regions.items(), strict=False):
            _draw_regions(ax, region, n_classes, (left, right, bottom, top))
            for label in range(n_classes):
                color, marker = CLASS_COLORS[label], CLASS_MARKERS[label]
                edge = {"mec": color, "mew": 1.3} if marker == "x" else {"mec": CARD, "mew": 0.5}
                ax.plot(*X[labels == label].T, marker, color=color, ms=4.5, label=f"y = {label}", **edge)
            ax.set(title=title, xlabel="x₁", ylabel="x₂", xlim=(left, right), ylim=(bottom, top), aspect="equal")
            wrong = int(np.sum(np.asarray(predict_by_title[title](X)) != labels))
            shares = [f"{format_percent(np.mean(region == label))}" for label in range(n_classes)]
            which = f"{shares[1]} of the area is labelled 1"
            if n_classes > 2:
                which = f"the classes have {', '.join(shares)} of the area"
            parts.append(f"{title}: {which}, {wrong} of {len(labels)} points are on the wrong side")
        label_outer(axes, len(regions))
        handles, names = axes[0, 0].get_legend_handles_labels()
        ncols = 6 if columns > 1 else 3
        fig.legend(handles, names, loc="outside lower center", ncols=ncols, handletextpad=0.1, markerscale=1.3)
    show(
        fig,
        f"Decision regions of {format_count(len(regions), 'model')} in the plane, with the points",
        join_parts(parts),
    )


def cost_contours(
    cost: Callable[[NDArray], float],
    paths_by_label: Mapping[str, ArrayLike],
    xlabel: str = "w₁",
    ylabel: str = "w₂",
    limits: tuple[tuple[float, float], tuple[float, float]] | None = None,
) -> None:
    """Contours of a cost of two weights, and the paths that optimizers take down them.

    Parameters
    ----------
    cost : function
        ``cost(w) -> float`` for w of shape (2,).
    paths_by_label : dict of arrays of shape (T, 2)
        The weights before the first step (a ring) and after each one; the last are marked by a star, of a path that
        diverged the last that are finite.
    xlabel, ylabel : str
        The weights' names.
    limits : ((left, right), (bottom, top)), optional
        The part of the plane that is drawn; else all of the paths and a margin.
    """
    require_entries("paths_by_label", paths_by_label, len(COLORS))
    paths = {label: require_values(label, path) for label, path in paths_by_label.items()}
    for label, path in paths.items():
        require_shape(label, path, ("T", 2))
    horizontal, vertical = limits or _enclose(np.concatenate(list(paths.values())))
    (left, right), (bottom, top) = require_range("limits[0]", horizontal), require_range("limits[1]", vertical)
    across, up = np.meshgrid(np.linspace(left, right, 81), np.linspace(bottom, top, 81))
    heights = _evaluate(cost, np.column_stack([across.ravel(), up.ravel()]))
    heights[~np.isfinite(heights)] = np.nan
    if np.isnan(heights).all():
        raise ValueError("cost must be finite somewhere in the plane that is drawn")
    shape = (top - bottom) / (right - left)
    with drawing(6.4, 5.2 if shape > 0.5 else 4.4) as (fig, axes):
        ax = axes[0, 0]
        # Squares of equal steps are equally spaced rings of a bowl.
        lowest, highest = np.nanmin(heights), np.nanmax(heights)
        levels = lowest + (highest - lowest) * (np.arange(1, 10) / 10) ** 2
        if highest > lowest:
            drawn = ax.contour(across, up, heights.reshape(across.shape), levels, colors=["#9aa1a9"], linewidths=0.9)
            names = ax.clabel(drawn, drawn.levels[::2], fmt=format_number, fontsize=8, colors=[MUTED], zorder=6)
            for name in names:
                name.set_path_effects([withStroke(linewidth=2.5, foreground=CARD)])
        digits = 3 - int(np.floor(np.log10(max(right - left, top - bottom))))
        parts = []
        for index, (label, path) in enumerate(paths.items()):
            finite = np.isfinite(path).all(axis=1)
            gaps = describe_gaps(np.where(finite, 0, np.nan), np.arange(len(path)), "step")
            path = path[: len(path) if finite.all() else finite.argmin()]
            style = {"color": COLORS[index], "ls": DASHES[index], "lw": 1.5, "marker": MARKERS[index], "ms": 3.5}
            if not len(path):
                ax.plot([], [], label=label, **style)
                parts.append(f"{label}: {', '.join(gaps)}")
                continue
            step = max(1, len(path) // 40)
            ax.plot(*path.T, markevery=step, label=label, **style)
            ax.plot(*path[0], "o", ms=10, mfc="none", mec=COLORS[index], mew=1.8, zorder=4)
            ax.plot(*path[-1], "*", ms=13, color=COLORS[index], mec=INK, mew=0.7, zorder=5)
            ends = [f"({w[0]:g}, {w[1]:g})" for w in path[[0, -1]].round(digits) + 0.0]
            costs = [format_number(height) for height in _evaluate(cost, path[[0, -1]])]
            steps = format_count(len(path) - 1, "step")
            said = f"{steps} from {ends[0]} with cost {costs[0]} to {ends[1]} with cost {costs[1]}"
            parts.append(f"{label}: {', '.join([said, *gaps])}")
        ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(left, right), ylim=(bottom, top))
        if 0.3 < shape < 3:
            ax.set_aspect("equal")
        ax.grid(visible=False)
        handles = ax.get_legend_handles_labels()[0] + [
            Line2D([], [], marker="o", ms=9, mfc="none", mec=INK, mew=1.6, ls="", label="start"),
            Line2D([], [], marker="*", ms=11, color=INK, ls="", label="end"),
        ]
        in_one_row = sum(len(str(handle.get_label())) + 10 for handle in handles) < 90
        fig.legend(handles=handles, loc="outside lower center", ncols=len(handles) if in_one_row else 3)
    show(
        fig,
        f"Contours of the cost with the path{'s' if len(paths) > 1 else ''} of {format_count(len(paths), 'run')}",
        join_parts(parts),
    )


def _draw_regions(ax: Axes, region: NDArray, n_classes: int, extent: tuple[float, float, float, float]) -> None:
    """Tint each class's region and draw its border."""
    tints = ListedColormap(CLASS_COLORS[:n_classes])
    image: dict[str, Any] = {"origin": "lower", "extent": extent, "interpolation": "nearest", "aspect": "auto"}
    ax.imshow(region, cmap=tints, vmin=-0.5, vmax=n_classes - 0.5, alpha=0.2, **image)
    for label in range(n_classes):
        inside = region == label
        if inside.any() and not inside.all():
            ax.contour(inside, levels=[0.5], colors=[INK], linewidths=1.2, origin="lower", extent=extent)
    ax.grid(visible=False)


def _evaluate(cost: Callable[[NDArray], float], points: NDArray) -> NDArray[np.float64]:
    """The cost at each point, without warnings where a path has left the numbers that floats can hold."""
    with np.errstate(all="ignore"):
        return np.array([cost(w) for w in points], dtype=np.float64).reshape(len(points))


def _enclose(points: NDArray) -> tuple[tuple[float, float], tuple[float, float]]:
    """A box around the points with a margin, no side shorter than a tenth of the other; around one point of size 1."""
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        points = np.zeros((1, 2))
    center, half = (points.min(axis=0) + points.max(axis=0)) / 2, np.ptp(points, axis=0) / 2
    scale = max(1.0, float(np.abs(center).max()))
    half = 1.25 * np.maximum(half, 0.1 * half.max() if half.max() > 1e-9 * scale else 0.5 * scale)
    (left, bottom), (right, top) = center - half, center + half
    return (float(left), float(right)), (float(bottom), float(top))
