"""The measurements run from end to end on a small scale, and what the pages say of them is what was measured."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks import headlines, network_speed, tables

FOLDER = Path(tables.__file__).parent
CELL = re.compile(r"(\d+\.\d) ± (\d+\.\d) \((\d+)–(\d+)\)")


def read_rows(text: str) -> dict[str, list[str]]:
    """The rows of all tables by their first cell."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {row[0]: row[1:] for row in rows}


def test_a_table_is_padded_markdown() -> None:
    assert tables.format_table(["a", "long"], [["wide cell", "1"]]) == (
        "| a         | long |\n|-----------|------|\n| wide cell | 1    |"
    )


def test_versions_name_what_is_missing() -> None:
    said = tables.describe_versions("numpy", "no-such-package")
    assert f"numpy {np.__version__}" in said
    assert "no no-such-package" in said


def test_a_report_is_kept_beside_its_script_only_if_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "measure.py"
    tables.publish("# Report", str(script), write=False)
    assert not list(tmp_path.iterdir())
    tables.publish("# Report", str(script), write=True)
    assert (tmp_path / "measure.md").read_text() == "# Report\n"
    assert capsys.readouterr().out == "# Report\n# Report\n"


def test_headlines_run_every_case_for_every_seed() -> None:
    rows = read_rows(headlines.report(seeds=2, share=0.001, workers=1))
    for study in headlines.STUDIES:
        for case in study.cases:
            published, *measured = rows[case.name]
            assert published == case.published
            assert all(CELL.fullmatch(cell) for cell in measured)
    assert rows["zeros"][1] == "50.0 ± 0.0 (50–50)"


def test_the_published_headlines_have_the_cases_and_bear_their_findings_out() -> None:
    rows = read_rows((FOLDER / "headlines.md").read_text(encoding="utf-8"))
    mean = {
        name: [float(match[1]) for match in map(CELL.fullmatch, cells[1:]) if match] for name, cells in rows.items()
    }
    for study in headlines.STUDIES:
        for case in study.cases:
            assert len(mean[case.name]) == 2
    training, test = 0, 1
    assert mean["zeros"] == [50, 50]
    assert mean["zeros"][training] < mean["normal × 10"][training] < mean["He"][training]
    assert mean["none"][training] > mean["L2"][training] > mean["dropout"][training]
    assert mean["none"][test] < mean["L2"][test] < mean["dropout"][test]
    assert mean["dropout, one mask for all steps"][test] < mean["dropout"][test]
    assert mean["momentum 0.9"][training] == pytest.approx(mean["gradient descent"][training], abs=1)
    assert mean["Adam"][training] > mean["gradient descent"][training] + 5


def test_speeds_are_measured_for_every_network_and_rival() -> None:
    settings = [network_speed.make_digits(epochs=1), network_speed.make_large(m=300, epochs=1)]
    text = network_speed.report(settings, rounds=1)
    for network in ("digits", "large"):
        for rival in ("MLPClassifier", "matrix products"):
            assert re.search(rf"^\| {network} +\| {rival} +\| \d+\.\d\d \(", text, re.MULTILINE)
