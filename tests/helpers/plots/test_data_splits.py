"""The strips of a split: bars where the rows are, a height for each part, and what is wrong with a split is seen and said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers import plots

SPLITS = {"in order": [[0, 1, 2], [3], [4, 5]], "dealt": [[4, 0, 2], [5], [1, 3]]}


def test_each_row_has_a_bar_whose_height_and_colour_are_those_of_its_part(drawn: list[Figure]) -> None:
    plots.split_strips(SPLITS, 6)
    bars: Any = drawn[0].axes[0].patches
    assert len(bars) == 12
    upper = {round(bar.get_x() + 0.5): bar for bar in bars if bar.get_y() == 1}
    heights = [round(upper[row].get_height(), 2) for row in range(6)]
    assert heights == [0.28, 0.28, 0.28, 0.56, 0.84, 0.84]
    assert len({upper[row].get_facecolor() for row in (0, 3, 4)}) == 3
    assert [text.get_text() for text in drawn[0].axes[0].get_yticklabels()] == ["dealt", "in order"]


def test_the_caption_counts_rows_and_runs(shown: list[dict[str, str]]) -> None:
    plots.split_strips(SPLITS, 6, marks={"class 1": 4})
    text = shown[0]["text/plain"]
    assert "2 strips of 6 rows" in text
    assert "in order: 3 train, 1 dev, 2 test, in 3 runs; dealt: 3 train, 1 dev, 2 test, in 6 runs" in text
    assert "class 1 begins at row 4." in text


def test_rows_that_are_lost_or_doubled_are_seen_and_said(drawn: list[Figure], shown: list[dict[str, str]]) -> None:
    plots.split_strips({"wrong": [[0, 1, 2], [2, 4]]}, 6, ("train", "val"))
    bars: Any = drawn[0].axes[0].patches
    assert sorted(round(bar.get_x() + 0.5) for bar in bars) == [0, 1, 2, 2, 4]
    assert [bar.get_height() for bar in bars if round(bar.get_x() + 0.5) == 2] == [0.84, 0.42]  # the low one on top
    assert "2 rows in no part, 1 row in two parts" in shown[0]["text/plain"]


def test_a_part_may_be_empty(shown: list[dict[str, str]]) -> None:
    plots.split_strips({"all": [np.arange(3), np.array([]), []]}, 3)
    assert "all: 3 train, 0 dev, 0 test, in 1 run" in shown[0]["text/plain"]


@pytest.mark.parametrize(
    ("message", "parts", "m"),
    [
        ("parts_by_label must have at least one entry", {}, 3),
        ("a must have 3 parts, train, dev, test, got 2", {"a": [[0], [1]]}, 3),
        ("dev of a must hold rows 0 .. 2, got 3 .. 3", {"a": [[0], [3], [1]]}, 3),
        ("train of a must be a vector of row numbers, got bool", {"a": [[True, False], [], []]}, 2),
        ("m must be a whole number >= 1", {"a": [[0], [1], [2]]}, 0),
    ],
)
def test_what_is_no_split_is_refused_by_name(message: str, parts: Any, m: int) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        plots.split_strips(parts, m)
