"""Numbers side by side: bars, the confusion matrix, and a table of errors."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import ArrayLike, NDArray

from helpers.plots.figures import (
    CARD,
    COLORS,
    GRID,
    INK,
    MUTED,
    drawing,
    format_number,
    format_percent,
    join_parts,
    require_entries,
    require_values,
    show,
    show_page,
)
from helpers.validate import require_shape

# So light that dark writing has its contrast on all of them.
RIGHT, WRONG = (LinearSegmentedColormap.from_list("tint", (CARD, color)) for color in ("#7fb8d8", "#eda56b"))


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
    require_entries("labels", labels)
    heights = require_values("values", values)
    require_shape("values", heights, (len(labels),))
    width = float(np.clip(7 / len(labels), 0.6, 1.4))
    with drawing(1.4 + width * len(labels), 3.4) as (fig, axes):
        ax = axes[0, 0]
        error = None if spread is None else require_values("spread", spread)
        ax.bar(
            range(len(labels)),
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
        ax.set_xticks(range(len(labels)), [textwrap.fill(str(label), int(11 * width)) for label in labels])
        ax.set_ylabel(ylabel)
        ax.grid(visible=False, axis="x")
        ax.margins(y=0.15)
    parts = [f"{label}: {format_number(height)}" for label, height in zip(labels, heights, strict=True)]
    if error is not None:
        parts = [f"{part} ± {format_number(deviation)}" for part, deviation in zip(parts, error, strict=True)]
    show(fig, f"Bar chart of {ylabel}", join_parts(parts))


def confusion_matrix(counts: ArrayLike, class_names: Sequence[str] | None = None) -> None:
    """How often each true class (rows) was taken for each class (columns).

    The tint of the diagonal is a share of the row; the mistakes have a colour of their own and are compared with the
    most frequent one.

    Parameters
    ----------
    counts : array of shape (C, C)
        Whole numbers, as `helpers.softmax.confusion_matrix` counts them from labels and predictions.
    class_names : sequence of C strings, optional
        Else 0, 1, ...
    """
    matrix = require_values("counts", counts)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(
            f"counts must have shape (C, C), got {matrix.shape}; helpers.softmax.confusion_matrix counts labels"
        )
    if not np.all(np.isfinite(matrix) & (matrix >= 0) & (matrix == np.floor(matrix))):
        raise ValueError(f"counts must hold whole numbers >= 0, got {matrix.min():g} .. {matrix.max():g}")
    names = [str(label) for label in (range(len(matrix)) if class_names is None else class_names)]
    if len(names) != len(matrix):
        raise ValueError(f"class_names must have {len(matrix)} entries, got {len(names)}")
    right, mistakes = np.diag(matrix), matrix - np.diag(np.diag(matrix))
    tint = np.where(np.eye(len(matrix)) > 0, matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1), 0)
    longest = max(map(len, names))
    cell = 0.46 if matrix.max() < 1000 else 0.6
    side = cell * max(len(matrix), 4)
    with drawing(1.2 + side + 0.08 * longest, 1.0 + side + (0.06 * longest if longest > 3 else 0)) as (fig, axes):
        ax = axes[0, 0]
        ax.imshow(RIGHT(tint), interpolation="nearest")
        shade = np.where(mistakes > 0, 0.15 + 0.85 * mistakes / max(mistakes.max(), 1), np.nan)
        ax.imshow(np.ma.masked_invalid(shade), cmap=WRONG, vmin=0, vmax=1, interpolation="nearest")
        for (row, column), count in np.ndenumerate(matrix):
            weight = "bold" if row == column else "normal"
            color = INK if count else MUTED
            ax.text(column, row, f"{count:.0f}", ha="center", va="center", color=color, fontweight=weight, fontsize=9)
        ax.set(xlabel="predicted class", ylabel="true class")
        tilted = {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if longest > 3 else {}
        ax.set_xticks(range(len(names)), names, **tilted)
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(length=0)
        ax.grid(visible=False)
        ax.hlines(np.arange(-0.5, len(matrix)), -0.5, len(matrix) - 0.5, color=GRID, lw=1)
        ax.vlines(np.arange(-0.5, len(matrix)), -0.5, len(matrix) - 0.5, color=GRID, lw=1)
        ax.spines[:].set_visible(False)
    total = matrix.sum()
    caption = f"{right.sum():.0f} of {total:.0f} examples are on the diagonal, where prediction and truth agree"
    if mistakes.max() > 0:
        true, predicted = np.unravel_index(mistakes.argmax(), mistakes.shape)
        caption += (
            f" (error {format_percent(mistakes.sum() / total)}); the most frequent mistake: {names[true]} taken for "
            f"{names[predicted]}, {mistakes.max():.0f} times"
        )
    show(fig, f"Confusion matrix of {len(matrix)} classes", f"{caption}.")


def error_table(
    errors_by_run: Mapping[str, Mapping[str, ArrayLike]], what: str = "error", best: str = "lowest"
) -> None:
    """A table in percent, a row for each run, a column for each setting; ★ and bold mark the best of a column.

    Parameters
    ----------
    errors_by_run : dict of dicts of arrays of shape (seeds,), or numbers
        For each run the shares 0 .. 1 of each column; all runs have the same columns. Of several seeds the mean and
        the standard deviation are written. NaN, of a run that diverged, is written as "not finite".
    what : str
        What the numbers are: "error", "accuracy".
    best : "lowest" or "highest"
    """
    require_entries("errors_by_run", errors_by_run)
    for run, errors in errors_by_run.items():
        if not isinstance(errors, Mapping):
            raise ValueError(f"errors_by_run[{run!r}] must be a dict with the run's columns, got {errors!r}")
    columns = list(next(iter(errors_by_run.values())))
    require_entries("the columns of errors_by_run", columns)
    for run, errors in errors_by_run.items():
        if list(errors) != columns:
            raise ValueError(f"errors_by_run[{run!r}] must have the columns {columns}, got {list(errors)}")
    if best not in ("lowest", "highest"):
        raise ValueError(f'best must be "lowest" or "highest", got {best!r}')
    cells = [[require_values(f"{run}, {c}", row[c]).ravel() for c in columns] for run, row in errors_by_run.items()]
    for run, row in zip(errors_by_run, cells, strict=True):
        for column, cell in zip(columns, row, strict=True):
            if np.any((cell < 0) | (cell > 1)):
                raise ValueError(f"{run}, {column} must hold shares 0 .. 1, got {cell.min():g} .. {cell.max():g}")
    means = np.array([[100 * cell.mean() for cell in row] for row in cells]).round(1)
    chosen = means == (np.fmin if best == "lowest" else np.fmax).reduce(means, axis=0)
    texts = [[_write_cell(cell) for cell in row] for row in cells]
    seeds = max(cell.size for row in cells for cell in row)
    title = f"{what.capitalize()} in %" + (f", mean ± standard deviation over {seeds} seeds" if seeds > 1 else "")
    title += f"; ★ {best} of its column"
    show_page(
        _build_page(title, list(errors_by_run), columns, texts, chosen),
        _build_text(title, list(errors_by_run), columns, texts, chosen),
    )


def _write_cell(shares: NDArray) -> str:
    if np.isnan(shares).any():
        return "not finite"
    mean = f"{100 * shares.mean():.1f}"
    return mean if shares.size == 1 else f"{mean} ± {100 * shares.std():.1f}"


def _build_page(
    title: str, runs: Sequence[str], columns: Sequence[str], texts: Sequence[Sequence[str]], chosen: NDArray
) -> str:
    """The table as HTML, on a light card of its own whatever the page's theme says."""
    ground = f"background: {CARD}; color: {INK}; padding: 0.35em 0.9em; border: 0; border-bottom: 1px solid {GRID}"
    number = f"{ground}; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap"
    head = "".join(f'<th scope="col" style="{number}">{html.escape(column)}</th>' for column in columns)
    rows = []
    for run, row, marks in zip(runs, texts, chosen, strict=True):
        written = "".join(
            f'<td style="{number}"><strong>★ {text}</strong></td>' if mark else f'<td style="{number}">{text}</td>'
            for text, mark in zip(row, marks, strict=True)
        )
        name = f'<th scope="row" style="{ground}; text-align: left; font-weight: normal">{html.escape(run)}</th>'
        rows.append(f"<tr>{name}{written}</tr>")
    return (
        '<div style="overflow-x: auto; margin: 0.5em 0">'
        '<table style="border-collapse: collapse; margin: 0; min-width: 24em; font-size: 0.95em; color: inherit">'
        '<caption style="color: inherit; caption-side: bottom; text-align: left; padding-top: 0.4em">'
        f"{html.escape(title)}.</caption>"
        f'<thead><tr><td style="{ground}"></td>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _build_text(
    title: str, runs: Sequence[str], columns: Sequence[str], texts: Sequence[Sequence[str]], chosen: NDArray
) -> str:
    """The table in letters of one width."""
    marked = [
        [f"{'★ ' if mark else ''}{text}" for text, mark in zip(row, marks, strict=True)]
        for row, marks in zip(texts, chosen, strict=True)
    ]
    widths = [max(map(len, column)) for column in zip(columns, *marked, strict=True)]
    first = max(map(len, runs))
    lines = [
        "  ".join([name.ljust(first), *(cell.rjust(width) for cell, width in zip(row, widths, strict=True))])
        for name, row in zip(["", *runs], [list(columns), *marked], strict=True)
    ]
    return "\n".join([f"[Table] {title}.", *lines])
