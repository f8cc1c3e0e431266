"""Which tests run one after the other where several processes share them, as in `make test`."""

from __future__ import annotations

import pytest

# They start and end processes, look for some that stayed, and wait for limits: one at a time.
ABOUT_THE_MACHINE = ("autograder", "benchmarks", "browser", "hostile", "test_simulated_class.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put every test into the group whose tests one process runs."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_find_group(item)))


def _find_group(item: pytest.Item) -> str:
    if item.path.relative_to(item.config.rootpath).parts[1] in ABOUT_THE_MACHINE:
        return "the machine"
    lesson = item.callspec.params.get("lesson") if hasattr(item, "callspec") else None
    # The tests of all lessons are a quarter of the time: a group for each lesson.
    return lesson.topic if lesson is not None else str(item.path)
