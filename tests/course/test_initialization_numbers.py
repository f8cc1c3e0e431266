"""The solution notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.course.running import NotebookRuns

TOPIC = "03_initialization"
# sentence in the prose -> what the notebook's own variables say
QUESTIONS = {
    "points": "[len(X), int(np.sum(y == 0))]",
    "one half": "[float(answers.min()), float(answers.max()), network.compute_cost(X, y, zeros)]",
    "first costs": "[[float(cost) for cost in costs] for costs in first_costs]",
    "twenty layers": "{name: [float(stds[0]), float(stds[-1])] for name, stds in spreads.items()}",
    "right": "{name: 1 - network.measure_error(X, y, params) for name, (params, _) in trained.items()}",
    "costs": "{name: [float(history['cost'][0]), float(history['cost'][-1])] for name, (_, history) in trained.items()}",
    "symmetric": "{name: [is_symmetric(params[f'W{layer}']) for layer in (1, 2)] for name, (params, _) in trained.items()}",
    "largest weight of zeros": "max(float(np.abs(trained['zeros'][0][f'W{layer}']).max()) for layer in (1, 2, 3))",
    "moved from 0.5": "min(float(np.abs(trained['every weight 0.5'][0][f'W{layer}'] - 0.5).max()) for layer in (1, 2, 3))",
    "repeated": "{name: [float(value) for value in values] for name, values in repeated.items()}",
    "steps": "[len(history['cost']) for _, history in trained.values()]",
    "widths": "{name: [float(A.std()) for A in network.hidden_activations(X_train, params)] for name, params in deep_params.items()}",
    "zeros by relu": "[float(np.mean(A == 0)) for A in network.hidden_activations(X_train, deep_params['He'])]",
    "norms": "{name: [float(norm) for norm in values] for name, values in norms.items()}",
    "deep runs": "{name: [float(error) for error in history['dev_error']] for name, history in deep_runs.items()}",
    "crossed": "{name: [float(std) for std in stds] for name, stds in crossed.items()}",
    "powers": "{name: float(stds[-1]) for name, stds in powers.items()}",
    "speeds": "{name: [float(moved) for moved in values] for name, values in speeds.items()}",
    "errors": "{name: float(error) for name, error in errors.items()}",
}


class TestNotebook(NotebookRuns):
    n_figures = 10


def test_the_opening_numbers(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "Three hundred points on two circles, a small network, fifteen thousand steps" in prose
    assert says["points"] == [300, 150] and set(says["steps"]) == {15_000}
    assert "right for 50 % of the points" in prose
    assert says["right"]["zeros"] == 0.5
    assert "standard deviation of 10, and it ends at 69 %" in prose
    assert says["right"]["scale 10"] == pytest.approx(0.69, abs=0.005)
    assert "and it ends at 97 %" in prose
    assert says["right"]["He"] == pytest.approx(0.97, abs=0.005)


def test_zeros_know_nothing(executed: Any, prose: str) -> None:
    assert "a cost of $-\\ln\\tfrac12 = \\ln 2 \\approx 0.6931$ a point" in prose
    assert math.log(2) == pytest.approx(0.6931, abs=5e-5)
    assert executed.answers["one half"] == [0.5, 0.5, pytest.approx(math.log(2))]


def test_the_first_cost(executed: Any, prose: str) -> None:
    costs = executed.answers["first costs"]
    mean = [sum(row) / len(row) for row in costs]
    assert [len(row) for row in costs] == [10] * 7 and "seven scales and ten seeds" in prose
    assert "Up to a scale of 0.3 the cost is $\\ln 2$ to within 1 %" in prose
    assert mean[:3] == pytest.approx([math.log(2)] * 3, rel=0.01)
    assert "from 27 at scale 3 to 27 thousand at scale 30" in prose
    assert mean[4] == pytest.approx(27, abs=0.5) and mean[6] == pytest.approx(27_000, abs=500)
    assert "a *thousand* times the cost" in prose
    assert mean[6] / mean[4] == pytest.approx(1000, rel=0.02)
    assert "How large will its score be: about 1, about 30, or in the thousands?" in prose
    assert mean[5] > 1000 and "The scores of such a network run into thousands" in prose


def test_twenty_layers(executed: Any, prose: str) -> None:
    says = executed.answers["twenty layers"]
    assert "0.83 in the first layer, 0.61 in the twentieth" in prose
    assert says["He"] == pytest.approx([0.83, 0.61], abs=0.005)
    assert "Xavier's falls to 0.0006" in prose
    assert says["Xavier"][1] == pytest.approx(0.0006, rel=0.05)
    assert "arrives as $6\\cdot10^{-24}$; a fixed scale of 1 arrives as $6\\cdot 10^{16}$" in prose
    assert says["scale 0.01"][1] == pytest.approx(6e-24, rel=0.05)
    assert says["scale 1"][1] == pytest.approx(6e16, rel=0.05)
    assert says["zeros"] == [0.0, 0.0]


def test_symmetry_never_breaks(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "Not a single weight has moved" in prose
    assert says["largest weight of zeros"] == 0
    assert "The cost is still 0.69" in prose
    assert says["costs"]["zeros"] == pytest.approx([0.69, 0.69], abs=0.005)
    assert "the weights did move, but `is_symmetric` says" in prose
    assert says["moved from 0.5"] > 0.01
    assert says["symmetric"]["zeros"] == says["symmetric"]["every weight 0.5"] == [True, True]
    assert says["symmetric"]["scale 10"] == says["symmetric"]["He"] == [False, False]
    assert "It is right for 58 %" in prose
    assert says["right"]["every weight 0.5"] == pytest.approx(0.58, abs=0.005)
    assert "the first cost is 109" in prose
    assert says["costs"]["scale 10"][0] == pytest.approx(109, abs=0.5)
    assert "**He** starts at 0.69, like zeros" in prose
    assert says["costs"]["He"][0] == pytest.approx(0.69, abs=0.005)


def test_several_seeds(executed: Any, prose: str) -> None:
    large, he = executed.answers["repeated"].values()
    assert "He is ahead in all of these runs" in prose
    assert len(large) == len(he) == 3 and max(large) < min(he)


def test_the_runs_with_24_seeds_are_those_of_the_benchmark(prose: str) -> None:
    table = (Path(__file__).parents[2] / "benchmarks" / "headlines.md").read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("|")}
    assert "over 24 seeds" in table and "with 24 seeds, each with points of its own" in prose
    assert "50.0 ± 0.0 (50–50)" in rows["zeros"] and "zeros $50.0 \\pm 0.0$ %" in prose
    assert "76.6 ± 10.7 (61–100)" in rows["normal × 10"] and "$76.6 \\pm 10.7$ % (from 61 to 100)" in prose
    assert "97.2 ± 5.0 (74–100)" in rows["He"] and "$97.2 \\pm 5.0$ % (from 74 to 100)" in prose
    published = [rows[name].split("|")[2].strip() for name in ("zeros", "normal × 10", "He")]
    assert published == ["50", "83", "99"] and "50 % for zeros, 83 % for scale 10, 99 % for He" in prose


def test_the_widths_of_deep_layers(executed: Any, prose: str) -> None:
    widths = executed.answers["widths"]
    assert "About half of the activations are exactly 0" in prose
    assert executed.answers["zeros by relu"] == pytest.approx([0.5] * 19, abs=0.1)
    assert "layer 19 is half as wide as layer 1" in prose
    assert widths["He"][18] / widths["He"][0] == pytest.approx(0.5, abs=0.03)
    assert "a thousand times narrower at the end" in prose
    assert widths["Xavier"][0] / widths["Xavier"][18] == pytest.approx(1000, rel=0.1)
    assert "down to $10^{-23}$ and up to $10^{15}$" in prose
    assert 1e-23 < widths["scale 0.01"][18] < 1e-22 and 1e15 < widths["scale 1"][18] < 1e16


def test_the_gradients_of_deep_layers(executed: Any, prose: str) -> None:
    norms = executed.answers["norms"]
    assert "With He the norms are about 1. With Xavier under ReLU they are more than 1000 times smaller" in prose
    assert min(norms["He"]) > 0.5 and max(norms["He"]) < 2
    assert all(1000 * small < large for small, large in zip(norms["Xavier"], norms["He"], strict=True))
    assert "with scale 0.01 below $10^{-22}$, with scale 1 above $10^{16}$, and with zeros there is nothing" in prose
    assert max(norms["scale 0.01"]) < 1e-22 and min(norms["scale 1"]) > 1e16 and not any(norms["zeros"])
    assert "The lines are level" in prose
    for name in ("He", "Xavier", "scale 0.01", "scale 1"):
        assert max(norms[name]) < 4 * min(norms[name])


def test_the_deep_networks_learn_or_not(executed: Any, prose: str) -> None:
    runs = executed.answers["deep runs"]
    assert "Scale 1 is not in the picture" in prose
    assert list(runs) == ["He", "Xavier", "scale 0.01"]
    assert "stay at a dev error of 89 % for all 60 epochs" in prose
    assert runs["Xavier"] == runs["scale 0.01"] == pytest.approx([0.89] * 60, abs=0.005)
    assert "He falls, with jumps, to 12 %" in prose
    assert runs["He"][-1] == pytest.approx(0.12, abs=0.0051)


def test_each_rule_with_its_activation(executed: Any, prose: str) -> None:
    crossed = executed.answers["crossed"]
    assert [len(stds) for stds in crossed.values()] == [40] * 4
    assert "He stays within one power of ten, Xavier falls to $5\\cdot10^{-7}$" in prose
    assert min(crossed["ReLU, He"]) > 0.1 and max(crossed["ReLU, He"]) < 1
    assert crossed["ReLU, Xavier"][-1] == pytest.approx(5e-7, rel=0.1)
    assert "Xavier fades slowly, to 0.11 in layer 40" in prose
    assert crossed["tanh, Xavier"][-1] == pytest.approx(0.11, abs=0.005)
    assert "He settles at 0.55" in prose
    assert crossed["tanh, He"][20:] == pytest.approx([0.55] * 20, abs=0.03)
    assert "5/3 times the standard deviation, which is 2.8 times Xavier's variance" in prose
    assert round((5 / 3) ** 2, 1) == 2.8


def test_powers_of_a_number(executed: Any, prose: str) -> None:
    says = executed.answers["powers"]
    assert "$0.2^{30} \\approx 10^{-21}$ and $5^{30} \\approx 9\\cdot 10^{20}$" in prose
    assert says == {"w = 0.2": pytest.approx(0.2**30), "w = 1": 1.0, "w = 5": pytest.approx(5**30)}
    assert f"{0.2**30:.0e}, {5**30:.0e}" == "1e-21, 9e+20"


def test_layers_learn_at_different_speeds(executed: Any, prose: str) -> None:
    tanh, sigmoid = executed.answers["speeds"].values()
    assert "With tanh every layer has moved by 18 % or more, and the dev error is 6 %" in prose
    assert min(tanh) > 0.18
    assert executed.answers["errors"]["tanh, Xavier"] == pytest.approx(0.06, abs=0.0051)
    assert "the last layer moved by 9 %, the one before by 2 %, and the first three by a *thousandth*" in prose
    assert sigmoid[-1] == pytest.approx(0.09, abs=0.005) and sigmoid[-2] == pytest.approx(0.02, abs=0.005)
    assert sigmoid[:3] == pytest.approx([0.001] * 3, abs=0.0005)
    assert "the network still guesses" in prose
    assert executed.answers["errors"]["sigmoid, Xavier"] == pytest.approx(0.89, abs=0.02)


def test_the_numbers_of_the_quiz(prose: str) -> None:
    assert "√(2/512) = 0.0625" in prose and math.sqrt(2 / 512) == 0.0625
    assert "√(2/128) = 0.125" in prose and math.sqrt(2 / 128) == 0.125
    assert "2/512 ≈ 0.004" in prose and round(2 / 512, 3) == 0.004
    assert "hundreds of millions of times narrower" in prose and 2**29 > 5e8
