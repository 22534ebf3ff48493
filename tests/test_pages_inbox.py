"""The inbox as a page: what waits, in the order of the inbox, each with the page where it is done."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from visiting_pages import Pages, pages_of

from mastery.classroom import inbox


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages of the demonstration class; nothing here writes."""
    with pages_of(tmp_path_factory.mktemp("inbox"), made) as found:
        yield found


def listed(text: str) -> list[tuple[str, str]]:
    """Return learner and competency of each link to a review, in order."""
    return re.findall(r'class="act" href="/learners/([^/"]+)/review/([^?"]+)', text)


def test_the_page_lists_what_the_inbox_of_the_class_has_in_its_order(pages: Pages) -> None:
    """Decisions first, then checks by what they open, each linked to where it is done."""
    room = pages.engine.classroom([f"{name}" for name in sorted(pages.tokens) if name])
    items = [(item.learner, item.competency) for item in inbox(room).items]
    found = listed(pages.get("teacher-7a", "/classes/7a/inbox").text)
    assert found == [one for one in items if one in found]
    assert found[0] == ("hazel", "fpr-fractions-as-division")
    assert len(found) == 10


def test_the_files_have_exactly_what_the_page_lists(pages: Pages) -> None:
    """CSV and JSON, row by row."""
    found = listed(pages.get("teacher-7a", "/classes/7a/inbox").text)
    rows = list(csv.DictReader(io.StringIO(pages.get("teacher-7a", "/classes/7a/inbox?as=csv").text)))
    answer = pages.get("teacher-7a", "/classes/7a/inbox?as=json").json()["answer"]
    assert [row["learner"] for row in rows] == [learner for learner, _ in found]
    assert [(one["learner"], one["competency"]) for one in answer] == found


def test_where_names_are_hidden_no_name_and_no_address_tells_who_it_is(pages: Pages) -> None:
    """And each link to a review still leads there."""
    text = pages.get("teacher-7a", "/classes/7a/inbox?names=hidden").text
    assert "hazel" not in text
    address, competency = listed(text)[0]
    assert pages.get("teacher-7a", f"/learners/{address}/why/{competency}?names=hidden").status_code == 200


def test_an_inbox_with_nothing_in_it_says_when_something_will_be(pages: Pages) -> None:
    """A class whose learners did nothing yet."""
    said = pages.said("teacher-7a", "/classes/7a/inbox?as_of=2025-09-01")
    assert "Nobody waits for you. When a check is due" in said


def test_another_class_is_refused(pages: Pages) -> None:
    """A teacher of 7b does not read 7a, and a learner no class at all."""
    assert pages.get("teacher-7b", "/classes/7a/inbox").status_code == 403
    assert pages.get("alder", "/classes/7a/inbox").status_code == 403
