"""Killed under load at any moment a service loses nothing that it acknowledged, does nothing twice, and goes on."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from serving import SYSTEM, Served, class_file, served
from serving_load import Load, Looker, Moments, Office, Poller, Reader, Writer
from starlette.testclient import TestClient
from worlds import cases

import mastery
from mastery import Decision, Evidence
from mastery.adapters.cli.serving_demo import roster_for_show
from mastery.adapters.cli.simulation import LEARNERS
from mastery.adapters.http import Settings, Tenants, service
from mastery.adapters.http.routes import recording
from mastery.answers import show_json, told_json
from mastery.facts import Fact
from mastery.store import SQLiteStore
from mastery.store.access import AccessStore, Token

HALF = len(LEARNERS) // 2
KILLS = cases(6)


def all_facts(path: Path) -> list[Fact]:
    """Every fact in a file, in the order in which they came."""
    store = SQLiteStore(path, create=False)
    found, _ = store.log(0, 1_000_000)
    store.close()
    return found


def test_killed_at_any_moment_it_loses_and_doubles_nothing(tmp_path: Path, made: bytes) -> None:
    """Over kills under load: what was acknowledged is kept, batches are whole, what is sent again is there once.

    Roster and tokens are whole, who saw what is on record, the state is that of the facts, and who follows the changes
    by a cursor or by a stream has been told every one of them.
    """
    path = tmp_path / "kept" / "school.db"
    tokens = class_file(path, made)
    before, chance = all_facts(path), random.Random(5)
    start = str(len(before))
    writers = [
        Writer(SYSTEM, 1),
        Writer(SYSTEM, 2),
        Writer("teacher-7a", 3, LEARNERS[:HALF]),
        Writer("teacher-7b", 4, LEARNERS[HALF:]),
    ]
    office, poller, reader = Office("office", 5), Poller(SYSTEM, 6, start), Reader(SYSTEM, 7, start)
    lookers = [Looker("teacher-7a", 8, LEARNERS[:HALF], "7a"), Looker("family", 9, LEARNERS[:1])]
    everybody: list[Load] = [*writers, office, poller, reader, *lookers]
    seen = Counter[str]()
    for _ in range(KILLS):
        with served(path, tokens) as running:
            moments = Moments()
            with ThreadPoolExecutor(len(everybody)) as pool:
                at_work = [pool.submit(one.run, running, moments) for one in everybody]
                moments.wait_for(chance.randint(1, 60))
                running.kill()
                moments.end()
                for one in at_work:
                    one.result()
            assert running.faults == ""
        refuse_half(path, writers, seen)
        refuse_lost(path, writers, office, everybody)

    with served(path, tokens) as running:
        finish(running, writers, poller, reader)
        refuse_lost(path, writers, office, everybody)
        refuse_doubled(before, all_facts(path), writers)
        refuse_untold(path, int(start), poller, reader)
        refuse_another_state(path, running)
        running.stop()
    assert seen["sent"] >= KILLS
    assert seen["unanswered"] >= KILLS // 2


def finish(running: Served, writers: Sequence[Writer], poller: Poller, reader: Reader) -> None:
    """Send again what was left without an answer, twice, and let who follows come to the end."""
    for writer in writers:
        client = running.client(writer.who)
        while writer.unanswered:
            request = writer.unanswered[0]
            writer.send(running, client)
            again, first = request.send(client), writer.done[-1][1]
            assert again.status == 200
            assert again.body == first if request.is_keyed else again.body["recorded"] == []
    client = running.client()
    last = {"learner": "teak", "kind": "grant", "competency": "WN3.1", "why": "so that there is a last one", "by": "bo"}
    assert client.post("/v1/decisions", {**last, "key": "the last"}).status == 200
    poller.follow(running, client)
    assert poller.cursor == client.get("/v1/changes?cursor=now").body["next"]
    for told in reader.read(running):
        if any(one["learner"] == "teak" for one in told):
            break


def refuse_half(path: Path, writers: Sequence[Writer], seen: Counter[str]) -> None:
    """Every batch is there whole or not at all, those too of which nobody knows."""
    pieces = Counter(fact.source for fact in all_facts(path) if isinstance(fact, Evidence))
    for writer in writers:
        for request in [*writer.unanswered, *(request for request, _ in writer.done)]:
            if request.route == "record_evidence":
                assert pieces[request.name] in (0, request.facts), request
        seen["sent"] += len(writer.done)
        seen["unanswered"] += len(writer.unanswered)


def refuse_lost(path: Path, writers: Sequence[Writer], office: Office, everybody: Sequence[Load]) -> None:
    """What was acknowledged is there: facts, rules, tokens; the roster too, and who saw what."""
    keys = {fact.key for fact in all_facts(path)}
    for writer in writers:
        for request, answer in writer.done:
            assert keys >= {*answer["recorded"]}, request
            assert len(answer["recorded"]) + answer["repeated"] == request.facts, request
    with mastery.open(path, create=False) as engine:
        adopted = [one.version for one in engine._store.adoptions() if one.kind == "policy"]
    assert is_within(office.published, adopted)
    store = AccessStore(path)
    assert store.rosters.current() == roster_for_show()
    listed: dict[str, Token] = {one.id: one for one in store.tokens.listed(most=10_000)}
    assert listed.keys() >= {*office.made}
    assert all(listed[one].revoked_at for one in office.ended)
    noted = {(one.reader, one.via, one.what, one.learner) for one in store.disclosures.listed(None, 0, 1_000_000)}
    store.close()
    for one in everybody:
        assert one.seen <= noted, one


def is_within(some: Sequence[str], among: Sequence[str]) -> bool:
    """Whether these stand among those in their order."""
    left = iter(among)
    return all(one in left for one in some)


def refuse_doubled(before: Sequence[Fact], facts: Sequence[Fact], writers: Sequence[Writer]) -> None:
    """Of every request there are exactly its facts, once; and no credit is written down twice."""
    new = facts[len(before) :]
    sent = [request for writer in writers for request, _ in writer.done]
    assert facts[: len(before)] == before
    pieces = Counter(fact.source for fact in new if isinstance(fact, Evidence))
    assert pieces == {request.name: request.facts for request in sent if request.route == "record_evidence"}
    decided = [fact for fact in new if isinstance(fact, Decision)]
    assert len(decided) == 1 + sum(request.route != "record_evidence" for request in sent)


def refuse_untold(path: Path, start: int, poller: Poller, reader: Reader) -> None:
    """Whoever followed was told exactly what changed, each page what its facts changed."""
    with mastery.open(path, create=False) as engine:

        def told(begin: int, end: int) -> list[Any]:
            return [told_json(one) for one in engine.changes_after(begin, most=end - begin)[0]]

        end = engine.position[0]
        assert [page[0] for page in poller.pages] == [start, *(page[1] for page in poller.pages[:-1])]
        assert int(poller.cursor) == end
        assert by_learner(told(start, end)) == by_learner([one for page in poller.pages for one in page[2]])
        assert all(changes == told(begin, reached) for begin, reached, changes in poller.pages if begin < reached)

        # Its pages that told nothing had no id: each of the others begins somewhere behind the one before.
        assert [page[0] for page in reader.pages] == [start, *(page[1] for page in reader.pages[:-1])]
        for begin, reached, changes in reader.pages:
            assert any(told(at, reached) == changes and (at == begin or not told(begin, at))
                       for at in range(begin, reached)), (begin, reached)  # fmt: skip
        assert not told(int(reader.last), end)


def by_learner(changes: Sequence[Any]) -> dict[str, list[Any]]:
    """What was told of each learner, in order."""
    return {who: [one for one in changes if one["learner"] == who] for who in {one["learner"] for one in changes}}


def refuse_another_state(path: Path, running: Served) -> None:
    """Where each learner stands is what the facts come to, as the service says it and from nothing."""
    client = running.client()
    with mastery.open(path, create=False) as engine:
        for learner in (*LEARNERS, "teak"):
            answer = client.get(f"/v1/learners/{learner}/state").body
            facts, _ = engine._store.facts(learner)
            at = datetime.fromisoformat(answer["as_of"])
            assert answer == show_json(learner, mastery.evaluate(engine.framework, engine.policy, facts, at))


def test_what_broke_after_it_was_recorded_is_the_same_when_it_comes_again(
    tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that fails between the record and the answer is remembered: sent again, its pieces are there once."""
    path = tmp_path / "school.db"
    token = class_file(path, made)[SYSTEM]
    pieces = [{"learner": "ash", "competency": "WN3.1", "score": 0.9}, {"learner": "bo", "competency": "WN3.1"}]
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "once"}

    def broken(_: object) -> object:
        raise RuntimeError("planted")

    with Tenants.opened({"school": path}) as tenants:
        client = TestClient(service(tenants, Settings()), raise_server_exceptions=False, headers=headers)
        with monkeypatch.context() as planted:
            planted.setattr(recording, "receipt_json", broken)
            assert client.post("/v1/evidence", json=pieces[0]).status_code == 500
        again = client.post("/v1/evidence", json=pieces[0])
        assert (again.status_code, again.json()["recorded"], again.json()["repeated"]) == (200, [], 1)
        assert client.post("/v1/evidence", json=pieces[0]).json() == again.json()
        assert client.post("/v1/evidence", json=pieces[1]).json()["type"] == "urn:mastery:problem:key-reused"
