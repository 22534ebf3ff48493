"""Readiness tells the truth: what keeps a file from being read and written is said in a word, while it does."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mastery.adapters.cli.serving_demo import roster_for_show
from mastery.adapters.cli.simulation import LEARNERS
from mastery.adapters.http import Settings, Tenant, Tenants, service
from mastery.adapters.http.credentials import issue_token

ASH = LEARNERS[1]


@pytest.fixture
def path(tmp_path: Path, made: bytes) -> Path:
    found = tmp_path / "school.db"
    found.write_bytes(made)
    return found


@pytest.fixture
def client(path: Path) -> Iterator[TestClient]:
    """A service on the demonstration class that waits but a moment for a lock, asked by a system."""
    with Tenants([Tenant("school", path, patience=0.1)]) as tenants:
        tenant = tenants.only()
        assert tenant is not None
        tenant.access.rosters.replace(roster_for_show())
        token = issue_token(tenant, "test", expires_at=tenant.clock() + timedelta(days=1))[1]
        app = service(tenants, Settings())
        yield TestClient(app, headers={"authorization": f"Bearer {token}"}, raise_server_exceptions=False)


def ready(client: TestClient) -> tuple[int, Any]:
    found = client.get("/readyz")
    return found.status_code, found.json()["tenants"][0]["trouble"]


def refused(client: TestClient) -> None:
    """Ask for what has to be written down: it is refused in words, without the place of the file, for a while."""
    piece = {"learner": ASH, "competency": "WN3.1", "score": 0.9}
    for found in (client.post("/v1/evidence", json=piece), client.get(f"/v1/learners/{ASH}/why/WN3.1")):
        assert found.status_code == 503, found.text
        assert found.json()["type"] == "urn:mastery:problem:store-unavailable"
        assert found.headers["retry-after"]
        assert str(os.sep) + "school.db" not in found.text
        assert ".db" not in found.text


def works(client: TestClient) -> None:
    assert ready(client) == (200, None)
    assert client.post("/v1/evidence", json={"learner": ASH, "competency": "WN3.1", "score": 0.9}).status_code == 200
    assert client.get(f"/v1/learners/{ASH}/why/WN3.1").status_code == 200


def test_a_file_that_is_all_right_is_ready(client: TestClient) -> None:
    """Ready means that it was read and written this moment."""
    works(client)


def test_locked_by_another_program_it_is_not_ready_until_that_lets_go(client: TestClient, path: Path) -> None:
    """While another program holds the file nothing is written or newly shown; what was noted is shown all the while."""
    assert client.get(f"/v1/learners/{ASH}/next").status_code == 200
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert ready(client) == (503, "locked")
    refused(client)
    assert client.get(f"/v1/learners/{ASH}/next").status_code == 200  # the disclosure is in the log since before
    other.execute("ROLLBACK")
    other.close()
    works(client)


def test_a_file_that_was_replaced_is_told(client: TestClient, path: Path, made: bytes) -> None:
    """Where another file lies in its place nothing is written into what nobody will find."""
    path.rename(path.with_name("away.db"))
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).rename(path.with_name("away.db" + end))
    assert ready(client)[0] == 503
    path.write_bytes(made)
    assert ready(client)[0] == 503
    piece = {"learner": ASH, "competency": "WN3.1", "score": 0.9}
    assert client.post("/v1/evidence", json=piece).status_code == 503


def test_a_full_disk_is_told_and_forgotten_when_there_is_room(client: TestClient, path: Path) -> None:
    """Where nothing more can be kept it says full; reads that are noted already go on; with room all is well again."""
    tenant = client.app.state.tenants.only()  # type: ignore[attr-defined]
    assert client.get(f"/v1/learners/{ASH}/next").status_code == 200
    connections = [tenant.access._file._writes, tenant.engine._store._connection]
    before = [one.execute("PRAGMA max_page_count").fetchone()[0] for one in connections]
    for one in connections:
        one.execute("PRAGMA max_page_count = 1")  # it takes as many as there are: not one more
    text = "x" * 3_900
    while (
        found := client.post("/v1/evidence", json={"learner": ASH, "competency": "WN3.1", "score": 1, "item": text})
    ).is_success:
        text = text[:-1] + chr(ord(text[-1]) + 1)
    assert found.status_code == 503
    assert "full" in found.json()["detail"]
    assert client.get(f"/v1/learners/{ASH}/next").status_code == 200
    for one, pages in zip(connections, before, strict=True):
        one.execute(f"PRAGMA max_page_count = {pages}")
    works(client)


def test_a_file_of_a_newer_version_is_not_opened(path: Path) -> None:
    """A service does not start on a file that a newer version has changed."""
    Tenant("school", path).close()
    with sqlite3.connect(path) as other:
        other.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('mastery', 'of_2031', 'x')"
        )
    other.close()
    with pytest.raises(Exception, match="newer version"):
        Tenant("school", path)


def test_alive_says_nothing_of_the_file(client: TestClient, path: Path) -> None:
    """The process is alive whatever its file is like."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert client.get("/healthz").json() == {"alive": True}
    other.close()
