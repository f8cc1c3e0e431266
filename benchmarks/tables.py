"""What the measurements share: a table in Markdown, where it is kept, and with what it was measured."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def format_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its columns padded so that it reads well as plain text too."""
    cells = [list(head), *map(list, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def describe_versions(*packages: str) -> str:
    """One sentence: Python and the packages, as far as they are installed."""
    found = [f"Python {platform.python_version()}"]
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"no {package}")
    return f"Measured with {', '.join(found)}."


def publish(text: str, script: str, write: bool) -> None:
    """Print a report; if wanted, keep it as Markdown beside the script that made it."""
    print(text)
    if write:
        Path(script).with_suffix(".md").write_text(text + "\n", encoding="utf-8")
