"""Lines: errors against a setting, any quantity against another, fitted curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter
from numpy.typing import ArrayLike, NDArray

from helpers.plots.figures import (
    CARD,
    COLORS,
    DASHES,
    INK,
    MARKERS,
    MUTED,
    PERCENT,
    add_legend,
    count_whole,
    describe_gaps,
    describe_same,
    drawing,
    format_count,
    format_number,
    format_percent,
    join_parts,
    label_outer,
    require_entries,
    require_values,
    show,
)
from helpers.validate import require_rows, require_shape


def error_by_setting(
    settings: ArrayLike, errors_by_label: Mapping[str, ArrayLike], xlabel: str, log: bool = False
) -> None:
    """Error against a setting, mean of several seeds as a line and their standard deviation as a band.

    Parameters
    ----------
    settings : array of shape (k,)
        Of a dial, or the sizes of the training set.
    errors_by_label : dict of arrays of shape (k, seeds), or (k,) for a single run
        Shares 0 .. 1, for instance of "training" and "dev".
    xlabel : str
        The setting's name, with its unit.
    log : bool
        Put the settings on a logarithmic axis. A setting of 0 stands apart, at the left, with an error bar as its band.
    """
    require_entries("errors_by_label", errors_by_label, len(COLORS))
    x = require_values("settings", settings)
    require_shape("settings", x, ("k",))
    if log and not (x.min() >= 0 and x.max() > 0):
        raise ValueError(f"settings must be >= 0, one above 0, on a logarithmic axis, got {x.min():g} .. {x.max():g}")
    apart = (x == 0) & log
    places = _make_room(x) if log else x
    earlier: dict[str, NDArray] = {}
    with drawing(6.6, 3.8) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for index, (label, values) in enumerate(errors_by_label.items()):
            errors = require_values(label, values)
            require_rows(**{"settings": x, f"errors of {label}": errors})
            mean, spread = average_runs(errors, len(x))
            draw_line(ax, index, x[~apart], errors[~apart], label)
            if apart.any():
                style: dict[str, Any] = {"color": COLORS[index], "marker": MARKERS[index], "elinewidth": 1.2}
                ax.errorbar(places[apart], mean[apart], spread[apart] if errors.size > len(x) else None, ls="", **style)
            said = [*_describe_settings(x, mean), *describe_same(mean, earlier)]
            parts.append(f"{label}: {', '.join(said)}")
            earlier[label] = mean
        count_whole(ax.xaxis, x)
        if log:
            ax.set_xscale("log")
            ax.set_xticks(places, [f"{value:g}" for value in x])
            ax.xaxis.set_minor_formatter(NullFormatter())
            if apart.any():
                _break_axis(ax, float(np.sqrt(places.min() * x[x > 0].min())))
        ax.set(xlabel=xlabel, ylabel="error", ylim=(0, None))
        ax.yaxis.set_major_formatter(PERCENT)
        ax.legend()
    show(fig, f"Line chart of error against {xlabel}", join_parts(parts))


def lines(
    x: ArrayLike | Mapping[str, ArrayLike],
    values_by_label: Mapping[str, ArrayLike],
    xlabel: str,
    ylabel: str,
    log: str = "",
    dots: Mapping[str, ArrayLike] | None = None,
    marks: Mapping[str, float] | None = None,
    steps: bool = False,
) -> None:
    """Any quantity against another: a line with its own dash and marker for each label.

    Parameters
    ----------
    x : array of shape (k,), or a dict with an array for each label
        In the order in which the line is drawn.
    values_by_label : dict of arrays of shape (k,) or (k, seeds)
        Of several seeds the mean is drawn as a line, the standard deviation as a band.
    xlabel, ylabel : str
        What x and the values are, with their units.
    log : "", "x", "y" or "xy"
        Axes that are logarithmic. A value of 0 has no place on one: it is drawn hollow on the lower edge.
    dots : dict of arrays of shape (k,), optional
        Raw data under the lines, as grey dots; where `x` is a dict, it has their label too.
    marks : dict of numbers, optional
        Places on the x axis that get a vertical line with its text.
    steps : bool
        Draw each value as a level up to the next x, as that of a schedule that changes at times.
    """
    require_entries("values_by_label", values_by_label, len(COLORS))
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f'log must be "", "x", "y" or "xy", got {log!r}')
    values = {label: require_values(label, line) for label, line in values_by_label.items()}
    raw = {label: require_values(label, line) for label, line in (dots or {}).items()}
    if isinstance(x, Mapping) and not {*values, *raw} <= set(x):
        raise ValueError(f"x must have an array for each of {[*values, *raw]}, got {list(x)}")
    places = {label: require_values("x", x[label] if isinstance(x, Mapping) else x) for label in [*values, *raw]}
    for label, line in [*values.items(), *raw.items()]:
        require_shape(f"x of {label}", places[label], ("k",))
        require_rows(**{"x": places[label], f"values of {label}": line})
    smallest = min(place.min() for place in places.values())
    if "x" in log and smallest <= 0:
        raise ValueError(f"x must be > 0 on a logarithmic axis, got {smallest:g}")
    with drawing(7.2, 3.8) as (fig, axes):
        ax = axes[0, 0]
        if "x" in log:
            ax.set_xscale("log")
        else:
            count_whole(ax.xaxis, np.concatenate(list(places.values())))
        if "y" in log and max(np.max(line[np.isfinite(line)], initial=0) for line in values.values()) > 0:
            ax.set_yscale("log")
        parts = []
        earlier: dict[str, NDArray] = {}
        style = {"drawstyle": "steps-post"} if steps else {}
        for label, line in raw.items():
            ax.plot(places[label], line, "o", color=MUTED, ms=3, alpha=0.55, mew=0, label=label)
            parts.append(f"{label}: dots from {format_number(np.nanmin(line))} to {format_number(np.nanmax(line))}")
        for index, (label, line) in enumerate(values.items()):
            mean = draw_line(ax, index, places[label], line, label, ls=DASHES[index], **style)
            points = np.array([places[label], mean])
            said = [_describe(*points), *describe_gaps(mean, places[label]), *describe_same(points, earlier)]
            parts.append(f"{label}: {', '.join(said)}")
            earlier[label] = points
        ax.set(xlabel=xlabel, ylabel=ylabel)
        parts += draw_marks(ax, marks or {}, xlabel)
        add_legend(fig, ax)
    show(fig, f"Line chart of {ylabel} against {xlabel}, {format_count(len(values), 'line')}", join_parts(parts))


def fitted_curves(
    x: ArrayLike,
    y: ArrayLike,
    predict_by_title: Mapping[str, Callable[[NDArray], NDArray]],
    truth: Callable[[NDArray], NDArray] | None = None,
    xlabel: str = "x",
    ylabel: str = "y",
) -> None:
    """Data points and the curves that models make of them, a panel a model.

    Parameters
    ----------
    x, y : arrays of shape (m,)
        The points.
    predict_by_title : dict of functions
        ``predict(x) -> y`` from (q,) to (q,), or to (r, q) for r refits: these are drawn thin, their mean dashed.
    truth : function, optional
        ``truth(x) -> y`` without noise, drawn dotted.
    xlabel, ylabel : str
        What x and y are, with their units.
    """
    require_entries("predict_by_title", predict_by_title)
    x, y = require_values("x", x), require_values("y", y)
    require_shape("x", x, ("m",))
    require_shape("y", y, (len(x),))
    grid = np.linspace(x.min(), x.max(), 400)
    true_curve = None if truth is None else np.asarray(truth(grid), dtype=float)
    inside = y if true_curve is None else np.concatenate([y, true_curve])
    margin = 0.12 * max(float(np.ptp(inside)), 1e-9)
    columns = min(len(predict_by_title), 4)
    rows = -(-len(predict_by_title) // columns)
    with drawing(0.6 + 2.35 * columns, 0.5 + 2.3 * rows, rows, columns) as (fig, axes):
        parts = []
        for ax, (title, predict) in zip(axes.flat, predict_by_title.items(), strict=False):
            curves = np.atleast_2d(np.asarray(predict(grid), dtype=float))
            mean, refits = curves.mean(axis=0), len(curves) > 1
            if true_curve is not None:
                ax.plot(grid, true_curve, color=INK, lw=1.6, ls=":", label="truth")
            if refits:
                thin: dict[str, Any] = {"color": COLORS[0], "lw": 0.6, "alpha": 0.35}
                ax.plot(grid, curves[0], label="refits", **thin)
                ax.plot(grid, curves[1:].T, **thin)
                ax.plot(grid, mean, color=COLORS[1], ls=DASHES[1], label="mean of the refits")
            else:
                ax.plot(grid, mean, color=COLORS[0], label="fit")
            ax.plot(x, y, "o", color=INK, ms=3.5, mew=0, label="data")
            ax.set(title=title, xlabel=xlabel, ylabel=ylabel, ylim=(inside.min() - margin, inside.max() + margin))
            parts.append(f"{title}: " + _describe_fit(curves, true_curve, np.asarray(predict(x), dtype=float), y))
        label_outer(axes, len(predict_by_title))
        fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4 if columns > 1 else 2)
    show(fig, f"{len(x)} points and the curves of {format_count(len(predict_by_title), 'model')}", join_parts(parts))


def _describe_fit(curves: NDArray, true_curve: NDArray | None, fitted: NDArray, y: NDArray) -> str:
    """What the errors of a panel are, in numbers."""
    if len(curves) == 1:
        said = [f"mean squared error {format_number(np.mean((fitted - y) ** 2))} on the {len(y)} points"]
    else:
        said = [f"variance {format_number(curves.var(axis=0).mean())} over {len(curves)} refits"]
    if true_curve is not None:
        name = "mean squared distance from the truth" if len(curves) == 1 else "squared bias"
        said.append(f"{name} {format_number(np.mean((curves.mean(axis=0) - true_curve) ** 2))}")
    return ", ".join(said)


def average_runs(values: NDArray, n_places: int) -> tuple[NDArray, NDArray]:
    """Mean and standard deviation over the seeds, each of shape (places,)."""
    runs = values.reshape(n_places, -1 if n_places else 1)
    with np.errstate(invalid="ignore", over="ignore"):  # a run that diverged
        return runs.mean(axis=1), runs.std(axis=1)


def draw_line(ax: Axes, index: int, x: NDArray, values: NDArray, label: str, **style: Any) -> NDArray:
    """Draw what is finite of a line, with its markers; of several seeds the mean with a band. Return what was drawn."""
    mean, spread = average_runs(values, len(x))
    finite = np.isfinite(mean)
    hidden = finite & (mean <= 0) & (ax.get_yscale() == "log")
    seen = np.where(finite & ~hidden, mean, np.nan)
    if values.size > len(x):
        low = mean - spread
        if ax.get_yscale() == "log":
            low = np.where(low > 0, low, seen / 10)  # a band that would reach 0 ends a decade below its line
        ax.fill_between(
            x, low, mean + spread, step="post" if "drawstyle" in style else None, color=COLORS[index], alpha=0.15, lw=0
        )
    end = 1 + int(max(np.flatnonzero(finite), default=-1))  # so that a line that ends early has its markers
    marker: dict[str, Any] = {"marker": MARKERS[index], "markevery": _mark_every(end, index)}
    ax.plot(x[:end], seen[:end], color=COLORS[index], label=label, **marker, **style)
    if hidden.any():
        edge: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "clip_on": False, "mfc": "none", "ls": ""}
        ax.plot(x[hidden], np.zeros(hidden.sum()), MARKERS[index], color=COLORS[index], **edge)
    return mean


def _mark_every(n_points: int, index: int) -> tuple[int, int]:
    """Where a line's markers stand: on each point of a short line, on a few of a long one, beside its neighbour's."""
    step = 1 if n_points <= 25 else n_points // 8
    return index * step // len(COLORS), step


def draw_marks(ax: Axes, marks: Mapping[str, float], xlabel: str) -> list[str]:
    """Draw a vertical line with a text at each place, and say so."""
    for number, (text, place) in enumerate(marks.items()):
        ax.axvline(place, color=MUTED, lw=1, ls="--")
        # Above the axes, in two heights, so that neighbours do not meet.
        above = (0, 3 + 12 * (number % 2))
        ax.annotate(text, (place, 1), above, ax.get_xaxis_transform(), "offset points", color=MUTED, ha="center")
    return [f"{text}: {xlabel} {format_number(place)}" for text, place in marks.items()]


def _make_room(x: NDArray) -> NDArray:
    """Where the settings stand on a logarithmic axis: a 0 to the left of the others."""
    smallest = x[x > 0].min()
    return np.where(x > 0, x, smallest / max(3.0, (x.max() / smallest) ** 0.2))


def _break_axis(ax: Axes, place: float) -> None:
    """Two strokes through the x axis: it does not go on from here."""
    box = {"facecolor": CARD, "edgecolor": "none", "pad": 0.5}
    style: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "ha": "center", "va": "center", "bbox": box}
    ax.text(place, 0, "//", color=MUTED, **style)


def _describe_settings(x: NDArray, mean: NDArray) -> list[str]:
    """The errors at both ends and the lowest."""
    finite = np.isfinite(mean)
    if not finite.any():
        return ["no finite value"]
    settings, errors = x[finite], mean[finite]
    said = [f"{format_percent(errors[end])} at {settings[end]:g}" for end in (0, -1)]
    best = int(errors.argmin())
    return [*said, f"lowest {format_percent(errors[best])} at {settings[best]:g}", *describe_gaps(mean, x)]


def _describe(x: NDArray, y: NDArray) -> str:
    """Both ends of what is finite of a line, and its lowest and highest point where these lie between them."""
    finite = np.isfinite(y)
    x, y = x[finite], y[finite]
    if not len(y):
        return "no finite value"
    ends = [f"{format_number(y[end])} at {format_number(x[end])}" for end in (0, -1)]
    said = [f"from {ends[0]} to {ends[1]}" if len(x) > 1 else ends[0]]
    for name, place in (("lowest", y.argmin()), ("highest", y.argmax())):
        if y[place] not in (y[0], y[-1]):
            said.append(f"{name} {format_number(y[place])} at {format_number(x[place])}")
    return ", ".join(said)
