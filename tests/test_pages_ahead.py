"""The pages that look ahead: rechecks day by day, and how long a goal may take."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_pages import Pages, pages_of

from mastery.adapters.pages.catalogue import say
from mastery.adapters.pages.spans import DateLine

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


GOAL = "goal=PREP&by=2026-07-12"


def test_without_a_goal_the_page_of_a_pace_says_what_to_do_and_offers_the_groups(pages: Pages) -> None:
    read = pages.read("/classes/7a/pace")
    assert str(say("pace.begin")) in read.said
    for code in ("FOPS", "RREP", "PREP"):
        assert pages.get(next(href for href, said in read.links if said == code)).status_code == 200
    assert str(say("pace.begin_one")) in pages.read("/learners/elm/pace").said


def test_the_pace_of_a_class_is_that_of_the_service_each_outlook_leading_to_as_many_learners(pages: Pages) -> None:
    told = pages.get(f"/v1/classes/7a/pace?{GOAL}").json()
    assert pages.get(f"/classes/7a/pace?{GOAL}&as=json").json() == told
    read = pages.read(f"/classes/7a/pace?{GOAL}")
    counts = {href: int(said.split()[0]) for href, said in read.links if "outlook=" in href}
    assert sorted(counts.values()) == sorted(count for count in told["counts"].values() if count) == [1, 1, 4, 8]
    for href, count in counts.items():
        assert len(_listed(pages.get(f"{href}&as=csv").text)) == count
    for one in told["answer"]:
        assert read.leading_to(f"/learners/{one['learner']}/pace?goal=PREP")


def test_the_pace_of_a_learner_has_the_longest_row_and_every_step_once_in_the_plan(pages: Pages) -> None:
    told = pages.get(f"/v1/learners/birch/pace?{GOAL}").json()
    read = pages.read(f"/learners/birch/pace?{GOAL}")
    for line in told["said"]:
        assert line in read.said
    assert " \u2192 ".join(told["in_a_row"]) in read.said
    steps = [said for href, said in read.links if "/why/" in href]
    planned = [name for week in told["plan"]["weeks"] for name in week]
    assert sorted(steps) == sorted([*told["in_a_row"], *planned])


def test_a_row_that_is_too_long_for_the_date_is_said_calmly_with_a_date_that_works(pages: Pages) -> None:
    read = pages.read("/learners/birch/pace?goal=PREP&by=2026-03-30")
    assert str(say("pace.no_plan")) in read.said
    (there,) = [href for href, said in read.links if said.startswith("Try ")]
    assert str(say("pace.no_plan")) not in pages.read(there).said


def test_a_goal_that_is_not_there_and_a_date_that_is_past_are_said_on_the_page(pages: Pages) -> None:
    for address in ("/classes/7a/pace", "/learners/elm/pace"):
        for query in ("goal=PREQ&by=2026-07-12", "goal=PREP&by=2026-03-16", "goal=a+or"):
            answer = pages.get(f"{address}?{query}")
            assert answer.status_code == 422
            assert 'class="fault"' in answer.text


def test_hidden_names_are_in_no_word_and_no_address_of_a_pace(pages: Pages) -> None:
    pages.tells_nobody(f"/classes/7a/pace?{GOAL}")
    there = pages.read(f"/classes/7a/pace?{GOAL}&names=hidden").leading_to("/learners/~x")[0]
    assert "names=hidden" in there
    assert pages.get(there).status_code == 200


def test_a_pace_is_for_who_may_see_the_learner(pages: Pages) -> None:
    assert pages.get(f"/learners/alder/pace?{GOAL}", "alder").status_code == 200
    assert pages.get(f"/learners/alder/pace?{GOAL}", "family").status_code == 200
    assert pages.get(f"/learners/ash/pace?{GOAL}", "family").status_code == 403
    assert pages.get(f"/classes/7a/pace?{GOAL}", "alder").status_code == 403


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 2000), st.integers(-50, 5000))
def test_a_later_date_is_never_further_left_on_a_line(today: date, ahead: int, days: int) -> None:
    line = DateLine(today, today + timedelta(days=ahead))
    place = line.place(today + timedelta(days=days))
    assert 0 <= place <= line.place(today + timedelta(days=days + 1)) <= line.place(None) == 100
    assert line.place(line.by) == 50
