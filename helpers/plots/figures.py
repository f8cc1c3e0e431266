"""How a figure looks and how it is shown: the house style, and the card with its text alternative.

Colours are Okabe and Ito's colour-blind-safe ones. Figures stand on a light card of their own, so they read alike in
light and dark themes. This module knows no plot.
"""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import ArrayLike, NDArray

from helpers.validate import require_number

INK, MUTED, GRID, CARD = "#1f2328", "#5b626b", "#dfe2e6", "#fbfbfa"
# Okabe and Ito (2008) without yellow and black; the order keeps neighbours far apart in hue and in lightness.
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), ":", "-.", (0, (8, 2)), (0, (1, 3)))  # as many as colours and markers
MARKERS = ("o", "s", "^", "D", "v", "P")
WEIGHTS = LinearSegmentedColormap.from_list("weights", (COLORS[1], "#f7f7f7", COLORS[0]))  # negative, zero, positive
STYLE: Any = {
    "figure.facecolor": CARD,
    "axes.facecolor": CARD,
    "savefig.facecolor": CARD,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.titlecolor": INK,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "legend.handlelength": 2.8,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.5,
    "font.size": 10,
    "figure.constrained_layout.h_pad": 0.12,
    "figure.constrained_layout.w_pad": 0.12,
}
PIXELS_PER_INCH = 96  # of the page; the picture is stored twice as fine
PERCENT = FuncFormatter(lambda value, _: f"{100 * value:g} %")


def show(fig: Figure, kind: str, caption: str) -> None:
    """Display a figure as a picture with a text alternative and a caption.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    kind : str
        What kind of picture it is and of what, for a screen reader: "Line chart of error per epoch".
    caption : str
        What the picture shows, in numbers. It stands under the picture, and alone where there are no pictures.
    """
    buffer = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        fig.savefig(buffer, format="png", dpi=2 * PIXELS_PER_INCH)
    width = round(fig.get_figwidth() * PIXELS_PER_INCH)
    source = base64.b64encode(buffer.getvalue()).decode("ascii")
    show_page(
        '<figure style="margin: 0.5em 0">'
        f'<img src="data:image/png;base64,{source}" alt="{html.escape(kind)}. The caption says what it shows." '
        f'width="{width}" style="max-width: 100%; height: auto; border-radius: 6px">'
        f'<figcaption style="max-width: {width}px; margin-top: 0.4em">{html.escape(caption)}</figcaption></figure>',
        f"[{kind}]\n{caption}",
    )


def show_page(page: str, text: str) -> None:
    """Display a piece of HTML, and the text that stands for it where there is none; print it outside of IPython."""
    # Here, so that the module can be imported where there is no IPython.
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import display

    if InteractiveShell.initialized():
        display({"text/html": page, "text/plain": text}, raw=True)
    else:
        print(text)


@contextmanager
def drawing(width: float, height: float, n_rows: int = 1, n_columns: int = 1) -> Iterator[tuple[Figure, NDArray]]:
    """A figure in the house style, without pyplot and its list of open figures, and its axes as an array of rows."""
    with matplotlib.rc_context(STYLE):
        fig = Figure(figsize=(width, height), layout="constrained")
        yield fig, fig.subplots(n_rows, n_columns, squeeze=False)


def add_legend(fig: Figure, ax: Axes) -> None:
    """A legend where it hides the least; one of many entries stands beside the axes."""
    handles, labels = ax.get_legend_handles_labels()
    if len(labels) > 4:
        fig.legend(handles, labels, loc="outside right upper")
    else:
        ax.legend()


def count_whole(axis: Axis, values: NDArray) -> None:
    """Give an axis of epochs, layers or other whole numbers no ticks between them."""
    if np.all(values == np.floor(values)):
        axis.set_major_locator(MaxNLocator(integer=True))


def label_outer(axes: NDArray, n_used: int) -> None:
    """Leave the axes' names and numbers to the left and the lowest panels, and hide the panels that are not used."""
    columns = axes.shape[1]
    for place, ax in enumerate(axes.flat):
        if place >= n_used:
            ax.set_axis_off()
        if place + columns < n_used:
            ax.set_xlabel("")
            ax.tick_params(labelbottom=False)
        if place % columns:
            ax.set_ylabel("")
            ax.tick_params(labelleft=False)


def require_entries(name: str, entries: Sized, at_most: int | None = None) -> None:
    """Raise `ValueError` when there is nothing to draw, or more than can be told apart."""
    if len(entries) < 1:
        raise ValueError(f"{name} must have at least one entry, got none")
    if at_most is not None and len(entries) > at_most:
        raise ValueError(f"{name} must have at most {at_most} entries, which can be told apart, got {len(entries)}")


def require_values(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return the values as float64; `ValueError` when there are none."""
    array = np.asarray(values, dtype=np.float64)
    if array.size < 1:
        raise ValueError(f"{name} must have at least one value, got an array of shape {array.shape}")
    return array


def require_range(name: str, limits: tuple[float, float]) -> tuple[float, float]:
    """Return both ends of an axis as floats; `ValueError` when the first is not below the second."""
    low, high = limits
    low = require_number(f"the first of {name}", low)
    return low, require_number(f"the second of {name}", high, above=low)


def format_percent(share: float) -> str:
    """27.3 % as "27 %", 4.31 % as "4.3 %", 0.042 % as "0.04 %", nothing as "0 %"."""
    if 0 < abs(share) < 0.0005:
        return f"{100 * share:.1g} %"
    digits = 1 if 0 < abs(share) < 0.0995 else 0
    return f"{100 * share:.{digits}f} %"


def format_number(value: float) -> str:
    """Three figures: 0.101, 2.35, 836; all of 12345; 1.2e+07."""
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"


def format_count(count: int, noun: str) -> str:
    """1 as "1 run", 2 as "2 runs"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def drop_noise(value: float, scale: float) -> float:
    """The value, or 0 where it is below a millionth of the scale: rounding noise."""
    return 0.0 if abs(value) < 1e-6 * abs(scale) else float(value)


def describe_gaps(values: NDArray, places: NDArray, noun: str = "") -> list[str]:
    """["not finite from epoch 3 on"] or ["not finite in epochs 2, 5"]; [] where all are finite."""
    gaps = ~np.isfinite(values)
    names = [format_number(place) for place in places[gaps]]
    if not names:
        return []
    if gaps[-len(names) :].all():
        return [f"not finite from {f'{noun} {names[0]}'.strip()} on"]
    where = f"in {noun}{'s' if len(names) > 1 else ''}" if noun else "at"
    return [f"not finite {where} {', '.join(names)}"]


def describe_same(line: NDArray, earlier: Mapping[str, NDArray]) -> list[str]:
    """["the same line as a"] where it hides the line a; [] where it hides none."""
    for label, other in earlier.items():
        if (
            line.shape == other.shape
            and np.isfinite(line).any()
            and np.allclose(line, other, rtol=1e-6, atol=0, equal_nan=True)
        ):
            return [f"the same line as {label}"]
    return []


def join_parts(parts: Sequence[str]) -> str:
    """One sentence of a caption, a part for each line or panel of the figure."""
    return "; ".join(parts) + "."
