"""Requests that came with an idempotency key: what they were answered, so that a retry is answered the same."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from mastery.store.access.access_file import AccessFile
from mastery.store.access.instants import time_of, utc_text

__all__ = ["Remembered", "Requests"]


@frozen
class Remembered:
    """A request by its digest, when it first came, and its answer; without a `status` it has none yet."""

    digest: bytes
    began_at: datetime
    status: int | None
    body: bytes | None


class Requests:
    """The remembered requests of a file, by caller and key."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file

    def begin(self, caller: str, key: str, digest: bytes, at: datetime, forget_before: datetime) -> Remembered:
        """Return what is remembered of this key, or remember from now on that this request came."""
        with self._file.writing():
            self._file.execute("DELETE FROM requests WHERE began_at < ?", [(utc_text(forget_before),)])
            self._file.execute(
                "INSERT OR IGNORE INTO requests (caller, key, digest, began_at) VALUES (?, ?, ?, ?)",
                [(caller, key, digest, utc_text(at))],
            )
            query = "SELECT digest, began_at, status, body FROM requests WHERE caller = ? AND key = ?"
            ((found, began, status, body),) = self._file.rows(query, caller, key)
        return Remembered(bytes(found), time_of(began), status, body)

    def answer(self, caller: str, key: str, status: int, body: bytes) -> None:
        """Remember the answer."""
        statement = "UPDATE requests SET status = ?, body = ? WHERE caller = ? AND key = ?"
        self._file.write(statement, status, body, caller, key)

    def forget(self, caller: str, key: str) -> None:
        """Forget a request that was refused: nothing came of it, and it may be sent again."""
        self._file.write("DELETE FROM requests WHERE caller = ? AND key = ?", caller, key)
