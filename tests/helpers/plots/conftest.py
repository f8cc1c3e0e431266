"""What is displayed is kept, not shown."""

import IPython.display
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.figure import Figure


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What a notebook would display."""
    bundles: list[dict[str, str]] = []
    monkeypatch.setattr(InteractiveShell, "initialized", lambda: True)
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, shown: list[dict[str, str]]) -> list[Figure]:
    """The figures behind what was shown; no picture is made of them, which takes the time."""
    figures: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda self, *arguments, **options: figures.append(self))
    return figures
