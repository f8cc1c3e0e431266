"""Errors against a step have their guides and limits, and a bar's verdict is told by its hatch as well as its colour."""

import math

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from helpers import plots
from helpers.plots.figures import COLORS
from tests.helpers.plots.page import Page

STEPS = 10.0 ** -np.arange(1, 9)


def test_errors_stand_on_logarithmic_axes_beside_a_guide_of_the_announced_slope(drawn: list[Figure]) -> None:
    plots.step_errors(STEPS, {"one": STEPS, "both": STEPS**2}, slopes={"both": 2})
    ax = drawn[0].axes[0]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    one, both, guide = ax.get_lines()
    np.testing.assert_array_equal(one.get_ydata(), STEPS)
    np.testing.assert_array_equal(both.get_ydata(), STEPS**2)
    assert (one.get_marker(), both.get_marker()) == ("o", "s")
    (x_0, x_1), (y_0, y_1) = np.log(guide.get_xydata()).T
    assert (y_0 - y_1) / (x_0 - x_1) == pytest.approx(2)
    assert [text.get_text() for text in ax.texts] == ["slope 2"]


def test_an_error_of_zero_stands_hollow_on_the_edge(drawn: list[Figure]) -> None:
    plots.step_errors([0.1, 0.01], {"a": [0.5, 0.0]}, slopes={"a": 1})
    _, edge, guide = drawn[0].axes[0].get_lines()
    np.testing.assert_array_equal(edge.get_xydata(), [[0.01, 0]])
    assert np.all(np.isfinite(guide.get_xydata()))


def test_errors_that_are_all_zero_have_no_guide(drawn: list[Figure]) -> None:
    plots.step_errors([0.1, 0.01], {"a": [0.0, 0.0]}, slopes={"a": 1})
    assert len(drawn) == 1


def test_the_caption_of_the_steps_has_both_ends_the_lowest_and_the_marks(shown: list[dict[str, str]]) -> None:
    plots.step_errors([1e-1, 1e-3, 1e-5], {"a": [0.2, 1e-6, 0.03]}, ylabel="distance", marks={"good below": 1e-7})
    assert "a: 0.2 at 0.1, lowest 1e-06 at 0.001, 0.03 at 1e-05; dashed at 1e-07: good below." in shown[0]["text/plain"]
    page = Page(shown[0]["text/html"])
    assert page.image["alt"].startswith("Line chart of the distance against the step")
    plots.step_errors([1e-1, 1e-3], {"a": [math.nan, math.nan], "b": [math.nan, 0.5]})
    assert "a: no finite value; b: 0.5 at 0.001." in shown[1]["text/plain"]


def test_a_bar_is_told_by_its_hatch_and_its_number_as_well_as_by_its_colour(drawn: list[Figure]) -> None:
    plots.relative_differences({"net": {"W1": 3e-11, "b1": 1e-7, "W2": 1e-5, "b2": 1e-3, "W3": math.nan, "b3": 0.0}})
    ax = drawn[0].axes[0]
    assert ax.get_yscale() == "log"
    bars = ax.patches
    assert [bar.get_hatch() or "" for bar in bars] == ["", "", "...", "///", "///"]  # a difference of 0 has no bar
    assert [bar.get_facecolor() for bar in bars] == [to_rgba(COLORS[i]) for i in (0, 0, 4, 1, 1)]
    tops = [bar.get_extents().transformed(ax.transData.inverted()).ymax for bar in bars]
    assert tops == pytest.approx([3e-11, 1e-7, 1e-5, 1e-3, 1.0])
    texts = [text.get_text() for text in ax.texts]
    assert texts == ["3e-11", "1e-7", "1e-5", "1e-3", "nan", "0", "bug", "look\nagain", "good"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["W1", "b1", "W2", "b2", "W3", "b3"]


def test_the_caption_of_the_bars_names_what_is_wrong(shown: list[dict[str, str]]) -> None:
    plots.relative_differences({"start": {"W1": 1e-9, "b1": 2e-6}, "later": {"W1": 0.5, "b1": 2e-9}, "end": {"W1": 0}})
    text = shown[0]["text/plain"]
    assert "start: W1 1e-09, b1 2e-06 (look again at b1)" in text
    assert "later: W1 0.5, b1 2e-09 (a bug in W1)" in text
    assert "end: W1 0 (all good)" in text
    assert "3 panels" in text


@pytest.mark.parametrize(("n_panels", "shape"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (5, (2, 4))])
def test_panels_stand_in_rows_and_empty_places_are_hidden(
    n_panels: int, shape: tuple[int, int], drawn: list[Figure]
) -> None:
    plots.relative_differences({f"panel {number}": {"W1": 0.1} for number in range(n_panels)})
    axes = drawn[0].axes
    assert len(axes) == shape[0] * shape[1]
    assert [ax.axison for ax in axes] == [True] * n_panels + [False] * (len(axes) - n_panels)
    assert [ax.get_title(loc="left") for ax in axes[:n_panels]] == [f"panel {number}" for number in range(n_panels)]


def test_what_cannot_be_drawn_is_refused_by_name(shown: list[dict[str, str]]) -> None:
    with pytest.raises(ValueError, match="^steps must be > 0 on a logarithmic axis, got 0"):
        plots.step_errors([0.0, 0.1], {"a": [1, 2]})
    with pytest.raises(ValueError, match="^steps and errors of a must have the same number of rows, got 2 and 1"):
        plots.step_errors([0.1, 0.2], {"a": [1]})
    with pytest.raises(ValueError, match="^slopes must have labels of errors_by_label, got 'b'"):
        plots.step_errors([0.1, 0.2], {"a": [1, 2]}, slopes={"b": 1})
    with pytest.raises(ValueError, match="^errors_by_label must have at least one entry"):
        plots.step_errors([0.1], {})
    with pytest.raises(ValueError, match="^differences_by_title must be .* got 'W1'"):
        plots.relative_differences({"W1": 0.1})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="^the differences of net must have at least one entry"):
        plots.relative_differences({"net": {}})
    with pytest.raises(ValueError, match="^differences_by_title must have at least one entry"):
        plots.relative_differences({})
    assert shown == []
