"""Bounds: how large a body may be, and how much one caller may ask."""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import ceil
from threading import Lock
from time import monotonic

from attrs import define, field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mastery.access import Caller, Role
from mastery.adapters.http.problems import Problem, problem_response
from mastery.adapters.http.settings import Settings

__all__ = ["Allowances", "BoundedBody"]

_MOST_CALLERS = 10_000
_MOST_DIGITS = 18
_WINDOW = 600.0


class BoundedBody:
    """An app whose requests are at most so many bytes long, whatever their headers say."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app, self._largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413 as soon as there is more."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or len(declared) > _MOST_DIGITS or int(declared) > self._largest:
            response = problem_response(Problem("too-large", self._said()))
            response.headers["connection"] = "close"  # what is still on its way is not waited for
            await response(scope, receive, send)
            return
        came = 0

        async def bounded() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._largest:
                raise HTTPException(413, self._said(), {"connection": "close"})
            return message

        await self._app(scope, bounded, send)

    def _said(self) -> str:
        return f"At most {self._largest:,} bytes are read: send less at a time"


@define
class _Bucket:
    """What a caller may still ask: it fills up by the second to its burst."""

    left: float
    at: float


@define
class Allowances:
    """How much each caller has asked lately, and whose sign-ins failed."""

    clock: Callable[[], float] = monotonic
    _buckets: dict[str, _Bucket] = field(factory=dict)
    _failures: dict[str, list[float]] = field(factory=dict)
    _lock: Lock = field(factory=Lock)

    def spend(self, caller: Caller, settings: Settings, tenant: str = "") -> None:
        """Count a request of a caller of a tenant; raises the problem too-many-requests with the seconds to wait."""
        much = 10 if Role.INTEGRATION in caller.roles else 1
        rate, burst = settings.per_second * much, settings.burst * much
        with self._lock:
            now = self.clock()
            bucket = self._buckets.setdefault(f"{tenant} {caller.via} {caller.name}", _Bucket(burst, now))
            bucket.left = min(burst, bucket.left + (now - bucket.at) * rate)
            bucket.at = now
            self._forget(now)
            if bucket.left < 1:
                raise _wait((1 - bucket.left) / rate, f"At most {rate:g} requests a second are answered.")
            bucket.left -= 1

    def begin_guess(self, who: Collection[str], settings: Settings) -> None:
        """Count a sign-in by an account and from an address as failed until it is known to be right.

        Raises too-many-requests where as many as may have failed lately, those that are under way among them.
        """
        with self._lock:
            now = self.clock()
            lately = {one: [at for at in self._failures.get(one, ()) if now - at < _WINDOW] for one in who}
            for failures in lately.values():
                if len(failures) >= settings.sign_ins:
                    raise _wait(_WINDOW - (now - failures[0]), "Too many passwords were wrong.")
            self._failures.update((one, [*failures, now]) for one, failures in lately.items())
            self._forget(now)

    def guessed_right(self, who: Collection[str]) -> None:
        """Take back what was counted: the password was right."""
        with self._lock:
            for one in who:
                if failures := self._failures.get(one):
                    failures.pop()

    def _forget(self, now: float) -> None:
        if len(self._buckets) > _MOST_CALLERS:
            self._buckets = {name: one for name, one in self._buckets.items() if now - one.at < _WINDOW}
        if len(self._failures) > _MOST_CALLERS:
            self._failures = {name: at for name, at in self._failures.items() if at and now - at[-1] < _WINDOW}


def _wait(seconds: float, said: str) -> Problem:
    return Problem("too-many-requests", f"{said} Wait, then ask again.", headers={"retry-after": str(ceil(seconds))})
