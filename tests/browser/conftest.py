"""What the browser's tests share: the browser."""

import os

import pytest

from tests.browser.jupyterlab import find_browser


@pytest.fixture(scope="module")
def browser() -> str:
    path = find_browser()
    if path is None:
        reason = "no Chromium or Chrome: apt install chromium, or python -m playwright install chromium"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}. In CI this test must run.")
        pytest.skip(reason)
    return path
