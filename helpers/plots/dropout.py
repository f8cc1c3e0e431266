"""Pictures of dropout itself: its masks, and what it does to a mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike

from helpers.plots.figures import (
    CARD,
    COLORS,
    GRID,
    MARKERS,
    MUTED,
    drawing,
    format_number,
    format_percent,
    join_parts,
    require_entries,
    require_values,
    show,
)
from helpers.plots.images import draw_image
from helpers.validate import require_rows, require_shape


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
    require_values("masks", masks)
    require_shape("masks", masks, ("k", "h", "w"))
    shares = [float(np.mean(mask != 0)) for mask in masks]
    height, width = masks.shape[1:]
    empty_and_kept = ListedColormap([GRID, COLORS[0]])
    with drawing(1.9 * len(masks), 0.3 + 1.85 * height / width, 1, len(masks)) as (fig, axes):
        for number, (ax, mask, share) in enumerate(zip(axes.flat, masks, shares, strict=True), start=1):
            draw_image(ax, mask != 0, empty_and_kept, 0, 1)
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
    require_entries("means_by_label", means_by_label, len(COLORS))
    x = require_values("keep_probs", keep_probs)
    with drawing(6.2, 3.6) as (fig, axes):
        ax = axes[0, 0]
        ax.plot([0, 1], [1, 1], color=MUTED, lw=1, ls=":")
        ax.plot([0, 1], [0, 1], color=MUTED, lw=1, ls=":")
        parts = []
        for index, (label, means) in enumerate(means_by_label.items()):
            means = require_values(label, means)
            require_rows(**{"keep_probs": x, f"means of {label}": means})
            ax.plot(x, means, marker=MARKERS[index], color=COLORS[index], label=label)
            parts.append(
                f"{label}: mean {format_number(means[0])} at keep_prob {x[0]:g}, "
                f"{format_number(means[-1])} at {x[-1]:g}"
            )
        ax.set(xlabel="keep_prob", ylabel="mean output (mean input 1)", xlim=(0, 1.03), ylim=(0, None))
        ax.legend()
    show(fig, "Line chart of the mean output of dropout against keep_prob", join_parts(parts))
