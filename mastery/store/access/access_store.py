"""`AccessStore`: all that a service keeps of one tenant beside its facts."""

from __future__ import annotations

from pathlib import Path

from mastery.store.access.access_file import AccessFile, is_in
from mastery.store.access.disclosures import Disclosures
from mastery.store.access.requests import Requests
from mastery.store.access.rosters import Rosters
from mastery.store.access.sessions import Sessions
from mastery.store.access.tokens import Tokens
from mastery.store.access.turn import Turn

__all__ = ["AccessStore"]


class AccessStore:
    """Roster, tokens, sessions, disclosures and remembered requests in the file at `path`, which must be there.

    It may be used from several threads, which take turns to write (`turn`). Raises StoreError, which names the file.
    """

    def __init__(self, path: str | Path, *, timeout: float = 30.0, turn: Turn | None = None) -> None:
        self._file = AccessFile(path, timeout=timeout, turn=turn)
        self.rosters = Rosters(self._file)
        self.tokens = Tokens(self._file)
        self.sessions = Sessions(self._file)
        self.disclosures = Disclosures(self._file)
        self.requests = Requests(self._file)

    @staticmethod
    def is_in(path: str | Path) -> bool:
        """Return whether the file at `path` has the tables of a service already: opening it here makes them."""
        return is_in(path)

    def try_writing(self, timeout: float | None = None) -> None:
        """Write as a request would and take it back; raises StoreError where that cannot be by `timeout`."""
        with self._file.writing(timeout):
            self._file.execute("INSERT OR REPLACE INTO editions VALUES ('tried', 1)", [()])
            self._file.execute("DELETE FROM editions WHERE name = 'tried'", [()])

    def close(self) -> None:
        """Close the file."""
        self._file.close()
