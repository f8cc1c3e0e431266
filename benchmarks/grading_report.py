"""What was measured of the grading of classes, and the report that is made of it.

Ratios are taken within a round, then their median over the rounds. Must not run anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.cells import Cells
from benchmarks.launch import Cost, Memory
from benchmarks.tables import describe_versions, format_table

WRITER = "command"
HOSTS = ("autograder.host", "autograder.worker")  # the second is the one without isolation
ZYGOTE = "autograder.jail.zygote"
MIB = 2**10  # KiB

Costs = dict[int, list[Cost]]
Quantity = Callable[[Cost], float]


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    size : int
        Submissions of the class that both grade.
    stock_size : int
        Submissions that stock nbgrader grades; smaller than `size` for a quick look, its time is then extrapolated.
    growth : tuple of int
        Class sizes whose cost a submission is compared, for `autograder grade` alone.
    rounds, workers : int
        How often; submissions at a time.
    """

    size: int = 100
    stock_size: int = 100
    growth: tuple[int, ...] = (10, 100, 1000)
    rounds: int = 3
    workers: int = 2

    @property
    def own_sizes(self) -> list[int]:
        """Sizes of the classes that `autograder grade` grades."""
        return sorted({1, tenth(self.size), self.size, *self.growth})

    @property
    def single_sizes(self) -> list[int]:
        """Sizes of the classes that one worker alone grades."""
        return sorted({tenth(self.size), self.size})

    @property
    def stock_sizes(self) -> list[int]:
        """Sizes of the classes that stock nbgrader grades."""
        return sorted({1, tenth(self.stock_size), self.stock_size})


@dataclass
class Measured:
    """What was measured of a course: in every list an entry a round, by class size.

    Attributes
    ----------
    name : str
        The course.
    own, stock : dict
        Cost of `autograder grade` and of stock `nbgrader autograde`.
    single : dict
        Cost of `autograder grade --workers 1`, for the class and a tenth of it.
    cells : list of Cells
        The same cells without any grader.
    check : list of Cost
        `autograder check` of one notebook.
    compared : int
        Cells whose scores were compared in the largest class that both have graded.
    verdicts : dict
        When `autograder grade` had written the verdicts of a class, in seconds, sorted.
    lost : int
        Cells of our gradebooks below full marks, in the largest class.
    isolation : set of str
        How `autograder grade` ran submissions.
    """

    name: str
    own: dict[int, list[Cost]] = field(default_factory=dict)
    stock: dict[int, list[Cost]] = field(default_factory=dict)
    single: dict[int, list[Cost]] = field(default_factory=dict)
    cells: list[Cells] = field(default_factory=list)
    check: list[Cost] = field(default_factory=list)
    verdicts: dict[int, list[list[float]]] = field(default_factory=dict)
    compared: int = 0
    lost: int = 0
    isolation: set[str] = field(default_factory=set)


def tenth(size: int) -> int:
    """The smaller class, from which the cost of a further submission is taken."""
    return max(1, size // 10)


def wall(cost: Cost) -> float:
    """Seconds that somebody waits."""
    return cost.wall


def cpu(cost: Cost) -> float:
    """Seconds of the processors, of all processes."""
    return cost.cpu


def find_slopes(costs: Costs, size: int, quantity: Quantity = wall) -> list[float]:
    """Give the cost of a further submission, an entry a round, from a class of `size` and one of a tenth."""
    fewer = tenth(size)
    pairs = zip(costs[fewer], costs[size], strict=True)
    return [(quantity(large) - quantity(small)) / (size - fewer) for small, large in pairs]


def find_starts(costs: Costs, size: int) -> list[float]:
    """Give the seconds of a command without any submission: those of one submission, less a further one's."""
    return [one.wall - slope for one, slope in zip(costs[1], find_slopes(costs, size), strict=True)]


def find_ratios(measured: Measured, plan: Plan) -> list[float]:
    """Give how many times longer stock nbgrader takes for the class than `autograder grade`, an entry a round."""
    pairs = zip(_find_stock_times(measured, plan), measured.own[plan.size], strict=True)
    return [theirs / ours.wall for theirs, ours in pairs]


def find_bounds(measured: Measured, plan: Plan) -> list[float]:
    """Give the ratio that an engine without any cost of its own would have, an entry a round."""
    at_a_time = min(plan.workers, plan.size)
    pairs = zip(_find_stock_times(measured, plan), measured.cells, strict=True)
    return [theirs * at_a_time / (plan.size * cells.cpu) for theirs, cells in pairs]


def _find_stock_times(measured: Measured, plan: Plan) -> list[float]:
    missing = plan.size - plan.stock_size
    slopes = find_slopes(measured.stock, plan.stock_size)
    return [cost.wall + missing * s for cost, s in zip(measured.stock[plan.stock_size], slopes, strict=True)]


def find_own_cost(costs: Costs, cells: Sequence[Cells], size: int, workers: int, quantity: Quantity) -> list[float]:
    """Give the engine's own seconds for a further submission: what is left when the cells alone are taken off."""
    at_a_time = min(workers, size) if quantity is wall else 1
    slopes = find_slopes(costs, size, quantity)
    alone = [one.wall if quantity is wall else one.cpu for one in cells]
    return [slope * at_a_time - seconds for slope, seconds in zip(slopes, alone, strict=True)]


def write_report(courses: Sequence[Measured], plan: Plan, helps: Sequence[Cost], about: str = "") -> str:
    """Write the report.

    Parameters
    ----------
    courses : sequence of Measured
        The graders agreed on all of them.
    plan : Plan
        What was measured.
    helps : sequence of Cost
        Of `autograder --help`.
    about : str, optional
        What the courses are.
    """
    levels = sorted(set().union(*(one.isolation for one in courses)))
    parts = [
        "# The speed of grading",
        f"`autograder grade --workers {plan.workers}` and stock `nbgrader autograde` on the same right submissions, "
        f"written differently. Whole commands in new processes on fresh folders, {os.cpu_count()} processors. Each "
        f"figure is the median of {plan.rounds} round{'s' * (plan.rounds != 1)}, in brackets the lowest and the "
        f"highest. Isolation of `autograder grade`: {', '.join(levels)}.",
        *([about] if about else []),
        "## A class",
        format_table(
            ["course", "submissions", "autograder", "nbgrader", "nbgrader / autograder", "wanted", "bound"],
            [_row_of_class(one, plan) for one in courses],
        ),
        *(_describe_agreement(one) for one in courses),
        *(_warn_of_busy_machine(one) for one in courses if _waited(one) > 0.1),
        "The bound is the ratio of a grader that starts at once and costs nothing beside the cells, which run on as "
        "many processors as there are workers: answers and checks take that time whoever runs them.",
        "## Start-up, and a further submission",
        format_table(
            ["course", "command", "start-up", "a further submission", "its processor time"],
            [row for one in courses for row in _rows_of_slopes(one, plan)],
        ),
        f"A further submission is the difference of classes of {plan.size} and {tenth(plan.size)}, divided by that of "
        "their sizes; start-up is a class of one without it. `autograder` makes its gradebook in that time, `nbgrader` "
        "finds one that `nbgrader generate_assignment` has made before.",
        "## Where our time goes",
        format_table(
            ["course", "a further submission", "time of a worker", "processor time", "wanted"],
            [row for one in courses for row in _rows_of_parts(one, plan)],
        ),
        "The cells alone: all cells of the class's notebooks, one after the other in one warm process. The time of a "
        "worker is the wall time of a further submission, times the workers. What is left is the engine's own cost: "
        "reading, a process for each submission, messages, verdicts, files, gradebook. Where nothing is said of "
        "workers there is one, as there is one process for the cells alone; what another processor writes and makes "
        "ready while it runs a submission costs it nothing, and is in the processor time. "
        f"{plan.workers} workers have less than a processor each, and share its caches.",
        *_describe_growth(courses, plan),
        "## Latency",
        format_table(["command", "from a cold start", "wanted"], _rows_of_latency(courses, helps)),
        f"Medians of {len(helps)} runs one after the other: the files are in the system's cache.",
        "Ratios hold on other machines more or less; seconds are for orientation. Other work on the machine slows both "
        "commands down, but not alike: `nbgrader` uses about one processor, `autograder` all of its workers'. And they "
        "do not do the same: `nbgrader` runs submissions with the instructor's rights.",
        describe_versions("nbgrader", "numpy", "matplotlib", "ipython"),
    ]
    return "\n\n".join(parts)


def _row_of_class(one: Measured, plan: Plan) -> list[str]:
    stock = _say_seconds([cost.wall for cost in one.stock[plan.stock_size]])
    if plan.stock_size < plan.size:
        stock += f" for {plan.stock_size}, the rest extrapolated"
    own = _say_seconds([cost.wall for cost in one.own[plan.size]])
    ratios, bounds = (_say(values, "{:.1f}") for values in (find_ratios(one, plan), find_bounds(one, plan)))
    return [one.name, str(plan.size), own, stock, ratios, "at least 20", bounds]


def _describe_agreement(one: Measured) -> str:
    lost = f"{one.lost} cells of our largest class are below full marks" if one.lost else "every cell has full marks"
    return f"{one.name}: the scores of all {one.compared} cells are equal, and {lost}."


def _waited(one: Measured) -> float:
    """Share of the time in which the cells alone, one process, had no processor."""
    return median(1 - cells.cpu / cells.wall for cells in one.cells)


def _warn_of_busy_machine(one: Measured) -> str:
    return (
        f"**The machine was busy with other work**: the cells of {one.name}, alone in one process, waited for a "
        f"processor for {_waited(one):.0%} of their time. Measure again."
    )


def _rows_of_slopes(one: Measured, plan: Plan) -> list[list[str]]:
    rows = []
    for command, costs, size in (
        ("autograder", one.own, plan.size),
        ("nbgrader", one.stock, plan.stock_size),
    ):
        slopes, processors = find_slopes(costs, size), find_slopes(costs, size, cpu)
        start = _say_seconds(find_starts(costs, size))
        rows.append([one.name, command, start, _say_milliseconds(slopes), _say_milliseconds(processors)])
    return rows


def _rows_of_parts(one: Measured, plan: Plan) -> list[list[str]]:
    several = f", {plan.workers} workers"
    rows: list[tuple[str, list[float], list[float]]] = []
    own: list[tuple[str, list[float], list[float]]] = []
    for costs, workers, who in ((one.single, 1, ""), (one.own, plan.workers, several)):
        slopes = [slope * min(workers, plan.size) for slope in find_slopes(costs, plan.size)]
        rows.append((f"all{who}", slopes, find_slopes(costs, plan.size, cpu)))
        waited, computed = (find_own_cost(costs, one.cells, plan.size, workers, quantity) for quantity in (wall, cpu))
        own.append((f"the engine's own cost{who}", waited, computed))
    rows += [
        ("the cells alone", [c.wall for c in one.cells], [c.cpu for c in one.cells]),
        ("– answers", [c.answers for c in one.cells], []),
        ("– checks, which call the answers", [c.checks for c in one.cells], []),
        ("– imports and data", [c.shared for c in one.cells], []),
        *own,
        ("for comparison: the cells in a fork each, no isolation", [c.forked for c in one.cells], []),
    ]
    wanted = {"the engine's own cost": "under 40 ms"}
    return [
        [one.name, part, *(_say_milliseconds(values) if values else "" for values in columns), wanted.get(part, "")]
        for part, *columns in rows
    ]


def _describe_growth(courses: Sequence[Measured], plan: Plan) -> list[str]:
    sizes = [size for size in plan.growth if size > 1]
    if not sizes:
        return []
    first, last = sizes[0], sizes[-1]
    return [
        "## Larger classes",
        format_table(
            ["course", "submissions", "a piece", f"ratio to {first}", "verdict to verdict", f"ratio to {first}"]
            + ["last / first tenth", "writer", "grading host", "zygote"],
            [_row_of_growth(one, size, first) for one in courses for size in sizes],
        ),
        "`autograder grade` alone. A piece: the whole command divided by its submissions; wanted is a ratio of at "
        f"most 1.1 at {last}. Verdict to verdict: from the first that was written to the last, without start and end. "
        "Last / first tenth: how many times longer the last tenth of a class's verdicts took than the first. Memory in "
        "MiB: most that was resident (VmHWM, with shared pages), then what was the process's own when it was last seen "
        "(RssAnon, looked at four times a second); the largest of the rounds and of the processes of that kind.",
    ]


def _row_of_growth(one: Measured, size: int, first: int) -> list[str]:
    def whole(count: int) -> list[float]:
        return [cost.wall / count for cost in one.own[count]]

    def pace(count: int) -> list[float]:
        return [(times[-1] - times[0]) / (count - 1) for times in one.verdicts[count]]

    columns = []
    for find in (whole, pace):
        ratios = [b / a for a, b in zip(find(first), find(size), strict=True) if a]
        columns += [_say_milliseconds(find(size)), _say(ratios, "{:.2f}") if size != first else "1"]
    tenths = [(t[-1] - t[-1 - tenth(size)], t[tenth(size)] - t[0]) for t in one.verdicts[size]]
    columns.append(_say([end / start for end, start in tenths], "{:.2f}") if size >= 100 else "")
    memory = [_say_memory(one.own[size], roles) for roles in ((WRITER,), HOSTS, (ZYGOTE,))]
    return [one.name, str(size), *columns, *memory]


def _say_memory(costs: Sequence[Cost], roles: Sequence[str]) -> str:
    found: list[Memory] = [cost.memory[role] for cost in costs for role in roles if role in cost.memory]
    if not found:
        return ""
    peak, own = max(memory.peak for memory in found), max(memory.own for memory in found)
    return f"{peak / MIB:.0f} / {own / MIB:.0f}"


def _rows_of_latency(courses: Sequence[Measured], helps: Sequence[Cost]) -> list[list[str]]:
    rows = [["autograder --help", _say_seconds([cost.wall for cost in helps]), "under 0.3 s"]]
    for one in courses:
        seconds = _say_seconds([cost.wall for cost in one.check])
        rows.append([f"autograder check, a notebook of {one.name}", seconds, "under 2 s"])
    return rows


def _say_seconds(values: Sequence[float]) -> str:
    return f"{_say(values, '{:.2f}')} s"


def _say_milliseconds(values: Sequence[float]) -> str:
    return f"{_say([1000 * value for value in values], '{:.0f}')} ms"


def _say(values: Sequence[float], form: str) -> str:
    """Median and extremes; "" without values."""
    if not values:
        return ""
    middle, *ends = (form.format(value) for value in (median(values), min(values), max(values)))
    return f"{middle} ({'–'.join(ends)})" if len(values) > 1 else middle
