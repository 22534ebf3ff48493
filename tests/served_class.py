"""`mastery serve` as a process of its own, on a copy of the demonstration class with its roster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

from attrs import define, field
from typing_commands import ROOT

from mastery.adapters.cli.serving_demo import roster_for_show
from mastery.adapters.http.credentials import issue_token
from mastery.adapters.http.tenants import Tenant

__all__ = ["Served", "prepared", "serving"]


def prepared(path: Path, made: bytes, *people: str) -> dict[str, str]:
    """Write the class with its roster to a file, and return a token for a system ("") and for each of the people."""
    path.write_bytes(made)
    tenant = Tenant("school", path)
    tenant.access.rosters.replace(roster_for_show())
    ends = tenant.clock() + timedelta(days=1)
    tokens = {one: issue_token(tenant, "test", expires_at=ends, person=one)[1] for one in ("", *people)}
    tenant.close()
    return tokens


@define
class Served:
    """A service that runs: `port`, and what it has printed."""

    process: subprocess.Popen[str]
    port: int
    printed: list[str] = field(factory=list)

    def ask(
        self, method: str, path: str, token: str = "", body: object = None, headers: Mapping[str, str] = {}
    ) -> tuple[int, Any, dict[str, str]]:
        """Send a request on a connection of its own and return status, answer (JSON or text) and headers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        signed = {"authorization": f"Bearer {token}"} if token else {}
        sent = {**signed, "content-type": "application/json", **headers}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            found = connection.getresponse()
            text = found.read().decode()
            is_json = "json" in (found.getheader("content-type") or "")
            return found.status, json.loads(text) if is_json else text, {k.lower(): v for k, v in found.getheaders()}
        finally:
            connection.close()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


@contextmanager
def serving(path: Path, *options: str) -> Iterator[Served]:
    """Start a service on a file, wait until it listens, and kill it at the end if it still runs."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "mastery", "serve", "--db", str(path), "--port", "0", *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    served = Served(process, 0)
    try:
        for line in process.stdout:
            served.printed.append(line.rstrip())
            if line.startswith("Listening at"):
                served.port = int(line.partition("/v1")[0].rpartition(":")[2])
                break
        assert served.port, served.printed

        def read() -> None:
            served.printed.extend(line.rstrip() for line in process.stdout or ())

        Thread(target=read, daemon=True).start()
        yield served
    finally:
        if process.poll() is None:
            served.kill()
        process.stdout.close()
