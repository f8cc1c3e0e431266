"""The house style can be read by everybody, and the small words of a caption are right."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from helpers.plots import figures
from tests.helpers.plots.page import Page


def relative_luminance(color: Any) -> float:
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: Any, other: Any) -> float:
    low, high = sorted([relative_luminance(one), relative_luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("color", [figures.INK, figures.MUTED])
def test_writing_has_the_contrast_that_wcag_asks_for(color: str) -> None:
    assert contrast(figures.CARD, color) >= 4.5


def test_there_are_as_many_second_cues_as_colours() -> None:
    assert len(figures.COLORS) == len(figures.DASHES) == len(figures.MARKERS) == len(set(map(str, figures.DASHES)))
    assert len(set(figures.COLORS)) == len(set(figures.MARKERS)) == 6


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.00042, "0.04 %"),
        (0.0005, "0.1 %"),
        (0.0431, "4.3 %"),
        (0.0994, "9.9 %"),
        (0.0996, "10 %"),
        (0.273, "27 %"),
        (-0.02, "-2.0 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_written_as_a_reader_would(share: float, text: str) -> None:
    assert figures.format_percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.10123, "0.101"), (2.346, "2.35"), (999.4, "999"), (12345.4, "12345"), (-1000, "-1000"), (1.2e7, "1.2e+07")],
)
def test_a_number_is_written_with_three_figures(value: float, text: str) -> None:
    assert figures.format_number(value) == text


def test_one_thing_is_not_written_as_several() -> None:
    assert figures.format_count(1, "run") == "1 run"
    assert figures.format_count(2, "run") == "2 runs"
    assert figures.format_count(0, "run") == "0 runs"


def test_a_picture_has_an_alternative_text_and_a_caption(shown: list[dict[str, str]]) -> None:
    with figures.drawing(3, 2) as (fig, _):
        figures.show(fig, 'Chart of "a" & b', "What <it> shows.")
    page = Page(shown[0]["text/html"])
    assert page.image["alt"] == 'Chart of "a" & b. The caption says what it shows.'
    assert page.image["width"] == "288"
    assert page.text == "What <it> shows."
    assert shown[0]["text/plain"] == '[Chart of "a" & b]\nWhat <it> shows.'
    assert page.read_pixels().shape[1] == 2 * 288


def test_a_long_legend_stands_beside_the_axes(drawn: list[Figure]) -> None:
    for n_lines in (4, 5):
        with figures.drawing(7, 3) as (fig, axes):
            for number in range(n_lines):
                axes[0, 0].plot([0, 1], [number, number], label=str(number))
            figures.add_legend(fig, axes[0, 0])
            assert (axes[0, 0].get_legend() is None) == (len(fig.legends) == 1) == (n_lines == 5)


def test_names_of_axes_stand_at_the_left_and_below_the_lowest_panels() -> None:
    with figures.drawing(6, 4, 2, 3) as (_, axes):
        for ax in axes.flat:
            ax.set(xlabel="x", ylabel="y")
        figures.label_outer(axes, 4)
        assert [ax.get_xlabel() for ax in axes.flat[:4]] == ["", "x", "x", "x"]
        assert [ax.get_ylabel() for ax in axes.flat[:4]] == ["y", "", "", "y"]
        assert [ax.axison for ax in axes.flat] == [True] * 4 + [False] * 2


def test_what_cannot_be_drawn_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="runs must have at least one entry, got none"):
        figures.require_entries("runs", {})
    figures.require_entries("runs", [1, 2], at_most=2)
    with pytest.raises(ValueError, match="runs must have at most 2 entries, .* got 3"):
        figures.require_entries("runs", [1, 2, 3], at_most=2)
    with pytest.raises(ValueError, match=r"costs must have at least one value, got an array of shape \(0, 3\)"):
        figures.require_values("costs", np.zeros((0, 3)))
    with pytest.raises(ValueError, match="the second of limits must be a number > 1, got 1"):
        figures.require_range("limits", (1, 1))
