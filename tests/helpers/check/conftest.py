"""What several of these tests need: the records that a check cell publishes, kept instead of displayed."""

from __future__ import annotations

import pytest

from helpers.check.record import Record


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Record, str]]:
    published: list[tuple[Record, str]] = []
    monkeypatch.setattr(Record, "publish", lambda self, text: published.append((self, text)))
    return published
