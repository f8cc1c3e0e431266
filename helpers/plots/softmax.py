"""Pictures of probabilities: how a model divides its belief among the classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from helpers.plots.figures import (
    CARD,
    COLORS,
    PERCENT,
    drawing,
    format_count,
    format_percent,
    join_parts,
    label_outer,
    require_entries,
    require_values,
    show,
)
from helpers.validate import require_shape

FEW = 5  # classes up to which each bar has its number written on it; of more, the highest alone


def class_probabilities(
    probabilities_by_title: Mapping[str, ArrayLike],
    true_class: int | None = None,
    class_names: Sequence[str] | None = None,
) -> None:
    """The probabilities of the classes as bars, a panel for each set of them.

    Parameters
    ----------
    probabilities_by_title : dict of arrays of shape (C,)
        Shares 0 .. 1 of the same C classes, up to eight sets.
    true_class : int, optional
        The class whose bar is hatched.
    class_names : sequence of C strings, optional
        Else 0, 1, ...
    """
    require_entries("probabilities_by_title", probabilities_by_title, 8)
    panels = {title: require_values(title, values) for title, values in probabilities_by_title.items()}
    n_classes = len(np.atleast_1d(next(iter(panels.values()))))
    names = [str(name) for name in (range(n_classes) if class_names is None else class_names)]
    if len(names) != n_classes:
        raise ValueError(f"class_names must have {n_classes} entries, got {len(names)}")
    if true_class is not None and true_class not in range(n_classes):
        raise ValueError(f"true_class must be one of 0 .. {n_classes - 1}, got {true_class}")
    for title, values in panels.items():
        require_shape(title, values, (n_classes,))
        finite = values[np.isfinite(values)]
        if np.any((finite < 0) | (finite > 1 + 1e-6)):
            raise ValueError(f"{title} must hold shares 0 .. 1, got {finite.min():g} .. {finite.max():g}")
    columns = min(len(panels), 4)
    rows = -(-len(panels) // columns)
    with drawing(0.8 + columns * max(1.9, 0.24 * n_classes), 0.5 + 2.3 * rows, rows, columns) as (fig, axes):
        parts = []
        for ax, (title, values) in zip(axes.flat, panels.items(), strict=False):
            is_true = np.arange(n_classes) == (-1 if true_class is None else true_class)
            colors = np.where(is_true, COLORS[1], COLORS[0])
            bars = ax.bar(range(n_classes), np.nan_to_num(values), width=0.8, color=colors, edgecolor=CARD, lw=0)
            for bar in np.array(bars.patches)[is_true]:
                bar.set_hatch("///")
            best = int(np.nanargmax(values)) if np.isfinite(values).any() else -1
            for place, value in enumerate(values):
                if not np.isfinite(value):
                    ax.annotate("nan", (place, 0), (0, 2), textcoords="offset points", ha="center", fontsize=8)
                elif n_classes <= FEW or place == best:
                    text = format_percent(value)
                    ax.annotate(text, (place, value), (0, 2), textcoords="offset points", ha="center", fontsize=8)
            ax.set_xticks(range(n_classes), names)
            ax.set(title=title, xlabel="class", ylabel="probability", ylim=(0, 1.12))
            ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
            ax.yaxis.set_major_formatter(PERCENT)
            ax.grid(visible=False, axis="x")
            ax.tick_params(axis="x", length=0)
            parts.append(f"{title}: {_describe(values, best, names, true_class)}")
        label_outer(axes, len(panels))
        if true_class is not None:
            handle = Patch(facecolor=COLORS[1], edgecolor=CARD, hatch="///", lw=0, label="true class")
            axes.flat[len(panels) - 1].legend(handles=[handle], loc="best")
    show(
        fig,
        f"Bar chart of the probabilities of {n_classes} classes, {format_count(len(panels), 'panel')}",
        join_parts(parts),
    )


def _describe(values: np.ndarray, best: int, names: Sequence[str], true_class: int | None) -> str:
    """All shares of a few classes; of more the highest, and what the true class has."""
    if best < 0:
        return "no finite value"
    if len(values) <= FEW:
        shares = [format_percent(value) if np.isfinite(value) else "nan" for value in values]
        said = ", ".join(f"{share} for {name}" for share, name in zip(shares, names, strict=True))
    else:
        said = f"highest {format_percent(values[best])}, for class {names[best]}"
    if true_class is None or len(values) <= FEW:
        return said
    if best == true_class:
        return f"{said}, the true one"
    return f"{said}; {format_percent(values[true_class])} for the true class {names[true_class]}"
