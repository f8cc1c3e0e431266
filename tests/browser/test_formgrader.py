"""nbgrader's Formgrader in a real browser, on a class that `autograder grade` has graded."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from playwright.sync_api import Locator, expect

from tests.autograder import plain_course as plain
from tests.autograder.conftest import run_autograder  # noqa: F401  (a fixture)
from tests.autograder.mixed_class import USE_ENGINE, WRONG, make_course, with_questions
from tests.browser.jupyterlab import PATIENCE_MS, open_page, serve_lab

RunCommand = Callable[..., "CompletedProcess[str]"]
ONE_MISTAKE = plain.solved(double="def double(x):\n    return x * x")


def test_formgrader_shows_the_scores_and_its_button_uses_the_engine(
    browser: str,
    tmp_path: Path,
    run_autograder: RunCommand,  # noqa: F811
) -> None:
    submissions = {"ada": with_questions(plain.solved()), "cleo": with_questions(WRONG, "No idea.")}
    course = make_course(tmp_path / "course", USE_ENGINE, submissions)
    assert run_autograder("grade", plain.ASSIGNMENT, cwd=course).returncode == 0
    # Handed in again, after the class was graded.
    plain.write_notebook(course / "submitted" / "cleo" / "week1" / "plain.ipynb", with_questions(ONE_MISTAKE))
    home = tmp_path / "jupyter"
    home.mkdir()
    with serve_lab(course, home) as address, open_page(browser) as page:

        def open_formgrader(where: str) -> None:
            page.goto(f"{address.partition('/lab/')[0]}/formgrader/{where}")

        def row(student: str) -> Locator:
            return page.locator("tbody tr").filter(has_text=student)

        page.goto(address.format(path=""))  # logs in

        open_formgrader("manage_submissions/week1")
        expect(row("ada").locator(".score")).to_have_text("12 / 18", timeout=PATIENCE_MS)
        expect(row("ada").locator(".status")).to_have_text("graded")
        expect(row("cleo").locator(".score")).to_have_text("7 / 18")
        expect(row("cleo").locator(".status")).to_have_text("needs manual grading")
        page.screenshot(path=tmp_path / "1_submissions.png")

        row("cleo").locator(".autograde a").click()
        dialog = page.locator(".modal-dialog:visible")
        expect(dialog).to_contain_text("Successfully autograded", timeout=PATIENCE_MS)
        expect(dialog).to_contain_text("Isolation of submissions:")
        expect(dialog).to_contain_text("plain of cleo: 10 of 18 points")
        page.screenshot(path=tmp_path / "2_autograded.png")
        dialog.get_by_role("button", name="OK").click()
        expect(row("cleo").locator(".score")).to_have_text("10 / 18", timeout=PATIENCE_MS)

        open_formgrader("gradebook/week1/plain")
        page.locator("tbody a").first.click()
        points = page.locator("input.score")
        expect(points).to_have_count(10, timeout=PATIENCE_MS)
        expect(points.first).to_have_attribute("placeholder", "1")
        page.screenshot(path=tmp_path / "3_submission.png")
