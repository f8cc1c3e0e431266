"""Each weight has a line of its own, a cross marks where it became exactly 0, and the caption counts the same zeros."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import plots

STRENGTHS = [1.0, 10.0, 100.0]
L1 = [[2.0, -1.0, 0.5], [1.0, 0.0, 0.25], [0.5, 0.0, 0.0]]
L2 = [[2.0, -1.0, 0.5], [1.0, -0.5, 0.25], [0.1, -0.05, 0.025]]


def test_a_cross_stands_where_a_weight_becomes_zero(drawn: list[Figure]) -> None:
    plots.weight_paths(STRENGTHS, {"L1": L1, "L2": L2}, ["a", "b", "c"])
    first, second = drawn[0].axes
    crosses = [np.asarray(line.get_xdata()).tolist() for line in first.lines if line.get_marker() == "x"]
    assert crosses == [[10.0], [100.0]]
    assert not [line for line in second.lines if line.get_marker() == "x"]
    for ax, weights in ((first, L1), (second, L2)):
        paths = [line.get_ydata() for line in ax.lines if line.get_label() in ("a", "b", "c")]
        np.testing.assert_array_equal(np.array(paths).T, weights)
        assert ax.get_xscale() == "log"
    assert first.get_ylim() == second.get_ylim()
    assert [text.get_text() for text in drawn[0].legends[0].get_texts()] == ["a", "b", "c"]


def test_twelve_weights_can_be_told_apart(drawn: list[Figure]) -> None:
    names = [f"w{i}" for i in range(12)]
    plots.weight_paths(STRENGTHS, {"L1": np.ones((3, 12))}, names)
    lines = [line for line in drawn[0].axes[0].lines if line.get_label() in names]
    assert len({(line.get_color(), str(line._dash_pattern)) for line in lines}) == 12  # type: ignore[attr-defined]


def test_the_caption_counts_the_zeros(shown: list[dict[str, str]]) -> None:
    plots.weight_paths(STRENGTHS, {"L1": L1, "L2": L2}, ["a", "b", "c"])
    assert shown[0]["text/plain"].splitlines()[1] == (
        "L1: at λ = 1 the absolute values sum to 3.5 and none of 3 weights is exactly 0, the first becomes 0 at λ = 10, "
        "at λ = 100 the absolute values sum to 0.5 and 2 of 3 weights are exactly 0; L2: at λ = 1 the absolute values "
        "sum to 3.5 and none of 3 weights is exactly 0, at λ = 100 the absolute values sum to 0.175 and none of 3 "
        "weights is exactly 0."
    )
    assert 'alt="' in shown[0]["text/html"]


def test_shapes_and_strengths_must_fit(shown: list[dict[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"^strengths must be above 0 and growing, got \[0\.0, 1\.0\]"):
        plots.weight_paths([0, 1], {"L1": np.ones((2, 1))}, ["a"])
    with pytest.raises(ValueError, match=r"^L1 must have shape \(2, 1\), got \(2, 3\)"):
        plots.weight_paths([1, 2], {"L1": np.ones((2, 3))}, ["a"])
    with pytest.raises(ValueError, match="^names must have at most 12 entries"):
        plots.weight_paths([1, 2], {"L1": np.ones((2, 13))}, ["a"] * 13)
    assert shown == []
