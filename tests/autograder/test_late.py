"""What a warm process takes in of what its children have imported, and what it leaves to them."""

from __future__ import annotations

import importlib
import os
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder import late
from autograder.course import Course
from autograder.jailed import JailedExecutor
from autograder.late import LateModules, _describe_state
from tests.autograder import plain_course as plain
from tests.autograder.jailed_notebooks import run, states, text_of

PACKAGE = "installed_package"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages, with one that this process has."""
    folder = tmp_path / "site-packages"
    (folder / PACKAGE).mkdir(parents=True)
    (folder / PACKAGE / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(folder)
    importlib.import_module(PACKAGE)
    before = set(sys.modules)
    yield folder
    for name in {PACKAGE, *(sys.modules.keys() - before)}:
        sys.modules.pop(name, None)


def install(site: Path, text: str) -> str:
    """Give the package a part with this text, and the part's name."""
    (site / PACKAGE / "part.py").write_text(text)
    importlib.invalidate_caches()
    return f"{PACKAGE}.part"


def test_only_the_library_and_parts_of_packages_that_are_there_are_found(site: Path, tmp_path: Path) -> None:
    (site / "package_that_is_not_there.py").write_text("")
    (tmp_path / "own_module.py").write_text("")
    sys.path.insert(0, str(tmp_path))
    part = install(site, "")
    modules = LateModules()
    before = set(sys.modules)
    try:
        for name in (part, "package_that_is_not_there", "own_module", "wave"):
            importlib.import_module(name)
        for name, planted in (("made_up", types.ModuleType("made_up")), ("alias", np), ("odd", "not a module")):
            sys.modules[name] = planted  # type: ignore[assignment]
        assert {part, "wave"} == set(modules.find())
    finally:
        sys.path.remove(str(tmp_path))
        for name in sys.modules.keys() - before:
            del sys.modules[name]


def test_what_leaves_no_trace_is_taken(site: Path) -> None:
    name = install(site, "VALUE = 4")
    assert LateModules().take([name])
    assert sys.modules[name].VALUE == 4


def describe_settings() -> dict[str, object]:
    """The state of this process but for what its other threads open, close and start meanwhile."""
    return {name: value for name, value in _describe_state().items() if name not in ("threads", "descriptors")}


TRACES = {
    "arithmetic": "import numpy as np\nnp.seterr(all='raise')",
    "warnings": "import warnings\nwarnings.simplefilter('error')",
    "environment": "import os\nos.environ['OF_A_MODULE'] = '1'",
    "the path": "import sys\nsys.path.append('/somewhere')",
    "settings of figures": "import matplotlib\nmatplotlib.rcParams['axes.grid'] = True",
    "an open file": "FILE = open(__file__)",
    "a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "a signal": "import signal\nsignal.signal(signal.SIGUSR1, print)",
    "random numbers": "import random\nrandom.random()",
    "random numbers of NumPy's": "import numpy as np\nnp.random.rand()",
    "the folder": "import os\nos.chdir('/')",
    "an exit": "raise SystemExit(0)",
    "an error": "1 / 0",
    "no end": "import time\ntime.sleep(60)",
}


@pytest.mark.parametrize("text", TRACES.values(), ids=TRACES.keys())
def test_what_leaves_a_trace_is_left_to_the_children_and_not_tried_again(
    site: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    import matplotlib as mpl  # noqa: F401 - its settings are looked at where it is there

    monkeypatch.setattr(late, "_TRIAL_SECONDS", 2.0)
    name, modules, before = install(site, text), LateModules(), describe_settings()
    assert not modules.take([name])
    assert name not in sys.modules
    assert describe_settings() == before
    forks: list[int] = []
    monkeypatch.setattr(os, "fork", _count(forks))
    assert not modules.take([name])
    assert not forks


def _count(calls: list[int]) -> Callable[[], int]:
    def count() -> int:
        calls.append(1)
        return 1

    return count


OWN_MODULES = {
    "strict": "import numpy as np\nnp.seterr(all='raise')\nVALUE = 4",
    "threaded": "import threading, time\nthreading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()\nVALUE = 4",
    "by_mode": "import os\nVALUE = 4 if os.environ.get('MODE') == 'test' else None",
}


@pytest.mark.parametrize("name", OWN_MODULES)
def test_a_module_of_the_courses_that_a_check_imports_changes_nothing_for_later_submissions(
    tmp_path: Path, name: str
) -> None:
    course = plain.make_plain_course(tmp_path / "course")
    (course / f"{name}.py").write_text(OWN_MODULES[name])
    cells = (
        ("shared", "import numpy as np"),
        ("solution", "def f():\n    return 4"),
        ("check", "1 / np.zeros(1)\nassert f() == 4"),
        ("check", f"import os\nos.environ['MODE'] = 'test'\nimport {name}\nassert f() == {name}.VALUE"),
    )
    with JailedExecutor(Course(course)) as executor:
        for _ in range(3):
            executed = run(executor, *cells)
            assert states(executed) == ["ok"] * 4, [text_of(cell) for cell in executed]


def test_a_module_that_a_check_puts_in_place_of_the_courses_is_not_looked_for(tmp_path: Path) -> None:
    course = plain.make_plain_course(tmp_path / "course")
    (course / "key.py").write_text("raise SystemExit('no')")
    check = "import sys, types\nsys.modules['key'] = types.ModuleType('key')\nimport key\nassert f() == 4"
    with JailedExecutor(Course(course)) as executor:
        for _ in range(3):
            assert states(run(executor, ("solution", "def f():\n    return 4"), ("check", check))) == ["ok", "ok"]
