"""`Caller`: who asks, in which roles, and what their token is limited to."""

from __future__ import annotations

from attrs import field, frozen

from mastery.access.permissions import Permission, Role, as_roles

__all__ = ["Caller"]


@frozen
class Caller:
    """Whoever asks: a person of the roster, or a system (role integration) by the name of its token.

    `scopes` and `classes` limit what the roles give; None is no limit. `via` says by what they came: the token or
    the session, for the log of disclosures.
    """

    name: str
    roles: frozenset[Role] = field(converter=as_roles)
    scopes: frozenset[Permission] | None = None
    classes: frozenset[str] | None = None
    via: str = ""
