"""Work that confirms what it builds on: where the policy shares refreshment, it puts off the day of a recheck.

Which facts confirm does not depend on the state that they meet: work on something locked confirms as well. Credit,
lapse and gates never move by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from mastery.fold import Track

__all__ = ["last_refreshed"]


def last_refreshed(tracks: Mapping[int, Track], i: int, refreshed_by: Sequence[int]) -> tuple[datetime, int] | None:
    """Return when work on one of the leaves `refreshed_by` last confirmed leaf `i`, and on which; None: never.

    Work up to the last revoke of `i` confirms it no more than its own evidence does.

    Of several leaves at one instant it is the first in framework order.
    """
    if not refreshed_by or i not in tracks:
        return None
    barrier = tracks[i].barrier
    found: tuple[datetime, int] | None = None
    for j in refreshed_by:
        track = tracks.get(j)
        when = None if track is None else track.proved_at
        if when is None or (barrier is not None and when <= barrier) or (found is not None and when <= found[0]):
            continue
        found = when, j
    return found
