"""Reading what students hand in, and rebuilding it from the instructor's source."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from autograder import limits, notebook
from autograder.errors import UnreadableNotebook
from tests.autograder.plain_course import (
    EXERCISES,
    answered,
    extra_cell,
    make_release,
    make_source,
    solved,
    write_notebook,
)


def texts(content: dict[str, Any]) -> list[str]:
    return [cell["source"] for cell in content["cells"]]


def find(content: dict[str, Any], name: str) -> dict[str, Any]:
    [cell] = [cell for cell in content["cells"] if notebook.grade_id(cell) == name]
    return cell


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_reads_the_encodings_that_editors_write(tmp_path: Path, encoding: str) -> None:
    content = solved(greet="# é")
    path = tmp_path / "plain.ipynb"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding=encoding)
    assert find(notebook.read(path), "greet")["source"] == "# é"


def test_joins_lists_of_lines_and_mends_wrong_types(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": [], "id": 3, "outputs": "none"},
        {"cell_type": "video", "source": None},
        "not a cell",
    ]
    read = notebook.read(write_notebook(tmp_path / "x.ipynb", {"cells": cells, "metadata": 1}))
    assert read["cells"][0] == {
        "cell_type": "code",
        "metadata": {},
        "source": "a = 1\nb = 2",
        "execution_count": None,
        "outputs": [],
    }
    assert read["cells"][1]["cell_type"] == "raw"
    assert len(read["cells"]) == 2


def test_upgrades_format_3(tmp_path: Path) -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {"metadata": {}, "cells": [{"cell_type": "code", "input": "x = 1", "language": "python", "outputs": []}]}
        ],
    }
    read = notebook.read(write_notebook(tmp_path / "old.ipynb", old))
    assert texts(read) == ["x = 1"]
    assert read["nbformat"] == 4


def nest(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


def test_keeps_of_attachments_only_pictures(tmp_path: Path) -> None:
    attachments = {"deep": nest(800), "a.png": {"image/png": ["aGVs", "bG8="], "text/plain": nest(800)}, "b.png": 7}
    answer = {**extra_cell("", grade_id="essay", solution=True, cell_type="markdown"), "id": "essay"}
    path = write_notebook(tmp_path / "x.ipynb", {"cells": [{**answer, "attachments": attachments}]})
    read = notebook.read(path)
    rebuilt = notebook.rebuild({"cells": [answer], "metadata": {}}, read)
    for content in (read, rebuilt):
        assert content["cells"][0]["attachments"] == {"deep": {}, "a.png": {"image/png": "aGVsbG8="}}


def test_replaces_half_a_surrogate_pair_wherever_it_stands(tmp_path: Path) -> None:
    cell = {**extra_cell("# \udfff\ud800, 🙂", grade_id="double\ud800"), "id": "\ud83d"}
    cell["attachments"] = {"\ud800": {"image/png": "\ud800"}}
    path = write_notebook(tmp_path / "x.ipynb", {"cells": [cell], "metadata": {"\ud800": "\ud800"}})
    read = notebook.read(path)
    json.dumps(read, ensure_ascii=False).encode()
    assert texts(read) == ["# ??, 🙂"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("metadata", "1e999"), ("metadata", "[-1e999]"), ("metadata", f'{{"nbgrader": {"[" * 800 + "]" * 800}}}')]
    + [("metadata", '{"nbgrader": {"grade_id": ["double"]}}'), ("attachments", "1e999"), ("id", "1e999")]
    + [("execution_count", "9" * 4000), ("outputs", "[1e999, {}]"), ("source", "1e999"), ("source", "[1e999]")],
)
def test_absurd_values_are_harmless(tmp_path: Path, key: str, value: str) -> None:
    cell = f'{{"cell_type": "code", "source": "mine", {json.dumps(key)}: {value}}}'
    path = tmp_path / "x.ipynb"
    path.write_text(f'{{"cells": [{cell}, {json.dumps(make_source()["cells"][2])}], "nbformat": 4}}')
    rebuilt = notebook.rebuild(make_source(), notebook.read(path))
    assert json.loads(json.dumps(rebuilt)) == rebuilt


@pytest.mark.parametrize("value", ["9" * 4000, "9" * 5000, "1e999", "[" * 900 + "]" * 900, '"' + "x" * 10_000 + '"'])
def test_an_absurd_format_is_refused_in_a_short_sentence(tmp_path: Path, value: str) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(f'{{"cells": [], "nbformat": {value}}}')
    with pytest.raises(UnreadableNotebook) as caught:
        notebook.read(path)
    assert len(str(caught.value)) < 200


def make_unreadable(tmp_path: Path, what: str) -> Path:
    path = tmp_path / "dropout.ipynb"
    if what == "folder":
        path.mkdir()
    elif what == "fifo":
        os.mkfifo(path)
    elif what == "link":
        path.symlink_to(write_notebook(tmp_path / "other.ipynb", make_release()))
    elif what == "too large":
        with path.open("wb") as file:
            file.truncate(limits.NOTEBOOK_BYTES + 1)
    elif what == "too many cells":
        write_notebook(path, {"cells": [{}] * (limits.NOTEBOOK_CELLS + 1), "metadata": {}, "nbformat": 4})
    elif what != "missing":
        contents = {"empty": "", "not JSON": "{,", "nested": "[" * 100_000, "a list": "[]", "other JSON": '{"a": 1}'}
        path.write_text(contents.get(what, '{"cells": [], "nbformat": 99}'))
    return path


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("missing", "no file"),
        ("folder", "is a folder"),
        pytest.param("fifo", "not a regular file", marks=pytest.mark.skipif(os.name == "nt", reason="no FIFOs")),
        pytest.param("link", "is a link", marks=pytest.mark.skipif(os.name == "nt", reason="needs a privilege")),
        ("too large", "more than 8 MiB"),
        ("too many cells", "2001 cells"),
        ("empty", "is empty"),
        ("not JSON", "not JSON"),
        ("nested", "not JSON"),
        ("a list", "no cells"),
        ("other JSON", "no cells"),
        ("format 99", "format 99"),
    ],
)
def test_says_in_one_sentence_why_a_file_cannot_be_read(tmp_path: Path, what: str, reason: str) -> None:
    with pytest.raises(UnreadableNotebook, match=reason) as caught:
        notebook.read(make_unreadable(tmp_path, what))
    assert "\n" not in str(caught.value)


def test_knows_the_kinds_of_cells() -> None:
    source = make_source()
    source["cells"].append(extra_cell("x = 1"))
    kinds = [notebook.kind(cell) for cell in source["cells"]]
    assert kinds == ["text", "shared", *["solution", "check", "check"] * len(EXERCISES), "skipped", "extra"]


def test_takes_solutions_from_the_submission_and_all_else_from_the_source() -> None:
    submitted = answered({"double": "mine", "check_double": "pass", "hidden_double": "pass", "setup": "evil()"})
    find(submitted, "double")["metadata"] = {
        "nbgrader": {"grade_id": "double", "points": 100, "grade": True},
        "tags": ["x"],
    }
    rebuilt, source = notebook.rebuild(make_source(), submitted), make_source()
    assert find(rebuilt, "double") == {**find(source, "double"), "source": "mine"}
    for name in ("check_double", "hidden_double", "setup"):
        assert find(rebuilt, name) == find(source, name)


def test_takes_the_text_of_unlocked_cells_by_id() -> None:
    submitted = make_release()
    assert submitted["cells"][-1]["id"] == "experiment"
    submitted["cells"][-1] |= {"source": "mine", "metadata": {}}
    last = notebook.rebuild(make_source(), submitted)["cells"][-1]
    assert last["source"] == "mine"
    assert notebook.kind(last) == "skipped"


def test_brings_back_deleted_cells_and_empties_a_deleted_exercise() -> None:
    submitted = solved()
    submitted["cells"] = [c for c in submitted["cells"] if c["id"] not in ("check_double", "hidden_double", "greet")]
    rebuilt = notebook.rebuild(make_source(), submitted)
    assert [c["id"] for c in rebuilt["cells"]] == [c["id"] for c in make_source()["cells"]]
    assert find(rebuilt, "greet")["source"] == ""


def test_keeps_added_cells_where_they_stood_without_their_metadata() -> None:
    submitted = solved()
    submitted["cells"].insert(0, extra_cell("first"))
    at = [c["id"] for c in submitted["cells"]].index("double")
    submitted["cells"].insert(at + 1, extra_cell("second", grade_id="check_unknown", points=50))
    rebuilt = notebook.rebuild(make_source(), submitted)
    assert rebuilt["cells"][0]["source"] == "first"
    after = rebuilt["cells"][[c["id"] for c in rebuilt["cells"]].index("double") + 1]
    assert (after["source"], after["metadata"], notebook.kind(after)) == ("second", {}, "extra")


def test_a_second_copy_of_an_exercise_is_the_students_own_cell() -> None:
    submitted = solved()
    at = [c["id"] for c in submitted["cells"]].index("double")
    submitted["cells"].insert(at + 1, {**submitted["cells"][at], "source": "copy"})
    rebuilt = notebook.rebuild(make_source(), submitted)
    assert find(rebuilt, "double")["source"] == EXERCISES["double"][0]
    assert rebuilt["cells"][at + 1]["source"] == "copy"
    assert notebook.kind(rebuilt["cells"][at + 1]) == "extra"


def test_a_copied_check_does_not_run_twice_unless_the_student_wrote_in_it() -> None:
    submitted = solved()
    at = [c["id"] for c in submitted["cells"]].index("check_double")
    check = submitted["cells"][at]
    submitted["cells"][at + 1 : at + 1] = [dict(check), {**check, "source": "my_helper = 1"}]
    rebuilt = notebook.rebuild(make_source(), submitted)
    assert texts(rebuilt).count(EXERCISES["double"][1]) == 1
    assert "my_helper = 1" in texts(rebuilt)


def test_recognises_cells_without_ids_by_their_text() -> None:
    submitted = solved()
    for cell in submitted["cells"]:
        del cell["id"]
    rebuilt = notebook.rebuild(make_source(), submitted)
    assert len(rebuilt["cells"]) == len(make_source()["cells"])


def test_every_cell_has_an_id_of_its_own() -> None:
    submitted = solved()
    submitted["cells"] += [extra_cell("a"), extra_cell("b")]
    ids = [cell["id"] for cell in notebook.rebuild(make_source(), submitted)["cells"]]
    assert len(set(ids)) == len(ids)


def test_refuses_a_notebook_of_another_assignment() -> None:
    with pytest.raises(UnreadableNotebook, match="double, average, draw_line, greet"):
        notebook.rebuild(make_source(), {"cells": [extra_cell("x = 1")], "metadata": {}})


def test_leaves_its_arguments_alone() -> None:
    source, submitted = make_source(), solved()
    notebook.rebuild(source, submitted)["cells"][0]["metadata"]["new"] = 1
    assert (source, submitted) == (make_source(), solved())
