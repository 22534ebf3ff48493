"""Tokens, session secrets and passwords: of the system's randomness, kept as hashes, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

from attrs import frozen

from mastery.access import Permission
from mastery.adapters.http.tenants import Tenant
from mastery.store.access import Session, Token

__all__ = ["SHORTEST_PASSWORD", "Presented", "begin_session", "digest", "issue_token", "password_holds", "set_password"]

SHORTEST_PASSWORD = 12
_PREFIX = "mastery"


@frozen
class Presented:
    """A token as it was sent: of which tenant, which token of it, and its secret."""

    tenant: str
    id: str
    secret: str

    @classmethod
    def read(cls, text: str) -> Presented | None:
        """Return what a text says; None where it is no token of ours."""
        parts = text.split("_")
        return cls(*parts[1:]) if len(parts) == 4 and parts[0] == _PREFIX else None

    def __str__(self) -> str:
        return f"{_PREFIX}_{self.tenant}_{self.id}_{self.secret}"


def digest(secret: str) -> bytes:
    """Return the hash of a secret that is long and random: such a one needs no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def issue_token(
    tenant: Tenant,
    name: str,
    *,
    expires_at: datetime,
    person: str = "",
    scopes: frozenset[Permission] | None = None,
    classes: frozenset[str] | None = None,
) -> tuple[Token, str]:
    """Keep a new token and return it with its text, which is shown this once: only its hash is kept."""
    token = Token(
        id=secrets.token_hex(8),
        name=name,
        created_at=tenant.clock(),
        expires_at=expires_at,
        person=person,
        scopes=scopes,
        classes=classes,
    )
    secret = secrets.token_hex(24)
    tenant.access.tokens.add(token, digest(secret))
    return token, str(Presented(tenant.name, token.id, secret))


def begin_session(tenant: Tenant, person: str, expires_at: datetime) -> tuple[Session, str]:
    """Keep a new session of a person and return it with the secret of its cookie."""
    secret = secrets.token_hex(32)
    session = Session(person=person, csrf=secrets.token_hex(16), created_at=tenant.clock(), expires_at=expires_at)
    tenant.access.sessions.begin(digest(secret), session)
    return session, secret


def set_password(tenant: Tenant, account: str, password: str) -> None:
    """Keep the password of an account of the roster. Raises ValueError."""
    person = tenant.access.rosters.current().by_account.get(account)
    if person is None:
        raise ValueError(f"an account of the roster was wanted, got {account!r}: put it there first, with its person")
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password of {SHORTEST_PASSWORD} characters or more was wanted, got {len(password)}")
    salt = secrets.token_bytes(16)
    tenant.access.sessions.set_password(account, salt, _stretched(password, salt), person.identifier)


def password_holds(tenant: Tenant, account: str, password: str) -> bool:
    """Return whether this is the password of an account; it takes as long where there is no such account."""
    salt, kept = tenant.access.sessions.password(account) or (b"none", b"")
    return hmac.compare_digest(_stretched(password, salt), kept)


def _stretched(password: str, salt: bytes) -> bytes:
    """Return the scrypt hash (Percival, 2009) of a password: 16 MB and some 50 ms each."""
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=2**14, r=8, p=1)
