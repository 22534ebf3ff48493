"""Opening pages in process, as somebody who holds a token, and reading what is on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import define
from serving import class_file
from starlette.testclient import TestClient

from mastery.access import Roster
from mastery.adapters.cli.simulation import LEARNERS
from mastery.adapters.http.app import service
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenants

__all__ = ["MONDAY", "NAMES", "Pages", "Read", "pages_of", "query_of"]

MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
NAMES = tuple(LEARNERS[:14])
"""The learners of class 7a of the demonstration."""


class Read(HTMLParser):
    """A page as a reader has it: its text, its links with their words, its fields, the cells of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = text
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.fields: list[dict[str, str | None]] = []
        self.rows: list[list[str]] = []
        self._link: str | None = None
        self._said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag."""
        given = dict(attrs)
        if tag == "a":
            self._link, self._said = given.get("href") or "", []
        elif tag in ("input", "select", "textarea", "button"):
            self.fields.append(given | {"tag": tag})
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Take the end of a link."""
        if tag == "a" and self._link is not None:
            self.links.append((self._link, " ".join("".join(self._said).split())))
            self._link = None

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.words.append(data)
        self._said.append(data)
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data

    @property
    def said(self) -> str:
        """All text of the page, spaces made one."""
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> list[str | None]:
        """Return the values of the fields of a name."""
        return [one.get("value") for one in self.fields if one.get("name") == name]

    def leading_to(self, start: str) -> list[str]:
        """Return the links that lead to addresses with this start."""
        return [href for href, _ in self.links if href.startswith(start)]


@define
class Pages:
    """The service in process, and the tokens of those who ask."""

    client: TestClient
    tokens: Mapping[str, str]

    def get(self, address: str, who: str = "teacher-7a") -> Any:
        """Open an address."""
        return self.client.get(address, headers=self._headers(who))

    def post(self, address: str, form: Mapping[str, str], who: str = "office") -> Any:
        """Send a form."""
        return self.client.post(address, data=dict(form), headers=self._headers(who))

    def read(self, address: str, who: str = "teacher-7a") -> Read:
        """Open a page that there is, and read it."""
        answer = self.get(address, who)
        assert answer.status_code == 200, (address, answer.status_code, answer.text[-800:])
        return Read(answer.text)

    def _headers(self, who: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[who]}", "accept": "text/html"}

    def tells_nobody(self, address: str, names: tuple[str, ...] = NAMES, who: str = "teacher-7a") -> None:
        """Open a page with the names hidden: no name of a learner is in it, be it in an address."""
        source = self.read(address + ("&" if "?" in address else "?") + "names=hidden", who).source
        found = [one for one in names if re.search(rf"(?<![\w-]){one}(?![\w-])", source)]
        assert not found, (address, found)


def query_of(href: str) -> dict[str, str]:
    """Return the query of an address."""
    return dict(parse_qsl(urlsplit(href).query))


@contextmanager
def pages_of(folder: Path, made: bytes, roster: Roster | None = None) -> Iterator[Pages]:
    """Serve a database at that Monday morning."""
    path = folder / "served" / "school.db"
    tokens = class_file(path, made, roster)
    with Tenants.opened({"school": path}, clock=lambda: MONDAY) as tenants:
        settings = Settings(clock=lambda: MONDAY, secure=False, per_second=1e6, burst=1_000_000)
        with TestClient(service(tenants, settings), follow_redirects=False) as client:
            yield Pages(client, tokens)
