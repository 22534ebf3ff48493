"""A competency in its class, the framework as picture and list, and how the service does: each is what was asked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from pages_asked import Reader, reading
from planning_pages import NAMES, Read

from mastery import Policy
from mastery.adapters.pages.catalogue import say


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """The demonstration class, in which rules are put in force once, by the last test."""
    with reading(tmp_path_factory.mktemp("rules") / "files" / "school.db", made) as found:
        yield found


def read(pages: Reader, address: str, person: str = "teacher-7a") -> Read:
    """Open a page that there is."""
    answer = pages.get(address, person)
    assert answer.status_code == 200, answer.text[-800:]
    return Read(answer.text)


RA = "/classes/7a/competencies/RA6.11"


def test_who_can_begin_and_who_is_two_away_of_what_is_on_one_page(pages: Reader) -> None:
    page = read(pages, RA)
    assert str(say("competency.ready")) in page.said
    sections = re.findall(r'<h2 id="(\w+)">.*?</h2>(.*?)</section>', page.source, re.DOTALL)
    named = {key: re.findall(r'href="/learners/([a-z]+)"', text) for key, text in sections}
    assert named["ready"] == ["hawthorn", "hazel"]
    assert named["two_away"] == ["beech", "birch", "cedar", "fir"]
    assert "First FR5.1 and then RA6.10, or RA6.5 and then RA6.8." in page.said
    assert sorted(name for names in named.values() for name in names) == sorted(NAMES)


def test_each_name_on_a_competency_has_its_reason_one_link_away(pages: Reader) -> None:
    page = read(pages, RA)
    identifier = next(href.rpartition("/")[2] for href, _ in page.links if "/framework/" in href)
    assert {f"/learners/{name}/why/{identifier}" for name in NAMES} <= {*dict(page.links)}


def test_each_number_of_a_competency_is_that_of_the_list_that_it_leads_to(pages: Reader) -> None:
    for address in (RA, "/classes/7a/competencies/FR3.4"):
        page = read(pages, address)
        rows = list(csv.DictReader(io.StringIO(pages.get(f"{address}?as=csv", "teacher-7a").text)))
        counts = {href[1:]: int(said.split()[0]) for href, said in page.links if re.match("#(?!main)", href)}
        assert counts == {key: sum(row["distance"] == key for row in rows) for key in counts}
        assert sum(counts.values()) == len(rows) == 14


def test_a_competency_says_what_it_needs_in_words_and_when_its_check_is_passed(pages: Reader) -> None:
    """Which of the things it names are a choice is in the sentence, not in the links alone."""
    page = read(pages, RA)
    assert "RA6.10 or RA6.8" in page.said or "RA6.8 or RA6.10" in page.said
    assert str(say("competency.check", mark="0.75")) in page.said


def test_hidden_names_are_in_no_word_and_no_address_of_a_competency(pages: Reader) -> None:
    source = read(pages, f"{RA}?names=hidden").source
    assert [name for name in NAMES if re.search(rf"(?<![\w-]){name}(?![\w-])", source)] == []


def test_a_competency_or_a_class_that_there_is_not_is_refused(pages: Reader) -> None:
    assert pages.get("/classes/7a/competencies/NOPE", "teacher-7a").status_code == 404
    assert pages.get("/classes/7b/competencies/RA6.11", "teacher-7a").status_code == 403
    assert pages.get("/framework/NOPE", "teacher-7a").status_code == 404


def test_the_picture_of_the_framework_links_to_what_its_list_links_to(pages: Reader) -> None:
    page = read(pages, "/framework")
    picture, _, rest = page.source.partition("</svg>")
    linked = set(re.findall(r'<a href="(/framework/[^"]+)"', picture[picture.index("<svg") :]))
    listed = set(re.findall(r'<a class="why" href="(/framework/[^"]+)"', rest))
    assert len(linked) == 63
    assert linked == listed
    for address in sorted(linked)[::16]:
        assert read(pages, address).leading_to("/framework")


def test_the_framework_has_no_style_in_an_attribute_and_its_one_style_is_allowed_by_hash(pages: Reader) -> None:
    answer = pages.get("/framework", "alder")
    assert not re.search(r"<[^>]*\sstyle=", answer.text)
    assert "'sha256-" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_around_a_competency_each_box_says_how_a_learner_stands_and_leads_to_why(pages: Reader) -> None:
    page = read(pages, "/learners/holly/around/FR3.4")
    picture = page.source[page.source.index("<svg") : page.source.index("</svg>")]
    boxes = re.findall(r'<a href="/learners/holly/why/([^"]+)">(.*?)</a>', picture, re.DOTALL)
    assert len(boxes) == 9
    tenant = pages.tenants.get("school")
    assert tenant is not None
    progress = tenant.engine.progress("holly")
    assert all(progress.status(identifier).value.replace("_", " ") in box for identifier, box in boxes)
    assert "/learners/holly/around/" in "".join(href for href, _ in read(pages, "/learners/holly").links)
    hidden = read(pages, "/learners/holly/around/FR3.4").leading_to("/learners/~p")[0]
    assert "holly" not in read(pages, hidden).source
    assert pages.get("/learners/oak/around/FR3.4", "teacher-7a").status_code == 403


def test_operations_is_for_the_office_and_names_what_was_put_in_force_the_latest_first(pages: Reader) -> None:
    assert pages.get("/operations", "teacher-7a").status_code == 403
    before = read(pages, "/operations", "office")
    assert str(say("operations.ready")) in before.said
    assert len(before.leading_to("/policy?as_of=")) == len(before.leading_to("/framework?as_of=")) == 1
    tenant = pages.tenants.get("school")
    assert tenant is not None
    tenant.study.adopt(policy=Policy(floors=["FR3.4"]))
    after = read(pages, "/operations", "office").leading_to("/policy?as_of=")
    assert len(after) == 2
    assert read(pages, after[0], "office").source.count("FR3.4") >= 1


def test_who_saw_what_is_told_to_families_of_their_own_and_to_nobody_of_others(pages: Reader) -> None:
    read(pages, "/learners/alder")
    read(pages, "/learners/ash")
    page = read(pages, "/disclosures", "family")
    assert "teacher-7a" in page.said
    assert page.leading_to("/disclosures?learner=alder")
    assert not page.leading_to("/disclosures?learner=ash")
    assert pages.get("/disclosures?learner=ash", "family").status_code == 403
    assert pages.get("/disclosures", "teacher-7a").status_code == 403
