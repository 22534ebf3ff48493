"""Whether credit is current: fresh, due, lapsed; and what a lapse does to what builds on it."""

from datetime import timedelta
from enum import StrEnum

from attrs import field, frozen

from competencies.printing import Printed
from mastery.settings import between, member, number_or_none, optional, truth

__all__ = ["Currency", "Lapse", "Retention"]


class Currency(StrEnum):
    """How current credit is. Lapsed comes only of a failed check, never of practice."""

    FRESH = "fresh"
    DUE = "due"
    LAPSED = "lapsed"


class Lapse(StrEnum):
    """What a lapsed prerequisite does to its dependants: nothing, a word of warning, or shut their gate."""

    KEEP = "keep"
    WARN = "warn"
    LOCK = "lock"


def _lapse(given: str) -> Lapse:
    return member(Lapse, "lapse", given)


@frozen(repr=False)
class Retention(Printed):
    """Credit is due for a recheck `due_after_days` after it was last confirmed (None: never); `lapse` as above.

    `refreshes_prerequisites`: what confirms this competency (a good piece, a valid pass) also confirms, for the day on
    which credit falls due and for nothing else, each prerequisite that it cannot be reached without.
    """

    due_after_days: float | None = field(
        default=180.0, converter=number_or_none, validator=optional(between(1e-6, 36_500))
    )
    lapse: Lapse = field(default=Lapse.KEEP, converter=_lapse)
    refreshes_prerequisites: bool = field(default=False, validator=truth)

    @property
    def interval(self) -> timedelta | None:
        """The time from the last confirmation until credit is due."""
        return None if self.due_after_days is None else timedelta(days=self.due_after_days)
