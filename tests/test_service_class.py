"""A class at work: everybody submits at once while the teacher's map reloads, on one process, two, and one file."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import Any

from attrs import evolve
from served_class import Served, prepared, serving

import competencies
import mastery
from mastery.adapters.cli.simulation import LEARNERS
from mastery.store.access import AccessStore

FRAMEWORK = competencies.pack("fractions-to-proportions")
CODES = [leaf.code for leaf in FRAMEWORK.leaves]
NEW = [f"new-{n}" for n in range(35 - len(LEARNERS))]


def pieces(learner: str, count: int) -> list[dict[str, Any]]:
    """Return what a learner submits in a lesson: the same for a name."""
    rng = random.Random(learner)
    return [
        {
            "learner": learner,
            "competency": rng.choice(CODES[:12]),
            "score": rng.choice((0.4, 0.9, 1.0)),
            "observed_at": f"2026-03-17T0{8 + n // 60}:{n % 60:02}:00Z",
            "purpose": rng.choice(("formative", "check")),
            "key": f"{learner}-{n}",
        }
        for n in range(count)
    ]


def test_thirty_five_learners_submit_while_the_map_reloads(tmp_path: Path, made: bytes) -> None:
    """Every request is answered as alone, the map and the page check never fail, and the end is that of one by one."""
    path = tmp_path / "school.db"
    tokens = prepared(path, made, "teacher-7a")
    lesson = {learner: pieces(learner, 12) for learner in [*LEARNERS, *NEW]}
    assert len(lesson) == 35
    over = Event()
    with serving(path) as served:

        def submit(learner: str) -> list[tuple[int, Any]]:
            return [served.ask("POST", "/v1/evidence", tokens[""], piece)[:2] for piece in lesson[learner]]

        def reload(asked: tuple[str, str, str, object]) -> list[int]:
            method, what, token, body = asked
            found = []
            while not over.is_set() or not found:
                found.append(served.ask(method, what, tokens[token], body)[0])
            return found

        watched = [
            ("GET", "/v1/classes/7a/map", "teacher-7a", None),
            ("GET", "/v1/classes/7a/blockers", "teacher-7a", None),
            ("POST", "/v1/access:check", "", {"learner": LEARNERS[0], "competency": CODES[3]}),
            ("GET", "/v1/changes?cursor=now", "teacher-7a", None),
        ]
        with ThreadPoolExecutor(35 + len(watched)) as pool:
            reloads = [pool.submit(reload, asked) for asked in watched]
            answers = list(pool.map(submit, lesson))
            over.set()
            seen = [one.result() for one in reloads]
        assert {status for answer in answers for status, _ in answer} == {200}
        assert [answer["recorded"] for theirs in answers for _, answer in theirs] == [
            [piece["key"]] for learner in lesson for piece in lesson[learner]
        ]
        assert all(set(statuses) == {200} for statuses in seen)
        assert served.end() == 0

    (tmp_path / "alone.db").write_bytes(made)
    when = datetime(2026, 3, 18, tzinfo=UTC)
    with (
        mastery.open(path, clock=lambda: when) as together,
        mastery.open(tmp_path / "alone.db", clock=lambda: when) as alone,
    ):
        for theirs in lesson.values():
            for piece in theirs:
                alone.record(mastery.Evidence(**{**piece, "observed_at": datetime.fromisoformat(piece["observed_at"])}))
        for learner in lesson:
            one, other = (engine.progress(learner, at=when) for engine in (together, alone))
            assert dict(one.standings()).keys() == dict(other.standings()).keys()
            assert [s.status for _, s in one.standings()] == [s.status for _, s in other.standings()], learner


def test_two_processes_at_one_file_agree_at_once(tmp_path: Path, made: bytes) -> None:
    """What one records the other answers with; a roster, rules and a revoked token are in force in both at once."""
    path = tmp_path / "school.db"
    tokens = prepared(path, made, "teacher-7a", "office")
    piece = {"learner": LEARNERS[0], "competency": CODES[0], "score": 0.9, "key": "one"}
    with ExitStack() as stack:
        one, other = (stack.enter_context(serving(path)) for _ in range(2))
        assert other.ask("GET", "/v1/facts/one", tokens["teacher-7a"])[0] == 404
        assert one.ask("POST", "/v1/evidence", tokens["teacher-7a"], piece)[1]["recorded"] == ["one"]
        assert other.ask("GET", "/v1/facts/one", tokens["teacher-7a"])[1]["score"] == 0.9
        assert other.ask("POST", "/v1/evidence", tokens["teacher-7a"], piece)[1]["repeated"] == 1
        assert other.ask("POST", "/v1/evidence", tokens["teacher-7a"], {**piece, "score": 0.1})[0] == 409

        store = AccessStore(path)
        roster = store.rosters.current()
        without = [e for e in roster.enrolments if e.person != "teacher-7a"]
        store.rosters.replace(evolve(roster, enrolments=tuple(without)))
        store.close()
        for served in (one, other):
            assert served.ask("GET", f"/v1/learners/{LEARNERS[0]}/next", tokens["teacher-7a"])[0] == 403

        version = one.ask("GET", "/v1/policy", tokens["office"])[1]["version"]
        seen = {"if-match": f'"{version}"'}
        rules = {"form": "toml", "text": "[criteria]\npieces = 1\noccasions = 1\n"}
        published = one.ask("POST", "/v1/policy:publish", tokens["office"], rules, seen)
        assert published[0] == 200, published
        assert other.ask("GET", "/v1/policy", tokens["office"])[1]["version"] == published[1]["policy"] != version
        assert other.ask("POST", "/v1/policy:publish", tokens["office"], rules, seen)[0] == 412

        public = tokens["office"].split("_")[2]
        assert one.ask("POST", f"/v1/tokens/{public}/revoke", tokens["office"])[0] == 200
        assert [served.ask("GET", "/v1/me", tokens["office"])[0] for served in (one, other)] == [401, 401]


def test_a_stream_sends_what_is_recorded_and_ends_with_the_service(tmp_path: Path, made: bytes) -> None:
    """An open stream gets each change as it is recorded, with its cursor, and does not keep the service from ending."""
    path = tmp_path / "school.db"
    tokens = prepared(path, made, "teacher-7a")
    with serving(path) as served:
        lines, open_ = _stream(served, tokens["teacher-7a"])
        assert open_.wait(30)
        with mastery.open(path) as engine:
            before = engine.position[0]
        passed = {"learner": LEARNERS[0], "kind": "grant", "competency": CODES[2], "why": "shown", "by": "the teacher"}
        other = {**passed, "learner": LEARNERS[-1]}  # of the other class: not the teacher's to see
        for decision in (other, passed):
            assert served.ask("POST", "/v1/decisions", tokens[""], decision)[0] == 200
        while not any(line.startswith("data: ") for line in lines):
            open_.clear()
            assert open_.wait(30)
        text = "\n".join(lines)
        assert f'"learner": "{LEARNERS[0]}"' in text
        assert f'"learner": "{LEARNERS[-1]}"' not in text
        cursors = [int(line.removeprefix("id: ")) for line in lines if line.startswith("id: ")]
        assert cursors[0] == before
        assert served.end() == 0
        assert "Ended." in "\n".join(served.printed) or served.process.poll() == 0
        assert not any("Traceback" in line for line in served.printed), served.printed


def _stream(served: Served, token: str) -> tuple[list[str], Event]:
    """Open a stream in a thread of its own; return its lines as they come, and an event for each."""
    lines: list[str] = []
    came = Event()

    def read() -> None:
        connection = HTTPConnection("127.0.0.1", served.port, timeout=60)
        connection.request("GET", "/v1/changes/stream", headers={"authorization": f"Bearer {token}"})
        found = connection.getresponse()
        while line := found.readline():
            lines.append(line.decode().rstrip())
            came.set()
        connection.close()

    Thread(target=read, daemon=True).start()
    return lines, came
