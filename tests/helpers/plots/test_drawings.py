"""What is in the pictures: second cues, logarithms without zeros, readable cells, and shapes that do not fit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import plots
from helpers.plots import figures, tables
from tests.helpers.plots.page import Page
from tests.helpers.plots.test_figures import contrast

X = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
Y = np.array([0, 1, 1, 0])
SIX = {name: [1.0, 2.0, 3.0] for name in "abcdef"}


def test_six_lines_differ_in_dash_and_marker_not_in_colour_alone(drawn: list[Figure]) -> None:
    plots.lines([1, 2, 3], SIX, "x", "y")
    drawn_lines = drawn[0].axes[0].get_lines()
    assert len({str(line.get_linestyle()) + str(line._dash_pattern) for line in drawn_lines}) == 6  # type: ignore[attr-defined]
    assert len({line.get_marker() for line in drawn_lines}) == 6


def test_runs_differ_in_marker_and_their_parts_in_dash(drawn: list[Figure]) -> None:
    run = {"train_error": [0.2, 0.1], "dev_error": [0.3, 0.2]}
    plots.learning_curves({"a": run, "b": run}, highest=0.25)
    cues = {(line.get_marker(), line.get_linestyle()) for line in drawn[0].axes[0].get_lines()}
    assert cues == {("o", "-"), ("o", "--"), ("s", "-"), ("s", "--")}
    assert drawn[0].axes[0].get_ylim() == (0, 0.25)


def test_a_long_line_has_few_markers_beside_its_neighbours(drawn: list[Figure]) -> None:
    plots.lines(np.arange(600), {"a": np.arange(600), "b": np.arange(600)}, "x", "y")
    first, second = (line.get_markevery() for line in drawn[0].axes[0].get_lines())
    assert first == (0, 75)
    assert second == (12, 75)


def test_a_zero_on_a_logarithmic_axis_stands_hollow_on_its_edge(drawn: list[Figure]) -> None:
    plots.lines([1, 10, 100], {"a": [0.1, 0.0, 0.2]}, "x", "y", log="xy")
    ax = drawn[0].axes[0]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    line, edge = ax.get_lines()
    np.testing.assert_array_equal(line.get_ydata(), [0.1, np.nan, 0.2])
    np.testing.assert_array_equal(edge.get_xydata(), [[10, 0]])
    assert edge.get_markerfacecolor() == "none"


@pytest.mark.parametrize("log", ["", "x", "y", "xy"])
def test_only_the_axes_that_were_asked_for_are_logarithmic(log: str, drawn: list[Figure]) -> None:
    plots.lines([1, 10], {"a": [1, 2]}, "x", "y", log=log)
    ax = drawn[0].axes[0]
    assert [ax.get_xscale() == "log", ax.get_yscale() == "log"] == ["x" in log, "y" in log]


def test_nothing_but_zeros_stays_on_a_plain_axis(drawn: list[Figure]) -> None:
    plots.lines([1, 2], {"a": [0, 0]}, "x", "y", log="y")
    plots.gradient_norms({"zeros": [0, 0]})
    assert [fig.axes[0].get_yscale() for fig in drawn] == ["linear", "linear"]
    assert len(drawn[0].axes[0].get_lines()) == 1


def test_a_line_of_several_seeds_is_their_mean_with_a_band(drawn: list[Figure]) -> None:
    plots.lines([1, 2], {"a": [[1, 3], [10, 10]]}, "x", "y")
    ax = drawn[0].axes[0]
    np.testing.assert_array_equal(ax.get_lines()[0].get_ydata(), [2, 10])
    corners = np.asarray(ax.collections[0].get_paths()[0].vertices)[:, 1]
    assert (corners.min(), corners.max()) == (1, 10)
    plots.lines([1, 2], {"a": [2, 3]}, "x", "y")
    assert not drawn[1].axes[0].collections


def test_each_line_may_have_its_own_x(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    plots.lines({"a": [0, 5], "b": [0, 1, 2], "raw": [7]}, {"a": [2, 1], "b": [3, 2, 1]}, "s", "J", dots={"raw": [4]})
    dots, a, b = drawn[0].axes[0].get_lines()
    assert [np.size(line.get_xdata()) for line in (dots, a, b)] == [1, 2, 3]
    assert "a: from 2 at 0 to 1 at 5; b: from 3 at 0 to 1 at 2." in shown[0]["text/plain"]


def test_deep_networks_show_evenly_spaced_layers_with_the_first_and_the_last(drawn: list[Figure]) -> None:
    layers = [np.array([-1.0, 1.0]) * n for n in range(1, 21)]
    plots.activation_histograms({"deep": layers, "flat": layers[:3]}, limits=(-2, 2))
    axes = drawn[0].axes
    assert [ax.get_title(loc="left") for ax in axes[:5]] == [f"layer {n}" for n in (1, 6, 11, 15, 20)]
    assert [ax.axison for ax in axes[5:]] == [True] + [False] * 4
    assert axes[4].get_xlim() == (-2, 2)
    heights = axes[4].patches[0].get_data().values  # type: ignore[attr-defined]
    assert heights[0] == heights[-1] == 1  # -20 and 20 are counted at the ends


def test_a_decision_region_is_where_the_model_says_so(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    plots.decision_boundaries({"three": lambda X: np.sum(X > 0.5, axis=1)}, X, [0, 2, 1, 1])
    image = drawn[0].axes[0].get_images()[0]
    region = image.get_array()
    assert image.origin == "lower"
    assert region is not None
    assert (region[0, 0], region[0, -1], region[-1, 0], region[-1, -1]) == (0, 1, 1, 2)
    assert "the classes have 25 %, 50 %, 25 % of the area, 0 of 4 points" in shown[0]["text/plain"]
    assert len({line.get_marker() for line in drawn[0].axes[0].get_lines()}) == 3


@pytest.mark.parametrize(
    ("n_models", "layout"), [(1, (1, 1)), (2, (1, 2)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (6, (2, 3))]
)
def test_panels_stand_in_rows_of_up_to_three(n_models: int, layout: tuple[int, int], drawn: list[Figure]) -> None:
    plots.decision_boundaries({str(n): lambda X: np.zeros(len(X)) for n in range(n_models)}, X, Y)
    grid = drawn[0].axes[0].get_gridspec()
    assert grid is not None
    assert (grid.nrows, grid.ncols) == layout


def test_models_are_asked_with_the_points_type(drawn: list[Figure]) -> None:
    types = []
    plots.decision_boundaries({"m": lambda X: types.append(X.dtype) or X[:, 0] > 0}, X.astype(np.float32), Y)  # type: ignore[func-returns-value]
    assert set(types) == {np.dtype(np.float32)}
    plots.decision_boundaries({"m": lambda X: X[:, 0] > 0.25}, X.astype(int), Y)
    region = np.asarray(drawn[1].axes[0].get_images()[0].get_array())
    assert 0.6 < region.mean() < 0.8  # whole numbers as points do not make whole numbers of the plane


def test_points_on_one_line_can_be_drawn(shown: list[dict[str, str]]) -> None:
    plots.decision_boundaries({"m": lambda X: X[:, 0] > 0}, np.array([[0.0, 1.0], [2.0, 1.0]]), [0, 1])
    plots.cost_contours(lambda w: 3.0, {"stays": [[1, 1]]})
    assert "stays: 0 steps from (1, 1) with cost 3" in shown[1]["text/plain"]


def test_contours_enclose_the_paths_or_keep_to_the_limits(drawn: list[Figure]) -> None:
    plots.cost_contours(lambda w: w @ w, {"a": [[4, 0], [0, 0]]})
    plots.cost_contours(lambda w: w @ w, {"a": [[4, 0], [0, 0]]}, limits=((-1, 1), (-2, 2)), xlabel="slope", ylabel="b")
    around, within = (fig.axes[0] for fig in drawn)
    assert around.get_xlim()[0] < 0 < 4 < around.get_xlim()[1]
    assert around.get_ylim()[0] < 0 < around.get_ylim()[1]
    assert (within.get_xlim(), within.get_ylim()) == ((-1, 1), (-2, 2))
    assert (within.get_xlabel(), within.get_ylabel()) == ("slope", "b")
    labels = [text.get_text() for text in drawn[0].legends[0].get_texts()]
    assert labels == ["a", "start", "end"]


def test_counts_can_be_read_on_their_tints(drawn: list[Figure]) -> None:
    plots.confusion_matrix([[50, 9, 0], [1, 50, 3], [0, 0, 0]])
    ax = drawn[0].axes[0]
    assert [text.get_text() for text in ax.texts] == ["50", "9", "0", "1", "50", "3", "0", "0", "0"]
    for shade in np.linspace(0, 1, 11):
        assert contrast(figures.INK, tables.RIGHT(shade)[:3]) >= 4.5
        assert contrast(figures.INK, tables.WRONG(shade)[:3]) >= 4.5
    weights = [text.get_fontweight() for text in ax.texts]
    assert [weights[i] for i in (0, 4, 8)] == ["bold"] * 3
    assert "bold" not in [weights[i] for i in (1, 2, 3, 5, 6, 7)]


def test_a_matrix_without_mistakes_names_none(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    plots.confusion_matrix(np.diag([3, 4]))
    assert shown[0]["text/plain"].endswith("7 of 7 examples are on the diagonal, where prediction and truth agree.")


def test_the_table_has_headings_and_marks_the_best_by_a_star_and_bold(shown: list[dict[str, str]]) -> None:
    runs = {"a": {"dev": 0.25, "test": 0.5}, "b": {"dev": 0.25, "test": 0.125}}
    plots.error_table(runs)
    plots.error_table(runs, what="accuracy", best="highest")
    page = Page(shown[0]["text/html"])
    assert [attributes["scope"] for tag, attributes in page.tags if tag == "th"] == ["col", "col", "row", "row"]
    assert page.text.startswith("Error in %; ★ lowest of its column.")
    assert shown[0]["text/html"].count("<strong>★ ") == 3  # both have the same dev error
    assert shown[1]["text/plain"] == (
        "[Table] Accuracy in %; ★ highest of its column.\n      dev    test\na  ★ 25.0  ★ 50.0\nb  ★ 25.0    12.5"
    )
    styles = [attributes["style"] or "" for tag, attributes in page.tags if tag in ("td", "th")]
    assert all(f"background: {figures.CARD}; color: {figures.INK}" in style for style in styles)


def test_a_switch_stands_between_two_epochs(drawn: list[Figure]) -> None:
    plots.cost_curves({"a": {"cost": [3, 2, 1]}}, switch_at=2)
    np.testing.assert_array_equal(drawn[0].axes[0].get_lines()[1].get_xdata(), [2.5, 2.5])


MISFITS: dict[str, tuple[Callable[[], Any], str]] = {
    "seven runs": (lambda: plots.lines([1], {str(n): [1] for n in range(7)}, "x", "y"), "at most 6 entries"),
    "log": (lambda: plots.lines([1], {"a": [1]}, "x", "y", log="z"), "log must be"),
    "log of zero": (lambda: plots.lines([0, 1], {"a": [1, 1]}, "x", "y", log="x"), "x must be > 0 .* got 0"),
    "missing x": (lambda: plots.lines({"b": [1]}, {"a": [1]}, "x", "y"), "x must have an array for each"),
    "short line": (lambda: plots.lines([1, 2], {"a": [1]}, "x", "y"), "values of a must have the same number"),
    "short dots": (lambda: plots.lines([1], {"a": [1]}, "x", "y", dots={"d": [1, 2]}), "values of d must have"),
    "short errors": (lambda: plots.error_by_setting([1, 2], {"dev": [0.1]}, "λ"), "errors of dev must have"),
    "short means": (lambda: plots.mean_activation([1, 0.5], {"a": [1]}), "means of a must have"),
    "short training": (
        lambda: plots.learning_curves({"a": {"train_error": [0.1], "dev_error": [0.1, 0.2]}}),
        "a: train_error and dev_error must have shape .epochs",
    ),
    "no dev error": (
        lambda: plots.learning_curves({"a": {"cost": [1]}}),
        "history of a must have train_error and dev_error; train with X_dev and y_dev, got .'cost'.",
    ),
    "bare history": (
        lambda: plots.cost_curves({"cost": [1]}),  # type: ignore[dict-item]
        "histories must be {label: history}, got list instead of a history as 'cost'",
    ),
    "cost in columns": (lambda: plots.cost_curves({"a": {"cost": [[1, 2]]}}), "a: cost must have shape .epochs"),
    "no epoch": (lambda: plots.cost_curves({"a": {"cost": []}}), "histories must have at least one epoch"),
    "negative setting": (
        lambda: plots.error_by_setting([-1, 1], {"dev": [0, 0]}, "λ", log=True),
        "settings must be >= 0, one above 0, on a logarithmic axis, got -1 .. 1",
    ),
    "only zero": (lambda: plots.error_by_setting([0], {"dev": [0]}, "λ", log=True), "settings must be .* got 0 .. 0"),
    "settings": (lambda: plots.error_by_setting([[1], [2]], {"dev": [0, 0]}, "λ"), "settings must have shape"),
    "column": (lambda: plots.lines([[1], [2]], {"a": [0, 0]}, "x", "y"), "x of a must have shape"),
    "labels": (lambda: plots.confusion_matrix([0, 1, 1]), r"counts .*got \(3,\); helpers.softmax.confusion_matrix"),
    "one label": (lambda: plots.confusion_matrix(3), r"counts must have shape \(C, C\), got \(\)"),
    "shares": (
        lambda: plots.confusion_matrix([[0.5, 1.0], [1.0, 1.0]]),
        "counts must hold whole numbers >= 0, got 0.5 .. 1",
    ),
    "negative": (lambda: plots.confusion_matrix([[-1, 1], [1, 1]]), "counts must hold whole numbers >= 0, got -1"),
    "inf": (
        lambda: plots.confusion_matrix([[np.inf, 1.0], [1.0, 1.0]]),
        "counts must hold whole numbers >= 0, got 1 .. inf",
    ),
    "no row": (
        lambda: plots.error_table({"a": 0.25}),  # type: ignore[dict-item]
        "errors_by_run.'a'. must be a dict with the run's columns, got 0.25",
    ),
    "percent": (lambda: plots.error_table({"a": {"dev": [0.1, 13]}}), "a, dev must hold shares 0 .. 1, got 0.1 .. 13"),
    "below 0": (lambda: plots.error_table({"a": {"dev": -0.1}}), "a, dev must hold shares 0 .. 1, got -0.1"),
    "gradients": (
        lambda: plots.gradient_norms({f"dW{n}": np.ones((2, 3)) for n in range(7)}),
        "dW0 must hold a norm >= 0 for each layer, got an array of shape .2, 3.",
    ),
    "a bias's gradient": (lambda: plots.gradient_norms({"db1": [-1, 1]}), "db1 must hold a norm >= 0"),
    "one layer": (
        lambda: plots.activation_histograms({"a": np.ones((997, 2))}),  # type: ignore[dict-item]
        "activations of a must be a list with an array for each layer, got .997, 2.",
    ),
    "panel titles": (
        lambda: plots.activation_histograms({"a": [[1], [2]]}, titles=["z"]),
        "titles must have 2 entries, one a layer, got 1",
    ),
    "flat masks": (lambda: plots.dropout_masks(np.ones((2, 3)), 0.5), "masks must have shape"),
    "points": (lambda: plots.fitted_curves([1, 2], [1], {"a": np.zeros_like}), "y must have shape"),
    "bars": (lambda: plots.bars(["a", "b"], [1], "y"), "values must have shape"),
    "not square": (lambda: plots.confusion_matrix(np.ones((2, 3))), "counts must have shape"),
    "names": (lambda: plots.confusion_matrix(np.eye(2), ["a"]), "class_names must have 2 entries, got 1"),
    "columns": (lambda: plots.error_table({"a": {"x": 1}, "b": {"y": 1}}), "errors_by_run.'b'. must have the columns"),
    "no column": (lambda: plots.error_table({"a": {}}), "the columns of errors_by_run must have at least one"),
    "best": (lambda: plots.error_table({"a": {"x": 1}}, best="min"), 'best must be "lowest" or "highest"'),
    "pixels": (lambda: plots.digit_images(np.zeros((2, 63)), ["a", "b"]), "images must have shape"),
    "titles": (lambda: plots.class_weights(np.zeros((2, 64)), ["a"]), "weights must have shape"),
    "units": (lambda: plots.weight_grid({"a": np.zeros((2, 3))}, (2, 2)), "a must have shape"),
    "not finite": (lambda: plots.histogram_by_label({"a": [1, np.nan]}, "z"), "a must hold finite numbers, got 1"),
    "no layer": (lambda: plots.activation_histograms({"a": []}), "activations of a must have at least one"),
    "panels": (lambda: plots.activation_histograms({"a": [[1]]}, n_panels=0), "n_panels must be"),
    "histogram range": (
        lambda: plots.activation_histograms({"a": [[1]]}, limits=(1, 0)),
        "the second of limits must be",
    ),
    "rows": (lambda: plots.decision_boundaries({"a": np.ones_like}, X, [0, 1]), "y must have shape"),
    "three features": (lambda: plots.decision_boundaries({"a": np.ones_like}, np.ones((2, 3)), [0, 1]), "X must have"),
    "classes": (lambda: plots.decision_boundaries({"a": np.ones_like}, X, [0, 1, 2, 6]), "y must hold labels 0 .. 5"),
    "scores": (lambda: plots.decision_boundaries({"net": lambda X: X[:, 0]}, X, Y), "the labels of net must hold"),
    "path": (lambda: plots.cost_contours(np.sum, {"a": [1, 2]}), "a must have shape"),
    "plane": (
        lambda: plots.cost_contours(np.sum, {"a": [[1, 2]]}, limits=((0, 1), (1, 1))),
        r"second of limits.1. must be",
    ),
    "no cost": (lambda: plots.cost_contours(lambda w: np.nan, {"a": [[1, 2]]}), "cost must be finite somewhere"),
}


@pytest.mark.parametrize("case", MISFITS)
def test_what_does_not_fit_is_refused_by_name(case: str, shown: list[dict[str, str]]) -> None:
    call, message = MISFITS[case]
    with pytest.raises(ValueError, match=message):
        call()
    assert shown == []
