"""The pages that look ahead: rechecks day by day, and how long a goal may take."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from planning_pages import Pages, pages_of

from mastery.adapters.pages.catalogue import say

AUTUMN = "as_of=2026-09-01"
"""By then much is due for a recheck; some of it a little later is not yet."""


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with pages_of(tmp_path_factory.mktemp("ahead"), made) as found:
        yield found


def _listed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_rechecks_are_listed_day_by_day_as_the_service_answers_them(pages: Pages) -> None:
    told = pages.get(f"/v1/classes/7a/rechecks?{AUTUMN}").json()
    assert pages.get(f"/classes/7a/rechecks?{AUTUMN}&as=json").json() == told
    read = pages.read(f"/classes/7a/rechecks?{AUTUMN}")
    assert str(say("rechecks.size", n=len(told["answer"]), days=14)) in read.said
    days = dict.fromkeys(one["day"] for one in told["answer"])
    assert read.source.count('<h3 id="d') == len(days) > 1
    for one in told["answer"]:
        assert read.leading_to(f"/learners/{one['learner']}/why/{one['competency']}")
        assert one["because"] in read.said


def test_the_fewest_tasks_lead_to_their_competencies_and_to_those_they_are_for(pages: Pages) -> None:
    told = pages.get(f"/v1/classes/7a/rechecks?{AUTUMN}").json()["tasks"]
    read = pages.read(f"/classes/7a/rechecks?{AUTUMN}")
    for task in told:
        assert read.leading_to(f"/classes/7a/competencies/{task['competency']}")
    assert str(say("rechecks.smallest")) in read.said


def test_settings_of_rechecks_hold_and_a_field_left_empty_sets_no_limit(pages: Pages) -> None:
    rows = _listed(pages.get(f"/classes/7a/rechecks?{AUTUMN}&days=5&per_learner=1&per_day=4&as=csv").text)
    days = [row["day"] for row in rows if row["day"]]
    assert days
    assert max(days.count(day) for day in days) == 4
    assert pages.read(f"/classes/7a/rechecks?{AUTUMN}&per_day=").values("per_day")[-1] == ""
    assert pages.get("/classes/7a/rechecks?days=0").status_code == 422


def test_what_falls_due_is_told_on_the_page_and_on_today(pages: Pages) -> None:
    address = "as_of=2026-08-10"
    assert {"fresh"} < {row["currency"] for row in _listed(pages.get(f"/classes/7a/rechecks?{address}&as=csv").text)}
    assert str(say("status.fresh")) in pages.read(f"/classes/7a/rechecks?{address}").said
    assert pages.get(f"/classes/7a?{address}").status_code == 200


def test_without_a_recheck_the_page_says_to_look_further_ahead(pages: Pages) -> None:
    assert str(say("rechecks.nothing", days=14)) in pages.read("/classes/7a/rechecks").said


def test_hidden_names_are_in_no_word_and_no_address_of_rechecks(pages: Pages) -> None:
    pages.tells_nobody(f"/classes/7a/rechecks?{AUTUMN}")


def test_rechecks_are_planned_by_who_plans_for_the_class(pages: Pages) -> None:
    assert pages.get("/classes/7a/rechecks", "coach").status_code == 200
    assert pages.get("/classes/7a/rechecks", "alder").status_code == 403
