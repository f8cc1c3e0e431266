"""Each class has a bar as high as its probability, the true one is told by a hatch too, and the caption says the same."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers import plots

TEN = np.array([0.01] * 8 + [0.62, 0.3])


def test_a_bar_is_as_high_as_its_probability(drawn: list[Figure]) -> None:
    plots.class_probabilities({"A": [0.25, 0.75, 0.0], "B": [1.0, 0.0, 0.0]})
    heights = [[bar.get_height() for bar in ax.patches if isinstance(bar, Rectangle)] for ax in drawn[0].axes]
    assert heights == [[0.25, 0.75, 0.0], [1.0, 0.0, 0.0]]
    assert [text.get_text() for text in drawn[0].axes[0].texts] == ["25 %", "75 %", "0 %"]
    assert drawn[0].axes[0].get_legend() is None


def test_the_true_class_has_a_hatch_and_of_many_bars_the_highest_its_number(drawn: list[Figure]) -> None:
    plots.class_probabilities({"A": TEN}, true_class=9)
    ax = drawn[0].axes[0]
    assert [bool(bar.get_hatch()) for bar in ax.patches] == [False] * 9 + [True]
    assert len({bar.get_facecolor() for bar in ax.patches}) == 2
    assert [text.get_text() for text in ax.texts] == ["62 %"]
    legend = ax.get_legend()
    assert legend is not None and [text.get_text() for text in legend.get_texts()] == ["true class"]


def test_the_caption_says_what_the_true_class_got(shown: list[dict[str, str]]) -> None:
    plots.class_probabilities({"A": TEN, "B": TEN[::-1]}, true_class=9, class_names=list("abcdefghij"))
    assert shown[0]["text/plain"].splitlines()[1] == (
        "A: highest 62 %, for class i; 30 % for the true class j; B: highest 62 %, for class b; 1.0 % for the true class j."
    )
    plots.class_probabilities({"A": TEN}, true_class=8)
    assert shown[1]["text/plain"].splitlines()[1] == "A: highest 62 %, for class 8, the true one."


def test_what_is_not_finite_is_said(shown: list[dict[str, str]]) -> None:
    plots.class_probabilities({"A": [np.nan, 0.5], "B": [np.nan, np.nan]})
    assert shown[0]["text/plain"].splitlines()[1] == "A: nan for 0, 50 % for 1; B: no finite value."


def test_shapes_and_names_must_fit(shown: list[dict[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"^B must have shape \(2,\), got \(3,\)"):
        plots.class_probabilities({"A": [0.5, 0.5], "B": [0.2, 0.3, 0.5]})
    with pytest.raises(ValueError, match="^class_names must have 2 entries, got 1"):
        plots.class_probabilities({"A": [0.5, 0.5]}, class_names=["a"])
    with pytest.raises(ValueError, match=r"^true_class must be one of 0 \.\. 1, got 2"):
        plots.class_probabilities({"A": [0.5, 0.5]}, true_class=2)
    with pytest.raises(ValueError, match=r"^A must hold shares 0 \.\. 1, got -0.5 \.\. 1.5"):
        plots.class_probabilities({"A": [-0.5, 1.5]})
    assert shown == []
