"""The pages with one question about a class each: blockers, who is stuck, what changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from planning_pages import Pages, pages_of

from mastery.adapters.pages.catalogue import say


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with pages_of(tmp_path_factory.mktemp("questions"), made) as found:
        yield found


def _listed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_blockers_are_listed_as_the_service_answers_them_first_what_frees_most(pages: Pages) -> None:
    read = pages.read("/classes/7a/blockers")
    asked = pages.get("/v1/classes/7a/blockers?limit=100").json()["answer"]
    codes = [row[0].split()[0] for row in read.rows if row[0] != str(say("blockers.competency"))]
    assert codes == [one["code"] for one in asked]
    assert (codes[0], len(asked[0]["frees"])) == ("FR3.4", 9)
    assert str(say("blockers.of", n=9, size=14)) in read.said


def test_each_blocker_names_whom_it_frees_and_leads_to_them_and_to_its_own_page(pages: Pages) -> None:
    read = pages.read("/classes/7a/blockers")
    first = next(row for row in read.rows if row[0].startswith("FR3.4"))
    for learner in ("aspen", "beech", "hemlock"):
        assert learner in first[1]
        assert read.leading_to(f"/learners/{learner}")
    assert read.leading_to("/classes/7a/competencies/fpr-compare-like-parts")
    assert read.leading_to("/classes/7a/groups")


def test_what_is_exported_of_blockers_is_what_is_listed(pages: Pages) -> None:
    rows = _listed(pages.get("/classes/7a/blockers?as=csv").text)
    told = pages.get("/classes/7a/blockers?as=json").json()["answer"]
    assert [row["competency"] for row in rows] == [one["code"] for one in told]
    assert len(rows) == len({row["competency"] for row in rows}) > 9


def test_blockers_are_for_who_reads_the_class(pages: Pages) -> None:
    assert pages.get("/classes/7a/blockers", "teacher-7b").status_code == 403
    assert pages.get("/classes/7a/blockers", "family").status_code == 403


def test_hidden_names_are_in_no_word_and_no_address_of_blockers(pages: Pages) -> None:
    pages.tells_nobody("/classes/7a/blockers")
