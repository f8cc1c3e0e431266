"""A learner's first minutes with the released notebook, in a real browser. Needs a Chromium; CI must have one."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.jupyterlab import PATIENCE_MS, OpenNotebook, open_page, serve_lab

ROOT = Path(__file__).parents[2]
ASSIGNMENT, NOTEBOOK, EXERCISE = "05_dropout", "dropout.ipynb", "dropout_mask"
WRONG = "def dropout_mask(shape, keep_prob, rng):\n    return np.ones(shape)"
"""An answer that keeps everything."""

ERROR = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
"""What JupyterLab shows of an exception."""


@pytest.fixture
def lesson(browser: str, tmp_path: Path) -> Iterator[OpenNotebook]:
    """The released notebook, copied and opened with its kernel."""
    folder = tmp_path / "learner"
    shutil.copytree(ROOT / "release" / ASSIGNMENT, folder)
    home = tmp_path / "jupyter"
    with serve_lab(folder, home) as address, open_page(browser) as page:
        yield OpenNotebook(page, address, folder / NOTEBOOK)


def test_learner_opens_runs_fails_corrects_and_validates(lesson: OpenNotebook, tmp_path: Path) -> None:
    page = lesson.page

    def photograph(name: str, what: Locator | None = None) -> None:
        if what is not None:
            what.last.scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / f"{name}.png")

    # The formulas are typeset, none of them as an error.
    expect(lesson.panel.locator("mjx-container").first).to_be_visible(timeout=PATIENCE_MS)
    assert lesson.panel.locator("mjx-merror").count() == 0
    photograph("1_opened")

    # The set-up cell says nothing.
    expect(lesson.run(lesson.index_of("setup"))).to_have_count(0)

    # A blank exercise: not attempted.
    solution, check = lesson.index_of(EXERCISE), lesson.index_of(f"check_{EXERCISE}")
    lesson.run(solution)
    blank = lesson.run(check)
    expect(blank.filter(has_text=f"{EXERCISE}: not attempted")).to_have_count(1)
    photograph("2_not_attempted", blank)

    # A wrong answer: what came and what was expected.
    lesson.type_into(solution, WRONG)
    lesson.run(solution)
    wrong = lesson.run(check)
    expect(wrong.and_(page.locator(ERROR)).filter(has_text=f"{EXERCISE}: ")).to_have_count(1)
    expect(wrong.filter(has_text="not attempted")).to_have_count(0)
    photograph("3_wrong", wrong)

    # The right answer: a line that says what was checked, and no error.
    lesson.type_into(solution, right_answer(EXERCISE))
    lesson.run(solution)
    passed = lesson.run(check)
    expect(passed.filter(has_text=f"✓ {EXERCISE}")).to_have_count(1)
    expect(passed.and_(page.locator(ERROR))).to_have_count(0)
    photograph("4_passed", passed)

    # The first experiment: a picture made with the learner's function, which says in words what it shows.
    pictures = lesson.run(lesson.first_experiment()).locator("img")
    expect(pictures.first).to_be_visible(timeout=PATIENCE_MS)
    assert pictures.first.evaluate("image => image.naturalWidth") > 100
    assert pictures.first.get_attribute("alt")
    photograph("5_picture", pictures)

    # nbgrader's Validate button: the other exercises are still blank, this one passes.
    lesson.save()
    lesson.panel.locator(".validate-button").click()
    report = page.locator(".jp-Dialog").filter(has_text="Validation Results")
    expect(report).to_be_visible(timeout=PATIENCE_MS)
    photograph("6_validated")
    expect(report).to_contain_text("failed")
    expect(report).not_to_contain_text(f'check.run("{EXERCISE}")')


def right_answer(exercise: str) -> str:
    """The instructor's text of a solution cell."""
    source = json.loads((ROOT / "source" / ASSIGNMENT / NOTEBOOK).read_text(encoding="utf-8"))
    texts = [c["source"] for c in source["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == exercise]
    assert len(texts) == 1
    return "".join(texts[0])
