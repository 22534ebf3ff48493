"""The inbox as a page: what waits, in the order of the inbox, each with the page where it is done."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from planning_pages import Pages, pages_of


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages of the demonstration class; nothing here writes."""
    with pages_of(tmp_path_factory.mktemp("inbox"), made) as found:
        yield found


def listed(text: str) -> list[tuple[str, str, str]]:
    """Return page, learner and competency of each item's button, in order."""
    return [
        (page, learner, competency)
        for learner, page, competency in re.findall(
            r'class="act" href="/learners/([^/"]+)/(review|decide)/([^?"]+)', text
        )
    ]


def test_the_files_have_exactly_what_the_page_lists_in_its_order(pages: Pages) -> None:
    """Decisions first, then checks by what they open; CSV and JSON, row by row."""
    found = listed(pages.get("/classes/7a/inbox").text)
    rows = list(csv.DictReader(io.StringIO(pages.get("/classes/7a/inbox?as=csv").text)))
    answer = pages.get("/classes/7a/inbox?as=json").json()["answer"]
    assert len(found) == 10
    assert found[0] == ("decide", "hazel", "fpr-fractions-as-division")
    assert {page for page, _, _ in found[1:]} == {"review"}
    assert [row["learner"] for row in rows] == [learner for _, learner, _ in found]
    assert [(one["learner"], one["competency"]) for one in answer] == [one[1:] for one in found]


def test_where_names_are_hidden_neither_name_nor_place_tells_who_it_is_and_each_link_leads_there(pages: Pages) -> None:
    """The order within what opens as much is that of the hidden names."""
    pages.tells_nobody("/classes/7a/inbox")
    text = pages.get("/classes/7a/inbox?names=hidden").text
    for page, address, competency in listed(text):
        assert pages.get(f"/learners/{address}/{page}/{competency}?names=hidden").status_code == 200


def test_who_may_not_decide_is_led_to_look_and_not_to_decide(pages: Pages) -> None:
    """A coach reads the class and decides nothing in it."""
    assert {page for page, _, _ in listed(pages.get("/classes/7a/inbox", "coach").text)} == {"review"}


def test_an_inbox_with_nothing_in_it_says_when_something_will_be(pages: Pages) -> None:
    """A class whose learners did nothing yet."""
    assert "When a check is due" in pages.read("/classes/7a/inbox?as_of=2025-09-01").said


def test_another_class_is_refused(pages: Pages) -> None:
    """A teacher of 7b does not read 7a, and a learner no class at all."""
    assert pages.get("/classes/7a/inbox", "teacher-7b").status_code == 403
    assert pages.get("/classes/7a/inbox", "alder").status_code == 403
