"""What a penalty does to each weight as it grows stronger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike, NDArray

from helpers.plots.figures import (
    COLORS,
    DASHES,
    INK,
    drawing,
    format_number,
    join_parts,
    label_outer,
    require_entries,
    require_values,
    show,
)
from helpers.validate import require_shape


def weight_paths(
    strengths: ArrayLike,
    weights_by_title: Mapping[str, ArrayLike],
    names: Sequence[str],
    xlabel: str = "λ",
    ylabel: str = "weight",
) -> None:
    """Each weight against the strength of a penalty, a panel a penalty; a cross where a weight has become exactly 0.

    Parameters
    ----------
    strengths : array of shape (k,)
        Above 0 and growing, for a logarithmic axis.
    weights_by_title : dict of arrays of shape (k, n)
        A row for each strength.
    names : sequence of n strings
        Of the weights, at most twelve.
    xlabel, ylabel : str
        What the strengths and the weights are, with their units.
    """
    require_entries("weights_by_title", weights_by_title)
    require_entries("names", names, 2 * len(COLORS))
    x = require_values("strengths", strengths)
    require_shape("strengths", x, ("k",))
    if x[0] <= 0 or np.any(np.diff(x) <= 0):
        raise ValueError(f"strengths must be above 0 and growing, got {x.tolist()}")
    panels = {title: require_values(title, weights) for title, weights in weights_by_title.items()}
    for title, weights in panels.items():
        require_shape(title, weights, (len(x), len(names)))
    with drawing(0.9 + 3.4 * len(panels), 4.6, 1, len(panels)) as (fig, axes):
        parts = []
        for ax, (title, weights) in zip(axes.flat, panels.items(), strict=True):
            ax.axhline(0, color=INK, lw=0.8)
            for index, (name, path) in enumerate(zip(names, weights.T, strict=True)):
                # Twelve pairs of a colour and a dash: the second six have other dashes than the first.
                turn, place = divmod(index, len(COLORS))
                style: dict[str, Any] = {"color": COLORS[place], "ls": DASHES[(place + turn) % len(DASHES)]}
                ax.plot(x, path, lw=1.6, label=name, **style)
                gone = np.flatnonzero(path == 0)
                if len(gone):
                    ax.plot(x[gone[0]], 0, "x", color=COLORS[place], ms=6, mew=1.6, zorder=4, clip_on=False)
            ax.set_xscale("log")
            ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
            parts.append(f"{title}: {_describe_paths(x, weights, xlabel)}")
        low, high = (edge(ax.get_ylim()[side] for ax in axes.flat) for side, edge in ((0, min), (1, max)))
        for ax in axes.flat:
            ax.set_ylim(low, high)
        label_outer(axes, len(panels))
        handles, labels = axes[0, 0].get_legend_handles_labels()
        fig.legend(handles, labels, loc="outside lower center", ncols=3 if len(panels) > 1 else 2)
    show(fig, f"Line chart of {len(names)} weights against {xlabel}, a panel for each penalty", join_parts(parts))


def _describe_paths(x: NDArray, weights: NDArray, xlabel: str) -> str:
    """How large the weights are at both ends, and how many of them have become exactly 0."""
    sizes, zeros = np.abs(weights).sum(axis=1), np.sum(weights == 0, axis=1)
    ends = [
        f"at {xlabel} = {format_number(x[end])} the absolute values sum to {format_number(sizes[end])} and "
        f"{zeros[end] or 'none'} of {weights.shape[1]} weights {'are' if zeros[end] > 1 else 'is'} exactly 0"
        for end in (0, -1)
    ]
    if zeros[0] < zeros.max():
        first = int(np.argmax(zeros > zeros[0]))
        ends.insert(1, f"the first becomes 0 at {xlabel} = {format_number(x[first])}")
    return ", ".join(ends)
