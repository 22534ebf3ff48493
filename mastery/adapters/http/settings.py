"""What whoever runs the service can set. Every setting has a default that is safe on a network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import field, frozen

from mastery.clock import present

__all__ = ["OpenIdConnect", "Settings"]


@frozen
class OpenIdConnect:
    """A provider at which people sign in: `claim` of its answer is the name of their account in the roster."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str = "preferred_username"


@frozen(kw_only=True)
class Settings:
    """Limits and clocks of a service.

    `largest_body` in bytes; `per_second` requests of one caller on average, `burst` at once, both tenfold for an
    integration; `sign_ins` that may fail in ten minutes from one address. `secure` cookies travel over HTTPS alone.
    """

    clock: Callable[[], datetime] = present
    largest_body: int = 1_000_000
    per_second: float = 100.0
    burst: int = 400
    sign_ins: int = 10
    session_length: timedelta = timedelta(hours=12)
    remember_requests: timedelta = timedelta(hours=24)
    secure: bool = True
    poll_seconds: float = 0.5
    streams_of_one: int = 5
    openid: OpenIdConnect | None = None
