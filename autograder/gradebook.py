"""The one writer to nbgrader's gradebook: assignments through nbgrader's API, submissions into its tables.

A score goes in once a submission, from the engine's verdict, never from the outputs that a notebook carries. What a
human grader has written stays. Must not run or read a student's notebook.
"""

from __future__ import annotations

import logging
import os
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    from sqlalchemy import Connection

Rows = dict[str, list[dict[str, Any]]]  # of the tables "grade" and "comment"
Result = TypeVar("Result")

# How long SQLite itself waits for a lock before we say that we are waiting.
LOCK_MILLISECONDS = 2000
NO_RESPONSE = "No response."  # nbgrader's own words


@dataclass
class _Submission:
    """A student's submission in the gradebook; a new one has no grades and comments yet.

    `due` counts an extension; `parts` are its notebooks' ids, by the ids of the assignment's notebooks.
    """

    id: str
    student: str
    is_new: bool
    timestamp: datetime | None
    due: datetime | None
    parts: dict[str, str]


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
        self._statements = _prepare_statements()

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
            with self._one_transaction() as connection:
                # Asked each time, as another program may have changed it.
                cells = connection.execute(self._statements.list_cells, {"assignment": assignment}).all()
                ids = {cell.notebook: cell.notebook_id for cell in cells}
                submission = self._find_or_add(connection, student, timestamp, cells)
                notebooks = {
                    notebook: _make_rows(cells, notebook, part)
                    if submission.is_new
                    else self._read_rows(connection, part)
                    for notebook, part in submission.parts.items()
                }
                stand = [name for v in verdicts for name in _write_verdict(notebooks[ids[v.notebook]], v)]
                store = self._statements.insert if submission.is_new else self._statements.update
                for table, rows in (item for kinds in notebooks.values() for item in kinds.items()):
                    if rows:
                        connection.execute(store[table], rows)
                self._assign_late_penalties(connection, submission)
            return stand

        return self._insist(write)

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

    def _find_or_add(
        self, connection: Connection, student: str, timestamp: datetime | None, cells: Sequence[Any]
    ) -> _Submission:
        from nbgrader.api import new_uuid

        run, insert = connection.execute, self._statements.insert
        assignment, due = cells[0].assignment_id, cells[0].duedate
        found = run(self._statements.find, {"student": student, "assignment": assignment}).all()
        if not found:
            run(insert["student"], {"id": student})
        if not found or found[0].submission is None:
            new = new_uuid()
            parts = {notebook: new_uuid() for notebook in dict.fromkeys(cell.notebook_id for cell in cells)}
            values = {"id": new, "assignment_id": assignment, "student_id": student, "timestamp": timestamp}
            run(insert["submitted_assignment"], values)
            rows = [{"id": part, "notebook_id": notebook, "assignment_id": new} for notebook, part in parts.items()]
            run(insert["submitted_notebook"], rows)
            return _Submission(new, student, True, timestamp, due, parts)
        old = found[0]
        if timestamp:
            run(self._statements.update["submitted_assignment"], {"row": old.submission, "timestamp": timestamp})
        parts = {row.notebook_id: row.part for row in found if row.part}
        due = due and due + (old.extension or timedelta())
        return _Submission(old.submission, student, False, timestamp or old.timestamp, due, parts)

    def _read_rows(self, connection: Connection, part: str) -> Rows:
        return {
            table: [dict(row) for row in connection.execute(statement, {"part": part}).mappings()]
            for table, statement in self._statements.read.items()
        }

    def _assign_late_penalties(self, connection: Connection, submission: _Submission) -> None:
        """What nbgrader's AssignLatePenalties does, inside our transaction."""
        penalties: dict[str, float | None] = {} if submission.is_new else dict.fromkeys(submission.parts.values())
        # Without a time it cannot be late.
        if submission.timestamp and submission.due and submission.timestamp > submission.due:
            from nbgrader.preprocessors import AssignLatePenalties
            from traitlets.config import Config

            assigner = AssignLatePenalties(config=Config(self._course.config))
            assigner.init_plugin()
            late = (submission.timestamp - submission.due).total_seconds()
            for part, score in connection.execute(self._statements.list_scores, {"submission": submission.id}).all():
                penalty = assigner.plugin_inst.late_submission_penalty(submission.student, score, late)
                penalties[part] = None if penalty is None else min(max(penalty, 0.0), score)
        for part, penalty in penalties.items():
            values = {"row": part, "late_submission_penalty": penalty}
            connection.execute(self._statements.update["submitted_notebook"], values)

    @contextmanager
    def _one_transaction(self) -> Iterator[Connection]:
        """Make everything inside one transaction, although nbgrader's API commits after each of its steps."""
        session = self._api.db
        commit = session.commit
        try:
            if self._url.startswith("sqlite"):
                # Take the lock for writing now: a lock found half-way would mean to start again.
                session.rollback()
                session.connection().exec_driver_sql(f"PRAGMA busy_timeout = {LOCK_MILLISECONDS}")
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            session.commit = session.flush
            # The API's steps flush where they need to; in between SQLAlchemy would warn of half-made objects.
            with session.no_autoflush:
                yield session.connection()
            commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.commit = commit

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


def _prepare_statements() -> SimpleNamespace:
    """All that is asked and told for a submission, made once: to make a statement takes longer than to run it.

    What `insert` and `update` write are those of the given values that have a column's name; `row` is the id of the row
    to update.
    """
    from nbgrader.api import Base, SubmittedNotebook
    from sqlalchemy import and_, bindparam, select

    tables = Base.metadata.tables
    assignment, notebook, cell, student = (tables[name] for name in ("assignment", "notebook", "base_cell", "student"))
    submission, part = tables["submitted_assignment"], tables["submitted_notebook"]
    grade, comment = tables["grade"], tables["comment"]
    own = and_(submission.c.student_id == student.c.id, submission.c.assignment_id == bindparam("assignment"))
    return SimpleNamespace(
        # What there is to grade and to comment on. A notebook without any cell has a row of its own.
        list_cells=select(assignment.c.id.label("assignment_id"), assignment.c.duedate)
        .add_columns(notebook.c.id.label("notebook_id"), notebook.c.name.label("notebook"))
        .add_columns(cell.c.id, cell.c.name, cell.c.type)
        .select_from(notebook.join(assignment).outerjoin(cell))
        .where(assignment.c.name == bindparam("assignment"))
        .order_by(notebook.c.name, cell.c.name),
        # A student without a submission has a row of their own. All of a student is asked for, as a column that is not
        # there shows that the gradebook is of another version.
        find=select(student, submission.c.id.label("submission"), submission.c.timestamp, submission.c.extension)
        .add_columns(part.c.id.label("part"), part.c.notebook_id)
        .select_from(student.outerjoin(submission, own).outerjoin(part))
        .where(student.c.id == bindparam("student")),
        read={
            "grade": select(grade.c.id.label("row"), cell.c.name.label("cell"), grade.c.manual_score.label("manual"))
            .add_columns(grade.c.auto_score, grade.c.needs_manual_grade)
            .select_from(grade.join(cell))
            .where(grade.c.notebook_id == bindparam("part")),
            "comment": select(comment.c.id.label("row"), cell.c.name.label("cell"), comment.c.auto_comment)
            .select_from(comment.join(cell))
            .where(comment.c.notebook_id == bindparam("part")),
        },
        list_scores=select(SubmittedNotebook.id, SubmittedNotebook.score).where(
            SubmittedNotebook.assignment_id == bindparam("submission")
        ),
        insert={name: table.insert() for name, table in tables.items()},
        update={name: table.update().where(table.c.id == bindparam("row")) for name, table in tables.items()},
    )


def _make_rows(cells: Sequence[Any], notebook: str, part: str) -> Rows:
    """A notebook's grades and comments as `Gradebook.add_submission` makes them: one for each cell that has such."""
    own = [cell for cell in cells if cell.notebook_id == notebook]
    grade = {"notebook_id": part, "manual": None, "auto_score": None, "needs_manual_grade": True}
    comment = {"notebook_id": part, "auto_comment": None}
    return {
        table: [{**row, "cell_id": cell.id, "cell": cell.name} for cell in own if cell.type in types]
        for table, row, types in (
            ("grade", grade, ("GradeCell", "TaskCell")),
            ("comment", comment, ("SolutionCell", "TaskCell")),
        )
    }


def _write_verdict(rows: Rows, verdict: Verdict) -> list[str]:
    """Write the scores and comments of a notebook; gives the cells whose score a person gave."""
    cells = {cell.grade_id: cell for cell in verdict.cells}
    stand = []
    for grade in rows["grade"]:
        cell = cells.get(grade["cell"])
        grade["auto_score"] = None if cell and cell.needs_manual else (cell.score if cell else 0.0)
        # As nbgrader: a score that a person gave stands, but that person should look again.
        grade["needs_manual_grade"] = grade["manual"] is not None or grade["auto_score"] is None
        if grade["manual"] is not None:
            stand.append(grade["cell"])
    exercises = {exercise.name: exercise for exercise in verdict.exercises}
    for number, comment in enumerate(sorted(rows["comment"], key=lambda comment: comment["cell"])):
        exercise = exercises.get(comment["cell"])
        if verdict.message:
            comment["auto_comment"] = _storable(verdict.message) if number == 0 else None
        elif exercise and NOT_ATTEMPTED in (exercise.visible, exercise.hidden):
            comment["auto_comment"] = NO_RESPONSE
        else:
            comment["auto_comment"] = (_storable(exercise.message) or None) if exercise else None
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
