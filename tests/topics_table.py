"""The README's table of topics, counted from the lessons, the bank of mistakes and the right variants.

    .venv/bin/python -m tests.topics_table

writes it again; `test_topics_table.py` says when that is due.
"""

from __future__ import annotations

from collections import Counter

from autograder.answers import load
from helpers.misconceptions import known_for
from tests.lessons import ROOT, TOPICS, Lesson

README = ROOT / "README.md"
BEGIN, END = "<!-- topics: written by `python -m tests.topics_table` -->\n", "<!-- topics: end -->\n"


def make_table() -> str:
    """Return the table, a row a topic and one for all of them."""
    lines = ["| topic | exercises | known mistakes | right variants |", "|---|---|---|---|"]
    total: Counter[str] = Counter()
    for topic in TOPICS:
        lesson = Lesson(topic)
        names = [name for name in lesson.exercises if not name.startswith("quiz_")]
        counts = {
            "exercises": len(names),
            "mistakes": sum(len(known_for(name)) for name in lesson.exercises),
            "variants": len(load(ROOT / "tests" / "answers" / f"{topic[3:]}.py")),
        }
        total.update(counts)
        title = lesson.prose.partition("\n")[0].removeprefix("# ")
        link = f"[{title}](release/{topic}/{topic[3:]}.ipynb)"
        listed = ", ".join(f"`{name}`" for name in names)
        lines.append(f"| {link} | {listed} | {counts['mistakes']} | {counts['variants']} |")
    lines.append(f"| together | {total['exercises']} and a quiz each | {total['mistakes']} | {total['variants']} |")
    return "\n".join(lines) + "\n"


def replace_table(page: str) -> str:
    """Return the page with the table as it should be."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{README.name} has no place for the table, between {BEGIN!r} and {END!r}")
    return f"{before}{begin}\n{make_table()}\n{end}{after}"


if __name__ == "__main__":
    README.write_text(replace_table(README.read_text(encoding="utf-8")), encoding="utf-8")
