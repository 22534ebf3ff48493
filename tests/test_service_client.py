"""The typed client that is generated from the OpenAPI description: whole, typed where it is used, and it works."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module, invalidate_caches
from pathlib import Path
from typing import Any

import pytest
from client_made import client_made
from serving import Served, class_file, served

from mastery.adapters.cli.simulation import LEARNERS

USED = """
from mastery_client import AuthenticatedClient
from mastery_client.api.access import check_access
from mastery_client.api.recording import record_evidence
from mastery_client.models import AccessCheck, Entry, EvidenceIn, Problem, Receipt

def may_enter(client: AuthenticatedClient, learner: str) -> bool:
    found = check_access.sync(client=client, body=AccessCheck(learner=learner, competency="FR3.1"))
    if isinstance(found, Entry):
        return found.allow
    assert isinstance(found, Problem)
    raise RuntimeError(found.detail)

def record(client: AuthenticatedClient, learner: str, score: float) -> list[str]:
    body = EvidenceIn(learner=learner, competency="FR3.1", score=score)
    found = record_evidence.sync(client=client, body=body)
    assert isinstance(found, Receipt)
    return [change.text for change in found.changes]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package, at hand for imports."""
    found = tmp_path_factory.mktemp("client")
    told = client_made(found)
    assert "WARNING" not in told.upper(), told
    assert "Unable" not in told, told
    sys.path.insert(0, str(found))
    invalidate_caches()
    yield found
    sys.path.remove(str(found))
    for name in [name for name in sys.modules if name.partition(".")[0] == "mastery_client"]:
        del sys.modules[name]


@pytest.fixture
def service(tmp_path: Path, made: bytes) -> Iterator[Served]:
    """A service that runs, on the demonstration class."""
    path = tmp_path / "school.db"
    with served(path, class_file(path, made)) as found:
        yield found
        found.stop()


def test_every_route_has_a_function(folder: Path) -> None:
    """Each operation of the description is a module of the client, by its name."""
    import json

    described = json.loads((folder / "openapi.json").read_text("utf-8"))
    wanted = {one["operationId"] for path in described["paths"].values() for one in path.values()}
    there = {file.stem for file in (folder / "mastery_client" / "api").rglob("*.py")} - {"__init__"}
    assert wanted == there


def test_code_that_uses_it_is_typed(folder: Path) -> None:
    """A program that uses the client is checked to the last answer: what is no field is found before it runs."""
    for text, code in ((USED, 0), (USED.replace("found.allow", "found.allowed"), 1)):
        (folder / "used.py").write_text(text, "utf-8")
        command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--no-error-summary", "used.py"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout


def test_it_asks_records_and_is_refused(folder: Path, service: Served) -> None:
    """Against a service that runs: steps, reasons, states, a piece recorded, changes read on, refusals as problems."""

    def api(name: str) -> Any:
        return import_module(f"mastery_client.api.{name}")

    package, models = import_module("mastery_client"), import_module("mastery_client.models")

    def client(who: str) -> Any:
        return package.AuthenticatedClient(service.address, service.tokens[who], raise_on_unexpected_status=True)

    teacher, who = client("teacher-7a"), LEARNERS[0]
    steps = api("learners.next_steps").sync(who, client=teacher, limit=2)
    assert isinstance(steps, models.Next)
    assert len(steps.steps) == 2
    code = steps.steps[0].code
    assert api("learners.why").sync(who, code, client=teacher).code == code
    entry = api("access.check_access").sync(client=teacher, body=models.AccessCheck(learner=who, competency=code))
    assert entry.allow

    states = api("learners.states").sync(
        client=teacher, body=models.BatchStates(learners=[who, LEARNERS[1]], competencies=[code])
    )
    assert [row.learner for row in states.learners] == [who, LEARNERS[1]]
    now = api("changes.changes").sync(client=teacher, cursor="now")
    grant = models.DecisionIn(learner=who, kind=models.DecisionInKind.GRANT, competency=code, why="shown orally")
    receipt = api("recording.decide").sync(client=teacher, body=grant, idempotency_key="once")
    again = api("recording.decide").sync(client=teacher, body=grant, idempotency_key="once")
    assert receipt.recorded == again.recorded
    page = api("changes.changes").sync(client=teacher, cursor=now.next_)
    assert [change.text for change in page.changes] == [change.text for change in receipt.changes]

    past = datetime.now(UTC) - timedelta(days=400)
    then = api("learners.state").sync(who, client=teacher, as_of=past.isoformat())
    assert isinstance(then, models.Show)
    refused = api("learners.next_steps").sync_detailed(LEARNERS[-1], client=teacher)
    assert (refused.status_code, refused.parsed.type_.value) == (403, "urn:mastery:problem:not-permitted")
    odd = models.EvidenceIn(learner=who, competency="nothing", score=0.5)
    wrong = api("recording.record_evidence").sync_detailed(client=teacher, body=odd)
    assert (wrong.status_code, wrong.parsed.type_.value) == (422, "urn:mastery:problem:unusable")
    stranger = package.AuthenticatedClient(service.address, "mastery_school_x_y")
    assert api("office.who_am_i").sync_detailed(client=stranger).status_code == 401
