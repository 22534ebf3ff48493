"""Sessions of people who signed in, and the passwords of local accounts (salted scrypt hashes)."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from mastery.store.access.access_file import AccessFile
from mastery.store.access.instants import time_of, utc_text

__all__ = ["Session", "Sessions"]


@frozen(kw_only=True)
class Session:
    """A person signed in; whoever writes shows `csrf` too, which no other site can read."""

    person: str
    csrf: str
    created_at: datetime
    expires_at: datetime


class Sessions:
    """The sessions and passwords of a file."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def begin(self, digest: bytes, session: Session) -> None:
        """Keep a session by the digest of its secret, and forget those that have ended."""
        created, expires = utc_text(session.created_at), utc_text(session.expires_at)
        with self._file.writing():
            self._file.execute("DELETE FROM sessions WHERE expires_at < ?", [(created,)])
            self._file.execute(
                "INSERT INTO sessions (hash, person, csrf, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
                [(digest, session.person, session.csrf, created, expires)],
            )

    def find(self, digest: bytes, at: datetime) -> Session | None:
        """Return the session of this digest, unless it has ended."""
        query = "SELECT person, csrf, created_at, expires_at FROM sessions WHERE hash = ?"
        for person, csrf, created, expires in self._file.rows(query, digest):
            if at < time_of(expires):
                return Session(person=person, csrf=csrf, created_at=time_of(created), expires_at=time_of(expires))
        return None

    def end(self, digest: bytes) -> None:
        """End a session."""
        self._file.write("DELETE FROM sessions WHERE hash = ?", digest)

    def set_password(self, account: str, salt: bytes, digest: bytes, person: str) -> None:
        """Keep the hash of a password, and end the sessions of the person whose account it is."""
        with self._file.writing():
            statement = "INSERT OR REPLACE INTO passwords (account, salt, hash) VALUES (?, ?, ?)"
            self._file.execute(statement, [(account, salt, digest)])
            self._file.execute("DELETE FROM sessions WHERE person = ?", [(person,)])

    def password(self, account: str) -> tuple[bytes, bytes] | None:
        """Return the salt and the hash of an account's password."""
        found = self._file.rows("SELECT salt, hash FROM passwords WHERE account = ?", account)
        return (bytes(found[0][0]), bytes(found[0][1])) if found else None
