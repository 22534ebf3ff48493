"""Instants as text in UTC, so that they can be compared as they stand, whatever the offset that they came with."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mastery.store.rows import time_of, time_text

__all__ = ["day_of", "time_of", "utc_text"]


def _in_utc(when: datetime) -> datetime:
    if when.utcoffset() is None:
        raise ValueError(f"an instant with an offset from UTC was wanted, got {when!r}")
    return when.astimezone(UTC)


def utc_text(when: datetime) -> str:
    """Return an instant as text that `time_of` reads; raises ValueError for one without an offset from UTC."""
    return time_text(_in_utc(when))


def day_of(when: datetime) -> date:
    """Return the day of an instant in UTC."""
    return _in_utc(when).date()
