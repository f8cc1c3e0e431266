"""Pictures of gradient checking: errors against the step, and how far each gradient is off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.plots.curves import draw_line
from helpers.plots.figures import (
    CARD,
    COLORS,
    DASHES,
    INK,
    MUTED,
    add_legend,
    drawing,
    format_number,
    join_parts,
    label_outer,
    require_entries,
    require_values,
    show,
)
from helpers.validate import require_rows, require_shape

GOOD, BUG = 1e-7, 1e-3  # in float64, with differences from both sides and a step of 1e-5
FLOOR = 1e-13  # where bars begin; a smaller difference has none
_COLUMNS = 4


def step_errors(
    steps: ArrayLike,
    errors_by_label: Mapping[str, ArrayLike],
    slopes: Mapping[str, float] | None = None,
    ylabel: str = "error of the slope",
    marks: Mapping[str, float] | None = None,
) -> None:
    """How wrong a numerical derivative is against its step, on logarithmic axes.

    Parameters
    ----------
    steps : array of shape (k,)
        Above 0.
    errors_by_label : dict of arrays of shape (k,)
        0 or more. An error of 0 is drawn hollow on the lower edge.
    slopes : dict of numbers, optional
        For a label the power of the step by which its error should fall: a grey guide beside its line.
    ylabel : str
        What the errors are.
    marks : dict of numbers, optional
        Errors that get a horizontal line with its text.
    """
    require_entries("errors_by_label", errors_by_label, len(COLORS))
    x = require_values("steps", steps)
    require_shape("steps", x, ("k",))
    if x.min() <= 0:
        raise ValueError(f"steps must be > 0 on a logarithmic axis, got {x.min():g}")
    errors = {label: require_values(label, values) for label, values in errors_by_label.items()}
    for label, values in errors.items():
        require_rows(**{"steps": x, f"errors of {label}": values})
    for label in slopes or {}:
        if label not in errors:
            raise ValueError(f"slopes must have labels of errors_by_label, got {label!r}")
    with drawing(6.8, 4.0) as (fig, axes):
        ax = axes[0, 0]
        ax.set_xscale("log")
        ax.set_yscale("log")
        parts = []
        for index, (label, values) in enumerate(errors.items()):
            draw_line(ax, index, x, values, label, ls=DASHES[index])
            power = (slopes or {}).get(label)
            if power is not None:
                _draw_guide(ax, x, values, power)
            parts.append(f"{label}: {', '.join(_describe_valley(x, values))}")
        for text, height in (marks or {}).items():
            ax.axhline(height, color=MUTED, lw=1, ls="--")
            style: dict[str, Any] = {"color": MUTED, "fontsize": 9}
            ax.annotate(text, (0, height), (4, 3), ax.get_yaxis_transform(), "offset points", **style)
            parts.append(f"dashed at {height:g}: {text}")
        ax.set(xlabel="step eps", ylabel=ylabel)
        add_legend(fig, ax)
    show(fig, f"Line chart of the {ylabel} against the step, logarithmic axes", join_parts(parts))


def relative_differences(differences_by_title: Mapping[str, Mapping[str, float]]) -> None:
    """Relative difference of each gradient as a bar on a logarithmic axis, a panel a title.

    A bar is plain where the difference is 1e-7 or less, dotted up to 1e-3 and hatched from there on: a bug.

    Parameters
    ----------
    differences_by_title : dict of dicts of numbers
        For each panel the difference of each parameter, 0 .. 1 or nan. Below 1e-13 there is no bar, only the number.
    """
    require_entries("differences_by_title", differences_by_title)
    for title, differences in differences_by_title.items():
        if not isinstance(differences, Mapping):
            raise ValueError(f"differences_by_title must be {{title: {{parameter: number}}}}, got {title!r}")
        require_entries(f"the differences of {title}", differences)
    n_panels = len(differences_by_title)
    columns = min(n_panels, _COLUMNS) if n_panels != _COLUMNS else 2
    rows = -(-n_panels // columns)
    n_bars = max(map(len, differences_by_title.values()))
    width = max(2.6, 0.9 + 0.52 * n_bars)
    with drawing(0.6 + width * columns, 0.5 + 2.7 * rows, rows, columns) as (fig, axes):
        parts = []
        for ax, (title, differences) in zip(axes.flat, differences_by_title.items(), strict=False):
            values = require_values(title, list(differences.values()))
            _draw_bars(ax, list(differences), values)
            ax.set(title=title, ylabel="relative difference")
            parts.append(f"{title}: {_describe_bars(list(differences), values)}")
        label_outer(axes, n_panels)
        for place, ax in enumerate(axes.flat[:n_panels]):
            ax.tick_params(labelbottom=True)
            if (place + 1) % columns == 0 or place + 1 == n_panels:
                _name_limits(ax)
    kind = f"Bar chart of the relative difference of each gradient, {n_panels} panel{'s' if n_panels > 1 else ''}"
    show(fig, kind, join_parts(parts))


def _draw_guide(ax: Axes, x: NDArray, values: NDArray, power: float) -> None:
    """A thin line of the announced slope, a little above the right half of an error's line."""
    start = int(np.argmax(np.where(values > 0, x, 0)))
    ends = np.array([x[start], max(x[start] * 1e-3, x.min())])
    ax.plot(ends, 3 * values[start] * (ends / x[start]) ** power, color=MUTED, lw=1, ls=":")
    style: dict[str, Any] = {"color": MUTED, "ha": "right", "va": "bottom", "fontsize": 9}
    middle = float(np.sqrt(ends.prod()))
    height = 3 * values[start] * (middle / x[start]) ** power
    ax.annotate(f"slope {power:g}", (middle, height), (-3, 2), textcoords="offset points", **style)


def _describe_valley(x: NDArray, values: NDArray) -> list[str]:
    """The errors at the largest step, at the best and at the smallest."""
    finite = np.isfinite(values)
    if not finite.any():
        return ["no finite value"]
    order = np.argsort(-x[finite])
    places, errors = x[finite][order], values[finite][order]
    said = [f"{format_number(errors[0])} at {places[0]:.2g}"]
    best = int(errors.argmin())
    if best not in (0, len(errors) - 1):
        said.append(f"lowest {format_number(errors[best])} at {places[best]:.2g}")
    if len(errors) > 1:
        said.append(f"{format_number(errors[-1])} at {places[-1]:.2g}")
    return said


def _draw_bars(ax: Axes, names: list[str], values: NDArray) -> None:
    ax.set_yscale("log")
    ax.set_ylim(FLOOR, 60)
    for height in (GOOD, BUG):
        ax.axhline(height, color=INK, lw=0.9, ls=(0, (4, 3)))
    for place, value in enumerate(values):
        state = _judge(float(value))
        style: dict[str, Any] = {
            "good": {"color": COLORS[0]},
            "look": {"facecolor": COLORS[4], "edgecolor": CARD, "hatch": "..."},
            "bug": {"facecolor": COLORS[1], "edgecolor": CARD, "hatch": "///"},
        }[state]
        top = float(value) if np.isfinite(value) else 1.0
        if top > FLOOR:
            ax.bar(place, top - FLOOR, width=0.62, bottom=FLOOR, linewidth=0, **style)
        text = f"{value:.0e}".replace("e-0", "e-") if 0 < value < 0.01 else f"{value:.2g}"
        ax.annotate(text, (place, max(top, FLOOR)), (0, 2), textcoords="offset points", ha="center", fontsize=8)
    ax.set_xticks(range(len(names)), names)
    ax.set_xlim(-0.6, len(names) - 0.4)
    ax.grid(visible=False, axis="x")
    ax.set_yticks([1e-12, 1e-9, 1e-6, 1e-3, 1])


def _name_limits(ax: Axes) -> None:
    """What lies above and below the two dashed lines, at the right of a row of panels."""
    for height, text in ((np.sqrt(BUG), "bug"), (np.sqrt(GOOD * BUG), "look\nagain"), (1e-10, "good")):
        style: dict[str, Any] = {"color": MUTED, "fontsize": 9, "va": "center"}
        ax.annotate(text, (1, height), (5, 0), ax.get_yaxis_transform(), "offset points", **style)


def _judge(value: float) -> str:
    """A difference that is not a number is never good."""
    return "good" if value <= GOOD else "look" if value < BUG else "bug"


def _describe_bars(names: list[str], values: NDArray) -> str:
    """The numbers of a panel, and what they say."""
    numbers = ", ".join(f"{name} {value:.2g}" for name, value in zip(names, values, strict=True))
    said = []
    for state, text in (("bug", "a bug in"), ("look", "look again at")):
        found = [name for name, value in zip(names, values, strict=True) if _judge(float(value)) == state]
        if found:
            said.append(f"{text} {', '.join(found)}")
    return f"{numbers} ({'; '.join(said) or 'all good'})"
