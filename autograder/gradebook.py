"""The one writer to nbgrader's gradebook, through nbgrader's own API.

A score goes in once a submission, from the engine's verdict, never from the outputs that a notebook carries. What a
human grader has written stays. Must not run or read a student's notebook.
"""

from __future__ import annotations

import logging
import os
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from autograder.course import Course
from autograder.errors import CourseError
from autograder.new_gradebook import make_gradebook
from autograder.quickly import import_nbgrader
from autograder.registration import Registration
from autograder.release import make_release
from autograder.verdict import NOT_ATTEMPTED, Verdict

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

Result = TypeVar("Result")

# How long SQLite itself waits for a lock before we say that we are waiting.
LOCK_MILLISECONDS = 2000
NO_RESPONSE = "No response."  # nbgrader's own words


class CourseGradebook:
    """The gradebook of a course; use as a context manager.

    Parameters
    ----------
    course : Course
        Says where the gradebook is (`CourseDirectory.db_url`, default `gradebook.db` in the course's root).
    tell : callable, optional
        Takes a sentence for the user while another program holds the gradebook and this one waits for it.

    Raises
    ------
    CourseError
        The gradebook cannot be opened or written, or was made by another version of nbgrader.
    """

    def __init__(self, course: Course, tell: Callable[[str], None] = lambda sentence: None) -> None:
        import_nbgrader()
        from nbgrader.api import Gradebook

        default = f"sqlite:///{course.root / 'gradebook.db'}"
        self._course = course
        self._tell = tell
        self._url: str = course.setting("CourseDirectory.db_url", "") or default
        self._course_id: str = course.setting("CourseDirectory.course_id", "") or "default_course"
        # nbgrader starts `alembic` by name, also where the virtual environment is not on the PATH.
        scripts = sysconfig.get_path("scripts")
        if scripts not in os.environ.get("PATH", "").split(os.pathsep):
            os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", "")])
        logging.getLogger("traitlets").setLevel(logging.CRITICAL)  # its API logs every error that it also raises
        self._insist(lambda: make_gradebook(self._url))
        self._api: Gradebook = self._insist(lambda: Gradebook(self._url, self._course_id))

    def __enter__(self) -> CourseGradebook:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._api.close()

    def register(self, assignment: str) -> None:
        """Put the assignment and its cells into the gradebook, as `nbgrader generate_assignment` does.

        Points and texts that were changed since are brought up to date, also when there are submissions. Nothing is
        done where nothing has changed, neither in the course nor in the gradebook.

        Raises
        ------
        CourseError
            Cells or notebooks were added or removed while the gradebook holds submissions; it says the remedy.
        """
        registration = Registration(self._course, assignment)
        if self._insist(lambda: registration.holds(self._api)):
            return
        notebooks = self._course.source_notebooks(assignment)
        self._insist(lambda: self._register_notebooks(assignment, [path.stem for path in notebooks]))
        for path in notebooks:
            note_cells = partial(
                make_release, self._course, assignment, path, path.read_bytes(), gradebook_url=self._url
            )
            try:
                self._insist(note_cells)
            except CourseError as error:
                if isinstance(error.__cause__, RuntimeError):  # SaveCells' way of refusing
                    raise CourseError(_explain_changed_cells(assignment, f"cells of {path.name}")) from error
                raise
        self._api.db.expire_all()
        self._insist(lambda: registration.note(self._api))

    def record(
        self, student: str, assignment: str, verdicts: Sequence[Verdict], timestamp: datetime | None = None
    ) -> list[str]:
        """Write the verdicts on a submission, all or nothing.

        Parameters
        ----------
        student : str
            Made when the gradebook does not have the student.
        assignment : str
            Registered before.
        verdicts : sequence of Verdict
            One for each notebook of the assignment; `Verdict.notebook` is the notebook's name in the gradebook.
        timestamp : datetime, optional
            When it was handed in, UTC; None where nobody knows.

        Returns
        -------
        list of str
            Cells whose score a person gave: it stands, and that person should look again.

        Raises
        ------
        CourseError
            The gradebook cannot be written.
        """

        def write() -> list[str]:
            with self._one_transaction():
                cells = self._list_cells(assignment)
                submission, is_new = self._find_or_add(student, assignment, cells)
                if timestamp:
                    submission.timestamp = timestamp
                names = {cell.id: cell.name for cell in cells}
                ids = {cell.notebook: cell.notebook_id for cell in cells}
                notebooks: dict[str, Any] = {
                    notebook.notebook_id: _make_rows(cells, notebook.notebook_id) if is_new else notebook
                    for notebook in submission.notebooks
                }
                stand = [n for v in verdicts for n in _write_verdict(notebooks[ids[v.notebook]], v, names)]
                if is_new:
                    self._insert_rows(submission, notebooks)
                self._assign_late_penalties(submission)
            return stand

        stand = self._insist(write)
        self._api.db.expunge_all()  # a class is large, and nobody asks again
        return stand

    def find_students(self, assignment: str) -> set[str]:
        """Students whose submission of the assignment is in the gradebook."""
        from nbgrader.api import Assignment, SubmittedAssignment

        def find() -> set[str]:
            rows = self._api.db.query(SubmittedAssignment.student_id).join(Assignment)
            return {student for (student,) in rows.filter(Assignment.name == assignment)}

        return self._insist(find)

    def _register_notebooks(self, assignment: str, names: list[str]) -> None:
        with self._one_transaction():
            entry = self._api.update_or_create_assignment(assignment)
            known = {notebook.name for notebook in entry.notebooks}
            if known and known != set(names):
                if entry.submissions:
                    raise CourseError(_explain_changed_cells(assignment, "notebooks"))
                for name in sorted(known - set(names)):
                    self._api.remove_notebook(name, assignment)

    def _list_cells(self, assignment: str) -> Sequence[Any]:
        """What there is to grade and to comment on, with one question: rows of the notebook's and the cell's names.

        Asked each time, as another program may have changed it. A notebook without any cell has a row of its own.
        """
        from nbgrader.api import Assignment, BaseCell, Notebook

        query = (
            self._api.db.query(
                Assignment.id.label("assignment_id"),
                Notebook.id.label("notebook_id"),
                Notebook.name.label("notebook"),
                BaseCell.id,
                BaseCell.name,
                BaseCell.type,
            )
            .select_from(Notebook)
            .join(Assignment, Assignment.id == Notebook.assignment_id)
            .outerjoin(BaseCell, BaseCell.notebook_id == Notebook.id)
        )
        return list(query.filter(Assignment.name == assignment).order_by(Notebook.name, BaseCell.name))

    def _find_or_add(self, student: str, assignment: str, cells: Sequence[Any]) -> tuple[Any, bool]:
        """A student's submission, and whether it is new: then it has no grades and comments yet."""
        from nbgrader.api import MissingEntry, SubmittedAssignment, SubmittedNotebook

        try:
            return self._api.find_submission(assignment, student), False
        except MissingEntry:
            self._api.update_or_create_student(student)
        submission = SubmittedAssignment(assignment_id=cells[0].assignment_id, student_id=student)
        for notebook_id in dict.fromkeys(cell.notebook_id for cell in cells):
            SubmittedNotebook(notebook_id=notebook_id, assignment=submission)
        self._api.db.add(submission)
        return submission, True

    def _insert_rows(self, submission: Any, made: Mapping[str, Any]) -> None:
        """Insert a new submission's grades and comments, each kind at once: as objects they take far longer."""
        from nbgrader.api import Comment, Grade

        self._api.db.flush()  # the notebooks have their ids now
        for notebook in submission.notebooks:
            rows = made[notebook.notebook_id]
            for kind, listed in ((Grade, rows.grades), (Comment, rows.comments)):
                if listed:
                    values = [{**vars(row), "notebook_id": notebook.id} for row in listed]
                    self._api.db.execute(kind.__table__.insert(), values)

    def _assign_late_penalties(self, submission: Any) -> None:
        """What nbgrader's AssignLatePenalties does, inside our transaction."""
        for notebook in submission.notebooks:
            notebook.late_submission_penalty = None
        # A new submission does not know its assignment yet; without a time it cannot be late.
        if submission.timestamp is None:
            return
        self._api.db.flush()
        if submission.total_seconds_late <= 0:
            return
        from nbgrader.preprocessors import AssignLatePenalties
        from traitlets.config import Config

        assigner = AssignLatePenalties(config=Config(self._course.config))
        assigner.init_plugin()
        for notebook in submission.notebooks:
            penalty = assigner.plugin_inst.late_submission_penalty(
                submission.student.id, notebook.score, submission.total_seconds_late
            )
            if penalty is not None:
                notebook.late_submission_penalty = min(max(penalty, 0.0), notebook.score)

    @contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """Make everything inside one transaction, although nbgrader's API commits after each of its steps."""
        from sqlalchemy import text

        session = self._api.db
        commit = session.commit
        try:
            if self._url.startswith("sqlite"):
                # Take the lock for writing now: a lock found half-way would mean to start again.
                session.rollback()
                session.execute(text(f"PRAGMA busy_timeout = {LOCK_MILLISECONDS}"))
                session.execute(text("BEGIN IMMEDIATE"))
            session.commit = session.flush
            # The API's steps flush where they need to; in between SQLAlchemy would warn of half-made objects.
            with session.no_autoflush:
                yield
            session.commit = commit
            session.commit()
        except BaseException:
            session.commit = commit
            session.rollback()
            raise

    def _insist(self, write: Callable[[], Result]) -> Result:
        """Try until no other program holds the gradebook."""
        from nbgrader.api import InvalidEntry
        from sqlalchemy.exc import SQLAlchemyError

        told = False
        while True:
            try:
                return write()
            except (SQLAlchemyError, InvalidEntry) as error:
                if "locked" not in str(error):
                    raise CourseError(self._explain(str(error))) from error
                if not told:
                    self._tell("Another program holds the gradebook; waiting for it (Ctrl-C stops, nothing gets lost).")
                    told = True

    def _explain(self, error: str) -> str:
        where = self._url.removeprefix("sqlite:///")
        if "readonly" in error or "unable to open" in error:
            return f"the gradebook {where} cannot be written. Is the course folder read-only?"
        if "no such column" in error or "no such table" in error:
            return (
                f"the gradebook {where} is of another version of nbgrader: back it up, then run `nbgrader db upgrade`."
            )
        if "not a database" in error or "malformed" in error:
            return f"{where} is no gradebook or is damaged; put a backup in its place, or move it away and grade again."
        return f"the gradebook {where} refused an entry: {error.splitlines()[0]}"


def _make_rows(cells: Sequence[Any], notebook_id: str) -> SimpleNamespace:
    """A notebook's grades and comments as `Gradebook.add_submission` makes them: one for each cell that has such."""
    own = [cell for cell in cells if cell.notebook_id == notebook_id]
    grades = [
        SimpleNamespace(cell_id=cell.id, auto_score=None, manual_score=None, needs_manual_grade=True)
        for cell in own
        if cell.type in ("GradeCell", "TaskCell")
    ]
    comments = [
        SimpleNamespace(cell_id=cell.id, auto_comment=None) for cell in own if cell.type in ("SolutionCell", "TaskCell")
    ]
    return SimpleNamespace(grades=grades, comments=comments)


def _write_verdict(notebook: Any, verdict: Verdict, names: Mapping[str, str]) -> list[str]:
    """Write the scores and comments of a notebook; gives the cells whose score a person gave."""
    cells = {cell.grade_id: cell for cell in verdict.cells}
    stand = []
    for grade in notebook.grades:
        cell = cells.get(names[grade.cell_id])
        grade.auto_score = None if cell and cell.needs_manual else (cell.score if cell else 0.0)
        # As nbgrader: a score that a person gave stands, but that person should look again.
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        if grade.manual_score is not None:
            stand.append(names[grade.cell_id])
    exercises = {exercise.name: exercise for exercise in verdict.exercises}
    comments = sorted(notebook.comments, key=lambda comment: names[comment.cell_id])
    for number, comment in enumerate(comments):
        exercise = exercises.get(names[comment.cell_id])
        if verdict.message:
            comment.auto_comment = _storable(verdict.message) if number == 0 else None
        elif exercise and NOT_ATTEMPTED in (exercise.visible, exercise.hidden):
            comment.auto_comment = NO_RESPONSE
        else:
            comment.auto_comment = (_storable(exercise.message) or None) if exercise else None
    return sorted(stand)


def _storable(text: str) -> str:
    """The text without halves of characters (surrogates), which a database refuses."""
    return text.encode("utf-8", "replace").decode()


def _explain_changed_cells(assignment: str, what: str) -> str:
    return (
        f"{what} of {assignment} were added, removed or renamed, but the gradebook holds submissions for them, perhaps "
        "with grades that people gave. Undo the change, or take the old assignment out (back up gradebook.db first): "
        f"`nbgrader db assignment remove {assignment} --force`, then grade again."
    )
