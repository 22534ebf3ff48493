"""The service answers as the command line does, to the byte, and every answer has its shape."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from attrs import frozen
from fastapi import FastAPI
from starlette.testclient import TestClient
from typing_commands import ROOT, Run, fits

from mastery.adapters.cli.serving_demo import roster_for_show
from mastery.adapters.cli.simulation import LEARNERS
from mastery.adapters.http import Settings, Tenant, Tenants, service
from mastery.adapters.http.credentials import issue_token, set_password
from mastery.adapters.http.described import component
from mastery.adapters.http.shipped import schemas
from mastery.clock import present

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
AT = "2026-03-16T08:00:00Z"
EXAMPLES = ROOT / "examples"
GRADUATION = (EXAMPLES / "graduation.toml").read_text("utf-8")
CLASS = [word for learner in LEARNERS[: len(LEARNERS) // 2] for word in ("--learner", learner)]
FUTURE, LATER = "2026-06-30", "2030-01-07T08:00:00Z"


def _column(name: str, of: str) -> dict[str, str]:
    """Return a column of a table of learners."""
    rows = csv.DictReader(io.StringIO((EXAMPLES / name).read_text("utf-8")))
    return {row["learner"]: row[of] for row in rows if row[of]}


def _rooms() -> str:
    """Return who is in which class by the roster, as a table."""
    roster = roster_for_show()
    placed = [(one, group) for group in sorted(roster.classes) for one in roster.learners_of(group, MONDAY.date())]
    return "learner,class\n" + "".join(f"{one},{group}\n" for one, group in placed)


QUIZ = [{"learner": one, "competency": "FR3.2", "score": 0.9, "observed_at": AT, "key": one} for one in LEARNERS[:9]]
FILES = {
    "graduation.toml": GRADUATION,
    "cohorts.csv": (EXAMPLES / "cohorts.csv").read_text("utf-8"),
    "backgrounds.csv": (EXAMPLES / "backgrounds.csv").read_text("utf-8"),
    "rooms.csv": _rooms(),
    "quiz.csv": "learner,competency,score,observed_at,key\n"
    + "".join(f"{one['learner']},FR3.2,0.9,{AT},{one['learner']}\n" for one in QUIZ),
    "framework.csv": (EXAMPLES / "ratios-draft.csv").read_text("utf-8"),
    "district.toml": (EXAMPLES / "district.toml").read_text("utf-8"),
}
FAIR = {"as_of": AT, "column": "language", "of": _column("backgrounds.csv", "language"), "least": 5}


@frozen
class Alike:
    """A question in both tongues, the words of a command and a request, and the schema of the answer."""

    command: tuple[str, ...]
    path: str
    schema: str
    body: Any = None

    def __str__(self) -> str:
        return " ".join(word for word in self.command if word not in CLASS)[:40]


LEARNER = [
    Alike(("next", "ash"), "/v1/learners/ash/next", "next"),
    Alike(("next", "holly", "-n", "2", "--goal", "RA6.11"), "/v1/learners/holly/next?limit=2&goal=RA6.11", "next"),
    Alike(("show", "ash"), "/v1/learners/ash/state", "show"),
    Alike(("show", "nobody"), "/v1/learners/nobody/state", "show"),
    Alike(("why", "holly", "RA6.11"), "/v1/learners/holly/why/RA6.11", "why"),
    Alike(("why", "ash", "WN3.1", "-n", "1"), "/v1/learners/ash/why/WN3.1?limit=1", "why"),
    Alike(("path", "ash", "RA6.11"), "/v1/learners/ash/path?to=RA6.11", "path"),
    Alike(("path", "ash", "FR3.1; (FR3.5 or FO4.1)"),
          f"/v1/learners/ash/path?to={quote('FR3.1; (FR3.5 or FO4.1)')}", "path"),
    Alike(("report", "ash", "--goal", "RA6.11"), "/v1/learners/ash/report?goal=RA6.11", "report"),
    Alike(("report", "olive", "--weeks", "3"), "/v1/learners/olive/report?weeks=3", "report"),
]  # fmt: skip
TABLES = [
    Alike(("changes", "ash"), "/v1/learners/ash/changes", "changes"),
    Alike(("changes", "ash", "--since", "2026-03-02"), "/v1/learners/ash/changes?since=2026-03-02", "changes"),
    Alike(("changes", *CLASS), "/v1/classes/7a/changes", "changes"),
    Alike(("changes", "--since", "2026-03-09"), "/v1/classes/everybody/changes?since=2026-03-09", "changes"),
    Alike(("pace", "ash", "--goal", "FR3.5", "--by", FUTURE), f"/v1/learners/ash/pace?goal=FR3.5&by={FUTURE}", "pace"),
    Alike(("map", *CLASS), "/v1/classes/7a/map", "map"),
    Alike(("map", *CLASS, "--only", "FR3.1", "--only", "FR3.2"), "/v1/classes/7a/map?only=FR3.1&only=FR3.2", "map"),
    Alike(("ready", "FR3.5", *CLASS), "/v1/classes/7a/ready/FR3.5", "ready"),
    Alike(("stuck", *CLASS), "/v1/classes/7a/stuck", "stuck"),
    Alike(("stuck", *CLASS, "--attempts", "2", "--days", "3"), "/v1/classes/7a/stuck?attempts=2&days=3", "stuck"),
    Alike(("blockers", *CLASS), "/v1/classes/7a/blockers", "blockers"),
    Alike(("blockers",), "/v1/classes/everybody/blockers", "blockers"),
    Alike(("rechecks", *CLASS, "--days", "30"), "/v1/classes/7a/rechecks?days=30", "rechecks"),
    Alike(("pace", "--goal", "FR3.5", "--by", FUTURE, *CLASS),
          f"/v1/classes/7a/pace?goal=FR3.5&by={FUTURE}", "pace-class"),
    Alike(("figures", "--by", "rooms.csv"), "/v1/figures", "figures"),
    Alike(("figures", "--by", "rooms.csv", "--only", "FR*", "--since", "2026-03-02", "--with-learners"),
          "/v1/figures?only=FR*&since=2026-03-02&with_learners=true", "figures"),
    Alike(("groups", *CLASS), "/v1/classes/7a/groups", "groups", {"as_of": AT}),
    Alike(("groups", *CLASS, "--size", "2-4", "--adults", "4", "--seed", "3"), "/v1/classes/7a/groups", "groups",
          {"as_of": AT, "smallest": 2, "largest": 4, "adults": 4, "seed": 3}),
    Alike(("require", *LEARNERS[:14], "--requirements", "graduation.toml", "--version", "2025"),
          "/v1/classes/7a/requirements", "require", {"as_of": AT, "requirements": GRADUATION, "version": "2025"}),
    Alike(("require", "--requirements", "graduation.toml", "--cohorts", "cohorts.csv"),
          "/v1/classes/everybody/requirements", "require",
          {"as_of": AT, "requirements": GRADUATION, "cohorts": _column("cohorts.csv", "cohort")}),
    Alike(("fair", "--by", "backgrounds.csv", "--column", "language", "--least", "5"), "/v1/reports/fairness", "fair",
          FAIR),
    Alike(("fair", "--by", "backgrounds.csv", "--column", "language", "--least", "5", "--gate", "FR*"),
          "/v1/reports/fairness", "fair", {**FAIR, "gates": ["FR*"]}),
    Alike(("what-if-class", "--accept", "quiz.csv", *CLASS),
          "/v1/classes/7a/what-if", "what-if-class", {"evidence": QUIZ}),
]  # fmt: skip
RULES = [
    Alike(("policy",), "/v1/policy", "policy"),
    Alike(("policy", "district.toml"), "/v1/policy:check", "policy",
          {"form": "toml", "text": FILES["district.toml"]}),
    Alike(("policy", "canvas-latest"), "/v1/policy:check", "policy", {"form": "name", "text": "canvas-latest"}),
    Alike(("review", "framework.csv"), "/v1/framework:check", "review",
          {"form": "csv", "text": FILES["framework.csv"]}),
    Alike(("publish", "policy", "canvas-latest", "--check"), "/v1/policy:impact", "publish",
          {"form": "name", "text": "canvas-latest"}),
    Alike(("what-if", "holly", "WN3.2", "0.9", "--purpose", "check", "--at", LATER), "/v1/what-if", "what-if",
          {"learner": "holly", "evidence": [
              {"learner": "holly", "competency": "WN3.2", "score": 0.9, "purpose": "check", "observed_at": LATER}]}),
    Alike(("what-if", "holly", "RA6.11", "unlock", "--at", LATER), "/v1/what-if", "what-if",
          {"learner": "holly", "decisions": [
              {"learner": "holly", "competency": "RA6.11", "kind": "unlock", "by": "you", "why": "what if",
               "observed_at": LATER}]}),
]  # fmt: skip
WRITTEN = [
    Alike(("record", "holly", "RA6.1", "0.9", "--at", "2026-03-16T07:00:00Z", "--key", "k"), "/v1/evidence", "receipt",
          {"learner": "holly", "competency": "RA6.1", "score": 0.9, "observed_at": "2026-03-16T07:00:00Z",
           "key": "k"}),
    Alike(("record", "holly", "WN3.2", "0.95", "--purpose", "check", "--at", AT), "/v1/evidence", "receipt",
          {"learner": "holly", "competency": "WN3.2", "score": 0.95, "purpose": "check", "observed_at": AT}),
    Alike(("decide", "holly", "RA6.11", "grant", "--by", "a teacher", "--why", "shown", "--at", AT), "/v1/decisions",
          "receipt", {"learner": "holly", "competency": "RA6.11", "kind": "grant", "by": "a teacher", "why": "shown",
                      "observed_at": AT}),
    Alike(("decide", "ash", "FR3.2", "hold", "--by", "a teacher", "--why", "away", "--at", AT, "--until", FUTURE),
          "/v1/decisions", "receipt", {"learner": "ash", "competency": "FR3.2", "kind": "hold", "by": "a teacher",
                                       "why": "away", "observed_at": AT, "until": FUTURE}),
]  # fmt: skip


@contextmanager
def serving(path: Path, clock: Callable[[], datetime]) -> Iterator[tuple[Tenant, FastAPI]]:
    """Serve the database that the commands use, with the files beside it."""
    for name, text in FILES.items():
        (path / name).write_text(text, "utf-8")
    with Tenants([Tenant("school", path / "mastery.db", clock=clock)]) as tenants:
        tenant = tenants.only()
        assert tenant is not None
        tenant.access.rosters.replace(roster_for_show())
        yield tenant, service(tenants, Settings(clock=clock))


def as_whom(served: tuple[Tenant, FastAPI], person: str = "") -> TestClient:
    """Return a client with the token of a person, or of a system."""
    token = issue_token(served[0], "test", expires_at=served[0].clock() + timedelta(days=1), person=person)[1]
    return TestClient(served[1], headers={"authorization": f"Bearer {token}"})


@pytest.fixture
def served(monday: Run, tmp_path: Path) -> Iterator[tuple[Tenant, FastAPI]]:
    """The service on that Monday."""
    with serving(tmp_path, lambda: MONDAY) as found:
        yield found


@pytest.fixture
def client(served: tuple[Tenant, FastAPI]) -> TestClient:
    """The service on that Monday as a system asks it."""
    return as_whom(served)


@pytest.fixture
def today(monday: Run, tmp_path: Path) -> Iterator[TestClient]:
    """The service as a system asks it by the clock of the commands."""
    with serving(tmp_path, present) as found:
        yield as_whom(found)


def asked(client: TestClient, alike: Alike, accept: str = "application/json", **query: str) -> bytes:
    """Return what the service answers."""
    headers, timed = {"accept": accept}, {} if "as_of" in (alike.body or ()) else query
    if timed:
        mark = "&" if "?" in alike.path else "?"
        alike = Alike(alike.command, f"{alike.path}{mark}as_of={timed['as_of']}", alike.schema, alike.body)
    if alike.body is None:
        found = client.get(alike.path, headers=headers)
    else:
        found = client.post(alike.path, json=alike.body, headers=headers)
    assert found.status_code == 200, found.text
    return found.content


@pytest.mark.parametrize("alike", [*LEARNER, *TABLES], ids=str)
def test_json_is_that_of_the_command_to_the_byte(client: TestClient, monday: Run, alike: Alike) -> None:
    """What `--json` prints is what the service sends, and it fits its schema."""
    code, out, err = monday(*alike.command, "--as-of", AT, "--json")
    assert code == 0, err
    found = asked(client, alike, as_of=AT)
    assert found == out.encode()
    fits(found.decode(), alike.schema)


@pytest.mark.parametrize("alike", TABLES, ids=str)
def test_csv_is_that_of_the_command_to_the_byte(client: TestClient, monday: Run, alike: Alike) -> None:
    """What `--csv` prints is what the service sends to who accepts CSV alone."""
    code, out, err = monday(*alike.command, "--as-of", AT, "--csv")
    assert code == 0, err
    assert asked(client, alike, "text/csv", as_of=AT) == out.encode()


@pytest.mark.parametrize("alike", RULES, ids=str)
def test_rules_and_what_if_are_those_of_the_commands(today: TestClient, monday: Run, alike: Alike) -> None:
    """Policies, reviews, impacts and what would change are told in the same bytes."""
    out = monday(*alike.command, "--json")[1]
    found = asked(today, alike)
    assert found == out.encode()
    fits(found.decode(), alike.schema)


@pytest.mark.parametrize("alike", WRITTEN, ids=str)
def test_receipts_are_those_of_the_commands(today: TestClient, monday: Run, alike: Alike, tmp_path: Path) -> None:
    """What recording changed is told in the same bytes; so is what voiding and excusing it changes.

    Facts that are sent without a key get one by chance: there it is the same but for that.
    """
    (tmp_path / "other.db").write_bytes((tmp_path / "mastery.db").read_bytes())
    found = asked(today, alike)
    told = monday(*alike.command, "--json", "--db", "other.db")[1]
    (key,), (theirs,) = fits(found.decode(), "receipt")["recorded"], json.loads(told)["recorded"]
    assert found.decode() == told.replace(theirs, key)
    kind = "excuse" if "score" in alike.body else "void"
    back = {"by": "a teacher", "why": "it was another's", "observed_at": AT}
    words = (kind, theirs, "--by", "a teacher", "--why", "it was another's", "--at", AT, "--json", "--db", "other.db")
    found = asked(today, Alike((), f"/v1/facts/{quote(key, safe='')}/{kind}", "receipt", back))
    told = monday(*words)[1]
    (last,), (their_last,) = fits(found.decode(), "receipt")["recorded"], json.loads(told)["recorded"]
    assert found.decode() == told.replace(their_last, last).replace(theirs, key)


def test_publishing_is_that_of_the_command(today: TestClient, monday: Run, tmp_path: Path) -> None:
    """What publishing rules did is told in the same bytes, by whoever has seen what is in force."""
    (tmp_path / "other.db").write_bytes((tmp_path / "mastery.db").read_bytes())
    seen = today.get("/v1/policy").json()["version"]
    body = {"form": "toml", "text": FILES["district.toml"]}
    found = today.post("/v1/policy:publish", json=body, headers={"if-match": f'"{seen}"'})
    assert found.status_code == 200, found.text
    assert found.text == monday("publish", "policy", "district.toml", "--json", "--db", "other.db")[1]
    assert fits(found.text, "publish")["adopted"]


SHAPES: dict[str, tuple[str, Any]] = {
    "learners": ("/v1/learners?limit=3", None),
    "classes": ("/v1/classes", None),
    "timeline": ("/v1/learners/ash/timeline?limit=1000", None),
    "entry": ("/v1/access:check", {"learner": "ash", "competency": "FR3.2", "to": "check"}),
    "states": ("/v1/states:batch", {"learners": ["ash", "holly"], "competencies": ["FR3.2", "RA6.11"]}),
    "changes-page": ("/v1/changes?limit=100", None),
    "framework": ("/v1/framework?limit=5", None),
    "glossary": ("/v1/glossary", None),
    "me": ("/v1/me", None),
    "tokens": ("/v1/tokens", None),
    "token": ("/v1/tokens", {"name": "for a test", "person": "coach", "scopes": ["class:read"], "classes": ["7a"]}),
    "disclosures": ("/v1/disclosures", None),
    "roster": ("/v1/roster", None),
    "health": ("/healthz", None),
    "readiness": ("/readyz", None),
    "session": ("/v1/session", {"account": "office", "password": "correct horse battery"}),
}
"""Answers that no command gives: of each schema, what to ask and with which body."""


@pytest.mark.parametrize("name", SHAPES)
def test_answers_of_the_service_alone_have_their_shapes(served: tuple[Tenant, FastAPI], name: str) -> None:
    """Answers that no command gives are as docs/schemas has them, and as the OpenAPI description says."""
    tenant, app = served
    set_password(tenant, "office", "correct horse battery")
    path, body = SHAPES[name]
    office = as_whom(served, "office")
    assert office.get("/v1/learners/ash/next").is_success  # a disclosure
    found = office.get(path) if body is None else office.post(path, json=body)
    assert found.is_success, found.text
    value = fits(found.text, name)
    assert name == "roster" or [] not in value.values(), "nothing to look at"
    described = app.openapi()["paths"][path.partition("?")[0].replace("/ash/", "/{learner}/")]
    said = described["get" if body is None else "post"]["responses"][str(found.status_code)]["content"]
    assert said["application/json"]["schema"]["$ref"] == f"#/components/schemas/{component(name)}"


def test_every_fact_fits_its_shape(client: TestClient) -> None:
    """Evidence, decisions, corrections and awards are each a fact as docs/schemas has it."""
    piece = {"learner": "holly", "competency": "WN3.2", "purpose": "check", "observed_at": AT}
    back = {"by": "a teacher", "why": "another's", "observed_at": AT}
    for number, (kind, more) in enumerate((("void", {"score": 0.2}), ("excuse", {"outcome": "missed"}))):
        (key,) = client.post("/v1/evidence", json={**piece, **more, "key": f"a/b {number}"}).json()["recorded"]
        assert client.post(f"/v1/facts/{quote(key, safe='')}/{kind}", json=back).status_code == 200
    for number in range(4):  # the clock stands still: no two facts here happened at one time
        hold = {"learner": "holly", "kind": "hold", "competency": "WN3.2", "by": "a teacher", "why": "away"}
        when = (MONDAY - timedelta(days=number)).isoformat()
        body = {**hold, "observed_at": when, "until": None if number % 2 else LATER}
        assert client.post("/v1/decisions", json=body).status_code == 200
    facts = client.get("/v1/learners/holly/timeline?limit=1000").json()["facts"]
    assert {fact["fact"] for fact in facts} == {"evidence", "decision", "award"}
    for fact in facts:
        found = client.get(f"/v1/facts/{quote(fact['key'], safe='')}")
        assert fits(found.text, "fact") == fact


def test_every_answer_is_tried(served: tuple[Tenant, FastAPI]) -> None:
    """No schema that a route answers with is left out here."""
    said = json.dumps(served[1].openapi()["paths"])
    tried = {one.schema for one in (*LEARNER, *TABLES, *RULES, *WRITTEN)} | {*SHAPES, "fact", "publish"}
    answered = {name for name in schemas() if f'"#/components/schemas/{component(name)}"' in said}
    assert answered == tried


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
