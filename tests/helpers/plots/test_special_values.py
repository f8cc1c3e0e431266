"""Values that are special: not finite, exactly 0, rounding noise, twice the same; and ticks between whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import plots
from helpers.plots import figures

NAN: Any = np.nan
INF: Any = np.inf


@pytest.mark.parametrize(
    ("values", "noun", "said"),
    [
        ([1, 2, 3], "epoch", []),
        ([], "epoch", []),
        ([1, NAN, INF], "epoch", ["not finite from epoch 2 on"]),
        ([NAN, NAN], "", ["not finite from 1 on"]),
        ([1, NAN, 2], "layer", ["not finite in layer 2"]),
        ([NAN, 1, -INF], "layer", ["not finite in layers 1, 3"]),
        ([NAN, NAN, 1], "", ["not finite at 1, 2"]),
    ],
)
def test_what_is_not_finite_is_said_with_its_place(values: list[float], noun: str, said: list[str]) -> None:
    assert figures.describe_gaps(np.array(values), np.arange(1, len(values) + 1), noun) == said


def test_a_run_that_diverged_is_drawn_as_far_as_it_is_finite(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    plots.cost_curves(
        {
            "a": {"cost": [1.0, NAN] + [INF] * 98},
            "b": {"cost": [3, 2, 4, NAN]},
            "c": {"cost": []},
            "d": {"cost": [2]},
            "e": {"cost": [NAN]},
            "f": {"cost": [1, 2]},
        }
    )
    plots.learning_curves(
        {
            "a": {"train_error": [0.5, 0.25, 0.1], "dev_error": [0.5, 0.25, NAN]},
            "b": {"train_error": [], "dev_error": []},
        }
    )
    curve = drawn[0].axes[0].get_lines()[0]
    np.testing.assert_array_equal(curve.get_xydata(), [[1, 1]])
    assert curve.get_markevery() == (0, 1)  # a single point can be seen
    assert shown[0]["text/plain"].endswith(
        "\na: cost 1 in its only finite epoch, not finite from epoch 2 on; "
        "b: cost from 3 to 4, rising in 1 of 2 epochs, not finite from epoch 4 on; c: no epoch; "
        "d: cost 2 in its only epoch; e: not finite from epoch 1 on; f: cost from 1 to 2, rising in 1 of 1 epochs."
    )
    assert shown[1]["text/plain"].endswith("(lowest 25 % in epoch 2), not finite from epoch 3 on; b: no epoch.")


def test_other_lines_have_gaps_where_they_are_not_finite(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    broken = np.array([1.0, INF, NAN])
    plots.lines([1, 2, 4], {"a": broken, "b": [NAN] * 3, "c": np.outer(broken, [1, 2])}, "x", "y", log="y")
    plots.lines([1, 2], {"a": [INF, NAN]}, "x", "y", log="y")
    plots.lines([1, 2, 3], {"a": [-INF, 2, 1]}, "x", "y", log="y")
    plots.error_by_setting([1, 2, 3], {"dev": [[0.2, NAN], [0.5, 0.5], [0.25, 0.25]], "none": [NAN] * 3}, "λ")
    texts = [bundle["text/plain"] for bundle in shown]
    assert "a: 1 at 1, not finite from 2 on; b: no finite value, not finite from 1 on; c: 1.5 at 1" in texts[0]
    assert len(drawn[2].axes[0].get_lines()) == 1  # what is not finite is no hollow 0
    assert "dev: 50 % at 2, 25 % at 3, lowest 25 % at 3, not finite at 1; none: no finite value." in texts[3]


def test_layers_without_finite_values_are_named(shown: list[dict[str, str]]) -> None:
    plots.activation_histograms({"a": list(np.array([[1.0, NAN], [1e300, -1e300]])), "b": [[NAN, 2.0], [2.0, 1.0]]})
    plots.gradient_norms({"a": [1, 0.5, NAN], "b": [NAN, 0, 3, INF], "c": [NAN, NAN]})
    assert "a: not finite, inf; b: not finite, 0.5" in shown[0]["text/plain"]
    assert shown[1]["text/plain"].endswith(
        "\na: 1 in layer 1, 0.5 in layer 2, not finite from layer 3 on; "
        "b: 0 in layer 2, 3 in layer 3, exactly 0 in 1 of 4 layers, not finite in layers 1, 4; "
        "c: not finite from layer 1 on."
    )


def test_a_path_that_diverged_ends_with_its_last_finite_step(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    plots.cost_contours(
        lambda w: w @ w, {"a": [[1, 1], [INF, 0]], "b": [[2, 1], [1, 1], [NAN, 1], [3, INF]], "c": [[NAN, NAN]]}
    )
    plots.cost_contours(lambda w: w @ w, {"a": [[1, 1], [NAN, NAN]]})
    stars = [line for line in drawn[0].axes[0].get_lines() if line.get_marker() == "*"]
    assert [tuple(np.ravel(star.get_xydata())) for star in stars] == [(1, 1), (1, 1)]
    assert shown[0]["text/plain"].endswith(
        "a: 0 steps from (1, 1) with cost 2 to (1, 1) with cost 2, not finite from step 1 on; "
        "b: 1 step from (2, 1) with cost 5 to (1, 1) with cost 2, not finite from step 2 on; "
        "c: not finite from step 0 on."
    )
    left, right = drawn[1].axes[0].get_xlim()
    assert (left, right) == pytest.approx((0.375, 1.625))


def test_a_setting_of_0_stands_apart_on_a_logarithmic_axis(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    errors = [[0.25, 0.75], [0.1, 0.3], [0.2, 0.2]]
    plots.error_by_setting([0, 0.5, 2], {"dev": errors, "one seed": [0.1, 0.2, 0.3]}, "λ", log=True)
    plots.error_by_setting([0.5, 2], {"dev": errors[1:]}, "λ", log=True)
    ax = drawn[0].axes[0]
    line, zero = ax.get_lines()[:2]
    np.testing.assert_array_equal(line.get_xdata(), [0.5, 2])
    np.testing.assert_allclose(np.asarray(zero.get_xydata()), [[0.5 / 3, 0.5]])
    bars = [collection.get_segments() for collection in ax.collections if hasattr(collection, "get_segments")]
    np.testing.assert_allclose(bars, [[[[0.5 / 3, 0.25], [0.5 / 3, 0.75]]]])  # where there is one seed, none
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0", "0.5", "2"]
    assert [text.get_text() for text in ax.texts] == ["//"]
    assert "dev: 50 % at 0, 20 % at 2, lowest 20 % at 0.5;" in shown[0]["text/plain"]
    assert [fig.axes[0].get_xscale() for fig in drawn] == ["log", "log"]
    assert not drawn[1].axes[0].texts


def test_many_exact_zeros_are_left_out_and_counted(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    some, few = np.repeat([0.0, 1.0, 2.0], [4, 2, 4]), np.repeat([0.0, 1.0], [4, 96])
    plots.activation_histograms({"a": [some, few]}, limits=(0, 3))
    panels = drawn[0].axes
    heights = [ax.patches[0].get_data().values for ax in panels]  # type: ignore[attr-defined]
    assert [heights[0][0], heights[0][10], heights[0][20]] == [0, 0.5, 1]
    assert heights[1][0] == pytest.approx(4 / 96)
    assert [ax.texts[0].get_text() for ax in panels] == ["std 0.894\n40 % are 0", "std 0.196"]
    assert "a: 0.894 (40 % are 0), 0.196." in shown[0]["text/plain"]


def test_panels_may_be_no_layers(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    plots.activation_histograms({"a": [[1, 2], [1, 3], [1, 4]]}, "z", titles=["raw", "x", "normal"], n_panels=2)
    plots.activation_histograms({"a": [[1.0, 2.0]]})
    assert [ax.get_title(loc="left") for ax in drawn[0].axes] == ["raw", "normal"]
    assert "Standard deviation of the z in raw, normal: a: 0.5, 1.5." in shown[0]["text/plain"]
    assert "in layer 1: a: 0.5." in shown[1]["text/plain"]


def test_rounding_noise_is_0(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    plots.histogram_by_label({"a": [-1, 1 + 1e-8], "b": np.full(7, 0.1), "c": [-1, 1.00001]}, "z")
    assert (
        "a: mean 0, standard deviation 1; b: mean 0.1, standard deviation 0; c: mean 5e-06," in shown[0]["text/plain"]
    )
    means = [np.asarray(line.get_xydata()) for line in drawn[0].axes[0].get_lines()]
    np.testing.assert_allclose(means[1], [[0.1, 0]])


def test_a_line_that_hides_another_is_named(shown: list[dict[str, str]]) -> None:
    run: dict[str, Any] = {"cost": [2, 1], "train_error": [0.5, 0.25], "dev_error": [0.5, 0.5]}
    plots.cost_curves({"a": run, "b": {"cost": [2, 1 + 1e-9]}, "c": {"cost": [2, 1.01]}})
    plots.learning_curves({"a": run, "b": run, "c": {**run, "dev_error": [0.5, 0.25]}})
    plots.lines({"a": [1, 2], "b": [1, 2], "c": [1, 3]}, {label: [5, 6] for label in "abc"}, "x", "y")
    plots.gradient_norms({"a": [1, 1e-9], "b": [1, 1e-9], "c": [1, 2e-9], "d": [NAN], "e": [NAN]})
    plots.error_by_setting([1, 2], {"a": [0.5, 0.25], "b": [0.5, 0.25], "c": [0.25, 0.25]}, "λ")
    for bundle in shown:
        parts = bundle["text/plain"].split("; ")
        assert [part.rstrip(".").endswith("the same line as a") for part in parts[:3]] == [False, True, False]
        assert not any("same" in part for part in parts[3:])


def test_whole_numbers_have_no_ticks_between_them(drawn: list[Figure]) -> None:
    run: dict[str, Any] = {"cost": [2, 1, 1], "train_error": [0.5] * 3, "dev_error": [0.5] * 3}
    plots.cost_curves({"a": run})
    plots.learning_curves({"a": run})
    plots.lines([1, 2, 3], {"a": [1, 2, 3]}, "epoch", "y")
    plots.error_by_setting([1, 2, 3], {"a": [1, 0, 1]}, "layers")
    for fig in drawn:
        ticks = fig.axes[0].get_xticks()
        np.testing.assert_array_equal(ticks, ticks.round())
    plots.lines([1, 1.5, 2], {"a": [1, 2, 3]}, "x", "y")
    assert np.any(drawn[-1].axes[0].get_xticks() % 1)


def test_a_schedule_can_be_drawn_in_steps(drawn: list[Figure]) -> None:
    for steps in (True, False):
        plots.lines([0, 1], {"a": [[1, 2], [0, 0]]}, "epoch", "lr", steps=steps)
    assert [fig.axes[0].get_lines()[0].get_drawstyle() for fig in drawn] == ["steps-post", "default"]


def test_long_labels_of_bars_are_wrapped_and_equal_ones_have_a_bar_each(drawn: list[Figure]) -> None:
    plots.bars(["dropout, keep_prob 0.5"] * 6, np.arange(6), "dev error")
    ax = drawn[0].axes[0]
    assert len({patch.get_x() for patch in ax.patches}) == 6  # type: ignore[attr-defined]
    assert {label.get_text() for label in ax.get_xticklabels()} == {"dropout,\nkeep_prob\n0.5"}


def test_a_table_says_where_a_run_diverged(shown: list[dict[str, str]]) -> None:
    runs: dict[str, Any] = {
        "a": {"dev": [0.5, NAN], "test": NAN},
        "b": {"dev": 0.25, "test": NAN},
        "c": {"dev": 0.5, "test": NAN},
    }
    for best in ("lowest", "highest"):
        plots.error_table(runs, best=best)
    rows = shown[0]["text/plain"].splitlines()
    assert ["★ 25.0" in row for row in rows[2:]] == [False, True, False]
    assert shown[0]["text/plain"].count("not finite") == 4
    assert ["★ 50.0" in row for row in shown[1]["text/plain"].splitlines()[2:]] == [False, False, True]
    assert shown[0]["text/html"].count("color: inherit") == 2  # the caption, as those of figures
