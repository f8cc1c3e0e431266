"""What goes on inside a network, layer by layer: activations and gradients."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike, NDArray

from helpers.plots.curves import draw_line
from helpers.plots.figures import (
    COLORS,
    DASHES,
    MARKERS,
    PERCENT,
    add_legend,
    describe_gaps,
    describe_same,
    drawing,
    drop_noise,
    format_count,
    format_number,
    format_percent,
    join_parts,
    require_entries,
    require_range,
    require_values,
    show,
)
from helpers.validate import require_count

MANY_ZEROS = 0.05  # share of exact zeros from which on they would hide the rest of a histogram


def histogram_by_label(values_by_label: Mapping[str, ArrayLike], xlabel: str, n_bins: int = 40) -> None:
    """Histograms of several sets of numbers over each other, outlines with their own dash.

    A marker on the lower edge stands at the mean.

    Parameters
    ----------
    values_by_label : dict of arrays of any shape
    xlabel : str
        What the numbers are, with their unit.
    n_bins : int
    """
    require_entries("values_by_label", values_by_label, len(COLORS))
    samples = {label: require_values(label, values).ravel() for label, values in values_by_label.items()}
    for label, values in samples.items():
        if not np.isfinite(values).all():
            raise ValueError(f"{label} must hold finite numbers, got {np.sum(~np.isfinite(values))} that are not")
    edges = np.histogram_bin_edges(np.concatenate(list(samples.values())), n_bins)
    with drawing(6.6, 3.4) as (fig, axes):
        ax = axes[0, 0]
        parts = []
        for index, (label, values) in enumerate(samples.items()):
            weights = np.full(len(values), 1 / len(values))
            style = {"bins": edges, "weights": weights, "color": COLORS[index]}
            ax.hist(values, **style, alpha=0.18)
            ax.hist(values, **style, histtype="step", lw=1.8, ls=DASHES[index])
            mean = drop_noise(values.mean(), values.std())
            marker: dict[str, Any] = {"marker": MARKERS[index], "transform": ax.get_xaxis_transform(), "zorder": 4}
            ax.plot(mean, 0, color=COLORS[index], ls=DASHES[index], clip_on=False, label=label, **marker)
            parts.append(f"{label}: mean {format_number(mean)}, standard deviation {_describe_spread(values)}")
        ax.set(xlabel=xlabel, ylabel="share of the values")
        ax.yaxis.set_major_formatter(PERCENT)
        ax.legend(title="marker: mean")
    show(fig, f"Histogram of {xlabel}", join_parts(parts))


def activation_histograms(
    activations_by_label: Mapping[str, Sequence[ArrayLike]],
    xlabel: str = "activation",
    limits: tuple[float, float] | None = None,
    n_panels: int = 5,
    titles: Sequence[str] | None = None,
) -> None:
    """Histograms of the activations, a row for each network, a panel a layer, with the standard deviation on it.

    A bar's height is a share of the panel's highest bar. What lies beyond the axis is counted at its end. Where many
    values are exactly 0, as after ReLU, these are left out of the bars and their share is written in the panel; the
    standard deviation is always that of all values.

    Parameters
    ----------
    activations_by_label : dict of sequences of arrays
        For each network (or initialization) the activations of its layers, first layer first, arrays of any shape.
    xlabel : str
        What the values are, with their unit.
    limits : (low, high), optional
        Where the axes of all panels begin and end; else each row has its own, the same for its layers.
    n_panels : int
        Of a deeper network this many layers are drawn, evenly spaced, the first and the last among them.
    titles : sequence of strings, optional
        Where the arrays are no layers, what each of them is, for instance ``["before", "after"]``; else "layer 1", ...
    """
    require_entries("activations_by_label", activations_by_label)
    n_panels = require_count("n_panels", n_panels)
    for label, layers in activations_by_label.items():
        shape = getattr(layers, "shape", None)
        if shape is not None and len(shape) < 3:  # one array where several are expected
            raise ValueError(f"activations of {label} must be a list with an array for each layer, got {shape}")
        require_entries(f"activations of {label}", layers)
    n_layers = max(map(len, activations_by_label.values()))
    if titles is not None and len(titles) != n_layers:
        raise ValueError(f"titles must have {n_layers} entries, one a layer, got {len(titles)}")
    drawn = np.unique(np.linspace(0, n_layers - 1, min(n_panels, n_layers)).round().astype(int))
    size = (0.7 + 1.75 * len(drawn), 0.75 + 1.2 * len(activations_by_label))
    with drawing(*size, len(activations_by_label), len(drawn)) as (fig, axes):
        parts = []
        for row, (label, layers) in zip(axes, activations_by_label.items(), strict=True):
            shown = [require_values(f"{label}, layer {n + 1}", layers[n]).ravel() for n in drawn if n < len(layers)]
            low, high = require_range("limits", limits or _find_range(shown))
            for ax, values in zip(row, shown, strict=False):
                finite = values[np.isfinite(values)]
                if _count_zeros(values) >= MANY_ZEROS:
                    finite = finite[finite != 0]
                heights, edges = np.histogram(np.clip(finite, low, high), 30, (low, high))
                ax.stairs(heights / max(heights.max(), 1), edges, fill=True, color=COLORS[0], alpha=0.45)
                ax.stairs(heights / max(heights.max(), 1), edges, color=COLORS[0], lw=1)
                ax.set(xlim=(low, high), ylim=(0, 1.45), yticks=[])
                ax.xaxis.set_major_locator(MaxNLocator(2))
                ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value).replace("-", "−")))
                said = "\n".join([f"std {_describe_spread(values)}", *_describe_zeros(values)])
                ax.text(0.98, 0.96, said, transform=ax.transAxes, ha="right", va="top", fontsize=9)
            for ax in row[len(shown) :]:
                ax.set_axis_off()
            row[0].set_ylabel(textwrap.fill(label, 18), fontsize=9, labelpad=12)
            spreads = [" ".join([_describe_spread(v), *(f"({z})" for z in _describe_zeros(v))]) for v in shown]
            parts.append(f"{label}: {', '.join(spreads)}")
        names = [f"layer {n + 1}" if titles is None else titles[n] for n in drawn]
        for ax, name in zip(axes[0], names, strict=True):
            ax.set_title(name)
        fig.supxlabel(xlabel, fontsize=10)
    numbers = ", ".join(str(n + 1) for n in drawn)
    where = f"layer{'s' if len(drawn) > 1 else ''} {numbers}" if titles is None else ", ".join(names)
    show(
        fig,
        f"Histograms of the {xlabel} in {format_count(len(drawn), 'panel')}, "
        f"{format_count(len(activations_by_label), 'network')}",
        f"Standard deviation of the {xlabel} in {where}: {join_parts(parts)}",
    )


def gradient_norms(norms_by_label: Mapping[str, ArrayLike]) -> None:
    """Norm of each layer's gradient on a logarithmic axis, a line for each network.

    Parameters
    ----------
    norms_by_label : dict of arrays of shape (L,)
        ‖∂J/∂W‖ of each layer, first layer first. A norm of 0 is drawn hollow on the lower edge.
    """
    norms_by_layer = {label: require_values(label, norms) for label, norms in norms_by_label.items()}
    for label, norms in norms_by_layer.items():
        if norms.ndim != 1 or np.any(norms < 0):
            raise ValueError(f"{label} must hold a norm >= 0 for each layer, got an array of shape {norms.shape}")
    require_entries("norms_by_label", norms_by_label, len(COLORS))
    highest = max(np.max(norms[np.isfinite(norms)], initial=0) for norms in norms_by_layer.values())
    earlier: dict[str, NDArray] = {}
    with drawing(7.2, 3.6) as (fig, axes):
        ax = axes[0, 0]
        if highest > 0:
            ax.set_yscale("log")
        else:
            ax.set_ylim(0, 1)
        parts = []
        for index, (label, norms) in enumerate(norms_by_layer.items()):
            layers = np.arange(1, len(norms) + 1)
            draw_line(ax, index, layers, norms, label, ls=DASHES[index])
            said = [*_describe_norms(layers, norms), *describe_same(norms, earlier)]
            parts.append(f"{label}: {', '.join(said)}")
            earlier[label] = norms
        ax.set(xlabel="layer", ylabel="norm of the gradient ‖∂J/∂W‖")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        add_legend(fig, ax)
    show(
        fig,
        f"Line chart of the gradient's norm by layer, {format_count(len(norms_by_layer), 'network')}",
        join_parts(parts),
    )


def _find_range(samples: Sequence[NDArray]) -> tuple[float, float]:
    """Where nearly all of the values lie, at least a range of some width."""
    values = np.concatenate(samples)
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.002, 0.998]) if len(values) else (0.0, 0.0)
    return (float(low), float(high)) if high > low else (float(low) - 1, float(low) + 1)


def _describe_spread(values: NDArray) -> str:
    with np.errstate(over="ignore"):  # squares of numbers beyond 1e154
        return format_number(drop_noise(values.std(), values.mean())) if np.isfinite(values).all() else "not finite"


def _count_zeros(values: NDArray) -> float:
    return float(np.mean(values == 0))


def _describe_zeros(values: NDArray) -> list[str]:
    share = _count_zeros(values)
    return [f"{format_percent(share)} are 0"] if share >= MANY_ZEROS else []


def _describe_norms(layers: NDArray, norms: NDArray) -> list[str]:
    """The finite norms at both ends, and how many are 0 or not finite."""
    finite = np.flatnonzero(np.isfinite(norms))
    zeros = int(np.sum(norms == 0))
    said = []
    if zeros < len(finite):
        ends = dict.fromkeys((finite[0], finite[-1]))
        said = [f"{format_number(norms[end])} in layer {layers[end]}" for end in ends]
    if zeros:
        said.append(f"exactly 0 in {zeros} of {len(norms)} layers")
    return [*said, *describe_gaps(norms, layers, "layer")]
