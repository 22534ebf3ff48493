"""A class at work: everybody submits at once while the teacher looks on; one process at a file, and two."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import define, field
from serving import SYSTEM, Client, Served, class_file, served
from serving_load import CODES, Moments

import mastery
from mastery import Decision, Evidence
from mastery.access import Class, Enrolment, Person, Role, Roster
from mastery.adapters.cli.simulation import LEARNERS
from mastery.answers import receipt_json, show_json
from mastery.entry import entry

NEW = ("acacia", "bay", "box", "ebony", "lime", "plane", "teak")
CLASS = (*LEARNERS, *NEW)
WATCHED, BEYOND = "teak", "FR4.1"  # which requires FR3.5 and WN3.2
LESSON = "2026-11-02T08:00:00Z"


def roster() -> Roster:
    """Return the roster of a class of thirty-five and another class, each with a teacher."""
    adults = [Person("teacher"), Person("other"), Person("office", roles=frozenset({Role.ADMINISTRATOR}))]
    placed = [Enrolment("7a", learner, Role.LEARNER) for learner in CLASS]
    taught = [Enrolment("7a", "teacher", Role.TEACHER), Enrolment("7b", "other", Role.TEACHER)]
    return Roster.of([*adults, *map(Person, CLASS)], [Class("7a"), Class("7b")], [*placed, *taught])


def lesson(learner: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the requests of a learner's lesson: pieces, and for the one who is watched decisions there and back."""
    chance = random.Random(learner)
    if learner == WATCHED:
        return there_and_back(learner, 4)
    return [
        (
            "/v1/evidence",
            {
                "learner": learner,
                "competency": chance.choice(CODES[:12]),
                "score": chance.choice([0.4, 0.9, 1.0]),
                "observed_at": LESSON,
                "purpose": chance.choice(["formative", "check"]),
                "occasion": f"{n}",
                "key": f"{learner}-{n}",
            },
        )
        for n in range(8)
    ]


def there_and_back(learner: str, rounds: int) -> list[tuple[str, dict[str, Any]]]:
    """Return decisions by which what BEYOND waits for changes four times a round."""
    found: list[tuple[str, dict[str, Any]]] = []
    said = {"why": "seen", "by": "teacher", "observed_at": LESSON}
    for n in range(rounds):
        for code in ("WN3.2", "FR3.5"):
            granted = {"learner": learner, "kind": "grant", "competency": code, "key": f"{code}-{n}", **said}
            found.append(("/v1/decisions", granted))
        voids = ((f"{code}-{n}", {"key": f"void-{code}-{n}", **said}) for code in ("WN3.2", "FR3.5"))
        found += ((f"/v1/facts/{key}/void", body) for key, body in voids)
    return found


@define
class Alone:
    """The same facts recorded one after the other by one engine, at the times at which the service recorded them."""

    path: Path
    receipts: dict[str, list[Any]] = field(factory=dict, init=False)
    entries: list[tuple[object, ...]] = field(factory=list, init=False)
    _now: list[datetime] = field(factory=lambda: [datetime.fromisoformat(LESSON)], init=False)

    def replay(self, made: bytes, served_file: Path) -> Iterator[tuple[str, mastery.Engine]]:
        """Record the lesson of each learner, and yield the engine with each, at the end of their lesson."""
        self.path.write_bytes(made)
        with (
            mastery.open(served_file, create=False) as kept,
            mastery.open(self.path, create=False, clock=lambda: self._now[-1]) as engine,
        ):
            for learner in CLASS:
                facts = [kept.fact(body["key"]) for _, body in lesson(learner)]
                self._now.append(facts[0].recorded_at)  # type: ignore[arg-type]
                if learner == WATCHED:
                    self.entries.append(entered(engine.progress(learner)))
                for fact in facts:
                    assert isinstance(fact, Evidence | Decision)
                    self._now.append(fact.recorded_at)  # type: ignore[arg-type]
                    self.receipts.setdefault(learner, []).append(receipt_json(engine.record(fact)))
                    if learner == WATCHED:
                        self.entries.append(entered(engine.progress(learner)))
                yield learner, engine


def entered(progress: mastery.Progress) -> tuple[object, ...]:
    """What access:check is to say of a progress."""
    found = entry(progress, BEYOND)
    return found.allow, found.status.value, found.because


@define
class Desk:
    """The class at their work: what was sent and answered of the one who is watched, and what was seen meanwhile."""

    service: Served
    moments: Moments = field(factory=Moments)
    sent: int = 0
    answered: int = 0
    looks: list[tuple[int, tuple[object, ...], int]] = field(factory=list)

    def submit(self, learner: str) -> list[Any]:
        """Send a lesson, and return its receipts."""
        client, receipts = self.service.client(SYSTEM if len(learner) % 2 or learner == WATCHED else "teacher"), []
        for path, body in lesson(learner):
            self.sent += learner == WATCHED
            answer = client.post(path, body)
            self.answered += learner == WATCHED
            assert answer.status == 200, answer.text
            receipts.append(answer.body)
            self.moments.note()
        return receipts

    def look(self, path: str) -> None:
        """Look at the class again and again."""
        client = self.service.client("teacher")
        while self.moments.wait_for(4):
            answer = client.get(path)
            assert answer.status == 200, answer.text
            if path.endswith("map"):
                assert [row["learner"] for row in answer.body["rows"]] == sorted(CLASS)

    def watch(self) -> None:
        """Ask whether the one who is watched may enter, and note between which of their requests that was."""
        client = self.service.client()
        while not self.moments.is_over:
            before = self.answered
            answer = client.check(WATCHED, BEYOND)
            assert answer.status == 200, answer.text
            self.looks.append((before, tuple(answer.body[name] for name in ("allow", "status", "because")), self.sent))


def refuse_neither_before_nor_after(entries: Sequence[object], looks: Sequence[tuple[int, object, int]]) -> None:
    """Each look saw a state that held while it was asked, and none an older one than the look before."""
    place = 0
    for first, seen, last in looks:
        places = [n for n in range(max(place, first), last + 1) if entries[n] == seen]
        assert places, (place, first, last, seen)
        place = places[0]


def test_thirty_five_learners_submit_at_once_while_the_teacher_looks_on(tmp_path: Path, made: bytes) -> None:
    """Every receipt and the end are those of the same facts one by one; who looks sees what is before or after."""
    path = tmp_path / "kept" / "school.db"
    tokens = class_file(path, made, roster())
    with served(path, tokens) as service:
        begun = service.client().get("/v1/changes?cursor=now").body["next"]
        desk, stream = Desk(service), service.stream("teacher", begun)
        stream.open()
        looks = ["/v1/classes/7a/map", "/v1/classes/7a/blockers", f"/v1/learners/{CLASS[1]}/next", "/v1/learners"]
        with ThreadPoolExecutor(len(CLASS) + len(looks) + 1) as pool:
            others = [pool.submit(desk.look, path) for path in looks]
            watching = pool.submit(desk.watch)
            receipts = dict(zip(CLASS, pool.map(desk.submit, CLASS), strict=True))
            desk.moments.end()
            for one in (watching, *others):
                one.result()
        states = {learner: service.client().get(f"/v1/learners/{learner}/state").body for learner in CLASS}
        with mastery.open(path, create=False) as engine:
            whole, _ = engine.changes_after(int(begun), most=1_000_000)
        wanted = {(one.learner, one.competency): one.after and one.after.value for one in whole}
        told: dict[tuple[str, str], str] = {}
        for _ in stream.read():
            told |= {(one["learner"], one["competency"]): one["after"] for one in stream.changes}
            if told == wanted:
                break
        assert service.faults == ""
        service.stop()

    alone = Alone(tmp_path / "alone.db")
    for learner, engine in alone.replay(made, path):
        at = datetime.fromisoformat(states[learner]["as_of"])
        assert receipts[learner] == alone.receipts[learner]
        assert states[learner] == show_json(learner, engine.progress(learner, at=at))
    refuse_neither_before_nor_after(alone.entries, desk.looks)
    assert len(set(alone.entries)) == 4


def other_place(learner: str) -> dict[str, str]:
    """Return the same roster as CSV, but for a learner who has moved to the other class."""
    found = roster()
    users = [
        *(f"{one},{'administrator' if one == 'office' else 'teacher'}" for one in ("teacher", "other", "office")),
        *(f"{one},student" for one in CLASS),
    ]
    placed = [
        f"{'7b' if one.person == learner else one.group},{one.person},{_SAID[one.role]}" for one in found.enrolments
    ]
    tables = {
        "users.csv": ["sourcedId,role", *users],
        "classes.csv": ["sourcedId,title", "7a,7a", "7b,7b"],
        "enrollments.csv": ["classSourcedId,userSourcedId,role", *placed],
    }
    return {name: "\n".join(lines) + "\n" for name, lines in tables.items()}


_SAID = {Role.LEARNER: "student", Role.TEACHER: "teacher"}


def test_two_processes_at_one_file_agree_at_once(tmp_path: Path, made: bytes) -> None:
    """What one records the other answers with at once; a roster, rules and the end of a token are in force in both."""
    path = tmp_path / "kept" / "school.db"
    tokens = class_file(path, made, roster())
    with ExitStack() as stack:
        services = [stack.enter_context(served(path, tokens)) for _ in range(2)]
        one, other = (service.client() for service in services)
        for client in (one, other):
            client.check("teak", BEYOND)  # so that both remember who is asked about
        seen = list[object]()
        for n, (way, body) in enumerate(there_and_back("teak", 3)):
            writes, asks = (one, other) if n % 2 else (other, one)
            assert writes.post(way, body).body["recorded"] == [body["key"]]
            seen.append(asks.check("teak", BEYOND).body["because"])
            assert seen[-1] == writes.check("teak", BEYOND).body["because"]
            assert asks.post(way, body).body["repeated"] == 1
            assert asks.post(way, {**body, "why": "another"}).status == 409
        assert len(set(seen[:4])) == 4
        assert seen == seen[:4] * 3

        teacher, theirs = services[1].client("teacher"), services[0].client("other")
        assert (teacher.get("/v1/learners/ash/next").status, theirs.get("/v1/learners/ash/next").status) == (200, 403)
        office = [service.client("office") for service in services]
        assert office[0].post("/v1/roster", {"files": other_place("ash")}).status == 200
        assert (teacher.get("/v1/learners/ash/next").status, theirs.get("/v1/learners/ash/next").status) == (403, 200)

        refuse_old_rules(*office)

        public = tokens["office"].split("_")[2]
        assert office[0].post(f"/v1/tokens/{public}/revoke", {}).status == 200
        assert [client.get("/v1/me").status for client in office] == [401, 401]
        streams = [service.stream() for service in services]
        for stream in streams:
            stream.open()
        for service in services:
            service.stop()
        assert all("change" in list(stream.read()) for stream in streams)


def refuse_old_rules(one: Client, other: Client) -> None:
    """Publish a policy through one service: the other lives by it, and takes none in place of the one before."""
    version = one.get("/v1/policy").body["version"]
    rules = {"form": "toml", "text": "[criteria]\npieces = 1\noccasions = 1\n"}
    published = one.post("/v1/policy:publish", rules, If_Match=f'"{version}"')
    assert published.status == 200, published.text
    assert other.get("/v1/policy").body["version"] == published.body["policy"] != version
    assert other.post("/v1/policy:publish", rules, If_Match=f'"{version}"').status == 412
    assert other.get("/v1/learners/ash/state").body["policy"] == published.body["policy"]
