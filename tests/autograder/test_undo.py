"""What a check's calls have changed is put back, whatever it is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.undo import Undo


def test_everything_holds_again_what_it_held() -> None:
    inner, array = [1], np.ones(3)
    fixed: Any = np.ones(2)
    value: list[Any] = [inner, {"a": (array, inner)}, {1}, bytearray(b"x"), fixed]
    parts = [*value]
    undo = Undo()
    undo.note(value)
    undo.note(array[1:])
    inner.clear()
    array[:] = 0
    parts[1].clear()
    parts[2].add(2)
    parts[3].extend(b"yz")
    fixed.shape = (1, 2)  # its check's own doing
    value.clear()
    undo.note(value)
    undo.put_back()
    assert all(now is then for now, then in zip(value, parts, strict=True))
    assert value[:4] == [[1], {"a": (array, inner)}, {1}, b"x"]
    assert array.tolist() == [1, 1, 1]
    assert fixed.shape == (1, 2)


class Key:
    """A key that clashes with others, and may raise when it is asked whether it is another."""

    raises = False

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        if self.raises:
            raise KeyError("asked")
        return self is other


def test_keys_that_raise_keep_nothing_else_from_being_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before, keyed, after = [1], {Key(): 1, "gone": 0, Key(): 2}, [2]
    del keyed["gone"]  # from now on it is filled from a copy key by key
    undo = Undo()
    for value in (before, keyed, after):
        undo.note(value)
    monkeypatch.setattr(Key, "raises", True)
    before.clear()
    after.clear()
    with pytest.raises(KeyError):
        undo.put_back()
    undo.put_back(KeyError)
    assert (before, after) == ([1], [2])
