"""Every plot comes with a text that says, from the data, what it shows."""

import inspect
import subprocess
import sys
from collections.abc import Callable

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from helpers import plots
from helpers.plots import figures
from tests.helpers.plots.page import Page

RUN = {"cost": [2.0, 1.0, 0.5], "train_error": [0.5, 0.1, 0.0], "dev_error": [0.6, 0.125, 0.2]}
SQUARE = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])

# Each public plot: how to call it, and pieces of text that the caption must have worked out from the data.
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
        lambda: plots.learning_curves({"plain": RUN}, marks={"stop": 3}),
        [
            "plain: training error from 50 % to 0 %",
            "dev error from 60 % to 20 % (lowest 12 % in epoch 2)",
            "stop: epoch 3",
        ],
    ),
    "cost_curves": (
        lambda: plots.cost_curves({"plain": RUN, "other": {"cost": [1, 2, 2, 1, 3]}}, switch_at=1),
        ["cost from 2 to 0.5", "rising in 0 of 2 epochs", "other: cost from 1 to 3, rising in 2 of 4 epochs"],
    ),
    "error_by_setting": (
        lambda: plots.error_by_setting([0.1, 1.0], {"dev": [[0.2, 0.4], [0.1, 0.1]]}, "λ", log=True),
        ["dev: 30 % at 0.1, 10 % at 1, lowest 10 % at 1"],
    ),
    "error_pieces": (
        lambda: plots.error_pieces({"A": (0.0, 0.01, 0.1), "B": (0.14, -0.02, 0.0)}, {"A": "high", "B": "low"}),
        [
            "A: Bayes error 0 %, avoidable bias 1.0 %, variance 10 % (high)",
            "B: Bayes error 14 %, avoidable bias -2.0 %, variance 0 % (low)",
        ],
    ),
    "lines": (
        lambda: plots.lines(
            [1, 2, 3], {"a": [5, 1, 4], "b": [[1, 3], [8, 8], [2, 2]]}, "day", "°C", dots={"raw": [0, 9, 1]}
        ),
        [
            "raw: dots from 0 to 9",
            "a: from 5 at 1 to 4 at 3, lowest 1 at 2",
            "b: from 2 at 1 to 2 at 3, highest 8 at 2",
        ],
    ),
    "fitted_curves": (
        lambda: plots.fitted_curves(
            [0, 1],
            [0.0, 3.0],
            {"flat": np.zeros_like, "two fits": lambda x: np.array([np.full_like(x, 1), np.full_like(x, 5)])},
            truth=np.ones_like,
        ),
        [
            "flat: mean squared error 4.5 on the 2 points, mean squared distance from the truth 1",
            "two fits: variance 4 over 2 refits, squared bias 4",
        ],
    ),
    "split_strips": (
        lambda: plots.split_strips({"dealt": [[0, 3], [1], [2]]}, 4, marks={"second class": 2}),
        ["dealt: 2 train, 1 dev, 1 test, in 4 runs", "second class begins at row 2"],
    ),
    "bars": (
        lambda: plots.bars(["a", "b"], [1.5, 3.0], "squared weights", spread=[0.25, 0.5]),
        ["a: 1.5 ± 0.25; b: 3 ± 0.5."],
    ),
    "confusion_matrix": (
        lambda: plots.confusion_matrix([[3, 2], [1, 4]], ["cat", "dog"]),
        ["7 of 10 examples", "error 30 %", "cat taken for dog, 2 times"],
    ),
    "error_table": (
        lambda: plots.error_table({"L2": {"dev": [0.1, 0.2], "test": 0.25}, "none": {"dev": [0.3, 0.3], "test": 0.2}}),
        ["Error in %, mean ± standard deviation over 2 seeds", "★ 15.0 ± 5.0", "★ 20.0", "30.0 ± 0.0"],
    ),
    "weight_grid": (
        lambda: plots.weight_grid({"net": np.tile([[3.0, 0.0, 0.0, 4.0]], (9, 1))}, (2, 2)),
        ["net: a unit's weights have norm 5.00 on average"],
    ),
    "weight_paths": (
        lambda: plots.weight_paths(
            [1, 10], {"L1": [[2.0, -1.0], [0.5, 0.0]], "L2": [[2.0, -1.0], [1, -0.5]]}, ["a", "b"]
        ),
        [
            "L1: at λ = 1 the absolute values sum to 3",
            "the first becomes 0 at λ = 10",
            "none of 2 weights is exactly 0",
        ],
    ),
    "class_probabilities": (
        lambda: plots.class_probabilities({"hot": [0.5, 0.25, 0.25], "cold": [1, 0, 0]}, true_class=1),
        ["hot: 50 % for 0, 25 % for 1, 25 % for 2", "cold: 100 % for 0, 0 % for 1"],
    ),
    "class_weights": (
        lambda: plots.class_weights([[0.5, -1, 0, 0], [2, 0.25, 0.5, 1]], ["no", "yes"], (2, 2)),
        ["no: -1.00 to 0.50", "yes: 0.25 to 2.00"],
    ),
    "digit_images": (
        lambda: plots.digit_images(np.zeros((2, 64)), ["a three", "a five"]),
        ["a three, a five"],
    ),
    "histogram_by_label": (
        lambda: plots.histogram_by_label({"a": [0.0, 2.0], "b": np.ones((2, 2))}, "activation"),
        ["a: mean 1, standard deviation 1", "b: mean 1, standard deviation 0"],
    ),
    "activation_histograms": (
        lambda: plots.activation_histograms(
            {"He": [np.array([-1, 1]), np.array([-3, 3]), np.array([[-2, 2]])], "zeros": [[0], [0], [0]]}, n_panels=2
        ),
        ["activation in layers 1, 3: He: 1, 2; zeros: 0 (100 % are 0), 0 (100 % are 0)."],
    ),
    "gradient_norms": (
        lambda: plots.gradient_norms({"He": [0.5, 0.25], "zeros": [0, 0], "half": [0, 3]}),
        [
            "He: 0.5 in layer 1, 0.25 in layer 2;",
            "zeros: exactly 0 in 2 of 2 layers",
            "half: 0 in layer 1, 3 in layer 2, exactly 0 in 1 of 2 layers",
        ],
    ),
    "step_errors": (
        lambda: plots.step_errors([1e-1, 1e-3, 1e-5], {"a": [0.2, 1e-6, 0.03]}, marks={"good": 1e-7}),
        ["a: 0.2 at 0.1, lowest 1e-06 at 0.001, 0.03 at 1e-05", "dashed at 1e-07: good"],
    ),
    "relative_differences": (
        lambda: plots.relative_differences({"net": {"W1": 3e-11, "b1": 0.5, "W2": 0.0}}),
        ["net: W1 3e-11, b1 0.5, W2 0 (a bug in b1)"],
    ),
    "decision_boundaries": (
        lambda: plots.decision_boundaries({"half": lambda X: X[:, 0] > 0.5}, SQUARE, np.array([0, 1, 1, 1])),
        ["half: 50 % of the area is labelled 1, 1 of 4 points"],
    ),
    "cost_contours": (
        lambda: plots.cost_contours(lambda w: w[0] ** 2 + w[1], {"GD": [[2.0, 0.0], [1.0, 0.5], [0.0, 0.25]]}),
        ["GD: 2 steps from (2, 0) with cost 4 to (0, 0.25) with cost 0.25"],
    ),
}
TABLES = {"error_table"}  # HTML, without a picture

EMPTY: dict[str, tuple[Callable[[], None], str]] = {
    "dropout_masks": (lambda: plots.dropout_masks(np.zeros((0, 2, 2)), 0.5), "masks"),
    "mean_activation": (lambda: plots.mean_activation([0.5], {}), "means_by_label"),
    "learning_curves": (lambda: plots.learning_curves({}), "histories"),
    "cost_curves": (lambda: plots.cost_curves({}), "histories"),
    "error_by_setting": (lambda: plots.error_by_setting([], {"dev": []}, "λ"), "settings"),
    "error_pieces": (lambda: plots.error_pieces({}), "pieces_by_label"),
    "lines": (lambda: plots.lines([], {"a": []}, "x", "y"), "a"),
    "fitted_curves": (lambda: plots.fitted_curves([], [], {"flat": np.zeros_like}), "x"),
    "split_strips": (lambda: plots.split_strips({}, 3), "parts_by_label"),
    "bars": (lambda: plots.bars([], [], "y"), "labels"),
    "confusion_matrix": (lambda: plots.confusion_matrix(np.zeros((0, 0))), "counts"),
    "error_table": (lambda: plots.error_table({}), "errors_by_run"),
    "weight_grid": (lambda: plots.weight_grid({}, (2, 2)), "weights_by_label"),
    "weight_paths": (lambda: plots.weight_paths([1], {}, ["a"]), "weights_by_title"),
    "class_probabilities": (lambda: plots.class_probabilities({}), "probabilities_by_title"),
    "class_weights": (lambda: plots.class_weights(np.zeros((0, 64)), []), "weights"),
    "digit_images": (lambda: plots.digit_images(np.zeros((0, 64)), []), "images"),
    "histogram_by_label": (lambda: plots.histogram_by_label({}, "z"), "values_by_label"),
    "activation_histograms": (lambda: plots.activation_histograms({}), "activations_by_label"),
    "gradient_norms": (lambda: plots.gradient_norms({"He": []}), "He"),
    "step_errors": (lambda: plots.step_errors([], {"a": []}), "steps"),
    "relative_differences": (lambda: plots.relative_differences({}), "differences_by_title"),
    "decision_boundaries": (lambda: plots.decision_boundaries({}, SQUARE, [0, 1, 0, 1]), "predict_by_title"),
    "cost_contours": (lambda: plots.cost_contours(np.sum, {"GD": np.zeros((0, 2))}), "GD"),
}


def test_every_public_plot_is_tried_here() -> None:
    public = {name for name, value in inspect.getmembers(plots, inspect.isfunction) if not name.startswith("_")}
    assert public == set(plots.__all__) == set(CALLS) == set(EMPTY)
    assert all(plots.__all__[i] < plots.__all__[i + 1] for i in range(len(plots.__all__) - 1))


@pytest.mark.parametrize("name", CALLS)
def test_a_plot_is_shown_with_a_text_made_from_its_data(name: str, shown: list[dict[str, str]]) -> None:
    call, pieces = CALLS[name]
    settings = dict(matplotlib.rcParams)
    call()
    assert dict(matplotlib.rcParams) == settings
    (bundle,) = shown
    page = Page(bundle["text/html"])
    for piece in pieces:
        assert piece in page.text
        assert piece in bundle["text/plain"]
    if name in TABLES:
        return
    assert len(page.image["alt"]) > 20
    pixels = page.read_pixels()
    assert pixels.shape[1] == pytest.approx(2 * int(page.image["width"]), abs=2)
    # The card is opaque, so the figure reads the same on a light and on a dark page.
    np.testing.assert_allclose(pixels[0, 0], [*to_rgb(figures.CARD), 1.0], atol=0.01)
    # Nothing is cut off: the rim of the card is empty.
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    np.testing.assert_allclose(rim[:, :3], np.broadcast_to(to_rgb(figures.CARD), (len(rim), 3)), atol=0.02)


@pytest.mark.parametrize("name", EMPTY)
def test_where_there_is_nothing_to_draw_the_argument_is_named(name: str, shown: list[dict[str, str]]) -> None:
    call, argument = EMPTY[name]
    with pytest.raises(ValueError, match=f"^{argument} must have"):
        call()
    assert shown == []


def test_text_cannot_break_out_of_the_page(shown: list[dict[str, str]]) -> None:
    plots.bars(['<b>"one"</b>'], [1.0], "<i>size</i>")
    plots.error_table({"<b>run</b>": {"<i>dev</i>": 0.5}}, what="<u>error</u>")
    for bundle, text in zip(shown, ['<b>"one"</b>: 1', "<b>run</b>"], strict=True):
        assert not any(tag in bundle["text/html"] for tag in ("<b>", "<i>", "<u>"))
        assert text in Page(bundle["text/html"]).text


def test_no_plot_needs_pyplot_and_its_list_of_open_figures() -> None:
    code = (
        "import sys; from helpers import plots; plots.bars(['a'], [1.0], 'y');"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, timeout=60, capture_output=True, text=True)
    assert said.stdout == "[Bar chart of y]\na: 1.\n"  # outside of IPython the text alone


def test_help_is_readable() -> None:
    for name in plots.__all__:
        assert "Union[" not in str(inspect.signature(getattr(plots, name)))


def test_arguments_are_not_changed(drawn: list[Figure]) -> None:
    path, counts = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[3, 1], [0, 2]])
    path.flags.writeable = counts.flags.writeable = False
    plots.cost_contours(lambda w: float(w @ w), {"GD": path})
    plots.confusion_matrix(counts)
    plots.lines(path[:, 0], {"a": path[:, 1]}, "x", "y", log="y")
    assert len(drawn) == 3
