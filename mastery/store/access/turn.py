"""`Turn`: of the threads of this process one at a time writes to a file; who has to wait too long is told so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import TypeVar

from mastery.errors import StoreError
from mastery.store.sqlite_errors import is_locked, refused

__all__ = ["TRY", "Turn"]

TRY = 0.05
"""For so many seconds at a time another process is waited for; between the tries nothing is held."""

_PAUSE = 0.02
_LOOK = 0.25
_MOST_WAITING = 16
T = TypeVar("T")


class Turn:
    """Whose turn it is to write to the file at `path`.

    Writers wait for one another here and not in SQLite, and hold nothing that readers need. Raises StoreError for who
    waits longer than `timeout` seconds, and at once, while another process has the file, for who comes after many.
    """

    def __init__(self, path: str | Path, timeout: float = 30.0) -> None:
        self.path, self.timeout = Path(path), timeout
        self._lock, self._counting = Lock(), Lock()
        self._waiting = 0
        self._held_up = self._ending = False

    @contextmanager
    def taken(self, timeout: float | None = None) -> Iterator[Callable[[], float]]:
        """Wait for a turn, and have it: gives what tells how many seconds of the wait are left."""
        most = self.timeout if timeout is None else timeout
        until = monotonic() + most

        def left() -> float:
            return max(until - monotonic(), 0.0)

        self._count(1)
        try:
            while not self._lock.acquire(timeout=min(left(), _LOOK)):
                if not left() or (self._held_up and (self._ending or self._waiting > _MOST_WAITING)):
                    raise self._too_long(most - left())
        finally:
            self._count(-1)
        try:
            yield left
        finally:
            self._lock.release()

    def tried(self, work: Callable[[], T], left: Callable[[], float]) -> T:
        """Do what another process may keep from being done, again until it is done or no time is left."""
        begun = left()
        while True:
            try:
                found = work()
            except StoreError as fault:
                if not is_locked(fault):
                    raise
                self._held_up = True
                if not left() or self._ending:
                    raise self._too_long(begun - left()) from fault
                sleep(_PAUSE)
            else:
                self._held_up = False
                return found

    def end(self) -> None:
        """Let nobody wait for another process any longer: this one is about to end."""
        self._ending = True

    def _count(self, more: int) -> None:
        with self._counting:
            self._waiting += more

    def _too_long(self, waited: float) -> StoreError:
        came = f"it is locked, another program has not let go of it for {waited:.2g} seconds"
        return refused(self.path, "written", came, "Wait for that program or end it, then do this again.")
