"""The log of disclosures: who saw what of which learner, once a day each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from threading import Lock

from attrs import frozen

from mastery.store.access.access_file import AccessFile
from mastery.store.access.instants import day_of, time_of, utc_text

__all__ = ["Disclosure", "Disclosures"]

_CHUNK = 400


@frozen
class Disclosure:
    """Somebody saw something of a learner on a day, first at this instant; `number` is its place in the log."""

    number: int
    reader: str
    via: str
    learner: str
    what: str
    first_at: datetime


class Disclosures:
    """The disclosures of a file. What was noted today is remembered, so that looking again writes nothing."""

    def __init__(self, file: AccessFile) -> None:
        self._file = file
        self._lock = Lock()
        self._today: tuple[date | None, set[tuple[str, str, str, str]]] = (None, set())

    def is_noted(self, reader: str, via: str, what: str, learner: str, at: datetime) -> bool:
        """Return whether this was noted today, as far as is remembered."""
        day, seen = self._today
        return day == day_of(at) and (reader, via, what, learner) in seen

    def note(self, reader: str, via: str, what: str, learners: Collection[str], at: datetime) -> None:
        """Note that a reader is about to see something of these learners; it is on disk when this returns."""
        day = day_of(at)
        with self._lock:
            if self._today[0] != day:
                self._today = (day, set())
            seen = self._today[1]
            new = sorted(learner for learner in learners if (reader, via, what, learner) not in seen)
        if not new:
            return
        with self._file.writing():
            self._file.execute(
                "INSERT OR IGNORE INTO disclosures (day, reader, via, what, learner, first_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                ((day.isoformat(), reader, via, what, learner, utc_text(at)) for learner in new),
            )
        with self._lock:
            seen.update((reader, via, what, learner) for learner in new)

    def listed(self, learners: Collection[str] | None, after: int = 0, most: int = 100) -> list[Disclosure]:
        """Return up to `most` beyond a number, of these learners (None: of all), in the order in which they came."""
        query = "SELECT id, reader, via, learner, what, first_at FROM disclosures WHERE id > ?"
        if learners is None:
            rows = self._file.rows(f"{query} ORDER BY id LIMIT ?", after, most)
        else:
            rows, names = [], sorted(learners)
            for start in range(0, len(names), _CHUNK):
                chunk = names[start : start + _CHUNK]
                among = f"{query} AND learner IN ({', '.join('?' * len(chunk))}) ORDER BY id LIMIT ?"
                rows += self._file.rows(among, after, *chunk, most)
        return [
            Disclosure(number, reader, via, learner, what, time_of(first))
            for number, reader, via, learner, what, first in sorted(rows)[:most]
        ]
