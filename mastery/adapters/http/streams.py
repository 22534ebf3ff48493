"""How many streams one caller has open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from mastery.access import Caller
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.settings import Settings

__all__ = ["Streams"]


class Streams:
    """Counts open streams by caller; used by the event loop alone."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def enter(self, caller: Caller, settings: Settings, tenant: str = "") -> Callable[[], None]:
        """Count one more and return what ends it; raises too-many-requests."""
        name = f"{tenant} {caller.via} {caller.name}"
        if self._open[name] >= settings.streams_of_one:
            said = f"At most {settings.streams_of_one} streams are open at a time: end one."
            raise Problem("too-many-requests", said, headers={"retry-after": "5"})
        self._open[name] += 1
        is_open = True

        def end() -> None:
            nonlocal is_open
            if is_open:
                is_open = False
                self._open[name] -= 1
                if not self._open[name]:
                    del self._open[name]

        return end

    @property
    def open(self) -> int:
        """How many are open."""
        return sum(self._open.values())
