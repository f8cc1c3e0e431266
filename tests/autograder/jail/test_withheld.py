"""References that do not exist while a submission is graded, and what stands in their place."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path
from typing import Any

import pytest

from autograder.jail.sandbox import Premises
from autograder.jail.staging import find_engine_modules, stage
from tests.autograder.jail.conftest import CHECKOUT, Jail, MakeJail, Refused
from tests.autograder.jail.test_view import find_text

SENTENCE = "is the reference of this assignment; it does not exist while a submission is graded"
MARKER = "SECRET_MARKER"
COURSE = {
    "lessons/__init__.py": "",
    "lessons/answer.py": f"def solve(x): return '{MARKER}'\n",
    "lessons/answer.py.bak": MARKER,
    "lessons/answer.ipynb": MARKER,
    "lessons/__pycache__/answer.cpython-311.pyc": MARKER,
    "lessons/network.py": (
        "from lessons import answer as reference\nfrom lessons.answer import solve\n"
        "def run(step=None): return (step or solve)(1)\ndef late(): return reference.solve(1)\n"
        "def much_later():\n    from lessons import mistakes\n    from lessons.mistakes import first\n    return first\n"
    ),
    "lessons/table.csv": "1,2",
    "lessons/mistakes/__init__.py": "",
    "lessons/mistakes/first.py": MARKER,
    "lessons/mistakes/deep/second.py": MARKER,
    "single.py": f"'{MARKER}'\n",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for name, text in COURSE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def jail(make_jail: MakeJail, course: Path) -> Jail:
    withheld = ("lessons.answer", "lessons.mistakes.*", "single")
    return make_jail(Premises(modules=("lessons", "single"), withheld=withheld, hidden=(course,)))


def take_name() -> Any:
    from lessons.answer import solve  # type: ignore[import-not-found]

    return solve


def take_module() -> Any:
    from lessons import answer  # type: ignore[import-not-found]

    return answer


def take_all() -> Any:
    import lessons.answer

    return lessons.answer


def take_after_the_course_did() -> Any:
    import lessons.network  # type: ignore[import-not-found]

    return lessons.network.reference.solve


def take_single() -> Any:
    import single  # type: ignore[import-not-found]

    return single


def take_by_name() -> Any:
    import importlib

    return importlib.import_module("lessons.mistakes.first")


def call_placeholder() -> Any:
    from lessons import network

    return network.solve(1)


@pytest.mark.parametrize(
    "take",
    [take_name, take_module, take_all, take_after_the_course_did, take_single, take_by_name, call_placeholder],
)
def test_a_submission_that_takes_the_reference_is_told_why_it_cannot(jail: Jail, take: Callable[[], Any]) -> None:
    with pytest.raises(Refused, match=f"ImportError: [a-z.]+ {SENTENCE}"):
        jail.run(take)


def test_the_courses_other_modules_still_work(jail: Jail) -> None:
    def use() -> Any:
        from lessons import network

        network.much_later()
        return network.run(lambda x: x + 1)

    assert jail.run(use) == 2


def test_the_courses_other_modules_still_work_in_every_child(make_jail: MakeJail, course: Path) -> None:
    def use() -> Any:
        try:
            from lessons import answer  # noqa: F401
        except ImportError:
            pass
        else:
            return "imported"
        return shell.user_ns["network"].run(lambda x: x + 1)  # type: ignore[name-defined]  # noqa: F821

    premises = Premises(modules=("lessons",), withheld=("lessons.answer",), hidden=(course,))
    jail = make_jail(premises, warm=True)
    (reply,) = jail.sandbox.prepare(["from lessons import network"])
    assert reply["status"] == "ok"
    for _ in range(2):
        jail.start()
        assert jail.run(use) == 2


def test_the_references_text_is_nowhere(jail: Jail, course: Path) -> None:
    roots = ["/jail", "/tmp", "/dev/shm", "/etc", str(course)]
    assert jail.run(find_text, MARKER, roots) == []
    assert jail.run(find_text, "mistakes/deep", roots) == []


def test_data_files_of_a_module_come_along(jail: Jail) -> None:
    def read() -> Any:
        from pathlib import Path

        import lessons

        return (Path(lessons.__file__).parent / "table.csv").read_text()

    assert jail.run(read) == "1,2"


SHARED = {"__init__", "datasets", "layers", "network", "pieces", "steps", "validate"}
TOPICS = sorted({path.stem for path in (CHECKOUT / "helpers").glob("*.py")} - SHARED)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_module_of_our_course_can_be_withheld(topic: str, make_jail: MakeJail) -> None:
    def use(topic: str) -> Any:
        import importlib
        import pkgutil

        import helpers

        names = [module.name for module in pkgutil.iter_modules(helpers.__path__) if module.name != topic]
        for name in names:
            importlib.import_module(f"helpers.{name}")
        return len(names)

    withheld = (f"helpers.{topic}", "helpers.misconceptions.*")
    assert make_jail(Premises(modules=("helpers",), withheld=withheld)).run(use, topic) > 10


def test_nothing_of_the_engines_trusted_side_is_copied() -> None:
    names = {path.stem for path in find_engine_modules()}
    assert {"shell", "limits", "wire", "zygote", "server", "confine", "withheld"} <= names
    assert not names & {"sandbox", "staging", "verdict", "notebook", "gradebook", "runner", "course", "host", "cli"}


def test_stubs_are_named_and_files_can_be_read_by_another_user(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / "staged"
    folder.mkdir(mode=0o700)
    (course / "lessons" / "network.py").chmod(0o600)
    staged = stage(folder, ("lessons",), ("lessons.answer",), None, [course])
    assert staged.stubs == ("lessons.answer",)
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o644}


def test_byte_code_comes_along_for_what_is_copied_and_names_no_folder(course: Path, tmp_path: Path) -> None:
    (course / "lessons" / "broken.py").write_text("def (")
    folder = tmp_path / "staged"
    folder.mkdir()
    modules = stage(folder, ("lessons",), ("lessons.answer",), None, [course]).modules / "lessons"
    kept = {path.name.partition(".")[0]: path.read_bytes() for path in modules.glob("__pycache__/*")}
    assert kept.keys() == {path.stem for path in modules.glob("*.py")} - {"answer", "broken"}
    assert not any(str(tmp_path).encode() in content for content in kept.values())
    header = kept["network"][:16]
    assert header[:8] == MAGIC_NUMBER + b"\1\0\0\0"
    assert header[8:] == source_hash((modules / "network.py").read_bytes())
