"""The solution notebook runs from its first cell to its last, and every number in its prose is recomputed."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers import optimizers as reference
from tests.course.running import NotebookRuns

TOPIC = "08_optimizers"
HEADLINES = (Path(__file__).parents[2] / "benchmarks" / "headlines.md").read_text(encoding="utf-8")
# sentence in the prose -> what the notebook's own variables say
QUESTIONS = {
    "parameters": "int(sum(value.size for value in published['Adam'][1].values()))",
    "digits": "len(X_train)",
    "moves": "{label: float(value) for label, value in moves.items()}",
    "strays": "{label: float(value) for label, value in strays.items()}",
    "gradient errors": "[float(value) for value in gradient_errors]",
    "costs": "{str(size): float(value) for size, value in costs.items()}",
    "seconds": "{str(size): value for size, value in seconds.items()}",
    "rises": "[rises, len(noisy), len(smooth)]",
    "noisy": "[float(noisy[:16].mean()), float(noisy[-16:].mean()), float(smooth[0]), float(smooth[-1])]",
    "curvatures": "[float(cost([1.0, 0.0])), float(cost([0.0, 1.0]))]",
    "ends": "{name: [float(path[-1][0]), float(cost(path[-1])), len(path) - 1] for name, path in paths.items()}",
    "diverges": "[float(np.abs(walk(sgd_step, lr)[-1, 1])) for lr in (0.99, 1.01, 1.05)]",
    "restless": "[float(np.ptp(walk(rmsprop_step, 1.0, 's')[-10:, 1])), float(np.ptp(walk(rmsprop_step, 0.2, 's')[-10:, 1]))]",
    "best": "best",
    "last": "{name: [float(value) for value in costs] for name, costs in last.items()}",
    "rates": "rates",
    "published": "{name: float(np.mean(run[0])) for name, run in published.items()}",
    "runs": "[len(published['Adam'][0]), len(fair['Adam'][0])]",
    "fair": "{name: float(np.mean(run[0])) for name, run in fair.items()}",
    "tuned": "tuned",
    "wrong labels": "float(np.mean(y_wrong != y_train))",
    "dev errors": "{name: [float(v[-10:].min()), float(v[-10:].max())] for name, v in dev_errors.items()}",
    "same start": "bool(np.array_equal(dev_errors['constant'][:10], dev_errors['steps'][:10]))",
    "frozen": "(lambda h: [float(h['cost'][-1]), 100 * float(h['dev_error'].max(initial=0, where=np.arange(40) > 29))])("
    "network.train(X_wrong, y_wrong, [64, 10], np.random.default_rng(1), epochs=40, batch_size=16, lr=1.0, X_dev=X_dev, "
    "y_dev=y_dev, optimizer=sgd_step, mini_batches=mini_batches, schedule=partial(inverse_decay, rate=5.0))[1])",
    "last costs": "{name: float(history['cost'][-1]) for name, history in decayed.items()}",
}


class TestNotebook(NotebookRuns):
    n_figures = 9


def test_the_opening(executed: Any, prose: str) -> None:
    assert "a network of 30 parameters" in prose
    assert executed.answers["parameters"] == 30
    assert "all 997 digits" in prose
    assert executed.answers["digits"] == 997


def test_the_averages(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "follows every whim of the weather, by 1.3 °C a day; at 0.98 it moves 0.09 °C a day" in prose
    assert says["moves"]["β = 0.5"] == pytest.approx(1.3, abs=0.05)
    assert says["moves"]["β = 0.98"] == pytest.approx(0.09, abs=0.005)
    assert "comes so late that it is 4 °C off the wave. 0.9 lies between, and strays the least" in prose
    assert says["strays"]["β = 0.98"] == pytest.approx(4, abs=0.3)
    assert min(says["strays"], key=says["strays"].get) == "β = 0.9"
    assert "$0.02\\cdot 7 = 0.14$ when it is not corrected, and with 7 when it is" in prose
    assert reference.ewma([7.0], 0.98, False)[0] == pytest.approx(0.14)
    assert reference.ewma([7.0], 0.98, True)[0] == pytest.approx(7)
    assert "after ten days at β = 0.9 a value still has 35 % of the weight" in prose
    assert pytest.approx(0.35, abs=0.005) == 0.9**10
    assert "v_2 = 0.0196\\,\\theta_1 + 0.02\\,\\theta_2$, about 4 % of what it should be" in prose
    weights = [reference.ewma(np.eye(2)[day], 0.98, False)[1] for day in (0, 1)]
    assert weights == [pytest.approx(0.0196), pytest.approx(0.02)]
    assert "1 - 0.98^2 = 0.0396" in prose
    assert pytest.approx(0.0396) == 1 - 0.98**2


def test_adams_first_step(prose: str) -> None:
    assert "\\sqrt{0.001}\\,|g| \\approx 0.032\\,|g|" in prose
    assert math.sqrt(0.001) == pytest.approx(0.032, abs=0.0005)
    assert "0.1/0.032 \\approx 3.2$ times too long" in prose
    assert 0.1 / math.sqrt(0.001) == pytest.approx(3.2, abs=0.05)


def test_the_batch_sizes(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "four times the batch, **half** the error" in prose
    errors = says["gradient errors"]
    assert [small / large for small, large in itertools.pairwise(errors)] == [pytest.approx(2, abs=0.2)] * 4
    assert "brought the cost below 0.5, one big step an epoch to 2.33" in prose
    assert says["costs"]["1"] < 0.5
    assert says["costs"]["997"] == pytest.approx(2.33, abs=0.02)
    assert "takes more than five times as long as one with batches of 64" in prose
    assert says["seconds"]["1"] > 5 * says["seconds"]["64"]


def test_the_noisy_cost(executed: Any, prose: str) -> None:
    (rises, falls), steps, whole_steps = executed.answers["rises"]
    assert (steps, whole_steps) == (320, 20)
    assert "With all 997 digits at once the cost never rose, and hardly fell." in prose
    assert falls == 0
    assert "With batches of 64 it rose in nearly every second step, and fell by nine tenths" in prose
    assert 0.4 < rises / 319 < 0.5
    first, last, smooth_first, smooth_last = executed.answers["noisy"]
    assert last / first == pytest.approx(0.1, abs=0.02)
    assert smooth_last / smooth_first > 0.75


def test_the_ravine(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "100 times as curved across as along" in prose
    along, across = says["curvatures"]
    assert across == pytest.approx(100 * along)
    assert {steps for *_, steps in says["ends"].values()} == {40}
    assert "can't go above a learning rate of 1" in prose
    below, above, far_above = says["diverges"]
    assert below < 1.5 < above < far_above
    assert "after 40 steps more than four tenths of the way are left" in prose
    ends = {name.split(",")[0]: (w, cost) for name, (w, cost, _) in says["ends"].items()}
    assert 0.4 < -ends["gradient descent"][0] / 10 < 0.5
    assert "Adam does the same with a ball's inertia, and gets the furthest here" in prose
    assert max(ends, key=lambda name: ends[name][0]) == min(ends, key=lambda name: ends[name][1]) == "Adam"
    assert "RMSprop with 1.0: at the bottom it can't stand still" in prose
    large, small = says["restless"]
    assert large > 0.5 and small < 0.01


def test_the_valleys(executed: Any, prose: str) -> None:
    says = executed.answers
    cost = {name: dict(zip(says["rates"], costs, strict=True)) for name, costs in says["last"].items()}
    assert "Adam is at its best here with 0.03, momentum with 3: a factor of 100" in prose
    assert (says["best"]["Adam"], says["best"]["momentum"]) == (0.03, 3.0)
    assert "Five valleys in four places: only RMSprop and Adam share theirs." in prose
    assert len({*says["best"].values()}) == 4
    assert says["best"]["RMSprop"] == says["best"]["Adam"]
    assert "At 0.01 Adam reaches a cost of 0.09 and gradient descent one of 2.05" in prose
    assert cost["Adam"][0.01] == pytest.approx(0.09, abs=0.01)
    assert cost["gradient descent"][0.01] == pytest.approx(2.05, abs=0.03)
    assert "At 1 it is the other way round: gradient descent has 0.09, Adam 2.4" in prose
    assert cost["gradient descent"][1.0] == pytest.approx(0.09, abs=0.01)
    assert cost["Adam"][1.0] == pytest.approx(2.4, abs=0.15)
    assert "With its own best one, each of the five learned the digits." in prose
    assert max(min(costs) for costs in says["last"].values()) < 0.15


def test_the_race(executed: Any, prose: str) -> None:
    says = executed.answers
    assert (
        "79.7 % of the training points correctly, gradient descent with momentum about 79.7 %, Adam about 94 %" in prose
    )
    assert "three runs instead of one" in prose
    assert says["runs"] == [3, 3]
    assert "78.9 %, 78.9 % and 94.4 %: even with a tenth of the epochs" in prose
    assert [*says["published"].values()] == [pytest.approx(value, abs=0.7) for value in (78.9, 78.9, 94.4)]
    assert "Momentum is gradient descent here to the last digit shown." in prose
    assert says["published"]["momentum"] == pytest.approx(says["published"]["gradient descent"], abs=0.1)
    assert "over 24 runs, we measured 85.8 ± 8.4, 85.8 ± 8.4 and 95.0 ± 9.6 %" in prose
    rows = [line.split("|")[3].strip() for line in HEADLINES.splitlines() if line.startswith("| gradient descent")]
    rows += [line.split("|")[3].strip() for line in HEADLINES.splitlines() if line.startswith("| momentum 0.9")]
    rows += [line.split("|")[3].strip() for line in HEADLINES.splitlines() if line.startswith("| Adam")]
    assert [row.split(" (")[0] for row in rows] == ["85.8 ± 8.4", "85.8 ± 8.4", "95.0 ± 9.6"]
    assert "over 24 seeds" in HEADLINES
    assert "In half the epochs all three are at 98 %" in prose
    assert [*says["fair"].values()] == [pytest.approx(98, abs=0.7)] * 3
    assert "For gradient descent it is a few hundred times too small." in prose
    assert 300 < says["tuned"]["gradient descent"] / 0.0007 < 500


def test_the_schedules(executed: Any, prose: str) -> None:
    says = executed.answers
    assert "0.95^{14} = 0.49" in prose
    assert reference.exponential_decay(1.0, 0.95, 14) == pytest.approx(0.49, abs=0.005)
    assert "one digit in five has a wrong label" in prose
    assert says["wrong labels"] == pytest.approx(0.2, abs=0.001)
    assert "jumps between 13 and 70 % in the last ten epochs" in prose
    assert says["dev errors"]["constant"] == [pytest.approx(13, abs=1), pytest.approx(70, abs=1)]
    assert "All three schedules end quietly, at 7 to 9 %, and at a lower cost." in prose
    quiet = [errors for name, errors in says["dev errors"].items() if name != "constant"]
    assert min(low for low, _ in quiet) == pytest.approx(7, abs=0.5)
    assert max(high for _, high in quiet) == pytest.approx(9, abs=0.5)
    costs = says["last costs"]
    assert max(cost for name, cost in costs.items() if name != "constant") < costs["constant"]
    assert "the cost freezes at 1.08. Is the dev error the worst now? No, the best" in prose
    frozen_cost, frozen_error = says["frozen"]
    assert frozen_cost == pytest.approx(1.08, abs=0.01)
    assert frozen_error < min(low for low, _ in says["dev errors"].values())
    assert "up to epoch 10 their line *is* the constant one" in prose
    assert says["same start"]


def test_the_quiz(prose: str) -> None:
    assert "to 87 % of the value" in prose
    assert reference.ewma(np.ones(100), 0.98, False)[-1] == pytest.approx(0.87, abs=0.005)
    assert "Which learning rate makes your `momentum_step(…, beta=0.95)` take the same steps?" in prose
    assert pytest.approx(0.4) == 0.02 / (1 - 0.95)
