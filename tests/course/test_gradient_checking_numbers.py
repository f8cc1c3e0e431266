"""The solution notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.course.running import NotebookRuns
from tests.course.test_gradient_checking import LESSON, hand_out

TOPIC = "07_gradient_checking"
# sentence in the prose -> what the notebook's own variables say
QUESTIONS = {
    "data": "[len(labels), len(y_train), X_train.shape[1], int(np.sum(labels == 0)), int(np.sum(labels == 1))]",
    "cube": "[float(quotient(lambda x: x**3, 1.0, 0.01)) for quotient in (one_sided, two_sided)]",
    "valley": "[[float(e) for e in quotient_errors[label]] for label in ('one side', 'both sides')]",
    "valley steps": "[float(eps) for eps in 10.0 ** -np.arange(1, 12.5, 0.5)]",
    "cubes": "numerical_gradient(lambda t: np.sum(t**3), np.array([1.0, -2.0]), 0.5).tolist()",
    "by hand": "[float(relative_difference(np.array([3.0, 4.0]), np.array([3.0, 0.0]))), "
    "float(relative_difference(np.array([100.0, 0.0]), np.array([110.0, 0.0]))), "
    "float(relative_difference(np.array([1.0]), np.array([3.0])))]",
    "verdicts": "[[float(right_verdict[0]), float(wrong_verdict[0])], int(wrong_verdict[1])]",
    "mended": "differences",
    "costs": "[float(costs[0]), float(costs[-1]), float(dev_error(trained))]",
    "patterns": "patterns",
    "rows": "len(y)",
    "faster": "int(np.sum(forgetful_costs < costs))",
    "faster at first": "bool(np.all(forgetful_costs[1:100] < costs[1:100]))",
    "forgetful": "[float(forgetful_costs[-1]), float(costs[-1]), float(dev_error(forgetful))]",
    "situations": "{title: differences for title, (differences, _) in situations.items()}",
    "stages": "stages",
    "steps": "[float(eps) for eps in steps]",
    "by step": "{label: [float(d) for d in line] for label, line in by_step.items()}",
    "two steps": "[float(difference_at(eps, params)) for eps in (1e-5, 1e-7)]",
    "kinks": "[int(sum(np.sum((forward(X, vector_to_params(params_to_vector(params) + eps * u, params))[Z] > 0)"
    " != (forward(X, vector_to_params(params_to_vector(params) - eps * u, params))[Z] > 0))"
    " for u in np.eye(params_to_vector(params).size) for Z in ('Z1', 'Z2'))) for eps in (1e-3, 10**-2.5)]",
    "cost of a check": "[sizes, passes, seconds]",
    "one side": "list(compare_gradients(lambda p: cost(y, forward(X, p)), vector_to_params(np.array([("
    "cost(y, forward(X, vector_to_params(params_to_vector(params) + 1e-5 * u, params))) - cost(y, forward(X, params)))"
    " / 1e-5 for u in np.eye(params_to_vector(params).size)]), params), params)[0].values())",
    "tiny step": "list(compare_gradients(lambda p: cost(y, forward(X, p)),"
    " backward_fixed(X, y, params, forward(X, params)), params, eps=1e-10)[0].values())",
}


class TestNotebook(NotebookRuns):
    n_figures = 9


@pytest.fixture(scope="module")
def handed_out() -> tuple[np.ndarray, float]:
    """The cost of each step with the code as it was handed out, and the dev error at the end."""
    namespace = LESSON.solved()
    exec(LESSON.code["forward_pass"], namespace)
    training = next(cell.source for cell in LESSON.cells if "def train_with" in cell.source)
    exec(training.partition("\n\ntrained, costs =")[0], namespace)
    params, costs = namespace["train_with"](hand_out())
    return costs, float(namespace["dev_error"](params))


def test_the_opening(executed: Any, prose: str, handed_out: tuple[np.ndarray, float]) -> None:
    costs, dev_error = handed_out
    mended_first, mended_last, mended_error = executed.answers["costs"]
    assert "after 400 steps it judges nine tumours in ten correctly" in prose
    assert len(costs) == 400
    assert dev_error == pytest.approx(0.1, abs=0.02)
    assert "it errs almost four times less often" in prose
    assert 3.5 < dev_error / mended_error < 4
    assert "from 0.68 to 0.23 in some 60 steps. Then it creeps up again, ends at 0.265" in prose
    assert costs[0] == mended_first == pytest.approx(0.68, abs=0.005)
    assert costs.min() == pytest.approx(0.23, abs=0.005)
    assert costs.argmin() == pytest.approx(60, abs=10)
    assert costs[-1] == pytest.approx(0.265, abs=0.0005)
    assert "misjudges 8.9 % of the dev tumours. Mended, the cost ends at 0.03 and the dev error at 2.4 %" in prose
    assert dev_error == pytest.approx(0.089, abs=0.0005)
    assert mended_last == pytest.approx(0.03, abs=0.005)
    assert mended_error == pytest.approx(0.024, abs=0.0005)


def test_the_data(executed: Any, prose: str) -> None:
    assert "569 tumours, each with thirty measures" in prose
    assert "malignant (0) or benign (1). 400 of them are there to learn from" in prose
    assert executed.answers["data"] == [569, 400, 30, 212, 357]


def test_the_numbers_worked_by_hand(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "$0.030301 / 0.01 = 3.0301$" in prose and "**3.0001**" in prose
    assert says["cube"] == [pytest.approx(3.0301, rel=1e-10), pytest.approx(3.0001, rel=1e-10)]
    assert "One side was off by 0.0301, both sides are off by 0.0001" in prose
    assert "$(1.5^3 - 0.5^3)/1 = 3.25$" in prose and "$((-1.5)^3 - (-2.5)^3)/1 = 12.25$" in prose
    assert says["cubes"] == [3.25, 12.25]
    assert "$4/8 = 0.5$" in prose and "$10/210 = 0.048$" in prose and "$2/4 = 0.5$" in prose
    assert says["by hand"] == [0.5, pytest.approx(0.048, abs=0.0005), 0.5]


def test_the_valley(executed: Any, prose: str) -> None:
    one, both = (np.array(line) for line in executed.answers["valley"])
    steps = np.array(executed.answers["valley steps"])
    assert "The lines fall with slopes 1 and 2" in prose
    for errors, slope in ((one, 1), (both, 2)):
        assert np.polyfit(np.log(steps[:6]), np.log(errors[:6]), 1)[0] == pytest.approx(slope, abs=0.03)
    assert "near $10^{-5}$ for both sides, near $10^{-8}$ for one" in prose
    assert 1e-6 < steps[both.argmin()] < 3.2e-5
    assert 3e-9 < steps[one.argmin()] < 3.2e-8
    assert "both sides have ten correct digits, one side has about eight" in prose
    typical = np.exp(np.linspace(0, 2, 41)).mean()
    assert -np.log10(both.min() / typical) > 10
    assert -np.log10(one.min() / typical) == pytest.approx(8, abs=0.5)
    assert "Rounding costs about $10^{-16}/\\varepsilon$" in prose
    assert 1e-4 < both[-1] < 1e-3
    assert "Here that costs a factor of 20, on the network of section 10 a factor of 100" in prose
    assert both[12] / both[8] == pytest.approx(20, rel=0.3)
    assert steps[[8, 12]] == pytest.approx([1e-5, 1e-7])


def test_a_single_component_that_is_slightly_wrong(executed: Any, prose: str) -> None:
    (right, wrong), worst_index = executed.answers["verdicts"]
    assert "leave about $2\\cdot10^{-11}$. The wrong one is about ten million times that, and the index is 3" in prose
    assert right == pytest.approx(2e-11, rel=0.3)
    assert wrong / right == pytest.approx(1e7, rel=0.3)
    assert worst_index == 3
    assert "its $2\\cdot10^{-4}$ lies between the thresholds" in prose
    assert wrong == pytest.approx(2e-4, rel=0.2)


def test_the_mended_gradients(executed: Any, prose: str) -> None:
    assert "all six bars stand near $10^{-11}$" in prose
    assert list(executed.answers["mended"]) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert all(1e-12 < difference < 1e-10 for difference in executed.answers["mended"].values())


def test_the_patterns_of_three_more_bugs(executed: Any, prose: str) -> None:
    mean, relu, sign = executed.answers["patterns"].values()
    assert "all six bars are 0.95, which is $(40-1)/(40+1)$, as the check used 40 rows" in prose
    assert executed.answers["rows"] == 40
    assert list(mean.values()) == pytest.approx([39 / 41] * 6, rel=1e-6)
    assert "layer 3 is innocent, layers 2 and 1 are wrong" in prose
    assert {key for key, difference in relu.items() if difference > 1e-3} == {"W1", "b1", "W2", "b2"}
    assert {key for key, difference in relu.items() if difference < 1e-7} == {"W3", "b3"}
    assert "right up to its sign has a difference of exactly 1" in prose
    assert sign["W1"] == pytest.approx(1, abs=1e-9)
    assert max(sign[key] for key in sign if key != "W1") < 1e-7
    assert "It even falls faster at first" in prose
    assert executed.answers["faster at first"]
    assert "four of the check's six bars are above the upper line" in prose
    assert sum(difference > 1e-3 for difference in relu.values()) == 4


def test_dropout_and_the_penalty(executed: Any, prose: str) -> None:
    fresh, fixed, forgotten, both = executed.answers["situations"].values()
    assert "differences of about 1" in prose
    assert min(fresh.values()) > 0.9
    assert max(*fixed.values(), *both.values()) < 1e-7
    assert "The forgotten penalty shows on the weights alone" in prose
    assert {key for key, difference in forgotten.items() if difference > 1e-3} == {"W1", "W2", "W3"}
    assert {key for key, difference in forgotten.items() if difference < 1e-7} == {"b1", "b2", "b3"}


def test_a_bug_that_sleeps(executed: Any, prose: str) -> None:
    start, later = executed.answers["stages"].values()
    assert "At the start all six are good" in prose
    assert max(start.values()) < 1e-7
    assert "After training the same code is convicted three times" in prose
    assert {key for key, difference in later.items() if difference > 1e-3} == {"b1", "b2", "b3"}
    assert max(later[key] for key in ("W1", "W2", "W3")) < 1e-7


def test_the_step_and_the_precision(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "$4\\cdot10^{-11}$ at $\\varepsilon = 10^{-5}$, and a hundred times as much at $10^{-7}$" in prose
    right, tiny = says["two steps"]
    assert right == pytest.approx(4e-11, rel=0.2)
    assert tiny / right == pytest.approx(100, rel=0.4)
    assert "The cliff on the right" in prose and "is made of kinks" in prose
    below, above = says["kinks"]
    assert below == 0 < above
    start = dict(zip(np.round(np.log10(says["steps"]), 1), says["by step"]["float64, at the start"], strict=True))
    assert start[-3.0] < 1e-7 and start[-2.5] > 1e-4
    assert "In float32** a right gradient never gets below $10^{-4}$, and at $\\varepsilon = 10^{-5}$ it looks" in prose
    single = dict(zip(np.round(np.log10(says["steps"]), 1), says["by step"]["float32, at the start"], strict=True))
    assert min(single.values()) > 1e-4
    assert single[-5.0] > 1e-3
    assert "With $\\varepsilon = 10^{-5}$ its difference is $2\\cdot10^{-2}$" in prose  # the quiz
    assert single[-5.0] == pytest.approx(2e-2, rel=0.3)


def test_the_table_of_symptoms(executed: Any, prose: str) -> None:
    assert "near $10^{-6}$, and nothing is wrong | the numerical gradient looks to one side only; a step of" in prose
    for name in ("one side", "tiny step"):
        assert 2e-7 < min(executed.answers[name]) <= max(executed.answers[name]) < 1e-5


def test_what_a_check_costs(executed: Any, prose: str) -> None:
    sizes, passes, seconds = executed.answers["cost of a check"]
    assert "The upper line climbs with the number of parameters, the lower one hardly does" in prose
    check, backward = seconds["gradient check"], seconds["one backward pass"]
    assert check[-1] / check[0] > 3 * backward[-1] / backward[0]
    assert passes == [2 * size for size in sizes]
    assert "has 2081 parameters and needs 4162 passes" in prose
    assert (sizes[-1], passes[-1]) == (2081, 4162)
    assert "two hidden layers of 128 units on the digits has 26 122 and would need 52 244" in prose
    assert 128 * (64 + 1) + 128 * (128 + 1) + 10 * (128 + 1) == 26_122 == 52_244 // 2
