"""Pages for learners, families and the talk between all of them: what each says, and to whom."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import opened, site_at
from planning_pages import NAMES, Pages, pages_of

from mastery.access import Roster
from mastery.adapters.cli.serving_demo import roster_for_show


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages of the demonstration class; nothing here writes."""
    with pages_of(tmp_path_factory.mktemp("own"), made) as found:
        yield found


def test_the_file_of_a_sheet_has_each_line_that_is_on_it(pages: Pages) -> None:
    """Under its heading, in the order of the page."""
    said = pages.read("/learners/hazel/sheet").said
    rows = list(csv.DictReader(io.StringIO(pages.get("/learners/hazel/sheet?as=csv").text)))
    assert [row["competency"] for row in rows if row["part"] == "What waits, and for what"] == ["FR5.1"]
    place = 0
    for row in rows:
        place = said.index(row["because"], place)


def test_a_sheet_prints_on_one_page_for_every_learner(made: bytes, tmp_path: Path) -> None:
    """A4, by the margins of the style; the menu and what can be clicked is not on paper."""
    with site_at(tmp_path / "site" / "school.db", made) as site, opened(site, "office") as page:
        for learner in NAMES:
            page.goto(f"/learners/{learner}/sheet")
            paper = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1, learner


def test_my_learning_names_what_each_step_opens_and_tells_the_story_in_plain_words(pages: Pages) -> None:
    """Three parts; nothing in it says less of a try than that it is not yet."""
    page = pages.read("/me", "alder")
    for part in ("Choose", "Show what I know", "My story"):
        assert part in page.said
    assert "When you have it, this opens: RA6.2 , RA6.3 , RA6.5 ." in page.said.replace("RA6.5.", "RA6.5 .")
    assert "You took the check of WN3.2: 100 of 100." in re.sub(r"\s+([:.])", r"\1", page.said)
    assert "You have met WN3.2." in re.sub(r"\s+([:.])", r"\1", page.said)
    assert not re.search(r"\b(fail|behind|missed)", page.said, re.IGNORECASE)


def test_my_learning_is_of_who_has_signed_in_and_for_learners(pages: Pages) -> None:
    """An adult has another page."""
    assert pages.get("/me", "teacher-7a").status_code == 403
    assert "hazel" not in pages.get("/me", "alder").text


@pytest.mark.parametrize(
    ("learner", "means", "ask"),
    [
        ("alder", "When RA6.1 is met, it opens the way to 3 more goals.", "when the check of RA6.1 can be"),
        ("hazel", "FR5.1 waits for the teacher, not for your child.", "when you can look at FR5.1 together"),
    ],
)
def test_a_family_page_says_what_it_means_and_what_to_ask(pages: Pages, learner: str, means: str, ask: str) -> None:
    """From where the learner stands: what waits for the teacher goes before a check."""
    said = re.sub(r"\s+([:.])", r"\1", pages.read(f"/family/{learner}").said)
    assert means in said
    assert ask in said


def test_a_family_page_of_somebody_of_whom_nothing_is_recorded_still_says_what_comes_next(pages: Pages) -> None:
    """As on a day before the first entry."""
    said = pages.read("/family/alder?as_of=2025-09-01").said
    assert "Nothing new was noted." in said
    assert "What comes next" in said


def test_a_family_reads_its_own_child_and_no_other(pages: Pages) -> None:
    """With one child it is opened at once; a teacher opens those of the class."""
    sent = pages.get("/family", "family")
    assert (sent.status_code, sent.headers["location"]) == (303, "/family/alder")
    assert pages.get("/family/alder", "family").status_code == 200
    assert pages.get("/family/hazel", "family").status_code == 403
    assert pages.get("/family/hazel", "teacher-7b").status_code == 403
    pages.tells_nobody("/family/hazel")


def test_of_several_children_a_sentence_each_says_where_they_stand(
    made: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With a link to the page of each."""
    shown = roster_for_show()
    people = [*shown.people.values()]
    enrolments = [*shown.enrolments]
    roster = Roster.of(people, shown.classes.values(), enrolments, [("family", "alder"), ("family", "hazel")])
    with pages_of(tmp_path_factory.mktemp("several"), made, roster) as several:
        page = several.read("/family", "family")
        assert "hazel has met 20 of 63 goals." in page.said.replace("  ", " ")
        assert page.leading_to("/family/") == ["/family/alder", "/family/hazel"]
