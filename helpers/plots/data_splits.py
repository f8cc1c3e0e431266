"""Pictures of splits: which row went into which part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.patches import Patch
from numpy.typing import ArrayLike, NDArray

from helpers.plots.curves import draw_marks
from helpers.plots.figures import COLORS, drawing, format_count, join_parts, require_entries, show
from helpers.validate import require_count

HEIGHT = 0.84  # of the highest bar; a strip has the height 1


def split_strips(
    parts_by_label: Mapping[str, Sequence[ArrayLike]],
    m: int,
    part_names: Sequence[str] = ("train", "dev", "test"),
    marks: Mapping[str, float] | None = None,
) -> None:
    """A strip for each split, with a bar for each row: its colour and its height say in which part the row is.

    A row that is in no part leaves a gap, one that is in two parts has two colours.

    Parameters
    ----------
    parts_by_label : dict of sequences of arrays
        For each split the row numbers of its parts, as many arrays as there are names. A part may be empty.
    m : int
        Number of rows.
    part_names : sequence of strings
        What the parts are, the part with the lowest bars first.
    marks : dict of numbers, optional
        Row numbers that get a vertical line with its text before them, for instance where another class begins.
    """
    require_entries("parts_by_label", parts_by_label)
    require_entries("part_names", part_names, len(COLORS))
    m = require_count("m", m)
    strips = {label: _read_parts(label, parts, m, part_names) for label, parts in parts_by_label.items()}
    heights = HEIGHT * (1 + np.arange(len(part_names))) / len(part_names)
    with drawing(7.6, 1.0 + 0.5 * len(strips)) as (fig, axes):
        ax = axes[0, 0]
        captions: list[str] = []
        for floor, (label, parts) in enumerate(reversed(strips.items())):
            for number, rows in reversed(list(enumerate(parts))):  # the lower bars before the higher ones
                ax.bar(rows, heights[number], width=1.0, bottom=floor, color=COLORS[number], lw=0)
            captions.insert(0, f"{label}: {_describe(parts, m, part_names)}")
        ax.set(xlabel="row", xlim=(-0.5, m - 0.5), ylim=(0, len(strips)))
        ax.set_yticks(np.arange(len(strips)) + HEIGHT / 2, list(reversed(strips)))
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False)
        draw_marks(ax, {text: place - 0.5 for text, place in (marks or {}).items()}, "row")
        patches = [Patch(color=COLORS[number], label=name) for number, name in enumerate(part_names)]
        fig.legend(handles=patches, loc="outside right upper", title="bars from low to high")
    captions += [f"{text} begins at row {place:g}" for text, place in (marks or {}).items()]
    show(fig, f"{format_count(len(strips), 'strip')} of {m} rows, each marked with its part", join_parts(captions))


def _read_parts(label: str, parts: Sequence[ArrayLike], m: int, names: Sequence[str]) -> list[NDArray[np.int64]]:
    """Return the row numbers of each part."""
    if len(parts) != len(names):
        raise ValueError(f"{label} must have {len(names)} parts, {', '.join(names)}, got {len(parts)}")
    numbers = []
    for name, part in zip(names, parts, strict=True):
        rows = np.asarray(part)
        if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
            raise ValueError(f"{name} of {label} must be a vector of row numbers, got {rows.dtype} of {rows.shape}")
        if rows.size and (rows.min() < 0 or rows.max() >= m):
            raise ValueError(f"{name} of {label} must hold rows 0 .. {m - 1}, got {rows.min()} .. {rows.max()}")
        numbers.append(rows.astype(np.int64))
    return numbers


def _describe(parts: Sequence[NDArray[np.int64]], m: int, names: Sequence[str]) -> str:
    """How many rows each part has, in how many runs of neighbours they lie, and what is not as it should be."""
    said = [f"{len(rows)} {name}" for rows, name in zip(parts, names, strict=True)]
    membership = np.array([np.isin(np.arange(m), rows) for rows in parts])
    runs = 1 + sum(not np.array_equal(one, other) for one, other in pairwise(membership.T))
    said.append(f"in {format_count(runs, 'run')}")
    for count, what in ((membership.sum(axis=0) == 0, "no part"), (membership.sum(axis=0) > 1, "two parts")):
        if count.any():
            said.append(f"{format_count(int(count.sum()), 'row')} in {what}")
    return ", ".join(said)
