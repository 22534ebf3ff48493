"""The page of the policy: what is in force, what another would do and to whom, and publishing what was looked at."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages_asked import Reader, reading
from planning_pages import NAMES, Read

from mastery import Policy
from mastery.adapters.pages.catalogue import say
from mastery.policy_words import words
from mastery.publishing import Effect, Impact, Work, by_effect
from mastery.rewording import cut_at
from mastery.standing import Action


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The demonstration class, of which nothing is written."""
    with reading(tmp_path_factory.mktemp("policy") / "files" / "school.db", made) as found:
        yield found


@pytest.fixture
def own(made: bytes, tmp_path: Path) -> Iterator[Reader]:
    """The demonstration class, to be written to."""
    with reading(tmp_path / "files" / "school.db", made) as found:
        yield found


def in_force(pages: Reader) -> Policy:
    """Return the policy in force."""
    tenant = pages.tenants.get("school")
    assert tenant is not None
    return tenant.study.classroom(()).policy


def looked(pages: Reader, **fields: str) -> Any:
    """Look at another policy as the office does."""
    return pages.post("/policy/look", "office", seen=in_force(pages).version, **fields)


def read(answer: Any) -> Read:
    """Read a page that was given."""
    assert answer.status_code == 200, answer.text[-800:]
    return Read(answer.text)


def impact(pages: Reader, policy: Policy) -> Any:
    """Return what the service answers to the same question."""
    body = {"form": "words", "text": words(policy)}
    headers = {"cookie": pages.session("office")[0], "x-csrf-token": pages.session("office")[1]}
    return pages.client.post("/v1/policy:impact", json=body, headers=headers).json()


def test_everybody_who_may_read_the_rules_reads_each_sentence_and_since_when(pages: Reader) -> None:
    for person in ("teacher-7a", "alder", "family", "office"):
        page = read(pages.get("/policy", person))
        for line in words(in_force(pages)).splitlines()[2:]:
            assert line.removeprefix("- ") in page.said
        assert in_force(pages).version in page.said
        assert "<time datetime=" in page.source


def test_only_who_may_publish_is_shown_a_form_and_only_now(pages: Reader) -> None:
    def forms(address: str, person: str) -> list[str]:
        return re.findall(r'action="([^"]*/policy[^"]*)"', pages.get(address, person).text)

    assert len(forms("/policy", "office")) == 2
    assert forms("/policy", "teacher-7a") == []
    assert forms("/policy?as_of=2026-03-16", "office") == []
    assert pages.post("/policy/look", "teacher-7a", cut="0.9").status_code == 403
    assert pages.post("/policy/look?as_of=2026-03-16", "office", cut="0.9").status_code == 422


def test_a_cut_score_is_changed_in_one_field_and_its_effect_is_seen_first(pages: Reader) -> None:
    page = read(looked(pages, cut="0.9"))
    assert "It is enough at 0.9, from at least 3 pieces on at least 2 occasions." in page.said
    assert str(say("policy.touched", n=27, of=28)) in page.said
    assert str(say("policy.questioned", n=27)) in page.said
    assert in_force(pages).criteria.mastered_at == 0.8
    assert looked(pages, cut="0,9").status_code == 200


@pytest.mark.parametrize("cut", [0.4, 0.6, 0.75, 0.95])
def test_what_the_page_says_of_a_cut_score_is_what_the_service_answers(pages: Reader, cut: float) -> None:
    """Each count is that of a list of as many names, and leads to it; each learner is named with each competency."""
    page = read(looked(pages, cut=f"{cut}"))
    learners = impact(pages, cut_at(in_force(pages), cut))["learners"]
    for effect in ("gained", "locked", "questioned", "lost"):
        touched = [one for one in learners if one[effect]]
        counts = [said.split()[0] for href, said in page.links if href == f"#{effect}"]
        assert counts == ([str(len(touched))] if touched else [])
        for one in touched:
            assert {f"/learners/{one['learner']}/why/{name}" for name in one[effect]} <= {*dict(page.links)}


def test_the_effect_is_exported_as_it_is_shown(pages: Reader) -> None:
    text = words(cut_at(in_force(pages), 0.9))
    page = read(looked(pages, text=text))
    told = [one["formaction"] for one in page.fields if "formaction" in one]
    assert [one and one.partition("as=")[2] for one in told] == ["csv", "json"]
    answer = pages.post("/policy/look?as=csv", "office", text=text, seen="")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == page.source.count("<li><div><a href=")
    assert {row["effect"] for row in rows} == {"questioned", "continue"}
    whole = json.loads(pages.post("/policy/look?as=json", "office", text=text, seen="").text)
    assert whole == impact(pages, cut_at(in_force(pages), 0.9))


def test_what_was_looked_at_stands_in_the_form_to_the_letter_and_is_what_is_published(own: Reader) -> None:
    text = words(cut_at(in_force(own), 0.75)) + '\nFor competencies tagged "a \\"<b>\\" & c", just as above.\n'
    page = looked(own, text=text)
    sent = [html.unescape(one) for one in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)]
    assert sent == [text, text]
    assert str(say("policy.idle", number=1)) in Read(page.text).said
    seen = in_force(own).version
    answer = own.post("/policy/publish", "office", text=sent[0], seen=seen)
    assert answer.status_code == 303
    assert in_force(own).criteria.mastered_at == 0.75
    done = read(own.get(answer.headers["location"], "office"))
    assert str(say("policy.published")) in done.said
    late = own.post("/policy/publish", "office", text=sent[0], seen=seen)
    assert late.status_code == 412
    assert {*Read(late.text).values("seen")} == {in_force(own).version}


def test_a_message_of_something_that_did_not_happen_cannot_be_made_by_a_link(pages: Reader) -> None:
    assert str(say("policy.published")) not in read(pages.get("/policy?published=1", "office")).said


def test_rules_are_taken_as_toml_as_well(pages: Reader) -> None:
    page = read(looked(pages, text="[criteria]\nmastered_at = 0.6\n"))
    assert "It is enough at 0.6," in page.said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cut": "high"}, "A score from 0 to 1 was wanted"),
        ({"cut": "2"}, "0"),
        ({"text": "- It is enough at 0.8, more or less."}, "line 1"),
        ({"text": ""}, "The rules were wanted"),
        ({"text": "[criteria]\nmastered_at = 7\n"}, "mastered_at"),
    ],
)
def test_what_is_no_policy_is_refused_in_words_and_comes_back(pages: Reader, fields: dict[str, str], said: str) -> None:
    answer = looked(pages, **fields)
    assert answer.status_code == 422
    page = Read(answer.text)
    assert said in page.said
    if fields.get("text"):
        assert fields["text"] in html.unescape(answer.text)


def test_rules_of_which_nothing_changes_say_so(pages: Reader) -> None:
    page = read(looked(pages, text=words(in_force(pages))))
    assert str(say("policy.same")) in page.said
    assert str(say("policy.nothing", of=28)) in page.said


def test_hidden_names_are_in_no_word_and_no_address_of_an_effect(pages: Reader) -> None:
    answer = pages.post("/policy/look?names=hidden", "office", cut="0.9", seen="")
    found = [name for name in NAMES if re.search(rf"(?<![\w-]){name}(?![\w-])", answer.text)]
    assert (answer.status_code, found) == (200, [])
    assert "formaction" not in answer.text
    assert all("names=hidden" in one for one in re.findall(r'action="([^"]*/policy[^"]*)"', answer.text))
    assert pages.post("/policy/look?names=hidden&as=csv", "office", cut="0.9").status_code == 406


def test_the_address_of_what_was_looked_at_shows_the_rules_in_force(pages: Reader) -> None:
    page = read(pages.get("/policy/look?names=hidden", "office"))
    assert str(say("policy.in_force")) in page.said
    assert str(say("policy.effect")) not in page.said


def test_a_policy_without_the_token_of_the_session_is_not_published(pages: Reader) -> None:
    answer = pages.post("/policy/publish", "office", csrf="", text=words(Policy()), seen=in_force(pages).version)
    assert answer.status_code == 403


names = st.lists(st.sampled_from(["A", "B", "C"]), unique=True, max_size=3).map(tuple)
works = st.lists(st.builds(Work, st.sampled_from([Action.CHECK, Action.RECHECK]), names), max_size=2)
impacts = st.lists(
    st.builds(Impact, st.sampled_from(["oak", "elm"]), names, names, names, names, st.just(0), works.map(tuple)),
    max_size=4,
)


@given(impacts)
def test_by_effect_every_name_of_every_impact_is_there_once_and_no_list_is_empty(found: list[Impact]) -> None:
    told = by_effect(found)
    assert all(names for touched in told.values() for _, names in touched)
    assert all(told.values())
    for effect in (Effect.GAINED, Effect.LOCKED, Effect.QUESTIONED, Effect.LOST):
        assert told.get(effect, []) == [(one.learner, getattr(one, effect)) for one in found if getattr(one, effect)]
    for action in (Action.CHECK, Action.RECHECK):
        asked = [(one.learner, work.competencies) for one in found for work in one.work if work.action is action]
        assert told.get(Effect(action), []) == [(learner, names) for learner, names in asked if names]
