"""The service on a bad day of its file: /readyz tells it, requests are refused with words, and then all is well."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from mishaps import started
from serving import Answer, Client, Served, class_file, served

from mastery import Evidence, StoreError
from mastery.adapters.http.tenants import Tenant, Tenants

LINUX = sys.platform == "linux"
SHORT = (
    "-c",
    "from mastery.adapters.http.tenants import Tenant; Tenant.__init__.__kwdefaults__['patience'] = 0.8\n"
    "from mastery.adapters.cli.app import main; main()",
)
"""Where waiting to the end is what is tested: a service that waits less long."""

BOUND = (
    "-c",
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'mastery', *sys.argv[1:]])",
)
"""As a user whom permissions bind, root or not: CAP_DAC_OVERRIDE is given away."""

LEAF = "fpr-unit-fractions"


@contextmanager
def school(folder: Path, made: bytes, start: Collection[str] = ("-m", "mastery")) -> Iterator[Served]:
    """A service on a file of the demonstration class, at which somebody has looked at one learner."""
    path = folder / "kept" / "school.db"
    with served(path, class_file(path, made), start) as service:
        assert [one.status for one in noted(service.client())] == [200, 200]
        yield service


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory, made: bytes) -> Iterator[Served]:
    """A service that has its bad days one after the other, and ends well."""
    with school(tmp_path_factory.mktemp("usual"), made) as service:
        yield service
        service.stop()


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory, made: bytes) -> Iterator[Served]:
    """Another that waits less long."""
    with school(tmp_path_factory.mktemp("short"), made, SHORT) as service:
        yield service
        service.stop()


HOLD = """
import sqlite3
from datetime import UTC, datetime
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
if len(sys.argv) > 2:
    with mastery.open(sys.argv[1], create=False) as engine:
        now = datetime.now(UTC)
        engine.record(*(mastery.Evidence(sys.argv[2], sys.argv[3], 1.0, now, occasion=f"{n}") for n in range(3)))
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(path: Path, *recorded: str) -> Iterator[subprocess.Popen[str]]:
    """Let another process have the file to itself, which has just recorded work of a learner, if one is named."""
    with started(HOLD, path, *recorded) as other:
        assert other.stdin
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        yield other
        other.stdin.close()
        other.wait()


def is_ready(client: Client) -> str | None:
    """What /readyz says is wrong, in a word; None where nothing is."""
    answer = client.get("/readyz")
    (tenant,) = answer.body["tenants"]
    assert (answer.status == 200) is answer.body["ready"] is tenant["ready"] is (tenant["trouble"] is None)
    return tenant["trouble"]


def piece(key: str, learner: str = "ash") -> dict[str, object]:
    return {"learner": learner, "competency": LEAF, "score": 1, "key": key, "observed_at": "2026-03-16T09:00:00Z"}


def recorded(client: Client, key: str) -> bool:
    """Record a piece, and return whether it was new; it has an Idempotency-Key too."""
    return bool(client.post("/v1/evidence", piece(key), Idempotency_Key=key).body["recorded"] == [key])


def refused(answer: Answer, path: Path) -> bool:
    """Whether an answer says that the records cannot be used now and when to come again; nothing of the machine."""
    assert str(path.parent) not in answer.text
    assert path.name not in answer.text
    if answer.status == 200:
        return False
    assert answer.status == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"].isdigit()
    assert answer.body["type"] == "urn:mastery:problem:store-unavailable"
    assert "database at" not in answer.text
    return True


def noted(client: Client) -> list[Answer]:
    """Look at a learner in two ways that were noted before today."""
    return [client.check("ash", LEAF), client.get("/v1/learners/ash/next")]


def all_is_well(service: Served) -> None:
    """Everything works, and nothing was logged that nobody foresaw."""
    client = service.client("teacher-7b")
    assert is_ready(client) is None
    key = os.urandom(4).hex()
    assert client.get("/v1/learners/spruce/state").status == 200
    assert recorded(service.client(), key)
    assert service.faults == ""


# Locked.


def test_a_lock_of_another_process_keeps_nobody_from_reading(usual: Served) -> None:
    """While a write and a first look wait for another process, what was noted is answered; then those are done too."""
    client, answers = usual.client(), list[Answer]()
    with locked(usual.path):
        waiting = [
            Thread(target=lambda: answers.append(usual.client().post("/v1/evidence", piece("waits")))),
            Thread(target=lambda: answers.append(usual.client("teacher-7a").get("/v1/learners/ash/next"))),
        ]
        for one in waiting:
            one.start()
        assert is_ready(client) == "locked"
        assert client.get("/healthz").body == {"alive": True}  # of the process, whatever its file is like
        for _ in range(20):
            assert [one.status for one in noted(client)] == [200, 200]
        assert answers == []
    for one in waiting:
        one.join()
    assert [one.status for one in answers] == [200, 200]
    all_is_well(usual)


def test_who_waits_longer_than_may_be_is_told_when_to_come_again(short: Served) -> None:
    """A lock that outlasts the wait is told as such, what was noted goes on, and afterwards the same is done once."""
    client = short.client()
    with locked(short.path):
        assert is_ready(client) == "locked"
        assert refused(client.post("/v1/evidence", piece("late"), Idempotency_Key="late"), short.path)
        assert refused(client.get("/v1/learners/elm/next"), short.path)
        assert [refused(one, short.path) for one in noted(client)] == [False, False]
    assert recorded(client, "late")
    assert client.get("/v1/learners/elm/next").status == 200
    all_is_well(short)


def test_a_stream_outlasts_a_lock(short: Served) -> None:
    """A stream that cannot note what it is about to show waits, and then shows it: it neither breaks nor skips."""
    client = short.client()
    stream = short.stream("teacher-7b", client.get("/v1/changes?cursor=now").body["next"])
    stream.open()
    events = stream.read()
    assert next(events) == "message"
    with locked(short.path, "spruce", "fpr-coordinate-plane"):
        for learner in ("fir", "oak"):  # so that it has waited too long as well
            assert refused(client.get(f"/v1/learners/{learner}/next"), short.path)
        assert stream.changes == []
    while next(events) != "change":
        pass
    assert {one["learner"] for one in stream.changes} == {"spruce"}
    all_is_well(short)


def test_it_ends_when_it_is_told_to_while_a_write_waits(tmp_path: Path, made: bytes) -> None:
    """Ctrl+C ends the service also while another process has the file: who waits for it is told to come again."""
    with school(tmp_path, made) as service:
        client, answers = service.client(), list[Answer]()
        with locked(service.path):
            waiting = Thread(target=lambda: answers.append(service.client().post("/v1/evidence", piece("late"))))
            waiting.start()
            assert is_ready(client) == "locked"
            service.stop()
            waiting.join()
        assert [refused(one, service.path) for one in answers] == [True]


def test_only_so_many_wait_for_another_process(tmp_path: Path, made: bytes) -> None:
    """Of very many writers some wait, who are served when the file is free, and the others are told at once."""
    told, done = list[str](), list[int]()
    class_file(tmp_path / "kept" / "school.db", made)

    def write(n: int) -> None:
        try:
            tenant.written(lambda: tenant.engine.record(Evidence("ash", LEAF, 1.0, tenant.clock(), key=f"{n}")))
            done.append(n)
        except StoreError as fault:
            told.append(str(fault))

    with Tenants.opened({"school": tmp_path / "kept" / "school.db"}) as (tenant,):
        with locked(tenant.path):
            writers = [Thread(target=write, args=(n,)) for n in range(40)]
            writers[0].start()
            while not tenant.turn._held_up:
                pass
            for one in writers[1:]:
                one.start()
            while len(told) < 40 - 1 - 16:
                assert tenant.engine.progress("ash").facts  # who reads is not held up
            assert done == []
        for one in writers:
            one.join()
        kept = {n for n in range(40) if tenant.engine.find(f"{n}") is not None}

    assert len(done) == 1 + 16
    assert all("is locked" in one for one in told)
    assert kept == set(done)


# Newer, full, gone.


def test_a_newer_version_s_change_stops_writing_until_it_is_gone(usual: Served) -> None:
    """A file that a newer version changes while it is served is not written from then on; what was noted is read."""
    client = usual.client()
    other = sqlite3.connect(usual.path, isolation_level=None)
    for which in ("mastery", "mastery-access"):
        other.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES (?, 'badges')", (which,))
        assert is_ready(client) == "newer"
        assert refused(client.post("/v1/evidence", piece("newer", "beech"), Idempotency_Key="newer"), usual.path)
        assert refused(client.get("/v1/learners/beech/next"), usual.path)
        assert [refused(one, usual.path) for one in noted(client)] == [False, False]
        with pytest.raises(StoreError, match="Update mastery"):
            Tenant("school", usual.path)  # nor does another service start on it
        other.execute("DELETE FROM _sqlite_migrations WHERE name = 'badges'")
        all_is_well(usual)
    other.close()


@pytest.mark.skipif(not LINUX, reason="no limit can be set on another process here: nothing was tested")
def test_a_full_disk_is_told_and_then_all_is_well(usual: Served) -> None:
    """Where no more room is given, writes and first looks are refused, and the same is done once when there is some."""
    import resource

    client, pid = usual.client(), usual.process.pid
    _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (100, most))
    assert is_ready(client) == "full"
    assert refused(client.post("/v1/evidence", piece("full"), Idempotency_Key="full"), usual.path)
    assert refused(client.post("/v1/evidence", piece("fuller")), usual.path)
    assert refused(client.get("/v1/learners/cedar/next"), usual.path)
    assert [refused(one, usual.path) for one in noted(client)] == [False, False]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
    assert recorded(client, "full")
    all_is_well(usual)


def test_a_file_that_is_gone_is_told_until_it_is_back(usual: Served) -> None:
    """Moved, replaced, deleted: nothing is recorded or first looked at where nobody will find it, until it is back."""
    client, path = usual.client(), usual.path
    aside = path.with_name("aside.db")
    for harm in ("moved", "replaced", "deleted"):
        aside.hardlink_to(path)
        path.unlink()
        if harm == "replaced":
            shutil.copy(aside, path)
        elif harm == "deleted":
            aside = aside.rename(path.parent.parent / "elsewhere.db")
        assert is_ready(client) == "gone", harm
        assert refused(client.post("/v1/evidence", piece(harm, "hazel"), Idempotency_Key=harm), path)
        assert refused(client.get("/v1/learners/hazel/next"), path)
        assert all(one.status == 200 or refused(one, path) for one in noted(client))
        aside.replace(path)
        assert recorded(client, harm)
        all_is_well(usual)


@pytest.mark.skipif(not LINUX, reason="permissions may not bind this user: nothing was tested")
def test_a_file_that_may_only_be_read_serves_who_looks_at_themselves(tmp_path: Path, made: bytes) -> None:
    """From a read-only file learners see their own, nobody anybody else's (no log, no look); permitted, all is well."""
    path = tmp_path / "kept" / "school.db"
    tokens = class_file(path, made)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    with served(path, tokens, BOUND) as service:
        client, own = service.client(), service.client("ash")
        assert is_ready(client) == "read-only"
        assert refused(client.post("/v1/evidence", piece("late"), Idempotency_Key="late"), path)
        assert [refused(one, path) for one in noted(client)] == [True, True]
        assert [refused(one, path) for one in noted(own)] == [False, False]
        path.parent.chmod(0o755)
        path.chmod(0o644)
        assert recorded(client, "late")
        assert [one.status for one in (*noted(client), *noted(own))] == [200] * 4
        all_is_well(service)
        service.stop()
