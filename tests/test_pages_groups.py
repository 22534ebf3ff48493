"""The page of groups: proposed at once, again with other settings, and with other company next time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_pages import Pages, Read, pages_of, query_of

from mastery.adapters.pages.catalogue import say
from mastery.planning.groups import EarlierGroup, earlier_text, read_earlier

NAMED = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6).filter(
    lambda text: text.strip() == text and not text.startswith("'")
)


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with pages_of(tmp_path_factory.mktemp("groups"), made) as found:
        yield found


def _groups(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        found.setdefault(row["group"], []).append(row["learner"])
    return found


def _next(read: Read) -> str:
    return next(href for href, said in read.links if said == str(say("groups.next_link")))


@given(st.lists(st.tuples(NAMED, st.sets(NAMED, min_size=1, max_size=4)), max_size=3))
def test_a_grouping_as_the_shortest_text_is_read_as_the_same_grouping(given_groups: list[tuple[str, set[str]]]) -> None:
    seen: set[str] = set()
    groups = []
    for focus, names in given_groups:
        if names - seen:
            groups.append(EarlierGroup(focus, names - seen))
            seen |= names
    assert list(read_earlier(io.StringIO(earlier_text(groups), newline=""))) == groups


def test_three_groups_with_their_reasons_are_there_one_click_from_today(pages: Pages) -> None:
    read = pages.read(pages.read("/classes/7a").leading_to("/classes/7a/groups")[0])
    for n, focus in enumerate(("RA6.2", "FR3.4", "RA6.1"), start=1):
        assert f"{say('groups.group', n=n)}: {focus}" in read.said
    assert "What it needs is met: FR3.2" in read.said
    assert read.leading_to("/learners/fir/why/fpr-part-part-whole-ratios")
    assert str(say("groups.counts", need=20, unlocks=17, repeats=0, total=37)) in read.said


def test_the_groups_are_those_that_the_service_answers_and_the_export_has_the_first_choice(pages: Pages) -> None:
    answer = pages.client.post(
        "/v1/classes/7a/groups", json={}, headers={"authorization": f"Bearer {pages.tokens['teacher-7a']}"}
    ).json()["answer"]
    told = pages.get("/classes/7a/groups?as=json").json()["answer"]
    assert told == answer
    assert len(told) == 3
    listed = _groups(pages.get("/classes/7a/groups?as=csv").text)
    groups = [[member["learner"] for member in group["members"]] for group in told[0]["groups"]]
    assert [listed["1"], listed["2"], listed["3"]] == groups
    assert sorted(listed[""]) == [one["learner"] for one in told[0]["alone"]]


def test_who_is_kept_apart_is_in_no_group_together_and_stays_chosen(pages: Pages) -> None:
    address = "/classes/7a/groups?one=birch&other=cedar&one=&other="
    for members in _groups(pages.get(f"{address}&as=csv").text).values():
        assert not {"birch", "cedar"} <= {*members}
    read = pages.read("/classes/7a/groups?smallest=3&one=birch&other=cedar")
    assert '<option value="birch" selected>' in read.source
    assert '<option value="cedar" selected>' in read.source


def test_groups_after_these_put_others_together_and_the_third_time_is_warned_of(pages: Pages) -> None:
    first = pages.read("/classes/7a/groups")
    after = query_of(_next(first))
    assert [one.focus for one in read_earlier(io.StringIO(after["last"]))] == ["RA6.2", "FR3.4", "RA6.1"]
    second = pages.read(_next(first))
    assert str(say("groups.counts", need=20, unlocks=17, repeats=0, total=37)) not in second.said
    assert query_of(_next(second))["before"] == after["last"]
    alone = earlier_text([EarlierGroup("RA6.2", ["birch"])])
    again = urlencode({"last": alone, "before": alone})
    assert "for the third time" in pages.read(f"/classes/7a/groups?{again}").said


def test_a_whole_export_of_earlier_groups_is_taken_and_its_address_becomes_short(pages: Pages) -> None:
    exported = pages.get("/classes/7a/groups?as=csv").text
    answer = pages.get("/classes/7a/groups?" + urlencode({"last": "\ufeff" + exported.replace("\n", "\r\n")}))
    assert answer.status_code == 303
    assert len(answer.headers["location"]) < len(exported)
    assert pages.get(answer.headers["location"]).status_code == 200


def test_what_cannot_be_used_is_said_on_the_page_beside_what_was_typed(pages: Pages) -> None:
    for query, said in (
        ("smallest=7&largest=3", "largest: 7 or more was wanted"),
        ("one=ash&other=", str(say("groups.half_pair"))),
        ("one=ash&other=oak", str(say("groups.strangers"))),
        ("last=nothing+of+this", "the columns group, focus and learner were wanted"),
    ):
        answer = pages.get(f"/classes/7a/groups?{query}")
        assert answer.status_code == 422
        assert said in Read(answer.text).said
    assert ">nothing of this</textarea>" in answer.text
    assert pages.get("/classes/7a/groups?smallest=1").status_code == 422


def test_hidden_names_are_in_no_word_and_no_address_of_groups_whatever_was_chosen_before(pages: Pages) -> None:
    pages.tells_nobody("/classes/7a/groups")
    last = query_of(_next(pages.read("/classes/7a/groups")))["last"]
    query = urlencode({"one": "birch", "other": "cedar", "last": last, "names": "hidden"})
    there = pages.get(f"/classes/7a/groups?{query}").headers["location"]
    assert "birch" not in there
    assert "cedar" not in there
    pages.tells_nobody(there.replace("names=hidden&", ""))
    shown = pages.get(there.replace("names=hidden&", "")).headers["location"]
    assert query_of(shown)["one"] == "birch"
    assert query_of(shown)["last"] == last


def test_groups_are_planned_by_who_plans_for_the_class(pages: Pages) -> None:
    assert pages.get("/classes/7a/groups", "coach").status_code == 200
    assert pages.get("/classes/7a/groups", "teacher-7b").status_code == 403
    assert pages.get("/classes/7a/groups", "family").status_code == 403
