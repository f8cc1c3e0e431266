"""A command's cost is that of all its processes, and none of them stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import launch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# Forks twice, so that the one who works has no parent any more.
ORPHAN_THAT_WORKS = """
import os, time
if os.fork() == 0:
    if os.fork() == 0:
        while time.process_time() < 0.5:
            pass
    os._exit(0)
os.wait()
"""
ORPHAN_THAT_STAYS = """
import os, signal
if os.fork() == 0:
    signal.pause()
"""


def test_the_time_of_a_process_that_lost_its_parents_is_counted(tmp_path: Path) -> None:
    cost = launch.run([sys.executable, "-c", ORPHAN_THAT_WORKS], tmp_path, dict(os.environ), tmp_path / "log.txt")
    assert cost.cpu >= 0.5
    assert (cost.code, cost.left) == (0, [])


def test_a_process_that_stays_is_ended_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = Path(launch.__file__).read_text()
    impatient = tmp_path / "launch.py"
    impatient.write_text(patient.replace("SECONDS_TO_END = 10.0", "SECONDS_TO_END = 0.0"))
    monkeypatch.setattr(launch, "__file__", str(impatient))
    with pytest.raises(RuntimeError, match=r"exit code 0, left behind: \['.*signal.pause"):
        launch.run([sys.executable, "-c", ORPHAN_THAT_STAYS], tmp_path, dict(os.environ), tmp_path / "log.txt")


def test_a_failure_shows_what_the_command_printed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('out of chalk'); raise SystemExit(3)"]
    with pytest.raises(RuntimeError, match=r"exit code 3(.|\n)*out of chalk"):
        launch.run(command, tmp_path, dict(os.environ), tmp_path / "log.txt")


def test_memory_goes_by_the_module_that_a_process_runs() -> None:
    watch = launch._Watch(os.getpid())
    watch.stop()
    console = [sys.executable, "-m", "code"]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(console, stdin=pipe, stdout=pipe, stderr=nowhere) as child:
        assert child.stdout is not None
        assert child.stdout.read(3) == b">>>"  # it runs
        watch._look(os.getpid(), "")
        child.communicate(b"")
    assert {"command", "code"} <= set(watch.memory)
    assert 0 < watch.memory["code"].own <= watch.memory["code"].peak


def test_a_role_is_the_module_of_a_python_process() -> None:
    assert launch._role(["/opt/bin/python3.11", "-P", "-m", "autograder.host"]) == "autograder.host"
    boot = "import sys; sys.path.append('/x'); from autograder.jail.zygote import load; load(sys.argv[1])"
    assert launch._role(["python", "-I", "-c", boot, "3"]) == "autograder.jail.zygote"
    assert launch._role(["python", "-c", "print('-m')"]) == ""
    assert launch._role(["bwrap", "--", "python", "-m", "autograder.jail.zygote"]) == ""
    assert launch._role([]) == ""
