"""Instants as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["moment_of"]

_DATE = len("2026-03-16")


def moment_of(text: str, *, first: bool = False) -> datetime:
    """Return the instant that a person typed: ISO 8601, UTC unless it says otherwise.

    A date alone is its last moment or, where the `first` is wanted, its first. Raises ValueError, which says what was
    wanted.

    >>> moment_of("2026-03-16T08:00+01:00").isoformat(), moment_of("2026-03-16", first=True).isoformat()
    ('2026-03-16T07:00:00+00:00', '2026-03-16T00:00:00+00:00')
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"an ISO 8601 date or time was wanted, such as 2026-03-16 or 2026-03-16T08:00:00+01:00, got {text!r}"
        ) from None
    if when.utcoffset() is None:
        when = when.replace(tzinfo=UTC)
    if len(text.strip()) <= _DATE and not first:
        when = when.replace(hour=23, minute=59, second=59, microsecond=999999)
    try:
        return when.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"a time of our calendar was wanted, got {text!r}") from None
