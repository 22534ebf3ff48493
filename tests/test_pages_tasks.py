"""The timed tasks on the demonstration class, with known answers: each in the number of clicks that is promised.

Ten there are. The tenth, a developer's first unlock from an app of their own, is done by the page for developers, which
`test_lms_docs.py` runs.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from browsing import Site, launched, page_of, site_at

from mastery.adapters.cli.simulation import LEARNERS


@define
class Visitor:
    """Somebody before a page, whose clicks are counted. Looking and typing are no clicks."""

    page: Any
    clicks: int = 0

    def click(self, selector: str) -> None:
        """Click something, and be where it leads."""
        self.clicks += 1
        with self.page.expect_navigation():
            self.page.click(selector)
        self.page.wait_for_selector("[aria-busy]", state="detached")

    def said(self, selector: str = "main") -> str:
        """Return what stands somewhere, spaces made one."""
        return re.sub(r"\s+", " ", self.page.locator(selector).first.inner_text())

    def every(self, selector: str) -> list[str]:
        """Return what stands in each of several places."""
        return [re.sub(r"\s+", " ", one).strip() for one in self.page.locator(selector).all_inner_texts()]


@pytest.fixture(scope="module")
def site(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration class; nothing here is written."""
    path: Path = tmp_path_factory.mktemp("tasks") / "school" / "school.db"
    with site_at(path, made) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all of these."""
    with launched() as found:
        yield found


def begun(browser: Any, site: Site, person: str, address: str = "/") -> Visitor:
    """Return somebody who has signed in and stands at an address: their first page, where nothing else is said."""
    page = page_of(browser, site, person, reduced_motion="reduce")
    page.goto(address)
    page.wait_for_selector("[aria-busy]", state="detached")
    return Visitor(page)


def test_why_a_learner_is_locked_and_the_cheapest_way_out(browser: Any, site: Site) -> None:
    """One click, from the cell of the map: RA6.11 is locked for holly, and either of RA6.8 and RA6.10 opens it."""
    teacher = begun(browser, site, "teacher-7a", "/classes/7a/map")
    names = teacher.every("table.map thead th.code")
    at = names.index("RA6.11") + 1
    teacher.click(f"table.map tbody tr:has(th bdi:text-is('holly')) td:nth-of-type({at}) a")
    assert teacher.clicks == 1
    assert teacher.said("h1").startswith("RA6.11")
    assert "locked" in teacher.said("h1")
    ways = teacher.every("section:has(#ways) > ul > li")
    assert [re.findall(r"[A-Z]{2}\d\.\d+", way)[:1] for way in ways] == [["RA6.8"], ["RA6.10"]]
    assert [len(set(re.findall(r"[A-Z]{2}\d\.\d+", way))) for way in ways] == [1, 1], "each way is minimal"


def test_who_is_ready_and_who_is_one_piece_away(browser: Any, site: Site) -> None:
    """One click, from the heading of the map: eleven can begin FR3.4, and holly is one competency away."""
    teacher = begun(browser, site, "teacher-7a", "/classes/7a/map")
    teacher.click("table.map thead th.code a:has(bdi:text-is('FR3.4'))")
    assert teacher.clicks == 1
    ready = [one.split()[0] for one in teacher.every("section:has(#ready) li > div:first-child")]
    away = [one.split()[0] for one in teacher.every("section:has(#one_away) li > div:first-child")]
    assert ready == [
        "alder",
        "aspen",
        "beech",
        "birch",
        "cedar",
        "cherry",
        "cypress",
        "elm",
        "fir",
        "hawthorn",
        "hemlock",
    ]
    assert away == ["holly"]


def test_what_to_teach_tomorrow(browser: Any, site: Site) -> None:
    """No click: a teacher's first page says that FR3.4 frees most learners, and whom."""
    teacher = begun(browser, site, "teacher-7a")
    assert teacher.clicks == 0
    lead = teacher.said("section.lead")
    assert "FR3.4 opens the way for 9 learners" in lead
    freed = ["aspen", "beech", "birch", "cedar", "cypress", "elm", "fir", "hawthorn", "hemlock"]
    assert [one for one in LEARNERS if re.search(rf"\b{one}\b", lead)] == freed


def test_three_groups_for_tomorrow_with_reasons(browser: Any, site: Site) -> None:
    """Two clicks at most: three groups of those who need the same, and for each member a reason."""
    teacher = begun(browser, site, "teacher-7a")
    teacher.click("a:text-is('Make groups')")
    assert teacher.clicks <= 2
    groups = teacher.page.locator(".sheet .card:has(h2:has-text('Group'))")
    assert groups.count() == 3
    assert [teacher.every(".sheet h2")[n].split()[2] for n in range(3)] == ["RA6.2", "FR3.4", "RA6.1"]
    for n in range(3):
        members = groups.nth(n).locator("li")
        reasons = groups.nth(n).locator("li p.quiet")
        assert members.count() == reasons.count() >= 3
        assert all(reasons.all_inner_texts())


def test_what_accepting_does_is_shown_while_scoring(browser: Any, site: Site) -> None:
    """No click more: while alder's check of RA6.1 is scored, the page says what a score would do."""
    teacher = begun(browser, site, "teacher-7a", "/learners/alder/review/RA6.1")
    with teacher.page.expect_response(lambda one: one.url.endswith("/what-if")):
        teacher.page.fill("input[name=score]", "0.9")
    teacher.page.wait_for_selector(".would:has-text('0.90')")
    passed = teacher.said(".would")
    with teacher.page.expect_response(lambda one: one.url.endswith("/what-if")):
        teacher.page.fill("input[name=score]", "0.5")
    teacher.page.wait_for_selector(".would:has-text('0.50')")
    assert "RA6.1 is met" in passed
    assert "is met" not in teacher.said(".would")
    assert teacher.clicks == 0
    assert "RA6.1" not in begun(browser, site, "teacher-7a", "/learners/alder").said("section:has(#met)")


def test_a_sentence_for_a_parent(browser: Any, site: Site) -> None:
    """No click: a family's first page says where their child stands, in one sentence."""
    family = begun(browser, site, "family")
    assert family.page.url.endswith("/family/alder")
    assert "alder has met 6 of 63 goals." in family.said("section.lead")


def test_what_changed_since_monday_and_because_of_whom(browser: Any, site: Site) -> None:
    """One click: 18 were met and 25 unlocked since 9 March, by what learners did, and each line says by what."""
    teacher = begun(browser, site, "teacher-7a")
    figures = teacher.said("section:has(#since)")
    assert "18 met" in figures
    assert "25 unlocked" in figures
    teacher.click("a:text-is('See each change and its cause')")
    assert teacher.clicks == 1
    head, first = teacher.every("thead tr")[0].split(), teacher.every("tbody tr")[0]
    assert ("met" in head, first.startswith("By what learners did 18 25")) == (True, True)
    lines = teacher.page.locator(".story > li")
    causes = lines.locator("p.quiet").all_text_contents()
    assert lines.count() == len(causes) >= 43
    assert all(causes)


def test_a_cut_score_and_its_effect_first(browser: Any, site: Site) -> None:
    """The rules say 0.8; with 0.9 in its place one click says for whom what would change, and nothing has changed."""
    office = begun(browser, site, "office", "/policy")
    assert office.page.locator("input[name=cut]").input_value() in ("0.8", "0.80")
    office.page.fill("input[name=cut]", "0.9")
    office.click("form:has(input[name=cut]) button")
    assert office.clicks == 1
    assert "Something would change for 27 of 28 learners" in office.said("section.lead")
    assert "It is enough at 0.8," in begun(browser, site, "office", "/policy").said()


def test_a_gate_is_shown_to_be_fair(browser: Any, site: Site) -> None:
    """One export: with a file of subgroups pasted, the comparison, and the same as a file for the board."""
    office = begun(browser, site, "office", "/classes/everybody/fairness")
    rows = [f"{learner},{'home' if n % 2 else 'school'}" for n, learner in enumerate(LEARNERS)]
    office.page.fill("textarea[name=of]", "\n".join(["learner,language", *rows]))
    office.click("form.settings button:has-text('Compare')")
    assert office.page.locator("section h2[id^=g]").count() >= 1
    with office.page.expect_download() as coming:
        office.page.click("button[name=as][value=csv]")
    told = list(csv.DictReader(io.StringIO(Path(coming.value.path()).read_text())))
    assert {row["subgroup"] for row in told} >= {"home", "school"}
    assert not {*LEARNERS} & {value for row in told for value in row.values()}
