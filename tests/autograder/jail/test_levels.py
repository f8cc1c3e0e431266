"""Which level is found, and what is said when it is less than was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.jail import levels
from autograder.jail.errors import JailError


@pytest.fixture
def _no_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))


def test_this_machine_offers_full_isolation() -> None:
    level = levels.find_level()
    assert level.name == "full", level.remedies
    assert level.description == "full (bubblewrap, namespaces, seccomp, limits of the kernel)"
    assert level.remedies == []


@pytest.mark.usefixtures("_no_bubblewrap")
def test_without_bubblewrap_the_level_is_reduced_and_the_remedy_one_command() -> None:
    level = levels.find_level()
    assert level.name == "reduced"
    assert level.remedies == ["Install it: sudo apt-get install bubblewrap libseccomp2"]


@pytest.mark.usefixtures("_no_bubblewrap")
def test_less_than_was_asked_for_is_an_error_with_every_way_out() -> None:
    with pytest.raises(JailError) as caught:
        levels.require_level("full")
    text = str(caught.value)
    assert "isolation is 'reduced', and the course asks for 'full'" in text
    assert "sudo apt-get install bubblewrap" in text
    assert 'c.JailedExecute.isolation = "reduced"' in text


@pytest.mark.usefixtures("_no_bubblewrap")
def test_reduced_is_enough_when_the_course_asks_for_it() -> None:
    assert levels.require_level("reduced").name == "reduced"


def test_more_than_was_asked_for_is_not_named_more() -> None:
    assert levels.require_level("reduced").name == "reduced"
    assert levels.require_level("full").name == "full"


def test_a_setting_that_is_no_level_is_refused() -> None:
    with pytest.raises(JailError, match="must be"):
        levels.require_level("none")


def test_another_system_is_told_where_grading_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    level = levels.find_level()
    assert level.name == "none"
    assert "WSL2" in level.remedies[0] and "macOS" in level.remedies[0]


@pytest.mark.parametrize("missing", ["_look_at_seccomp", "_look_at_landlock"])
@pytest.mark.usefixtures("_no_bubblewrap")
def test_nothing_is_made_of_half_a_level(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setattr(levels, missing, lambda needed=True: levels.Part("part", False, "gone", "Get it."))
    level = levels.find_level()
    assert level.name == "none"
    assert "Get it." in level.remedies


@pytest.mark.parametrize(
    ("finding", "leak"),
    [
        ({"uid": 0}, "root"),
        ({"capabilities": 1 << 21}, "capabilities"),
        ({"unfiltered": True}, "not filtered"),
        ({"users": True}, "files can be read"),
        ({"processes": True}, "processes are visible"),
        ({"pid": 4711}, "process numbers"),
    ],
)
def test_a_process_that_can_do_too_much_is_no_level(finding: dict[str, object], leak: str) -> None:
    right = {"uid": 65534, "pid": 1, "capabilities": 0, "unfiltered": False, "users": False, "processes": False}
    assert levels._find_leaks(right, "full") == []
    (found,) = levels._find_leaks({**right, **finding}, "full")
    assert leak in found


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "/etc/apparmor.d/bwrap"),
        ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "user.max_user_namespaces"),
    ],
)
def test_the_remedy_follows_the_kernels_settings(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, remedy: str
) -> None:
    monkeypatch.setattr(levels, "_is_container", lambda: False)
    monkeypatch.setattr(levels, "_read_setting", lambda name: value if name == setting else "")
    assert remedy in levels._find_remedy()


def test_a_container_is_told_how_to_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "_is_container", lambda: True)
    assert "--cap-add SYS_ADMIN" in levels._find_remedy()


def test_the_apparmor_profile_is_written_out() -> None:
    assert "profile bwrap /usr/bin/bwrap flags=(unconfined)" in levels.APPARMOR_PROFILE
    assert "userns," in levels.APPARMOR_PROFILE
