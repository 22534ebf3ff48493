"""The pages with one question about a class each: blockers, who is stuck, what changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_pages import MONDAY, Pages, Read, pages_of

from mastery.adapters.pages.catalogue import say
from mastery.changes import Cause, CauseKind, Change, ChangeKind
from mastery.classroom import changes_of_class


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


def _counts(read: Read) -> dict[str, str]:
    """Return the numbers of the table of changes, each with the address it leads to."""
    return {href: said for href, said in read.links if "cause=" in href and said.isdigit()}


def test_changes_since_monday_are_counted_by_cause_and_each_number_leads_to_as_many_rows(pages: Pages) -> None:
    read = pages.read("/classes/7a/changes")
    counts = _counts(read)
    assert sorted(map(int, counts.values())) == [1, 1, 1, 1, 18, 25, 51, 94]
    for href, said in counts.items():
        assert len(_listed(pages.get(f"{href}&as=csv").text)) == int(said)


def test_each_number_of_today_on_changes_leads_to_as_many_changes(pages: Pages) -> None:
    today = pages.read("/classes/7a/changed")
    told = [(href, int(said.split()[0])) for href, said in today.links if "/changes?kind=" in href]
    assert [count for _, count in told] == [18, 25]
    for href, count in told:
        assert len(_listed(pages.get(f"{href}&as=csv").text)) == count
        assert pages.read(href).source.count('<span class="when">') == count


def test_every_change_that_is_listed_says_its_cause_and_why(pages: Pages) -> None:
    read = pages.read("/classes/7a/changes?kind=met")
    rows = _listed(pages.get("/classes/7a/changes?kind=met&as=csv").text)
    for row in rows:
        assert row["because"] in read.said
        assert row["cause"] == "learner"
    assert "/learners/beech/why/fpr-decimals-as-fractions" in {href for href, _ in read.links}
    held = pages.read("/classes/7a/changes?cause=teacher")
    assert "the teacher put FR5.1 on hold: portfolio to be looked at together" in held.said


def test_changes_of_one_learner_are_theirs_and_what_the_form_says_goes_on(pages: Pages) -> None:
    rows = _listed(pages.get("/classes/7a/changes?since=2026-03-01&kind=&cause=&learner=elm&as=csv").text)
    assert {row["learner"] for row in rows} == {"elm"}
    read = pages.read("/classes/7a/changes?since=2026-03-01&learner=elm")
    assert {*read.values("since")} == {"2026-03-01"}
    assert all("learner=elm" in href for href in _counts(read))
    assert pages.get("/classes/7a/changes?learner=oak").status_code == 403


def test_changes_as_of_another_day_are_those_before_it_and_a_time_that_runs_backwards_is_refused(pages: Pages) -> None:
    rows = _listed(pages.get("/classes/7a/changes?as_of=2026-03-04&since=2026-03-02&as=csv").text)
    assert rows
    assert all("2026-03-02" <= row["when"][:10] <= "2026-03-04" for row in rows)
    assert pages.get("/classes/7a/changes?since=2026-04-01").status_code == 422
    assert str(say("changes.nothing", when="")).split(".")[0] in pages.read("/classes/7a/changes?since=2026-03-16").said


def test_hidden_names_are_in_no_word_and_no_address_of_changes(pages: Pages) -> None:
    pages.tells_nobody("/classes/7a/changes")
    pages.tells_nobody("/classes/7a/changes?cause=teacher")


@given(st.lists(st.tuples(st.sampled_from(CauseKind), st.sampled_from(ChangeKind)), max_size=8), st.data())
def test_what_is_left_of_changes_is_what_its_count_says(pairs: list[tuple[CauseKind, ChangeKind]], data: Any) -> None:
    made = [Change("elm", "a", "A", kind, None, None, "", Cause(cause, MONDAY, "")) for cause, kind in pairs]
    every = changes_of_class(made)
    cause, kind = data.draw(st.none() | st.sampled_from(CauseKind)), data.draw(st.none() | st.sampled_from(ChangeKind))
    left = every.only(cause, kind)
    counts = [n for (c, k), n in every.counts.items() if cause in (None, c) and kind in (None, k)]
    assert len(left.changes) == sum(counts) == sum(left.counts.values())


def test_who_is_stuck_is_listed_with_cause_and_advice_as_the_service_answers_it(pages: Pages) -> None:
    read = pages.read("/classes/7a/stuck")
    told = pages.get("/v1/classes/7a/stuck").json()["answer"]
    assert len(told) == len(_listed(pages.get("/classes/7a/stuck?as=csv").text)) == 4
    for one in told:
        assert one["because"] in read.said
        assert one["suggested"] in read.said
        assert f"/learners/{one['learner']}/why/{one['competency']}" in {href for href, _ in read.links}


def test_the_number_of_stuck_on_today_leads_to_as_many(pages: Pages) -> None:
    (href, said), *_ = [one for one in pages.read("/classes/7a").links if "/stuck" in one[0]]
    assert len(_listed(pages.get(f"{href}&as=csv").text)) == int(said) == 3
    assert str(say("stuckpage.left_out", n=1)) in pages.read(href).said


def test_rules_of_stuck_can_be_set_and_what_was_set_is_shown(pages: Pages) -> None:
    read = pages.read("/classes/7a/stuck?attempts=2&days=3&idle_days=3")
    assert "No movement: 2 attempts in a row, over 3 days or more" in read.said
    assert "Of what it needs, WN4.2 is weakest" in read.said
    assert "2" in read.values("attempts")
    assert (
        str(say("stuckpage.nothing"))
        in pages.read("/classes/7a/stuck?opportunities=1000&waiting_days=1000&attempts=1000").said
    )
    assert pages.get("/classes/7a/stuck?attempts=0").status_code == 422


def test_hidden_names_are_in_no_word_and_no_address_of_stuck(pages: Pages) -> None:
    pages.tells_nobody("/classes/7a/stuck")
