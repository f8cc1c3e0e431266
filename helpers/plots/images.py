"""Numbers that lie on a grid of pixels, as images: digits, and the weights that look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike, NDArray

from helpers.plots.figures import WEIGHTS, drawing, format_count, join_parts, require_entries, require_values, show
from helpers.validate import require_shape


def digit_images(images: ArrayLike, titles: Sequence[str], shape: tuple[int, int] = (8, 8)) -> None:
    """Draw a few digits in rows of up to ten, dark ink on light paper.

    Parameters
    ----------
    images : array of shape (k, h * w)
        Brightness 0 .. 1.
    titles : sequence of k strings
    shape : (h, w)
    """
    pixels = _read_images("images", images, titles, shape)
    columns = min(len(pixels), 10)
    rows = -(-len(pixels) // columns)
    with drawing(1.1 * columns, 1.4 * rows, rows, columns) as (fig, axes):
        for ax, image, title in zip(axes.flat, pixels, titles, strict=False):
            draw_image(ax, image, "Greys", 0, 1)
            ax.set_title(title, fontsize=9)
        for ax in axes.flat[len(pixels) :]:
            ax.set_axis_off()
    show(
        fig,
        f"{format_count(len(pixels), 'digit')} as images of {shape[0]} by {shape[1]} pixels",
        f"From left to right: {', '.join(titles)}.",
    )


def class_weights(weights: ArrayLike, titles: Sequence[str], shape: tuple[int, int] = (8, 8)) -> None:
    """Draw the weights of softmax regression as images, one a class, in the order of the classes.

    Parameters
    ----------
    weights : array of shape (C, h * w)
        Blue speaks for the class, orange against it; white does not count.
    titles : sequence of C strings
        The classes' names.
    shape : (h, w)
    """
    pixels = _read_images("weights", weights, titles, shape)
    limit = max(float(np.abs(pixels).max()), 1e-12)
    columns = min(len(pixels), 5)
    rows = -(-len(pixels) // columns)
    with drawing(1.0 + 1.25 * columns, 1.55 * rows, rows, columns) as (fig, axes):
        for ax, image, title in zip(axes.flat, pixels, titles, strict=False):
            drawn = draw_image(ax, image, WEIGHTS, -limit, limit)
            _write_signs(ax, image, limit)
            ax.set_title(title, fontsize=9)
        for ax in axes.flat[len(pixels) :]:
            ax.set_axis_off()
        fig.colorbar(drawn, ax=axes, label="weight", pad=0.02, aspect=14)
    parts = [f"{title}: {image.min():.2f} to {image.max():.2f}" for title, image in zip(titles, pixels, strict=True)]
    show(
        fig,
        f"Weights of {len(pixels)} classes as images of {shape[0]} by {shape[1]} pixels",
        f"Smallest and largest weight of each class: {join_parts(parts)}",
    )


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
    require_entries("weights_by_label", weights_by_label)
    columns = 8
    matrices = {label: require_values(label, W) for label, W in weights_by_label.items()}
    for label, W in matrices.items():
        require_shape(label, W, ("n_out", shape[0] * shape[1]))
    limit = float(np.quantile(np.abs(np.concatenate([W.ravel() for W in matrices.values()])), 0.995))
    with drawing(3.9 * len(matrices) + 0.8, 0.55 + 0.43 * -(-n_units // columns), 1, len(matrices)) as (fig, axes):
        for ax, (label, W) in zip(axes.flat, matrices.items(), strict=True):
            largest = np.argsort(-np.linalg.norm(W, axis=1))[:n_units]
            image = draw_image(ax, _tile(W[largest], shape, columns), WEIGHTS, -limit, limit)
            ax.set_title(label)
        fig.colorbar(image, ax=axes, label="weight", pad=0.01, aspect=12)
    parts = [
        f"{label}: a unit's weights have norm {np.linalg.norm(W, axis=1).mean():.2f} on average"
        for label, W in matrices.items()
    ]
    show(fig, f"First-layer weights of {format_count(len(matrices), 'network')} as small images", join_parts(parts))


def draw_image(ax: Axes, image: NDArray, cmap: str | Colormap, low: float, high: float) -> AxesImage:
    """Draw numbers as pixels, without axes."""
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax.imshow(image, cmap=cmap, vmin=low, vmax=high, interpolation="nearest")


def _read_images(name: str, rows: ArrayLike, titles: Sequence[str], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return (k, h, w) numbers, a title for each."""
    pixels = require_values(name, rows)
    require_shape(name, pixels, (len(titles), shape[0] * shape[1]))
    return pixels.reshape(-1, *shape)


def _write_signs(ax: Axes, image: NDArray, limit: float) -> None:
    """A sign on each strong pixel, for eyes that do not tell the colours apart."""
    for (row, column), weight in np.ndenumerate(image):
        if abs(weight) > 0.4 * limit:
            ax.text(column, row, "+" if weight > 0 else "−", ha="center", va="center", fontsize=7, color="white")


def _tile(rows: NDArray, shape: tuple[int, int], columns: int) -> NDArray:
    """Put rows of h * w numbers as images into a grid with empty lines (NaN) between them."""
    height, width = shape
    n_rows = -(-len(rows) // columns)
    grid = np.full((n_rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for place, row in enumerate(rows):
        top, left = place // columns * (height + 1), place % columns * (width + 1)
        grid[top : top + height, left : left + width] = row.reshape(shape)
    return grid
