"""Tokens: what a program signs its requests with. Only the hash of the secret is kept."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from attrs import frozen

from mastery.access import Permission
from mastery.store.access.access_file import AccessFile
from mastery.store.access.instants import time_of, utc_text

__all__ = ["Token", "Tokens"]


@frozen(kw_only=True)
class Token:
    """A token by its public `id`: of a `person`, or an integration's. None for scopes and classes is no limit."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime
    person: str = ""
    scopes: frozenset[Permission] | None = None
    classes: frozenset[str] | None = None
    revoked_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Return whether it may be used at an instant."""
        return self.revoked_at is None and at < self.expires_at


_COLUMNS = "id, name, created_at, expires_at, person, scopes, classes, revoked_at"


class Tokens:
    """The tokens of a file."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def add(self, token: Token, digest: bytes) -> None:
        """Keep a token with the digest of its secret."""
        scopes = None if token.scopes is None else json.dumps(sorted(token.scopes))
        classes = None if token.classes is None else json.dumps(sorted(token.classes))
        self._file.write(
            f"INSERT INTO tokens ({_COLUMNS}, hash) VALUES (?, ?, ?, ?, ?, ?, ?, NULL, ?)",
            *(token.id, token.name, utc_text(token.created_at), utc_text(token.expires_at)),
            *(token.person, scopes, classes, digest),
        )

    def find(self, identifier: str) -> tuple[Token, bytes] | None:
        """Return a token with the digest of its secret."""
        found = self._file.rows(f"SELECT {_COLUMNS}, hash FROM tokens WHERE id = ?", identifier)
        return (_token(found[0][:-1]), bytes(found[0][-1])) if found else None

    def listed(self, after: str = "", most: int = 100) -> list[Token]:
        """Return up to `most` tokens beyond an id, by id."""
        query = f"SELECT {_COLUMNS} FROM tokens WHERE id > ? ORDER BY id LIMIT ?"
        return [_token(row) for row in self._file.rows(query, after, most)]

    def revoke(self, identifier: str, at: datetime) -> bool:
        """End a token at once and for good; return whether there was one to end."""
        statement = "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
        return self._file.write(statement, utc_text(at), identifier) > 0


def _token(row: Any) -> Token:
    identifier, name, created, expires, person, scopes, classes, revoked = row
    return Token(
        id=identifier,
        name=name,
        created_at=time_of(created),
        expires_at=time_of(expires),
        person=person,
        scopes=None if scopes is None else frozenset(Permission(scope) for scope in json.loads(scopes)),
        classes=None if classes is None else frozenset(json.loads(classes)),
        revoked_at=revoked and time_of(revoked),
    )
