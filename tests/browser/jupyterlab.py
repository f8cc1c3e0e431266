"""A real JupyterLab with a real browser in front of it, and the few gestures of a learner.

It must not know which lesson is open: cells are found by their `grade_id` or their place in the file.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect, sync_playwright

PATIENCE_MS = 60_000
"""How long a state may take to come, in milliseconds: generous, as a busy machine must not fail the test."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_RUN = re.compile(r"^\[\d+\]:?$")
_LAB_SETTINGS = {
    # Every cell exists in the page at once, so that a cell can be found by its place.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    # What is typed stays as typed.
    "@jupyterlab/codemirror-extension/plugin": {"defaultConfig": {"autoClosingBrackets": False}},
}


def find_browser() -> str | None:
    """Path of a Chromium or Chrome on this machine, else of the one that Playwright brought, else None."""
    for name in _BROWSERS:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


@contextmanager
def serve_lab(folder: Path, home: Path) -> Iterator[str]:
    """Run JupyterLab on a folder; its settings, run files and log go to `home`, never to the user's own.

    Yields
    ------
    str
        The address at which a notebook opens without a password, with `{path}` where its path belongs.
    """
    settings = home / "settings"
    for plugin, values in _LAB_SETTINGS.items():
        path = settings / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST"))}
    environment |= {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        # The kernel of this environment, whatever kernels the user has.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    token = "lesson"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={folder}"]
    command += ["--ServerApp.port=0", f"--IdentityProvider.token={token}"]  # at any free port
    with (
        (home / "lab.log").open("w") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as lab,
    ):
        try:
            yield f"{_wait_for_server(home / 'runtime', lab)}lab/tree/{{path}}?token={token}"
        finally:
            lab.terminate()  # the server ends its kernels
            try:
                lab.wait(20)
            except subprocess.TimeoutExpired:
                lab.kill()


@contextmanager
def open_page(browser: str) -> Iterator[Page]:
    """A page of a headless browser, with a learner's window size."""
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start as root, as in most containers; the page is our own.
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            page = chromium.new_page(viewport={"width": 1280, "height": 1000})
            page.set_default_timeout(PATIENCE_MS)
            yield page
        finally:
            chromium.close()


class OpenNotebook:
    """A notebook in JupyterLab, used as a learner uses it.

    Parameters
    ----------
    page : Page
        The browser's page.
    address : str
        As `serve_lab` yields it.
    path : Path
        The notebook's file, directly in the served folder.
    """

    def __init__(self, page: Page, address: str, path: Path) -> None:
        self.page = page
        self.path = path
        self.cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
        page.goto(address.format(path=path.name))
        self.panel = page.locator(".jp-NotebookPanel")
        self.shown = self.panel.locator(".jp-Notebook .jp-Cell")
        expect(self.shown).to_have_count(len(self.cells), timeout=PATIENCE_MS)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Return when the kernel is there and has nothing to do."""
        # The indicator alone is idle, too, while the kernel is still being started.
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENCE_MS)
        indicator = self.panel.locator(".jp-Notebook-ExecutionIndicator")
        expect(indicator).to_have_attribute("data-status", "idle", timeout=PATIENCE_MS)

    def index_of(self, grade_id: str) -> int:
        """Place of the cell with this nbgrader `grade_id`."""
        places = [i for i, cell in enumerate(self.cells) if _grade_id(cell) == grade_id]
        assert len(places) == 1, f"{self.path.name} has {len(places)} cells {grade_id!r}"
        return places[0]

    def first_experiment(self) -> int:
        """Place of the first code cell that graders skip."""
        return next(i for i, cell in enumerate(self.cells) if "skip-execution" in cell["metadata"].get("tags", []))

    def cell(self, index: int) -> Locator:
        """The cell at this place, scrolled into view."""
        cell = self.shown.nth(index)
        cell.scroll_into_view_if_needed()
        return cell

    def type_into(self, index: int, text: str) -> None:
        """Replace the text of a code cell."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def run(self, index: int) -> Locator:
        """Run one cell as with Ctrl+Enter and wait for its end.

        Returns
        -------
        Locator
            The cell's outputs.
        """
        cell = self.cell(index)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text().strip()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before, timeout=PATIENCE_MS)
        expect(prompt).to_have_text(_RUN, timeout=PATIENCE_MS)
        self.wait_until_idle()
        return cell.locator(".jp-OutputArea-output")

    def save(self) -> None:
        """Save the notebook and wait until the file has changed."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+S")
        _wait_until(lambda: self.path.stat().st_mtime_ns != before, f"{self.path.name} to be saved")


def _grade_id(cell: dict[str, Any]) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def _wait_for_server(runtime: Path, server: subprocess.Popen[bytes]) -> str:
    """Give the server's address once it answers: it writes it beside its run files when it listens."""
    found = ""

    def answers() -> bool:
        nonlocal found
        assert server.poll() is None, f"JupyterLab ended with code {server.returncode}; see lab.log"
        try:
            found = json.loads((runtime / f"jpserver-{server.pid}.json").read_text())["url"]
            with urllib.request.urlopen(found, timeout=5):
                return True
        except (OSError, ValueError):
            return False

    _wait_until(answers, "JupyterLab to answer")
    return found


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(PATIENCE_MS // 200):
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"waited {PATIENCE_MS // 1000} s in vain for {what}")
