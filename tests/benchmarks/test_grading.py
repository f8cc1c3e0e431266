"""The measurement of grading: scores are compared cell by cell, and the figures follow from the times."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import classes, grading
from benchmarks.cells import Cells
from benchmarks.grading import ScoresDiffer, refuse_differences
from benchmarks.grading_report import (
    Measured,
    Plan,
    find_bounds,
    find_own_cost,
    find_ratios,
    find_slopes,
    find_starts,
    wall,
    write_report,
)
from benchmarks.launch import Cost, Memory

SCORES: grading.Scores = {
    ("student00000", "plain", "check_a"): (1.0, 1.0),
    ("student00000", "plain", "hidden_a"): (2.0, 2.0),
    ("student00001", "plain", "check_a"): (0.0, 1.0),
    ("student00001", "plain", "hidden_a"): (None, 2.0),
}
CHANGED = ("student00001", "plain", "check_a")


def test_equal_scores_are_no_difference() -> None:
    refuse_differences(dict(SCORES), SCORES, 2)


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        (SCORES | {CHANGED: (1.0, 1.0)}, "student00001 plain check_a: 1.0 of 1, nbgrader says 0.0 of 1"),
        (SCORES | {CHANGED: (0.0, 3.0)}, "0.0 of 3, nbgrader says 0.0 of 1"),
        (SCORES | {CHANGED: (None, 1.0)}, "None of 1, nbgrader says 0.0 of 1"),
        ({key: score for key, score in SCORES.items() if key != CHANGED}, "check_a: no entry, nbgrader says 0.0 of 1"),
        (SCORES | {("student00000", "plain", "b"): (0.0, 0.0)}, "b: 0.0 of 0, nbgrader says no entry"),
    ],
)
def test_any_other_score_is_refused(scores: grading.Scores, said: str) -> None:
    with pytest.raises(ScoresDiffer, match=said):
        refuse_differences(scores, SCORES, 2)


def test_a_student_whom_no_gradebook_has_is_refused() -> None:
    with pytest.raises(ScoresDiffer, match="student00002: in neither gradebook"):
        refuse_differences(SCORES, SCORES, 3)


def test_students_beyond_the_smaller_class_are_not_compared() -> None:
    refuse_differences(SCORES | {CHANGED: (1.0, 1.0)}, SCORES, 1)


def test_both_graders_grade_the_same_class_alike(tmp_path: Path) -> None:
    plan = Plan(size=2, stock_size=2, growth=())
    bench = grading.Bench(tmp_path, classes.make_plain(), "plain", plan)
    costs = [bench.grade_stock(2), bench.grade_own(2), bench.grade_single(2)]
    assert (bench.measured.compared, bench.measured.lost) == (16, 0)
    assert all(cost.cpu > 0 and cost.wall > 0 and "command" in cost.memory for cost in costs)
    assert [len(times) for times in bench.measured.verdicts[2]] == [2]
    assert not (tmp_path / "class").exists()


def make_costs(start: float, slope: float, *sizes: int) -> dict[int, list[Cost]]:
    memory = {"command": Memory(2048, 1024), "autograder.host": Memory(4096, 3072)}
    return {size: [Cost(0, start + slope * size, 2 * slope * size, [], memory)] for size in sizes}


def make_measured() -> Measured:
    """Start-up 2 s and 0.1 s each, one worker 0.18 s; stock 3 s and 2 s each; the cells alone 0.15 s."""
    return Measured(
        "plain",
        own=make_costs(2, 0.1, 1, 10, 100, 1000),
        single=make_costs(2, 0.18, 10, 100),
        stock=make_costs(3, 2, 1, 10, 100),
        cells=[Cells(0.15, 0.15, 0.05, 0.1, 0, 0.2)],
        check=[Cost(0, 1.5, 1)],
        compared=800,
        verdicts={size: [[0.1 * number for number in range(size)]] for size in (1, 10, 100, 1000)},
        isolation={"full"},
    )


def test_figures_follow_from_the_times() -> None:
    measured, plan = make_measured(), Plan(rounds=1)
    assert find_slopes(measured.own, 100) == pytest.approx([0.1])
    assert find_starts(measured.own, 100) == pytest.approx([2])
    assert find_starts(measured.stock, 100) == pytest.approx([3])
    assert find_ratios(measured, plan) == pytest.approx([203 / 12])
    assert find_bounds(measured, plan) == pytest.approx([203 / 7.5])
    assert find_own_cost(measured.own, measured.cells, 100, 2, wall) == pytest.approx([0.05])
    assert find_own_cost(measured.single, measured.cells, 100, 1, wall) == pytest.approx([0.03])


def test_a_smaller_stock_class_is_extrapolated_and_said_to_be() -> None:
    measured, plan = make_measured(), Plan(rounds=1, stock_size=10)
    assert find_ratios(measured, plan) == pytest.approx([203 / 12])
    assert "23.00 s for 10, the rest extrapolated" in write_report([measured], plan, measured.check)


def test_the_report_has_a_row_for_everything() -> None:
    measured = make_measured()
    text = write_report([measured], Plan(rounds=1), measured.check)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    assert ["plain", "100", "12.00 s", "203.00 s", "16.9", "at least 20", "27.1"] in rows
    assert ["plain", "autograder", "2.00 s", "100 ms", "200 ms"] in rows
    assert ["plain", "all", "180 ms", "360 ms", ""] in rows
    assert ["plain", "the engine's own cost", "30 ms", "210 ms", "under 40 ms"] in rows
    assert ["plain", "the engine's own cost, 2 workers", "50 ms", "50 ms", ""] in rows
    assert ["plain", "1000", "102 ms", "0.34", "100 ms", "1.00", "1.00", "2 / 1", "4 / 3", ""] in rows
    assert ["autograder check, a notebook of plain", "1.50 s", "under 2 s"] in rows
    assert "Isolation of `autograder grade`: full." in text
    assert "busy" not in text


def test_the_report_says_when_the_machine_was_busy() -> None:
    measured = make_measured()
    measured.cells = [Cells(0.3, 0.15, 0.1, 0.2, 0, 0.4)]
    assert "waited for a processor for 50% of their time" in write_report([measured], Plan(rounds=1), measured.check)
