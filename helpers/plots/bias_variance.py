"""A picture of bias and variance: what an error is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.patches import Patch
from numpy.typing import ArrayLike

from helpers.plots.figures import (
    CARD,
    COLORS,
    INK,
    MUTED,
    PERCENT,
    drawing,
    format_count,
    format_percent,
    join_parts,
    require_entries,
    require_values,
    show,
)
from helpers.validate import require_shape

PIECES = (("Bayes error", MUTED, ""), ("avoidable bias", COLORS[0], "///"), ("variance", COLORS[1], "..."))


def error_pieces(pieces_by_label: Mapping[str, ArrayLike], verdicts: Mapping[str, str] | None = None) -> None:
    """What dev errors are made of: a bar for each, cut into Bayes error, avoidable bias and variance.

    The pieces stand one after the other, so that the bar ends at the dev error. A negative one goes back to the left,
    as an outline.

    Parameters
    ----------
    pieces_by_label : dict of arrays of shape (3,)
        For each case its Bayes error, avoidable bias and variance, as shares.
    verdicts : dict of strings, optional
        For each case the words that stand behind its bar.
    """
    require_entries("pieces_by_label", pieces_by_label)
    pieces = {label: require_values(label, values) for label, values in pieces_by_label.items()}
    for label, values in pieces.items():
        require_shape(label, values, (3,))
    if verdicts is not None and set(verdicts) != set(pieces):
        raise ValueError(f"verdicts must have the labels {list(pieces)}, got {list(verdicts)}")
    with drawing(7.4, 1.3 + 0.42 * len(pieces)) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for place, (label, values) in enumerate(pieces.items()):
            start = furthest = 0.0
            for value, (_, color, hatch) in zip(values, PIECES, strict=True):
                style: dict[str, Any] = {"facecolor": color, "edgecolor": CARD, "hatch": hatch, "lw": 0}
                if value < 0:
                    style = {"facecolor": "none", "edgecolor": color, "hatch": hatch, "lw": 1.2, "zorder": 3}
                ax.barh(place, value, left=start, height=0.62, **style)
                start += value
                furthest = max(furthest, start)
            verdict = (verdicts or {}).get(label, "")
            ax.annotate(verdict, (furthest, place), (6, 0), textcoords="offset points", va="center", color=INK)
            said = [f"{name} {format_percent(value)}" for value, (name, _, _) in zip(values, PIECES, strict=True)]
            parts.append(f"{label}: {', '.join(said)}" + (f" ({verdict})" if verdict else ""))
        ax.set_yticks(range(len(pieces)), list(pieces))
        ax.tick_params(axis="y", length=0, labelcolor=INK)
        ax.invert_yaxis()
        ax.grid(visible=False, axis="y")
        ax.set_xlabel("dev error and what it is made of")
        ax.xaxis.set_major_formatter(PERCENT)
        # Room for the words behind the longest bar.
        low, high = ax.get_xlim()
        ax.set_xlim(min(low, 0), high + (0.35 * (high - min(low, 0)) if verdicts else 0))
        handles = [
            Patch(facecolor=color, edgecolor=CARD, hatch=hatch, lw=0, label=name) for name, color, hatch in PIECES
        ]
        fig.legend(handles=handles, loc="outside upper left", ncols=3)
    show(fig, f"Bar chart of dev errors cut into pieces, {format_count(len(pieces), 'case')}", join_parts(parts))
