"""Pages that write: scoring, deciding, quick entry, rules. What they say they would do is what they do, and once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from attrs import define, evolve
from serving import class_file
from starlette.testclient import TestClient

from mastery import Status
from mastery.adapters.http.app import service
from mastery.adapters.http.desk import Desk
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenant, Tenants

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)


@define
class Site:
    """The service in this process, on a file of the demonstration class, with a browser's headers."""

    client: TestClient
    tokens: dict[str, str]
    tenant: Tenant

    def get(self, path: str, who: str = "teacher-7a") -> Any:
        """Open a page."""
        return self.client.get(path, headers=self._head(who))

    def post(self, path: str, who: str = "teacher-7a", **fields: str) -> Any:
        """Send a form."""
        return self.client.post(path, data=fields, headers=self._head(who))

    def _head(self, who: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[who]}", "accept": "text/html"}

    def status(self, learner: str, competency: str) -> Status:
        """Return where a learner stands."""
        return self.tenant.engine.progress(learner).status(competency)

    @property
    def facts(self) -> int:
        """How many facts there are."""
        return self.tenant.engine.position[0]

    def after(self, answer: Any, who: str = "teacher-7a") -> str:
        """Return the words of the page to which somebody is sent who has sent a form."""
        assert answer.status_code == 303, said(answer.text)
        return said(self.get(answer.headers["location"], who).text)


@pytest.fixture
def site(made: bytes, tmp_path: Path) -> Iterator[Site]:
    path = tmp_path / "files" / "school.db"
    tokens = class_file(path, made)
    with Tenants.opened({"school": path}, clock=lambda: MONDAY) as tenants:
        app = service(tenants, Settings(clock=lambda: MONDAY, secure=False))
        tenant = tenants.get("school")
        assert tenant is not None
        with TestClient(app, follow_redirects=False) as client:
            yield Site(client, tokens, tenant)


def said(text: str) -> str:
    """Return the words of a page, without its markup."""
    return " ".join(re.sub("<[^>]*>", " ", text).split())


def key_of(text: str) -> str:
    """Return the key that a form was made with."""
    found = re.search(r'name="key" value="([^"]+)"', text)
    assert found is not None
    return found[1]


REVIEW = "/learners/holly/review/WN3.2"


def test_a_review_says_before_it_is_scored_what_the_mark_would_do_and_what_just_below_it(site: Site) -> None:
    """Nothing is written by looking, with the button or as the slider moves."""
    before = site.facts
    page = said(site.get(REVIEW).text)
    assert "At 0.90: WN3.2 is met; WN4.3 is unlocked: now ready; ME4.1 is unlocked: now ready." in page
    assert "At 0.85: WN3.2 was check due, now not yet." in page
    for who in ("teacher-7a", "coach"):  # who may not record may look
        looked = site.post(f"{REVIEW}/what-if", who, score="0.95", purpose="check", do="look", source="a note")
        assert "At 0.95: WN3.2 is met" in said(looked.text)
        assert 'value="a note"' in looked.text
    part = site.post(f"{REVIEW}/what-if", score="0,5", purpose="check")
    assert said(part.text) == "At 0.50: WN3.2 was check due, now not yet."
    assert site.facts == before


def test_a_score_does_what_it_said_and_is_recorded_once(site: Site) -> None:
    """The form sent again says that it was recorded already; taking it back undoes all of it, with a reason."""
    key = key_of(site.get(REVIEW).text)
    form = {"score": "0.9", "purpose": "check", "key": key, "do": "record", "day": "2026-03-16"}
    first = site.after(site.post(REVIEW, **form))
    assert "Recorded: 0.90. WN3.2 is met WN4.3 is unlocked: now ready ME4.1 is unlocked: now ready" in first
    assert site.status("holly", "WN3.2") is Status.MET
    facts = site.facts
    assert site.after(site.post(REVIEW, **form)) == first
    assert site.facts == facts
    other = site.post(REVIEW, **{**form, "score": "0.7"})
    assert (other.status_code, "was saved before, with something else in it" in said(other.text)) == (422, True)
    assert key_of(other.text) != key  # sent again, it is another piece
    assert site.facts == facts
    assert site.post("/learners/holly/take-back", fact=key, why=" ").status_code == 422
    assert site.status("holly", "WN3.2") is Status.MET
    back = site.post("/learners/holly/take-back", fact=key, why="entered by mistake")
    assert urlsplit(back.headers["location"]).path == "/learners/holly/why/fpr-multiplication-facts"
    assert site.status("holly", "WN3.2") is Status.CHECK_DUE
    assert "It was taken back since." in said(site.get(f"{REVIEW}?done={key}").text)
    assert "Recorded" not in said(site.get(f"/learners/alder/review/WN3.2?done={key}").text)
    assert site.post("/learners/oak/take-back", who="teacher-7b", fact=key, why="mine").status_code == 404


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"score": "much"}, "A number was wanted, got 'much'."),
        ({"score": "7"}, "score"),
        ({"score": "0.9", "day": "16 March"}, "A day such as 2026-03-16 was wanted"),
        ({"score": "0.9", "day": "2027-01-01"}, "is ahead"),
        ({"score": "nan"}, "score"),
        ({"score": ""}, "score"),
        ({"score": "0.9", "points": "18"}, "points with maximum"),
        ({"score": "0.9", "points": "21", "maximum": "20"}, "from 0 to the maximum"),
        ({"score": "0.9", "points": "<b>", "maximum": "20"}, "A number was wanted, got '&lt;b&gt;'."),
    ],
)
def test_what_cannot_be_scored_is_told_beside_the_form_which_keeps_what_was_typed(
    site: Site, fields: dict[str, str], told: str
) -> None:
    """And nothing is recorded."""
    before = site.facts
    found = site.post(REVIEW, purpose="check", source="a note", do="record", **fields)
    assert found.status_code == 422
    assert told in said(found.text).replace("&#39;", "'")
    assert 'value="a note"' in found.text
    assert site.facts == before


def test_a_decision_is_looked_at_first_and_done_when_it_is_confirmed(site: Site) -> None:
    """A decision without a reason is refused; what it says it would do is what it does."""
    path, before = "/learners/hazel/decide/FR5.1", site.facts
    key = key_of(site.get(path).text)
    assert site.post(path, kind="grant", key=key).status_code == 422
    looked = said(site.post(path, kind="grant", why="seen in class", key=key, do="look").text)
    assert "Grant: what it would do FR5.1 is met" in looked
    assert site.facts == before
    done = site.after(site.post(path, kind="grant", why="seen in class", key=key, do="record"))
    assert "Decided and kept. FR5.1 is met RA6.10 is unlocked: now ready" in done
    facts = site.facts
    assert site.after(site.post(path, kind="grant", why="seen in class", key=key, do="record")) == done
    assert site.facts == facts
    assert site.status("hazel", "FR5.1") is Status.MET
    (fact,) = (one for one in site.tenant.engine.progress("hazel").facts if one.key == key)
    assert (fact.by, fact.why) == ("teacher-7a", "seen in class")  # type: ignore[union-attr]


def test_points_of_a_maximum_are_the_score_and_go_before_it(site: Site) -> None:
    """18 of 20 is 0.90."""
    fields = {"score": "0.2", "points": "18", "maximum": "20", "purpose": "check"}
    assert "At 0.90: WN3.2 is met" in said(site.post(f"{REVIEW}/what-if", **fields).text)
    assert "Recorded: 0.90." in site.after(site.post(REVIEW, **fields))


def test_a_form_that_came_twice_at_the_same_time_is_recorded_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second was read before the first was kept, and at another time by the clock."""
    form = {"score": "0.9", "purpose": "check", "key": key_of(site.get(REVIEW).text)}
    kept, asked = Desk.record, []

    def late(desk: Desk, facts: Any) -> Any:
        if not asked:
            asked.append(True)
            early = evolve(facts[0], observed_at=facts[0].observed_at - timedelta(seconds=1))
            kept(desk, [early])
        return kept(desk, facts)

    monkeypatch.setattr(Desk, "record", late)
    before = site.facts
    assert "Recorded: 0.90." in site.after(site.post(REVIEW, **form))
    assert site.facts == before + 2  # the piece, and the credit that it earned


def test_a_hold_can_be_ended_where_there_is_one_and_taken_back(site: Site) -> None:
    """Its end is looked at first too; what holds nobody cannot be ended."""
    path = "/learners/hazel/decide/FR5.1"
    page = site.get(path)
    assert "held: portfolio to be looked at together" in said(page.text)
    assert re.findall(r'name="kind" value="(end-\w+)"', page.text) == ["end-hold"]
    form = {"kind": "end-hold", "why": "looked at", "key": key_of(page.text)}
    assert "End the hold: what it would do FR5.1 was awaiting, now ready" in said(
        site.post(path, do="look", **form).text
    )
    assert "FR5.1 was awaiting, now ready" in site.after(site.post(path, do="record", **form))
    assert site.status("hazel", "FR5.1") is Status.READY
    assert site.post("/learners/hazel/take-back", fact=form["key"], why="too early").status_code == 303
    assert site.status("hazel", "FR5.1") is Status.AWAITING
    assert "end-" not in site.get("/learners/holly/decide/WN3.2").text


def test_where_names_are_hidden_scoring_leads_to_no_name(site: Site) -> None:
    """Neither the page that a form leads to nor its address."""
    address = re.search(r"/learners/([^/]+)/review/", site.get("/classes/7a/inbox?names=hidden").text)
    assert address is not None
    path = f"/learners/{address[1]}/review/RA6.1?names=hidden"
    sent = site.post(path, score="0.5", purpose="formative", key=key_of(site.get(path).text))
    assert address[1] in sent.headers["location"]
    assert "names=hidden" in sent.headers["location"]
    page = site.get(sent.headers["location"])
    assert "Recorded: 0.50." in said(page.text)
    assert not re.search(r"alder|hazel|cherry|holly", page.text)


def test_quick_entry_records_what_was_touched_and_nothing_else(site: Site) -> None:
    """Sent twice it is recorded once; what it changed is told by name."""
    path = "/classes/7a/entry"
    key = key_of(site.get(f"{path}?competency=FR3.4").text)
    form = {
        "competency": "FR3.4",
        "key": key,
        "day": "2026-03-16",
        "seen:alder": "got_it",
        "seen:elm": "not_yet",
        "seen:fir": "",
    }
    before = site.facts
    first = site.after(site.post(path, **form))
    assert "2 entries are saved." in first
    assert "alder : FR3.4 was ready, now in progress" in first
    assert site.facts == before + 2
    assert site.after(site.post(path, **form)) == first
    other = site.post(path, **{**form, "seen:alder": "nearly"})
    assert (other.status_code, "was saved before, with something else in it" in said(other.text)) == (422, True)
    assert site.facts == before + 2
    rows = site.get(f"{path}?competency=FR3.4&done={key}&as=csv").text.splitlines()
    assert rows[0] == "learner,change"
    assert 'alder,"FR3.4 was ready, now in progress"' in rows
    assert "entries are saved" not in said(site.get(f"/classes/7b/entry?done={key}", "teacher-7b").text)


def test_an_entry_that_cannot_be_kept_is_told_and_nothing_of_it_is_lost(site: Site) -> None:
    """All of it is refused, and the form has what was touched."""
    form = {"competency": "FR3.4", "day": "2027-01-01", "seen:alder": "got_it", "source": "at the board"}
    before = site.facts
    found = site.post("/classes/7a/entry", **form)
    assert found.status_code == 422
    assert "is ahead" in found.text
    assert re.search(r'name="seen:alder" value="got_it" checked', found.text)
    assert 'value="at the board"' in found.text
    assert site.post("/classes/7a/entry", competency="FR3.4").status_code == 422
    assert site.post("/classes/7a/entry", competency="FR3.4", **{"seen:alder": "wow"}).status_code == 422
    assert site.facts == before


def test_what_is_wrong_with_an_entry_is_told_row_by_row(site: Site) -> None:
    """Nothing is recorded, and what was touched in the other rows stays touched."""
    form = {"competency": "FR3.4", "seen:alder": "got_it", "seen:elm": "<i>wow", "seen:linden": "nearly"}
    before = site.facts
    found = site.post("/classes/7a/entry", **form)
    assert found.status_code == 422
    assert "Nothing is saved yet" in said(found.text)
    assert "elm : One of not_yet, nearly, got_it was wanted, got &#39;&lt;i&gt;wow&#39;." in said(found.text)
    assert "linden is not in this class now." in said(found.text)
    assert "<i>wow" not in found.text
    assert re.search(r'name="seen:alder" value="got_it" checked', found.text)
    assert site.facts == before


def test_rules_are_looked_at_before_they_are_published_and_refused_if_others_came_between(site: Site) -> None:
    """The impact says for whom something would change; what is published is what was looked at."""
    page = site.get("/policy", who="office").text
    found = re.search(r'<textarea name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert found is not None
    assert seen is not None
    text = found[1].replace("It is enough at 0.8,", "It is enough at 0.6,").replace("&#39;", "'")
    looked = site.post("/policy/look", who="office", text=text, seen=seen[1])
    assert looked.status_code == 200
    assert re.search(r"Something would change for \d+ of 28 learners:", said(looked.text))
    assert site.tenant.study.policy.version == seen[1]
    late = site.post("/policy/publish", who="office", text=text, seen="another")
    assert (late.status_code, "look again before you publish" in late.text) == (412, True)
    assert site.post("/policy/publish", who="office", text=text, seen=seen[1]).status_code == 303
    assert "It is enough at 0.6," in site.get("/policy", who="office").text
    assert site.post("/policy/look", who="office", text="- It is nonsense.", seen=seen[1]).status_code == 422
    assert site.post("/policy/look", who="teacher-7a", text=text, seen=seen[1]).status_code == 403


def test_each_line_of_who_saw_what_leads_to_all_that_was_seen_of_its_learner(site: Site) -> None:
    """The switch on that page leads to the same page, with no name in its address."""
    site.get("/learners/oak", who="teacher-7b")
    line = re.search(r'href="(/disclosures\?learner=oak)"', site.get("/disclosures", who="office").text)
    assert line is not None
    page = site.get(line[1], who="office")
    assert (page.status_code, "teacher-7b" in page.text) == (200, True)
    switch = re.search(r'class="switch" href="([^"]+)"', page.text)
    assert switch is not None
    hidden = site.get(switch[1].replace("&amp;", "&"), who="office")
    assert (hidden.status_code, "oak" in switch[1], ">oak<" in hidden.text) == (200, False, False)
    assert "teacher-7b" in hidden.text
