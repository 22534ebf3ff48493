"""Nobody is told of a learner, fact or class beyond their reach, whatever they ask; whoever is told is on record."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from service_asking import Answer
from service_fuzz import Drawn, marks_in, readers, request, visible
from service_oracle import learners, person
from service_samples import SAMPLES, sampled
from service_world import NOW, TENANTS, Service, learners_of, mark, named, opened, settings, whose, world
from worlds import Pick, Tally, cases, profile

from mastery import Evidence
from mastery.adapters.http.desk import Desk
from mastery.errors import StoreError

T = TypeVar("T")
LIMITED = (
    "teacher-a", "both", "oak", "family-oak", "kin", "system-a", "coach-a", "reviewer-b", "teacher-a in b",
    "office in a", "teacher-a reads", "nobody", "ended",
)  # fmt: skip
EVERYBODY = ("office", "system", "system-reads")


def ask(served: Service, tenant: str, who: str, drawn: Drawn) -> Answer:
    """Send a request that was drawn; a stream ends after two rounds."""
    served.streams_end_after(2)
    asked = drawn.asked
    method = drawn.route.partition(" ")[0]
    return served.ask(method, asked.target, whose(tenant, who), json_body=asked.body, headers=asked.headers)


def refuse_leak(tenant: str, who: str, drawn: Drawn, answer: Answer, sent: set[str], others: set[str]) -> None:
    """Fail where any byte of an answer is a mark from beyond the caller's reach, or of `others` who asked before.

    Refusals may repeat the request; who reaches everybody makes new learners known by naming them, so that their
    answers may name what was `sent`.
    """
    allowed = visible(tenant, who, SAMPLES[drawn.route].needs) | others
    told = drawn.marks if answer.status >= 400 else set[str]()
    if who in EVERYBODY:
        sent |= drawn.marks
        told |= sent
    assert answer.status < 500, (drawn, answer)
    assert marks_in(told_in(answer)) <= allowed | told, (who, drawn, answer)
    assert marks_in(answer.every_byte) <= allowed | told | drawn.marks, (who, drawn, answer)


def told_in(answer: Answer) -> bytes:
    """Return every byte of an answer but the part that says of some facts that they were refused."""
    if b'"refused"' not in answer.body:
        return answer.every_byte
    return json.dumps({name: of for name, of in answer.json.items() if name != "refused"}).encode()


def rows(place: str, table: str) -> list[str]:
    with sqlite3.connect(place) as file:
        return [repr(row) for row in file.execute(f"SELECT * FROM {table}")]


def beyond(served: Service, tenant: str, who: str) -> dict[str, list[str]]:
    """Return all that is stored beyond what a caller may write: facts by learner, and the tables of the office."""
    found = {}
    for place in served.tenants:
        mine = place.name == tenant
        reach = [learners(who, one) for one in ("evidence:write", "decisions:write")] if mine else [set[str]()]
        for one in learners_of(place.name):
            if all(reached is not None and one not in reached for reached in reach):
                found[f"{place.name} {one}"] = list(place.engine.export(named(one)))
        tables = ["people", "classes", "enrolments", "families", "passwords", "sessions"]
        tables += [] if mine and who in EVERYBODY else ["tokens"]
        tables += [] if mine else ["disclosures", "requests"]
        found.update((f"{place.name} {table}", rows(str(place.path), table)) for table in tables)
    return found


def noted(served: Service, tenant: str) -> set[tuple[str, str, str, str]]:
    """Return the log of disclosures without its times."""
    lines = served.tenant(tenant).access.disclosures.listed(None, most=10_000)
    return {(one.reader, one.via, one.what, one.learner) for one in lines}


def shown(answer: Answer, tenant: str) -> set[str]:
    """Return the learners of whom an answer has something: the name, or the mark of anything of theirs."""
    marks = marks_in(told_in(answer)) if answer.status < 300 else set[str]()
    theirs = {one: {mark("name", one), *(mark(tenant, one, what) for what in TOLD)} for one in learners_of(tenant)}
    return {one for one, of in theirs.items() if not of.isdisjoint(marks)}


TOLD = ("item", "source", "assessor", "why", "by")


def refuse_secrecy(served: Service, tenant: str, who: str, drawn: Drawn) -> Answer:
    """Ask; fail where somebody was shown and is not on record under this caller and route, or somebody else is."""
    system = who.startswith("system")
    reader = f"integration {who} {mark(tenant, 'token', who)}" if system else named(person(who))
    path = drawn.route.partition(" ")[2]
    name = next(one.name for one in served.ask.app.routes if drawn.route.split()[0] in one.methods and one.path == path)
    line = reader, f"token {world(tenant).ids[who]}", name
    known = noted(served, tenant)
    answer = ask(served, tenant, who, drawn)
    log = noted(served, tenant)
    on_record = {learner for *start, learner in log if tuple(start) == line}
    if SAMPLES[drawn.route].needs != "tokens:manage":  # whose a token is says nothing of a learner
        assert {named(one) for one in shown(answer, tenant)} - {reader} <= on_record, (who, drawn, answer)
    assert {one[:3] for one in log - known} <= {line}
    assert {one[3] for one in log - known} <= drawn.concerns(tenant, who) - {reader}, (who, drawn)
    return answer


def law(pick: Pick, tally: Tally, requests: int) -> None:
    """One caller asks; nothing leaks, all of it is on record, and what lies beyond their reach stays as it was."""
    tenant, who = pick(TENANTS), pick((*LIMITED, *LIMITED, *EVERYBODY))
    with opened() as served:
        before, sent = beyond(served, tenant, who), set[str]()
        log = {other: noted(served, other) for other in TENANTS if other != tenant}
        for _ in range(requests):
            drawn = request(pick, tenant, who)
            answer = refuse_secrecy(served, tenant, who, drawn)
            refuse_leak(tenant, who, drawn, answer, sent, set())
            writes = drawn.route.startswith("POST") and SAMPLES[drawn.route].needs.endswith("write")
            tally.case("asked", told=bool(shown(answer, tenant)), refused=answer.status in (403, 404))
            tally.case("written", done=writes and answer.status == 200)
        assert beyond(served, tenant, who) == before
        assert {other: noted(served, other) for other in log} == log


def mixed(pick: Pick, requests: int) -> None:
    """Everybody asks in turn, with the same keys and the same idempotency keys; nobody is told of the others' reach."""
    sent: dict[str, set[str]] = {tenant: set() for tenant in TENANTS}
    with opened() as served:
        for _ in range(requests):
            tenant = pick(TENANTS)
            first, then = pick((*EVERYBODY, *LIMITED)), pick(LIMITED)
            drawn = request(pick, tenant, pick((first, then)))
            for who in (first, then):
                refuse_leak(tenant, who, drawn, ask(served, tenant, who, drawn), sent[tenant], readers(tenant))


def test_nothing_leaks() -> None:
    """In many stories from fixed seeds nothing leaks, and enough of them are told something or refused."""
    tally = Tally()
    for case in range(cases(60)):
        law(random.Random(f"leaks/{case}").choice, tally, 30)
    tally.demand("asked", told=0.1, refused=0.2)
    tally.demand("written", done=0.015)


def test_nothing_leaks_among_callers() -> None:
    """In many stories of several callers nothing leaks from one to the other."""
    for case in range(cases(20)):
        mixed(random.Random(f"mixed/{case}").choice, 30)


@profile(30)
@given(st.data())
def test_nothing_leaks_in_what_hypothesis_draws(data: st.DataObject) -> None:
    """The same law in stories that Hypothesis draws, and makes as short as can be where it fails."""

    def pick(options: Sequence[T], /) -> T:
        return data.draw(st.sampled_from(options))

    law(pick, Tally(), pick(range(1, 9)))


PLANTED: dict[str, Callable[..., Any]] = {
    "refuse_unreached": lambda self, learners: None,
    "reaches": lambda self, learner: True,
    "_reached": lambda self, fact: fact is not None,
    "_discreet": lambda self: nullcontext(),
    "note": lambda self, learners: None,
    "learners_of": lambda self, group, only=(): list(self.roster.learners_of(group, self.now.date())),
    "known_learners": lambda self: sorted(self._tenant.engine.learners()),
}


@pytest.mark.parametrize("what", PLANTED)
def test_the_law_can_break(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """With any one check of the desk left out, the law finds it."""
    monkeypatch.setattr(Desk, what, PLANTED[what])

    def stories() -> None:
        for case in range(60):
            law(random.Random(f"planted/{case}").choice, Tally(), 30)

    with pytest.raises(AssertionError):
        stories()


# Ways to be told more, one by one.


def conflicts(served: Service, key: str, by: str = "teacher-a") -> list[Answer]:
    """Use a key in every way that a key can be used, for a learner of class a."""
    token, who = whose("north", by), named("oak")
    piece = {"learner": who, "competency": "c.2", "score": 0.5, "key": key}
    decision = {"learner": who, "competency": "d", "kind": "pin", "why": "so", "key": key}
    own = world("north").keys["oak"][0]
    return [
        served.ask("POST", "/v1/evidence", token, json_body=piece),
        served.ask("POST", "/v1/evidence?partial=true", token, json_body=piece),
        served.ask("POST", "/v1/decisions", token, json_body=decision),
        served.ask("POST", f"/v1/facts/{own}/excuse", token, json_body={"why": "so", "key": key}),
        served.ask("POST", "/v1/what-if", token, json_body={"learner": who, "evidence": [piece]}),
        served.ask("POST", f"/v1/classes/{named('a')}/what-if", token, json_body={"evidence": [piece]}),
    ]


def test_a_key_in_use_tells_nothing_of_whose_it_is() -> None:
    """A conflict with a fact beyond reach says the same, whosever it is; one within reach says how they differ."""
    with opened() as served:
        told = {
            tuple(answer.every_byte.replace(key.encode(), b"...") for answer in conflicts(served, key))
            for learner in ("ash", "fir", "yew", "gum")
            for key in (key for key in world("north").keys[learner] if key.startswith("key-2") or learner == "ash")
            if len(key) == len(named("key-10"))
        }
        assert len(told) == 1
        (answers,) = told
        assert all(b"is in use for another fact" in answer and b"differ" not in answer for answer in answers)
        mine = conflicts(served, world("north").keys["elm"][0])
        assert b"learner was elm-" in mine[0].body


def test_an_idempotency_key_is_ones_own() -> None:
    """The key of somebody else's request brings back nothing of it, nor does one's own once the reach has ended."""
    fir = {"learner": named("fir"), "competency": "a", "score": 0.1, "item": "an item", "purpose": "check"}

    def send(who: str, body: dict[str, object], tenant: str = "north", query: str = "") -> Answer:
        key = [("idempotency-key", f"once{query}")]
        return served.ask("POST", f"/v1/evidence{query}", whose(tenant, who), json_body=body, headers=key)

    with opened() as served:
        first = send("teacher-b", fir)
        assert first.json["changes"]
        assert send("teacher-b", fir).body == first.body
        assert send("teacher-b", fir).header("idempotency-replayed") == "true"
        assert send("teacher-a", fir).status == 403
        assert send("teacher-b", {**fir, "score": 0.2}).kind == "key-reused"
        other = send("both", fir)
        assert (other.status, other.header("idempotency-replayed")) == (200, "")
        assert send("teacher-b", fir, "south").header("idempotency-replayed") == ""
        partly = {**fir, "competency": "c.2", "score": 0.9}
        assert send("reviewer-b", partly, query="?partial=true").json["changes"]
        tenant = served.tenant()
        known = tenant.access.rosters.current()
        moved = [one for one in known.enrolments if one.person != named("fir")]
        tenant.access.rosters.replace(evolve(known, enrolments=tuple(moved)))
        retried = [send(who, fir) for who in ("teacher-b", "both")]
        for again in [*retried, send("reviewer-b", partly, query="?partial=true")]:
            assert (again.status, again.kind) == (403, "not-permitted")
            assert not marks_in(again.body) - {mark("name", "fir")}


EDITS = ("swap", "secret", "id", "case", "drop", "add", "prefix", "tenant", "double")


@profile(100)
@given(st.sampled_from(EDITS), st.integers(0, 80), st.sampled_from("0aZ_-.\u00e9%"))
def test_no_other_text_is_a_token(kind: str, place: int, letter: str) -> None:
    """A token with anything changed, or made of the parts of two, lets nobody in, and says nothing of which part."""
    text, other = whose("north", "teacher-a"), whose("south", "teacher-a")
    prefix, tenant, identifier, secret = text.split("_")
    edited = {
        "swap": text.replace("north", "south"),
        "secret": "_".join([prefix, tenant, identifier, whose("north", "office").split("_")[3]]),
        "id": "_".join([prefix, tenant, world("north").ids["office"], secret]),
        "tenant": "_".join([prefix, "south", other.split("_")[2], secret]),
        "case": text.upper() if place % 2 else text.replace("north", "North"),
        "drop": text[: place % len(text)] + text[place % len(text) + 1 :],
        "add": text[: place % len(text)] + letter + text[place % len(text) :],
        "prefix": text[: place % len(text)],
        "double": f"{text}_{secret}",
    }[kind]
    with opened() as served:
        told = served.ask("GET", "/v1/learners", headers=[("authorization", f"Bearer {edited}")])
        assert (told.status, told.body) == (401, served.ask("GET", "/v1/learners").body)


class Acting:
    """Stands for the event that ends streams: does something between two rounds, then ends."""

    def __init__(self, *acts: Callable[[], object]) -> None:
        self.acts = list(acts)

    def is_set(self) -> bool:
        """Act, and return whether that was the last round."""
        if self.acts:
            self.acts.pop(0)()
            return False
        return True


def stream(served: Service, who: str, *acts: Callable[[], object], query: str = "?cursor=0") -> str:
    """Return what a stream sends while something is done between its rounds."""
    served.ask.app.state.closing = Acting(*acts)
    return served.ask("GET", f"/v1/changes/stream{query}", whose("north", who)).body.decode()


def test_a_stream_sends_what_is_reached_and_ends_with_the_right_to_it() -> None:
    """Each round of a stream looks anew at who may see what; it ends with the token or the role."""
    with opened() as served:
        access, competencies = served.tenant().access, iter(("a", "c.2"))

        def record() -> None:
            on = next(competencies)
            tried = [Evidence(named(who), on, 0.0, NOW, purpose="check") for who in ("oak", "fir")]
            served.tenant().engine.record_all(tried)  # of oak the coach is to be told

        def empty() -> None:
            access.rosters.replace(evolve(access.rosters.current(), enrolments=()))

        def revoke() -> None:
            access.tokens.revoke(world("north").ids["coach-a"], NOW)

        told = stream(served, "teacher-a", lambda: None)
        assert {named("oak"), named("elm")} == {json.loads(line[6:])["learner"] for line in data(told)}
        assert len(data(stream(served, "coach-a", record, lambda: None, query=""))) == 1
        assert data(stream(served, "teacher-a", lambda: None, query="?cursor=now")) == []
        ended = stream(served, "coach-a", record, revoke, lambda: None, query="")
        assert (len(data(ended)), "event: end" in ended) == (2, True)
        assert "not-signed-in" not in ended
        assert stream(served, "teacher-a", empty, query="?cursor=0").count("event: end") == 1
        unseen = stream(served, "system-a", lambda: None)  # of a class that nobody is in any more
        assert data(unseen) == []
        ids = [int(line.removeprefix("id: ")) for line in unseen.splitlines() if line.startswith("id: ")]
        assert ids[-1] == served.tenant().engine.position[0]


def data(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.startswith("data: ")]


UNTOLD = ("GET /v1/classes", "GET /v1/changes/stream")  # the first names no learner; the second began to answer


def test_what_cannot_be_put_on_record_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the log of disclosures cannot be written, nobody is told anything of anybody."""

    def fail(*_: object) -> None:
        raise StoreError("The database cannot be written: the disk is full.")

    with opened() as served:
        monkeypatch.setattr(served.tenant().access.disclosures, "note", fail)
        for route, sample in SAMPLES.items():
            if sample.needs in ("", "rules:read", "metrics:read", "tokens:manage") or route in UNTOLD:
                continue
            told = sampled(served, "north", "office", route, "a" if sample.about == "class" else "oak")
            assert (route, told.status, told.kind) == (route, 503, "store-unavailable")
            assert not marks_in(told.every_byte)


def test_a_disclosure_is_noted_once_a_day() -> None:
    """Looking again on the same day adds no line, another route, token or day does; of oneself there is none."""
    with opened() as served:
        target, log = f"/v1/learners/{named('oak')}/state", served.tenant().access.disclosures

        def look(who: str, day: int = 0) -> None:
            served.ask.app.state.settings = settings(clock=lambda: NOW + timedelta(hours=20 * day))
            assert served.ask("GET", target, whose("north", who)).status == 200

        before = len(log.listed(None, most=1000))
        for who, day, lines in (
            ("teacher-a", 0, 1),
            ("teacher-a", 0, 1),
            ("both", 0, 2),
            ("oak", 0, 2),
            ("both", 1, 3),
        ):
            look(who, day)
            assert len(log.listed(None, most=1000)) - before == lines
        served.ask.app.state.settings = settings()
