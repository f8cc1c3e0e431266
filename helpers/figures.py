"""How a figure looks and how it is shown: the house style, and the card with its text alternative.

Colours are Okabe and Ito's colour-blind-safe ones. Figures stand on a light card of their own, so they read alike in
light and dark themes. This module knows no plot.
"""

import base64
import html
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

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
    from IPython.display import display  # here, so that the module works where there is no IPython to display with

    buffer = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        fig.savefig(buffer, format="png", dpi=2 * PIXELS_PER_INCH)
    width = round(fig.get_figwidth() * PIXELS_PER_INCH)
    source = base64.b64encode(buffer.getvalue()).decode("ascii")
    page = (
        '<figure style="margin: 0.5em 0">'
        f'<img src="data:image/png;base64,{source}" alt="{html.escape(kind)}. The caption says what it shows." '
        f'width="{width}" style="max-width: 100%; height: auto; border-radius: 6px">'
        f'<figcaption style="max-width: {width}px; margin-top: 0.4em">{html.escape(caption)}</figcaption></figure>'
    )
    display({"text/html": page, "text/plain": f"[{kind}]\n{caption}"}, raw=True)


@contextmanager
def drawing(width: float, height: float, n_rows: int = 1, n_columns: int = 1) -> Iterator[tuple[Figure, NDArray]]:
    """A figure in the house style, without pyplot and its list of open figures, and its axes as an array of rows."""
    with matplotlib.rc_context(STYLE):
        fig = Figure(figsize=(width, height), layout="constrained")
        yield fig, fig.subplots(n_rows, n_columns, squeeze=False)


def format_percent(share: float) -> str:
    """27.3 % as "27 %", 4.31 % as "4.3 %", nothing as "0 %"."""
    digits = 1 if 0 < abs(share) < 0.0995 else 0
    return f"{100 * share:.{digits}f} %"


def format_number(value: float) -> str:
    """Three figures: 0.101, 2.35, 836."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def join_parts(parts: Sequence[str]) -> str:
    """One sentence of a caption, a part for each line or panel of the figure."""
    return "; ".join(parts) + "."
