"""docs/for-lms-developers.md: the example is what it says and works, and its tables are those of the code."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

import pytest
from fastapi import FastAPI
from serving import SYSTEM, class_file, served
from starlette.testclient import TestClient
from typing_commands import ROOT

import competencies
import mastery
from mastery.access import GRANTS, Permission, Role
from mastery.adapters.http.asking import needed
from mastery.adapters.http.credentials import issue_token
from mastery.adapters.http.problems import PROBLEMS
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenant, Tenants

PAGE = (ROOT / "docs" / "for-lms-developers.md").read_text("utf-8")
EXAMPLE = ROOT / "examples" / "gated_page.py"


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Tenant]:
    """The database that the page makes."""
    policy = mastery.Policy.load(ROOT / "examples" / "one-quiz.toml")
    mastery.open(tmp_path / "mastery.db", competencies.load(ROOT / "examples" / "course.csv"), policy).close()
    tenant = Tenant("school", tmp_path / "mastery.db")
    yield tenant
    tenant.close()


def loaded(name: str) -> dict[str, Any]:
    """Run an example and return what it defines."""
    found: dict[str, Any] = {"__name__": name}
    exec(compile((ROOT / "examples" / f"{name}.py").read_text("utf-8"), f"{name}.py", "exec"), found)  # noqa: S102
    return found


def test_the_page_shows_the_example_which_is_under_thirty_lines() -> None:
    """The code on the page is the file, to the letter, and has fewer than thirty lines."""
    code = EXAMPLE.read_text("utf-8")
    assert f"```py\n{code}```" in PAGE
    assert len(code.splitlines()) < 30


def test_the_page_opens_by_the_quiz(course: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lesson is shut and says why, the quiz says what it unlocked, then it is open; without a service, closed."""
    from mastery.adapters.http import service

    token = issue_token(course, "our LMS", expires_at=course.clock() + timedelta(days=1))[1]
    monkeypatch.setenv("MASTERY_TOKEN", token)
    monkeypatch.setenv("MASTERY_URL", "http://127.0.0.1:8080")
    example = loaded("gated_page")
    asked: TestClient | None = TestClient(service(Tenants([course])))

    def urlopen(request: Request, timeout: float) -> io.BytesIO:
        if asked is None:
            raise OSError("connection refused")
        path = request.full_url.removeprefix("http://127.0.0.1:8080")
        found = asked.request(request.get_method(), path, content=request.data, headers=dict(request.header_items()))
        if found.status_code >= 400:
            raise HTTPError(path, found.status_code, found.text, request.headers, None)  # type: ignore[arg-type]
        return io.BytesIO(found.content)

    example["urlopen"] = urlopen
    lms = TestClient(example["app"])

    shut = lms.get("/lesson?learner=ana")
    assert (shut.status_code, shut.text) == (403, _quoted(r"shut, and says why: `(.*?)`"))
    failed = lms.post("/quiz?learner=bo&score=0.2")
    assert failed.status_code == 200
    assert lms.get("/lesson?learner=bo").status_code == 403
    passed = lms.post("/quiz?learner=ana&score=0.9").json()
    assert _quoted(r"says so itself \(`(.*?)`\)") in [change["text"] for change in passed]
    assert lms.get("/lesson?learner=ana").text == "The lesson"

    asked = None
    closed = lms.get("/lesson?learner=ana")
    assert closed.status_code == 503
    assert "cannot be asked" in closed.text


def test_the_follower_misses_nothing(made: bytes, tmp_path: Path) -> None:
    """The code on the page is the file; it tells what is recorded, goes on where it was, and ends where refused."""
    assert f"```py\n{(ROOT / 'examples' / 'follow.py').read_text('utf-8')}```" in PAGE
    follow = loaded("follow")["follow"]
    path = tmp_path / "files" / "school.db"
    tokens = class_file(path, made)
    with served(path, tokens) as service:
        client = service.client()

        def grant(learner: str) -> None:
            body = {"learner": learner, "kind": "grant", "competency": "FR5.1", "why": "seen", "by": "the teacher"}
            assert client.post("/v1/decisions", body).status == 200

        def told(pages: Iterator[tuple[str, list[dict[str, Any]]]], learner: str) -> str:
            """Read on until something of a learner is told, and return the cursor behind it."""
            return next(at for at, page in pages if any(one["learner"] == learner for one in page))

        pages = follow(service.address, tokens[SYSTEM], client.get("/v1/changes?cursor=now").body["next"])
        next(pages)
        grant("oak")
        behind = told(pages, "oak")
        pages.close()
        grant("elm")
        again = follow(service.address, tokens[SYSTEM], behind)
        seen = [page for _, page in zip(range(2), (page for _, page in again), strict=False)]
        again.close()
        assert {one["learner"] for page in seen for one in page} == {"elm"}
        with pytest.raises(HTTPError, match="401"):
            next(follow(service.address, "mastery_school_none_none"))
        service.stop()


def _quoted(pattern: str) -> str:
    found = re.search(pattern, PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_service_is_mounted_under_another_app(course: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below its prefix the service answers as by itself, beside the pages of the app; its OpenAPI names the prefix."""
    token = issue_token(course, "lms", expires_at=course.clock() + timedelta(days=1))[1]
    monkeypatch.setenv("MASTERY_DB", str(course.path))
    with TestClient(loaded("mounted")["app"], headers={"authorization": f"Bearer {token}"}) as client:
        assert client.get("/").text == "A page of your own"
        assert client.get("/mastery/v1/learners/ana/next").json()["steps"][0]["code"] == "PARTS"
        assert client.get("/mastery/readyz").json()["ready"]
        assert client.get("/v1/learners/ana/next").status_code == 404
        assert client.get("/mastery/v1/nothing").headers["content-type"] == "application/problem+json"
        assert client.get("/mastery/openapi.json").json()["servers"] == [{"url": "/mastery"}]


def roles_table() -> str:
    lines = ["| | " + " | ".join(role.value for role in Role) + " |", "| --- |" + " --- |" * len(Role)]
    for permission in Permission:
        marks = ("yes" if permission in GRANTS[role] else "" for role in Role)
        lines.append(f"| `{permission.value}` | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def routes_table(app: FastAPI) -> str:
    lines = ["| | needs | |", "| --- | --- | --- |"]
    for route in app.routes:
        permission, path = needed(route), getattr(route, "path", "").replace(":path", "")
        if path.startswith("/v1"):
            (method,) = route.methods - {"HEAD"}  # type: ignore[attr-defined]
            needs = f"`{permission.value}`" if isinstance(permission, Permission) else "nothing"
            said = (route.endpoint.__doc__ or "").splitlines()[0]  # type: ignore[attr-defined]
            lines.append(f"| `{method} {path}` | {needs} | {said} |")
    return "\n".join(lines)


def problems_table() -> str:
    lines = ["| type | status | |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {kind.status} | {kind.title}. |" for name, kind in PROBLEMS.items()]
    return "\n".join(lines)


def test_the_tables_are_those_of_the_code(course: Tenant) -> None:
    """Roles and permissions, routes and refusals stand on the page as the code has them."""
    from mastery.adapters.http import service

    for table in (roles_table(), routes_table(service(Tenants([course]))), problems_table()):
        assert table in PAGE


def test_the_limits_are_those_of_the_settings() -> None:
    """What the page says of limits is what the settings have."""
    settings = Settings()
    assert f"a body of {settings.largest_body / 1e6:g} MB" in PAGE
    assert f"{settings.per_second:g} requests a second for a person and {10 * settings.per_second:,g} for" in PAGE
    assert settings.sign_ins == 10
    assert "ten wrong passwords in ten minutes" in PAGE
    assert sys.version_info >= (3, 11)
