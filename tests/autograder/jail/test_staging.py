"""What is copied for the jail beside the course: the engine, and what is known of fonts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.jail import staging


def stage(folder: Path) -> staging.Staged:
    folder.mkdir()
    return staging.stage(folder, (), (), None, ())


def test_fonts_of_the_user_are_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = tmp_path / "known"
    known.mkdir()
    kept = ["fonts/ttf/DejaVuSans.ttf", "/usr/share/fonts/truetype/some.ttf"]
    left_out = ["/opt/me/own.ttf", "/usr/share/fonts/../../../opt/me/own.ttf", "/usr/share/fontsmine/own.ttf"]
    fonts = {"_version": "1", "ttflist": [{"fname": name} for name in (*kept, *left_out)], "afmlist": []}
    (known / "fontlist-v1.json").write_text(json.dumps(fonts))
    for number, text in enumerate(("{", "[]", "{}", '{"ttflist": [1], "afmlist": []}')):
        (known / f"fontlist-damaged{number}.json").write_text(text)
    monkeypatch.setenv("MPLCONFIGDIR", str(known))
    [copied] = (stage(tmp_path / "staged").engine / staging.FONTS).iterdir()
    assert copied.name == "fontlist-v1.json"
    assert json.loads(copied.read_text()) == {**fonts, "ttflist": [{"fname": name} for name in kept]}


def test_without_a_list_of_fonts_there_is_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path / "none"))
    assert list((stage(tmp_path / "staged").engine / staging.FONTS).iterdir()) == []


def test_the_engines_imports_are_found_however_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "import os, autograder_other\nimport autograder.one\nfrom autograder import two, three as other\n"
        "from autograder.four import (\n    five,\n    six,\n)\ndef f():\n    from autograder.seven import eight\n"
        "from os import path\n"
    )
    found = set(staging._find_imports(path, "autograder"))
    names = "one two three four four.five four.six seven seven.eight"
    assert found >= {f"autograder.{name}" for name in names.split()}
    assert not any(name.startswith(("os", "autograder_other")) for name in found)
