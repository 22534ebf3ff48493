"""`mastery serve` as a process of its own on a file of the demonstration class, and programs that ask it over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import define, field, frozen

from mastery.access import Roster
from mastery.adapters.cli.serving_demo import roster_for_show
from mastery.adapters.http.credentials import issue_token
from mastery.adapters.http.tenants import Tenant

__all__ = ["LOST", "SYSTEM", "Answer", "Client", "Served", "Stream", "class_file", "served", "tokens_for"]

ROOT = Path(__file__).parents[1]
SYSTEM = "system"
"""The token of an integration; every other goes by its person."""
LOST = (OSError, HTTPException)
"""What a program sees of a service that dies while it is asked."""


@frozen
class Answer:
    """What came back: `body` is read as JSON where it is some."""

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str


@define
class Client:
    """A program with a token and one connection, which is made anew after it broke. Each thread has its own."""

    address: str
    token: str
    _connection: HTTPConnection | None = field(default=None, init=False)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request and return its answer; raises one of LOST where none comes. In headers _ is -."""
        if self._connection is None:
            place = urlsplit(self.address)
            self._connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
        sent = {"Authorization": f"Bearer {self.token}"} | {n.replace("_", "-"): one for n, one in headers.items()}
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            sent["Content-Type"] = "application/json"
        try:
            self._connection.request(method, path, content, sent)
            response = self._connection.getresponse()
            text = response.read().decode()
        except LOST:
            self.close()
            raise
        is_json = "json" in response.headers.get("content-type", "")
        told = {name.lower(): one for name, one in response.headers.items()}
        return Answer(response.status, told, json.loads(text) if is_json and text else None, text)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for something."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Answer:
        """Send something."""
        return self.ask("POST", path, body, **headers)

    def check(self, learner: str, competency: str, to: str = "work") -> Answer:
        """Ask whether a learner may enter."""
        return self.post("/v1/access:check", {"learner": learner, "competency": competency, "to": to})

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@define
class Stream:
    """Server-sent changes, as a program reads them that keeps its place: what no id confirmed is dropped with it."""

    address: str
    token: str
    last: str = "0"
    changes: list[Any] = field(factory=list)
    ended: str = ""
    _response: HTTPResponse | None = field(default=None, init=False)
    _connection: HTTPConnection | None = field(default=None, init=False)

    def open(self, timeout: float = 60) -> None:
        """Connect, and go on behind the last id seen."""
        place = urlsplit(self.address)
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=timeout)
        headers = {"Authorization": f"Bearer {self.token}", "Last-Event-ID": self.last}
        self._connection.request("GET", "/v1/changes/stream", headers=headers)
        self._response = self._connection.getresponse()
        if self._response.status != 200:
            raise AssertionError(self._response.read())

    def read(self) -> Iterator[str]:
        """Yield the name of each event as it comes, once its changes are taken, until the stream ends."""
        pending: list[Any] = []
        name, data, at = "message", "", ""
        while self._response is not None:
            line = self._response.readline().decode()
            if not line:
                return
            words, _, said = line.rstrip("\n").partition(": ")
            if words == "event":
                name = said
            elif words == "data":
                data = said
            elif words == "id":
                at = said
            elif not words and not said:
                if name == "change":
                    pending.append(json.loads(data))
                elif name == "end":
                    self.ended = data
                if at:
                    self.changes += pending
                    self.last, pending = at, []
                yield name
                name, data, at = "message", "", ""

    def close(self) -> None:
        """Let go of the connection."""
        if self._response is not None:
            self._response.close()
        if self._connection is not None:
            self._connection.close()


@define
class Served:
    """A service that runs: its file, its address, and the tokens for it by the name of a person, or SYSTEM."""

    path: Path
    process: subprocess.Popen[str]
    address: str
    tokens: Mapping[str, str]
    errors: Path
    _asking: list[Client | Stream] = field(factory=list)

    def client(self, who: str = SYSTEM) -> Client:
        """Return a program that asks with a token."""
        self._asking.append(found := Client(self.address, self.tokens[who]))
        return found

    def stream(self, who: str = SYSTEM, last: str = "0") -> Stream:
        """Return a program that reads the stream with a token, from a place on."""
        self._asking.append(found := Stream(self.address, self.tokens[who], last))
        return found

    def stop(self) -> None:
        """End it as Ctrl+C does: it says so, its exit code is 0, and nothing went wrong unseen."""
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=60)
        errors = self.errors.read_text()
        assert self.process.returncode == 0, errors
        assert out.endswith("Ended.\n"), out
        assert "Traceback" not in errors, errors

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.process.kill()
        self.process.communicate()

    def close(self) -> None:
        """Let go of every connection, and kill it where it was neither stopped nor killed."""
        for one in self._asking:
            one.close()
        if self.process.poll() is None:
            self.kill()
        if self.process.stdout:
            self.process.stdout.close()

    @property
    def faults(self) -> str:
        """What it has logged so far of what nobody foresaw."""
        said = self.errors.read_text()
        return said[said.find("Traceback") :] if "Traceback" in said else ""


@contextmanager
def served(path: Path, tokens: Mapping[str, str], start: Collection[str] = ("-m", "mastery")) -> Iterator[Served]:
    """Serve a file in a process of its own; whoever does not stop or kill it has it killed."""
    errors = path.parent.parent / f"errors-{os.urandom(4).hex()}.txt"
    command = [sys.executable, *start, "serve", "--port", "0", "--db", str(path)]
    with errors.open("w") as told:
        process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=told, text=True
        )
    service = Served(path, process, "", tokens, errors)
    try:
        said = ""
        while (found := re.search(r"Listening at (\S+)/v1", said)) is None:
            line = process.stdout.readline() if process.stdout else ""
            assert line, (said, errors.read_text())
            said += line
        service.address = found[1]
        yield service
    finally:
        service.close()


def class_file(path: Path, made: bytes, roster: Roster | None = None) -> dict[str, str]:
    """Make a file of the demonstration class with a roster, and return tokens for it by person, and for SYSTEM."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(made)
    tenant = Tenant("school", path)
    try:
        tenant.access.rosters.replace(roster or roster_for_show())
        return tokens_for(tenant)
    finally:
        tenant.close()


def tokens_for(tenant: Tenant) -> dict[str, str]:
    """Make a token for each person of the roster of a tenant, and for a system."""
    ends = tenant.clock() + timedelta(days=1)
    people = tenant.access.rosters.current().people
    return {who or SYSTEM: issue_token(tenant, who or SYSTEM, expires_at=ends, person=who)[1] for who in ("", *people)}
