"""The pieces of an error stand one after the other, a negative one goes back as an outline, and labels must fit."""

from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from helpers import plots
from helpers.plots.bias_variance import PIECES


def test_the_pieces_of_a_bar_follow_each_other_up_to_the_dev_error(drawn: list[Figure]) -> None:
    plots.error_pieces({"A": (0.0, 0.01, 0.1), "B": (0.14, 0.01, 0.15)}, {"A": "first", "B": "second"})
    ax: Any = drawn[0].axes[0]
    spans = np.array([(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]).reshape(2, 3, 2)
    np.testing.assert_allclose(spans[0], [(0, 0), (0, 0.01), (0.01, 0.11)])
    np.testing.assert_allclose(spans[1], [(0, 0.14), (0.14, 0.15), (0.15, 0.30)])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A", "B"]
    assert ax.yaxis_inverted()  # the first case is the upper one
    words = {text.get_text(): text.xy for text in ax.texts}
    assert {word: round(x, 6) for word, (x, _) in words.items()} == {"first": 0.11, "second": 0.3}
    assert max(x for x, _ in words.values()) < 0.8 * ax.get_xlim()[1]


def test_a_piece_is_told_by_its_hatch_as_well_as_by_its_colour(drawn: list[Figure]) -> None:
    plots.error_pieces({"A": (0.1, 0.1, 0.1)})
    bars: Any = drawn[0].axes[0].patches
    assert [bar.get_hatch() or "" for bar in bars] == [hatch for _, _, hatch in PIECES]
    assert [bar.get_facecolor() for bar in bars] == [to_rgba(color) for _, color, _ in PIECES]
    assert len({hatch for _, _, hatch in PIECES}) == len(PIECES)
    assert [text.get_text() for text in drawn[0].legends[0].get_texts()] == [name for name, _, _ in PIECES]


def test_a_negative_piece_goes_back_as_an_outline(drawn: list[Figure]) -> None:
    plots.error_pieces({"below Bayes": (0.14, -0.13, 0.1)}, {"below Bayes": "high variance"})
    ax: Any = drawn[0].axes[0]
    _, bias, variance = ax.patches
    assert bias.get_facecolor()[3] == 0 < variance.get_facecolor()[3]
    assert (bias.get_x(), bias.get_x() + bias.get_width()) == pytest.approx((0.14, 0.01))
    assert (variance.get_x(), variance.get_x() + variance.get_width()) == pytest.approx((0.01, 0.11))
    assert ax.texts[0].xy[0] == pytest.approx(0.14)  # behind all of its pieces


def test_labels_and_shapes_must_fit(shown: list[dict[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"^A must have shape \(3,\), got \(2,\)"):
        plots.error_pieces({"A": (0.1, 0.2)})
    with pytest.raises(ValueError, match=r"^verdicts must have the labels \['A'\], got \['B'\]"):
        plots.error_pieces({"A": (0.1, 0.2, 0.3)}, {"B": "high"})
    assert shown == []
