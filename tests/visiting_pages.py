"""The pages in process: somebody with a token opens them and sends their forms, the clock at that Monday morning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from attrs import frozen
from serving import class_file
from starlette.testclient import TestClient

from mastery.access import Roster
from mastery.adapters.http.app import service
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenants

__all__ = ["MONDAY", "Pages", "pages_of", "words_of"]

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
_FORM = "application/x-www-form-urlencoded"


def words_of(html: str) -> str:
    """Return what a reader sees of a page's main part, spaces made one."""
    main = html[html.find("<main") :] or html
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


@frozen
class Pages:
    """The pages of a class, as each person of its roster opens them."""

    client: TestClient
    tokens: Mapping[str, str]
    tenants: Tenants

    def _headers(self, who: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[who]}", "accept": "text/html"}

    def get(self, who: str, path: str) -> Any:
        """Open a page; no redirect is followed."""
        return self.client.get(path, headers=self._headers(who))

    def said(self, who: str, path: str) -> str:
        """Return what a page that opens says."""
        found = self.get(who, path)
        assert found.status_code == 200, (found.status_code, found.text)
        return words_of(found.text)

    def post(self, who: str, path: str, **fields: str) -> Any:
        """Send a form of a page."""
        return self.client.post(path, data=fields, headers=self._headers(who))

    @property
    def engine(self) -> Any:
        """What the pages are about."""
        found = self.tenants.get("school")
        assert found is not None
        return found.engine

    @property
    def position(self) -> int:
        """How many facts there are."""
        return int(self.engine.position[0])


@contextmanager
def pages_of(folder: Path, made: bytes, roster: Roster | None = None, at: datetime = MONDAY) -> Iterator[Pages]:
    """Open the pages of a file of the demonstration class."""
    path = folder / "class" / "school.db"
    tokens = class_file(path, made, roster)
    with Tenants.opened({"school": path}, clock=lambda: at) as tenants:
        app = service(tenants, Settings(clock=lambda: at, secure=False, per_second=1e6, burst=1_000_000))
        yield Pages(TestClient(app, follow_redirects=False), tokens, tenants)
