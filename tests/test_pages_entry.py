"""Quick entry before anything is entered: what it asks for, and of whom. What it records is in test_pages_doing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from planning_pages import NAMES, Pages, pages_of

ENTRY = "/classes/7a/entry"


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages of the demonstration class; nothing here writes."""
    with pages_of(tmp_path_factory.mktemp("entry"), made) as found:
        yield found


def test_a_competency_to_enter_is_chosen_from_a_list_or_found_by_its_code(pages: Pages) -> None:
    """Then there is a row for each learner, in which nothing is chosen, and what a touch counts as is said."""
    for query in ("competency=FR3.4", "competency=&code=+FR3.4"):
        page = pages.read(f"{ENTRY}?{query}")
        assert [page.values(f"seen:{who}") for who in NAMES] == [["not_yet", "nearly", "got_it", ""]] * len(NAMES)
        assert "Not yet counts as 0.40, nearly as 0.70, got it as 0.95." in page.said


@pytest.mark.parametrize("what", ["FR9.9", "<b>"])
def test_a_competency_that_there_is_not_is_told(pages: Pages, what: str) -> None:
    """As text, whatever it is."""
    page = pages.read(f"{ENTRY}?code={what}")
    assert f"There is no competency {what} to show." in page.said
    assert "<b>" not in page.source


def test_nobody_is_told_of_where_names_are_hidden(pages: Pages) -> None:
    """Neither in a row nor in the name of a field."""
    pages.tells_nobody(f"{ENTRY}?competency=FR3.4")


def test_another_day_is_looked_at_and_not_written_to(pages: Pages) -> None:
    """There is no form then, and a way back."""
    page = pages.read(f"{ENTRY}?competency=FR3.4&as_of=2026-03-02")
    assert page.values("seen:alder") == []
    assert "Go back to now to write." in page.said


def test_entry_is_for_who_may_write_in_the_class(pages: Pages) -> None:
    """A coach reads and writes nothing; another class has another teacher."""
    assert pages.get(ENTRY, "coach").status_code == 403
    assert pages.get(ENTRY, "teacher-7b").status_code == 403
    assert pages.get("/classes/7b/entry", "reviewer").status_code == 200
