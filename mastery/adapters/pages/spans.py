"""Dates on a line from today to twice as far as a date that is looked at, which stands in the middle."""

from __future__ import annotations

from datetime import date

from attrs import frozen

__all__ = ["DateLine"]


@frozen
class DateLine:
    """A line from `today`, at 0, over `by`, at 50, to 100; what is later, or has no date, is at the end."""

    today: date
    by: date

    def place(self, when: date | None) -> float:
        """Return where a date is on the line.

        >>> line = DateLine(date(2026, 3, 1), date(2026, 3, 11))
        >>> line.place(date(2026, 3, 6)), line.place(date(2026, 3, 11)), line.place(None)
        (25.0, 50.0, 100.0)
        """
        days = (self.by - self.today).days
        if when is None or days <= 0:
            return 100.0
        return round(min(max(50 * (when - self.today).days / days, 0.0), 100.0), 1)
