"""The service answers as the command line does, to the byte, and every answer has its shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from attrs import frozen
from starlette.testclient import TestClient
from typing_commands import ROOT, Run

from mastery.adapters.cli.serving_demo import roster_for_show
from mastery.adapters.cli.simulation import LEARNERS
from mastery.adapters.http import Settings, Tenant, Tenants, service
from mastery.adapters.http.credentials import issue_token
from mastery.adapters.http.described import component

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
AT = "2026-03-16T08:00:00Z"
GRADUATION = (ROOT / "examples" / "graduation.toml").read_text("utf-8")
CLASS = [word for learner in LEARNERS[: len(LEARNERS) // 2] for word in ("--learner", learner)]
FUTURE = "2026-06-30"


@frozen
class Alike:
    """A question in both tongues: the words of a command, and a request."""

    command: tuple[str, ...]
    path: str
    body: Any = None

    def __str__(self) -> str:
        return " ".join(word for word in self.command if word not in CLASS)[:40]


LEARNER = [
    Alike(("next", "ash"), "/v1/learners/ash/next"),
    Alike(("next", "holly", "-n", "2", "--goal", "RA6.11"), "/v1/learners/holly/next?limit=2&goal=RA6.11"),
    Alike(("show", "ash"), "/v1/learners/ash/state"),
    Alike(("show", "nobody"), "/v1/learners/nobody/state"),
    Alike(("why", "holly", "RA6.11"), "/v1/learners/holly/why/RA6.11"),
    Alike(("why", "ash", "WN3.1", "-n", "1"), "/v1/learners/ash/why/WN3.1?limit=1"),
    Alike(("path", "ash", "RA6.11"), "/v1/learners/ash/path?to=RA6.11"),
    Alike(("path", "ash", "FR3.1; (FR3.5 or FO4.1)"), f"/v1/learners/ash/path?to={quote('FR3.1; (FR3.5 or FO4.1)')}"),
    Alike(("report", "olive", "--weeks", "3"), "/v1/learners/olive/report?weeks=3"),
    Alike(("changes", "ash", "--since", "2026-03-02"), "/v1/learners/ash/changes?since=2026-03-02"),
    Alike(("pace", "ash", "--goal", "FR3.5", "--by", FUTURE), f"/v1/learners/ash/pace?goal=FR3.5&by={FUTURE}"),
]
TABLES = [
    Alike(("map", *CLASS), "/v1/classes/7a/map"),
    Alike(("map", *CLASS, "--only", "FR3.1", "--only", "FR3.2"), "/v1/classes/7a/map?only=FR3.1&only=FR3.2"),
    Alike(("ready", "FR3.5", *CLASS), "/v1/classes/7a/ready/FR3.5"),
    Alike(("stuck", *CLASS), "/v1/classes/7a/stuck"),
    Alike(("stuck", *CLASS, "--attempts", "2", "--days", "3"), "/v1/classes/7a/stuck?attempts=2&days=3"),
    Alike(("blockers", *CLASS), "/v1/classes/7a/blockers"),
    Alike(("blockers",), "/v1/classes/everybody/blockers"),
    Alike(("rechecks", *CLASS, "--days", "30"), "/v1/classes/7a/rechecks?days=30"),
    Alike(("pace", "--goal", "FR3.5", "--by", FUTURE, *CLASS), f"/v1/classes/7a/pace?goal=FR3.5&by={FUTURE}"),
]
POSTED = [
    Alike(("groups", *CLASS), "/v1/classes/7a/groups", {"as_of": AT}),
    Alike(("groups", *CLASS, "--size", "2-4", "--adults", "4", "--seed", "3"), "/v1/classes/7a/groups",
          {"as_of": AT, "smallest": 2, "largest": 4, "adults": 4, "seed": 3}),
    Alike(("require", *LEARNERS[:14], "--requirements", "graduation.toml", "--version", "2025"),
          "/v1/classes/7a/requirements", {"as_of": AT, "requirements": GRADUATION, "version": "2025"}),
]  # fmt: skip


@pytest.fixture
def client(monday: Run, tmp_path: Path) -> Iterator[TestClient]:
    """A service on the database that the commands use, asked by a system, on that Monday."""
    (tmp_path / "graduation.toml").write_text(GRADUATION, "utf-8")
    with Tenants([Tenant("school", tmp_path / "mastery.db", clock=lambda: MONDAY)]) as tenants:
        tenant = tenants.only()
        assert tenant is not None
        tenant.access.rosters.replace(roster_for_show())
        token = issue_token(tenant, "test", expires_at=MONDAY + timedelta(days=1))[1]
        app = service(tenants, Settings(clock=lambda: MONDAY))
        yield TestClient(app, headers={"authorization": f"Bearer {token}"})


def asked(client: TestClient, alike: Alike, accept: str = "application/json") -> bytes:
    mark = "&" if "?" in alike.path else "?"
    headers = {"accept": accept}
    if alike.body is None:
        found = client.get(f"{alike.path}{mark}as_of={AT}", headers=headers)
    else:
        found = client.post(alike.path, json=alike.body, headers=headers)
    assert found.status_code == 200, found.text
    return found.content


@pytest.mark.parametrize("alike", [*LEARNER, *TABLES, *POSTED], ids=str)
def test_json_is_that_of_the_command_to_the_byte(client: TestClient, monday: Run, alike: Alike) -> None:
    """What `--json` prints is what the service sends."""
    code, out, err = monday(*alike.command, "--as-of", AT, "--json")
    assert code == 0, err
    assert asked(client, alike) == out.encode()


@pytest.mark.parametrize("alike", [*TABLES, *POSTED, LEARNER[-2], LEARNER[-1]], ids=str)
def test_csv_is_that_of_the_command_to_the_byte(client: TestClient, monday: Run, alike: Alike) -> None:
    """What `--csv` prints is what the service sends to who accepts CSV alone."""
    code, out, err = monday(*alike.command, "--as-of", AT, "--csv")
    assert code == 0, err
    assert asked(client, alike, "text/csv") == out.encode()


def test_rules_and_reviews_are_those_of_the_commands(client: TestClient, monday: Run) -> None:
    """The policy in force, a review of a framework and the look at another policy read the same in both."""
    assert client.get("/v1/policy").text == monday("policy", "--json")[1]
    table = (ROOT / "examples" / "ratios-draft.csv").read_text("utf-8")
    found = client.post("/v1/framework:check", json={"form": "csv", "text": table})
    said = json.loads(monday("review", str(ROOT / "examples" / "ratios-draft.csv"), "--json")[1])
    assert {**found.json(), "title": ""} == {**said, "title": ""}  # a file is called by its name
    looked = client.post("/v1/policy:impact", json={"form": "name", "text": "canvas-latest"})
    assert looked.text == monday("publish", "policy", "canvas-latest", "--check", "--json")[1]


def test_a_receipt_and_a_what_if_are_those_of_the_commands(client: TestClient, monday: Run, tmp_path: Path) -> None:
    """What recording changed, or would change, is told in the same bytes."""
    (tmp_path / "other.db").write_bytes((tmp_path / "mastery.db").read_bytes())
    piece = {"learner": "holly", "competency": "RA6.1", "score": 0.9, "observed_at": "2026-03-16T07:00:00Z"}
    told = monday("record", "holly", "RA6.1", "0.9", "--at", "2026-03-16T07:00:00Z", "--key", "k", "--json",
                  "--db", "other.db")[1]  # fmt: skip
    assert client.post("/v1/evidence", json={**piece, "key": "k"}).text == told


SHAPES = {
    "/v1/learners?limit=3": "learners",
    "/v1/classes": "classes",
    "/v1/learners/ash/timeline?limit=50": "timeline",
    "/v1/changes?limit=100": "changes-page",
    "/v1/framework?limit=5": "framework",
    "/v1/glossary": "glossary",
    "/v1/me": "me",
    "/v1/disclosures": "disclosures",
    "/v1/roster": "roster",
    "/v1/figures": "figures",
    "/healthz": "health",
    "/readyz": "readiness",
}


@pytest.mark.parametrize("path", SHAPES)
def test_answers_of_the_service_alone_have_their_shapes(client: TestClient, path: str) -> None:
    """Answers that no command gives are as docs/schemas has them, and as the OpenAPI description says."""
    found = client.get(path)
    schema = json.loads((ROOT / "docs" / "schemas" / f"{SHAPES[path]}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found.json())
    described = client.get("/openapi.json").json()["paths"][path.partition("?")[0].replace("/ash/", "/{learner}/")]
    ref = described["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    assert ref == f"#/components/schemas/{component(SHAPES[path])}"


def test_lists_go_on_where_they_broke_off(client: TestClient) -> None:
    """Page by page a list is what it is in one: learners, a timeline, the framework, changes, disclosures."""
    for path, name, many in (
        ("/v1/learners", "learners", 1000),
        ("/v1/learners/ash/timeline", "facts", 1000),
        ("/v1/framework", "competencies", 1000),
        ("/v1/disclosures", "disclosures", 1000),
    ):
        whole = client.get(f"{path}?limit={many}").json()[name]
        found, cursor = [], None
        while True:
            page = client.get(path, params={"limit": 7, **({"cursor": cursor} if cursor is not None else {})}).json()
            found += page[name]
            cursor = page["next"]
            assert len(page[name]) == 7 or cursor is None
            if cursor is None:
                break
        assert found[: len(whole)] == whole  # looking at the log adds to it
        assert len(found) == len(whole) or name == "disclosures"
        assert len(found) > 7


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    """With its ETag an answer about now is 304 until something in it is another; so is one about the past."""
    for path in ("/v1/learners/ash/next", "/v1/classes/7a/map", f"/v1/learners/ash/state?as_of={AT}", "/v1/policy"):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(path, headers={"if-none-match": f'"x", {first.headers["etag"]}'}).status_code == 304
        assert client.get(path, headers={"if-none-match": '"x"'}).status_code == 200
    tag = client.get("/v1/learners/ash/next").headers["etag"]
    grant = {"learner": "ash", "kind": "grant", "competency": "WN3.1", "why": "shown", "by": "the teacher"}
    assert client.post("/v1/decisions", json=grant).status_code == 200
    assert client.get("/v1/learners/ash/next", headers={"if-none-match": tag}).status_code == 200


def test_a_batch_says_what_each_state_says(client: TestClient) -> None:
    """Where many learners stand on many competencies is what the state of each says of each."""
    learners = LEARNERS[:9]
    codes = [one["code"] for one in client.get(f"/v1/learners/ash/state?as_of={AT}").json()["competencies"]][:40]
    found = client.post("/v1/states:batch", json={"learners": learners, "competencies": codes, "as_of": AT}).json()
    for row in found["learners"]:
        state = client.get(f"/v1/learners/{row['learner']}/state?as_of={AT}").json()["competencies"]
        assert row["states"] == [one for code in codes for one in state if one["code"] == code]
    assert client.post("/v1/states:batch", json={"learners": ["x"] * 201}).status_code == 422
