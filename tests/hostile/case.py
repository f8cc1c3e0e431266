"""What a case of the corpus is, and how it becomes a submitted folder. Knows no case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.hostile import course
from tests.hostile.course import Notebook

# What hostile notebooks have right; all else is wrong in them, so that points gained and points lost both show.
KEPT = ("clamp", "derivative", "squares", "sum_of_squares")

Build = Notebook | bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Places:
    """Where an attacker would strike: as if the whole machine were known to them.

    A notebook's text says ``@COURSE@``, ``@HOME@``, ``@CANARY@`` (a folder that must stay empty), ``@PORT@`` (a
    listener on loopback that gives the reference's text away) and ``@MARKER@`` (in the environment of the grading).
    """

    course: Path
    home: Path
    canary: Path
    port: int
    marker: str

    def fill_in(self, text: str) -> str:
        for name in ("course", "home", "canary", "port", "marker"):
            text = text.replace(f"@{name.upper()}@", str(getattr(self, name)))
        return text


@dataclass(frozen=True)
class Case:
    """A submission and what it deserves.

    Attributes
    ----------
    name, family : str
        The name is the student's id too.
    honest : bool
        Whether the student means well.
    build : dict, bytes or function
        A notebook, the bytes of the notebook file, or what fills the given folder.
    fair : mapping or float
        Exercise → points, or the total where there are no exercises because the file cannot be read.
    why : str
        The attempt, or the oddity, in a sentence.
    breaks_itself : bool
        Whether the attempt may cost its own right exercises, as it damages the process that they run in: then `fair`
        is the most that it may get.
    student : str
        The student's id where it is a part of the attempt.
    """

    name: str
    family: str
    honest: bool
    build: Build
    fair: Mapping[str, float] | float
    why: str
    breaks_itself: bool = False
    student: str = ""

    @property
    def total(self) -> float:
        return self.fair if isinstance(self.fair, (int, float)) else sum(self.fair.values())


def submit(case: Case, folder: Path, places: Places) -> None:
    """Write the case's files into `folder` (created)."""
    folder.mkdir(parents=True)
    if callable(case.build):
        case.build(folder)
        return
    content = case.build if isinstance(case.build, bytes) else json.dumps(case.build).encode()
    # Latin-1 keeps every byte of a damaged file as it is.
    (folder / course.NOTEBOOK).write_bytes(places.fill_in(content.decode("latin-1")).encode("latin-1"))


def points_for(right: Iterable[str]) -> dict[str, float]:
    """Give full points for these exercises, none for all others."""
    kept = set(right)
    return {name: points if name in kept else 0.0 for name, points in course.FULL.items()}


def attack(code: str | Iterable[str] = (), *, right: Iterable[str] = KEPT, **answers: str) -> Notebook:
    """Give a notebook with `right` exercises right, the others wrong or as `answers` say, and an attack after the setup.

    Parameters
    ----------
    code : str or iterable of str
        Texts of added cells.
    """
    kept = set(right)
    texts = {name: course.RIGHT[name] if name in kept else course.WRONG[name] for name in course.EXERCISES}
    notebook = course.answered({**texts, **answers})
    return course.add_cells(notebook, [code] if isinstance(code, str) else code)


def hostile(
    family: str,
    name: str,
    why: str,
    code: str | Iterable[str] = (),
    *,
    right: Iterable[str] = KEPT,
    besides: Mapping[str, float] | None = None,
    breaks_itself: bool = False,
    **answers: str,
) -> Case:
    """Give a hostile case made by `attack`; `besides` are points that other exercises earn honestly."""
    right = tuple(right)
    notebook = attack(code, right=right, **answers)
    fair = {**points_for(right), **(besides or {})}
    return Case(name, family, False, notebook, fair, why, breaks_itself=breaks_itself)


def honest(name: str, why: str, build: Build, *, right: Iterable[str] = tuple(course.EXERCISES)) -> Case:
    """Give an honest case, by default with everything right."""
    return Case(name, "honest", True, build, points_for(right), why)


def damaged(name: str, why: str, build: Build, *, is_honest: bool = False) -> Case:
    """Give a case whose file cannot be graded: no exercises, 0 points, a reason."""
    return Case(name, "damaged" if is_honest else "files", is_honest, build, 0.0, why)
