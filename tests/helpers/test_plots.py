"""Every plot comes with a text that says, from the data, what it shows."""

import base64
import inspect
import io
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import IPython.display
import matplotlib.image
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from helpers import figures, plots

RUN = {"cost": [2.0, 1.0, 0.5], "train_error": [0.5, 0.1, 0.0], "dev_error": [0.6, 0.125, 0.2]}
SQUARE = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])

# Each public plot function: how to call it, and pieces of text that the caption must have worked out from the data.
CALLS: dict[str, tuple[Callable[[], None], list[str]]] = {
    "dropout_masks": (
        lambda: plots.dropout_masks([np.eye(2), np.ones((2, 2)), np.eye(2)], 0.5),
        ["keep_prob = 0.5", "50 %, 100 %, 50 %", "2 of 3"],
    ),
    "mean_activation": (
        lambda: plots.mean_activation([0.25, 1.0], {"mine": [1.0, 1.0], "plain": [0.25, 1.0]}),
        ["mine: mean 1 at keep_prob 0.25", "plain: mean 0.25 at keep_prob 0.25, 1 at 1"],
    ),
    "learning_curves": (
        lambda: plots.learning_curves({"plain": RUN}),
        ["plain: training error from 50 % to 0 %", "dev error from 60 % to 20 % (lowest 12 % in epoch 2)"],
    ),
    "cost_curves": (
        lambda: plots.cost_curves({"plain": RUN}, switch_at=1),
        ["cost from 2 to 0.5", "rising in 0 of 2 epochs"],
    ),
    "error_by_setting": (
        lambda: plots.error_by_setting([0.1, 1.0], {"dev": [[0.2, 0.4], [0.1, 0.1]]}, "λ", log=True),
        ["dev: 30 % at 0.1, 10 % at 1, lowest 10 % at 1"],
    ),
    "bars": (
        lambda: plots.bars(["a", "b"], [1.5, 3.0], "squared weights", spread=[0.25, 0.5]),
        ["squared weights: a 1.5 ± 0.25; b 3 ± 0.5"],
    ),
    "weight_grid": (
        lambda: plots.weight_grid({"net": np.tile([[3.0, 0.0, 0.0, 4.0]], (9, 1))}, (2, 2)),
        ["net: a unit's weights have norm 5.00 on average"],
    ),
    "histogram_by_label": (
        lambda: plots.histogram_by_label({"a": [0.0, 2.0], "b": np.ones((2, 2))}, "activation"),
        ["a: mean 1, standard deviation 1", "b: mean 1, standard deviation 0"],
    ),
    "decision_boundaries": (
        lambda: plots.decision_boundaries({"half": lambda X: X[:, 0] > 0.5}, SQUARE, np.array([0, 1, 1, 1])),
        ["half: 50 % of the square is labelled 1, 1 of 4 points"],
    ),
    "digit_images": (
        lambda: plots.digit_images(np.zeros((2, 64)), ["a three", "a five"]),
        ["a three, a five"],
    ),
}


class Page(HTMLParser):
    """Collects the picture's attributes and the visible text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.image: dict[str, Any] = {}
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.image = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    bundles: list[dict[str, str]] = []
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_every_public_plot_function_is_tried_here() -> None:
    public = {
        name
        for name, value in inspect.getmembers(plots, inspect.isfunction)
        if value.__module__ == plots.__name__ and not name.startswith("_")
    }
    assert public == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_a_plot_is_shown_with_a_text_made_from_its_data(name: str, shown: list[dict[str, str]]) -> None:
    call, pieces = CALLS[name]
    call()
    (bundle,) = shown
    page = Page(bundle["text/html"])
    assert len(page.image["alt"]) > 20
    for piece in pieces:
        assert piece in page.text
        assert piece in bundle["text/plain"]
    pixels = matplotlib.image.imread(io.BytesIO(base64.b64decode(page.image["src"].partition(",")[2])))
    assert pixels.shape[1] == pytest.approx(2 * int(page.image["width"]), abs=2)
    # The card is opaque, so the figure reads the same on a light and on a dark page.
    np.testing.assert_allclose(pixels[0, 0], [*to_rgb(figures.CARD), 1.0], atol=0.01)


def test_text_cannot_break_out_of_the_page(shown: list[dict[str, str]]) -> None:
    plots.bars(['<b>"one"</b>'], [1.0], "<i>size</i>")
    assert "<b>" not in shown[0]["text/html"]
    assert '<b>"one"</b> 1' in Page(shown[0]["text/html"]).text


def test_a_plot_leaves_the_readers_matplotlib_settings_alone(shown: list[dict[str, str]]) -> None:
    before = dict(matplotlib.rcParams)
    CALLS["bars"][0]()
    assert dict(matplotlib.rcParams) == before


def relative_luminance(color: str) -> float:
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("color", [figures.INK, figures.MUTED])
def test_writing_has_the_contrast_that_wcag_asks_for(color: str) -> None:
    contrast = (relative_luminance(figures.CARD) + 0.05) / (relative_luminance(color) + 0.05)
    assert contrast >= 4.5
