"""Killed under load at random moments, a service loses nothing that it acknowledged, and does nothing twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

from attrs import define, field
from served_class import Served, prepared, serving
from worlds import DEEP

import competencies
import mastery
from mastery.adapters.cli.simulation import LEARNERS
from mastery.store.access import AccessStore

CODES = [leaf.code for leaf in competencies.pack("fractions-to-proportions").leaves]
KILLS = 5 * min(DEEP, 4)


@define
class Writer:
    """One client: it sends requests until the service is gone, and keeps what was acknowledged and what was not."""

    number: int
    token: str
    rng: random.Random
    acknowledged: list[str] = field(factory=list)
    unanswered: list[tuple[str, dict[str, Any], str]] = field(factory=list)
    keyless: set[str] = field(factory=set)
    seen: set[str] = field(factory=set)
    count: int = 0

    def work(self, served: Served, stop: Event) -> None:
        """Send one request after the other; first again what was left without an answer."""
        again, self.unanswered = self.unanswered, []
        while not stop.is_set():
            path, body, key = again.pop() if again else self._next()
            try:
                status, answer, _ = served.ask("POST", path, self.token, body, {"idempotency-key": key})
            except (OSError, HTTPException):  # the latter where an answer is cut off in the middle
                self.unanswered += [(path, body, key), *again]
                return
            assert status == 200, answer
            self.note(body, key, answer)
        self.unanswered += again

    def note(self, body: dict[str, Any], key: str, answer: dict[str, Any]) -> None:
        """Note what was acknowledged: the keys of the facts, or that of the request where they have none."""
        keys = [one["key"] for one in body.get("evidence", [body]) if "key" in one]
        self.acknowledged += keys or answer["recorded"]
        self.keyless |= set() if keys else {key}
        self.seen |= {one["learner"] for one in body.get("evidence", [body])}

    def _next(self) -> tuple[str, dict[str, Any], str]:
        self.count += 1
        key = f"w{self.number}-{self.count}"
        if self.count % 5 == 0:
            decision = {"learner": self.rng.choice(LEARNERS), "kind": "unlock", "competency": self.rng.choice(CODES)}
            return "/v1/decisions", {**decision, "why": "shown orally", "by": "the teacher"}, key
        pieces = [self._piece(f"{key}-{n}") for n in range(self.rng.choice((1, 1, 2, 6)))]
        if len(pieces) == 1 and self.rng.random() < 0.5:
            pieces[0].pop("key")  # then the key of the request alone tells that it is the same
        return "/v1/evidence", {"evidence": pieces} if len(pieces) > 1 else pieces[0], key

    def _piece(self, key: str) -> dict[str, Any]:
        what = {"learner": self.rng.choice(LEARNERS), "competency": self.rng.choice(CODES)}
        return {**what, "score": self.rng.choice((0.3, 0.9, 1.0)), "key": key}


@define
class Follower:
    """A client that keeps its cursor and reads on from there, over every kill."""

    token: str
    cursor: str
    told: list[tuple[str, ...]] = field(factory=list)

    def follow(self, served: Served, is_done: Callable[[], bool]) -> None:
        """Read pages until the service is gone, or all is read and it is done."""
        while True:
            try:
                done = is_done()
                status, page, _ = served.ask("GET", f"/v1/changes?limit=50&cursor={self.cursor}", self.token)
            except (OSError, HTTPException):
                return
            assert status == 200, page
            self.told += [_told(one) for one in page["changes"]]
            self.cursor = page["next"]
            if not page["more"] and done:
                return


def _told(change: dict[str, Any]) -> tuple[str, ...]:
    return change["learner"], change["competency"], change["kind"], change["text"], *change["cause"]["keys"]


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(tmp_path: Path, made: bytes) -> None:
    """Over many kills under load: what was acknowledged is kept, batches are whole, retries add nothing twice.

    The state is that of the facts, the roster and the log of disclosures are whole, and a client that keeps its cursor
    has been told of every change.
    """
    path = tmp_path / "school.db"
    token = prepared(path, made)[""]
    rng = random.Random(11)
    writers = [Writer(n, token, random.Random(n)) for n in range(4)]
    with mastery.open(path) as engine:
        before = engine.position[0]
    follower = Follower(token, str(before))
    for _ in range(KILLS):
        _kill_under_load(path, writers, follower, rng.uniform(0.1, 0.9))
        _whole(path, writers)
    stop = Event()
    stop.set()
    with serving(path) as served:
        for writer in writers:
            _send_again(served, writer)
        follower.follow(served, lambda: True)
        assert served.end() == 0
    _whole(path, writers)
    sent = sum(writer.count for writer in writers)
    acknowledged = [key for writer in writers for key in writer.acknowledged]
    with mastery.open(path) as engine:
        facts = [fact for who in engine.learners() for fact in engine.progress(who).facts]
        kept = {fact.key for fact in facts if not isinstance(fact, mastery.Award)}
        requests = {key.partition(":")[0] for key in kept if key.startswith("request-")}
        whole, end = engine.changes_after(before, most=1_000_000)
    assert sent > 10 * KILLS
    assert set(acknowledged) <= kept
    assert len(requests) == sum(len(writer.keyless) for writer in writers)
    assert follower.cursor == str(end)
    assert {one[:2] for one in follower.told} == {(one.learner, one.competency) for one in whole}


def _kill_under_load(path: Path, writers: list[Writer], follower: Follower, seconds: float) -> None:
    with serving(path) as served, ThreadPoolExecutor(len(writers)) as pool:
        stop = Event()
        following = Thread(target=follower.follow, args=(served, lambda: False))
        following.start()
        working = [pool.submit(writer.work, served, stop) for writer in writers]
        sleep(seconds)  # the load that is cut off; nothing is asserted of it
        served.kill()
        stop.set()
        for one in working:
            one.result()
        following.join()


def _send_again(served: Served, writer: Writer) -> None:
    for path, body, key in writer.unanswered:
        status, answer, _ = served.ask("POST", path, writer.token, body, {"idempotency-key": key})
        assert status == 200, answer
        assert served.ask("POST", path, writer.token, body, {"idempotency-key": key})[1] == answer
        writer.note(body, key, answer)
    writer.unanswered = []


def _whole(path: Path, writers: list[Writer]) -> None:
    """Everything acknowledged is there, every batch is whole, and the state is that of the facts."""
    with mastery.open(path) as engine:
        kept: dict[str, mastery.Progress] = {}
        for who in engine.learners():
            progress = engine.progress(who)
            kept |= {fact.key: progress for fact in progress.facts}
            again = mastery.evaluate(engine.framework, engine.policy, progress.facts, progress.at)
            assert again.credits == progress.credits
    for writer in writers:
        assert {*writer.acknowledged} <= kept.keys()
        for _, body, _ in writer.unanswered:
            keys = [one["key"] for one in body.get("evidence", [body]) if "key" in one]
            assert len({key in kept for key in keys}) <= 1, keys
    store = AccessStore(path)
    assert len(store.rosters.current().people) == len(LEARNERS) + 6
    seen = {one.learner for one in store.disclosures.listed(None, 0, 10_000)}
    assert {who for writer in writers for who in writer.seen} <= seen
    store.close()
