"""The README's table of topics says what is there."""

import pytest

from tests import topics_table


def test_the_table_in_the_readme_is_up_to_date() -> None:
    page = topics_table.README.read_text(encoding="utf-8")
    assert page == topics_table.replace_table(page), "python -m tests.topics_table writes it again"


def test_a_page_without_a_place_for_the_table_is_named() -> None:
    with pytest.raises(ValueError, match="has no place for the table"):
        topics_table.replace_table("nothing")
