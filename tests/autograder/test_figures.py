"""Figures drawn once look as IPython draws them, up to the edge; where they cannot, they are drawn IPython's way."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from IPython.core.pylabtools import print_figure
from matplotlib import image
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autograder import figures
from autograder.figures import draw_png


def read(png: Any) -> np.ndarray:
    return np.asarray(image.imread(io.BytesIO(png)))


def draw_bars(ax: Axes) -> None:
    ax.bar([1, 2, 3], [3, 1, 2])
    ax.set(xlabel="height in cm", ylabel="people", title="a title")


def draw_with_a_legend_beside(ax: Axes) -> None:
    ax.plot([1, 2], label="a line")
    ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1))


def draw_image(ax: Axes) -> None:
    ax.imshow(np.arange(12).reshape(3, 4))


@pytest.mark.parametrize("draw", [draw_bars, draw_with_a_legend_beside, draw_image])
@pytest.mark.parametrize("look", [{}, {"facecolor": "lightblue"}, {"dpi": 70}, {"figsize": (2.37, 3.11)}], ids=str)
def test_a_picture_shows_what_ipython_shows(draw: Callable[[Axes], None], look: dict[str, Any]) -> None:
    figure = Figure(**look)
    draw(figure.subplots())
    ours, theirs = read(draw_png(figure)), read(print_figure(figure))
    assert np.abs(np.subtract(ours.shape, theirs.shape)).max() <= 4  # pixels: theirs counts empty edges of texts
    # Somewhere near, theirs is the same picture: the same inked pixels, moved by a pixel or two at the most.
    inked = [np.any(picture != picture[0, 0], axis=-1) for picture in (ours, theirs)]
    counts = [[int(mask.sum()), *mask.any(axis=0).nonzero()[0][[0, -1]]] for mask in inked]
    assert counts[0][0] == pytest.approx(counts[1][0], rel=0.03)
    assert np.ptp(counts[0][1:]) == pytest.approx(np.ptp(counts[1][1:]), abs=2)


def test_a_figure_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    figure, draw, renderers = Figure(), Figure.draw, []

    def count(self: Figure, renderer: Any) -> None:
        renderers.append(renderer)
        draw(self, renderer)

    draw_bars(figure.subplots())
    monkeypatch.setattr(Figure, "draw", count)
    draw_png(figure)
    assert len(renderers) == 1


def test_what_lies_far_outside_is_drawn_ipythons_way(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure()
    ax = figure.subplots()
    ax.text(1.4, 0.5, "far to the right of the axes, and then on and on", transform=ax.transAxes)
    assert draw_png(figure) == print_figure(figure)


def test_a_figure_without_ink_is_drawn_ipythons_way() -> None:
    figure = Figure()
    figure.subplots().set_axis_off()
    assert draw_png(figure) == print_figure(figure)


def test_a_page_of_another_size_is_drawn_ipythons_way(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure()
    draw_bars(figure.subplots())
    monkeypatch.setattr(figures, "round", lambda value, digits=0: value + 1, raising=False)
    assert draw_png(figure) == print_figure(figure)


def test_an_empty_figure_shows_nothing() -> None:
    assert draw_png(Figure()) is None
