"""Opening pages in process, as somebody with a token or a session, in one of the worlds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import define, field
from pages_worlds import MONDAY, contents, roster_of
from serving import class_file
from starlette.testclient import TestClient

from mastery.access import Roster
from mastery.adapters.http.app import service
from mastery.adapters.http.credentials import begin_session
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenants

__all__ = ["Reader", "reading", "reading_file"]


@define
class Reader:
    """Opens pages as whoever is named, by a session as a browser has it; "" is nobody."""

    world: str
    client: TestClient
    tenants: Tenants
    _sessions: dict[str, tuple[str, str]] = field(factory=dict)

    def session(self, person: str) -> tuple[str, str]:
        """Return the cookie of a person who has signed in, and the token that their forms carry."""
        if person not in self._sessions:
            tenant = self.tenants.get("school")
            assert tenant is not None
            session, secret = begin_session(tenant, person, tenant.clock() + timedelta(hours=12))
            self._sessions[person] = f"mastery_session=school.{secret}", session.csrf
        return self._sessions[person]

    def get(self, address: str, person: str = "", **headers: str) -> Any:
        """Open an address."""
        return self.client.get(address, headers=self._headers(person) | headers)

    def post(self, address: str, person: str = "", /, *, csrf: str | None = None, **fields: str) -> Any:
        """Send a form; with the token of the person's session, unless another is given ("": none)."""
        shown = (self.session(person)[1] if person else "") if csrf is None else csrf
        data = fields | ({"csrf": shown} if shown else {})
        return self.client.post(address, data=data, headers=self._headers(person))

    def _headers(self, person: str) -> dict[str, str]:
        cookie = {"cookie": self.session(person)[0]} if person else {}
        return {"accept": "text/html"} | cookie


@contextmanager
def reading(path: Path, made: bytes, world: str = "demo") -> Iterator[Reader]:
    """Serve a world in process at that Monday morning; `made` is the file of the demonstration class."""
    with reading_file(path, contents(world, made), roster_of(world), world) as found:
        yield found


@contextmanager
def reading_file(path: Path, content: bytes, roster: Roster, world: str = "") -> Iterator[Reader]:
    """Serve a file in process at that Monday morning."""
    class_file(path, content, roster)
    with Tenants.opened({"school": path}, clock=lambda: MONDAY) as tenants:
        bounds = {"per_second": 1e6, "burst": 1_000_000, "sign_ins": 1_000_000}
        app = service(tenants, Settings(clock=lambda: MONDAY, secure=False, **bounds))  # type: ignore[arg-type]
        with TestClient(app, follow_redirects=False) as client:
            yield Reader(world, client, tenants)
