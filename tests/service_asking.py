"""Asking an ASGI app in this very thread: any bytes as a request, every byte of what comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, unquote

from attrs import field, frozen

__all__ = ["Answer", "Asked", "Asker", "escaped"]

Headers = Iterable[tuple[str, str]]


@frozen
class Asked:
    """A request: where to, with which body and headers."""

    target: str
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


@frozen
class Answer:
    """What came back: status, headers as they were sent, and the body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=lambda body: repr(body[:500]))

    def header(self, name: str) -> str:
        """Return a header, or an empty text."""
        return next((value.decode("latin-1") for known, value in self.headers if known == name.encode()), "")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def every_byte(self) -> bytes:
        """Headers and body."""
        return b"\n".join([*(name + b": " + value for name, value in self.headers), self.body])

    @property
    def kind(self) -> str:
        """The short name of the problem that it tells, or an empty text."""
        if self.header("content-type") != "application/problem+json":
            return ""
        return str(self.json["type"]).removeprefix("urn:mastery:problem:")


def escaped(name: str) -> str:
    """Return a name as one part of a path."""
    return quote(name, safe="")


class Asker:
    """Asks an app, one request at a time, each in full: a stream is read until the app ends it."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self.unread = 0
        """How many chunks of the last body were not asked for."""

    def __call__(
        self,
        method: str,
        target: str,
        token: str = "",
        *,
        json_body: Any = None,
        body: bytes | Sequence[bytes] | None = None,
        headers: Headers = (),
        kind: str = "application/json",
    ) -> Answer:
        """Ask, with a token and a body as JSON or as bytes; a list of these is sent in chunks, its length unsaid."""
        content = b"" if json_body is None else json.dumps(json_body).encode()
        chunks = [content] if body is None else [body] if isinstance(body, bytes) else list(body)
        sent = [("host", "school.test")]
        sent += [("authorization", f"Bearer {token}")] if token else []
        if body is None or isinstance(body, bytes):
            sent += [("content-length", str(len(chunks[0])))] if chunks[0] else []
        sent += [("content-type", kind)] if any(chunks) and kind else []
        coded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in (*sent, *headers)]
        path, _, query = target.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1",
            "method": method, "scheme": "https", "path": unquote(path), "raw_path": path.encode(),
            "query_string": query.encode(), "root_path": "", "headers": coded,
            "client": ("192.0.2.1", 50000), "server": ("school.test", 443),
        }  # fmt: skip
        return self._loop.run_until_complete(self._asked(scope, chunks))

    async def _asked(self, scope: dict[str, Any], chunks: list[bytes]) -> Answer:
        waiting = list(chunks)
        told: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not waiting:
                await asyncio.Event().wait()  # nobody hangs up before the answer is there
            chunk = waiting.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        try:
            await self.app(scope, receive, send)
            self.unread = len(waiting)
        except Exception:
            if not told or told[0]["status"] != 500:  # a server logs what nobody foresaw, and a caller sees the 500
                raise
        start = told[0]
        return Answer(start["status"], tuple(map(tuple, start["headers"])), b"".join(m.get("body", b"") for m in told))

    def close(self) -> None:
        """End the loop."""
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
